//! What a render is asked for. Each field is the flag of `helios render` of that name; what is left out, the page or a
//! default decides.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use ts_rs::TS;

/// Body of `POST /api/jobs`, `/api/job-spec` and `/api/command`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
#[ts(export_to = "./", optional_fields)]
pub struct RenderRequest {
    /// The composition, by its `id`: a path in the project, `/` between its parts.
    pub composition: String,
    /// The file to write: a path in the project. By default `renders/<page>.mp4`, with a number where a file or another job has that name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output: Option<String>,
    /// The format of a file that is not named: the `extension` of one of the project's formats, by default `mp4`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extension: Option<String>,
    /// Whether a file that is there may be replaced; by default it may.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overwrite: Option<bool>,
    /// Width of the page in pixels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    /// Height of the page in pixels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
    /// `30`, `29.97`, `30000/1001`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fps: Option<String>,
    /// `5`, `2.5s`, `1m30s`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration: Option<String>,
    /// The first frame to render.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_frame: Option<u32>,
    /// How many frames to render.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frame_count: Option<u32>,
    /// Pixels of the output for each pixel of the page, such as `2`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scale: Option<String>,
    /// Whether to keep transparency.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alpha: Option<bool>,
    /// `dom` or `canvas`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mode: Option<String>,
    /// One of the codecs of the format.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub video_codec: Option<String>,
    /// One of the codecs of the format.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audio_codec: Option<String>,
    /// Lower is better.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quality: Option<u32>,
    /// Encoder speed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preset: Option<String>,
    /// How pixels are stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pixel_format: Option<String>,
    /// What colours mean.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub color_space: Option<String>,
    /// Mean bits per second, such as `4M`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub video_bitrate: Option<String>,
    /// Highest bits per second.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_rate: Option<String>,
    /// Longest distance between key frames.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gop: Option<u32>,
    /// Title, artist, comment...
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<BTreeMap<String, String>>,
    /// A file of captions: a path in the project.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub captions: Option<String>,
    /// `burn`, `track` or `sidecar`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caption_mode: Option<String>,
    /// The language of their track: three letters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caption_language: Option<String>,
    /// How often a .gif, .webp or .apng plays; 0 is for ever.
    #[serde(rename = "loop", skip_serializing_if = "Option::is_none")]
    pub plays: Option<u16>,
    /// A folder with the only fonts there are besides the page's own: a path in the project, `.` for the project itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fonts: Option<String>,
    /// Sound files beside the page's sound, as in `music.mp3@2.5s,volume=0.5`: paths in the project.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audio: Option<Vec<String>>,
    /// Whether to leave out all sound.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub muted: Option<bool>,
    /// Values for the page's `helios.props`: an object.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "Record<string, unknown>")]
    pub props: Option<serde_json::Map<String, serde_json::Value>>,
    /// Seed of the page's random numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<u32>,
    /// The page's date at frame 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub epoch: Option<String>,
    /// Longest wait for the page and for a frame.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout: Option<String>,
    /// Whether an error in the page ends the render.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub strict: Option<bool>,
    /// `auto`, `tap`, `beginframe` or `screenshot`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capture: Option<String>,
    /// Number of workers, or `auto`; by default 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "number | \"auto\"")]
    pub concurrency: Option<ConcurrencyWish>,
    /// Frames per chunk.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chunk_frames: Option<u32>,
    /// How often a failed chunk is tried again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retries: Option<u32>,
}

/// How many workers are asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum ConcurrencyWish {
    /// So many.
    Workers(u32),
    /// `auto`: what the machine carries.
    Named(String),
}

/// By hand: see [`helios_job::Plain`] for why serde's own way does not do.
impl<'de> Deserialize<'de> for ConcurrencyWish {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<ConcurrencyWish, D::Error> {
        let value = serde_json::Value::deserialize(deserializer)?;
        let workers = value.as_u64().and_then(|number| u32::try_from(number).ok());
        let named = || value.as_str().map(|text| ConcurrencyWish::Named(text.to_owned()));
        let wish = workers.map(ConcurrencyWish::Workers).or_else(named);
        wish.ok_or_else(|| {
            serde::de::Error::custom("data did not match any variant of untagged enum ConcurrencyWish")
        })
    }
}

/// Answer of `POST /api/command`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export_to = "./")]
pub struct CommandView {
    /// The words.
    pub argv: Vec<String>,
    /// The same for a POSIX shell.
    pub command: String,
}
