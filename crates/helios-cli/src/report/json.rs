//! Events as JSON lines: one object a line, for programs.

use super::Reporter;
use helios_job::{Event, Progress};
use std::collections::BTreeMap;
use std::io::Write;
use std::time::Duration;

/// The least time between two progress events.
const PACE: Duration = Duration::from_millis(100);
/// A progress event comes at least this often, so that a reader can tell a slow render from a dead one.
const HEARTBEAT: Duration = Duration::from_secs(1);

/// Writes every event to `out`. `frames` and `progress` events are thinned to ten a second; the last progress event of
/// a successful render, right before `finished`, has the value 1.0.
pub struct JsonLines<W> {
    out: W,
    /// Whether `out` still takes text.
    open: bool,
    /// The latest `frames` event of each chunk that is not written yet.
    frames: BTreeMap<u32, Event>,
    /// When the last progress event was written.
    last: Option<Duration>,
    /// Whether `finished` was written: nothing comes after it, however long the browsers take to end.
    finished: bool,
}

impl<W: Write + Send> JsonLines<W> {
    /// Writes to `out`.
    pub fn new(out: W) -> JsonLines<W> {
        JsonLines { out, open: true, frames: BTreeMap::new(), last: None, finished: false }
    }

    fn write(&mut self, event: &Event) {
        if !self.open {
            return;
        }
        let written = serde_json::to_string(event)
            .map_err(std::io::Error::from)
            .and_then(|line| writeln!(self.out, "{line}"))
            .and_then(|()| self.out.flush());
        self.open = written.is_ok();
    }

    fn flush_frames(&mut self) {
        for event in std::mem::take(&mut self.frames).into_values() {
            self.write(&event);
        }
    }

    fn progress(&mut self, progress: &Progress, now: Duration) {
        self.flush_frames();
        self.write(&progress.event(now));
        self.last = Some(now);
    }

    /// Whether at least `pace` passed since the last progress event.
    fn due(&self, pace: Duration, now: Duration) -> bool {
        self.last.is_none_or(|last| now.saturating_sub(last) >= pace)
    }
}

impl<W: Write + Send> Reporter for JsonLines<W> {
    fn event(&mut self, event: &Event, progress: &Progress, now: Duration) {
        match event {
            // Made here from the fold instead, at our own pace.
            Event::Progress { .. } => {}
            Event::Frames { chunk, .. } => {
                self.frames.insert(*chunk, event.clone());
                if self.due(PACE, now) {
                    self.progress(progress, now);
                }
            }
            Event::Finished { .. } => {
                self.progress(progress, now);
                self.write(event);
                self.finished = true;
            }
            _ => {
                // In the order in which things happened: a count must not come after the retry that resets it.
                self.flush_frames();
                self.write(event);
            }
        }
    }

    fn tick(&mut self, progress: &Progress, now: Duration) {
        if self.finished {
            return;
        }
        let news = !self.frames.is_empty() && self.due(PACE, now);
        if news || self.due(HEARTBEAT, now) {
            self.progress(progress, now);
        }
    }

    fn line(&mut self, _text: &str) {}

    fn close(&mut self) {
        self.flush_frames();
    }
}
