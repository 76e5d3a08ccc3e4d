//! A worker: takes orders as JSON lines, answers with events as JSON lines, keeps its browser warm in between.
//!
//! It stops when its orders end, when it is cancelled, or when nobody reads its answers any more, and leaves neither
//! process nor temporary file behind: everything it owns is dropped with the order it was made for.

use crate::RenderError;
use crate::check::check;
use crate::chromium::BrowserChoice;
use crate::page_events::Notices;
use crate::pipeline::{alive, render_chunk};
use crate::recorder::Recorder;
use crate::runtime::RuntimeConfig;
use crate::stage::{Described, Stage, StageOptions};
use crate::still::render_still;
use helios_job::{
    CaptureKind, CheckOrder, CheckReport, ChunkOrder, Command, Composition, Event, InspectOrder, JobConfig,
    Level, Look, MergeOrder, Mode, StillFormat, StillOrder, StillReport,
};
use helios_media::Ffmpeg;
use serde_json::Value;
use std::path::PathBuf;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// The size of the window while the page has not said its own.
const DEFAULT_SIZE: (u32, u32) = (1920, 1080);
/// `frames` events at most this often.
const FRAMES_PERIOD: Duration = Duration::from_millis(50);

/// What a worker process was started with.
#[derive(Debug, Clone)]
pub struct WorkerOptions {
    /// Index of the worker, from 0.
    pub index: u32,
    /// Folder for temporary files; must exist. What is left in it after a kill is for the orchestrator to remove.
    pub scratch: PathBuf,
    /// Folder for the browser's profile: some 200 small files that are of no use afterwards. The same holds for it.
    pub profile: PathBuf,
    /// A browser that the user named.
    pub browser: Option<PathBuf>,
    /// An `ffmpeg` that the user named.
    pub ffmpeg: Option<PathBuf>,
    /// Whether browser windows stay invisible.
    pub headless: bool,
}

/// Executes orders from `orders` until it ends, and writes events to `answers`.
///
/// # Errors
/// [`RenderError::Io`] when orders cannot be read or answers cannot be written, [`RenderError::Cancelled`] when `cancel`
/// fired. Failed orders are no errors of the worker: they are answered.
pub async fn serve(
    options: WorkerOptions,
    orders: impl AsyncRead + Unpin + Send + 'static,
    answers: impl AsyncWrite + Unpin + Send + 'static,
    cancel: CancellationToken,
) -> Result<(), RenderError> {
    let (events, outbox) = mpsc::unbounded_channel();
    let writing = tokio::spawn(write_events(answers, outbox));
    let mut inbox = read_orders(orders);
    let mut worker = Worker {
        options,
        events,
        recorder: Recorder::default(),
        stage: None,
        ffmpeg: None,
        cancel: cancel.clone(),
    };
    let outcome = loop {
        // The reader must be heard while an order is executed: the end of the orders means stop now.
        let order = tokio::select! {
            order = inbox.recv() => order,
            () = cancel.cancelled() => break Err(RenderError::Cancelled),
        };
        let order = match order {
            None => break Ok(()),
            Some(Err(error)) => break Err(error),
            Some(Ok(order)) => order,
        };
        let ended = async {
            // Orders come one at a time, so whatever arrives now is the end, or an error.
            inbox.recv().await
        };
        tokio::select! {
            () = worker.execute(order) => {}
            early = ended => break match early {
                Some(Err(error)) => Err(error),
                Some(Ok(_)) => Err(protocol_error("an order came before the one before it was answered")),
                None => Err(RenderError::Cancelled),
            },
            () = cancel.cancelled() => break Err(RenderError::Cancelled),
        }
    };
    if let Some((stage, _)) = worker.stage.take() {
        stage.close().await;
    }
    drop(worker);
    match writing.await {
        Ok(written) => outcome.and(written),
        Err(_) => outcome,
    }
}

fn protocol_error(what: &str) -> RenderError {
    let source = std::io::Error::new(std::io::ErrorKind::InvalidData, what.to_owned());
    RenderError::Io { doing: "read orders".to_owned(), source }
}

/// Orders as they come, read by a task of their own so that the end of the stream is seen while an order is executed.
fn read_orders(
    orders: impl AsyncRead + Unpin + Send + 'static,
) -> mpsc::Receiver<Result<Command, RenderError>> {
    let (sender, receiver) = mpsc::channel(1);
    tokio::spawn(async move {
        let mut lines = BufReader::new(orders).lines();
        loop {
            let order = match lines.next_line().await {
                Ok(None) => break,
                Ok(Some(line)) => {
                    serde_json::from_str(&line).map_err(|error| protocol_error(&error.to_string()))
                }
                Err(source) => Err(RenderError::Io { doing: "read orders".to_owned(), source }),
            };
            let last = order.is_err();
            if sender.send(order).await.is_err() || last {
                break;
            }
        }
    });
    receiver
}

async fn write_events(
    mut answers: impl AsyncWrite + Unpin,
    mut outbox: mpsc::UnboundedReceiver<Event>,
) -> Result<(), RenderError> {
    while let Some(event) = outbox.recv().await {
        let mut line = serde_json::to_vec(&event).unwrap_or_default();
        line.push(b'\n');
        let written = async {
            answers.write_all(&line).await?;
            answers.flush().await
        };
        written.await.map_err(|source| RenderError::Io { doing: "write answers".to_owned(), source })?;
    }
    Ok(())
}

/// What a stage cannot change once it is up.
#[derive(Debug, Clone, PartialEq)]
struct StageKey {
    input: String,
    capture: CaptureKind,
    mode: Mode,
    look: Look,
    fonts: Option<String>,
}

impl StageKey {
    fn of(config: &JobConfig) -> StageKey {
        let (capture, mode, look) = (config.capture, config.mode, config.look());
        StageKey { input: config.input.clone(), capture, mode, look, fonts: config.fonts.clone() }
    }
}

struct Worker {
    options: WorkerOptions,
    events: Notices,
    recorder: Recorder,
    stage: Option<(Stage, StageKey)>,
    ffmpeg: Option<Ffmpeg>,
    cancel: CancellationToken,
}

impl Worker {
    async fn execute(&mut self, command: Command) {
        let event = match command {
            Command::Inspect(order) => match self.inspect(&order).await {
                Ok(composition) => Event::Inspected { composition },
                Err(error) => self.failed(error).await,
            },
            Command::Warm(order) => match self.warm(&order).await {
                Ok(()) => Event::Warmed { worker: self.options.index },
                Err(error) => self.failed(error).await,
            },
            Command::Render(order) => match self.render(&order).await {
                Ok(report) => Event::ChunkFinished { worker: self.options.index, report },
                Err(error) => {
                    self.drop_stage().await;
                    Event::ChunkFailed {
                        worker: self.options.index,
                        chunk: order.chunk,
                        attempt: order.attempt,
                        failure: error.failure(),
                        will_retry: false,
                    }
                }
            },
            Command::Still(order) => match self.still(&order).await {
                Ok(report) => Event::StillFinished { worker: self.options.index, report },
                Err(error) => self.failed(error).await,
            },
            Command::Check(order) => match self.check(&order).await {
                Ok(report) => Event::Checked { worker: self.options.index, report },
                Err(error) => self.failed(error).await,
            },
            Command::Merge(order) => match self.merge(&order).await {
                Ok(event) => event,
                Err(error) => self.failed(error).await,
            },
        };
        self.events.send(event).ok();
    }

    async fn failed(&mut self, error: RenderError) -> Event {
        self.drop_stage().await;
        Event::Failed { failure: error.failure() }
    }

    /// A browser that failed once is not trusted again.
    async fn drop_stage(&mut self) {
        if let Some((stage, _)) = self.stage.take() {
            stage.close().await;
        }
    }

    /// The stage for these settings: the warm one where it fits.
    async fn stage(
        &mut self,
        key: StageKey,
        size: (u32, u32),
        timeout: Duration,
    ) -> Result<&mut Stage, RenderError> {
        if self.stage.as_ref().is_some_and(|(_, has)| *has != key) {
            self.drop_stage().await;
        }
        if self.stage.is_none() {
            let options = StageOptions {
                browser: BrowserChoice {
                    explicit: self.options.browser.clone(),
                    profile: self.options.profile.clone(),
                    headless: self.options.headless,
                    scale: key.look.scale,
                    fonts: key.fonts.clone(),
                    timeout,
                },
                capture: key.capture,
                mode: key.mode,
                look: key.look,
                worker: self.options.index,
                notices: self.events.clone(),
                recorder: self.recorder.clone(),
                scratch: self.options.scratch.clone(),
                ffmpeg: self.options.ffmpeg.clone(),
            };
            let stage = Stage::start(&options, &key.input, size).await?;
            self.stage = Some((stage, key));
        }
        match &mut self.stage {
            Some((stage, _)) => Ok(stage),
            None => Err(RenderError::Cancelled),
        }
    }

    async fn inspect(&mut self, order: &InspectOrder) -> Result<Composition, RenderError> {
        let timeout: Duration = order.timeout.into();
        let config = RuntimeConfig {
            fps: None,
            width: None,
            height: None,
            total_frames: None,
            duration_seconds: None,
            seed: order.seed,
            epoch_ms: order.epoch_ms,
            props: order.props.clone(),
            timeout_ms: timeout.as_millis() as u64,
            canvas_mode: order.mode == Mode::Canvas,
            alpha: order.look.alpha,
            contract: order.contract,
            composition: order.composition.clone(),
            list: order.list,
        };
        let (stage, size) = self.stage_for(order).await?;
        composition(stage.open(&config, size, timeout).await?, order.mode)
    }

    /// The stage for a page of which the size is not known yet, and the size it has meanwhile.
    async fn stage_for(&mut self, order: &InspectOrder) -> Result<(&mut Stage, (u32, u32)), RenderError> {
        let InspectOrder { capture, mode, look, .. } = *order;
        let (input, fonts) = (order.input.clone(), order.fonts.clone());
        let key = StageKey { input, capture, mode, look, fonts };
        let size = (order.width.unwrap_or(DEFAULT_SIZE.0), order.height.unwrap_or(DEFAULT_SIZE.1));
        Ok((self.stage(key, size, order.timeout.into()).await?, size))
    }

    async fn warm(&mut self, order: &InspectOrder) -> Result<(), RenderError> {
        self.stage_for(order).await.map(drop)
    }

    async fn render(&mut self, order: &ChunkOrder) -> Result<helios_job::ChunkReport, RenderError> {
        let config = &order.config;
        let ffmpeg = self.ffmpeg()?;
        let (index, events) = (self.options.index, self.events.clone());
        let stage =
            self.stage(StageKey::of(config), (config.width, config.height), config.timeout.into()).await?;
        let mut last = None;
        let told = |done: u32| {
            let now = std::time::Instant::now();
            if last.is_none_or(|last| now.duration_since(last) >= FRAMES_PERIOD) || done == order.range.count
            {
                last = Some(now);
                events.send(Event::Frames { worker: index, chunk: order.chunk, done }).ok();
            }
        };
        render_chunk(stage, &ffmpeg, order, &events, index, told).await
    }

    async fn still(&mut self, order: &StillOrder) -> Result<StillReport, RenderError> {
        let config = &order.config;
        // A PNG needs no FFmpeg, so its absence is no obstacle.
        let ffmpeg = if order.format == StillFormat::Png { None } else { Some(self.ffmpeg()?) };
        let (index, events) = (self.options.index, self.events.clone());
        let stage =
            self.stage(StageKey::of(config), (config.width, config.height), config.timeout.into()).await?;
        render_still(stage, ffmpeg.as_ref(), order, &events, index).await
    }

    async fn check(&mut self, order: &CheckOrder) -> Result<CheckReport, RenderError> {
        let (capture, mode) = (order.capture, order.mode);
        let captions = order.fonts.as_ref().is_some_and(|look| look.captions.is_some());
        let look = Look { captions, ..Look::default() };
        let key = StageKey { input: order.input.clone(), capture, mode, look, fonts: None };
        let size = (order.width.unwrap_or(DEFAULT_SIZE.0), order.height.unwrap_or(DEFAULT_SIZE.1));
        let (index, events) = (self.options.index, self.events.clone());
        let stage = self.stage(key, size, order.timeout.into()).await?;
        check(stage, order, &events, index).await
    }

    async fn merge(&mut self, order: &MergeOrder) -> Result<Event, RenderError> {
        // Joining needs no browser, and what it holds is better given back first.
        if !order.warm {
            self.drop_stage().await;
        }
        let ffmpeg = self.ffmpeg()?;
        let merging = helios_media::merge(&ffmpeg, order, &self.cancel);
        let merged = alive(merging, "the chunks are being joined", &self.events, self.options.index).await?;
        for message in merged.warnings {
            let notice =
                Event::Notice { worker: Some(self.options.index), level: Level::Warn, frame: None, message };
            self.events.send(notice).ok();
        }
        Ok(Event::Merged { frames: merged.frames, bytes: merged.bytes })
    }

    fn ffmpeg(&mut self) -> Result<Ffmpeg, RenderError> {
        if self.ffmpeg.is_none() {
            self.ffmpeg = Some(Ffmpeg::find(self.options.ffmpeg.as_deref())?);
        }
        self.ffmpeg.clone().ok_or(RenderError::Cancelled)
    }
}

/// What the page declares, in the words of the protocol.
fn composition(described: Described, mode: Mode) -> Result<Composition, RenderError> {
    let fps = match described.fps {
        Value::Null => None,
        Value::String(text) => Some(text),
        other => Some(other.to_string()),
    };
    let (width, height) = match (mode, described.canvas) {
        (Mode::Dom, _) => (described.width, described.height),
        (Mode::Canvas, Some((width, height))) => (Some(f64::from(width)), Some(f64::from(height))),
        (Mode::Canvas, None) => {
            let message = "the page has no canvas, which --mode canvas needs; use --mode dom".to_owned();
            return Err(RenderError::Page { frame: None, message });
        }
    };
    let Described { duration, seekable, title, schema, contract, compositions, .. } = described;
    Ok(Composition { width, height, fps, duration, seekable, title, schema, contract, compositions })
}
