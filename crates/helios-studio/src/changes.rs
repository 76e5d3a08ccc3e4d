//! Changes of the files in a folder, as they come to rest. Who wants to know what of them is for the caller to say.

use helios_runner::is_source_name;
use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::mpsc;

/// An editor writes a file in several steps; a build writes many.
const QUIET: Duration = Duration::from_millis(150);
/// The most folders that are watched: systems have limits of their own.
const MOST: usize = 4000;

/// Watches a folder until it is dropped.
pub struct Changes {
    changed: mpsc::UnboundedReceiver<Vec<PathBuf>>,
    watched: Arc<Mutex<Watched>>,
    task: tokio::task::JoinHandle<()>,
}

struct Watched {
    watcher: RecommendedWatcher,
    /// Folders that may still be added.
    left: usize,
    /// Files that count wherever they are.
    also: BTreeSet<PathBuf>,
}

impl Drop for Changes {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Changes {
    /// Begins to watch what lies in `root` and `counts`.
    ///
    /// # Errors
    /// When the system does not let us.
    pub fn of(root: &Path, counts: impl Fn(&Path) -> bool + Send + 'static) -> notify::Result<Changes> {
        let (sender, mut events) = mpsc::unbounded_channel();
        let watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            if let Ok(event) = event {
                sender.send(event).ok();
            }
        })?;
        let mut watched = Watched { watcher, left: MOST, also: BTreeSet::new() };
        watched.watcher.watch(root, RecursiveMode::NonRecursive)?;
        watched.add(root);
        let watched = Arc::new(Mutex::new(watched));
        let (teller, changed) = mpsc::unbounded_channel();
        let shared = Arc::clone(&watched);
        let task = tokio::spawn(async move {
            let mut changed = BTreeSet::new();
            loop {
                let wait = if changed.is_empty() { None } else { Some(QUIET) };
                let event = match wait {
                    None => events.recv().await,
                    Some(quiet) => match tokio::time::timeout(quiet, events.recv()).await {
                        Ok(event) => event,
                        Err(_) => {
                            let paths = std::mem::take(&mut changed).into_iter().collect();
                            if teller.send(paths).is_err() {
                                return;
                            }
                            continue;
                        }
                    },
                };
                let Some(event) = event else { return };
                if matches!(event.kind, EventKind::Access(_)) {
                    continue;
                }
                let mut watched = lock(&shared);
                for path in event.paths {
                    if !counts(&path) && !watched.also.contains(&path) {
                        continue;
                    }
                    if matches!(event.kind, EventKind::Create(_) | EventKind::Modify(_)) && path.is_dir() {
                        watched.watcher.watch(&path, RecursiveMode::NonRecursive).ok();
                        watched.add(&path);
                    }
                    changed.insert(path);
                }
            }
        });
        Ok(Changes { changed, watched, task })
    }

    /// Watches these files too, wherever they are.
    pub fn also(&self, files: impl IntoIterator<Item = PathBuf>) {
        let mut watched = lock(&self.watched);
        for file in files {
            if let Some(folder) = file.parent().filter(|_| !watched.also.contains(&file)) {
                watched.watcher.watch(folder, RecursiveMode::NonRecursive).ok();
                watched.also.insert(file);
            }
        }
    }

    /// The paths that have changed, once nothing changes for a moment.
    pub async fn next(&mut self) -> Option<Vec<PathBuf>> {
        self.changed.recv().await
    }
}

/// Whether a path is one of those that people write in `root`: not hidden, not installed, not unfinished.
pub fn is_source(root: &Path, path: &Path) -> bool {
    let Ok(rest) = path.strip_prefix(root) else { return false };
    rest.components().all(|part| is_source_name(&part.as_os_str().to_string_lossy()))
        && path.extension().is_none_or(|extension| extension != "part")
}

impl Watched {
    /// Watches the folders in `folder`.
    fn add(&mut self, folder: &Path) {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
            if is_folder && is_source_name(&entry.file_name().to_string_lossy()) && self.left > 0 {
                self.left -= 1;
                self.watcher.watch(&entry.path(), RecursiveMode::NonRecursive).ok();
                self.add(&entry.path());
            }
        }
    }
}

fn lock(watched: &Mutex<Watched>) -> MutexGuard<'_, Watched> {
    watched.lock().unwrap_or_else(PoisonError::into_inner)
}
