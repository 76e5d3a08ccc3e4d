//! Renders: what they are doing, and what can be asked of them.

use super::{ErrorDetail, RenderRequest};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Answer of `GET /api/jobs`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export_to = "./")]
pub struct JobsView {
    /// How many jobs may run at once.
    pub limit: u32,
    /// The jobs: the queue in its order after all others, which come newest first.
    pub jobs: Vec<JobView>,
}

/// What a job is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
#[ts(export_to = "./")]
pub enum JobState {
    /// It waits for its turn.
    Queued,
    /// Browsers start, the page is read.
    Preparing,
    /// Frames are captured and encoded.
    Rendering,
    /// Chunks are joined and verified.
    Stitching,
    /// The output is in place.
    Completed,
    /// There is no output, and the job says why.
    Failed,
    /// Somebody cancelled it; there is no output, but chunks that were whole can be gone on with.
    Cancelled,
    /// The Studio ended while it ran; there is no output.
    Interrupted,
}

/// What can be done with a job in its present state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
#[ts(export_to = "./")]
pub enum JobAction {
    /// `POST /api/jobs/{id}/cancel`
    Cancel,
    /// `POST /api/jobs/{id}/retry`
    Retry,
    /// `POST /api/jobs/{id}/resume`
    Resume,
    /// `DELETE /api/jobs/{id}`
    Delete,
    /// `POST /api/jobs/{id}/move`
    Move,
    /// `GET /api/jobs/{id}/video`
    Preview,
    /// `GET /api/jobs/{id}/download`
    Download,
    /// `POST /api/jobs/{id}/open-folder`
    OpenFolder,
}

/// A render.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export_to = "./")]
pub struct JobView {
    /// Its name in requests.
    pub id: String,
    /// What it renders: the path of the page.
    pub composition: String,
    /// The file it writes: a path in the project.
    pub output: String,
    /// The same, absolute.
    pub output_path: String,
    /// What it is doing.
    pub state: JobState,
    /// What can be done with it now.
    pub actions: Vec<JobAction>,
    /// From 0 to 1. It never falls while the job runs, and is 1 exactly when the output is in place.
    pub progress: f64,
    /// Frames done.
    pub frames: u32,
    /// Frames of the output; 0 before that is known.
    pub total_frames: u32,
    /// Frames per second of wall time, over the last seconds.
    pub fps: f64,
    /// Seconds left, when there is enough to say.
    pub eta_seconds: Option<f64>,
    /// Seconds since it began to run, or that it took.
    pub elapsed_seconds: f64,
    /// When it was asked for, in milliseconds since 1970.
    pub created_ms: u64,
    /// When it began to run.
    pub started_ms: Option<u64>,
    /// When it ended.
    pub finished_ms: Option<u64>,
    /// Its place in the queue, from 0, while it waits.
    pub queue_position: Option<u32>,
    /// Number of workers; what was asked for until the plan stands. 0: `auto`, not chosen yet.
    pub concurrency: u32,
    /// Counted from 1: how often it was started.
    pub run: u32,
    /// A lane for each worker, in order.
    pub lanes: Vec<Lane>,
    /// The frame that can be had as a picture.
    pub latest_frame: Option<LatestFrame>,
    /// Why it failed.
    pub error: Option<ErrorDetail>,
    /// What came of it.
    pub result: Option<JobOutput>,
    /// What was asked for.
    pub request: RenderRequest,
    /// The command that gives the same output.
    pub command: String,
}

/// What a worker is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
#[ts(export_to = "./")]
pub enum LaneState {
    /// Its browser starts.
    Starting,
    /// It plays the page up to its chunk.
    Passing,
    /// It captures frames.
    Rendering,
    /// It has nothing to do.
    Idle,
    /// It is gone.
    Ended,
}

/// A worker of a job.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export_to = "./")]
pub struct Lane {
    /// Index, from 0.
    pub worker: u32,
    /// What it is doing.
    pub state: LaneState,
    /// The chunk that it has or had last.
    pub chunk: Option<u32>,
    /// First frame of that chunk.
    pub start_frame: u32,
    /// Frames of that chunk.
    pub frame_count: u32,
    /// Frames of it that are done.
    pub done: u32,
    /// Frames that this worker has done in all its chunks.
    pub frames: u32,
    /// Chunks that it has finished.
    pub chunks_done: u32,
    /// Attempt at the chunk, from 1.
    pub attempt: u32,
    /// Frames per second of wall time, over the last seconds.
    pub fps: f64,
}

/// The picture at `GET /api/jobs/{id}/frame`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export_to = "./")]
pub struct LatestFrame {
    /// Index of the frame.
    pub frame: u32,
    /// Who captured it.
    pub worker: u32,
    /// Changes with the picture: for its address.
    pub version: u32,
}

/// What came of a job that is completed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export_to = "./")]
pub struct JobOutput {
    /// Frames, as counted in the file.
    pub frames: u32,
    /// Size of the file, or of all pictures.
    pub bytes: u64,
    /// Width of the picture in pixels.
    pub width: u32,
    /// Height of the picture in pixels.
    pub height: u32,
    /// Frame rate.
    pub fps: String,
    /// What the file is, for a player; empty for a folder of pictures.
    pub mime: String,
    /// Whether the file is still there as it was written.
    pub exists: bool,
}

/// How much a line of a log matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
#[ts(export_to = "./")]
pub enum LogLevel {
    /// For those who look closely.
    Debug,
    /// Worth knowing.
    Info,
    /// Something may be wrong with the picture.
    Warn,
    /// Why it failed.
    Error,
}

/// A line of a job's log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export_to = "./")]
pub struct LogLine {
    /// Index in the log, from 0.
    pub index: u64,
    /// When, in milliseconds since 1970.
    pub at_ms: u64,
    /// How much it matters.
    pub level: LogLevel,
    /// The worker that says it.
    pub worker: Option<u32>,
    /// The frame that it is about.
    pub frame: Option<u32>,
    /// The text.
    pub text: String,
}

/// Answer of `GET /api/jobs/{id}/log?after=`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export_to = "./")]
pub struct LogView {
    /// The lines, oldest first. Of a long log the oldest are gone.
    pub lines: Vec<LogLine>,
}

/// Body of `POST /api/jobs/{id}/move`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export_to = "./")]
pub struct MoveRequest {
    /// The place in the queue that it shall have, from 0; behind the end is the end.
    pub to: u32,
}

/// Body of `PUT /api/queue`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export_to = "./")]
pub struct QueueRequest {
    /// How many jobs may run at once.
    pub limit: u32,
}
