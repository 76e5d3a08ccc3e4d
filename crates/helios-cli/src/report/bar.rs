//! A progress bar on a terminal, with log lines above it.

use super::Reporter;
use super::text::{self, Log};
use crate::settings::Loudness;
use helios_job::{Event, Progress};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::time::Duration;

/// Steps of the bar: finer than any terminal is wide.
const STEPS: u64 = 1000;

/// One bar for the whole render, however many workers there are.
///
/// indicatif draws it; numbers, speed and time left come from [`Progress`] alone. Colours follow NO_COLOR.
pub struct Bar {
    bar: ProgressBar,
    log: Log,
}

impl Bar {
    /// Draws on `target`.
    pub fn new(target: ProgressDrawTarget, loudness: Loudness) -> Bar {
        let bar = ProgressBar::with_draw_target(Some(STEPS), target);
        // The template is fixed; were it wrong, the default style would do.
        if let Ok(style) = ProgressStyle::with_template("{spinner} {bar:28.cyan/dim} {wide_msg}") {
            bar.set_style(style.progress_chars("━━─"));
        }
        bar.set_message("Preparing");
        bar.tick();
        Bar { bar, log: Log::new(loudness) }
    }

    fn draw(&self, progress: &Progress, now: Duration) {
        self.bar.set_message(text::progress(progress, now));
        self.bar.set_position((progress.value() * STEPS as f64) as u64);
    }
}

impl Reporter for Bar {
    fn event(&mut self, event: &Event, progress: &Progress, now: Duration) {
        if let Some(line) = self.log.line(event) {
            self.bar.println(line);
        }
        // Frames are many: the next tick shows them.
        if !matches!(event, Event::Frames { .. }) {
            self.draw(progress, now);
        }
    }

    fn tick(&mut self, progress: &Progress, now: Duration) {
        self.draw(progress, now);
        self.bar.tick();
    }

    fn line(&mut self, text: &str) {
        self.bar.println(text);
    }

    fn close(&mut self) {
        self.bar.finish_and_clear();
    }
}
