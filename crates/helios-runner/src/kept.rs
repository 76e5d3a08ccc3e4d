//! Chunks of an earlier run: which of them need not be rendered again, and why not the others. Reads files; removes nothing.

use crate::inputs::Sums;
use crate::ledger::report_of;
use crate::path_map::Finder;
use crate::{ChunkFound, RunnerError, digest, sound};
use helios_job::{ChunkManifest, ChunkReport, JobSpec, Partition, Trouble};
use std::collections::BTreeMap;
use tokio_util::sync::CancellationToken;

/// What a folder holds of a job.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    /// Chunks that are what their manifests say, by their index.
    pub(crate) whole: BTreeMap<u32, ChunkReport>,
    /// Why chunks that are there are of no use, each as a sentence. Those that are missing are not mentioned.
    pub(crate) refused: Vec<String>,
}

/// Looks at the chunks of `ids` in the folder of `finder`.
pub(crate) async fn find(
    job: &JobSpec,
    ids: &[u32],
    finder: Finder,
    cancel: &CancellationToken,
) -> Result<Kept, RunnerError> {
    let look = Look { job: job.clone(), finder, cancel: cancel.clone() };
    let ids = ids.to_vec();
    digest::beside(move || look.all(&ids)).await
}

struct Look {
    job: JobSpec,
    finder: Finder,
    cancel: CancellationToken,
}

impl Look {
    fn all(&self, ids: &[u32]) -> Result<Kept, RunnerError> {
        let mut kept = Kept::default();
        let mut sums = Sums::default();
        for partition in self.job.partitions.iter().filter(|partition| ids.contains(&partition.id)) {
            match self.one(partition, &mut sums)? {
                Ok(manifest) => drop(kept.whole.insert(partition.id, report_of(manifest))),
                Err(Some(why)) => {
                    kept.refused.push(format!("chunk {} is rendered again: {why}", partition.id));
                }
                Err(None) => {}
            }
        }
        Ok(kept)
    }

    /// The manifest of a chunk that can be used, or why it cannot; `None` for one that was never finished.
    fn one(
        &self,
        partition: &Partition,
        sums: &mut Sums,
    ) -> Result<Result<ChunkManifest, Option<String>>, RunnerError> {
        let path = self.finder.folder.join(&partition.output_file);
        let manifest = match ChunkFound::at(&path, &self.cancel)? {
            ChunkFound::Whole(manifest) => *manifest,
            ChunkFound::Bare | ChunkFound::Bad(Trouble::Missing, _) => return Ok(Err(None)),
            ChunkFound::Bad(_, why) => return Ok(Err(Some(why))),
        };
        if let Some(why) = ChunkFound::misplaced(&self.job, partition, &manifest) {
            return Ok(Err(Some(why)));
        }
        // Which helios planned the job does not matter: this one would render the chunk now.
        let (made, this) = (manifest.versions.helios.as_str(), env!("CARGO_PKG_VERSION"));
        if !made.is_empty() && made != this {
            return Ok(Err(Some(format!("it was made by helios {made}, this is {this}"))));
        }
        if let Err(error) = sound::found(&manifest.sound, &self.finder) {
            return Ok(Err(Some(error.to_string())));
        }
        let changed = sums.changed(&manifest.inputs, &self.finder, &self.cancel).map(str::to_owned);
        if self.cancel.is_cancelled() {
            return Err(RunnerError::Cancelled);
        }
        Ok(match changed {
            Some(path) => Err(Some(format!("{path} has changed since"))),
            None => Ok(manifest),
        })
    }
}

impl Kept {
    /// Takes out the chunks that were made by other programs than `made`, or captured otherwise: one video is made in one
    /// way. Says why.
    pub(crate) fn remove_others(&mut self, made: &ChunkReport) -> Option<String> {
        let alike = |report: &ChunkReport| report.versions == made.versions && report.capture == made.capture;
        let other = self.whole.values().find(|report| !alike(report))?.clone();
        let before = self.whole.len();
        self.whole.retain(|_, report| alike(report));
        let named =
            |name: &str, was: &str, is: &str| (was != is).then(|| format!("{name} was {was} and is {is}"));
        let differences = [
            named("Chromium", &other.versions.chromium, &made.versions.chromium),
            named("FFmpeg", &other.versions.ffmpeg, &made.versions.ffmpeg),
            named("helios", &other.versions.helios, &made.versions.helios),
            named("the frame source", &other.capture, &made.capture),
        ];
        let differences: Vec<String> = differences.into_iter().flatten().collect();
        let count = before - self.whole.len();
        Some(format!("{count} chunks of an earlier run are rendered again: {}", differences.join(", ")))
    }
}
