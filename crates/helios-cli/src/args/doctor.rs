//! The arguments of `helios doctor`.

use clap::Args;
use std::path::PathBuf;

const EXAMPLES: &str = "\
Draws a frame, and looks at the browser, FFmpeg and its encoders, fonts, memory and disk. Takes a few seconds.

Exit codes:
  0 this machine can render · 75 it cannot: the fix is said · 130, 143 cancelled";

/// Arguments of `helios doctor`, as typed.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct DoctorArgs {
    /// Write the answer to standard output as a JSON object.
    #[arg(long)]
    pub json: bool,
    /// Chromium to look at [default: the first one found].
    #[arg(long, value_name = "PATH")]
    pub browser: Option<PathBuf>,
    /// FFmpeg to look at [default: ffmpeg in PATH].
    #[arg(long, value_name = "PATH")]
    pub ffmpeg: Option<PathBuf>,
}
