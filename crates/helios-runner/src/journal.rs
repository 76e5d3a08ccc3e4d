//! The journal of a run: events with their times, appended to a file as JSON lines. It tells what happened; what is done is told
//! by the chunks' manifests.

use helios_job::{ChunkReport, Event, JournalLine, Level};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// The frames of a chunk are written at most this often.
const PACE: Duration = Duration::from_millis(500);

/// An open journal. When it cannot be written, the render goes on without.
#[derive(Debug)]
pub(crate) struct Journal {
    file: Option<File>,
    /// When frames of a chunk were last written.
    frames: BTreeMap<u32, Instant>,
}

impl Journal {
    /// Goes on with the file at `path`, or begins it.
    pub(crate) fn open(path: &Path) -> Option<Journal> {
        let file = File::options().create(true).append(true).open(path);
        let file = file.inspect_err(|error| tracing::warn!(%error, path = %path.display(), "no journal"));
        Some(Journal { file: Some(file.ok()?), frames: BTreeMap::new() })
    }

    /// Writes an event, unless it is one that the others add up to.
    pub(crate) fn write(&mut self, event: &Event) {
        let Some(event) = self.worth(event) else { return };
        let Some(file) = &mut self.file else { return };
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
        let line = JournalLine { time: u64::try_from(now).unwrap_or(u64::MAX), event };
        // In one piece: several processes may write to one journal.
        if let Err(error) = file.write_all((line.to_text() + "\n").as_bytes()) {
            tracing::warn!(%error, "the journal ends here");
            self.file = None;
        }
    }

    fn worth(&mut self, event: &Event) -> Option<Event> {
        match event {
            Event::Progress { .. } => None,
            Event::Notice { level: Level::Debug, .. } => None,
            Event::Frames { chunk, .. } => {
                let due = self.frames.get(chunk).is_none_or(|last| last.elapsed() >= PACE);
                if due {
                    self.frames.insert(*chunk, Instant::now());
                }
                due.then(|| event.clone())
            }
            // Hashes and sound are in the chunk's manifest.
            Event::ChunkFinished { worker, report } => {
                let report = ChunkReport {
                    frame_hashes: Vec::new(),
                    sound: Default::default(),
                    files: Vec::new(),
                    ..report.clone()
                };
                Some(Event::ChunkFinished { worker: *worker, report })
            }
            _ => Some(event.clone()),
        }
    }
}
