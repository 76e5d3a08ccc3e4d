//! Plain lines, for logs and for programs that watch standard error.

use super::Reporter;
use super::text::{self, Log};
use crate::settings::Loudness;
use helios_job::{Event, Progress};
use std::io::Write;
use std::time::Duration;

/// The longest silence.
const SILENCE: Duration = Duration::from_secs(5);
/// The least time between two progress lines, so that a short render is not all progress lines.
const PACE: Duration = Duration::from_secs(1);
/// A progress line comes after each tenth of the work.
const STEPS: f64 = 10.0;

/// Writes log lines, and progress lines every tenth of the work or every five seconds.
pub struct Lines<W> {
    out: W,
    log: Log,
    /// When the last line of any kind was written.
    spoke: Duration,
    /// When the last progress line was written.
    last: Duration,
    /// The last tenth that was written.
    step: u32,
}

impl<W: Write + Send> Lines<W> {
    /// Writes to `out`.
    pub fn new(out: W, loudness: Loudness) -> Lines<W> {
        Lines { out, log: Log::new(loudness), spoke: Duration::ZERO, last: Duration::ZERO, step: 0 }
    }

    fn write(&mut self, line: &str, now: Duration) {
        // A broken pipe ends the telling, not the render.
        let _ = writeln!(self.out, "{line}");
        self.spoke = now;
    }

    fn progress(&mut self, progress: &Progress, now: Duration) {
        self.last = now;
        self.write(&text::progress(progress, now), now);
    }
}

impl<W: Write + Send> Reporter for Lines<W> {
    fn event(&mut self, event: &Event, progress: &Progress, now: Duration) {
        if let Some(line) = self.log.line(event) {
            self.write(&line, now);
        }
        let step = (progress.value() * STEPS) as u32;
        if matches!(event, Event::Frames { .. }) && step > self.step && now.saturating_sub(self.last) >= PACE
        {
            self.step = step;
            self.progress(progress, now);
        }
    }

    fn tick(&mut self, progress: &Progress, now: Duration) {
        if now.saturating_sub(self.spoke) >= SILENCE {
            self.progress(progress, now);
        }
    }

    fn line(&mut self, text: &str) {
        let spoke = self.spoke;
        self.write(text, spoke);
    }

    fn close(&mut self) {}
}
