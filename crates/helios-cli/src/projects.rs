//! Projects: an input that is one is built before anybody opens it, for every command alike, since all of them read their inputs through
//! [`helios_runner::RenderOptions::pages`].

use helios_bundle::{BuildOptions, Built, BundleError, Project, Source};
use helios_job::{Failure, FailureKind, Level};
use helios_runner::{Page, Pages, Tell};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{MutexGuard, PoisonError};
use std::time::SystemTime;
use tokio::sync::Mutex;

/// Builds projects, again only when a file that they are made of has changed.
#[derive(Default)]
pub struct Projects {
    /// The browser that compilers run in, where another than the usual one is named.
    browser: Option<PathBuf>,
    /// Where pages are put; the cache when there is no place.
    place: Option<PathBuf>,
    /// By what was built. One at a time is.
    known: Mutex<HashMap<String, Known>>,
    /// The files that each was made of, but for those of packages: can be asked for while something is being built.
    made_of: std::sync::Mutex<HashMap<String, Vec<PathBuf>>>,
}

/// A built page, and what it was made of.
struct Known {
    page: String,
    sources: Vec<(PathBuf, Stamp)>,
}

/// What tells a file from what it was.
type Stamp = Option<(u64, SystemTime)>;

impl Projects {
    /// Pages come into the cache.
    pub fn new(browser: Option<PathBuf>) -> Projects {
        Projects { browser, ..Projects::default() }
    }

    /// Pages come into `place`.
    pub fn in_place(place: &Path, browser: Option<PathBuf>) -> Projects {
        Projects { place: Some(place.to_owned()), ..Projects::new(browser) }
    }

    /// The files that the projects were made of the last time, but for those of packages.
    pub fn sources(&self) -> Vec<PathBuf> {
        self.made_of().values().flatten().cloned().collect()
    }

    /// The same of one input.
    pub fn sources_of(&self, input: &str) -> Vec<PathBuf> {
        self.made_of().get(input).cloned().unwrap_or_default()
    }

    fn made_of(&self) -> MutexGuard<'_, HashMap<String, Vec<PathBuf>>> {
        self.made_of.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn built(&self, project: &Project, tell: Tell<'_>) -> Result<String, Failure> {
        let mut known = self.known.lock().await;
        let is_same = |(file, before): &(PathBuf, Stamp)| stamp(file) == *before;
        if let Some(Known { page, sources }) = known.get(&project.given)
            && Path::new(page).join("index.html").is_file()
            && sources.iter().all(is_same)
        {
            return Ok(page.clone());
        }
        tell(Level::Info, format!("Building {}", project.given));
        let began = SystemTime::now();
        let built = helios_bundle::build(project, &self.options()).await;
        let Built { folder, sources, warnings } = built.map_err(|error| failure(&error))?;
        warnings.iter().for_each(|warning| tell(Level::Warn, warning.to_string()));
        let utf8 = |folder: PathBuf| {
            let message = format!("the path {} is not valid UTF-8", folder.display());
            Failure { kind: FailureKind::Invalid, message }
        };
        let page = folder.into_os_string().into_string().map_err(|folder| utf8(folder.into()))?;
        let is_packaged = |file: &&PathBuf| file.components().any(|part| part.as_os_str() == "node_modules");
        let own = sources.iter().filter(|file| !is_packaged(file)).cloned().collect();
        self.made_of().insert(project.given.clone(), own);
        // What has changed since may not be in it.
        let seen = |file: &Path| stamp(file).filter(|(_, modified)| *modified < began);
        let sources = sources.into_iter().map(|file| (file.clone(), seen(&file))).collect();
        known.insert(project.given.clone(), Known { page: page.clone(), sources });
        Ok(page)
    }

    fn options(&self) -> BuildOptions {
        let env = std::env::vars().filter(|(name, _)| name.starts_with("VITE_")).collect();
        BuildOptions { cache: cache_folder(), place: self.place.clone(), browser: self.browser.clone(), env }
    }
}

impl Pages for Projects {
    fn page<'a>(&'a self, input: &'a str, tell: Tell<'a>) -> Page<'a> {
        Box::pin(async move {
            match helios_bundle::find(input) {
                Source::Page { input, note } => {
                    note.into_iter().for_each(|note| tell(Level::Info, note));
                    Ok(input)
                }
                Source::Project(project) => {
                    project.note.iter().for_each(|note| tell(Level::Info, note.clone()));
                    self.built(&project, tell).await
                }
            }
        })
    }
}

/// Whether an input has to be built.
pub fn is_project(input: &str) -> bool {
    matches!(helios_bundle::find(input), Source::Project(_))
}

/// The folder whose files an input may be made of: that of its project, or its own. `None` when it is not there.
pub fn folder_of(input: &str) -> Option<PathBuf> {
    if let Source::Project(project) = helios_bundle::find(input) {
        return Some(project.root);
    }
    let path = std::path::absolute(input).ok()?;
    let folder = if path.is_dir() { path.as_path() } else { path.parent()? };
    folder.canonicalize().ok()
}

/// Where things are kept from one time to the next: the user's folder for that, or else a temporary one.
fn cache_folder() -> PathBuf {
    let folder = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let home = || {
        folder("HOME").map(|home| {
            if cfg!(target_os = "macos") { home.join("Library/Caches") } else { home.join(".cache") }
        })
    };
    folder("XDG_CACHE_HOME").or_else(home).unwrap_or_else(std::env::temp_dir).join("helios")
}

fn failure(error: &BundleError) -> Failure {
    let kind = if error.is_lasting() { FailureKind::Invalid } else { FailureKind::Transient };
    Failure { kind, message: error.to_string() }
}

fn stamp(file: &Path) -> Stamp {
    let found = file.metadata().ok()?;
    Some((found.len(), found.modified().ok()?))
}
