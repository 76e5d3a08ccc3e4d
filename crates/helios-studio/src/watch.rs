//! Watches the project's files, so that previews load again when something changes.

use crate::api::StudioEvent;
use crate::files::is_shown;
use crate::hub::Hub;
use crate::project::Project;
use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;

/// An editor writes a file in several steps; a build writes many.
const QUIET: Duration = Duration::from_millis(150);
/// The most paths that are named.
const NAMED: usize = 100;
/// The most folders that are watched: systems have limits of their own.
const MOST: usize = 4000;

/// Watches until it is dropped.
pub struct Watch {
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Begins to watch.
///
/// # Errors
/// When the system does not let us.
pub fn watch(project: &Project, hub: &Arc<Hub>) -> notify::Result<Watch> {
    let (sender, mut events) = mpsc::unbounded_channel();
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        if let Ok(event) = event {
            sender.send(event).ok();
        }
    })?;
    watcher.watch(project.root(), RecursiveMode::NonRecursive)?;
    let mut left = MOST;
    add(&mut watcher, project.root(), &mut left);
    let (project, hub) = (project.clone(), Arc::clone(hub));
    let task = tokio::spawn(async move {
        let mut changed = BTreeSet::new();
        loop {
            let wait = if changed.is_empty() { None } else { Some(QUIET) };
            let event = match wait {
                None => events.recv().await,
                Some(quiet) => match tokio::time::timeout(quiet, events.recv()).await {
                    Ok(event) => event,
                    Err(_) => {
                        tell(&project, &hub, std::mem::take(&mut changed));
                        continue;
                    }
                },
            };
            let Some(event) = event else { return };
            if matches!(event.kind, EventKind::Access(_)) {
                continue;
            }
            for path in event.paths.into_iter().filter(|path| counts(&project, path)) {
                if matches!(event.kind, EventKind::Create(_) | EventKind::Modify(_)) && path.is_dir() {
                    watcher.watch(&path, RecursiveMode::NonRecursive).ok();
                    add(&mut watcher, &path, &mut left);
                }
                changed.insert(path);
            }
        }
    });
    Ok(Watch { task })
}

/// Watches the folders in `folder`.
fn add(watcher: &mut RecommendedWatcher, folder: &Path, left: &mut usize) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        if is_folder && is_shown(&entry.file_name().to_string_lossy()) && *left > 0 {
            *left -= 1;
            watcher.watch(&entry.path(), RecursiveMode::NonRecursive).ok();
            add(watcher, &entry.path(), left);
        }
    }
}

/// Whether a change of this file is news: not hidden, not unfinished, not an output of a render that appears.
fn counts(project: &Project, path: &Path) -> bool {
    let Ok(rest) = path.strip_prefix(project.root()) else { return false };
    rest.components().all(|part| is_shown(&part.as_os_str().to_string_lossy()))
        && path.extension().is_none_or(|extension| extension != "part")
}

fn tell(project: &Project, hub: &Hub, changed: BTreeSet<PathBuf>) {
    let mut paths: Vec<String> = changed.iter().map(|path| project.relative(path)).collect();
    if paths.len() > NAMED {
        paths.clear();
    }
    hub.tell(&StudioEvent::Files { paths });
    hub.tell(&StudioEvent::Compositions);
}
