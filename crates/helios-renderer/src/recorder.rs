//! Notes how long the stages of a chunk take, and when, for `--profile` and `--trace`.

use helios_job::{Span, Stage, StageTimes};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// One worker's notes, shared by all that work on a chunk.
#[derive(Debug, Clone, Default)]
pub(crate) struct Recorder(Arc<Mutex<Notes>>);

#[derive(Debug, Default)]
struct Notes {
    times: StageTimes,
    spans: Vec<Span>,
    /// Whether the stretches of each frame are wanted, and not only their sums.
    frames: bool,
}

impl Recorder {
    /// Whether to keep the stretches of each frame from now on.
    pub(crate) fn keep_frames(&self, keep: bool) {
        self.notes(|notes| notes.frames = keep);
    }

    /// Notes that `stage` has lasted from `began` until now.
    pub(crate) fn note(&self, stage: Stage, frame: Option<u32>, began: Instant) {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let span = Span::ended(stage, frame, began.elapsed(), now);
        self.notes(|notes| {
            notes.times.add(stage, span.length);
            // What happens once is kept in any case: whether the chunk is traced may not be known yet.
            if notes.frames || frame.is_none() {
                notes.spans.push(span);
            }
        });
    }

    /// What was noted since this was last asked.
    pub(crate) fn take(&self) -> (StageTimes, Vec<Span>) {
        self.notes(|notes| (std::mem::take(&mut notes.times), std::mem::take(&mut notes.spans)))
    }

    fn notes<T>(&self, look: impl FnOnce(&mut Notes) -> T) -> T {
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
