//! Where the time of a render went, from the notes of its workers.

use helios_job::{ChunkReport, Span, Stage, StageTimes};
use serde_json::{Value, json};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// The stages of a render with their times, and, if it was traced, when what was done.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Profile {
    /// Wall time by stage, all workers together.
    pub times: StageTimes,
    /// What was done when, and by which worker; `None` for what is done once for all.
    pub spans: Vec<(Option<u32>, Span)>,
}

impl Profile {
    pub(crate) fn add(&mut self, worker: u32, report: &ChunkReport) {
        self.times.merge(&report.times);
        self.spans.extend(report.spans.iter().map(|span| (Some(worker), span.clone())));
    }

    pub(crate) fn stitched(&mut self, began: Instant) {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let span = Span::ended(Stage::Stitch, None, began.elapsed(), now);
        self.times.add(span.stage, span.length);
        self.spans.push((None, span));
    }

    /// The spans as a Chrome trace (JSON object format), for chrome://tracing or ui.perfetto.dev: a process for each worker, and in
    /// it a thread for each thing that goes on beside the others.
    /// Format: <https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU>.
    pub fn chrome_trace(&self) -> Value {
        let zero = self.spans.iter().map(|(_, span)| span.start).min().unwrap_or_default();
        let mut events = Vec::new();
        let mut named: Vec<u64> = Vec::new();
        for (worker, span) in &self.spans {
            let process = worker.map_or(0, |worker| u64::from(worker) + 1);
            if !named.contains(&process) {
                named.push(process);
                let name = worker.map_or("helios".to_owned(), |worker| format!("worker {worker}"));
                events
                    .push(json!({"ph": "M", "name": "process_name", "pid": process, "args": {"name": name}}));
                for (thread, name) in THREADS.iter().enumerate() {
                    events.push(json!({
                        "ph": "M", "name": "thread_name", "pid": process, "tid": thread, "args": {"name": name},
                    }));
                }
            }
            events.push(json!({
                "ph": "X", "name": span.stage.name(), "cat": "helios", "pid": process, "tid": thread(span.stage),
                "ts": span.start - zero, "dur": span.length, "args": {"frame": span.frame},
            }));
        }
        json!({"traceEvents": events, "displayTimeUnit": "ms"})
    }
}

/// What goes on side by side in a worker.
const THREADS: [&str; 3] = ["drawing", "converting", "encoding"];

fn thread(stage: Stage) -> usize {
    match stage {
        Stage::Convert => 1,
        Stage::Encode | Stage::Finish => 2,
        _ => 0,
    }
}
