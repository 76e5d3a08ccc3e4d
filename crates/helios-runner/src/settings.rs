//! Merges what was asked for with what the page declares into the validated [`JobConfig`]. No processes, and no files but that
//! of the captions.

use crate::input::Input;
use crate::{RenderOptions, RunnerError, captions};
use helios_job::{
    AudioFile, CaptionMode, CaptureKind, CheckOrder, Composition, Container, DEFAULT_EPOCH_MS, Encoding,
    EncodingWish, Fps, FrameRange, InspectOrder, JobConfig, JobError, Look, Mode, PixelFormat, Scale,
    Seconds, SoundSettings,
};
use std::path::Path;

const DEFAULT_SIZE: (u32, u32) = (1920, 1080);
const DEFAULT_TIMEOUT_SECONDS: f64 = 30.0;

/// Whether the page must be asked.
pub(crate) fn needs_page(options: &RenderOptions) -> bool {
    options.width.is_none() || options.height.is_none() || options.fps.is_none() || options.duration.is_none()
}

/// What is wrong with the options whatever the page says. Checked before anything is started.
pub(crate) fn check(options: &RenderOptions, output: &Path) -> Result<(), RunnerError> {
    let container = Container::from_path(AudioFile::planned_as(output))?;
    let encoding = encoding(options, container)?;
    if let Some(fps) = options.fps {
        container.check_rate(fps)?;
    }
    let given = |pixels: Option<u32>, default: u32| u64::from(pixels.unwrap_or(default));
    let size =
        JobConfig::check_size(given(options.width, DEFAULT_SIZE.0), given(options.height, DEFAULT_SIZE.1))?;
    // An axis that the page has still to name is a good one.
    let scale = options.scale.unwrap_or_default();
    if options.width.is_some() || options.height.is_some() {
        let known = |given: Option<u32>, axis: u32| if given.is_some() { axis } else { 1000 };
        let size = scale.output((known(options.width, size.0), known(options.height, size.1)))?;
        encoding.pixel_format.check_size(size)?;
    }
    check_whole(options, container)?;
    if container.is_silent() && !options.sound.tracks.is_empty() {
        let what = format!("--audio: .{container} has no sound: leave it out, or write a video");
        return Err(JobError::Conflict(what).into());
    }
    captions::check(options, container)?;
    let zero = |what: &str| Err(JobError::Conflict(format!("--{what} 0 renders nothing: use 1 or more")));
    if options.chunk_frames == Some(0) {
        zero("chunk-frames")?;
    }
    if options.frame_count == Some(0) {
        zero("frame-count")?;
    }
    if AudioFile::from_path(output).is_some() && options.sound.muted {
        let what = "--muted leaves nothing of an output that is sound alone: leave it out, or write a video";
        return Err(JobError::Conflict(what.to_owned()).into());
    }
    fonts(options)?;
    check_props(options)
}

/// How frames are encoded.
fn encoding(options: &RenderOptions, container: Container) -> Result<Encoding, RunnerError> {
    let (video, _) = container.resolve(options.video_codec, options.audio_codec)?;
    let wish = EncodingWish {
        quality: options.quality,
        preset: options.preset.clone(),
        pixel_format: options.pixel_format,
        alpha: options.alpha,
        color_space: options.color_space,
        video_bitrate: options.video_bitrate,
        max_rate: options.max_rate,
        gop: options.gop,
        hardware: options.hardware,
    };
    let encoding = Encoding::resolve(video, &wish)?;
    container.check_format(video, encoding.pixel_format)?;
    Ok(encoding)
}

/// What is of the whole and has no place in some kinds of output.
fn check_whole(options: &RenderOptions, container: Container) -> Result<(), RunnerError> {
    let refused = |what: String| Err(JobError::Conflict(what).into());
    let is_video = !container.is_animation() && !container.is_pictures();
    if options.chunk.is_some() && !is_video {
        return refused(format!(
            "--chunk: a chunk is a video, not .{container}: use .mov or .mkv, and `helios merge`"
        ));
    }
    if !options.metadata.is_empty() && !is_video {
        return refused(format!(
            "--metadata: .{container} has no place for it: leave it out, or write a video"
        ));
    }
    check_plays(options, container)?;
    if options.mode == Some(Mode::Canvas) && options.scale.is_some_and(|scale| !scale.is_one()) {
        return refused(
            "--scale: a canvas has the pixels that the page gave it: leave it out, or use --mode dom"
                .to_owned(),
        );
    }
    Ok(())
}

/// What plays again and again by itself.
pub(crate) fn check_plays(options: &RenderOptions, container: Container) -> Result<(), RunnerError> {
    if options.plays.is_some() && !container.is_animation() {
        let what = format!(
            "--loop: players decide how often .{container} plays: leave it out, or write a .gif, .webp or .apng"
        );
        return Err(JobError::Conflict(what).into());
    }
    Ok(())
}

fn check_props(options: &RenderOptions) -> Result<(), RunnerError> {
    if options.props.as_ref().is_some_and(|props| !props.is_object() && !props.is_null()) {
        let what = "--props must be a JSON object, such as {\"title\": \"Hello\"}".to_owned();
        return Err(JobError::Conflict(what).into());
    }
    Ok(())
}

/// The order that asks the page.
pub(crate) fn inspect_order(input: &Input, options: &RenderOptions) -> Result<InspectOrder, RunnerError> {
    Ok(InspectOrder {
        input: input.text.clone(),
        width: options.width,
        height: options.height,
        mode: options.mode.unwrap_or_default(),
        capture: options.capture.unwrap_or_default(),
        props: options.props.clone().unwrap_or_default(),
        contract: options.contract.unwrap_or_default(),
        composition: options.composition.clone(),
        list: false,
        seed: options.seed.unwrap_or_default(),
        epoch_ms: options.epoch_ms.unwrap_or(DEFAULT_EPOCH_MS),
        timeout: timeout(options)?,
        look: look(options),
        fonts: fonts(options)?,
    })
}

/// How the browser will be asked to draw, for a format that is known to be good.
fn look(options: &RenderOptions) -> Look {
    let with_alpha = options.pixel_format.is_some_and(PixelFormat::has_alpha);
    Look {
        alpha: options.alpha || with_alpha,
        scale: options.scale.unwrap_or_default(),
        captions: options.captions.is_some() && options.caption_mode.unwrap_or_default() == CaptionMode::Burn,
    }
}

/// The order that looks through the page. What is wrong with the size is for the report to say, as far as it is the page's.
pub(crate) fn check_order(input: &Input, options: &RenderOptions) -> Result<CheckOrder, RunnerError> {
    check_props(options)?;
    Ok(CheckOrder {
        input: input.text.clone(),
        width: options.width,
        height: options.height,
        fps: options.fps,
        duration: options.duration,
        mode: options.mode.unwrap_or_default(),
        capture: options.capture.unwrap_or_default(),
        props: options.props.clone().unwrap_or_default(),
        contract: options.contract.unwrap_or_default(),
        composition: options.composition.clone(),
        seed: options.seed.unwrap_or_default(),
        epoch_ms: options.epoch_ms.unwrap_or(DEFAULT_EPOCH_MS),
        timeout: timeout(options)?,
        fonts: None,
    })
}

/// The config of the job. Options win over the page, the page over defaults.
pub(crate) fn config(
    input: &Input,
    output: &Path,
    options: &RenderOptions,
    page: &Composition,
) -> Result<JobConfig, RunnerError> {
    let container = Container::from_path(AudioFile::planned_as(output))?;
    let (_, audio_codec) = container.resolve(options.video_codec, options.audio_codec)?;
    let encoding = encoding(options, container)?;
    let scale = options.scale.unwrap_or_default();
    let (width, height) = size(options, page, encoding.pixel_format, scale)?;
    let fps = match (options.fps, &page.fps) {
        (Some(fps), _) => fps,
        (None, Some(text)) => text.parse().map_err(|error: JobError| declared("fps", text, &error))?,
        (None, None) => Fps::DEFAULT,
    };
    let duration = match (options.duration, page.duration) {
        (Some(duration), _) => duration,
        (None, Some(seconds)) => {
            Seconds::from_f64(seconds).map_err(|error| declared("duration", seconds, &error))?
        }
        (None, None) => return Err(RunnerError::NoDuration),
    };
    container.check_rate(fps)?;
    let range = FrameRange::select(duration.frames(fps), options.start_frame, options.frame_count)?;
    let Encoding {
        codec,
        quality,
        preset,
        pixel_format,
        color_space,
        video_bitrate,
        max_rate,
        gop,
        hardware,
    } = encoding;
    Ok(JobConfig {
        input: input.text.clone(),
        width,
        height,
        fps,
        duration,
        start_frame: range.start,
        total_frames: range.count,
        mode: options.mode.unwrap_or(Mode::Dom),
        video_codec: codec,
        audio_codec,
        quality,
        preset,
        pixel_format,
        color_space,
        video_bitrate,
        max_rate,
        gop,
        hardware,
        scale,
        metadata: options.metadata.clone(),
        plays: options.plays.unwrap_or_default(),
        captions: captions::config(options)?,
        fonts: fonts(options)?,
        capture: options.capture.unwrap_or(CaptureKind::Auto),
        props: options.props.clone().unwrap_or_default(),
        contract: options.contract.unwrap_or_default(),
        composition: options.composition.clone(),
        seed: options.seed.unwrap_or_default(),
        epoch_ms: options.epoch_ms.unwrap_or(DEFAULT_EPOCH_MS),
        timeout: timeout(options)?,
        strict: options.strict,
        sound: SoundSettings { only: AudioFile::from_path(output).is_some(), ..options.sound.clone() },
    })
}

/// The folder of the only fonts.
fn fonts(options: &RenderOptions) -> Result<Option<String>, RunnerError> {
    let Some(folder) = &options.fonts else { return Ok(None) };
    let refused = |why: String| JobError::Conflict(format!("--fonts {}: {why}", folder.display()));
    if !folder.is_dir() {
        return Err(refused("there is no such folder".to_owned()).into());
    }
    let path = std::path::absolute(folder).map_err(|error| refused(error.to_string()))?;
    let text = path.into_os_string().into_string();
    Ok(Some(text.map_err(|_| refused("the path is not valid UTF-8".to_owned()))?))
}

fn timeout(options: &RenderOptions) -> Result<Seconds, RunnerError> {
    Ok(options.timeout.map_or_else(|| Seconds::from_f64(DEFAULT_TIMEOUT_SECONDS), Ok)?)
}

fn size(
    options: &RenderOptions,
    page: &Composition,
    format: PixelFormat,
    scale: Scale,
) -> Result<(u32, u32), RunnerError> {
    // An axis is checked together with a good value for the other one, so that the error names the right one.
    let good = u64::from(DEFAULT_SIZE.1);
    let check = |width: u64, height: u64| {
        let size = JobConfig::check_size(width, height)?;
        // As large as that, its scaled size may not be good; what matters here is this axis.
        if scale.is_one() {
            format.check_size(size)?;
        }
        Ok(size)
    };
    let width = axis("width", options.width, page.width, DEFAULT_SIZE.0, |given| {
        check(given, good).map(|(width, _)| width)
    })?;
    let height = axis("height", options.height, page.height, DEFAULT_SIZE.1, |given| {
        check(good, given).map(|(_, height)| height)
    })?;
    format.check_size(scale.output((width, height))?)?;
    Ok((width, height))
}

fn axis(
    what: &'static str,
    option: Option<u32>,
    page: Option<f64>,
    default: u32,
    check: impl Fn(u64) -> Result<u32, JobError>,
) -> Result<u32, RunnerError> {
    match (option, page) {
        (Some(pixels), _) => Ok(check(u64::from(pixels))?),
        (None, Some(given)) if given.fract() != 0.0 || !(0.0..1e9).contains(&given) => {
            Err(RunnerError::Page {
                what,
                given: given.to_string(),
                why: "use a whole number of pixels".to_owned(),
            })
        }
        (None, Some(given)) => check(given as u64).map_err(|error| match error {
            JobError::Size { why, .. } => RunnerError::Page { what, given: given.to_string(), why },
            other => other.into(),
        }),
        (None, None) => Ok(default),
    }
}

fn declared(what: &'static str, given: impl ToString, error: &JobError) -> RunnerError {
    let why = error.to_string();
    let why = why.split_once(": ").map_or(why.clone(), |(_, rest)| rest.to_owned());
    RunnerError::Page { what, given: given.to_string(), why }
}

#[cfg(test)]
mod tests;
