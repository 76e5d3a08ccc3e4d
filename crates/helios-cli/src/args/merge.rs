//! The arguments of `helios merge`.

use super::{ReplaceArgs, SoundArgs, TalkArgs, WholeArgs};
use clap::Args;
use std::path::PathBuf;

const EXAMPLES: &str = "\
Example:
  helios merge output.mp4 chunk_0.mov chunk_1.mov

Chunks with a manifest beside them (chunk_0.json) are checked against it: bytes, frames and job. When some cannot be used, \
all of them are named, and nothing is written. Exit code 75: rendering them again is the cure; 64: it is not.";

/// Arguments of `helios merge`, as typed.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct MergeArgs {
    /// File to write: .mp4, .mov, .mkv, .webm; .gif, .webp or .apng of ffv1 chunks; pictures such as frames/%05d.png of png
    /// (.jpg of jpeg) chunks.
    pub output: PathBuf,
    /// The chunks, in order.
    #[arg(required = true)]
    pub chunks: Vec<PathBuf>,

    /// What becomes of an older output.
    #[command(flatten)]
    pub replace: ReplaceArgs,
    /// Codec of the sound, which is encoded here: aac, opus, mp3 or pcm [default: aac; opus for .webm].
    #[arg(long, value_name = "CODEC", allow_hyphen_values = true, help_heading = "Encoding")]
    pub audio_codec: Option<String>,
    /// What is heard beside the page.
    #[command(flatten)]
    pub sound: SoundArgs,
    /// How an animated picture is made: .gif sierra, bayer or none; .webp lossless, high, medium or low.
    #[arg(long, value_name = "NAME", allow_hyphen_values = true, help_heading = "Encoding")]
    pub preset: Option<String>,
    /// What goes into the file besides.
    #[command(flatten)]
    pub whole: WholeArgs,
    /// The job that all chunks must belong to, each with a manifest [default: that of the first chunks].
    #[arg(long, value_name = "ID", allow_hyphen_values = true, help_heading = "Job")]
    pub job_id: Option<String>,
    /// First frame of the job [default: 0].
    #[arg(
        long,
        value_name = "N",
        allow_hyphen_values = true,
        requires = "frame_count",
        help_heading = "Job"
    )]
    pub start_frame: Option<String>,
    /// Number of frames of the job: the chunks must have them all [default: whatever they have].
    #[arg(long, value_name = "N", allow_hyphen_values = true, help_heading = "Job")]
    pub frame_count: Option<String>,
    /// FFmpeg to use [default: ffmpeg in PATH].
    #[arg(long, value_name = "PATH", help_heading = "Work")]
    pub ffmpeg: Option<PathBuf>,

    /// How much is said.
    #[command(flatten)]
    pub talk: TalkArgs,
}
