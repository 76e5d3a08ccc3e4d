//! What can go wrong before the first frame. Afterwards the tap only ever ends, with its client.

/// Errors of this crate; messages read after "failed to …".
#[derive(Debug, thiserror::Error)]
pub enum TapError {
    /// The Wayland server object could not be made.
    #[error("create the in-process Wayland display: {0}")]
    Display(String),
    /// The socket pair, its client or the thread could not be made.
    #[error("{what}: {source}")]
    Io {
        /// The operation.
        what: &'static str,
        /// Its error.
        source: std::io::Error,
    },
}

impl TapError {
    pub(crate) fn io(what: &'static str) -> impl FnOnce(std::io::Error) -> TapError {
        move |source| TapError::Io { what, source }
    }
}
