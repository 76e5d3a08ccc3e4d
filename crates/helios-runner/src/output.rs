//! The output's place: checked before any work is done, and filled in one step when everything is done.

use crate::{RunnerError, captions};
use helios_job::{CaptionFormat, CaptionMode, Container, FramePattern, JobSpec};
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// Checks that `output` can be written, creates its folder, and returns its absolute path.
///
/// Files appear only when a render succeeds, but the folder is created now: an hour of rendering must not end in a
/// folder that cannot be made.
pub(crate) fn prepare(output: &Path, overwrite: bool) -> Result<PathBuf, RunnerError> {
    let refused = |why: &str| RunnerError::output(output, why);
    let path = std::path::absolute(output).map_err(|error| refused(&error.to_string()))?;
    if pattern(&path).is_some() {
        check_pictures(output, overwrite)?;
        check_folder(output, folder(place(&path)))?;
        return Ok(path);
    }
    if path.is_dir() || output.as_os_str().to_string_lossy().ends_with('/') {
        return Err(refused("it is a folder; give a file name, such as video.mp4"));
    }
    if path.exists() && !overwrite {
        return Err(refused(EXISTS));
    }
    check_folder(output, folder(&path))?;
    Ok(path)
}

/// Makes the folder in which the output will lie, and tries it.
fn check_folder(output: &Path, folder: &Path) -> Result<(), RunnerError> {
    let refused = |why: &str| RunnerError::output(output, why);
    fs::create_dir_all(folder).map_err(|error| refused(&format!("its folder cannot be created: {error}")))?;
    // Permissions tell only half of it (read-only and virtual file systems), so it is tried; the file goes at once.
    tempfile::Builder::new()
        .prefix(".helios-")
        .tempfile_in(folder)
        .map_err(|error| refused(&format!("its folder is not writable: {}", in_words(&error))))?;
    Ok(())
}

/// The pattern that the output is, if it is a sequence of pictures.
pub fn pattern(output: &Path) -> Option<FramePattern> {
    let pictures = Container::from_path(output).is_ok_and(Container::is_pictures);
    if pictures { FramePattern::of(output).ok() } else { None }
}

/// What appears in the end: the file, or the folder of pictures.
pub(crate) fn place(output: &Path) -> &Path {
    if pattern(output).is_some() { folder(output) } else { output }
}

/// Pictures get a folder of their own: it appears with all of them, and replaces one that held the same, stale ones too.
fn check_pictures(output: &Path, overwrite: bool) -> Result<(), RunnerError> {
    let refused = |why: &str| Err(RunnerError::output(output, why));
    let Some(pattern) = pattern(output) else { return Ok(()) };
    let folder = pattern.folder();
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return refused(&format!("its folder cannot be read: {error}")),
    };
    let names: Vec<_> = entries.flatten().map(|entry| entry.file_name()).collect();
    let other = names.iter().find(|name| name.to_str().and_then(|name| pattern.frame(name)).is_none());
    if let Some(other) = other {
        let why = format!(
            "its folder holds other files, such as {}, and the pictures need one of their own; name a new one",
            other.display()
        );
        return refused(&why);
    }
    if !names.is_empty() && !overwrite {
        return refused(EXISTS);
    }
    Ok(())
}

/// The bytes of an output: of the file, or of all pictures.
pub(crate) fn size(output: &Path) -> io::Result<u64> {
    Ok(sizes(output)?.iter().sum())
}

/// The same of each file.
pub(crate) fn sizes(output: &Path) -> io::Result<Vec<u64>> {
    let Some(pattern) = pattern(output) else { return Ok(vec![output.metadata()?.len()]) };
    let mut sizes = Vec::new();
    for entry in fs::read_dir(pattern.folder())? {
        let entry = entry?;
        if entry.file_name().to_str().and_then(|name| pattern.frame(name)).is_some() {
            sizes.push(entry.metadata()?.len());
        }
    }
    Ok(sizes)
}

/// The system's words without the path that tempfile puts behind them: it is that of a file that never was.
fn in_words(error: &io::Error) -> String {
    io::Error::from(error.kind()).to_string()
}

const EXISTS: &str = "it exists already; use --overwrite to replace it, or choose another name";

pub(crate) fn folder(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Writes a small file: whole or not at all, and durable. Its folder is made.
///
/// # Errors
/// When it cannot be written; what was there before is unchanged.
pub fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = folder(path);
    fs::create_dir_all(folder)?;
    let mut part = tempfile::Builder::new()
        .prefix(".helios-")
        .suffix(".part")
        // Less the umask, like any other new file; the default of this builder is for secrets.
        .permissions(fs::Permissions::from_mode(0o666))
        .tempfile_in(folder)?;
    part.write_all(bytes)?;
    part.as_file().sync_all()?;
    part.persist(path).map_err(|error| error.error)?;
    sync_folder(folder);
    Ok(())
}

/// The file in it is in place; a folder that cannot be synced (some network file systems) is no reason to call this a failure.
fn sync_folder(folder: &Path) {
    if let Err(error) = fs::File::open(folder).and_then(|folder| folder.sync_all()) {
        tracing::debug!(%error, folder = %folder.display(), "the folder cannot be synced");
    }
}

/// Moves the finished file into its place, so that it survives a power cut from then on.
pub(crate) fn install(merged: &Path, output: &Path, overwrite: bool) -> Result<(), RunnerError> {
    if pattern(output).is_some() {
        check_pictures(output, overwrite)?;
        return install_folder(folder(merged), folder(output));
    }
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
    sync_folder(folder(output));
    Ok(())
}

/// Puts a folder in the place of another, whose content is then where the new one was, and goes with it.
fn install_folder(from: &Path, to: &Path) -> Result<(), RunnerError> {
    let failed = RunnerError::io("write", to);
    #[cfg(any(target_os = "linux", target_os = "macos"))]
    {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        if to.exists() && renameat_with(CWD, from, CWD, to, RenameFlags::EXCHANGE).is_ok() {
            return Ok(());
        }
    }
    // Nothing is there, or an empty folder, or a file system that cannot exchange.
    fs::rename(from, to)
        .or_else(|_| fs::remove_dir_all(to).and_then(|()| fs::rename(from, to)))
        .map_err(failed)
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

/// The files that the output of `job` is in the folder `dir`, by their names in there: the file, or all pictures; captions beside it.
///
/// # Errors
/// [`RunnerError::Io`] for pictures that are not there.
pub fn output_files(job: &JobSpec, dir: &Path) -> Result<Vec<String>, RunnerError> {
    let output = Path::new(&job.merge.output);
    let text = |path: &Path| path.to_string_lossy().into_owned();
    if let Some(pattern) = pattern(&dir.join(output)) {
        let within = folder(output);
        let entries = fs::read_dir(pattern.folder()).map_err(RunnerError::io("read", pattern.folder()))?;
        let names = entries.flatten().filter_map(|entry| entry.file_name().into_string().ok());
        return Ok(names
            .filter(|name| pattern.frame(name).is_some())
            .map(|name| text(&within.join(name)))
            .collect());
    }
    let mut files = vec![text(output)];
    if let Some(captions) = job.config.captions.as_ref().filter(|found| found.mode == CaptionMode::Sidecar) {
        files.push(text(&captions::beside(output, CaptionFormat::of(Path::new(&captions.file))?)));
    }
    Ok(files)
}
