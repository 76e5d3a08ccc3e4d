//! What can be typed on the command line, and its help. Every value is held as the text that was typed: its meaning is
//! found in [`crate::settings`], so that all refusals read alike. clap types do not leave this module.

mod batch;
mod check;
mod compositions;
mod config;
mod configured;
mod docs;
mod doctor;
mod engine;
mod flags;
mod generated;
mod init;
mod job;
mod mcp;
mod merge;
mod page;
mod render;
mod still;
mod studio;
mod verify;
mod watch;
mod worker;

pub use batch::BatchArgs;
pub use check::CheckArgs;
pub use compositions::CompositionsArgs;
pub use config::ConfigArgs;
pub use configured::ConfiguredArgs;
pub use docs::DocsArgs;
pub use doctor::DoctorArgs;
pub use engine::{EngineArgs, JobExportArgs, JobLogsArgs, JobSimulateArgs, JobSubmitArgs};
pub use flags::{CONFIGURED, Flag, Kind, Typed, flags, typed};
pub use generated::{CompletionsArgs, ManArgs, completions, man_pages};
pub use init::InitArgs;
pub use job::{
    JobArgs, JobChunkArgs, JobCommand, JobFileArgs, JobMergeArgs, JobPlaceArgs, JobRunArgs, JobVerifyArgs,
    JobWorkArgs,
};
pub use mcp::McpArgs;
pub use merge::MergeArgs;
pub use page::{BrowserArgs, LookArgs, PageArgs, PictureArgs, ReplaceArgs, SoundArgs, StrictArgs, WholeArgs};
pub use render::RenderArgs;
pub use still::StillArgs;
pub use studio::StudioArgs;
pub use verify::VerifyArgs;
pub use watch::WatchArgs;
pub use worker::WorkerArgs;

use crate::report;
use crate::settings::Refused;
use clap::{Args, Parser, Subcommand};
use std::ffi::OsString;

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
    /// List what there is to render in a page or a folder: id, size, rate, length, default props.
    Compositions(Box<CompositionsArgs>),
    /// Render a video for each row of a table.
    #[command(after_help = batch::EXAMPLES)]
    Batch(Box<BatchArgs>),
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
    /// Make a frame or a video again whenever a file of its page changes.
    Watch(WatchArgs),
    /// Serve the tools of an agent (Model Context Protocol) on standard input and output.
    Mcp(McpArgs),
    /// Print a page of the guide.
    Docs(DocsArgs),
    /// Print a script that completes command lines in a shell.
    Completions(CompletionsArgs),
    /// Print the man page, or write those of all commands.
    Man(ManArgs),
    /// Show the value of every flag of a command line, and where it comes from.
    Config(ConfigArgs),
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
    /// Reads words alone, whatever else is said elsewhere.
    pub fn of(words: Vec<OsString>) -> Result<Cli, Unread> {
        Cli::try_parse_from(words).map_err(Unread::Clap)
    }
}

/// The command line asks for help, or has no meaning.
#[derive(Debug)]
pub enum Unread {
    /// What clap wants printed instead: help, version or a usage error.
    Clap(clap::Error),
    /// What is said elsewhere has no meaning.
    Refused(Refused),
}

impl From<Refused> for Unread {
    fn from(refused: Refused) -> Unread {
        Unread::Refused(refused)
    }
}

impl Unread {
    /// Prints the help to standard output, or the error to standard error. Returns whether it was an error.
    pub fn print(&self) -> bool {
        match self {
            Unread::Clap(error) => {
                // Nobody is left to be told when the pipe is broken.
                let _ = error.print();
                error.use_stderr()
            }
            Unread::Refused(refused) => {
                report::error(&refused.to_string());
                true
            }
        }
    }

    /// What is wrong, in one line.
    pub fn in_a_line(&self) -> String {
        let text = match self {
            Unread::Clap(error) => error.to_string(),
            Unread::Refused(refused) => return refused.to_string(),
        };
        let text = text.strip_prefix("error: ").unwrap_or(&text);
        text.lines().next().unwrap_or_default().to_owned()
    }
}
