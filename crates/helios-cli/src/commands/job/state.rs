//! What has become of a job's chunks: the files in its folder against their manifests, and what those who work on them say.

use super::at_work::{AtWork, at_work};
use helios_job::{Partition, Trouble};
use helios_remote::Seen;
use helios_runner::{ChunkFound, JobFile, RunnerError};
use serde_json::{Value, json};
use std::time::SystemTime;
use tokio_util::sync::CancellationToken;

/// A chunk, what is wrong with it, if anything is, and how far somebody has come with it.
pub struct Chunk {
    pub partition: Partition,
    pub trouble: Option<(Trouble, String)>,
    pub at_work: Option<AtWork>,
    /// Tells one content of its file from the next.
    stamp: Option<(u64, SystemTime)>,
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
