//! The folder of a built page, under a name made of its content. What is there already is not written again; what
//! has not been used for a long time is removed.

use crate::BundleError;
use crate::assets::hex;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// What has not been used for so long goes.
const LONG: Duration = Duration::from_secs(30 * 24 * 3600);

/// What seems to be older than that is not: the clock has jumped.
const JUMP: Duration = Duration::from_secs(5 * 365 * 24 * 3600);

/// A file of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Content {
    /// These bytes.
    Bytes(Vec<u8>),
    /// A copy of this file.
    File(PathBuf),
}

impl Content {
    /// The file that is copied.
    pub(crate) fn file(&self) -> Option<&Path> {
        if let Content::File(path) = self { Some(path) } else { None }
    }

    /// Writes it out.
    fn write(&self, to: &mut impl Write) -> io::Result<u64> {
        match self {
            Content::Bytes(bytes) => to.write_all(bytes).map(|()| bytes.len() as u64),
            Content::File(path) => io::copy(&mut File::open(path)?, to),
        }
    }
}

/// The files of a page by their names.
pub(crate) type Files = BTreeMap<String, Content>;

/// Puts a page into `pages` and returns its folder. Blocks.
pub(crate) fn keep(files: &Files, name: &str, pages: &Path) -> Result<PathBuf, BundleError> {
    let mut digest = Digest(Sha256::new());
    let mut sizes = BTreeMap::new();
    for (name, content) in files {
        digest.0.update((name.len() as u64).to_le_bytes());
        digest.0.update(name);
        let path = content.file().unwrap_or(Path::new(name));
        let size = content.write(&mut digest).map_err(BundleError::io("read", path))?;
        digest.0.update(size.to_le_bytes());
        sizes.insert(name, size);
    }
    fs::create_dir_all(pages).map_err(BundleError::io("create", pages))?;
    let pages = &pages.canonicalize().map_err(BundleError::io("find", pages))?;
    let folder = pages.join(format!("{}-{}", crate::assets::plain(name), &hex(&digest.0.finalize())[..16]));
    let is_whole = |(name, size): (&&String, &u64)| {
        folder.join(name.as_str()).metadata().is_ok_and(|found| found.len() == *size)
    };
    if folder.is_dir() && sizes.iter().all(is_whole) {
        // Used again: it stays.
        if let Ok(file) = File::open(&folder) {
            let _ = file.set_modified(SystemTime::now());
        }
        return Ok(folder);
    }
    let made = tempfile::Builder::new().prefix(".part-").tempdir_in(pages);
    let made = made.map_err(BundleError::io("create a folder in", pages))?;
    for (name, content) in files {
        let path = made.path().join(name);
        let write = || {
            fs::create_dir_all(path.parent().unwrap_or(made.path()))?;
            content.write(&mut File::create(&path)?)
        };
        write().map_err(BundleError::io("write", &path))?;
    }
    // Others may read it, as any other folder; temporary ones are private.
    let _ = fs::set_permissions(made.path(), fs::Permissions::from_mode(0o755));
    // A damaged one makes room. Somebody else may have been faster with the same.
    if folder.exists() {
        let _ = fs::remove_dir_all(&folder);
    }
    if let Err(error) = fs::rename(made.path(), &folder)
        && !folder.is_dir()
    {
        return Err(BundleError::io("write", &folder)(error));
    }
    Ok(folder)
}

/// Writes a file that is complete when it is there. Blocks.
pub(crate) fn write(file: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = file.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut part = tempfile::NamedTempFile::new_in(folder)?;
    part.write_all(bytes)?;
    part.persist(file).map(drop).map_err(|error| error.error)
}

/// Removes what has not been used for long. Whatever cannot be removed stays.
pub(crate) fn sweep(pages: &Path) {
    for entry in fs::read_dir(pages).into_iter().flatten().flatten() {
        let modified = entry.metadata().and_then(|found| found.modified());
        if modified.is_ok_and(|time| time.elapsed().is_ok_and(is_old)) {
            let path = entry.path();
            let _ = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
        }
    }
}

/// Whether something of this age is not used any more. Nothing is as old as a clock makes it that has jumped over years.
fn is_old(age: Duration) -> bool {
    (LONG..JUMP).contains(&age)
}

struct Digest(Sha256);

impl Write for Digest {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_jumps_removes_nothing() {
        const DAY: u64 = 24 * 3600;
        let old = |days: u64| is_old(Duration::from_secs(days * DAY));
        assert!(!old(0) && !old(29) && old(31) && old(400) && !old(20 * 365));
    }
}
