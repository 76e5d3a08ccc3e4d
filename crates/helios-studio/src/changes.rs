//! Changes of the files in a folder, as they come to rest. Who wants to know what of them is for the caller to say.

use helios_runner::is_source_name;
use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::sync::mpsc;

/// An editor writes a file in several steps; a build writes many.
const QUIET: Duration = Duration::from_millis(150);
/// The most folders that are watched: systems have limits of their own.
const MOST: usize = 4000;

/// Watches a folder until it is dropped.
pub struct Changes {
    changed: mpsc::UnboundedReceiver<Vec<PathBuf>>,
    task: tokio::task::JoinHandle<()>,
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
        let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            if let Ok(event) = event {
                sender.send(event).ok();
            }
        })?;
        watcher.watch(root, RecursiveMode::NonRecursive)?;
        let mut left = MOST;
        add(&mut watcher, root, &mut left);
        let (teller, changed) = mpsc::unbounded_channel();
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
                for path in event.paths.into_iter().filter(|path| counts(path)) {
                    if matches!(event.kind, EventKind::Create(_) | EventKind::Modify(_)) && path.is_dir() {
                        watcher.watch(&path, RecursiveMode::NonRecursive).ok();
                        add(&mut watcher, &path, &mut left);
                    }
                    changed.insert(path);
                }
            }
        });
        Ok(Changes { changed, task })
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

/// Watches the folders in `folder`.
fn add(watcher: &mut RecommendedWatcher, folder: &Path, left: &mut usize) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        if is_folder && is_source_name(&entry.file_name().to_string_lossy()) && *left > 0 {
            *left -= 1;
            watcher.watch(&entry.path(), RecursiveMode::NonRecursive).ok();
            add(watcher, &entry.path(), left);
        }
    }
}
