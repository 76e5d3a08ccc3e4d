//! What the arguments of `helios render` mean.

use super::page::{check_input, page_options, parse, sound, with_whole};
use super::values::{self, optional};
use super::{Refused, Talk, overwrite};
use crate::args::RenderArgs;
use crate::output::is_stdout;
use helios_job::{
    AudioCodec, AudioFile, ColorSpace, Container, HardwareWish, JobError, PixelFormat, Scale, VideoCodec,
};
use helios_remote::is_address;
use helios_runner::{Concurrency, RenderOptions};
use std::path::{Path, PathBuf};

/// The settings of `helios render`.
pub struct RenderSettings {
    /// File, folder or URL.
    pub input: String,
    /// The file to write.
    pub output: PathBuf,
    /// What the orchestrator is asked for. How workers start, who watches and who cancels is not decided here.
    pub options: RenderOptions,
    /// Whether the browser stays invisible.
    pub headless: bool,
    /// The Chromium to use.
    pub browser: Option<PathBuf>,
    /// The FFmpeg to use.
    pub ffmpeg: Option<PathBuf>,
    /// What is to encode.
    pub hardware: HardwareWish,
    /// Where the job goes, instead of rendering it.
    pub emit_job: Option<PathBuf>,
    /// Whether it goes there with all its files.
    pub bundle: bool,
    /// Where the frame hashes go.
    pub frame_hashes: Option<PathBuf>,
    /// Whether to say where the time went.
    pub profile: bool,
    /// Where it is written when what was done.
    pub trace: Option<PathBuf>,
    /// How much is said.
    pub talk: Talk,
}

impl TryFrom<RenderArgs> for RenderSettings {
    type Error = Refused;

    fn try_from(args: RenderArgs) -> Result<RenderSettings, Refused> {
        check_combinations(&args)?;
        check_input(&args.input)?;
        let options = options(&args)?;
        let wish = optional("--hardware-acceleration", &args.hardware_acceleration, parse::<HardwareWish>)?;
        options.check(&args.output).map_err(|error| Refused(error.to_string()))?;
        Ok(RenderSettings {
            options,
            headless: !args.browser.no_headless,
            talk: Talk::from(&args.talk),
            input: args.input,
            output: args.output,
            browser: args.browser.browser,
            ffmpeg: args.browser.ffmpeg,
            hardware: wish.unwrap_or_default(),
            emit_job: args.emit_job,
            bundle: args.bundle,
            frame_hashes: args.frame_hashes,
            profile: args.profile,
            trace: args.trace,
        })
    }
}

/// Reads the values one by one. What is not given stays `None`: the page or a default decides.
fn options(args: &RenderArgs) -> Result<RenderOptions, Refused> {
    let options = with_whole(page_options(&args.picture, &args.page, &args.browser)?, &args.whole)?;
    let video = optional("--video-codec", &args.video_codec, parse::<VideoCodec>)?;
    let audio = optional("--audio-codec", &args.audio_codec, parse::<AudioCodec>)?;
    let container =
        Container::from_path(AudioFile::planned_as(&args.output)).map_err(|error| match error {
            JobError::Choice { what: "output extension", .. } => {
                Refused(format!("{error}; for sound alone .wav, .flac, .mp3, .m4a, .aac or .opus"))
            }
            _ => error.into(),
        })?;
    let (codec, _) = container.resolve(video, audio)?;
    let preset = |text: &str| Ok(codec.check_preset(text)?.to_owned());
    Ok(RenderOptions {
        scale: optional("--scale", &args.look.scale, parse::<Scale>)?,
        alpha: args.look.alpha,
        fonts: args.look.fonts.clone(),
        pixel_format: optional("--pixel-format", &args.pixel_format, parse::<PixelFormat>)?,
        color_space: optional("--color-space", &args.color_space, parse::<ColorSpace>)?,
        video_bitrate: optional("--video-bitrate", &args.video_bitrate, |text| {
            values::bit_rate("--video-bitrate", text)
        })?,
        max_rate: optional("--max-rate", &args.max_rate, |text| values::bit_rate("--max-rate", text))?,
        gop: optional("--gop", &args.gop, values::gop)?,
        start_frame: optional("--start-frame", &args.start_frame, values::start_frame)?,
        frame_count: optional("--frame-count", &args.frame_count, values::frame_count)?,
        quality: optional("--quality", &args.quality, |text| values::quality(codec, text))?,
        preset: optional("--preset", &args.preset, preset)?,
        video_codec: video,
        audio_codec: audio,
        concurrency: optional("--concurrency", &args.concurrency, concurrency)?.unwrap_or_default(),
        chunk_frames: optional("--chunk-frames", &args.chunk_frames, values::chunk_frames)?,
        job_id: optional("--job-id", &args.job_id, values::job_id)?,
        chunk: optional("--chunk", &args.chunk, values::chunk)?,
        job_frames: optional("--job-frames", &args.job_frames, values::job_frames)?,
        resume: args.resume,
        // A chunk of a job is a whole to those who try again.
        resumable: args.job_id.is_none(),
        keep_chunks: args.keep_chunks,
        strict: args.strict.strict,
        trace: args.trace.is_some(),
        sound: sound(&args.sound)?,
        overwrite: overwrite(&args.replace),
        retries: optional("--retries", &args.retries, values::retries)?.unwrap_or(options.retries),
        ..options
    })
}

/// Flags that exclude each other. Each message says which one to drop.
fn check_combinations(args: &RenderArgs) -> Result<(), Refused> {
    let refused = |text: &str| Err(Refused(text.to_owned()));
    if AudioFile::from_path(&args.output).is_some()
        && (args.emit_job.is_some() || args.frame_hashes.is_some())
    {
        return refused(
            "an output of sound alone is made by one worker and has no frames: leave out --emit-job and --frame-hashes",
        );
    }
    let stdout = |path: Option<&Path>| path.is_some_and(is_stdout);
    if args.emit_job.is_some() && args.frame_hashes.is_some() {
        return refused(
            "--frame-hashes needs rendered frames, and --emit-job renders none: leave out one of them",
        );
    }
    if args.bundle && stdout(args.emit_job.as_deref()) {
        return refused("--bundle makes a folder: give --emit-job its name instead of -");
    }
    if args.emit_job.as_deref().is_some_and(is_address) && !args.bundle {
        return refused("--emit-job to object storage takes all that the page needs along: add --bundle");
    }
    let files = [&args.emit_job, &args.frame_hashes, &args.trace];
    if args.talk.json && files.iter().any(|file| stdout(file.as_deref())) {
        return refused(
            "--json already writes to standard output: give --emit-job, --frame-hashes and --trace a file instead of -",
        );
    }
    Ok(())
}

fn concurrency(text: &str) -> Result<Concurrency, Refused> {
    if text == "auto" { Ok(Concurrency::Auto) } else { values::workers(text).map(Concurrency::Fixed) }
}
