//! The one error enum of this crate: a value that cannot mean what its field needs.

use crate::CHUNK_SCHEMA;

/// A value was refused. Every message says what was given and what is allowed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JobError {
    /// A frame rate that is not a positive number or ratio in range.
    #[error(
        "invalid frame rate {given:?}: use a number or ratio from 1/60 to 1000, such as 30, 29.97 or 30000/1001"
    )]
    Fps {
        /// The text that was given.
        given: String,
    },
    /// A duration that is not a positive time.
    #[error(
        "invalid duration {given:?}: use seconds or units, more than 0 and at most 24h, such as 5, 2.5, 5s, 1m30s or 500ms"
    )]
    Duration {
        /// The text that was given.
        given: String,
    },
    /// Width or height out of range, or odd.
    #[error("invalid {axis} {given}: {why}")]
    Size {
        /// `width` or `height`.
        axis: &'static str,
        /// The number that was given.
        given: u64,
        /// What is allowed.
        why: String,
    },
    /// A frame range which does not lie in the composition.
    #[error("{what}")]
    Range {
        /// What was asked and what the composition has.
        what: String,
    },
    /// A codec, container or quality name or number that is not known.
    #[error("invalid {what} {given:?}: {allowed}")]
    Choice {
        /// Which setting.
        what: &'static str,
        /// The text that was given.
        given: String,
        /// The allowed values in words.
        allowed: String,
    },
    /// Settings that exclude each other.
    #[error("{0}")]
    Conflict(String),
    /// A frame-hash file that does not follow its format.
    #[error("invalid frame-hash file, line {line}: {why}")]
    Hashes {
        /// Line number, from 1.
        line: usize,
        /// What is wrong with it.
        why: String,
    },
    /// A caption file that does not follow its format.
    #[error("line {line}: {why}")]
    Captions {
        /// Line number, from 1.
        line: usize,
        /// What is wrong with it.
        why: String,
    },
    /// A chunk manifest that does not follow its format.
    #[error("invalid chunk manifest, {place}: {why}")]
    Manifest {
        /// Where: the field, such as `frameHashes.values[3]`.
        place: String,
        /// What is wrong with it; with the line and the column where the text itself is at fault.
        why: String,
    },
    /// A job file that does not follow its format.
    #[error("invalid job file, {place}: {why}")]
    JobFile {
        /// Where: the field, such as `partitions[3].id`.
        place: String,
        /// What is wrong with it.
        why: String,
    },
    /// A chunk manifest of a version that this program does not know.
    #[error(
        "the chunk manifest has the schema {given:?}, this version of helios reads {CHUNK_SCHEMA:?}: use the version that made it"
    )]
    ManifestVersion {
        /// Its schema.
        given: String,
    },
}
