//! The pages of the project.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A page, or one of its compositions where it has several, as far as its file says: one of the answer of `GET /api/compositions`.
///
/// What a page says from script only is in [`CompositionDetails`], which takes a browser; `null` here.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export_to = "./")]
pub struct CompositionView {
    /// What stands in requests: the path, and behind a `#` the name of the composition where the page has several.
    pub id: String,
    /// The path in the project.
    pub path: String,
    /// The title in the file, or else a name made of the path.
    pub title: String,
    /// When the file was changed, in milliseconds since 1970.
    pub modified_ms: u64,
    /// Changes whenever the file, or a file of its folder, has changed: for addresses of thumbnails.
    pub version: String,
    /// Width in pixels, if the file declares it.
    pub width: Option<u32>,
    /// Height in pixels, if the file declares it.
    pub height: Option<u32>,
    /// Frame rate as written, if the file declares it.
    pub fps: Option<String>,
    /// Seconds, if the file declares them.
    pub duration: Option<f64>,
    /// What a browser has found, once one has looked ([`CompositionDetails`]).
    pub details: Option<CompositionDetails>,
}

/// What a browser finds out of a page: answer of `GET /api/compositions/details?path=`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export_to = "./")]
pub struct CompositionDetails {
    /// Width in pixels that a render would have.
    pub width: u32,
    /// Height in pixels that a render would have.
    pub height: u32,
    /// Frame rate: `30`, `30000/1001`.
    pub fps: String,
    /// Seconds.
    pub duration: f64,
    /// Frames of the whole.
    pub total_frames: u32,
    /// Whether it says that its picture depends on the time alone.
    pub seekable: bool,
    /// The title that the page shows.
    pub title: Option<String>,
    /// `helios.schema`, as the page gave it.
    #[ts(type = "unknown")]
    pub schema: serde_json::Value,
}

/// Answer of `GET /api/preview?path=`: where the page is served with the preview's runtime in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export_to = "./")]
pub struct PreviewAddress {
    /// The address for the frame.
    pub url: String,
    /// Its origin, for `postMessage`.
    pub origin: String,
    /// Which composition of the page is meant, where it has several.
    pub composition: Option<String>,
}

/// Body of `POST /api/still`: the exact frame of a render with these settings, as PNG.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
#[ts(export_to = "./", optional_fields)]
pub struct StillRequest {
    /// The composition, by its `id`.
    pub composition: String,
    /// Which frame; by default the first.
    pub frame: Option<u32>,
    /// Width of the page in pixels.
    pub width: Option<u32>,
    /// Height of the page in pixels.
    pub height: Option<u32>,
    /// Frame rate.
    pub fps: Option<String>,
    /// Length.
    pub duration: Option<String>,
    /// Pixels of the picture for each pixel of the page.
    pub scale: Option<String>,
    /// Whether to keep transparency.
    pub alpha: Option<bool>,
    /// `dom` or `canvas`.
    pub mode: Option<String>,
    /// `auto`, `tap`, `beginframe` or `screenshot`.
    pub capture: Option<String>,
    /// Values for the page's `helios.props`: an object.
    #[ts(optional, type = "Record<string, unknown>")]
    pub props: Option<serde_json::Map<String, serde_json::Value>>,
    /// Seed of the page's random numbers.
    pub seed: Option<u32>,
}
