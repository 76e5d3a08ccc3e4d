//! Watches the project's files, so that previews load again when something changes.

use crate::api::StudioEvent;
use crate::changes::{Changes, is_source};
use crate::hub::Hub;
use crate::project::Project;
use std::path::PathBuf;
use std::sync::Arc;

/// The most paths that are named.
const NAMED: usize = 100;

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
    let root = project.root().to_owned();
    let mut changes = Changes::of(project.root(), move |path| is_source(&root, path))?;
    let (project, hub) = (project.clone(), Arc::clone(hub));
    let task = tokio::spawn(async move {
        while let Some(changed) = changes.next().await {
            tell(&project, &hub, &changed);
        }
    });
    Ok(Watch { task })
}

fn tell(project: &Project, hub: &Hub, changed: &[PathBuf]) {
    let mut paths: Vec<String> = changed.iter().map(|path| project.relative(path)).collect();
    if paths.len() > NAMED {
        paths.clear();
    }
    hub.tell(&StudioEvent::Files { paths });
    hub.tell(&StudioEvent::Compositions);
}
