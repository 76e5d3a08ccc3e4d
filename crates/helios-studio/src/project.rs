//! The folder that the Studio is open for: which paths lie in it, and where the Studio keeps its own things.

use crate::ApiError;
use helios_runner::{is_component, is_page};
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::time::UNIX_EPOCH;

/// The folder for the Studio's own things, in the project.
pub const OWN: &str = ".helios";

/// What a folder that is a project has.
pub const PACKAGE: &str = "package.json";

/// Files of the cache that are kept from one time to the next.
const CACHED: usize = 2000;

/// A project.
#[derive(Debug, Clone)]
pub struct Project {
    root: PathBuf,
}

impl Project {
    /// Opens a folder.
    ///
    /// # Errors
    /// In words, when it is no folder or its own folder cannot be made.
    pub fn open(folder: &Path) -> Result<Project, String> {
        let refused = |why: String| format!("cannot open {}: {why}", folder.display());
        let project = Project::at(folder)?;
        for part in ["studio/logs", "cache/frames"] {
            let own = project.own(part);
            fs::create_dir_all(&own)
                .map_err(|error| refused(format!("{} cannot be made: {error}", own.display())))?;
        }
        let ignore = project.own(".gitignore");
        if !ignore.exists() {
            fs::write(&ignore, "*\n").map_err(|error| refused(error.to_string()))?;
        }
        project.sweep();
        Ok(project)
    }

    /// A folder that is only looked at: the Studio keeps nothing of its own there.
    ///
    /// # Errors
    /// In words, when it is no folder.
    pub fn at(folder: &Path) -> Result<Project, String> {
        let refused = |why: String| format!("cannot open {}: {why}", folder.display());
        let root = folder.canonicalize().map_err(|error| refused(error.to_string()))?;
        if !root.is_dir() {
            return Err(refused("it is no folder; give the folder with your pages".to_owned()));
        }
        Ok(Project { root })
    }

    /// Keeps the newest files of the cache, and forgets the others.
    fn sweep(&self) {
        let entries = fs::read_dir(self.own("cache")).into_iter().flatten().flatten();
        let files = entries.filter_map(|entry| {
            let metadata = entry.metadata().ok().filter(fs::Metadata::is_file)?;
            Some((metadata.modified().ok()?, entry.path()))
        });
        let mut files: Vec<_> = files.collect();
        files.sort();
        for (_, file) in files.iter().rev().skip(CACHED) {
            // Whatever is in use by then is made again.
            let _ = fs::remove_file(file);
        }
    }

    /// The folder, canonical.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The folder's name.
    pub fn name(&self) -> String {
        self.root.file_name().map_or("project".to_owned(), |name| name.to_string_lossy().into_owned())
    }

    /// A place among the Studio's own things.
    pub fn own(&self, part: &str) -> PathBuf {
        self.root.join(OWN).join(part)
    }

    /// A path as it stands in answers.
    pub fn relative(&self, path: &Path) -> String {
        match path.strip_prefix(&self.root).unwrap_or(path).to_string_lossy() {
            own if own.is_empty() => ".".to_owned(),
            path => path.into_owned(),
        }
    }

    /// What a path of a request names, where it really is.
    fn existing(&self, given: &str) -> Result<PathBuf, ApiError> {
        let path = self.join(given)?;
        let found = path.canonicalize().map_err(|_| ApiError::not_found(format!("there is no {given}")))?;
        self.inside(given, &found)?;
        Ok(found)
    }

    /// The file that a path of a request names.
    ///
    /// # Errors
    /// `bad-path` or `not-found`.
    pub fn file(&self, given: &str) -> Result<PathBuf, ApiError> {
        let found = self.existing(given)?;
        if !found.is_file() {
            return Err(ApiError::bad_path(given, "it is no file"));
        }
        Ok(found)
    }

    /// The folder that a path of a request names.
    ///
    /// # Errors
    /// `bad-path` or `not-found`.
    pub fn folder(&self, given: &str) -> Result<PathBuf, ApiError> {
        let found = self.existing(given)?;
        if !found.is_dir() {
            return Err(ApiError::bad_path(given, "it is no folder"));
        }
        Ok(found)
    }

    /// A page, or the folder of a project that is built as a whole.
    ///
    /// # Errors
    /// As [`Project::file`].
    pub fn page(&self, given: &str) -> Result<PathBuf, ApiError> {
        if let Ok(folder) = self.folder(given)
            && folder.join(PACKAGE).is_file()
        {
            return Ok(folder);
        }
        let path = self.file(given)?;
        if is_page(&path) || is_component(&path) {
            Ok(path)
        } else {
            Err(ApiError::bad_path(given, "it is no HTML page and no component"))
        }
    }

    /// A page, and which of its compositions where it has several: `build/index.html#Intro`.
    ///
    /// # Errors
    /// As [`Project::file`].
    pub fn composition(&self, given: &str) -> Result<(PathBuf, Option<String>), ApiError> {
        match (self.page(given), given.rsplit_once('#')) {
            (Err(_), Some((page, name))) if !name.is_empty() => Ok((self.page(page)?, Some(name.to_owned()))),
            (page, _) => Ok((page?, None)),
        }
    }

    /// Where a path of a request may be written.
    ///
    /// # Errors
    /// `bad-path`.
    pub fn target(&self, given: &str) -> Result<PathBuf, ApiError> {
        let path = self.join(given)?;
        // Whatever of it is there decides where it leads; the rest is plain names.
        let there = path.ancestors().find(|part| part.symlink_metadata().is_ok()).unwrap_or(&self.root);
        let found = there.canonicalize().map_err(|error| ApiError::bad_path(given, error))?;
        self.inside(given, &found)?;
        let rest = path.strip_prefix(there).unwrap_or(Path::new(""));
        if rest.as_os_str().is_empty() {
            return Ok(found);
        }
        if !found.is_dir() {
            return Err(ApiError::bad_path(given, "a part of it is a file"));
        }
        Ok(found.join(rest))
    }

    fn join(&self, given: &str) -> Result<PathBuf, ApiError> {
        if given.is_empty() {
            return Err(ApiError::bad_path(given, "it is empty"));
        }
        if given.len() > 1024 || given.contains(['\0', '\\']) {
            return Err(ApiError::bad_path(given.get(..100).unwrap_or("…"), "it is no path of the project"));
        }
        for part in Path::new(given).components() {
            match part {
                Component::Normal(name) if name.to_string_lossy().starts_with('.') => {
                    return Err(ApiError::bad_path(given, "hidden files are not shown"));
                }
                Component::Normal(_) | Component::CurDir => {}
                _ => return Err(ApiError::bad_path(given, "it leaves the project")),
            }
        }
        Ok(self.root.join(given))
    }

    fn inside(&self, given: &str, found: &Path) -> Result<(), ApiError> {
        let rest = found.strip_prefix(&self.root);
        let rest = rest.map_err(|_| ApiError::bad_path(given, "it leads out of the project"))?;
        let hidden = |part: Component| part.as_os_str().to_string_lossy().starts_with('.');
        if rest.components().any(hidden) {
            return Err(ApiError::bad_path(given, "it leads to a hidden file"));
        }
        Ok(())
    }
}

/// When a file was changed, in milliseconds since 1970.
pub fn modified_ms(metadata: &fs::Metadata) -> u64 {
    let time = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    time.and_then(|time| u64::try_from(time.as_millis()).ok()).unwrap_or_default()
}
