//! The arguments of `helios worker`, which only the orchestrator types.

use clap::Args;
use std::path::PathBuf;

/// Arguments of `helios worker`. Orders come in on standard input, events go out on standard output.
#[derive(Debug, Args)]
pub struct WorkerArgs {
    /// Index of this worker, from 0.
    #[arg(long, default_value_t = 0)]
    pub index: u32,
    /// Folder for this worker's own files; whoever made it removes it.
    #[arg(long)]
    pub scratch: PathBuf,
    /// Folder for the browser's profile, if it shall not be in the other one.
    #[arg(long)]
    pub profile: Option<PathBuf>,
    /// Chromium to use.
    #[arg(long)]
    pub browser: Option<PathBuf>,
    /// FFmpeg to use.
    #[arg(long)]
    pub ffmpeg: Option<PathBuf>,
    /// Show the browser.
    #[arg(long)]
    pub no_headless: bool,
    /// Write diagnostics to standard error.
    #[arg(long)]
    pub verbose: bool,
}
