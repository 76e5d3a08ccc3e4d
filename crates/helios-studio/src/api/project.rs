//! The folder that the Studio is open for, and what the machine and this version can do.

use super::RenderRequest;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Answer of `GET /api/project`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export_to = "./")]
pub struct ProjectView {
    /// The folder's name.
    pub name: String,
    /// Its absolute path.
    pub root: String,
    /// Version of Helios.
    pub version: String,
    /// What renders have to work with.
    pub machine: MachineView,
    /// The most workers that can be asked for.
    pub max_concurrency: u32,
    /// How many jobs may run at once: from 1 to this.
    pub max_running_jobs: u32,
    /// Largest body of a request, in bytes.
    pub max_body_bytes: u32,
    /// What can be written, the usual one first.
    pub formats: Vec<Format>,
    /// Starting points for the settings of a render.
    pub presets: Vec<Preset>,
    /// Whether this Studio can open folders and pages on its machine's desktop.
    pub can_open_folders: bool,
}

/// What the machine carries.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export_to = "./")]
pub struct MachineView {
    /// Processor cores that this process may use.
    pub cores: u32,
    /// Bytes of memory that are free, where that is known.
    pub memory_bytes: Option<u64>,
    /// How many workers it carries for a long video.
    pub suggested_concurrency: u32,
    /// Why so many, in words.
    pub why: String,
}

/// A kind of output, by its extension.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export_to = "./")]
pub struct Format {
    /// Without the dot. Pictures are written as `frames/%05d.png`.
    pub extension: String,
    /// `video`, `animation`, `pictures` or `sound`.
    pub kind: String,
    /// Codecs for the picture, the default first; empty for sound alone.
    pub video_codecs: Vec<String>,
    /// Codecs for the sound, the default first; empty where there is none.
    pub audio_codecs: Vec<String>,
    /// Quality by video codec, for those that have a number for it.
    pub quality: Vec<Quality>,
}

/// The scale of a codec's quality: lower is better.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export_to = "./")]
pub struct Quality {
    /// The codec.
    pub codec: String,
    /// The best.
    pub min: u8,
    /// The worst.
    pub max: u8,
    /// What is used when nothing is said.
    pub default: u8,
    /// Encoder presets; empty where there are none.
    pub presets: Vec<String>,
}

/// A starting point for the settings of a render.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export_to = "./")]
pub struct Preset {
    /// `draft`, `hd`, `4k`, `transparent`.
    pub id: String,
    /// As people read it.
    pub name: String,
    /// What it is for.
    pub about: String,
    /// The extension of the output.
    pub extension: String,
    /// The settings; `composition` is empty.
    pub settings: RenderRequest,
}
