//! Who works on a job now, by the journals that they keep in its folder. It is for people: what is done is told by manifests.

use helios_job::{Event, JournalLine};
use helios_runner::is_journal;
use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Somebody who has said nothing for so long is not believed to be at work.
const SILENCE: Duration = Duration::from_secs(120);

/// An attempt that goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AtWork {
    pub attempt: u32,
    pub done: u32,
}

/// The attempts of which the journals in `dir` tell, by their chunks.
pub fn at_work(dir: &Path) -> BTreeMap<u32, AtWork> {
    let entries = std::fs::read_dir(dir).into_iter().flatten().flatten();
    let journals = entries.filter(|entry| is_journal(&entry.file_name().to_string_lossy()));
    let texts = journals.filter_map(|entry| std::fs::read_to_string(entry.path()).ok());
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    of_journals(texts.map(|text| JournalLine::read_all(&text)), now)
}

/// The order within a journal is that of its lines: clocks jump. Its last line says whether it is of now, give or take what clocks of
/// other machines differ: who speaks from the future may have ended long ago.
fn of_journals(journals: impl Iterator<Item = Vec<JournalLine>>, now: Duration) -> BTreeMap<u32, AtWork> {
    let millis = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    let lately = millis(now.saturating_sub(SILENCE))..=millis(now.saturating_add(SILENCE));
    let last = |lines: &Vec<JournalLine>| lines.last().map(|line| line.time);
    let mut living: Vec<Vec<JournalLine>> =
        journals.filter(|lines| last(lines).is_some_and(|time| lately.contains(&time))).collect();
    living.sort_by_key(last);
    let mut all = BTreeMap::new();
    for lines in living {
        all.extend(of_journal(lines));
    }
    all.into_iter().filter_map(|(chunk, work)| Some((chunk, work?))).collect()
}

/// What a journal tells of each chunk; `None` for one that has ended.
fn of_journal(lines: Vec<JournalLine>) -> BTreeMap<u32, Option<AtWork>> {
    let mut work = BTreeMap::new();
    for JournalLine { event, .. } in lines {
        match event {
            Event::ChunkStarted { chunk, attempt, .. } => {
                work.insert(chunk, Some(AtWork { attempt, done: 0 }));
            }
            Event::Frames { chunk, done, .. } => {
                work.entry(chunk).or_default().get_or_insert(AtWork { attempt: 1, done }).done = done;
            }
            Event::ChunkFailed { chunk, will_retry: false, .. } => drop(work.insert(chunk, None)),
            Event::ChunkFinished { report, .. } => drop(work.insert(report.chunk, None)),
            // The beginning and the end of a run end what the one before has told of; others will tell again.
            Event::Planned { .. } | Event::Failed { .. } | Event::Cancelled | Event::Finished { .. } => {
                work.values_mut().for_each(|work| *work = None);
            }
            _ => {}
        }
    }
    work
}

#[cfg(test)]
mod tests {
    use super::*;
    use helios_job::{Failure, FailureKind, FrameRange};

    const NOW: Duration = Duration::from_secs(1_800_000_000);

    fn started(chunk: u32) -> Event {
        let (range, output_file) = (FrameRange { start: 0, count: 9 }, String::new());
        Event::ChunkStarted { worker: 0, chunk, range, attempt: 2, output_file }
    }

    fn frames(chunk: u32, done: u32) -> Event {
        Event::Frames { worker: 0, chunk, done }
    }

    fn failed(chunk: u32) -> Event {
        let failure = Failure { kind: FailureKind::Transient, message: String::new() };
        Event::ChunkFailed { worker: 0, chunk, attempt: 2, failure, will_retry: false }
    }

    /// Events with their times, in seconds from now on.
    fn journal(lines: &[(i64, Event)]) -> Vec<JournalLine> {
        let time = |seconds: i64| (NOW.as_millis() as i64 + 1000 * seconds) as u64;
        lines.iter().map(|(at, event)| JournalLine { time: time(*at), event: event.clone() }).collect()
    }

    fn found(journals: &[Vec<JournalLine>]) -> Vec<(u32, u32)> {
        let work = of_journals(journals.iter().cloned(), NOW);
        work.into_iter().map(|(chunk, work)| (chunk, work.done)).collect()
    }

    #[test]
    fn a_clock_that_jumps_changes_nothing() {
        const DECADES: i64 = 1_000_000_000;
        for jump in [0, DECADES, -DECADES] {
            let began = [
                (jump, started(1)),
                (jump, started(2)),
                (-5, frames(1, 4)),
                (-4, failed(2)),
                (-3, started(3)),
            ];
            assert_eq!(found(&[journal(&began)]), [(1, 4), (3, 0)], "{jump}");
        }
        for jump in [DECADES, -DECADES, -300] {
            assert_eq!(
                found(&[journal(&[(0, started(1)), (jump, frames(1, 4))])]),
                [],
                "long ago, or from the future"
            );
        }
    }

    #[test]
    fn the_one_who_speaks_last_counts() {
        let (mine, theirs) =
            (journal(&[(-9, started(1)), (-8, started(2))]), journal(&[(-7, started(1)), (-6, failed(1))]));
        assert_eq!(found(&[mine.clone(), theirs.clone()]), [(2, 0)]);
        assert_eq!(found(&[theirs, mine.clone()]), [(2, 0)]);
        let planned =
            Event::Planned { job_id: String::new(), total_frames: 9, chunks: Vec::new(), concurrency: 1 };
        let again = [mine, journal(&[(-5, planned), (-4, started(2))])].concat();
        assert_eq!(found(&[again]), [(2, 0)], "what was killed does not go on");
    }
}
