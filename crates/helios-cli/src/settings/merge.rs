//! What the arguments of `helios merge` mean.

use super::{Refused, Talk, overwrite, values};
use crate::args::MergeArgs;
use helios_job::{AudioCodec, Container};
use std::path::PathBuf;

/// The settings of `helios merge`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MergeSettings {
    /// The file to write.
    pub output: PathBuf,
    /// The chunks in order, at least one.
    pub chunks: Vec<PathBuf>,
    /// Whether an existing output may be replaced.
    pub overwrite: bool,
    /// Codec of the sound.
    pub audio_codec: Option<AudioCodec>,
    /// The FFmpeg to use.
    pub ffmpeg: Option<PathBuf>,
    /// How much is said.
    pub talk: Talk,
}

impl TryFrom<MergeArgs> for MergeSettings {
    type Error = Refused;

    fn try_from(args: MergeArgs) -> Result<MergeSettings, Refused> {
        let container = Container::from_path(&args.output)?;
        let audio = values::optional("--audio-codec", &args.audio_codec, |text| Ok(text.parse()?))?;
        container.resolve(None, audio)?;
        if args.chunks.contains(&args.output) {
            let output = args.output.display();
            return Err(Refused(format!(
                "the output {output} is also one of the chunks: name the output first, then the chunks"
            )));
        }
        Ok(MergeSettings {
            talk: Talk::from(&args.talk),
            overwrite: overwrite(args.no_overwrite),
            output: args.output,
            audio_codec: audio,
            chunks: args.chunks,
            ffmpeg: args.ffmpeg,
        })
    }
}
