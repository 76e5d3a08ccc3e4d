//! What is happening to a batch, for people (a bar, or lines) and for programs (JSON lines). One value for all rows.

use super::report::{BatchReport, RowReport, RowState};
use crate::settings::{Loudness, Talk};
use helios_job::{Event, Level, human_line};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashSet};
use std::io::{self, IsTerminal as _, Write as _};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The least time between two progress lines for programs.
const PACE: Duration = Duration::from_millis(200);
/// The bar's steps for one row.
const STEPS: f64 = 1000.0;
/// Notices that are remembered: many rows of one page say the same.
const REMEMBERED: usize = 1000;

/// Shared by all who have something to say.
pub struct Board {
    talk: Talk,
    inner: Mutex<Inner>,
}

struct Inner {
    began: Instant,
    rows: usize,
    done: usize,
    /// Progress of rows that are being rendered.
    running: BTreeMap<usize, f64>,
    value: f64,
    told: HashSet<String>,
    last: Option<Instant>,
    bar: Option<ProgressBar>,
    open: bool,
}

impl Board {
    /// Nothing is known yet.
    pub fn new(talk: Talk) -> Board {
        let terminal =
            io::stderr().is_terminal() && std::env::var_os("TERM").is_none_or(|term| term != "dumb");
        let bar = (terminal && talk.loudness > Loudness::Quiet && !(talk.json && io::stdout().is_terminal()))
            .then(|| {
                let style = ProgressStyle::with_template("{bar:30} {msg} {elapsed}")
                    .unwrap_or_else(|_| ProgressStyle::default_bar());
                ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr()).with_style(style)
            });
        let inner = Inner {
            began: Instant::now(),
            rows: 0,
            done: 0,
            running: BTreeMap::new(),
            value: 0.0,
            told: HashSet::new(),
            last: None,
            bar,
            open: true,
        };
        Board { talk, inner: Mutex::new(inner) }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        // Whoever panicked has only lost some text.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Time since the batch began.
    pub fn elapsed(&self) -> Duration {
        self.lock().began.elapsed()
    }

    /// The plan stands.
    pub fn started(&self, rows: usize, kept: usize, concurrency: u32) {
        let inner = &mut *self.lock();
        (inner.rows, inner.done) = (rows, kept);
        let there = if kept > 0 { format!(", {kept} of them there already") } else { String::new() };
        let s = if concurrency == 1 { "" } else { "s" };
        inner.line(self.talk, &format!("Starting {rows} rows{there}, with {concurrency} worker{s}"));
        inner.json(
            self.talk,
            &json!({ "event": "batch_started", "rows": rows, "kept": kept, "concurrency": concurrency }),
        );
        inner.progress(self.talk, true);
    }

    /// A row begins.
    pub fn row_started(&self, row: usize, output: &Path) {
        let inner = &mut *self.lock();
        inner.running.insert(row, 0.0);
        inner.json(self.talk, &json!({ "event": "row_started", "row": row, "output": output }));
        inner.progress(self.talk, false);
    }

    /// A row is so far.
    pub fn row_progress(&self, row: usize, value: f64) {
        let inner = &mut *self.lock();
        inner.running.insert(row, value);
        inner.progress(self.talk, false);
    }

    /// Something happened in a row: what people should know of it is told once.
    pub fn row_event(&self, row: usize, event: &Event) {
        let least = if self.talk.loudness == Loudness::Verbose { Level::Debug } else { Level::Warn };
        let Event::Notice { level, message, .. } = event else { return };
        if *level < least {
            return;
        }
        let Some(line) = human_line(event) else { return };
        let inner = &mut *self.lock();
        if inner.told.len() < REMEMBERED && inner.told.insert(message.clone()) {
            inner.line(self.talk, &format!("Row {row}: {line}"));
        }
    }

    /// A row is over.
    pub fn row_finished(&self, report: &RowReport) {
        let inner = &mut *self.lock();
        inner.running.remove(&report.row);
        inner.done += 1;
        let (row, output) = (report.row, report.output.display());
        let line = match (&report.error, report.state) {
            (Some(why), RowState::Failed) => format!("Row {row} failed ({output}): {why}"),
            (_, RowState::Cancelled) => format!("Row {row} was stopped ({output})"),
            _ => format!(
                "{output}: {} frames, in {:.1} s ({} of {} rows)",
                report.frames, report.seconds, inner.done, inner.rows
            ),
        };
        inner.line(self.talk, &line);
        let mut object = json!(report);
        object["event"] = "row_finished".into();
        inner.json(self.talk, &object);
        inner.progress(self.talk, true);
    }

    /// All rows are over.
    pub fn finished(&self, report: &BatchReport) {
        let inner = &mut *self.lock();
        if let Some(bar) = inner.bar.take() {
            bar.finish_and_clear();
        }
        report.lines().iter().for_each(|line| inner.line(self.talk, line));
        let mut object = json!(report);
        object["event"] = "batch_finished".into();
        inner.json(self.talk, &object);
    }

    /// A line for people.
    pub fn line(&self, text: &str) {
        self.lock().line(self.talk, text);
    }
}

impl Inner {
    fn line(&mut self, talk: Talk, text: &str) {
        if talk.loudness == Loudness::Quiet {
            return;
        }
        match &self.bar {
            Some(bar) => bar.println(text),
            None => drop(writeln!(io::stderr().lock(), "{text}")),
        }
    }

    /// Nobody may be reading any more: the videos are what was asked for.
    fn json(&mut self, talk: Talk, object: &Value) {
        if talk.json && self.open {
            let mut stdout = io::stdout().lock();
            self.open = writeln!(stdout, "{object}").and_then(|()| stdout.flush()).is_ok();
        }
    }

    fn progress(&mut self, talk: Talk, at_once: bool) {
        let rows = self.rows.max(1) as f64;
        let value = (self.done as f64 + self.running.values().sum::<f64>()) / rows;
        self.value = self.value.max(value.min(1.0));
        if let Some(bar) = &self.bar {
            bar.set_length((rows * STEPS) as u64);
            bar.set_position((self.value * rows * STEPS) as u64);
            bar.set_message(format!("{} of {} rows", self.done, self.rows));
        }
        if at_once || self.last.is_none_or(|last| last.elapsed() >= PACE) {
            self.last = Some(Instant::now());
            self.json(talk, &json!({ "event": "batch_progress", "value": self.value, "done": self.done, "rows": self.rows }));
        }
    }
}
