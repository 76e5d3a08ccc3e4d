//! The arguments of `helios verify`.

use clap::Args;
use std::path::PathBuf;

const EXAMPLES: &str = "\
Frame hashes are compared for exact equality. Videos are decoded, and their pixels compared; sound is not.

Examples:
  helios verify monday.hashes tuesday.hashes      files of render --frame-hashes
  helios verify job-a/ job-b/                     their chunk manifests, joined by frames
  helios verify a.mp4 b.mp4 --tolerance 2 --diff worst.png
  helios verify png/%05d.png a.mov                pictures, transparency included

Exit codes:
  0 equal · 1 different · 64 the request is wrong · 75 failed, may succeed when tried again · 130, 143 cancelled";

/// Arguments of `helios verify`, as typed.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct VerifyArgs {
    /// A frame-hash file, a chunk manifest, a folder of chunk manifests, or a video.
    pub a: PathBuf,
    /// What it is compared with, of the same kind.
    pub b: PathBuf,

    /// Levels (of 255) by which a colour channel of a video may differ and still count as equal [default: 0].
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    pub tolerance: Option<String>,
    /// Write the frame that differs most as a PNG: A, B and the amplified difference, side by side. Videos only.
    #[arg(long, value_name = "FILE")]
    pub diff: Option<PathBuf>,
    /// FFmpeg to use [default: ffmpeg in PATH].
    #[arg(long, value_name = "PATH")]
    pub ffmpeg: Option<PathBuf>,

    /// Write the report to standard output as a JSON object.
    #[arg(long, help_heading = "Messages")]
    pub json: bool,
    /// Say nothing but errors: the exit code tells.
    #[arg(short, long, conflicts_with = "verbose", help_heading = "Messages")]
    pub quiet: bool,
    /// Say more: every frame that differs, what the programs behind do.
    #[arg(short, long, help_heading = "Messages")]
    pub verbose: bool,
}
