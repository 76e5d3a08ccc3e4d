//! What people and programs see of a render: a fold over its events, told in one or two forms.
//!
//! | standard error | when |
//! |---|---|
//! | [`Bar`]: a progress bar, log lines above it | it is a terminal |
//! | [`Lines`]: log lines, and a progress line now and then | it is not, or `--json` shares the terminal |
//! | nothing | `--quiet` |
//!
//! With `--json`, [`JsonLines`] writes events to standard output as well. Reporters never fail: when nobody reads any
//! more, the render goes on, since the file is what was asked for.

mod bar;
mod check;
mod compositions;
mod doctor;
mod json;
mod lines;
mod profile;
#[cfg(test)]
mod tests;
mod text;
mod verdict;

pub use bar::Bar;
pub use check::check_text;
pub use compositions::compositions;
pub use doctor::diagnostics;
pub use json::JsonLines;
pub use lines::Lines;
pub use profile::profile;
pub use text::{still_summary, summary};
pub use verdict::{Found, Side, Verdict};

use crate::settings::{Loudness, Talk};
use helios_job::{Event, Progress};
use std::io::{self, IsTerminal as _, Write as _};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// One way of telling what happens. `now` is the time since the render began.
pub trait Reporter: Send {
    /// Something happened; `progress` has taken it into account.
    fn event(&mut self, event: &Event, progress: &Progress, now: Duration);
    /// A moment passed, whether something happened or not.
    fn tick(&mut self, progress: &Progress, now: Duration);
    /// A line for people that stems from no event.
    fn line(&mut self, text: &str);
    /// Nothing more will come.
    fn close(&mut self);
}

/// The reporters of one command, shared by everything that has something to say.
#[derive(Clone)]
pub struct Console {
    inner: Arc<Mutex<Inner>>,
}

struct Inner {
    began: Instant,
    progress: Progress,
    reporters: Vec<Box<dyn Reporter>>,
}

impl Console {
    /// The reporters that fit the settings and what standard output and error are.
    pub fn new(talk: Talk) -> Console {
        let mut reporters: Vec<Box<dyn Reporter>> = Vec::new();
        let terminal =
            io::stderr().is_terminal() && std::env::var_os("TERM").is_none_or(|term| term != "dumb");
        // JSON lines on the same terminal would tear the bar apart.
        let shared = talk.json && io::stdout().is_terminal();
        if talk.loudness > Loudness::Quiet {
            let bar = terminal && !shared;
            reporters.push(if bar {
                Box::new(Bar::new(indicatif::ProgressDrawTarget::stderr(), talk.loudness))
            } else {
                Box::new(Lines::new(io::stderr(), talk.loudness))
            });
        }
        if talk.json {
            reporters.push(Box::new(JsonLines::new(io::stdout())));
        }
        let inner = Inner { began: Instant::now(), progress: Progress::new(), reporters };
        Console { inner: Arc::new(Mutex::new(inner)) }
    }

    /// Lines on standard error and nothing else, for commands that have no events and no progress of a render.
    pub fn plain(loudness: Loudness) -> Console {
        let mut reporters: Vec<Box<dyn Reporter>> = Vec::new();
        if loudness > Loudness::Quiet {
            reporters.push(Box::new(Lines::new(io::stderr(), loudness)));
        }
        let inner = Inner { began: Instant::now(), progress: Progress::new(), reporters };
        Console { inner: Arc::new(Mutex::new(inner)) }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        // A reporter that panicked has only lost some text.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Time since the command began.
    pub fn elapsed(&self) -> Duration {
        self.lock().began.elapsed()
    }

    /// Tells an event.
    pub fn event(&self, event: &Event) {
        let inner = &mut *self.lock();
        let now = inner.began.elapsed();
        inner.progress.apply(event, now);
        for reporter in &mut inner.reporters {
            reporter.event(event, &inner.progress, now);
        }
    }

    /// Tells people a line.
    pub fn line(&self, text: &str) {
        self.lock().reporters.iter_mut().for_each(|reporter| reporter.line(text));
    }

    /// Ends bars and flushes.
    pub fn close(&self) {
        self.lock().reporters.iter_mut().for_each(|reporter| reporter.close());
    }

    /// Lets time pass for the reporters, so that a standstill is seen too. For ever: to be dropped.
    pub async fn keep_ticking(&self) {
        let mut interval = tokio::time::interval(Duration::from_millis(100));
        loop {
            interval.tick().await;
            let inner = &mut *self.lock();
            let now = inner.began.elapsed();
            for reporter in &mut inner.reporters {
                reporter.tick(&inner.progress, now);
            }
        }
    }
}

/// Whether text on standard output may have colours.
pub fn colours_on_stdout() -> bool {
    io::stdout().is_terminal() && !no_color()
}

fn no_color() -> bool {
    std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
}

/// Writes the last word of a command that failed. Standard error may be gone; then there is nobody to tell.
pub fn error(message: &str) {
    let mut stderr = io::stderr().lock();
    let label = if stderr.is_terminal() && !no_color() { "\x1b[1;31merror:\x1b[0m" } else { "error:" };
    let _ = writeln!(stderr, "{label} {message}");
}

/// The message with its causes, each said once: most errors quote their cause themselves.
pub fn in_full(error: &anyhow::Error) -> String {
    let mut text = error.to_string();
    for cause in error.chain().skip(1).map(ToString::to_string) {
        if !text.contains(&cause) {
            text = format!("{text}: {cause}");
        }
    }
    text
}
