//! What goes to the storage: bundles, chunks, the output. What makes a thing count is sent last: the job file of a bundle, the manifest
//! of a chunk, the record of the output.

use crate::job::{AT_A_TIME, JOB, io};
use crate::store::Store;
use crate::{RemoteError, RemoteJob, Seen, StoreError};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use helios_job::{ChunkManifest, JobSpec, Partition, Trouble};
use helios_runner::{ChunkFound, OutputRecord, RunnerError, output_files, output_pattern, work_of};
use std::path::Path;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio_util::sync::CancellationToken;

/// Chunks that are sent at a time while others are rendered: each takes the memory of two parts.
const SENDS: usize = 4;

/// More is no record of an output.
const MOST_RECORD: u64 = 1 << 20;

/// Sends a bundle in the folder `dir` to the folder of objects `url`, and returns the address of its job file. A job that is there
/// already is not replaced, unless it is the same.
///
/// # Errors
/// [`RemoteError`]: the storage; another job that is there.
pub async fn send_bundle(
    dir: &Path,
    job: &JobSpec,
    url: &str,
    settings: impl IntoIterator<Item = (String, String)>,
) -> Result<String, RemoteError> {
    let url = url.strip_suffix(&format!("/{JOB}")).unwrap_or(url);
    let store = Store::open(url, settings)?;
    let text = job.to_text();
    match store.text(JOB, u64::MAX).await? {
        Some(there) if there != text.as_bytes() => {
            let why = "another job is there already: name a new folder, or remove that job";
            return Err(StoreError::address(&store.url(JOB), why).into());
        }
        _ => {}
    }
    let work = job.inputs.iter().map(|input| {
        let store = &store;
        async move { store.send(&dir.join(&input.path), &input.path).await }
    });
    let _: Vec<()> = stream::iter(work).buffered(AT_A_TIME).try_collect().await?;
    store.put(JOB, text.into()).await?;
    Ok(store.url(JOB))
}

impl RemoteJob {
    /// Sends chunks of the folder while others are rendered: those that `finished` names, until it ends. Then what else of `ids` is whole in
    /// the folder and not in the storage: what was there before, and what could not be sent, of which `failed` has been told.
    ///
    /// # Errors
    /// [`RemoteError`]: a chunk that could not be sent then either, cancellation.
    pub async fn send_chunks(
        &self,
        ids: &[u32],
        finished: UnboundedReceiver<u32>,
        failed: impl Fn(&RemoteError),
        cancel: &CancellationToken,
    ) -> Result<(), RemoteError> {
        let finished = stream::unfold(finished, |mut finished| async move {
            let id = finished.recv().await?;
            Some((id, finished))
        });
        let failed = &failed;
        let send = |id: u32| async move {
            if let Some(partition) = self.file.job.partitions.get(id as usize)
                && let Err(error) = self.send_chunk(partition).await
            {
                failed(&error);
            }
        };
        let work = async {
            finished.for_each_concurrent(SENDS, send).await;
            self.send_rest(ids, cancel).await
        };
        tokio::select! {
            biased;
            sent = work => sent,
            () = cancel.cancelled() => Err(RunnerError::Cancelled.into()),
        }
    }

    /// Sends those of `ids` that are whole in the folder and not in the storage. A manifest alone does not say that: the chunk may be
    /// one that was about to be rendered again.
    async fn send_rest(&self, ids: &[u32], cancel: &CancellationToken) -> Result<(), RemoteError> {
        for partition in self.file.job.partitions.iter().filter(|partition| ids.contains(&partition.id)) {
            if self.news(partition)?.is_some() && self.is_whole(partition, cancel).await? {
                self.send_chunk(partition).await?;
            }
        }
        Ok(())
    }

    /// Sends a chunk that is whole in the folder, unless it is in the storage as it is.
    async fn send_chunk(&self, partition: &Partition) -> Result<(), RemoteError> {
        let Some((text, manifest)) = self.news(partition)? else { return Ok(()) };
        let files = manifest.beside.iter().map(|file| file.path.as_str());
        for file in files.chain([partition.output_file.as_str()]) {
            self.store.send(&self.dir().join(file), file).await?;
        }
        let name = ChunkManifest::path_of(Path::new(&partition.output_file));
        self.store.put(&name.to_string_lossy(), text.into()).await?;
        if let Ok(mut known) = self.seen.lock() {
            known.retain(|seen| seen.id != partition.id);
            known.push(Seen::sent(partition.id, manifest));
        }
        Ok(())
    }

    /// The manifest of a chunk in the folder, as text too; `None` when there is none, or the storage has the same.
    fn news(&self, partition: &Partition) -> Result<Option<(Vec<u8>, ChunkManifest)>, RunnerError> {
        let path = self.dir().join(ChunkManifest::path_of(Path::new(&partition.output_file)));
        let text = match std::fs::read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(io("read", &path, source)),
        };
        let Ok(Some(manifest)) = ChunkFound::manifest(&text, &path.display().to_string()) else {
            return Ok(None);
        };
        let same = |seen: &Seen| {
            seen.id == partition.id && matches!(&seen.found, ChunkFound::Whole(found) if **found == manifest)
        };
        let is_known = self.seen.lock().is_ok_and(|known| known.iter().any(same));
        Ok(if is_known { None } else { Some((text, manifest)) })
    }

    /// Whether a chunk in the folder is what its manifest says, and this one.
    async fn is_whole(&self, partition: &Partition, cancel: &CancellationToken) -> Result<bool, RunnerError> {
        let (path, cancel) = (self.dir().join(&partition.output_file), cancel.clone());
        let found = tokio::task::spawn_blocking(move || ChunkFound::at(&path, &cancel)).await;
        match found.map_err(|join| io("read", self.dir(), join.into()))?? {
            ChunkFound::Whole(manifest) => {
                Ok(ChunkFound::misplaced(&self.file.job, partition, &manifest).is_none())
            }
            ChunkFound::Bare | ChunkFound::Bad(..) => Ok(false),
        }
    }

    /// Sends the output, with what belongs to it, and its record last. Returns its address.
    ///
    /// # Errors
    /// [`RemoteError`]: an output that is not there, the storage.
    pub async fn send_output(&self) -> Result<String, RemoteError> {
        let files = output_files(&self.file.job, self.dir())?;
        for file in &files {
            self.store.send(&self.dir().join(file), file).await?;
        }
        let record = OutputRecord::path_of(Path::new(&self.file.job.merge.output));
        self.store.send(&self.dir().join(&record), &record.to_string_lossy()).await?;
        Ok(self.url(&self.file.written.merge.output))
    }

    /// Fetches the output, which is one file, to the folder, if there is one.
    ///
    /// # Errors
    /// [`RemoteError`]: the folder, the storage.
    pub async fn fetch_output(&self) -> Result<bool, RemoteError> {
        let name = &self.file.written.merge.output;
        Ok(self.fetch(name, &self.file.output(), |_, _| true).await?.is_some())
    }

    /// What is wrong with the output, if anything is: it is not there, or is not what this job has made.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn output_trouble(&self) -> Result<Option<(Trouble, String)>, StoreError> {
        let name = self.file.job.merge.output.as_str();
        let record = OutputRecord::path_of(Path::new(name));
        let record = self.store.text(&record.to_string_lossy(), MOST_RECORD).await?;
        let files: Vec<u64> = match output_pattern(Path::new(name)) {
            None => self.store.size(name).await?.into_iter().collect(),
            Some(pattern) => {
                let listed = self.store.list(&pattern.folder().to_string_lossy()).await?;
                let pictures = listed.iter().filter(|listed| pattern.frame(&listed.name).is_some());
                pictures.map(|listed| listed.bytes).collect()
            }
        };
        Ok(OutputRecord::trouble(&self.file.job, record.as_deref(), &files))
    }

    /// Removes chunks, manifests and what else the work has left. Returns their names.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn clean(&self) -> Result<Vec<String>, StoreError> {
        let names = self.store.list("").await?.into_iter().map(|listed| listed.name);
        let names = work_of(&self.file.job, names);
        let work = names.iter().map(|name| self.store.remove(name));
        let _: Vec<()> = stream::iter(work).buffered(AT_A_TIME).try_collect().await?;
        Ok(names)
    }
}
