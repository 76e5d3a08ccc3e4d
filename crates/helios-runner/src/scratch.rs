//! Folders that belong to one render: beside the output for chunks and the unfinished output, and in the system's places
//! for temporary files for what workers need ([`Places`]). They are gone when the value is dropped.

use crate::RunnerError;
use crate::output::folder;
use std::fs::{self, File, TryLockError};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

const LOCK: &str = "lock";

/// The job that the chunks in a folder belong to.
pub(crate) const JOB: &str = "job.json";

/// What happened to it.
pub(crate) const JOURNAL: &str = "journal.jsonl";

/// How files of chunks begin.
const CHUNK: &str = "chunk_";

/// How many renders of the same job to the same output may run at once. Enough to never matter.
const MAX_RIVALS: u32 = 64;

/// Longest part of the output's name that is used, so that the folder's name stays below the usual 255 bytes.
const MAX_NAME: usize = 160;

/// How the folders for workers are called.
const TEMPORARY: &str = "helios-workers-";

/// What is added to the name of a folder that is being removed.
const GONE: &str = ".gone-";

/// How long a folder without an owner is left alone.
const FORGOTTEN: Duration = Duration::from_secs(600);

/// Where files are memory.
const MEMORY: &str = "/dev/shm";

/// Bytes that must be free there: the browser's frames come first, 33 MB each in 4K.
const MEMORY_NEEDED: u64 = 1 << 30;

/// `.{output name}.helios-{job id}`, or a temporary folder; owned by holding a lock on a file in it.
///
/// The lock ends with the process, so a folder left behind by a killed render is taken over by the next one, which empties it
/// unless it goes on with the chunks in it; two living renders of one job never share a folder.
#[derive(Debug)]
pub(crate) struct Scratch {
    path: PathBuf,
    keep: Keep,
    _lock: File,
}

/// What stays of a folder when its render is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keep {
    /// Nothing.
    Nothing,
    /// Chunks, if any is finished, with the job and its journal.
    Chunks,
}

impl Scratch {
    /// Creates the folder, on the same file system as the output.
    pub fn create(output: &Path, job_id: &str) -> Result<Scratch, RunnerError> {
        let scratch = Scratch::open(output, job_id)?;
        scratch.tidy(false)?;
        Ok(scratch)
    }

    /// Removes what a render has left, unless it lives.
    pub fn forget(output: &Path, job_id: &str) {
        let path = own_folder(output, job_id);
        if path.is_dir()
            && let Ok(Some(mut scratch)) = Scratch::claim(&path)
        {
            scratch.keep = Keep::Nothing;
        }
    }

    /// Moves the chunks that a render has left to `place`, unless it lives. They are removed when `place` is on another file system.
    pub fn put_away(output: &Path, job_id: &str, place: &Path) {
        let path = own_folder(output, job_id);
        if path.is_dir()
            && let Ok(Some(mut scratch)) = Scratch::claim(&path)
            && fs::create_dir_all(folder(place)).and_then(|()| fs::rename(&path, place)).is_ok()
        {
            scratch.path = place.to_path_buf();
            scratch.keep = Keep::Chunks;
        }
    }

    /// Moves them back, for a render that goes on with them.
    pub fn bring_back(place: &Path, output: &Path, job_id: &str) {
        let path = own_folder(output, job_id);
        if let Err(error) = fs::rename(place, &path)
            && error.kind() != io::ErrorKind::NotFound
        {
            tracing::debug!(%error, path = %place.display(), "cannot bring chunks back");
        }
    }

    /// Removes what is of no use: everything, or with `chunks` what is neither chunk nor job nor journal.
    pub fn tidy(&self, chunks: bool) -> Result<(), RunnerError> {
        let stays = |name: &str| chunks && is_kept(name);
        self.clear(stays).map_err(RunnerError::io("empty", &self.path))
    }

    /// Folders that other renders to `output` have left, living ones included: those that say which job they belong to.
    pub fn others(output: &Path, job_id: &str) -> Vec<PathBuf> {
        let (base, own) = (base(output, ""), base(output, job_id));
        let entries = fs::read_dir(folder(output)).into_iter().flatten().flatten();
        let names = entries.filter(|entry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            name.starts_with(&base) && !name.starts_with(&own) && entry.path().join(JOB).is_file()
        });
        names.map(|entry| entry.path()).collect()
    }

    /// The folder with whatever an earlier render has left in it.
    pub fn open(output: &Path, job_id: &str) -> Result<Scratch, RunnerError> {
        let base = base(output, job_id);
        for rival in 1..=MAX_RIVALS {
            let suffix = if rival == 1 { String::new() } else { format!("-{rival}") };
            let path = folder(output).join(format!("{base}{suffix}"));
            if let Some(scratch) = Scratch::claim(&path).map_err(RunnerError::io("create", &path))? {
                return Ok(scratch);
            }
        }
        Err(RunnerError::output(
            output,
            format!("{MAX_RIVALS} renders of this job to it are already running"),
        ))
    }

    /// Creates a folder for workers in `parent`, and removes those of renders that were killed.
    fn temporary(parent: &Path) -> Result<Scratch, RunnerError> {
        for _ in 0..MAX_RIVALS {
            let dir = tempfile::Builder::new().prefix(TEMPORARY).tempdir_in(parent);
            let path = dir.map_err(RunnerError::io("create a folder in", parent))?.keep();
            sweep(parent, &path);
            // `None`: another render's sweep was faster than our lock.
            if let Some(scratch) = Scratch::claim(&path).map_err(RunnerError::io("create", &path))? {
                return Ok(scratch);
            }
        }
        let source = io::ErrorKind::ResourceBusy.into();
        Err(RunnerError::Io { doing: "create", path: "a temporary folder".into(), source })
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Decides what stays.
    pub fn keep(&mut self, keep: Keep) {
        self.keep = keep;
    }

    /// Whether anything of it stays.
    pub fn stays(&self) -> bool {
        self.keep == Keep::Chunks && self.finished() > 0
    }

    /// The number of chunks whose manifests are in the folder.
    pub fn finished(&self) -> usize {
        let entries = fs::read_dir(&self.path).into_iter().flatten().flatten();
        let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
        names.filter(|name| name.starts_with(CHUNK) && name.ends_with(".json")).count()
    }

    fn clear(&self, stays: impl Fn(&str) -> bool) -> io::Result<()> {
        for entry in fs::read_dir(&self.path)? {
            let entry = entry?;
            let name = entry.file_name();
            if name != LOCK && !name.to_str().is_some_and(&stays) {
                remove(&entry.path());
            }
        }
        Ok(())
    }

    /// The folder, or `None` when a living render has it.
    fn claim(path: &Path) -> io::Result<Option<Scratch>> {
        fs::create_dir_all(path)?;
        let lock = match File::create(path.join(LOCK)) {
            // Its owner has just removed it.
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            lock => lock?,
        };
        match lock.try_lock() {
            Err(TryLockError::WouldBlock) => return Ok(None),
            Err(TryLockError::Error(error)) => return Err(error),
            Ok(()) => {}
        }
        // Between opening and locking, the folder may have been removed and made anew by somebody else.
        let same = fs::metadata(path.join(LOCK)).and_then(|now| Ok(now.ino() == lock.metadata()?.ino()));
        if !same.unwrap_or(false) {
            return Ok(None);
        }
        Ok(Some(Scratch { path: path.to_path_buf(), keep: Keep::Nothing, _lock: lock }))
    }

    /// Where the file `name` goes.
    pub fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if self.stays() {
            // What cannot be tidied is tidied by whoever goes on.
            let _ = self.clear(is_kept);
            return;
        }
        // Renamed first: nobody can find the folder, and mistake it for a free one, while it is being emptied.
        let mut gone = self.path.clone().into_os_string();
        gone.push(format!("{GONE}{}", std::process::id()));
        let gone = PathBuf::from(gone);
        let target = if fs::rename(&self.path, &gone).is_ok() { &gone } else { &self.path };
        remove(target);
    }
}

/// The folders for the workers of a render.
#[derive(Debug)]
pub(crate) struct Places {
    files: Scratch,
    memory: Option<Scratch>,
}

/// The folders of one worker.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    /// For anything.
    pub files: PathBuf,
    /// For the browser's profile, if there is a better place for it.
    pub profile: Option<PathBuf>,
}

impl Places {
    /// Creates them. Browsers write some 200 files when they start, and have most of them synced to the disk: that costs a sixth of the start, so
    /// profiles go into memory. Whoever sets `TMPDIR` has all of it there.
    pub fn new() -> Result<Places, RunnerError> {
        let parent = std::env::temp_dir();
        let files = Scratch::temporary(&parent)?;
        let memory =
            (parent == Path::new("/tmp") && has_room(MEMORY)).then(|| Scratch::temporary(Path::new(MEMORY)));
        let memory = memory.and_then(|made| {
            made.inspect_err(|error| tracing::debug!(%error, "browsers have their profiles on the disk")).ok()
        });
        Ok(Places { files, memory })
    }

    /// Creates those of a worker. Short names: the browser puts a socket somewhere below, and the names of sockets must not exceed
    /// 108 bytes.
    pub fn of(&self, index: u32, serial: u64) -> Result<Place, RunnerError> {
        let make = |scratch: &Scratch| {
            let folder = scratch.file(&format!("{index}-{serial}"));
            fs::create_dir_all(&folder).map_err(RunnerError::io("create", &folder)).map(|()| folder)
        };
        Ok(Place { files: make(&self.files)?, profile: self.memory.as_ref().map(make).transpose()? })
    }
}

impl Place {
    /// Removes what the worker has left.
    pub fn remove(&self) {
        remove(&self.files);
        self.profile.iter().for_each(|folder| remove(folder));
    }
}

/// Whether files can be memory there.
fn has_room(folder: &str) -> bool {
    let room = rustix::fs::statvfs(folder).map(|stat| stat.f_bavail.saturating_mul(stat.f_frsize));
    room.is_ok_and(|room| room >= MEMORY_NEEDED)
}

/// The folder of a job that has no rival.
fn own_folder(output: &Path, job_id: &str) -> PathBuf {
    folder(output).join(base(output, job_id))
}

/// How the folders of a job are called; without the job's id, how those of all jobs begin.
fn base(output: &Path, job_id: &str) -> String {
    hidden(output, &format!("helios-{job_id}"))
}

/// The name of something hidden that lies beside the output and belongs to it.
pub(crate) fn hidden(output: &Path, ending: &str) -> String {
    let name: String = output.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let end = (0..=MAX_NAME.min(name.len())).rev().find(|end| name.is_char_boundary(*end)).unwrap_or(0);
    format!(".{}.{ending}", &name[..end])
}

/// Whether a file is of use to a later render.
fn is_kept(name: &str) -> bool {
    name == JOB || name == JOURNAL || name.starts_with(CHUNK) && !name.ends_with(".part")
}

/// Removes the folders for workers that nobody owns any more. `mine` is about to be owned. Those without a lock are being made, or being
/// removed, unless nothing has happened in them for a while: then whoever did that was killed.
fn sweep(parent: &Path, mine: &Path) {
    let Ok(entries) = fs::read_dir(parent) else { return };
    for path in entries.flatten().map(|entry| entry.path()) {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if !name.starts_with(TEMPORARY) || path == mine {
            continue;
        }
        if name.contains(GONE) || !path.join(LOCK).is_file() {
            if is_forgotten(&path) {
                remove(&path);
            }
        } else {
            // Claimed, and then dropped.
            let _ = Scratch::claim(&path);
        }
    }
}

/// Whether this is a folder of ours to which nothing was added, and from which nothing was removed, for [`FORGOTTEN`].
fn is_forgotten(path: &Path) -> bool {
    let Ok(data) = fs::symlink_metadata(path) else { return false };
    let ours = data.is_dir() && data.uid() == rustix::process::geteuid().as_raw();
    ours && data.modified().is_ok_and(|time| time.elapsed().is_ok_and(|ago| ago >= FORGOTTEN))
}

/// Removes a file or a folder with everything in it. A process that is just dying may still add to a folder, hence the
/// few attempts; what cannot be removed is logged, because the render's own result matters more.
pub(crate) fn remove(path: &Path) {
    for pause in [0, 5, 20, 50] {
        std::thread::sleep(Duration::from_millis(pause));
        let removed = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
        match removed {
            Ok(()) => return,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return,
            Err(error) => tracing::debug!(%error, path = %path.display(), "cannot remove yet"),
        }
    }
    tracing::warn!(path = %path.display(), "left behind");
}

#[cfg(test)]
mod tests;
