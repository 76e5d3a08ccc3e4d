//! Watches the project's files, so that previews load again when something changes.

use crate::api::StudioEvent;
use crate::changes::{Changes, is_source};
use crate::hub::Hub;
use crate::project::Project;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::sync::mpsc;

/// The most paths that are named.
const NAMED: usize = 100;

/// Watches until it is dropped.
pub struct Watch {
    task: tokio::task::JoinHandle<()>,
    also: mpsc::UnboundedSender<Vec<PathBuf>>,
}

impl Watch {
    /// Takes files that are to be watched too, wherever they are.
    pub fn also(&self) -> mpsc::UnboundedSender<Vec<PathBuf>> {
        self.also.clone()
    }
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
    let (also, mut more) = mpsc::unbounded_channel();
    let task = tokio::spawn(async move {
        loop {
            tokio::select! {
                changed = changes.next() => match changed {
                    Some(changed) => tell(&project, &hub, &changed),
                    None => return,
                },
                Some(files) = more.recv() => changes.also(files),
            }
        }
    });
    Ok(Watch { task, also })
}

fn tell(project: &Project, hub: &Hub, changed: &[PathBuf]) {
    let own = changed.iter().filter(|path| path.starts_with(project.root()));
    let mut paths: Vec<String> = own.map(|path| project.relative(path)).collect();
    if paths.len() > NAMED {
        paths.clear();
    }
    hub.tell(&StudioEvent::Files { paths });
    hub.tell(&StudioEvent::Compositions);
}
