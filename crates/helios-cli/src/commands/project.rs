//! An input that is a project is built before anybody opens it, once for all workers.

use crate::report::Console;
use crate::signals::Signals;
use anyhow::Context as _;
use helios_bundle::{BuildOptions, BundleError, Source};
use helios_job::{Event, Failure, FailureKind, Level};
use helios_runner::RunnerError;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::SystemTime;
use tokio::sync::Mutex;

/// What is rendered for `input`: itself, or the page that it is built into. That lies in `place`, or else in the cache.
pub async fn page_of(
    input: &str,
    place: Option<&Path>,
    browser: Option<&Path>,
    console: &Console,
    signals: &Signals,
) -> anyhow::Result<String> {
    let project = match helios_bundle::find(input) {
        Source::Page { input, note } => {
            note.iter().for_each(|note| console.line(note));
            return Ok(input);
        }
        Source::Project(project) => project,
    };
    project.note.iter().for_each(|note| console.line(note));
    console.line(&format!("Building {input}"));
    let options = build_options(place, browser);
    let built = tokio::select! {
        built = helios_bundle::build(&project, &options) => built,
        () = signals.stop.cancelled() => return Err(RunnerError::Cancelled.into()),
    };
    let built = built.inspect_err(|error| {
        console.event(&Event::Failed { failure: failure(error) });
    })?;
    for warning in &built.warnings {
        let message = warning.to_string();
        console.event(&Event::Notice { worker: None, level: Level::Warn, frame: None, message });
    }
    let utf8 = || format!("the path {} is not valid UTF-8", built.folder.display());
    Ok(built.folder.to_str().with_context(utf8)?.to_owned())
}

/// How projects are built here.
fn build_options(place: Option<&Path>, browser: Option<&Path>) -> BuildOptions {
    let env = std::env::vars().filter(|(name, _)| name.starts_with("VITE_")).collect();
    BuildOptions {
        cache: cache_folder(),
        place: place.map(Path::to_owned),
        browser: browser.map(Path::to_owned),
        env,
    }
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

/// What a program is told.
fn failure(error: &BundleError) -> Failure {
    let kind = if error.is_lasting() { FailureKind::Invalid } else { FailureKind::Transient };
    Failure { kind, message: error.to_string() }
}

/// The projects that somebody looks at: built once, and again when a file that they are made of has changed.
#[derive(Default)]
pub struct Projects {
    /// By what was built. One at a time is.
    known: Mutex<HashMap<String, Known>>,
}

/// A built page, and what it was made of.
struct Known {
    folder: String,
    sources: Vec<(PathBuf, Stamp)>,
}

/// What tells a file from what it was.
type Stamp = Option<(u64, SystemTime)>;

impl Projects {
    /// What is rendered for `input`: itself, or the page that it is built into.
    ///
    /// # Errors
    /// Why it cannot be built, and where.
    pub async fn page_of(&self, input: &str, browser: Option<&Path>) -> Result<String, String> {
        let project = match helios_bundle::find(input) {
            Source::Page { input, .. } => return Ok(input),
            Source::Project(project) => project,
        };
        let mut known = self.known.lock().await;
        let is_same = |(file, before): &(PathBuf, Stamp)| stamp(file) == *before;
        if let Some(Known { folder, sources }) = known.get(input)
            && Path::new(folder).join("index.html").is_file()
            && sources.iter().all(is_same)
        {
            return Ok(folder.clone());
        }
        known.remove(input);
        let built = helios_bundle::build(&project, &build_options(None, browser)).await;
        let built = built.map_err(|error| error.to_string())?;
        let folder = built.folder.to_string_lossy().into_owned();
        let sources = built.sources.into_iter().map(|file| (file.clone(), stamp(&file))).collect();
        known.insert(input.to_owned(), Known { folder: folder.clone(), sources });
        Ok(folder)
    }
}

fn stamp(file: &Path) -> Stamp {
    let found = file.metadata().ok()?;
    Some((found.len(), found.modified().ok()?))
}
