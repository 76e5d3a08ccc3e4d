//! Captions, as they are edited.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Answer of `GET /api/captions?path=`, and body of `PUT /api/captions?path=`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export_to = "./")]
pub struct CaptionFile {
    /// The captions in order.
    pub cues: Vec<CaptionCue>,
}

/// What is said from when to when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export_to = "./")]
pub struct CaptionCue {
    /// Milliseconds.
    pub start_ms: u64,
    /// Milliseconds, behind the start.
    pub end_ms: u64,
    /// The text as it stands in the file, with all its marks (`<i>`, `<v Ada>`); `\n` between lines.
    pub text: String,
    /// What stands behind the times in the file, such as `line:0 align:left`.
    #[serde(default)]
    pub settings: String,
}
