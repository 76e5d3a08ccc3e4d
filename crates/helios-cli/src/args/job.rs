//! The arguments of `helios job` and its sub-commands.

use super::TalkArgs;
use super::engine::{JobCancelArgs, JobExportArgs, JobLogsArgs, JobSimulateArgs, JobSubmitArgs};
use clap::{Args, Subcommand};
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  helios render page.html --emit-job film --bundle --chunk-frames 120
  helios job run film/job.json --concurrency auto      all of it here, what is there already kept
  helios job run-chunk film/job.json 7                 one chunk, on any machine that sees the folder
  helios job missing film/job.json                     3,7: these chunks must be rendered (again)
  helios job merge film/job.json";

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
    /// Print what the job is and its chunks.
    Plan(JobFileArgs),
    /// Render the chunks that are missing, and join all.
    Run(Box<JobRunArgs>),
    /// Render one chunk, unless it is there already.
    RunChunk(Box<JobChunkArgs>),
    /// Print a line for each chunk: done, missing or why it cannot be used.
    Status(JobStatusArgs),
    /// Print the ids of the chunks that are not whole, as 1,3; nothing when all are.
    Missing(JobFileArgs),
    /// Join the chunks, which stay.
    Merge(JobMergeArgs),
    /// Check the inputs, every chunk, and the output when it is there.
    Verify(JobVerifyArgs),
    /// Ask everybody who works on the job to stop.
    Cancel(JobCancelArgs),
    /// Remove chunks, manifests and journals; the output stays.
    Clean(JobFileArgs),
    /// Write the job for a batch engine.
    Export(JobExportArgs),
    /// Hand the chunks that are missing to a batch engine, and the merge after them.
    Submit(JobSubmitArgs),
    /// Print what a task of a batch engine has said.
    Logs(JobLogsArgs),
    /// Estimate the time and the cost of a job on many workers.
    Simulate(JobSimulateArgs),
}

/// Which job, and where its files are.
#[derive(Debug, Clone, Args)]
pub struct JobPlaceArgs {
    /// The job file, as --emit-job writes it, or its address on object storage: s3://bucket/folder/job.json.
    pub job: PathBuf,
    /// Folder of the chunks and the output [default: that of the job file].
    #[arg(long, value_name = "DIR")]
    pub dir: Option<PathBuf>,
    /// Files that the job names in folder FROM are in folder TO here; may be given several times.
    #[arg(long, value_name = "FROM=TO")]
    pub path_map: Vec<String>,
}

/// A question about a job.
#[derive(Debug, Clone, Args)]
pub struct JobFileArgs {
    /// Which job.
    #[command(flatten)]
    pub place: JobPlaceArgs,
    /// Write the answer as a JSON object.
    #[arg(long)]
    pub json: bool,
}

/// The arguments of `helios job status`.
#[derive(Debug, Args)]
pub struct JobStatusArgs {
    /// Which job.
    #[command(flatten)]
    pub file: JobFileArgs,
    /// Tell what changes until all chunks are done.
    #[arg(long)]
    pub watch: bool,
    /// Say what this engine says of each task too: slurm.
    #[arg(long, value_name = "ENGINE", conflicts_with = "watch")]
    pub engine: Option<String>,
}

/// Who renders, and how.
#[derive(Debug, Args)]
pub struct JobWorkArgs {
    /// How often a failed chunk is tried again [default: 2].
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    pub retries: Option<String>,
    /// Chromium to use [default: the first one found].
    #[arg(long, value_name = "PATH")]
    pub browser: Option<PathBuf>,
    /// FFmpeg to use [default: ffmpeg in PATH].
    #[arg(long, value_name = "PATH")]
    pub ffmpeg: Option<PathBuf>,
    /// Do not compare the inputs with those that the job was planned with.
    #[arg(long)]
    pub no_input_check: bool,
    /// How much is said.
    #[command(flatten)]
    pub talk: TalkArgs,
}

/// The arguments of `helios job run`.
#[derive(Debug, Args)]
pub struct JobRunArgs {
    /// Which job.
    #[command(flatten)]
    pub place: JobPlaceArgs,
    /// Number of workers, or auto for what this machine carries [default: 1].
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    pub concurrency: Option<String>,
    /// Only these chunks, as 1,3-5; nothing is joined.
    #[arg(long, value_name = "IDS", allow_hyphen_values = true)]
    pub chunk: Option<String>,
    /// Keep the chunks when the output is there.
    #[arg(long)]
    pub keep_chunks: bool,
    /// How.
    #[command(flatten)]
    pub work: JobWorkArgs,
}

/// The arguments of `helios job run-chunk`.
#[derive(Debug, Args)]
pub struct JobChunkArgs {
    /// Which job.
    #[command(flatten)]
    pub place: JobPlaceArgs,
    /// Index of the chunk, from 0.
    #[arg(
        allow_hyphen_values = true,
        required_unless_present = "index_from_env",
        conflicts_with = "index_from_env"
    )]
    pub index: Option<String>,
    /// Take the index from the batch engine: SLURM_ARRAY_TASK_ID, JOB_COMPLETION_INDEX, AWS_BATCH_JOB_ARRAY_INDEX or
    /// CLOUD_RUN_TASK_INDEX.
    #[arg(long)]
    pub index_from_env: bool,
    /// How.
    #[command(flatten)]
    pub work: JobWorkArgs,
}

/// The arguments of `helios job merge`.
#[derive(Debug, Args)]
pub struct JobMergeArgs {
    /// Which job.
    #[command(flatten)]
    pub place: JobPlaceArgs,
    /// FFmpeg to use [default: ffmpeg in PATH].
    #[arg(long, value_name = "PATH")]
    pub ffmpeg: Option<PathBuf>,
    /// How much is said.
    #[command(flatten)]
    pub talk: TalkArgs,
}

/// The arguments of `helios job verify`.
#[derive(Debug, Args)]
pub struct JobVerifyArgs {
    /// Which job.
    #[command(flatten)]
    pub file: JobFileArgs,
    /// FFmpeg to use [default: ffmpeg in PATH].
    #[arg(long, value_name = "PATH")]
    pub ffmpeg: Option<PathBuf>,
}
