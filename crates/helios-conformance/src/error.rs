//! Why the corpus could not be run. A difference between renders is no error: it is a result.

use std::path::PathBuf;

/// What failed.
#[derive(Debug, thiserror::Error)]
pub enum ConformanceError {
    /// A file or folder could not be used.
    #[error("failed to {doing} {path}: {source}")]
    Io {
        /// What was tried, as a verb.
        doing: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The list of exceptions cannot be understood.
    #[error("failed to read the exceptions in {path}: {why}")]
    Exceptions {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// The runtime has changed, and a sabotage no longer finds what it breaks.
    #[error("failed to break the clock: no browser was told anything that contains {wanted:?}")]
    NothingToBreak {
        /// The text that was looked for.
        wanted: &'static str,
    },
    /// There is nothing to run.
    #[error("failed to find a page in {folder} whose name contains {only:?}")]
    NoPages {
        /// The corpus.
        folder: PathBuf,
        /// What was asked for.
        only: String,
    },
}

impl ConformanceError {
    /// Makes the error of an operation on a path.
    pub(crate) fn io(
        doing: &'static str,
        path: impl Into<PathBuf>,
    ) -> impl FnOnce(std::io::Error) -> ConformanceError {
        let path = path.into();
        move |source| ConformanceError::Io { doing, path, source }
    }
}
