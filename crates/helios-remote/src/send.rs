//! What goes to the storage: bundles, chunks, the output. What makes a thing count is sent last: the job file of a bundle, the manifest
//! of a chunk.

use crate::job::{AT_A_TIME, JOB, io};
use crate::store::Store;
use crate::{RemoteError, RemoteJob, Seen, StoreError};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use helios_job::{ChunkManifest, JobSpec};
use helios_runner::{ChunkFound, RunnerError, output_files, work_of};
use std::path::Path;

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
    /// Sends the chunks `ids` of the folder, but for those that were fetched whole and are the same still. Returns how many.
    ///
    /// # Errors
    /// [`RemoteError`]: a chunk that is not there, the storage.
    pub async fn send_chunks(&self, ids: &[u32]) -> Result<usize, RemoteError> {
        let seen = self.seen.lock().map(|seen| seen.clone()).unwrap_or_default();
        let mut sent = 0;
        for partition in self.file.job.partitions.iter().filter(|partition| ids.contains(&partition.id)) {
            let name = Path::new(&partition.output_file);
            let manifest_name = ChunkManifest::path_of(name);
            let path = self.dir().join(&manifest_name);
            let text = std::fs::read(&path).map_err(|source| io("read", &path, source))?;
            let manifest = match ChunkFound::manifest(&text, &path.display().to_string()) {
                Ok(Some(manifest)) => manifest,
                _ => {
                    let why = "it is not the manifest of a chunk".to_owned();
                    return Err(RunnerError::Output { path, why }.into());
                }
            };
            let same = |seen: &Seen| {
                seen.id == partition.id
                    && matches!(&seen.found, ChunkFound::Whole(found) if **found == manifest)
            };
            if seen.iter().any(same) {
                continue;
            }
            let files = manifest.beside.iter().map(|file| file.path.as_str());
            for file in files.chain([partition.output_file.as_str()]) {
                self.store.send(&self.dir().join(file), file).await?;
            }
            self.store.put(&manifest_name.to_string_lossy(), text.into()).await?;
            sent += 1;
        }
        Ok(sent)
    }

    /// Sends the output, with what belongs to it. Returns its address.
    ///
    /// # Errors
    /// [`RemoteError`]: an output that is not there, the storage.
    pub async fn send_output(&self) -> Result<String, RemoteError> {
        let files = output_files(&self.file.job, self.dir())?;
        for file in &files {
            self.store.send(&self.dir().join(file), file).await?;
        }
        Ok(self.url(&self.file.written.merge.output))
    }

    /// Fetches the output to the folder, if there is one.
    ///
    /// # Errors
    /// [`RemoteError`]: the folder, the storage.
    pub async fn fetch_output(&self) -> Result<bool, RemoteError> {
        let name = &self.file.written.merge.output;
        Ok(self.fetch(name, &self.file.output(), |_, _| true).await?.is_some())
    }

    /// Whether the output is there.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn has_output(&self) -> Result<bool, StoreError> {
        self.store.has(&self.file.written.merge.output).await
    }

    /// Removes chunks, manifests and what else the work has left. Returns their names.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn clean(&self) -> Result<Vec<String>, StoreError> {
        let names = self.store.list().await?.into_iter().map(|listed| listed.name);
        let names = work_of(&self.file.job, names);
        let work = names.iter().map(|name| self.store.remove(name));
        let _: Vec<()> = stream::iter(work).buffered(AT_A_TIME).try_collect().await?;
        Ok(names)
    }
}
