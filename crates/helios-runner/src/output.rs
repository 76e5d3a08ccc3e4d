//! The output's place: checked before any work is done, and filled in one step when everything is done.

use crate::RunnerError;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Checks that `output` can be written, creates its folder, and returns its absolute path.
///
/// Files appear only when a render succeeds, but the folder is created now: an hour of rendering must not end in a
/// folder that cannot be made.
pub(crate) fn prepare(output: &Path, overwrite: bool) -> Result<PathBuf, RunnerError> {
    let refused = |why: &str| RunnerError::output(output, why);
    let path = std::path::absolute(output).map_err(|error| refused(&error.to_string()))?;
    if path.is_dir() || output.as_os_str().to_string_lossy().ends_with('/') {
        return Err(refused("it is a folder; give a file name, such as video.mp4"));
    }
    if path.exists() && !overwrite {
        return Err(refused(EXISTS));
    }
    let folder = folder(&path);
    fs::create_dir_all(folder).map_err(|error| refused(&format!("its folder cannot be created: {error}")))?;
    // Permissions tell only half of it (read-only and virtual file systems), so it is tried; the file goes at once.
    tempfile::Builder::new()
        .prefix(".helios-")
        .tempfile_in(folder)
        .map_err(|error| refused(&format!("its folder is not writable: {}", in_words(&error))))?;
    Ok(path)
}

/// The system's words without the path that tempfile puts behind them: it is that of a file that never was.
fn in_words(error: &io::Error) -> String {
    io::Error::from(error.kind()).to_string()
}

const EXISTS: &str = "it exists already; use --overwrite to replace it, or choose another name";

pub(crate) fn folder(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Moves the finished file into its place, so that it survives a power cut from then on.
pub(crate) fn install(merged: &Path, output: &Path, overwrite: bool) -> Result<(), RunnerError> {
    let file = fs::File::open(merged).map_err(RunnerError::io("open", merged))?;
    file.sync_all().map_err(RunnerError::io("write", merged))?;
    if overwrite {
        fs::rename(merged, output).map_err(RunnerError::io("write", output))?;
    } else {
        rename_new(merged, output).map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => RunnerError::output(output, EXISTS),
            _ => RunnerError::io("write", output)(error),
        })?;
    }
    let folder = folder(output);
    // The file is in place; a folder that cannot be synced (some network file systems) is no reason to call this a failure.
    if let Err(error) = fs::File::open(folder).and_then(|folder| folder.sync_all()) {
        tracing::debug!(%error, folder = %folder.display(), "the folder cannot be synced");
    }
    Ok(())
}

/// Renames, but never over a file that another render has put there meanwhile.
fn rename_new(from: &Path, to: &Path) -> io::Result<()> {
    #[cfg(any(target_os = "linux", target_os = "macos"))]
    {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        use rustix::io::Errno;
        match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
            // Not every file system can; a hard link has the same guarantee.
            Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => {}
            other => return Ok(other?),
        }
    }
    match fs::hard_link(from, to) {
        Ok(()) => fs::remove_file(from),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(error),
        // Neither: file systems without links (FAT). The check in `prepare` has to do.
        Err(_) => fs::rename(from, to),
    }
}
