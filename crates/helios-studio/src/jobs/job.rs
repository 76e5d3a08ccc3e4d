//! One job as it is now, and how it looks from outside.

use super::lanes::Lanes;
use super::log::JobLog;
use super::record::JobRecord;
use crate::api::{ConcurrencyWish, JobAction, JobOutput, JobState, JobView};
use crate::project::Project;
use helios_job::{Event, Phase, Progress, shell_command};
use helios_runner::RenderOrchestrator;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

/// A job.
pub struct Job {
    pub record: JobRecord,
    /// The command that does it.
    pub argv: Vec<String>,
    pub log: JobLog,
    pub lanes: Lanes,
    /// What only a running job has.
    pub running: Option<Running>,
}

/// A run that is going on.
pub struct Running {
    pub began: Instant,
    pub progress: Progress,
    pub cancel: CancellationToken,
    /// When everybody was last told.
    pub told: Option<Instant>,
    /// When the journal was last told.
    pub noted: Instant,
    /// Whether somebody wants it to end.
    pub cancelled: bool,
}

impl Job {
    pub fn new(record: JobRecord, argv: Vec<String>, log: PathBuf) -> Job {
        let log = JobLog::open(log);
        Job { record, argv, log, lanes: Lanes::default(), running: None }
    }

    /// Takes an event of its run into account. Says whether the state has changed.
    pub fn apply(&mut self, event: &Event) -> bool {
        let Some(running) = &mut self.running else { return false };
        let now = running.began.elapsed();
        running.progress.apply(event, now);
        self.lanes.apply(event, now);
        if let Event::Planned { concurrency, job_id, .. } = event {
            self.record.concurrency = Some(*concurrency);
            self.record.job_id = Some(job_id.clone());
        }
        let progress = &running.progress;
        let record = &mut self.record;
        // The whole of it comes with the state that says so.
        if progress.value() < 1.0 {
            record.progress = record.progress.max(progress.value());
        }
        record.frames = record.frames.max(progress.frames());
        record.total_frames = progress.total();
        let before = record.state;
        if let Event::Phase { .. } = event {
            record.state = match progress.phase() {
                Phase::Preparing => JobState::Preparing,
                Phase::Rendering => JobState::Rendering,
                Phase::Stitching => JobState::Stitching,
            };
        }
        record.state != before
    }

    /// The record as it is to be written.
    pub fn note(&mut self) -> JobRecord {
        if let Some(running) = &mut self.running {
            running.noted = Instant::now();
            self.record.elapsed_ms = ms(running.began.elapsed());
        }
        self.record.clone()
    }

    /// The job from outside. `position` is its place in the queue.
    pub fn view(&self, project: &Project, position: Option<u32>) -> JobView {
        let record = &self.record;
        let now = self.running.as_ref().map_or(Duration::ZERO, |running| running.began.elapsed());
        let progress = self.running.as_ref().map(|running| &running.progress);
        let path = project.root().join(&record.output);
        JobView {
            id: record.id(),
            composition: record.request.composition.clone(),
            output: record.output.clone(),
            output_path: path.to_string_lossy().into_owned(),
            state: record.state,
            actions: self.actions(),
            progress: record.progress,
            frames: record.frames,
            total_frames: record.total_frames,
            fps: progress.map_or(0.0, |progress| progress.speed(now)),
            eta_seconds: progress.and_then(|progress| progress.eta(now)).map(|left| left.as_secs_f64()),
            elapsed_seconds: match &self.running {
                Some(_) => now.as_secs_f64(),
                None => Duration::from_millis(record.elapsed_ms).as_secs_f64(),
            },
            created_ms: record.created_ms,
            started_ms: record.started_ms,
            finished_ms: record.finished_ms,
            queue_position: position,
            concurrency: record.concurrency.unwrap_or(self.wanted()),
            run: record.run,
            lanes: self.lanes.view(now),
            latest_frame: record.latest.clone(),
            error: record.error.clone(),
            result: record
                .result
                .clone()
                .map(|result| JobOutput { exists: is_there(&path, &result), ..result }),
            request: record.request.clone(),
            command: shell_command(&self.argv),
        }
    }

    /// The workers that were asked for; 0 for `auto`.
    pub fn wanted(&self) -> u32 {
        match self.record.request.concurrency {
            Some(ConcurrencyWish::Workers(n)) => n,
            Some(ConcurrencyWish::Named(_)) => 0,
            None => 1,
        }
    }

    fn actions(&self) -> Vec<JobAction> {
        use JobAction::{Cancel, Delete, Download, Move, OpenFolder, Preview, Resume, Retry};
        match self.record.state {
            JobState::Queued => vec![Cancel, Move, Delete],
            JobState::Preparing | JobState::Rendering | JobState::Stitching => vec![Cancel],
            JobState::Completed => vec![Preview, Download, OpenFolder, Retry, Delete],
            JobState::Failed | JobState::Interrupted => vec![Resume, Retry, Delete],
            // Cancelled in the queue, it has nothing to go on with.
            JobState::Cancelled if self.record.job_id.is_none() => vec![Retry, Delete],
            JobState::Cancelled => vec![Resume, Retry, Delete],
        }
    }

    /// Removes the chunks that an earlier run has left.
    pub fn forget_chunks(&self, project: &Project) {
        if let Some(job_id) = &self.record.job_id {
            RenderOrchestrator::forget(&project.root().join(&self.record.output), job_id);
        }
        let _ = fs::remove_dir_all(chunks_path(project, self.record.number));
    }

    /// Takes the chunks of a cancelled run out of the user's folder.
    pub fn put_chunks_away(&self, project: &Project) {
        if let Some(job_id) = &self.record.job_id {
            let place = chunks_path(project, self.record.number);
            RenderOrchestrator::put_away(&project.root().join(&self.record.output), job_id, &place);
        }
    }

    /// Puts them back for a run that goes on with them.
    pub fn bring_chunks_back(&self, project: &Project) {
        if let Some(job_id) = &self.record.job_id {
            let place = chunks_path(project, self.record.number);
            RenderOrchestrator::bring_back(&place, &project.root().join(&self.record.output), job_id);
        }
    }

    pub fn can(&self, action: JobAction) -> bool {
        self.actions().contains(&action)
    }
}

/// Where the chunks of a cancelled job wait.
fn chunks_path(project: &Project, number: u64) -> PathBuf {
    project.own("cache/chunks").join(format!("render-{number}"))
}

/// Whether the output is still as it was written.
fn is_there(path: &Path, result: &JobOutput) -> bool {
    if result.mime.is_empty() {
        return path.parent().is_some_and(Path::is_dir);
    }
    path.metadata().is_ok_and(|found| found.is_file() && found.len() == result.bytes)
}

pub fn ms(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
