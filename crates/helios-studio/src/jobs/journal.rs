//! The journal of jobs: JSON lines, appended as things happen, so that a kill at any moment loses at most the last line. Reading it is a fold
//! in which the last word on a job counts; it is written anew, shorter, when the Studio starts.

use super::record::JobRecord;
use helios_runner::write_whole;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write as _};
use std::path::Path;

const FILE: &str = "jobs.jsonl";
const LOCK: &str = "lock";

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Entry {
    /// A job as it is now.
    Job(Box<JobRecord>),
    /// A job is gone.
    Removed(u64),
    /// How many jobs may run at once, and the order of those that wait.
    Queue {
        /// How many.
        limit: u32,
        /// Their numbers.
        order: Vec<u64>,
    },
    /// The number of the next job.
    Next(u64),
}

/// What a journal says.
#[derive(Debug, Default, PartialEq)]
pub struct Told {
    /// The jobs.
    pub jobs: BTreeMap<u64, JobRecord>,
    /// How many may run at once.
    pub limit: Option<u32>,
    /// Those that wait, in order.
    pub order: Vec<u64>,
    /// The number of the next one.
    pub next: u64,
    /// Lines that mean nothing.
    pub unreadable: usize,
}

/// An open journal. It is one Studio's alone while it is open.
#[derive(Debug)]
pub struct Journal {
    file: File,
    _lock: File,
}

impl Journal {
    /// Opens the journal in `folder`.
    ///
    /// # Errors
    /// [`io::ErrorKind::WouldBlock`] when another Studio has it.
    pub fn open(folder: &Path) -> io::Result<(Journal, Told)> {
        let lock = File::create(folder.join(LOCK))?;
        match lock.try_lock() {
            Err(TryLockError::WouldBlock) => return Err(io::ErrorKind::WouldBlock.into()),
            Err(TryLockError::Error(error)) => return Err(error),
            Ok(()) => {}
        }
        let path = folder.join(FILE);
        let text = match fs::read(&path) {
            Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(error),
        };
        let told = Told::read(&text);
        let fresh: Vec<u8> = told.entries().iter().flat_map(line).collect();
        write_whole(&path, &fresh)?;
        let file = OpenOptions::new().append(true).open(&path)?;
        Ok((Journal { file, _lock: lock }, told))
    }

    /// Adds what happened. A journal that cannot be written any more (a full disk) does not stop renders.
    pub fn add(&mut self, entry: &Entry) {
        if let Err(error) = self.file.write_all(&line(entry)) {
            tracing::warn!("the journal of jobs cannot be written: {error}");
        }
    }
}

fn line(entry: &Entry) -> Vec<u8> {
    let mut line = serde_json::to_vec(entry).unwrap_or_default();
    line.push(b'\n');
    line
}

impl Told {
    fn read(text: &str) -> Told {
        let mut told = Told { next: 1, ..Told::default() };
        for line in text.lines() {
            match serde_json::from_str(line) {
                Ok(Entry::Job(job)) => {
                    told.next = told.next.max(job.number.saturating_add(1));
                    told.jobs.insert(job.number, *job);
                }
                Ok(Entry::Removed(number)) => drop(told.jobs.remove(&number)),
                Ok(Entry::Queue { limit, order }) => (told.limit, told.order) = (Some(limit), order),
                Ok(Entry::Next(next)) => told.next = told.next.max(next),
                // The last line of a Studio that was killed may be torn.
                Err(_) => told.unreadable += 1,
            }
        }
        told
    }

    /// The shortest journal that says the same.
    fn entries(&self) -> Vec<Entry> {
        let jobs = self.jobs.values().map(|job| Entry::Job(Box::new(job.clone())));
        let queue = self.limit.map(|limit| Entry::Queue { limit, order: self.order.clone() });
        jobs.chain(queue).chain([Entry::Next(self.next)]).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::{JobState, RenderRequest};

    fn job(number: u64, state: JobState) -> JobRecord {
        JobRecord {
            number,
            request: RenderRequest { composition: "a.html".to_owned(), ..RenderRequest::default() },
            output: "renders/a.mp4".to_owned(),
            state,
            run: 1,
            created_ms: 5,
            started_ms: None,
            finished_ms: None,
            elapsed_ms: 0,
            progress: 0.25,
            frames: 1,
            total_frames: 4,
            concurrency: Some(2),
            job_id: None,
            resume: false,
            latest: None,
            error: None,
            result: None,
        }
    }

    #[test]
    fn the_last_word_counts_and_a_torn_line_is_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let (mut journal, told) = Journal::open(folder.path()).unwrap();
        assert_eq!((told.jobs.len(), told.next), (0, 1));
        for entry in [
            Entry::Job(Box::new(job(1, JobState::Queued))),
            Entry::Job(Box::new(job(2, JobState::Queued))),
            Entry::Job(Box::new(job(1, JobState::Rendering))),
            Entry::Job(Box::new(job(3, JobState::Queued))),
            Entry::Removed(3),
            Entry::Queue { limit: 2, order: vec![2] },
        ] {
            journal.add(&entry);
        }
        let path = folder.path().join(FILE);
        drop(journal);
        let mut text = fs::read_to_string(&path).unwrap();
        text.push_str("{\"job\":{\"numb");
        fs::write(&path, text).unwrap();

        let (journal, told) = Journal::open(folder.path()).unwrap();
        assert_eq!(told.jobs.keys().copied().collect::<Vec<_>>(), [1, 2]);
        assert_eq!(told.jobs[&1].state, JobState::Rendering);
        assert_eq!((told.limit, &told.order[..], told.next, told.unreadable), (Some(2), &[2][..], 4, 1));
        // Written anew, it says the same, and the number of the job that is gone is not used again.
        let again = Told::read(&fs::read_to_string(&path).unwrap());
        assert_eq!(again, Told { unreadable: 0, ..told });
        let busy = Journal::open(folder.path()).unwrap_err();
        assert_eq!(busy.kind(), io::ErrorKind::WouldBlock);
        drop(journal);
        assert!(Journal::open(folder.path()).is_ok());
    }
}
