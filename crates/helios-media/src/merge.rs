//! Joining chunks into one file: by stream copy, or by making one animated picture of them (`animate`), or a file of each
//! frame (`pictures`). Knows no manifests and no jobs.
//!
//! PCM slices, which are sample-exact, are encoded once, here, to the codec asked for or the container's usual one: encoding each slice would put priming silence at every seam.

use crate::encoder::{explain, is_disk_full};
use crate::merge_extras::Extras;
use crate::process::{Child, Pipes};
use crate::timing::Grid;
use crate::{
    Ffmpeg, MediaError, PartFile, Result, animate, language, merge_args, merge_check, pictures, sound,
};
use helios_job::{AudioCodec, AudioFile, Container, MergeOrder};
use std::ffi::OsString;
use std::path::Path;
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio_util::sync::CancellationToken;

/// The longest wait for a join. It runs at the speed of the disk; this is for a disk that no longer answers.
const MERGE_TIMEOUT: Duration = Duration::from_secs(4 * 3600);

/// A joined file, in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merged {
    /// Frames counted in it.
    pub frames: u32,
    /// Its size.
    pub bytes: u64,
    /// What should be said: sound that is missing, or was too loud.
    pub warnings: Vec<String>,
}

/// Joins `order.inputs` into `order.output`, which appears complete or not at all.
///
/// # Errors
/// [`MediaError::BadChunks`] and [`MediaError::Mismatch`] name every chunk concerned; [`MediaError::Settings`] or
/// [`MediaError::Request`] for an output that cannot carry the chunks; [`MediaError::FrameCount`] when frames are missing;
/// [`MediaError::DiskFull`], [`MediaError::Output`], [`MediaError::Failed`]; [`MediaError::Cancelled`].
pub async fn merge(ffmpeg: &Ffmpeg, order: &MergeOrder, cancel: &CancellationToken) -> Result<Merged> {
    tokio::select! {
        biased;
        // Dropping the work kills its children and removes its files.
        () = cancel.cancelled() => Err(MediaError::Cancelled),
        result = join(ffmpeg, order) => result,
    }
}

async fn join(ffmpeg: &Ffmpeg, order: &MergeOrder) -> Result<Merged> {
    if let Some(kind) = AudioFile::from_path(&order.output) {
        return sound_alone(ffmpeg, order, kind).await;
    }
    let container = Container::from_path(&order.output)?;
    // Before the chunks are read: the commonest mistake should not take a minute to show.
    let part = if container.is_pictures() { None } else { Some(PartFile::create(&order.output)?) };
    let chunks = merge_check::inspect(ffmpeg, order, container).await?;
    let expected = order.frames.map_or(chunks.frames, u64::from);
    if chunks.frames != expected {
        return Err(MediaError::FrameCount { path: order.output.clone(), found: chunks.frames, expected });
    }
    let mut warnings = Vec::new();
    let mixed;
    let sound = match &order.sound {
        _ if container.is_silent() => Sound::None,
        None => Sound::Kept(order.audio_codec),
        Some(wanted) => {
            mixed = PartFile::create(&order.output.with_extension("f32"))?;
            let codec = order.audio_codec.unwrap_or(container.default_audio_codec());
            let mix = sound::mix(ffmpeg, wanted, chunks.frames, chunks.grid.fps(), mixed.path()).await?;
            let heard = mix.is_some();
            warnings = mix.unwrap_or_default();
            if heard { Sound::Mixed(codec, mixed.path()) } else { Sound::None }
        }
    };
    let plan = merge_args::Plan::new(&chunks, container, sound)?;
    let Some(part) = part else {
        return pictures::write(ffmpeg, &plan, (order.first_frame, expected), &order.output).await;
    };
    let extras = Extras {
        metadata: order.metadata.clone(),
        captions: order.captions.clone(),
        language: order.caption_language.clone(),
    };
    let found = if container.is_animation() {
        container.check_rate(chunks.grid.fps())?;
        let preset = order.preset.as_deref().unwrap_or(container.default_video_codec().default_preset());
        animate::animate(ffmpeg, &plan, &chunks, (container, preset, order.plays), part.path()).await?;
        ffmpeg.count_animation(container, part.path(), (chunks.grid.fps(), expected)).await?
    } else {
        run(ffmpeg, &plan, plan.args(&extras, part.path()), part.path()).await?;
        let info = ffmpeg.probe(part.path()).await?;
        if let (Some(_), Some(wanted)) = (&order.captions, &order.caption_language) {
            warnings.extend(language::lost(wanted, info.caption_language.as_deref(), container));
        }
        info.picture().map_or(0, |video| video.packets)
    };
    let frames = counted(found, expected, &order.output)?;
    let bytes = part.finish().await?;
    Ok(Merged { frames, bytes, warnings })
}

/// The frames of `output`, which must be as many as expected.
pub(crate) fn counted(found: u64, expected: u64, output: &Path) -> Result<u32> {
    let frames = u32::try_from(found).ok().filter(|_| found == expected);
    frames.ok_or_else(|| MediaError::FrameCount { path: output.to_owned(), found, expected })
}

/// The mix as a file of its own. What plays nothing is silence as long as the video.
async fn sound_alone(ffmpeg: &Ffmpeg, order: &MergeOrder, kind: AudioFile) -> Result<Merged> {
    let (Some(wanted), Some(frames), Some(fps)) = (&order.sound, order.frames, order.fps) else {
        let why = "a file of sound alone is made of a page, not of chunks: use helios render";
        return Err(MediaError::Request(why.to_owned()));
    };
    let part = PartFile::create(&order.output)?;
    let mixed = PartFile::create(&order.output.with_extension("f32"))?;
    let warnings = sound::mix(ffmpeg, wanted, u64::from(frames), fps, mixed.path()).await?;
    let nothing = || vec!["nothing is heard: the file is silent".to_owned()];
    let warnings = match warnings {
        Some(warnings) => warnings,
        None => sound::silence(wanted, frames, fps, mixed.path()).map(|()| nothing())?,
    };
    let args = merge_args::sound_alone(kind, mixed.path(), part.path());
    let action = format!("encode {}", order.output.display());
    let child = Child::start(ffmpeg.ffmpeg(), &args, Pipes { stdin: false, stdout: false }, action).await?;
    written(child, part.path()).await?;
    Ok(Merged { frames, bytes: part.finish().await?, warnings })
}

/// Has FFmpeg read the chunks and write `part`.
pub(crate) async fn run(
    ffmpeg: &Ffmpeg,
    plan: &merge_args::Plan,
    args: Vec<OsString>,
    part: &Path,
) -> Result<()> {
    let action = format!("merge {} chunks", plan.chunk_count());
    let pipes = Pipes { stdin: true, stdout: false };
    let mut child = Child::start(ffmpeg.ffmpeg(), &args, pipes, action).await?;
    if let Some(mut stdin) = child.take_stdin() {
        // A broken pipe means that FFmpeg ended; its status and words say why.
        let _ = stdin.write_all(plan.list()).await;
    }
    written(child, part).await
}

/// Waits until FFmpeg has written `part`.
async fn written(mut child: Child, part: &Path) -> Result<()> {
    let outcome = child.outcome(MERGE_TIMEOUT).await?;
    if outcome.status.success() && !is_disk_full(&outcome.stderr) {
        if !outcome.stderr.is_empty() {
            tracing::warn!(stderr = %outcome.stderr, "FFmpeg complained while merging");
        }
        return Ok(());
    }
    Err(explain(&child, outcome, part))
}

/// What becomes of the sound.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Sound<'a> {
    /// That of the chunks goes along, in this codec.
    Kept(Option<AudioCodec>),
    /// This mix, in this codec.
    Mixed(AudioCodec, &'a Path),
    /// There is none.
    None,
}

/// What the chunks have in common, once they are known to agree.
#[derive(Debug, Clone)]
pub(crate) struct Chunks {
    /// The files and their frames, in order.
    pub(crate) files: Vec<(std::path::PathBuf, u64)>,
    /// Frames of all of them.
    pub(crate) frames: u64,
    /// The video codec.
    pub(crate) codec: helios_job::VideoCodec,
    /// Frames by which decoding runs ahead of showing: the largest of all.
    pub(crate) delay: u32,
    /// Where frames lie.
    pub(crate) grid: Grid,
    /// Whether the chunks' own clock is that of `grid`, as it is when Helios made them. Matroska counts milliseconds.
    pub(crate) on_grid: bool,
    /// Whether there is transparency.
    pub(crate) alpha: bool,
    /// FFmpeg's name of the audio codec, if there is sound.
    pub(crate) audio: Option<String>,
}
