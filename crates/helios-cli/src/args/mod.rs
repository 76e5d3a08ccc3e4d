//! What can be typed on the command line, and its help. Every value is held as the text that was typed: its meaning is
//! found in [`crate::settings`], so that all refusals read alike. clap types do not leave this module.

mod check;
mod doctor;
mod engine;
mod init;
mod job;
mod merge;
mod page;
mod render;
mod still;
mod studio;
mod verify;
mod worker;

pub use check::CheckArgs;
pub use doctor::DoctorArgs;
pub use engine::{EngineArgs, JobExportArgs, JobLogsArgs, JobSimulateArgs, JobSubmitArgs};
pub use init::InitArgs;
pub use job::{
    JobArgs, JobChunkArgs, JobCommand, JobFileArgs, JobMergeArgs, JobPlaceArgs, JobRunArgs, JobVerifyArgs,
    JobWorkArgs,
};
pub use merge::MergeArgs;
pub use page::{BrowserArgs, LookArgs, PageArgs, PictureArgs, ReplaceArgs, SoundArgs, StrictArgs, WholeArgs};
pub use render::RenderArgs;
pub use still::StillArgs;
pub use studio::StudioArgs;
pub use verify::VerifyArgs;
pub use worker::WorkerArgs;

use clap::{Args, Parser, Subcommand};

const AFTER_HELP: &str = "\
Exit codes:
  0 done · 1 verify: different, check: errors found · 64 the request is wrong · 75 failed, may succeed when tried again · 130, 143 cancelled

`helios <command> --help` lists the options and examples of a command.";

/// Turns web pages into video, frame by frame in a real Chromium, on all cores.
#[derive(Debug, Parser)]
#[command(name = "helios", version, after_help = AFTER_HELP, disable_help_subcommand = true)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Render a page to a video file.
    Render(Box<RenderArgs>),
    /// Render one frame of a page to a picture file.
    Still(Box<StillArgs>),
    /// Run through a page and report what could make its frames fail or differ.
    Check(Box<CheckArgs>),
    /// Compare two renders: which frames differ, and by how much.
    Verify(VerifyArgs),
    /// Join rendered chunks into one video file, without encoding again.
    Merge(MergeArgs),
    /// See the pages of a folder in the browser, change them, render them.
    Studio(StudioArgs),
    /// Start a project from a template.
    Init(InitArgs),
    /// Say whether this machine can render, and what to do where it cannot.
    Doctor(DoctorArgs),
    /// Run a job, or a part of it; say what has become of it.
    Job(JobArgs),
    /// Render chunks on behalf of another helios process.
    #[command(hide = true)]
    Worker(WorkerArgs),
}

/// How much is said, and in what form.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Messages")]
pub struct TalkArgs {
    /// Write events to standard output, one JSON object a line.
    #[arg(long)]
    pub json: bool,
    /// Say nothing but errors.
    #[arg(short, long, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Say more: console output of the page, what the programs behind do.
    #[arg(short, long)]
    pub verbose: bool,
}

impl Cli {
    /// Reads the command line. The second value is what clap wants printed instead: help, version or a usage error.
    pub fn read() -> Result<Cli, Unread> {
        Cli::try_parse().map_err(Unread)
    }
}

/// The command line asks for help, or has no meaning.
#[derive(Debug)]
pub struct Unread(clap::Error);

impl Unread {
    /// Prints the help to standard output, or the error to standard error. Returns whether it was an error.
    pub fn print(&self) -> bool {
        // Nobody is left to be told when the pipe is broken.
        let _ = self.0.print();
        self.0.use_stderr()
    }
}
