//! The job: its file and what it reads, fetched to a folder and verified. Job files come from anywhere, so no name in them leads out of
//! the folder.

use crate::store::Store;
use crate::{Seen, StoreError};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use helios_job::{FailureKind, InputFile, JobSpec, Sha256Sum};
use helios_runner::{CANCELLED, JobFile, PathMap, RunnerError, write_whole};
use std::path::{Component, Path, PathBuf};
use std::sync::Mutex;
use tempfile::TempDir;

/// The name of a job file in its folder.
pub(crate) const JOB: &str = "job.json";

/// More is no job file.
const MOST_JOB: u64 = 256 << 20;

/// Objects that are read or sent at a time.
pub(crate) const AT_A_TIME: usize = 8;

/// The storage, or what is done with what came from it.
#[derive(Debug, thiserror::Error)]
pub enum RemoteError {
    /// The storage.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The rest.
    #[error(transparent)]
    Runner(#[from] RunnerError),
}

impl RemoteError {
    /// Whether trying again can help; `None` when the caller cancelled.
    pub fn kind(&self) -> Option<FailureKind> {
        match self {
            RemoteError::Store(error) => Some(error.kind()),
            RemoteError::Runner(error) => error.kind(),
        }
    }
}

/// A job whose files are objects.
#[derive(Debug)]
pub struct RemoteJob {
    /// The job, with the paths of the folder here.
    pub file: JobFile,
    /// The address of its file.
    pub address: String,
    pub(crate) store: Store,
    /// The chunks as they were when they were last looked at.
    pub(crate) seen: Mutex<Vec<Seen>>,
    /// Removed at the end, unless the folder was named.
    _own: Option<TempDir>,
}

/// Whether a job is named by an address, and not by a path.
pub fn is_address(job: &Path) -> bool {
    job.to_str().is_some_and(|job| job.starts_with("s3://") || job.starts_with("file://"))
}

impl RemoteJob {
    /// Fetches the job file at `url`, which ends in `.json` or is the folder of `job.json`. What is fetched lies in `dir`, where it
    /// stays, or in a folder of its own, which is removed with the value.
    ///
    /// # Errors
    /// [`RemoteError`]: the address, the storage, the job.
    pub async fn open(
        url: &str,
        dir: Option<&Path>,
        maps: &[PathMap],
        settings: impl IntoIterator<Item = (String, String)>,
    ) -> Result<RemoteJob, RemoteError> {
        let (folder, name) = match url.trim_end_matches('/').rsplit_once('/') {
            Some((folder, name)) if name.ends_with(".json") => (folder, name),
            _ => (url, JOB),
        };
        let store = Store::open(folder, settings)?;
        let address = store.url(name);
        let text = store.text(name, MOST_JOB).await?;
        let text = text.ok_or_else(|| StoreError::address(&address, "there is no such object"))?;
        let refused = |why: String| StoreError::address(&address, why);
        let words = std::str::from_utf8(&text).map_err(|_| refused("it is not text in UTF-8".to_owned()))?;
        let job = JobSpec::parse(words).map_err(|error| refused(error.to_string()))?;
        check_names(&job).map_err(refused)?;
        let own = match dir {
            Some(_) => None,
            None => {
                let folder = tempfile::Builder::new().prefix("helios-job-").tempdir();
                Some(folder.map_err(|source| io("create a folder in", &std::env::temp_dir(), source))?)
            }
        };
        let dir = match (dir, &own) {
            (Some(dir), _) => dir.to_owned(),
            (None, Some(own)) => own.path().to_owned(),
            (None, None) => return Err(refused("there is no folder for it".to_owned()).into()),
        };
        std::fs::create_dir_all(&dir).map_err(|source| io("create", &dir, source))?;
        let path = dir.join(JOB);
        write_whole(&path, &text).map_err(|source| io("write", &path, source))?;
        let file = JobFile::read(&path, None, maps)?;
        Ok(RemoteJob { file, address, store, seen: Mutex::default(), _own: own })
    }

    /// The address of an object of the job, or of its folder.
    pub fn url(&self, name: &str) -> String {
        self.store.url(name)
    }

    /// The folder here.
    pub(crate) fn dir(&self) -> &Path {
        &self.file.dir
    }

    /// Fetches what the job reads, unless it is here already. Bytes that are not those of the job are refused.
    ///
    /// # Errors
    /// [`RunnerError::Inputs`] names all that are missing or others.
    pub async fn fetch_inputs(&self) -> Result<(), RemoteError> {
        let inputs = self.file.written.inputs.iter();
        let work = inputs.map(|input| async move { self.fetch_input(input).await });
        let problems: Vec<Option<String>> = stream::iter(work).buffered(AT_A_TIME).try_collect().await?;
        let problems: Vec<String> = problems.into_iter().flatten().collect();
        match problems.is_empty() {
            true => Ok(()),
            false => Err(RunnerError::Inputs { job_id: self.file.job.job_id.clone(), problems }.into()),
        }
    }

    async fn fetch_input(&self, input: &InputFile) -> Result<Option<String>, RemoteError> {
        let to = self.dir().join(&input.path);
        // What is here from before is used again as far as it is what the job says.
        let here = to.clone();
        let known = tokio::task::spawn_blocking(move || helios_runner::sha256_of(&here)).await;
        if known.is_ok_and(|sum| sum == Some(input.sha256)) {
            return Ok(None);
        }
        let url = self.url(&input.path);
        Ok(match self.fetch(&input.path, &to, |sum, _| sum == input.sha256).await? {
            None => Some(format!("{url}: there is no such object")),
            Some((sum, _)) if sum != input.sha256 => {
                Some(format!("{url}: its SHA-256 is {sum}, the job says {}", input.sha256))
            }
            Some(_) => None,
        })
    }

    /// Reads an object into a file, which appears when it is whole and `good`.
    pub(crate) async fn fetch(
        &self,
        name: &str,
        to: &Path,
        good: impl Fn(Sha256Sum, u64) -> bool,
    ) -> Result<Option<(Sha256Sum, u64)>, RemoteError> {
        let folder = to.parent().unwrap_or(self.dir());
        std::fs::create_dir_all(folder).map_err(|source| io("create", folder, source))?;
        let part = tempfile::Builder::new().prefix(".helios-").suffix(".part").tempfile_in(folder);
        let part = part.map_err(|source| io("create a file in", folder, source))?;
        let file = part.reopen().map_err(|source| io("open", part.path(), source))?;
        let mut file = tokio::fs::File::from_std(file);
        let found = self.store.read(name, Some(&mut file)).await?;
        if let Some((sum, bytes)) = found
            && good(sum, bytes)
        {
            part.persist(to).map_err(|error| io("write", to, error.error))?;
        }
        Ok(found)
    }

    /// Whether somebody has cancelled the job.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn is_cancelled(&self) -> Result<bool, StoreError> {
        self.store.has(CANCELLED).await
    }

    /// Asks everybody who works on the job to stop, or to go on.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn set_cancelled(&self, cancelled: bool) -> Result<(), StoreError> {
        match cancelled {
            true => self.store.put(CANCELLED, "cancelled\n".into()).await,
            false => self.store.remove(CANCELLED).await,
        }
    }
}

/// A job on object storage names its files by their place in its folder, as a bundle does.
fn check_names(job: &JobSpec) -> Result<(), String> {
    let config = &job.config;
    let tracks = config.sound.tracks.iter().filter(|track| !track.is_url()).map(|track| track.file.as_str());
    let captions = config.captions.iter().map(|captions| captions.file.as_str());
    let fonts = config.fonts.as_deref();
    let page = Some(config.input.as_str()).filter(|page| !page.contains("://"));
    let inputs = job.inputs.iter().map(|input| input.path.as_str());
    let names = page
        .into_iter()
        .chain(captions)
        .chain(fonts)
        .chain(tracks)
        .chain(inputs)
        .chain([job.merge.output.as_str()]);
    let outside =
        |name: &&str| !Path::new(name).components().all(|part| matches!(part, Component::Normal(_)));
    match names.into_iter().find(outside) {
        None => Ok(()),
        Some(name) => Err(format!(
            "it names {name:?}, which is outside of its folder, and other machines have that folder alone: write the job with \
             --emit-job s3://… --bundle"
        )),
    }
}

pub(crate) fn io(doing: &'static str, path: &Path, source: std::io::Error) -> RunnerError {
    RunnerError::Io { doing, path: PathBuf::from(path), source }
}
