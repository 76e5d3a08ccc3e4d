//! Measuring capture and replay alone: a stage draws frames, and what it draws is hashed and dropped. For benchmarks.

use crate::RenderError;
use crate::chromium::BrowserChoice;
use crate::pipeline::runtime_config;
use crate::source::Picture;
use crate::stage::{Stage, StageOptions};
use helios_job::{CaptureKind, Event, JobConfig};
use std::time::{Duration, Instant};
use tokio::sync::mpsc;

/// What one kind of capture did.
#[derive(Debug, Clone)]
pub struct Measured {
    /// The frame source in use: `tap`, `beginframe` or `screenshot`.
    pub capture: &'static str,
    /// Frames drawn in the time.
    pub frames: u32,
    /// Wall time from the first of them to the last; start-up and load are not in it.
    pub elapsed: Duration,
    /// Time from the start of the browser to the first frame.
    pub first_frame: Duration,
    /// Bytes of the pictures as they were delivered: raw pixels, or base64 PNG.
    pub bytes: u64,
}

impl Measured {
    /// Frames per second.
    pub fn rate(&self) -> f64 {
        f64::from(self.frames) / self.elapsed.as_secs_f64()
    }
}

/// A stage with a composition on it, for one measurement.
struct Opened {
    stage: Stage,
    launched: Instant,
    notices: mpsc::UnboundedReceiver<Event>,
    // With the browser's profile, removed after the browser.
    _scratch: tempfile::TempDir,
}

async fn open(config: &JobConfig, source: CaptureKind) -> Result<Opened, RenderError> {
    let scratch = tempfile::tempdir().map_err(RenderError::io("create a folder in", std::env::temp_dir()))?;
    let (sender, notices) = mpsc::unbounded_channel();
    let options = StageOptions {
        browser: BrowserChoice {
            explicit: None,
            profile: scratch.path().to_owned(),
            headless: true,
            scale: config.scale,
            fonts: config.fonts.clone(),
            timeout: config.timeout.into(),
        },
        capture: source,
        look: config.look(),
        mode: config.mode,
        worker: 0,
        scratch: scratch.path().to_owned(),
        ffmpeg: None,
        notices: sender,
        recorder: Default::default(),
    };
    let launched = Instant::now();
    let size = (config.width, config.height);
    let mut stage = Stage::start(&options, &config.input, size).await?;
    stage.open(&runtime_config(config), size, config.timeout.into()).await?;
    Ok(Opened { stage, launched, notices, _scratch: scratch })
}

/// Captures frames 1 to `frames` of a composition from `source` after a first one that does not count.
///
/// # Errors
/// As rendering does.
pub async fn capture(config: &JobConfig, source: CaptureKind, frames: u32) -> Result<Measured, RenderError> {
    let Opened { mut stage, launched, mut notices, _scratch } = open(config, source).await?;
    stage.draw(false).await?;
    let first_frame = launched.elapsed();
    let mut bytes = 0;
    let began = Instant::now();
    for _ in 0..frames {
        bytes += match stage.draw(false).await? {
            // Reading the memory is part of having the frame.
            Picture::Shared(frame) => {
                frame.pixels().len() as u64 + (xxhash_rust::xxh3::xxh3_64(frame.pixels()) & 1)
            }
            Picture::Png { base64, .. } => base64.len() as u64,
            Picture::Rgba(pixels) => pixels.len() as u64,
            Picture::Same => 0,
            Picture::Twice { black, white } => (black.len() + white.pixels().len()) as u64,
        };
        while notices.try_recv().is_ok() {}
    }
    let measured =
        Measured { capture: stage.capture(), frames, elapsed: began.elapsed(), first_frame, bytes };
    stage.close().await;
    Ok(measured)
}

/// Passes through frames 1 to `frames` of a composition without drawing them, as a chunk from the middle does first. The
/// composition must not be one that can be jumped about in.
///
/// # Errors
/// As rendering does.
pub async fn replay(config: &JobConfig, source: CaptureKind, frames: u32) -> Result<Measured, RenderError> {
    let Opened { mut stage, launched, notices: _notices, _scratch } = open(config, source).await?;
    stage.draw(false).await?;
    let first_frame = launched.elapsed();
    let began = Instant::now();
    stage.replay_to(frames + 1, |_| ()).await?;
    let measured =
        Measured { capture: stage.capture(), frames, elapsed: began.elapsed(), first_frame, bytes: 0 };
    stage.close().await;
    Ok(measured)
}
