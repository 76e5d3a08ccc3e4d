//! What can go wrong with an engine, and whether trying again can help.

use helios_job::FailureKind;

/// Work that was not handed over, or a question that was not answered.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// What is asked cannot be done by this engine.
    #[error("{0}")]
    Refused(String),
    /// A program of the engine could not be started.
    #[error("failed to start `{program}`: {source}; is the engine installed on this machine?")]
    Start {
        /// The program.
        program: String,
        /// Why.
        source: std::io::Error,
    },
    /// A program of the engine failed.
    #[error("`{command}` failed ({status}): {stderr}")]
    Failed {
        /// The command line.
        command: String,
        /// Its exit status.
        status: String,
        /// The end of its standard error.
        stderr: String,
    },
    /// A program of the engine did not end.
    #[error("waited {seconds} s for `{command}`")]
    Silent {
        /// The command line.
        command: String,
        /// How long.
        seconds: u64,
    },
    /// A program of the engine answered something unexpected.
    #[error("`{command}` answered {answer:?}")]
    Answer {
        /// The command line.
        command: String,
        /// Its answer.
        answer: String,
    },
}

impl EngineError {
    /// Whether trying again can help.
    pub fn kind(&self) -> FailureKind {
        match self {
            EngineError::Refused(_) | EngineError::Start { .. } => FailureKind::Invalid,
            _ => FailureKind::Transient,
        }
    }
}
