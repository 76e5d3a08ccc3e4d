//! Chunks that are objects, against their manifests: read from end to end, as those in a folder are, and fetched where that is asked.

use crate::job::AT_A_TIME;
use crate::store::Listed;
use crate::{RemoteError, RemoteJob};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use helios_job::{ChunkManifest, Partition, Trouble};
use helios_runner::{ChunkFound, RunnerError};
use std::collections::HashMap;
use std::path::Path;
use tokio_util::sync::CancellationToken;

/// More is no manifest.
const MOST_MANIFEST: u64 = 256 << 20;

/// A chunk of the job, as it was seen.
#[derive(Debug, Clone)]
pub struct Seen {
    /// Its index.
    pub id: u32,
    /// What it is.
    pub found: ChunkFound,
    /// Tells one content of its objects from the next.
    stamp: String,
}

/// What there is to see, by name.
type Listing = HashMap<String, Listed>;

impl RemoteJob {
    /// Looks at the chunks `ids`; those that were whole before and have not been touched are not read again.
    ///
    /// # Errors
    /// [`RemoteError`]: the storage, cancellation. A chunk that cannot be used is an answer, not an error.
    pub async fn look(&self, ids: &[u32], cancel: &CancellationToken) -> Result<Vec<Seen>, RemoteError> {
        let before = self.seen.lock().map(|seen| seen.clone()).unwrap_or_default();
        self.see(ids, &before, false, cancel).await
    }

    /// The same, and those that are whole are fetched to the folder, with their manifests.
    ///
    /// # Errors
    /// [`RemoteError`]: the storage, the folder, cancellation.
    pub async fn fetch_chunks(
        &self,
        ids: &[u32],
        cancel: &CancellationToken,
    ) -> Result<Vec<Seen>, RemoteError> {
        self.see(ids, &[], true, cancel).await
    }

    /// Names all chunks that cannot be joined.
    ///
    /// # Errors
    /// [`RunnerError::Chunks`].
    pub fn check_whole(&self, seen: &[Seen]) -> Result<(), RunnerError> {
        let problem = |seen: &Seen| {
            let url = self.url(&self.file.job.partitions.get(seen.id as usize)?.output_file);
            let (trouble, why) = seen.trouble()?;
            Some((url, trouble, why))
        };
        let problems: Vec<_> = seen.iter().filter_map(problem).collect();
        match problems.len() {
            0 => Ok(()),
            bad => Err(RunnerError::chunks(problems.into_iter(), bad, seen.len())),
        }
    }

    async fn see(
        &self,
        ids: &[u32],
        before: &[Seen],
        keep: bool,
        cancel: &CancellationToken,
    ) -> Result<Vec<Seen>, RemoteError> {
        let work = async {
            let listing: Listing =
                self.store.list("").await?.into_iter().map(|listed| (listed.name.clone(), listed)).collect();
            let partitions = self.file.job.partitions.iter().filter(|partition| ids.contains(&partition.id));
            let one = |partition| {
                let listing = &listing;
                async move { self.see_one(partition, listing, before, keep).await }
            };
            stream::iter(partitions.map(one)).buffered(AT_A_TIME).try_collect().await
        };
        let seen: Result<Vec<Seen>, RemoteError> = tokio::select! {
            biased;
            () = cancel.cancelled() => Err(RunnerError::Cancelled.into()),
            seen = work => seen,
        };
        if let (Ok(seen), Ok(mut known)) = (&seen, self.seen.lock()) {
            known.retain(|known| !ids.contains(&known.id));
            known.extend(seen.iter().cloned());
        }
        seen
    }

    async fn see_one(
        &self,
        partition: &Partition,
        listing: &Listing,
        before: &[Seen],
        keep: bool,
    ) -> Result<Seen, RemoteError> {
        let (id, name) = (partition.id, partition.output_file.as_str());
        let manifest = ChunkManifest::path_of(Path::new(name)).to_string_lossy().into_owned();
        let stamp =
            [name, &manifest].map(|name| listing.get(name).map_or("", |listed| listed.stamp.as_str()));
        let stamp = stamp.join(" ");
        let known = before.iter().find(|seen| seen.id == id && seen.stamp == stamp);
        if let Some(seen) = known.filter(|seen| matches!(seen.found, ChunkFound::Whole(_))) {
            return Ok(seen.clone());
        }
        let found = self.judge((name, &manifest), listing, keep).await?;
        let found = match found {
            ChunkFound::Whole(found) => match ChunkFound::misplaced(&self.file.job, partition, &found) {
                Some(why) => ChunkFound::Bad(Trouble::Foreign, why),
                None => ChunkFound::Whole(found),
            },
            other => other,
        };
        Ok(Seen { id, found, stamp })
    }

    async fn judge(
        &self,
        (name, manifest_name): (&str, &str),
        listing: &Listing,
        keep: bool,
    ) -> Result<ChunkFound, RemoteError> {
        let missing = || ChunkFound::Bad(Trouble::Missing, "there is no such object".to_owned());
        let Some(listed) = listing.get(name) else { return Ok(missing()) };
        // Without one, a chunk may be on its way.
        let Some(text) = self.store.text(manifest_name, MOST_MANIFEST).await? else {
            return Ok(ChunkFound::Bare);
        };
        let manifest = match ChunkFound::manifest(&text, &self.url(manifest_name)) {
            Ok(Some(manifest)) => manifest,
            Ok(None) => return Ok(ChunkFound::Bare),
            Err(wrong) => return Ok(wrong),
        };
        if let Some(wrong) = ChunkFound::of_size(&manifest, listed.bytes) {
            return Ok(wrong);
        }
        match self.read(name, keep, manifest.sha256).await? {
            None => return Ok(missing()),
            Some(sum) if sum != manifest.sha256 => return Ok(ChunkFound::of_sum(&manifest, sum)),
            Some(_) => {}
        }
        for file in &manifest.beside {
            let sum = self.read(&file.path, keep, file.sha256).await?;
            if let Some(wrong) = ChunkFound::of_beside(file, sum) {
                return Ok(wrong);
            }
        }
        if keep {
            let path = self.dir().join(manifest_name);
            std::fs::write(&path, &text).map_err(|source| crate::job::io("write", &path, source))?;
        }
        Ok(ChunkFound::Whole(Box::new(manifest)))
    }

    /// The digest of an object, which is fetched if it is to be kept and is what it should be.
    async fn read(
        &self,
        name: &str,
        keep: bool,
        meant: helios_job::Sha256Sum,
    ) -> Result<Option<helios_job::Sha256Sum>, RemoteError> {
        let found = match keep {
            true => self.fetch(name, &self.dir().join(name), |sum, _| sum == meant).await?,
            false => self.store.read(name, None).await?,
        };
        Ok(found.map(|(sum, _)| sum))
    }
}

impl Seen {
    /// A chunk that was sent. It has no stamp, so whoever looks at it reads it.
    pub(crate) fn sent(id: u32, manifest: ChunkManifest) -> Seen {
        Seen { id, found: ChunkFound::Whole(Box::new(manifest)), stamp: String::new() }
    }

    /// What is wrong with the chunk, if anything is.
    pub fn trouble(&self) -> Option<(Trouble, String)> {
        match &self.found {
            ChunkFound::Whole(_) => None,
            ChunkFound::Bare => Some((Trouble::Unfinished, "it has no manifest beside it".to_owned())),
            ChunkFound::Bad(trouble, why) => Some((*trouble, why.clone())),
        }
    }
}
