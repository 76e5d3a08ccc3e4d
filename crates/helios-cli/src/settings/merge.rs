//! What the arguments of `helios merge` mean.

use super::{Refused, Talk, overwrite, values};
use crate::args::MergeArgs;
use helios_job::{AudioCodec, CaptionMode, Container, SoundSettings};
use std::collections::BTreeMap;
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
    /// What is heard beside the page.
    pub sound: SoundSettings,
    /// How an animated picture is made.
    pub preset: Option<String>,
    /// Title, author and the like.
    pub metadata: BTreeMap<String, String>,
    /// A file of captions.
    pub captions: Option<PathBuf>,
    /// What becomes of it.
    pub caption_mode: Option<CaptionMode>,
    /// The job that the chunks must belong to.
    pub job_id: Option<String>,
    /// Its first frame.
    pub start_frame: Option<u32>,
    /// Its frames.
    pub frame_count: Option<u32>,
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
        if args.caption_mode.is_some() && args.captions.is_none() {
            return Err(Refused("--caption-mode needs captions: name their file with --captions".to_owned()));
        }
        Ok(MergeSettings {
            preset: values::optional("--preset", &args.preset, |text| Ok(text.to_owned()))?,
            metadata: values::metadata(&args.metadata)?,
            captions: args.captions,
            caption_mode: values::optional("--caption-mode", &args.caption_mode, |text| Ok(text.parse()?))?,
            job_id: values::optional("--job-id", &args.job_id, values::job_id)?,
            start_frame: values::optional("--start-frame", &args.start_frame, values::start_frame)?,
            frame_count: values::optional("--frame-count", &args.frame_count, values::frame_count)?,
            talk: Talk::from(&args.talk),
            overwrite: overwrite(args.no_overwrite),
            output: args.output,
            audio_codec: audio,
            sound: super::page::sound(&args.sound)?,
            chunks: args.chunks,
            ffmpeg: args.ffmpeg,
        })
    }
}
