//! Events in words: the log lines that the CLI and Studio print. Formatting only; whoever prints decides what is shown.

use crate::{Event, Level};

impl Event {
    /// How much the event matters to a person who reads along.
    pub fn level(&self) -> Level {
        match self {
            Event::Notice { level, .. } => *level,
            Event::WorkerExited { .. } | Event::ChunkFailed { .. } | Event::Failed { .. } => Level::Warn,
            Event::ChunkStarted { .. } | Event::ChunkFinished { .. } => Level::Info,
            Event::Finished { .. } | Event::Cancelled => Level::Info,
            _ => Level::Debug,
        }
    }
}

/// The event as one line of a log, or `None` for events that are numbers rather than news (progress, frames, phases).
///
/// What a worker says begins with `[Worker i]`. Use [`Event::level`] to leave out detail nobody asked for.
pub fn human_line(event: &Event) -> Option<String> {
    let line = match event {
        Event::WorkerStarted { worker, pid } => format!("[Worker {worker}] Started as process {pid}"),
        Event::WorkerExited { worker, status } => format!("[Worker {worker}] Ended unexpectedly: {status}"),
        Event::ChunkStarted { worker, range, attempt, output_file, .. } => {
            let again = if *attempt > 1 { format!(", attempt {attempt}") } else { String::new() };
            format!("[Worker {worker}] Rendering {range} to {output_file}{again}")
        }
        Event::ChunkFinished { worker, report } => format!("[Worker {worker}] Finished {}", report.range),
        Event::ChunkKept { chunk, range } => format!("Kept chunk {chunk}, {range}"),
        Event::ChunkFailed { worker, chunk, attempt, failure, will_retry } => {
            let next = if *will_retry { "; trying again" } else { "" };
            format!("[Worker {worker}] Chunk {chunk} failed, attempt {attempt}: {failure}{next}")
        }
        Event::StillFinished { worker, report } => {
            format!("[Worker {worker}] Drew frame {}, {}", report.frame, report.hash)
        }
        Event::Checked { worker, report } => {
            format!("[Worker {worker}] Checked the page: {} findings", report.findings.len())
        }
        Event::Merged { frames, .. } => format!("Joined {frames} frames"),
        Event::Notice { worker, frame, message, .. } => {
            let worker = worker.map(|worker| format!("[Worker {worker}] ")).unwrap_or_default();
            let frame = frame.map(|frame| format!("frame {frame}: ")).unwrap_or_default();
            format!("{worker}{frame}{message}")
        }
        Event::Finished { output, frames, .. } => format!("Finished {output} ({frames} frames)"),
        Event::Failed { failure } => format!("Failed: {failure}"),
        Event::Cancelled => "Cancelled".to_owned(),
        Event::Phase { .. }
        | Event::Planned { .. }
        | Event::Inspected { .. }
        | Event::Warmed { .. }
        | Event::Frames { .. }
        | Event::Preview { .. }
        | Event::Progress { .. } => return None,
    };
    Some(line)
}
