//! Files that appear complete or not at all: written beside their target, then renamed.

use crate::{MediaError, Result};
use std::path::{Path, PathBuf};

/// A file under construction, `NAME.<random>.part` beside its target. Dropping it removes it; [`PartFile::finish`] puts it
/// in place. The name is unique, so two processes that make the same file do each other no harm: the last rename wins.
#[derive(Debug)]
pub struct PartFile {
    part: tempfile::TempPath,
    target: PathBuf,
}

impl PartFile {
    /// Creates the empty file. The target's folder must exist.
    ///
    /// # Errors
    /// [`MediaError::Output`] or [`MediaError::DiskFull`] naming the folder.
    pub fn create(target: &Path) -> Result<PartFile> {
        let target = std::path::absolute(target).map_err(|source| failed(target, source))?;
        let folder = target.parent().unwrap_or(Path::new("/"));
        let mut prefix = target.file_name().unwrap_or_default().to_owned();
        prefix.push(".");
        let mut builder = tempfile::Builder::new();
        builder.prefix(&prefix).suffix(".part");
        #[cfg(unix)]
        let builder = {
            use std::os::unix::fs::PermissionsExt;
            // What any other program's output would have (less the umask); temporary files are private otherwise.
            builder.permissions(std::fs::Permissions::from_mode(0o666))
        };
        let part = builder.tempfile_in(folder).map_err(|source| failed(folder, source))?.into_temp_path();
        Ok(PartFile { part, target })
    }

    /// Where to write.
    pub fn path(&self) -> &Path {
        &self.part
    }

    /// Makes the file durable and gives it its name, replacing what was there. Returns its size in bytes.
    ///
    /// # Errors
    /// [`MediaError::Output`] or [`MediaError::DiskFull`]; the part is removed.
    pub async fn finish(self) -> Result<u64> {
        let PartFile { part, target } = self;
        let path = target.clone();
        let work = move || -> std::io::Result<u64> {
            let file = std::fs::File::open(&part)?;
            file.sync_all()?;
            let bytes = file.metadata()?.len();
            part.persist(&target).map_err(|error| error.error)?;
            // The rename itself survives a power cut only once the folder is on disk. Not every file system can do that.
            if let Some(folder) = target.parent().and_then(|folder| std::fs::File::open(folder).ok()) {
                let _ = folder.sync_all();
            }
            Ok(bytes)
        };
        match tokio::task::spawn_blocking(work).await {
            Ok(Ok(bytes)) => Ok(bytes),
            Ok(Err(source)) => Err(failed(&path, source)),
            Err(join) => Err(failed(&path, std::io::Error::other(join))),
        }
    }
}

/// A folder under construction, `.NAME.<random>.part` beside its target. Dropping it removes it and what is in it.
#[derive(Debug)]
pub(crate) struct PartFolder {
    part: tempfile::TempDir,
    target: PathBuf,
}

impl PartFolder {
    /// Creates the empty folder. That in which the target lies must exist.
    pub(crate) fn create(target: &Path) -> Result<PartFolder> {
        let target = std::path::absolute(target).map_err(|source| failed(target, source))?;
        let folder = target.parent().unwrap_or(Path::new("/"));
        let mut prefix = std::ffi::OsString::from(".");
        prefix.push(target.file_name().unwrap_or_default());
        prefix.push(".");
        let mut builder = tempfile::Builder::new();
        builder.prefix(&prefix).suffix(".part");
        #[cfg(unix)]
        let builder = {
            use std::os::unix::fs::PermissionsExt;
            builder.permissions(std::fs::Permissions::from_mode(0o777))
        };
        let part = builder.tempdir_in(folder).map_err(|source| failed(folder, source))?;
        Ok(PartFolder { part, target })
    }

    /// Where to write.
    pub(crate) fn path(&self) -> &Path {
        self.part.path()
    }

    /// Makes the files durable and gives the folder its name, which must be free.
    pub(crate) async fn finish(self) -> Result<()> {
        let PartFolder { part, target } = self;
        let path = target.clone();
        let work = move || -> std::io::Result<()> {
            #[cfg(target_os = "linux")]
            rustix::fs::syncfs(std::fs::File::open(part.path())?)?;
            std::fs::rename(part.path(), &target)?;
            // It is no longer where the value would remove it.
            let _ = part.keep();
            if let Some(folder) = target.parent().and_then(|folder| std::fs::File::open(folder).ok()) {
                let _ = folder.sync_all();
            }
            Ok(())
        };
        match tokio::task::spawn_blocking(work).await {
            Ok(result) => result.map_err(|source| failed(&path, source)),
            Err(join) => Err(failed(&path, std::io::Error::other(join))),
        }
    }
}

fn failed(path: &Path, source: std::io::Error) -> MediaError {
    match source.kind() {
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => {
            MediaError::DiskFull { path: path.to_owned() }
        }
        _ => MediaError::Output { path: path.to_owned(), source },
    }
}
