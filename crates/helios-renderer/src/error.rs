//! The one error type of this crate, and whether trying again can help.

use helios_browser::BrowserError;
use helios_job::{Failure, FailureKind};
use helios_media::MediaError;
use helios_tap::TapError;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

/// Why a chunk, an inspection or a merge failed. Messages read after "failed to …" or stand alone.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// The input is not a page: a missing file, a folder without index.html, an HTTP error.
    #[error("{0}")]
    Input(String),
    /// The page's server cannot be reached or has failed: what passes by itself.
    #[error("{0}")]
    Unreachable(String),
    /// The page is at fault: it threw while loading, left, or has no canvas.
    #[error("{}{message}", at(*.frame))]
    Page {
        /// The frame that was being prepared; `None` while loading.
        frame: Option<u32>,
        /// What happened, and what to do about it.
        message: String,
    },
    /// The job and the page contradict each other.
    #[error("{0}")]
    Settings(String),
    /// Something did not happen in time.
    #[error("{}timed out after {} s waiting for {waited_for}; --timeout gives it longer", at(*.frame), .after.as_secs_f64())]
    Timeout {
        /// The frame that was being prepared; `None` while loading.
        frame: Option<u32>,
        /// In words.
        waited_for: String,
        /// The limit.
        after: Duration,
    },
    /// The browser did not paint a frame that the page had ready. No fault of the page.
    #[error("{}timed out after {} s waiting for the browser to paint; --timeout gives it longer", at(*.frame), .after.as_secs_f64())]
    Unpainted {
        /// The frame that was to be painted.
        frame: Option<u32>,
        /// The limit.
        after: Duration,
    },
    /// The browser failed.
    #[error("{}failed to {doing}: {source}", at(*.frame))]
    Browser {
        /// The frame that was being prepared, where one was.
        frame: Option<u32>,
        /// The operation.
        doing: &'static str,
        /// Its error.
        source: BrowserError,
    },
    /// The in-process compositor could not be started.
    #[error("failed to {0}")]
    Tap(#[from] TapError),
    /// FFmpeg failed.
    #[error("failed to {0}")]
    Media(#[from] MediaError),
    /// The system refused something.
    #[error("failed to {doing}: {source}")]
    Io {
        /// The operation, with its path.
        doing: String,
        /// Its error.
        source: io::Error,
    },
    /// A frame's pixels do not look as they must.
    #[error("frame {frame}: {what}")]
    Pixels {
        /// The frame.
        frame: u32,
        /// What is wrong with them.
        what: String,
    },
    /// The caller cancelled.
    #[error("cancelled")]
    Cancelled,
}

fn at(frame: Option<u32>) -> String {
    frame.map(|frame| format!("frame {frame}: ")).unwrap_or_default()
}

impl RenderError {
    pub(crate) fn browser(doing: &'static str) -> impl FnOnce(BrowserError) -> RenderError {
        move |source| RenderError::Browser { frame: None, doing, source }
    }

    pub(crate) fn io(doing: &str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> RenderError {
        let doing = format!("{doing} {}", path.into().display());
        move |source| RenderError::Io { doing, source }
    }

    /// Whether the same request can succeed at another attempt.
    pub fn kind(&self) -> FailureKind {
        match self {
            RenderError::Input(_) | RenderError::Page { .. } | RenderError::Settings(_) => {
                FailureKind::Invalid
            }
            RenderError::Browser { source: BrowserError::NotFound { .. }, .. } => FailureKind::Invalid,
            RenderError::Media(error) => error.failure_kind(),
            _ => FailureKind::Transient,
        }
    }

    /// The error as workers report it.
    pub fn failure(&self) -> Failure {
        Failure { kind: self.kind(), message: self.to_string() }
    }
}
