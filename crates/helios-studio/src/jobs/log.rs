//! What a job has to say, line by line: the newest in memory, all of them (within reason) in a file that survives the Studio.

use crate::api::{LogLevel, LogLine};
use std::collections::VecDeque;
use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// Lines that are kept in memory and shown.
const KEPT: usize = 2000;

/// The longest line: a page may write anything to its console.
const LONGEST: usize = 4000;

/// The largest file; what comes behind is not written.
const LARGEST: u64 = 8 << 20;

/// A job's log.
#[derive(Debug)]
pub struct JobLog {
    path: PathBuf,
    lines: VecDeque<LogLine>,
    next: u64,
    /// Whether the file has been read.
    read: bool,
    file: Option<File>,
}

impl JobLog {
    /// The log at `path`, with what is in it already. That is read when somebody wants to know: there may be many logs.
    pub fn open(path: PathBuf) -> JobLog {
        JobLog { path, lines: VecDeque::new(), next: 0, read: false, file: None }
    }

    fn read(&mut self) {
        if std::mem::replace(&mut self.read, true) {
            return;
        }
        let text = fs::read_to_string(&self.path).unwrap_or_default();
        let lines: VecDeque<LogLine> =
            text.lines().rev().take(KEPT).filter_map(|line| serde_json::from_str(line).ok()).collect();
        self.lines = lines.into_iter().rev().collect();
        self.next = self.lines.back().map_or(0, |line| line.index + 1);
    }

    /// Adds a line and returns it.
    pub fn add(&mut self, level: LogLevel, worker: Option<u32>, frame: Option<u32>, text: &str) -> LogLine {
        self.read();
        let end = (0..=LONGEST.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
        let text = if end < text.len() { format!("{}…", &text[..end]) } else { text.to_owned() };
        let line = LogLine { index: self.next, at_ms: crate::now_ms(), level, worker, frame, text };
        self.next += 1;
        self.write(&line);
        self.lines.push_back(line.clone());
        if self.lines.len() > KEPT {
            self.lines.pop_front();
        }
        line
    }

    /// A log that cannot be written is still shown.
    fn write(&mut self, line: &LogLine) {
        if self.file.is_none() {
            self.file = OpenOptions::new().create(true).append(true).open(&self.path).ok();
        }
        let Some(file) = &mut self.file else { return };
        if file.metadata().is_ok_and(|metadata| metadata.len() < LARGEST)
            && let Ok(mut text) = serde_json::to_vec(line)
        {
            text.push(b'\n');
            if let Err(error) = file.write_all(&text) {
                tracing::debug!(%error, path = %self.path.display(), "cannot write a log");
            }
        }
    }

    /// Nothing more comes for now.
    pub fn close(&mut self) {
        self.file = None;
    }

    /// The lines behind the index `after`.
    pub fn lines(&mut self, after: Option<u64>) -> Vec<LogLine> {
        self.read();
        self.lines.iter().filter(|line| after.is_none_or(|after| line.index > after)).cloned().collect()
    }

    /// Removes its file.
    pub fn remove(path: &Path) {
        if let Err(error) = fs::remove_file(path) {
            tracing::debug!(%error, path = %path.display(), "there was no log");
        }
    }
}
