//! One render from start to end, on top of helios-runner's orchestrator.

use super::job::{Running, ms};
use super::manager::{Shared, State, frames_path};
use crate::api::{ErrorDetail, JobOutput, JobState, LatestFrame, LogLevel, StudioEvent};
use crate::now_ms;
use helios_job::{Event, FailureKind, Level, Progress, human_line};
use helios_runner::{RenderOptions, RenderOrchestrator, RenderReport, RunnerError};
use std::fs;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

/// Everybody is told of a job that renders at most this often.
const TELL: Duration = Duration::from_millis(200);
/// ... and at least this often, since times and speeds change by themselves.
const TICK: Duration = Duration::from_secs(1);
/// The journal hears of progress this often, so that an interrupted job shows how far it was.
const NOTE: Duration = Duration::from_secs(3);

impl Shared {
    /// A job's turn has come.
    pub fn begin(&self, state: &mut State, number: u64) {
        if let Some(job) = state.jobs.get_mut(&number) {
            job.record.state = JobState::Preparing;
            job.record.run += 1;
            job.record.started_ms = Some(now_ms());
            job.running = Some(Running {
                began: Instant::now(),
                progress: Progress::new(),
                cancel: CancellationToken::new(),
                told: None,
                noted: Instant::now(),
                cancelled: false,
            });
        }
        self.changed(state, number);
    }

    /// Takes in what the render says.
    fn heard(&self, number: u64, event: &Event) {
        let mut state = self.lock();
        let Some(job) = state.jobs.get_mut(&number) else { return };
        let mut at_once = job.apply(event);
        match event {
            Event::Preview { worker, frame, .. } => {
                // Another run has other pictures, and so other numbers.
                let first = job.record.run.wrapping_mul(100_000);
                let version = job.record.latest.as_ref().map_or(first, |latest| latest.version) + 1;
                job.record.latest = Some(LatestFrame { frame: *frame, worker: *worker, version });
            }
            Event::Frames { .. } | Event::Progress { .. } => {}
            _ => at_once = true,
        }
        let due = job.running.as_ref().is_some_and(|running| running.noted.elapsed() >= NOTE);
        if let Some((level, worker, frame, text)) = line(event) {
            self.log(&mut state, number, (level, worker, frame), &text);
        }
        if due {
            self.changed(&mut state, number);
        } else if at_once || self.is_time(&state, number) {
            self.tell(&state, number);
        } else {
            return;
        }
        if let Some(running) = state.jobs.get_mut(&number).and_then(|job| job.running.as_mut()) {
            running.told = Some(Instant::now());
        }
    }

    fn is_time(&self, state: &State, number: u64) -> bool {
        let running = state.jobs.get(&number).and_then(|job| job.running.as_ref());
        running.is_some_and(|running| running.told.is_none_or(|told| told.elapsed() >= TELL))
    }

    fn log(
        &self,
        state: &mut State,
        number: u64,
        (level, worker, frame): (LogLevel, Option<u32>, Option<u32>),
        text: &str,
    ) {
        if let Some(job) = state.jobs.get_mut(&number) {
            let line = job.log.add(level, worker, frame, text);
            self.hub.tell(&StudioEvent::Log { id: job.record.id(), line });
        }
    }

    /// The run is over.
    fn ended(&self, number: u64, result: Result<RenderReport, RunnerError>) {
        let mut state = self.lock();
        let closing = state.closing;
        let Some(job) = state.jobs.get_mut(&number) else { return };
        let running = job.running.take();
        let wanted = running.as_ref().is_some_and(|running| running.cancelled);
        let record = &mut job.record;
        record.finished_ms = Some(now_ms());
        record.elapsed_ms = running.map_or(0, |running| ms(running.began.elapsed()));
        job.lanes.end();
        let mut last_word = None;
        if wanted && matches!(result, Err(RunnerError::Cancelled)) {
            // Chunks that are whole stay for whoever resumes it; its pictures are made again.
            job.put_chunks_away(&self.project);
            job.record.latest = None;
            let _ = fs::remove_dir_all(frames_path(&self.project, number));
        }
        let record = &mut job.record;
        match result {
            Ok(report) => {
                record.state = JobState::Completed;
                record.progress = 1.0;
                record.result = Some(output(&report));
            }
            Err(RunnerError::Cancelled) => {
                // What the Studio's own end has stopped, nobody has cancelled.
                let interrupted = closing && !wanted;
                record.state = if interrupted { JobState::Interrupted } else { JobState::Cancelled };
                last_word =
                    Some((LogLevel::Info, if interrupted { "Interrupted" } else { "Cancelled" }.to_owned()));
            }
            Err(error) => {
                record.state = JobState::Failed;
                record.error = Some(detail(&error));
                last_word = Some((LogLevel::Error, error.to_string()));
            }
        }
        if let Some((level, text)) = last_word {
            self.log(&mut state, number, (level, None, None), &text);
        }
        if let Some(job) = state.jobs.get_mut(&number) {
            job.log.close();
        }
        self.changed(&mut state, number);
    }
}

/// Renders the job, which has begun, and says what came of it.
pub(super) async fn run(shared: &Arc<Shared>, number: u64) {
    let (argv, cancel, resume) = {
        let mut state = shared.lock();
        let Some(job) = state.jobs.get(&number) else { return };
        let Some(running) = &job.running else { return };
        let (argv, cancel, resume) = (job.argv.clone(), running.cancel.clone(), job.record.resume);
        let wanted = match job.wanted() {
            0 => "auto".to_owned(),
            workers => workers.to_string(),
        };
        let id = job.record.id();
        let line = format!("[RenderManager] Starting distributed render job {id} with concurrency {wanted}");
        shared.host.say(&line);
        shared.log(&mut state, number, (LogLevel::Info, None, None), &line);
        (argv, cancel, resume)
    };
    let frames = frames_path(&shared.project, number);
    let _ = fs::remove_dir_all(&frames);
    let result = match (shared.host.render(&argv), fs::create_dir_all(&frames)) {
        // It was understood when it was asked for: a file that it names has changed.
        (Err(why), _) => Err(RunnerError::Refused { doing: "begin".to_owned(), message: why }),
        (_, Err(source)) => Err(RunnerError::Io { doing: "create", path: frames, source }),
        (Ok(planned), Ok(())) => {
            let (told, watched) = (Arc::clone(shared), Arc::clone(shared));
            let options = RenderOptions {
                observer: Some(Arc::new(move |event| told.heard(number, event))),
                preview: Some(frames),
                resume,
                resumable: true,
                cancel,
                ..planned.options
            };
            let work = RenderOrchestrator::render(&planned.input, &planned.output, &options);
            tokio::select! {
                result = work => result,
                () = tick(&watched, number) => Err(RunnerError::Cancelled),
            }
        }
    };
    shared.ended(number, result);
}

/// Tells of a job now and then, for ever: to be dropped.
async fn tick(shared: &Shared, number: u64) {
    let mut interval = tokio::time::interval(TICK);
    loop {
        interval.tick().await;
        let state = shared.lock();
        if shared.is_time(&state, number) {
            shared.tell(&state, number);
        }
    }
}

/// What of an event goes into the log.
fn line(event: &Event) -> Option<(LogLevel, Option<u32>, Option<u32>, String)> {
    let (level, worker, frame) = match event {
        Event::Notice { level, worker, frame, .. } => {
            let level = match level {
                Level::Debug => LogLevel::Debug,
                Level::Info => LogLevel::Info,
                Level::Warn => LogLevel::Warn,
            };
            (level, *worker, *frame)
        }
        Event::ChunkFailed { worker, .. } => (LogLevel::Warn, Some(*worker), None),
        // The last word comes with the result.
        Event::Failed { .. } | Event::Cancelled => return None,
        _ => (LogLevel::Info, None, None),
    };
    human_line(event).map(|text| (level, worker, frame, text))
}

fn detail(error: &RunnerError) -> ErrorDetail {
    let (code, fix) = match error.kind() {
        Some(FailureKind::Invalid) => ("refused", "change the settings or the page, and render again"),
        _ => ("render-failed", "retry; `helios doctor` says whether this machine can render"),
    };
    ErrorDetail { code: code.to_owned(), message: error.to_string(), fix: fix.to_owned() }
}

fn output(report: &RenderReport) -> JobOutput {
    let config = &report.job.config;
    let (width, height) = config.output_size().unwrap_or((config.width, config.height));
    JobOutput {
        frames: report.frames,
        bytes: report.bytes,
        width,
        height,
        fps: config.fps.to_string(),
        mime: crate::files::output_mime(&report.output).to_owned(),
        exists: true,
    }
}
