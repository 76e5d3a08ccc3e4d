//! `helios render`: a page becomes a video, or a job with `--emit-job`.

use super::{Stay, emit_job, observer, supervise, worker_command};
use crate::args::RenderArgs;
use crate::report::{self, Console};
use crate::settings::RenderSettings;
use crate::signals::Signals;
use crate::{output, trace};
use helios_job::{AudioFile, Container, Event, HardwareWish, VideoCodec};
use helios_media::{Ffmpeg, MediaError, sound_info};
use helios_renderer::RenderError;
use helios_runner::RenderOrchestrator;

/// Renders, with what is there from before if there is anything, tells what happens, and writes the frame hashes when they are wanted.
pub async fn render(args: RenderArgs, signals: &Signals, stay: Option<&Stay>) -> anyhow::Result<()> {
    let mut settings = RenderSettings::try_from(args)?;
    let console = Console::new(settings.talk);
    trace::start(&console, settings.talk.loudness);
    let (browser, ffmpeg) = (settings.browser.as_deref(), settings.ffmpeg.as_deref());
    settings.options.worker = worker_command(browser, ffmpeg, settings.headless, settings.talk)?;
    settings.options.observer = Some(observer(&console));
    settings.options.cancel = signals.stop.clone();
    if let Some(stay) = stay {
        settings.options = stay.with(settings.options);
    }
    if settings.hardware != HardwareWish::Off {
        choose_hardware(&mut settings, &console).await?;
    }
    if let Some(file) = settings.emit_job.take() {
        return emit_job::emit_job(settings, &file, &console, signals).await;
    }
    if let Some(file) = &settings.frame_hashes {
        output::check("the frame hashes", file)?;
    }
    if let Some(file) = &settings.trace {
        output::check("the trace", file)?;
    }
    // The first word: a browser may take a while to start.
    console.line(&format!("Preparing {}", settings.input));
    // Beside the start of the browser: both take a moment. If both fail, this is the simpler reason.
    let checked = async {
        let failed = |error: &RenderError| console.event(&Event::Failed { failure: error.failure() });
        check_tools(&settings).await.inspect_err(failed).map_err(anyhow::Error::from)
    };
    let rendered =
        async { Ok(RenderOrchestrator::render(&settings.input, &settings.output, &settings.options).await?) };
    let ((), report) = supervise(&console, signals, async { tokio::try_join!(checked, rendered) }).await?;
    if let Some(file) = &settings.frame_hashes {
        output::write_text("the frame hashes", file, &report.frame_hashes().to_string())?;
    }
    if let Some(file) = &settings.trace {
        output::write_text("the trace", file, &report.profile.chrome_trace().to_string())?;
    }
    if settings.profile {
        report::profile(&report).iter().for_each(|line| console.line(line));
    }
    let fps = Some(report.job.config.fps);
    let wall = console.elapsed();
    console.line(&report::summary(&settings.output, report.frames, fps, report.bytes, wall));
    Ok(())
}

/// Whether FFmpeg can do what it will be asked for, and the tracks have sound: known before the page is read, while a worker
/// would find out in the middle of its work.
pub(super) async fn check_tools(settings: &RenderSettings) -> Result<(), RenderError> {
    let options = &settings.options;
    let codec = video_codec(settings)?;
    let ffmpeg = Ffmpeg::find(settings.ffmpeg.as_deref())?;
    for track in &options.sound.tracks {
        let source = track.stretch(0, 0, 0).0;
        if sound_info(&ffmpeg, &source).await.map_err(no_track)?.channels == 0 {
            let why = "it has no sound".to_owned();
            return Err(no_track(MediaError::Unreadable { path: track.file.clone().into(), why }));
        }
    }
    if options.hardware.is_none() {
        ffmpeg.check_encoder(codec).await?;
    }
    Ok(())
}

fn video_codec(settings: &RenderSettings) -> Result<VideoCodec, MediaError> {
    let options = &settings.options;
    let container = Container::from_path(AudioFile::planned_as(&settings.output))?;
    Ok(container.resolve(options.video_codec, options.audio_codec)?.0)
}

/// Finds the hardware that is to encode, and says which it is, or why there is none.
pub(super) async fn choose_hardware(
    settings: &mut RenderSettings,
    console: &Console,
) -> Result<(), MediaError> {
    let (codec, wish) = (video_codec(settings)?, settings.hardware);
    let ffmpeg = Ffmpeg::find(settings.ffmpeg.as_deref())?;
    let mut choice = ffmpeg.choose_hardware(codec, wish).await?;
    settings.options.hardware = choice.encoder;
    if let (HardwareWish::Auto, Some(encoder)) = (wish, choice.encoder)
        && let Err(error) = settings.options.check(&settings.output)
    {
        settings.options.hardware = None;
        choice.refused.push(format!("{encoder}: {error}"));
    }
    console.line(&match settings.options.hardware.and_then(|hardware| hardware.encoder(codec)) {
        Some(encoder) => format!("Encoding in hardware: {encoder}"),
        None => {
            format!("Encoding in software, no hardware encoder works here ({})", choice.refused.join("; "))
        }
    });
    Ok(())
}

/// A track that is no sound is a wrong request: trying again does not make it one.
fn no_track(error: MediaError) -> RenderError {
    RenderError::Settings(format!("cannot use --audio: failed to {error}"))
}
