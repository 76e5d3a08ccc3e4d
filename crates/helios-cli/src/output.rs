//! Small files that this crate writes itself (the job, the frame hashes): whole or not at all.

use anyhow::Context as _;
use helios_runner::write_whole;
use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

/// Whether a path stands for standard output.
pub fn is_stdout(path: &Path) -> bool {
    path == Path::new("-")
}

/// Writes `text` to `path`, or to standard output for `-`. `what` names the content in the error.
///
/// A missing folder is created. The file appears under its name when it is complete, and replaces an older one then.
pub fn write_text(what: &str, path: &Path, text: &str) -> anyhow::Result<()> {
    if is_stdout(path) {
        return write_stdout(what, text.as_bytes());
    }
    write_file(path, text).with_context(|| format!("failed to write {what} to {}", path.display()))
}

/// Writes `bytes` to standard output.
pub fn write_stdout(what: &str, bytes: &[u8]) -> anyhow::Result<()> {
    let mut stdout = io::stdout().lock();
    let written = stdout.write_all(bytes).and_then(|()| stdout.flush());
    written.with_context(|| format!("failed to write {what} to standard output"))
}

/// Whether [`write_text`] is likely to succeed: asked before a long render, so that it does not end in a path that
/// cannot be written. Nothing is created.
pub fn check(what: &str, path: &Path) -> anyhow::Result<()> {
    let checked = if is_stdout(path) { Ok(()) } else { check_file(path) };
    checked.with_context(|| format!("cannot write {what} to {}", path.display()))
}

fn check_file(path: &Path) -> io::Result<()> {
    match fs::metadata(path) {
        Ok(found) if found.is_dir() => return Err(io::ErrorKind::IsADirectory.into()),
        Ok(found) if !found.is_file() => return Ok(()),
        _ => {}
    }
    // Folders that are missing will be made in the nearest one that is there.
    let path = std::path::absolute(path)?;
    let nearest = path.ancestors().skip(1).find(|folder| folder.exists()).unwrap_or(Path::new("/"));
    if !nearest.is_dir() {
        return Err(io::ErrorKind::NotADirectory.into());
    }
    // Permissions alone do not tell for root, nor on /proc: a nameless file does.
    tempfile::tempfile_in(nearest).map(drop)
}

fn write_file(path: &Path, text: &str) -> io::Result<()> {
    // A symbolic link keeps pointing to the file that it names, and a device or pipe is written to: renaming a file
    // over /dev/stdout would remove it.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    match fs::metadata(&target) {
        Ok(found) if found.is_dir() => return Err(io::ErrorKind::IsADirectory.into()),
        Ok(found) if !found.is_file() => return fs::write(&target, text),
        _ => {}
    }
    write_whole(&target, text.as_bytes())
}
