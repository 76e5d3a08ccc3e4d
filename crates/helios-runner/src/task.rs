//! One order with its attempts, and what a worker's answer to it means. A small state machine without I/O.

use crate::output;
use crate::wire::excerpt;
use helios_job::{
    CheckOrder, CheckReport, ChunkOrder, ChunkReport, Command, Composition, Event, Failure, FailureKind,
    FrameRange, InspectOrder, JobConfig, MergeOrder, Partition, StillOrder, StillReport,
};
use std::path::PathBuf;
use std::time::Duration;

/// A worker that joins gives signs of life, but is held up by a slow disk.
const MERGE_PATIENCE: Duration = Duration::from_secs(120);

/// What is to be done.
#[derive(Debug, Clone)]
pub(crate) enum Work {
    Inspect(InspectOrder),
    Warm(InspectOrder),
    Chunk {
        partition: Partition,
        output: PathBuf,
        config: Box<JobConfig>,
        job: FrameRange,
        trace: bool,
        preview: Option<PathBuf>,
    },
    Still(Box<StillOrder>),
    Check(Box<CheckOrder>),
    Merge(MergeOrder),
}

/// Work with the number of the attempt at it, from 1.
#[derive(Debug, Clone)]
pub(crate) struct Task {
    pub work: Work,
    pub attempt: u32,
}

/// What came of work.
#[derive(Debug, Clone)]
pub(crate) enum Answer {
    Inspected(Composition),
    Warmed,
    /// By which worker, and what.
    Chunk(u32, Box<ChunkReport>),
    Still(StillReport),
    Checked(CheckReport),
    Merged {
        frames: u32,
        bytes: u64,
    },
}

/// What one line of a worker means for the task it has.
#[derive(Debug)]
pub(crate) enum Verdict {
    /// News on the way.
    News(Event),
    /// Nothing to pass on.
    Nothing,
    /// The task is done.
    Done(Answer, Box<Event>),
    /// The attempt failed. `broken`: the worker cannot be trusted to end by itself.
    Failed { failure: Failure, broken: bool },
}

impl Task {
    pub fn first(work: Work) -> Task {
        Task { work, attempt: 1 }
    }

    /// The number of frames, for the order in which tasks are handed out.
    pub fn frames(&self) -> u32 {
        if let Work::Chunk { partition, .. } = &self.work { partition.frame_count } else { 0 }
    }

    /// What is being done, after "failed to".
    pub fn doing(&self) -> String {
        match &self.work {
            Work::Inspect(_) => "read the page".to_owned(),
            Work::Warm(_) => "start a browser".to_owned(),
            Work::Chunk { partition, .. } => format!("render chunk {}, {}", partition.id, partition.range()),
            Work::Still(order) => format!("draw frame {}", order.frame),
            Work::Check(_) => "check the page".to_owned(),
            Work::Merge(order) => format!("join {} chunks", order.inputs.len()),
        }
    }

    /// How often the work is worth trying again, whatever the options allow. Somebody waits for the first word of a page
    /// that does not load, and twice its time-out is long enough.
    pub fn most_retries(&self) -> u32 {
        if matches!(self.work, Work::Inspect(_) | Work::Check(_)) { 1 } else { u32::MAX }
    }

    /// The order for a worker.
    pub fn order(&self) -> Command {
        match &self.work {
            Work::Inspect(order) => Command::Inspect(order.clone()),
            Work::Warm(order) => Command::Warm(order.clone()),
            Work::Still(order) => Command::Still(order.clone()),
            Work::Check(order) => Command::Check(order.clone()),
            Work::Merge(order) => Command::Merge(order.clone()),
            Work::Chunk { partition, output, config, job, trace, preview } => {
                Command::Render(Box::new(ChunkOrder {
                    chunk: partition.id,
                    attempt: self.attempt,
                    range: partition.range(),
                    job: *job,
                    output: output.clone(),
                    config: (**config).clone(),
                    trace: *trace,
                    preview: preview.clone(),
                }))
            }
        }
    }

    /// How long a worker may stay silent. `margin` is on top of its own time-out, so that normally the worker itself says
    /// what it has been waiting for.
    pub fn patience(&self, margin: Duration) -> Duration {
        margin
            + match &self.work {
                Work::Inspect(order) | Work::Warm(order) => order.timeout.into(),
                Work::Chunk { config, .. } => config.timeout.into(),
                Work::Still(order) => order.config.timeout.into(),
                Work::Check(order) => order.timeout.into(),
                Work::Merge(_) => MERGE_PATIENCE,
            }
    }

    /// What `line`, written by worker `worker`, means.
    pub fn judge(&self, worker: u32, line: &str) -> Verdict {
        if line.trim().is_empty() {
            return Verdict::Nothing;
        }
        match serde_json::from_str(line) {
            Ok(event) => self.judge_event(worker, event),
            Err(error) => broken(format!(
                "the worker wrote something that is not an event ({error}): {}",
                excerpt(line)
            )),
        }
    }

    fn judge_event(&self, worker: u32, event: Event) -> Verdict {
        let chunk = if let Work::Chunk { partition, .. } = &self.work { Some(partition) } else { None };
        let mine = |id: u32| chunk.is_some_and(|chunk| chunk.id == id);
        match event {
            Event::Notice { level, frame, message, .. } => {
                Verdict::News(Event::Notice { worker: Some(worker), level, frame, message })
            }
            Event::Frames { chunk: id, done, .. } if mine(id) => {
                Verdict::News(Event::Frames { worker, chunk: id, done })
            }
            Event::Preview { chunk: id, frame, file, .. } if mine(id) => {
                Verdict::News(Event::Preview { worker, chunk: id, frame, file })
            }
            Event::ChunkFinished { report, .. } if mine(report.chunk) => self.judge_report(worker, report),
            Event::ChunkFailed { chunk: id, failure, .. } if mine(id) => {
                Verdict::Failed { failure, broken: false }
            }
            // A worker that could not start its browser will say so of its chunk, if it gets one.
            Event::Warmed { .. } | Event::Failed { .. } if matches!(self.work, Work::Warm(_)) => {
                Verdict::Done(Answer::Warmed, Box::new(Event::Warmed { worker }))
            }
            // Of the whole operation: a worker that cannot say it more precisely.
            Event::Failed { failure } => Verdict::Failed { failure, broken: false },
            Event::Inspected { composition } if matches!(self.work, Work::Inspect(_)) => {
                let event = Event::Inspected { composition: composition.clone() };
                Verdict::Done(Answer::Inspected(composition), Box::new(event))
            }
            Event::StillFinished { report, .. } if matches!(self.work, Work::Still(_)) => {
                self.judge_still(worker, report)
            }
            Event::Checked { report, .. } if matches!(self.work, Work::Check(_)) => {
                let event = Event::Checked { worker, report: report.clone() };
                Verdict::Done(Answer::Checked(report), Box::new(event))
            }
            Event::Merged { frames, bytes } if matches!(self.work, Work::Merge(_)) => {
                self.judge_merged(frames, bytes)
            }
            // What a worker says of itself or of the whole is ours to say.
            Event::WorkerStarted { .. } | Event::Phase { .. } | Event::Progress { .. } => Verdict::Nothing,
            other => broken(format!("the worker gave an answer to something else: {other:?}")),
        }
    }

    /// Believes a report only when it is about this chunk, whole, and its file is there.
    fn judge_report(&self, worker: u32, mut report: ChunkReport) -> Verdict {
        let Work::Chunk { partition, output, config, .. } = &self.work else { return Verdict::Nothing };
        let hashes = report.frame_hashes.len();
        let wanted = if config.sound.only { 0 } else { partition.frame_count as usize };
        if report.range != partition.range() || hashes != wanted {
            return broken(format!("the worker reports {} with {hashes} hashes", report.range));
        }
        if let Some(failure) = missing(output, report.bytes) {
            return failure;
        }
        report.attempt = self.attempt;
        // Those who watch are not told of every frame and file.
        let told = ChunkReport { spans: Vec::new(), files: Vec::new(), ..report.clone() };
        let event = Event::ChunkFinished { worker, report: told };
        Verdict::Done(Answer::Chunk(worker, Box::new(report)), Box::new(event))
    }

    fn judge_still(&self, worker: u32, report: StillReport) -> Verdict {
        let Work::Still(order) = &self.work else { return Verdict::Nothing };
        let Ok((width, height)) = order.config.output_size() else {
            return broken("the still has no whole number of pixels".to_owned());
        };
        let wanted = (order.frame, width, height);
        if (report.frame, report.width, report.height) != wanted {
            let StillReport { frame, width, height, .. } = report;
            return broken(format!("the worker reports frame {frame} of {width} x {height} pixels"));
        }
        let event = Event::StillFinished { worker, report: report.clone() };
        missing(&order.output, report.bytes).unwrap_or(Verdict::Done(Answer::Still(report), Box::new(event)))
    }

    fn judge_merged(&self, frames: u32, bytes: u64) -> Verdict {
        let Work::Merge(order) = &self.work else { return Verdict::Nothing };
        if let Some(expected) = order.frames.filter(|expected| *expected != frames) {
            return broken(format!("the joined file has {frames} frames instead of {expected}"));
        }
        missing(&order.output, bytes).unwrap_or(Verdict::Done(
            Answer::Merged { frames, bytes },
            Box::new(Event::Merged { frames, bytes }),
        ))
    }
}

fn missing(file: &std::path::Path, bytes: u64) -> Option<Verdict> {
    match output::size(file) {
        Ok(size) if size == bytes && bytes > 0 => None,
        Ok(size) => {
            Some(broken(format!("the worker reports {bytes} bytes, but {} has {size}", file.display())))
        }
        Err(error) => Some(broken(format!("the worker reports {}, but: {error}", file.display()))),
    }
}

fn broken(message: String) -> Verdict {
    Verdict::Failed { failure: Failure { kind: FailureKind::Transient, message }, broken: true }
}
