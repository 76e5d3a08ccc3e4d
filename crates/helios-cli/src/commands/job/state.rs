//! What has become of a job's chunks: the files in its folder against their manifests, and what those who work on them say.

use helios_job::{Event, JournalLine, Partition, Trouble};
use helios_remote::Seen;
use helios_runner::{ChunkFound, JobFile, RunnerError, is_journal};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio_util::sync::CancellationToken;

/// Somebody who has said nothing for so long is not believed to be at work.
const SILENCE: Duration = Duration::from_secs(120);

/// A chunk, what is wrong with it, if anything is, and how far somebody has come with it.
pub struct Chunk {
    pub partition: Partition,
    pub trouble: Option<(Trouble, String)>,
    pub at_work: Option<AtWork>,
    /// Tells one content of its file from the next.
    stamp: Option<(u64, SystemTime)>,
}

/// An attempt that goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AtWork {
    pub attempt: u32,
    pub done: u32,
}

impl Chunk {
    /// All chunks of a job. Reads them from end to end, but for those that were whole `before` and have not been touched.
    pub fn all(
        file: &JobFile,
        before: &[Chunk],
        cancel: &CancellationToken,
    ) -> Result<Vec<Chunk>, RunnerError> {
        let work = at_work(&file.dir);
        let one = |partition: &Partition| -> Result<Chunk, RunnerError> {
            let path = file.dir.join(&partition.output_file);
            let stamp = path.metadata().ok().and_then(|found| Some((found.len(), found.modified().ok()?)));
            let known = before.get(partition.id as usize);
            if known.is_some_and(|known| known.trouble.is_none() && known.stamp == stamp) {
                return Ok(Chunk { partition: partition.clone(), trouble: None, at_work: None, stamp });
            }
            let trouble = match ChunkFound::at(&path, cancel)? {
                ChunkFound::Whole(manifest) => {
                    let why = ChunkFound::misplaced(&file.job, partition, &manifest);
                    why.map(|why| (Trouble::Foreign, why))
                }
                ChunkFound::Bare => Some((Trouble::Unfinished, "it has no manifest beside it".to_owned())),
                ChunkFound::Bad(trouble, why) => Some((trouble, why)),
            };
            let at_work = work.get(&partition.id).copied().filter(|_| trouble.is_some());
            Ok(Chunk { partition: partition.clone(), trouble, at_work, stamp })
        };
        file.job.partitions.iter().map(one).collect()
    }

    /// The same on object storage. Whoever is at work there does not tell how far they have come.
    pub fn all_away(file: &JobFile, seen: &[Seen]) -> Vec<Chunk> {
        let one = |partition: &Partition| {
            let trouble = seen.iter().find(|seen| seen.id == partition.id).and_then(Seen::trouble);
            Chunk { partition: partition.clone(), trouble, at_work: None, stamp: None }
        };
        file.job.partitions.iter().map(one).collect()
    }

    /// The chunk in a line.
    pub fn line(&self) -> String {
        let Partition { id, output_file, frame_count, .. } = &self.partition;
        let state = match (&self.at_work, &self.trouble) {
            (_, None) => "done".to_owned(),
            (Some(AtWork { attempt, done }), Some(_)) => {
                let again = if *attempt > 1 { format!(", attempt {attempt}") } else { String::new() };
                format!("rendering: {done} of {frame_count} frames{again}")
            }
            (None, Some((trouble, why))) => format!("{}: {why}", trouble.word()),
        };
        format!("{id} {output_file} {state}\n")
    }

    /// The same for programs.
    pub fn json(&self) -> Value {
        let part = &self.partition;
        let state = match (&self.at_work, &self.trouble) {
            (_, None) => "done",
            (Some(_), Some(_)) => "rendering",
            (None, Some((trouble, _))) => trouble.word(),
        };
        json!({
            "id": part.id,
            "startFrame": part.start_frame,
            "frameCount": part.frame_count,
            "outputFile": part.output_file,
            "state": state,
            "why": self.trouble.as_ref().filter(|_| self.at_work.is_none()).map(|(_, why)| why),
            "framesDone": if self.trouble.is_none() { part.frame_count } else { self.at_work.map_or(0, |work| work.done) },
        })
    }
}

/// The ids of the chunks that are not whole.
pub fn missing(chunks: &[Chunk]) -> Vec<u32> {
    chunks.iter().filter(|chunk| chunk.trouble.is_some()).map(|chunk| chunk.partition.id).collect()
}

/// The attempts of which the journals in `dir` have told lately.
fn at_work(dir: &Path) -> BTreeMap<u32, AtWork> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let millis = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    // Clocks jump, and those of other machines go otherwise: who speaks from the future may have ended long ago.
    let lately = millis(now.saturating_sub(SILENCE))..=millis(now.saturating_add(SILENCE));
    let entries = std::fs::read_dir(dir).into_iter().flatten().flatten();
    let journals = entries.filter(|entry| is_journal(&entry.file_name().to_string_lossy()));
    let texts = journals.filter_map(|entry| std::fs::read_to_string(entry.path()).ok());
    let mut lines: Vec<JournalLine> = texts.flat_map(|text| JournalLine::read_all(&text)).collect();
    lines.sort_by_key(|line| line.time);
    let mut work = BTreeMap::new();
    for JournalLine { event, .. } in lines.into_iter().filter(|line| lately.contains(&line.time)) {
        match event {
            Event::ChunkStarted { chunk, attempt, .. } => {
                work.insert(chunk, AtWork { attempt, done: 0 });
            }
            Event::Frames { chunk, done, .. } => {
                work.entry(chunk).or_insert(AtWork { attempt: 1, done }).done = done;
            }
            Event::ChunkFailed { chunk, will_retry: false, .. } => drop(work.remove(&chunk)),
            Event::ChunkFinished { report, .. } => drop(work.remove(&report.chunk)),
            // The end of a run is that of all it has told of; others will tell again.
            Event::Failed { .. } | Event::Cancelled | Event::Finished { .. } => work.clear(),
            _ => {}
        }
    }
    work
}
