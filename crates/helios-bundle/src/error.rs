//! Why a project could not be built.

use crate::Fault;
use std::io;
use std::path::PathBuf;

/// The most faults that are told: the first is often the cause of the others.
const MOST: usize = 5;

/// Messages read after "failed to …", or stand alone where they name the project.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    /// The project's own files are wrong.
    #[error("cannot build {project}: {}", told(.faults))]
    Faults {
        /// The project, as it was given.
        project: String,
        /// What is wrong, and where.
        faults: Vec<Fault>,
    },
    /// The project is no project.
    #[error("cannot build {project}: {why}")]
    Project {
        /// The project, as it was given.
        project: String,
        /// What is wrong with it and what would do.
        why: String,
    },
    /// A file or folder could not be read or written.
    #[error("{doing} {}: {source}", path.display())]
    Io {
        /// `read`, `write` …
        doing: &'static str,
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The bundler itself gave up.
    #[error(
        "cannot build {project}: the bundler failed ({why}); this is a bug, of which the project is worth a report"
    )]
    Crashed {
        /// The project, as it was given.
        project: String,
        /// What it said.
        why: String,
    },
}

impl BundleError {
    /// Whether the same request fails again.
    pub fn is_lasting(&self) -> bool {
        !matches!(self, BundleError::Io { .. })
    }

    pub(crate) fn io(doing: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> BundleError {
        let path = path.into();
        move |source| BundleError::Io { doing, path, source }
    }
}

fn told(faults: &[Fault]) -> String {
    let mut lines: Vec<String> = faults.iter().take(MOST).map(ToString::to_string).collect();
    if faults.len() > MOST {
        lines.push(format!("and {} more", faults.len() - MOST));
    }
    lines.join("\n")
}
