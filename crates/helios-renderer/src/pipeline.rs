//! One chunk: the stage draws, a thread converts, the encoder takes. Three stages side by side with a few frames on their way,
//! so that memory is bounded and the slowest sets the pace.

use crate::RenderError;
use crate::glance::Glance;
use crate::page_events::Notices;
use crate::picture::Developer;
use crate::recorder::Recorder;
use crate::runtime::RuntimeConfig;
use crate::source::Picture;
use crate::stage::Stage;
use helios_job::{
    CaptionConfig, CaptionFormat, Captions, ChunkOrder, ChunkReport, ChunkVersions, Event, FrameHash,
    JobConfig, JobError, Level, SoundTimeline,
};
use helios_media::{EncodeSettings, Encoder, Ffmpeg, FrameConverter, PartFile};
use std::path::Path;
use std::time::{Duration, Instant};
use tokio::sync::{Semaphore, mpsc};

/// Frames that are drawn ahead of the encoder. The room for a frame is taken before it is drawn: a drawn one that had to wait for its
/// conversion would keep its buffer from the browser, whose compositor spins on a core until it gets it back (docs/capture.md).
const AHEAD: usize = 4;

/// How often work that takes long says that it goes on.
const SIGN_OF_LIFE: Duration = Duration::from_secs(10);

/// Frames that are drawn before the first one kept: the first drawing after a load can differ from a continuous run, the
/// third does not (docs/capture.md).
pub(crate) const PREROLL: u32 = 2;

/// A converted frame on its way to the encoder.
enum Developed {
    New {
        hash: FrameHash,
        planes: Vec<u8>,
    },
    /// The frame before once more.
    Same,
}

/// Renders `order` on `stage` and leaves the finished chunk at its place. `told` hears the number of frames handed to the
/// encoder so far. `versions` lacks the browser's, which the stage knows.
pub(crate) async fn render_chunk(
    stage: &mut Stage,
    ffmpeg: &Ffmpeg,
    order: &ChunkOrder,
    notices: &Notices,
    worker: u32,
    mut told: impl FnMut(u32),
) -> Result<ChunkReport, RenderError> {
    let config = &order.config;
    if config.sound.only {
        return listen(stage, ffmpeg, order, notices, worker, told).await;
    }
    let settings = EncodeSettings::for_chunk(config)?;
    // First, so that it starts while the page comes to its place.
    let part = PartFile::create(&order.output)?;
    let mut encoder = Encoder::start(ffmpeg, &settings, part.path()).await?;
    let whose = format!("chunk {}", order.chunk);
    let recorder = &stage.recorder();
    recorder.keep_frames(order.trace);
    let ready = async {
        let version = async { Ok(ffmpeg.version().await?) };
        tokio::try_join!(seek(stage, config, order.range.start, &whose, notices, worker), version)
    };
    let ((), version) = tokio::select! {
        ready = ready => ready?,
        error = encoder.ended() => return Err(error.into()),
    };
    let converter = FrameConverter::new(settings.layout(), settings.width, settings.height)?;
    let converter = converter.into_space(settings.color_space);
    let glance = order.preview.as_deref().map(|folder| Glance::new(folder, order.chunk, worker, notices));
    let developer = Developer::new(converter, (config.width, config.height), config.look(), glance)?;

    let room = Semaphore::new(AHEAD);
    let (pictures, pictures_in) = mpsc::channel(AHEAD);
    let (developed, developed_in) = mpsc::channel(AHEAD);
    let (spent, spent_in) = mpsc::channel(AHEAD);
    let notes = recorder.clone();
    let developing =
        tokio::task::spawn_blocking(move || develop(developer, pictures_in, &developed, spent_in, &notes));
    let drawing = draw(stage, order, &room, pictures);
    let encoding = encode(&mut encoder, &room, developed_in, &spent, order.range.start, recorder, &mut told);
    let outcome = tokio::try_join!(drawing, encoding);
    // A picture that cannot be converted ends the other two stages early; its error is the one that explains.
    if !matches!(outcome, Err(RenderError::Media(_))) {
        match developing.await {
            Ok(result) => result?,
            Err(error) => {
                return Err(RenderError::Io { doing: "convert frames".to_owned(), source: error.into() });
            }
        }
    }
    let ((), frame_hashes) = outcome?;
    let sound = if config.sound.muted { SoundTimeline::default() } else { stage.sound(order).await? };
    let began = Instant::now();
    alive(encoder.finish(), &format!("the encoder finishes {whose}"), notices, worker).await?;
    let bytes = part.finish().await?;
    recorder.note(helios_job::Stage::Finish, None, began);
    Ok(report(stage, order, version, bytes, frame_hashes, sound))
}

/// What is said of a finished chunk.
fn report(
    stage: &Stage,
    order: &ChunkOrder,
    ffmpeg: String,
    bytes: u64,
    frame_hashes: Vec<FrameHash>,
    sound: SoundTimeline,
) -> ChunkReport {
    let (times, spans) = stage.recorder().take();
    ChunkReport {
        chunk: order.chunk,
        range: order.range,
        attempt: order.attempt,
        bytes,
        capture: stage.capture().to_owned(),
        versions: ChunkVersions {
            helios: env!("CARGO_PKG_VERSION").to_owned(),
            chromium: stage.browser().to_owned(),
            ffmpeg,
        },
        frame_hashes,
        times,
        spans: if order.trace { spans } else { Vec::new() },
        sound,
        files: stage.files(),
    }
}

/// Passes the frames of `order` without drawing them, for what is heard: the chunk's file is that, as data.
async fn listen(
    stage: &mut Stage,
    ffmpeg: &Ffmpeg,
    order: &ChunkOrder,
    notices: &Notices,
    worker: u32,
    mut told: impl FnMut(u32),
) -> Result<ChunkReport, RenderError> {
    let range = order.range;
    seek(stage, &order.config, range.start, &format!("chunk {}", order.chunk), notices, worker).await?;
    // A page that may be jumped about in would leave out what it plays on the way.
    stage.set_seekable(false);
    stage.replay_to(range.end(), |frame| told(frame.saturating_sub(range.start))).await?;
    let sound = stage.sound(order).await?;
    let part = PartFile::create(&order.output)?;
    let text = serde_json::to_vec(&sound).unwrap_or_default();
    std::fs::write(part.path(), text).map_err(RenderError::io("write", part.path()))?;
    let version = ffmpeg.version().await?;
    Ok(report(stage, order, version, part.finish().await?, Vec::new(), sound))
}

/// Brings the stage to the first frame to be drawn: [`PREROLL`] frames before `start`, or as many as there are. `whose`
/// start it is stands in messages.
pub(crate) async fn seek(
    stage: &mut Stage,
    config: &JobConfig,
    start: u32,
    whose: &str,
    notices: &Notices,
    worker: u32,
) -> Result<(), RenderError> {
    stage.set_strict(config.strict);
    let next = stage.next_frame();
    let first = start.saturating_sub(PREROLL);
    let runtime = runtime_config(config);
    let open = stage.is_open(&runtime);
    // A page that has just drawn the frames before the chunk goes on; one that stands before the preroll is replayed from
    // where it stands. Everything else starts over.
    if open && next == start && start > 0 {
        return Ok(());
    }
    if !(open && next <= first) {
        stage.open(&runtime, (config.width, config.height), config.timeout.into()).await?;
        if let Some(captions) = config.burnt_captions() {
            stage.show_captions(&read_captions(captions)?.shown(config.fps)).await?;
        }
    }
    // A sign of life for the watchdog as much as for the user.
    let told = |frame| {
        let message = format!("passed {frame} of {first} frames before {whose}");
        notices.send(Event::Notice { worker: Some(worker), level: Level::Debug, frame: None, message }).ok();
    };
    stage.replay_to(first, told).await
}

/// The captions of a file.
pub(crate) fn read_captions(captions: &CaptionConfig) -> Result<Captions, RenderError> {
    let path = Path::new(&captions.file);
    let text = std::fs::read_to_string(path).map_err(RenderError::io("read", path))?;
    let refused =
        |error: JobError| RenderError::Settings(format!("read the captions {}: {error}", captions.file));
    Captions::parse(&text, CaptionFormat::of(path).map_err(refused)?).map_err(refused)
}

async fn draw(
    stage: &mut Stage,
    order: &ChunkOrder,
    room: &Semaphore,
    pictures: mpsc::Sender<(u32, Picture)>,
) -> Result<(), RenderError> {
    while stage.next_frame() < order.range.end() {
        // No more room, or a closed channel: the converting stage failed, and it says why itself.
        let Ok(taken) = room.acquire().await else { break };
        taken.forget();
        let kept = draw_kept(stage, order.range.start).await?;
        if pictures.send(kept).await.is_err() {
            break;
        }
    }
    Ok(())
}

/// Draws until a frame at or behind `start` is there: what comes before is the preroll. Only behind `start` a frame may be the
/// same as the one before.
pub(crate) async fn draw_kept(stage: &mut Stage, start: u32) -> Result<(u32, Picture), RenderError> {
    loop {
        let frame = stage.next_frame();
        let picture = stage.draw(frame > start).await?;
        if frame >= start {
            return Ok((frame, picture));
        }
    }
}

fn develop(
    mut developer: Developer,
    mut pictures: mpsc::Receiver<(u32, Picture)>,
    developed: &mpsc::Sender<Developed>,
    mut spent: mpsc::Receiver<Vec<u8>>,
    recorder: &Recorder,
) -> Result<(), RenderError> {
    while let Some((frame, picture)) = pictures.blocking_recv() {
        let next = if let Picture::Same = picture {
            Developed::Same
        } else {
            let began = Instant::now();
            let mut planes = spent.try_recv().unwrap_or_default();
            let hash = developer.develop(frame, picture, &mut planes)?;
            recorder.note(helios_job::Stage::Convert, Some(frame), began);
            Developed::New { hash, planes }
        };
        // `AHEAD` frames at most are on their way, and this one is one of them.
        debug_assert!(
            developed.is_closed() || developed.capacity() > 0,
            "a drawn frame waits for the encoder"
        );
        if developed.blocking_send(next).is_err() {
            break;
        }
    }
    Ok(())
}

async fn encode(
    encoder: &mut Encoder,
    room: &Semaphore,
    mut developed: mpsc::Receiver<Developed>,
    spent: &mpsc::Sender<Vec<u8>>,
    start: u32,
    recorder: &Recorder,
    mut told: impl FnMut(u32),
) -> Result<Vec<FrameHash>, RenderError> {
    let mut hashes: Vec<FrameHash> = Vec::new();
    let mut last = Vec::new();
    while let Some(next) = developed.recv().await {
        room.add_permits(1);
        let hash = match next {
            Developed::New { hash, planes } => {
                // A full channel only means that there are buffers enough.
                spent.try_send(std::mem::replace(&mut last, planes)).ok();
                Some(hash)
            }
            Developed::Same => hashes.last().copied(),
        };
        let (began, frame) = (Instant::now(), start + hashes.len() as u32);
        encoder.write(&last).await?;
        recorder.note(helios_job::Stage::Encode, Some(frame), began);
        hashes.extend(hash);
        told(u32::try_from(hashes.len()).unwrap_or(u32::MAX));
    }
    room.close();
    Ok(hashes)
}

/// Does `work`, which says nothing for minutes, and gives signs of life meanwhile: it has a time-out of its own, longer than the
/// watchdog's.
pub(crate) async fn alive<T>(work: impl Future<Output = T>, what: &str, notices: &Notices, worker: u32) -> T {
    tokio::pin!(work);
    loop {
        tokio::select! {
            outcome = &mut work => return outcome,
            () = tokio::time::sleep(SIGN_OF_LIFE) => {
                let message = what.to_owned();
                notices.send(Event::Notice { worker: Some(worker), level: Level::Debug, frame: None, message }).ok();
            }
        }
    }
}

/// What the page is told of the job.
pub(crate) fn runtime_config(config: &JobConfig) -> RuntimeConfig {
    RuntimeConfig {
        fps: Some(config.fps.into()),
        width: Some(config.width),
        height: Some(config.height),
        total_frames: Some(config.composition_frames()),
        duration_seconds: Some(config.duration.as_f64()),
        seed: config.seed,
        epoch_ms: config.epoch_ms,
        props: config.props.clone(),
        timeout_ms: (config.timeout.as_f64() * 1000.0) as u64,
        canvas_mode: config.mode == helios_job::Mode::Canvas,
        alpha: config.look().alpha,
        contract: config.contract,
        composition: config.composition.clone(),
        list: false,
    }
}
