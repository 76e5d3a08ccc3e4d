//! The other files of the project.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What a file is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
#[ts(export_to = "./")]
pub enum AssetKind {
    /// A picture.
    Image,
    /// A video.
    Video,
    /// Sound.
    Audio,
    /// A font.
    Font,
    /// SubRip or WebVTT.
    Captions,
    /// JSON, CSV and the like.
    Data,
    /// A page, a script, a style sheet.
    Code,
    /// Anything else.
    Other,
}

/// A file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export_to = "./")]
pub struct Asset {
    /// Its path in the project.
    pub path: String,
    /// What it is for.
    pub kind: AssetKind,
    /// Its size.
    pub bytes: u64,
    /// When it was changed, in milliseconds since 1970.
    pub modified_ms: u64,
    /// What a browser is told it is.
    pub mime: String,
}

/// Answer of `GET /api/assets`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export_to = "./")]
pub struct Assets {
    /// The files by path.
    pub assets: Vec<Asset>,
    /// Whether there are more, which are left out.
    pub more: bool,
}

/// Answer of `GET /api/waveform?path=&buckets=`: the outline of a sound.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export_to = "./")]
pub struct Waveform {
    /// Length in seconds; 0 when the file has no sound.
    pub duration: f64,
    /// The lowest value in each equal part of it, -1 to 0.
    pub low: Vec<f32>,
    /// The highest value in each equal part of it, 0 to 1.
    pub high: Vec<f32>,
}
