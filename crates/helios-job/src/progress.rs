//! One progress value for any number of workers: a fold over events.

use crate::{Event, FrameRange, Phase};
use std::collections::VecDeque;
use std::time::Duration;

/// The speed is averaged over this much time, so that it follows a slow passage without jumping about.
const WINDOW: Duration = Duration::from_secs(5);

/// Until the output is in place the value stays below 1, however few frames are missing.
const CEILING: f64 = 0.999;

/// What is known of one chunk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChunkState {
    /// Its frames.
    pub range: FrameRange,
    /// The most frames that any attempt has done: a retry does not take this back.
    pub best: u32,
    /// The frames that the current attempt has done.
    pub done: u32,
    /// The worker that has it or had it last.
    pub worker: Option<u32>,
    /// Counted from 1; 0 before the first.
    pub attempt: u32,
    /// Whether its file is complete.
    pub finished: bool,
}

/// The state of a render as its events tell it.
///
/// The value is weighted by frames by construction, since frames are what is counted; it never decreases, because a retry
/// counts from the best attempt so far; it is exactly 1.0 after [`Event::Finished`] and never before.
#[derive(Debug, Clone, Default)]
pub struct Progress {
    chunks: Vec<ChunkState>,
    total: u32,
    phase: Option<Phase>,
    finished: bool,
    /// (time, frames done) when the number of frames changed, oldest first.
    samples: VecDeque<(Duration, u32)>,
}

impl Progress {
    /// Nothing has happened yet.
    pub fn new() -> Progress {
        Progress::default()
    }

    /// Takes one event into account. `now` is the time since the render began; it must not decrease. Events that name
    /// chunks outside the plan are ignored.
    pub fn apply(&mut self, event: &Event, now: Duration) {
        match event {
            Event::Phase { phase } => self.phase = self.phase.max(Some(*phase)),
            // A render has one plan. Another one would take back frames that were already counted.
            Event::Planned { total_frames, chunks, .. } if self.chunks.is_empty() => {
                self.total = *total_frames;
                self.chunks = chunks.iter().map(|range| ChunkState::new(*range)).collect();
                self.sample(now);
            }
            Event::ChunkStarted { worker, chunk, attempt, .. } => self.chunk(*chunk, |state| {
                state.worker = Some(*worker);
                state.attempt = *attempt;
                state.done = 0;
            }),
            Event::Frames { chunk, done, worker } => {
                self.chunk(*chunk, |state| {
                    state.worker = Some(*worker);
                    state.advance(*done);
                });
                self.sample(now);
            }
            Event::ChunkFinished { report, .. } => {
                self.chunk(report.chunk, |state| {
                    state.advance(state.range.count);
                    state.finished = true;
                });
                self.sample(now);
            }
            Event::ChunkKept { chunk, .. } => {
                self.chunk(*chunk, |state| {
                    state.advance(state.range.count);
                    state.finished = true;
                });
                // What was done before says nothing about the speed.
                self.samples.clear();
                self.sample(now);
            }
            // A still is a render of one frame.
            Event::StillFinished { .. } => {
                self.chunk(0, |state| {
                    state.advance(1);
                    state.finished = true;
                });
                self.sample(now);
            }
            Event::Finished { .. } => self.finished = true,
            _ => {}
        }
    }

    fn chunk(&mut self, index: u32, change: impl FnOnce(&mut ChunkState)) {
        if let Some(state) = self.chunks.get_mut(index as usize) {
            change(state);
        }
    }

    fn sample(&mut self, now: Duration) {
        let frames = self.frames();
        if self.samples.back().is_none_or(|(_, last)| *last != frames) {
            self.samples.push_back((now, frames));
        }
        // One sample older than the window stays, as its left edge.
        while self.samples.get(1).is_some_and(|(time, _)| now.saturating_sub(*time) > WINDOW) {
            self.samples.pop_front();
        }
    }

    /// The chunks in order.
    pub fn chunks(&self) -> &[ChunkState] {
        &self.chunks
    }

    /// Frames done, over all chunks.
    pub fn frames(&self) -> u32 {
        self.chunks.iter().map(|chunk| chunk.best).sum()
    }

    /// Frames of the output; 0 before the plan stands.
    pub fn total(&self) -> u32 {
        self.total
    }

    /// The phase, [`Phase::Preparing`] at first.
    pub fn phase(&self) -> Phase {
        self.phase.unwrap_or(Phase::Preparing)
    }

    /// From 0.0 to 1.0.
    pub fn value(&self) -> f64 {
        if self.finished {
            1.0
        } else if self.total == 0 {
            0.0
        } else {
            (f64::from(self.frames()) / f64::from(self.total)).min(CEILING)
        }
    }

    /// Frames per second of wall time over the last seconds; 0.0 before there is anything to measure.
    pub fn speed(&self, now: Duration) -> f64 {
        match (self.samples.front(), self.samples.back()) {
            (Some((from, first)), Some((_, last))) if now > *from => {
                f64::from(last.saturating_sub(*first)) / (now - *from).as_secs_f64()
            }
            _ => 0.0,
        }
    }

    /// Time left while rendering, at the present speed. `None` while there is too little to go by.
    pub fn eta(&self, now: Duration) -> Option<Duration> {
        let speed = self.speed(now);
        let left = self.total.checked_sub(self.frames())?;
        let known =
            !self.finished && self.phase() == Phase::Rendering && speed > 0.0 && self.samples.len() > 2;
        known.then(|| Duration::try_from_secs_f64(f64::from(left) / speed).ok()).flatten()
    }

    /// The whole as an event, for observers that do not fold by themselves.
    pub fn event(&self, now: Duration) -> Event {
        Event::Progress {
            progress: self.value(),
            frames: self.frames(),
            total_frames: self.total,
            fps: self.speed(now),
            eta_seconds: self.eta(now).map(|left| left.as_secs_f64()),
            phase: self.phase(),
        }
    }
}

impl ChunkState {
    fn new(range: FrameRange) -> ChunkState {
        ChunkState { range, best: 0, done: 0, worker: None, attempt: 0, finished: false }
    }

    fn advance(&mut self, done: u32) {
        self.done = done.min(self.range.count);
        self.best = self.best.max(self.done);
    }
}
