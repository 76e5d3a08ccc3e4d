//! Rows are rendered: each lane takes the next row when it has finished one, and keeps its workers and their browsers.

use super::board::Board;
use super::ledger::{Done, Ledger};
use super::plan::Job;
use super::report::{RowReport, RowState};
use helios_job::{Event, FailureKind};
use helios_runner::{
    Concurrency, Crew, RenderOptions, RenderOrchestrator, RenderReport, RunnerError, WorkerCommand,
};
use std::collections::{HashMap, VecDeque};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// What the lanes share.
pub struct Shared {
    /// What is told.
    pub board: Arc<Board>,
    /// Rows that nobody has taken.
    pub waiting: Mutex<VecDeque<Job>>,
    /// Rows that are over.
    pub over: Mutex<Vec<RowReport>>,
    /// What earlier batches have finished; `None` without `--resume`.
    pub known: HashMap<PathBuf, Done>,
    /// Where finished rows are written down.
    pub ledger: Mutex<Ledger>,
    /// How workers start.
    pub worker: WorkerCommand,
    /// How many of them one row has.
    pub workers: u32,
    /// Whether the first failure is the end.
    pub fail_fast: bool,
    /// Stops everything.
    pub stop: CancellationToken,
}

/// Renders all rows in so many lanes, the first of which has the workers of `crew`.
pub async fn run(shared: Arc<Shared>, lanes: u32, crew: Crew) {
    let mut running = JoinSet::new();
    let others = (1..lanes).map(|_| Crew::default());
    for crew in std::iter::once(crew).chain(others) {
        running.spawn(lane(Arc::clone(&shared), crew));
    }
    while running.join_next().await.is_some() {}
}

async fn lane(shared: Arc<Shared>, crew: Crew) {
    while !shared.stop.is_cancelled() {
        let next = shared.waiting.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        let Some(job) = next else { break };
        let report = row(&shared, job, &crew).await;
        shared.board.row_finished(&report);
        if shared.fail_fast && report.state == RowState::Failed {
            shared.stop.cancel();
        }
        shared.over.lock().unwrap_or_else(PoisonError::into_inner).push(report);
    }
    crew.close().await;
}

/// Renders one row, unless it is there.
async fn row(shared: &Arc<Shared>, job: Job, crew: &Crew) -> RowReport {
    let began = Instant::now();
    let mut report = RowReport::waiting(&job);
    shared.board.row_started(job.row, &job.output);
    let job = Arc::new(job);
    if let Some(done) = kept(shared, &job).await {
        (report.state, report.frames, report.bytes) = (RowState::Kept, done.frames, done.bytes);
        return report;
    }
    let options = options(shared, &job, crew);
    match RenderOrchestrator::render(&job.settings.input, &job.output, &options).await {
        Ok(made) => {
            (report.state, report.frames, report.bytes) = (RowState::Rendered, made.frames, made.bytes);
            if let Err(error) = written_down(shared, &job, made).await {
                shared.board.line(&format!("Row {}: --resume will not find it: {error}", job.row));
            }
        }
        Err(RunnerError::Cancelled) => report.state = RowState::Cancelled,
        Err(error) => {
            report.state = RowState::Failed;
            report.retryable = error.failure().map(|failure| failure.kind == FailureKind::Transient);
            report.error = Some(error.to_string());
        }
    }
    report.seconds = began.elapsed().as_secs_f64();
    report
}

fn options(shared: &Arc<Shared>, job: &Job, crew: &Crew) -> RenderOptions {
    let (row, board) = (job.row, Arc::clone(&shared.board));
    let events = Arc::clone(&shared.board);
    RenderOptions {
        concurrency: Concurrency::Fixed(shared.workers),
        worker: shared.worker.clone(),
        crew: Some(crew.clone()),
        cancel: shared.stop.child_token(),
        observer: Some(Arc::new(move |event: &Event| events.row_event(row, event))),
        on_progress: Some(Arc::new(move |value| board.row_progress(row, value))),
        ..job.settings.options.clone()
    }
}

/// What an earlier batch has made of this row, if it still holds.
async fn kept(shared: &Arc<Shared>, job: &Arc<Job>) -> Option<Done> {
    let done = shared.known.get(&job.output)?.clone();
    let (checked, asked) = (done.clone(), Arc::clone(job));
    let outdated = tokio::task::spawn_blocking(move || checked.outdated(&asked)).await.ok()?;
    match outdated {
        None => Some(done),
        Some(why) => {
            shared.board.line(&format!("Row {} is rendered again: {why}", job.row));
            None
        }
    }
}

async fn written_down(shared: &Arc<Shared>, job: &Arc<Job>, made: RenderReport) -> std::io::Result<()> {
    let (shared, job) = (Arc::clone(shared), Arc::clone(job));
    let written = tokio::task::spawn_blocking(move || {
        let done = Done::of(&job, &made)?;
        shared.ledger.lock().unwrap_or_else(PoisonError::into_inner).add(&done)
    });
    written.await.unwrap_or_else(|error| Err(error.into()))
}
