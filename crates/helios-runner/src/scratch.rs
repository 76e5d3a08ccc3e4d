//! Folders that belong to one render: beside the output for chunks and the unfinished output, and in the system's place
//! for temporary files for what workers need. They are gone when the value is dropped.

use crate::RunnerError;
use crate::output::folder;
use std::fs::{self, File, TryLockError};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

const LOCK: &str = "lock";

/// How many renders of the same job to the same output may run at once. Enough to never matter.
const MAX_RIVALS: u32 = 64;

/// Longest part of the output's name that is used, so that the folder's name stays below the usual 255 bytes.
const MAX_NAME: usize = 160;

/// How the folders for workers are called.
const TEMPORARY: &str = "helios-workers-";

/// `.{output name}.helios-{job id}`, or a temporary folder; owned by holding a lock on a file in it.
///
/// The lock ends with the process, so a folder left behind by a killed render is taken over and emptied by the next one,
/// while two living renders of one job never share a folder.
#[derive(Debug)]
pub(crate) struct Scratch {
    path: PathBuf,
    _lock: File,
}

impl Scratch {
    /// Creates the folder, on the same file system as the output.
    pub fn create(output: &Path, job_id: &str) -> Result<Scratch, RunnerError> {
        let name: String = output.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let end = (0..=MAX_NAME.min(name.len())).rev().find(|end| name.is_char_boundary(*end)).unwrap_or(0);
        let base = format!(".{}.helios-{job_id}", &name[..end]);
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

    /// Creates a folder for workers, and removes those of renders that were killed.
    pub fn temporary() -> Result<Scratch, RunnerError> {
        for _ in 0..MAX_RIVALS {
            let dir = tempfile::Builder::new().prefix(TEMPORARY).tempdir();
            let path = dir.map_err(RunnerError::io("create", "a temporary folder"))?.keep();
            if let Some(parent) = path.parent() {
                sweep(parent, &path);
            }
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
        let scratch = Scratch { path: path.to_path_buf(), _lock: lock };
        for entry in fs::read_dir(path)? {
            let entry = entry?;
            if entry.file_name() != LOCK {
                remove(&entry.path());
            }
        }
        Ok(Some(scratch))
    }

    /// Where the file `name` goes.
    pub fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // Renamed first: nobody can find the folder, and mistake it for a free one, while it is being emptied.
        let mut gone = self.path.clone().into_os_string();
        gone.push(format!(".gone-{}", std::process::id()));
        let gone = PathBuf::from(gone);
        let target = if fs::rename(&self.path, &gone).is_ok() { &gone } else { &self.path };
        remove(target);
    }
}

/// Removes the folders for workers that nobody owns any more. `mine` is about to be owned. Only folders with a lock in
/// them count: whoever is between creating the folder and the lock is left alone.
fn sweep(parent: &Path, mine: &Path) {
    let Ok(entries) = fs::read_dir(parent) else { return };
    for path in entries.flatten().map(|entry| entry.path()) {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with(TEMPORARY) && path != mine && path.join(LOCK).is_file() {
            // Claimed, and then dropped.
            let _ = Scratch::claim(&path);
        }
    }
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
mod tests {
    use super::*;

    #[test]
    fn rivals_get_their_own_folder_and_leave_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let output = dir.path().join("out.mp4");
        let first = Scratch::create(&output, "abc").unwrap();
        let second = Scratch::create(&output, "abc").unwrap();
        assert_ne!(first.path, second.path);
        assert_eq!(first.path.file_name().unwrap(), ".out.mp4.helios-abc");
        drop((first, second));
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_folder_left_behind_is_taken_over_empty() {
        let dir = tempfile::tempdir().unwrap();
        let stale = dir.path().join(".out.mp4.helios-abc");
        fs::create_dir(&stale).unwrap();
        fs::write(stale.join("chunk_0.mov"), "old").unwrap();
        let scratch = Scratch::create(&dir.path().join("out.mp4"), "abc").unwrap();
        assert_eq!(scratch.path, stale);
        assert!(!scratch.file("chunk_0.mov").exists());
    }

    #[test]
    fn temporary_folders_of_the_dead_are_swept() {
        let dir = tempfile::tempdir().unwrap();
        let folder = |name: &str| dir.path().join(format!("{TEMPORARY}{name}"));
        for (name, lock) in [("dead", true), ("alive", true), ("newborn", false), ("mine", true)] {
            fs::create_dir(folder(name)).unwrap();
            if lock {
                fs::write(folder(name).join(LOCK), "").unwrap();
            }
        }
        let alive = Scratch::claim(&folder("alive")).unwrap();
        sweep(dir.path(), &folder("mine"));
        let left: Vec<bool> = ["dead", "alive", "newborn", "mine"].map(|name| folder(name).exists()).into();
        assert_eq!(left, [false, true, true, true]);
        drop(alive);
    }

    #[test]
    fn long_names_are_cut_at_a_character() {
        let dir = tempfile::tempdir().unwrap();
        let output = dir.path().join(format!("{}.mp4", "ä".repeat(120)));
        Scratch::create(&output, "0123456789abcdef").unwrap();
    }
}
