//! The arguments of `helios job` and its sub-commands.

use clap::{Args, Subcommand};
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  helios job status job.json
  helios job missing job.json                3,7: these chunks must be rendered (again)";

/// Arguments of `helios job`, as typed.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES, disable_help_subcommand = true)]
pub struct JobArgs {
    /// What is asked of the job.
    #[command(subcommand)]
    pub command: JobCommand,
}

/// What can be asked of a job.
#[derive(Debug, Subcommand)]
pub enum JobCommand {
    /// Print the ids of the chunks that are not whole, as 1,3; nothing when all are.
    Missing(JobFileArgs),
    /// Print a line for each chunk: done, missing or why it cannot be used.
    Status(JobFileArgs),
}

/// Which job, and where its chunks are.
#[derive(Debug, Args)]
pub struct JobFileArgs {
    /// The job file, as --emit-job writes it.
    pub job: PathBuf,
    /// Folder in which the chunks' commands ran [default: that of the job file].
    #[arg(long, value_name = "DIR")]
    pub dir: Option<PathBuf>,
    /// Write the answer as a JSON object.
    #[arg(long)]
    pub json: bool,
}
