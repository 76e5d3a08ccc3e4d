//! Puts a project into a folder: all of it or, as far as a file system allows, nothing.

use crate::Template;
use std::collections::BTreeMap;
use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use tempfile::Builder;

/// Why a project was not written. Reads after "failed to write the project: ".
#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    /// Files are there already.
    #[error("{} has {} already; choose another folder, or replace with --force", .folder.display(), named(.files))]
    Exists {
        /// Where the project was to go.
        folder: PathBuf,
        /// What would be replaced.
        files: Vec<String>,
    },
    /// The file system refused.
    #[error("{}: {error}", .path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        #[source]
        error: io::Error,
    },
}

/// The first few, and how many more.
fn named(files: &[String]) -> String {
    let shown = files.iter().take(3).map(String::as_str).collect::<Vec<_>>().join(", ");
    match files.len().saturating_sub(3) {
        0 => shown,
        more => format!("{shown} and {more} more files"),
    }
}

/// Writes the project into `folder`, which is made where it is missing. Files that are there are replaced only if `force`; a `.gitignore` never.
/// Returns what was written, sorted.
pub fn write(template: &Template, folder: &Path, force: bool) -> Result<Vec<String>, TemplateError> {
    let mut files = template.files();
    files.retain(|name, _| name != ".gitignore" || !there(&folder.join(name)));
    let existing: Vec<String> = files.keys().filter(|name| there(&folder.join(name))).cloned().collect();
    if !force && !existing.is_empty() {
        return Err(TemplateError::Exists { folder: folder.to_owned(), files: existing });
    }
    fs::create_dir_all(folder).map_err(failed(folder))?;
    // Beside their places first: a full disk shows itself before anything is replaced.
    let aside = Builder::new()
        .prefix(".helios-init-")
        .permissions(Permissions::from_mode(0o755))
        .tempdir_in(folder)
        .map_err(failed(folder))?;
    put(&files, aside.path(), |path, text| fs::write(path, text))?;
    put(&files, folder, |path, _| {
        fs::rename(aside.path().join(path.strip_prefix(folder).unwrap_or(path)), path)
    })?;
    Ok(files.into_keys().collect())
}

/// A broken link is there, too.
fn there(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}

fn put(
    files: &BTreeMap<String, String>,
    folder: &Path,
    place: impl Fn(&Path, &str) -> io::Result<()>,
) -> Result<(), TemplateError> {
    for (name, text) in files {
        let path = folder.join(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(failed(parent))?;
        }
        place(&path, text).map_err(failed(&path))?;
    }
    Ok(())
}

fn failed(path: &Path) -> impl FnOnce(io::Error) -> TemplateError {
    move |error| TemplateError::Io { path: path.to_owned(), error }
}
