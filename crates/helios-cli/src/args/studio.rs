//! The arguments of `helios studio`.

use clap::Args;
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  helios studio                              the pages of this folder
  helios studio examples --port 4000 --no-open
  helios studio --host 0.0.0.0               for others in the network too, who need the token that is printed

Ctrl-C ends it. Renders that run then are interrupted, and can be resumed the next time.";

/// Arguments of `helios studio`, as typed.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct StudioArgs {
    /// Folder with the pages.
    #[arg(default_value = ".")]
    pub folder: PathBuf,

    /// Port of the Studio; 0 for any that is free [default: 0].
    #[arg(long, value_name = "N", allow_hyphen_values = true, help_heading = "Server")]
    pub port: Option<String>,
    /// Address to listen on; others than those of this machine need a token [default: 127.0.0.1].
    #[arg(long, value_name = "ADDRESS", allow_hyphen_values = true, help_heading = "Server")]
    pub host: Option<String>,
    /// What everybody has to know who opens the Studio [default with --host: one that is made up and printed].
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true, help_heading = "Server")]
    pub token: Option<String>,
    /// Do not open the Studio in the browser.
    #[arg(long, help_heading = "Server")]
    pub no_open: bool,

    /// Chromium to render with [default: the first one found].
    #[arg(long, value_name = "PATH", help_heading = "Work")]
    pub browser: Option<PathBuf>,
    /// FFmpeg to use [default: ffmpeg in PATH].
    #[arg(long, value_name = "PATH", help_heading = "Work")]
    pub ffmpeg: Option<PathBuf>,

    /// Say nothing but errors.
    #[arg(short, long, conflicts_with = "verbose", help_heading = "Messages")]
    pub quiet: bool,
    /// Say more: what the programs behind do.
    #[arg(short, long, help_heading = "Messages")]
    pub verbose: bool,
}
