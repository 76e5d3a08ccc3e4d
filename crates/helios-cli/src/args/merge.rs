//! The arguments of `helios merge`.

use super::TalkArgs;
use clap::Args;
use std::path::PathBuf;

const EXAMPLES: &str = "\
Example:
  helios merge output.mp4 chunk_0.mov chunk_1.mov";

/// Arguments of `helios merge`, as typed.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct MergeArgs {
    /// File to write: .mp4, .mov, .mkv or .webm.
    pub output: PathBuf,
    /// The chunks, in order.
    #[arg(required = true)]
    pub chunks: Vec<PathBuf>,

    /// Replace the output file when it exists (the default).
    #[arg(long, overrides_with = "no_overwrite", help_heading = "Output")]
    pub overwrite: bool,
    /// Stop with an error when the output file exists.
    #[arg(long, overrides_with = "overwrite", help_heading = "Output")]
    pub no_overwrite: bool,
    /// Codec of the sound, which is encoded here: aac, opus, mp3 or pcm [default: aac; opus for .webm].
    #[arg(long, value_name = "CODEC", allow_hyphen_values = true, help_heading = "Encoding")]
    pub audio_codec: Option<String>,
    /// FFmpeg to use [default: ffmpeg in PATH].
    #[arg(long, value_name = "PATH", help_heading = "Work")]
    pub ffmpeg: Option<PathBuf>,

    /// How much is said.
    #[command(flatten)]
    pub talk: TalkArgs,
}
