//! What the arguments of `helios merge` mean.

use super::page::{parse, sound, with_whole};
use super::values::{self, optional};
use super::{Refused, Talk, overwrite};
use crate::args::MergeArgs;
use helios_job::{AudioCodec, Container};
use helios_runner::RenderOptions;
use std::path::PathBuf;

/// The settings of `helios merge`.
pub struct MergeSettings {
    /// The file to write.
    pub output: PathBuf,
    /// The chunks in order, at least one.
    pub chunks: Vec<PathBuf>,
    /// What the orchestrator is asked for. How workers start, who watches and who cancels is not decided here.
    pub options: RenderOptions,
    /// The FFmpeg to use.
    pub ffmpeg: Option<PathBuf>,
    /// How much is said.
    pub talk: Talk,
}

impl TryFrom<MergeArgs> for MergeSettings {
    type Error = Refused;

    fn try_from(args: MergeArgs) -> Result<MergeSettings, Refused> {
        let container = Container::from_path(&args.output)?;
        let audio_codec = optional("--audio-codec", &args.audio_codec, parse::<AudioCodec>)?;
        container.resolve(None, audio_codec)?;
        if args.chunks.contains(&args.output) {
            let output = args.output.display();
            return Err(Refused(format!(
                "the output {output} is also one of the chunks: name the output first, then the chunks"
            )));
        }
        let options = RenderOptions {
            audio_codec,
            sound: sound(&args.sound)?,
            preset: optional("--preset", &args.preset, |text| Ok(text.to_owned()))?,
            job_id: optional("--job-id", &args.job_id, values::job_id)?,
            start_frame: optional("--start-frame", &args.start_frame, values::start_frame)?,
            frame_count: optional("--frame-count", &args.frame_count, values::frame_count)?,
            overwrite: overwrite(&args.replace),
            ..with_whole(RenderOptions::default(), &args.whole)?
        };
        Ok(MergeSettings {
            options,
            talk: Talk::from(&args.talk),
            output: args.output,
            chunks: args.chunks,
            ffmpeg: args.ffmpeg,
        })
    }
}
