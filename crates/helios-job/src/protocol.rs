//! What the orchestrator asks of a worker: one JSON object a line on the worker's standard input. The worker answers with
//! [`crate::Event`] lines on standard output. The end of standard input means: stop now and leave nothing behind.

use crate::{
    AudioCodec, AudioTrack, CaptureKind, CheckOrder, Contract, Fps, FrameRange, JobConfig, ListedComposition,
    Look, Mode, Seconds, SoundTimeline, SpokenContract, StillOrder,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;

crate::plain::plainly!(Command);

/// One order to a worker. A worker executes its orders one after the other and answers each with exactly one final event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(remote = "Self", tag = "op", rename_all = "snake_case")]
pub enum Command {
    /// Load the page and say what it declares. Answer: `inspected` or `failed`.
    Inspect(InspectOrder),
    /// Start the browser for this page, so that a chunk finds it there. Answer: `warmed` or `failed`.
    Warm(InspectOrder),
    /// Render one chunk. Answer: `frames` now and then, at the end `chunk_finished` or `chunk_failed`.
    Render(Box<ChunkOrder>),
    /// Draw one frame and write it as a picture. Answer: `still_finished` or `failed`.
    Still(Box<StillOrder>),
    /// Run through the page and say what could go wrong with it. Answer: `checked` or `failed`.
    Check(Box<CheckOrder>),
    /// Join chunks. Answer: `merged` or `failed`.
    Merge(MergeOrder),
}

/// See [`Command::Inspect`] and [`Command::Warm`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InspectOrder {
    /// Absolute path of the page or its folder, or an http(s) URL.
    pub input: String,
    /// Width to lay the page out with, when it is already known.
    pub width: Option<u32>,
    /// Height to lay the page out with, when it is already known.
    pub height: Option<u32>,
    /// Whether the size of a canvas is wanted as the size of the composition.
    pub mode: Mode,
    /// Where frames will come from, so that the browser that is started can be kept for the chunks.
    pub capture: CaptureKind,
    /// Values for `helios.props`.
    #[serde(default)]
    pub props: serde_json::Value,
    /// Which tool the page was made for.
    #[serde(default)]
    pub contract: Contract,
    /// Which composition of the page, where it has several.
    #[serde(default)]
    pub composition: Option<String>,
    /// Whether all compositions are to be listed, and none is chosen.
    #[serde(default)]
    pub list: bool,
    /// Seed of the page's random numbers.
    pub seed: u32,
    /// `Date.now()` at frame 0.
    pub epoch_ms: i64,
    /// Longest wait for the page.
    pub timeout: Seconds,
    /// How the browser will be asked to draw, so that the one that is started can be kept.
    #[serde(default)]
    pub look: Look,
    /// As [`JobConfig::fonts`].
    #[serde(default)]
    pub fonts: Option<String>,
}

/// What a page declares of itself; `None` where it says nothing.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct Composition {
    /// Width in pixels.
    pub width: Option<f64>,
    /// Height in pixels.
    pub height: Option<f64>,
    /// Frame rate as the page wrote it.
    pub fps: Option<String>,
    /// Seconds.
    pub duration: Option<f64>,
    /// Whether the page is a pure function of time.
    pub seekable: bool,
    /// The page's title.
    pub title: Option<String>,
    /// What the page says of its props: a JSON schema, or null.
    #[serde(skip_serializing_if = "serde_json::Value::is_null")]
    pub schema: serde_json::Value,
    /// The tool that the page was made for, unless that is Helios.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contract: Option<Box<SpokenContract>>,
    /// All compositions of the page, when they were asked for and it has a list of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compositions: Option<Vec<ListedComposition>>,
}

/// See [`Command::Render`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ChunkOrder {
    /// Index of the chunk in the job.
    pub chunk: u32,
    /// Counted from 1.
    pub attempt: u32,
    /// The frames to render.
    pub range: FrameRange,
    /// The frames of the whole job, which may be more than `config` says: what is heard between two chunks is told by one of them.
    pub job: FrameRange,
    /// Where the chunk's file goes (absolute). Its folder exists; the worker writes beside it and renames.
    pub output: PathBuf,
    /// The job's settings.
    pub config: JobConfig,
    /// Whether the report is to say when what was done, frame by frame.
    #[serde(default)]
    pub trace: bool,
    /// The folder that gets a small picture of the newest frame now and then, `worker-{index}.png`, if anybody watches.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preview: Option<PathBuf>,
}

/// See [`Command::Merge`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MergeOrder {
    /// The chunks in order (absolute).
    pub inputs: Vec<PathBuf>,
    /// The file to write (absolute). It is complete when the answer is `merged`.
    pub output: PathBuf,
    /// The frame rate of the result, when it is known; otherwise that of the chunks.
    pub fps: Option<Fps>,
    /// The frames that the result must have, when it is known; otherwise the sum of the chunks.
    pub frames: Option<u32>,
    /// The frames that each chunk must have, in their order; empty, or `None` for a chunk, where it is not known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub chunk_frames: Vec<Option<u32>>,
    /// The codec for the sound, which is encoded here and only here; otherwise the container's usual one.
    #[serde(default)]
    pub audio_codec: Option<AudioCodec>,
    /// The sound of the result, which is mixed here; without it, that of the chunks is kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sound: Option<SoundOrder>,
    /// The preset of an animated picture, which is made here; otherwise its usual one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preset: Option<String>,
    /// Title, author and the like.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub metadata: BTreeMap<String, String>,
    /// How often an animated picture plays; 0 is for ever.
    #[serde(default)]
    pub plays: u16,
    /// A file of captions that becomes a track (absolute).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub captions: Option<PathBuf>,
    /// The language of that track: three letters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caption_language: Option<String>,
    /// The index of the first frame, which the names of pictures begin with.
    #[serde(default)]
    pub first_frame: u32,
    /// Whether the worker's browser is wanted again afterwards.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub warm: bool,
}

/// What to mix.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SoundOrder {
    /// Index of the first frame of the result.
    pub start_frame: u32,
    /// The page's sound, of all chunks. No source is [`crate::SoundSource::Beside`] any more.
    pub timeline: SoundTimeline,
    /// Tracks beside it.
    pub tracks: Vec<AudioTrack>,
}
