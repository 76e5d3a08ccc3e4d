//! A file that a render reads, as it was. Files are read and hashed elsewhere.

use crate::Sha256Sum;
use serde::{Deserialize, Serialize};

/// A local file and what it must be for the pixels to be the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct InputFile {
    /// Absolute, or relative to the folder of the job file.
    pub path: String,
    /// Digest of its bytes.
    #[cfg_attr(test, schemars(with = "String", regex(pattern = "^[0-9a-f]{64}$")))]
    pub sha256: Sha256Sum,
}
