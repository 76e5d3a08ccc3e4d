//! The one event type. Workers write it as JSON lines, the orchestrator folds it into progress, `--json` prints it.

use crate::{
    CheckReport, ChunkVersions, Composition, FrameHash, FrameRange, SoundTimeline, Span, StageTimes,
    StillReport,
};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::path::PathBuf;

/// What a render is doing as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    /// Starting browsers, reading the page, planning.
    Preparing,
    /// Capturing and encoding frames.
    Rendering,
    /// Joining chunks and verifying the result.
    Stitching,
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Phase::Preparing => "preparing",
            Phase::Rendering => "rendering",
            Phase::Stitching => "stitching",
        })
    }
}

/// How much a notice matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// For people who asked for detail (`-v`): the page's `console.log`.
    Debug,
    /// Worth knowing: a fallback, a chosen number.
    Info,
    /// Something may be wrong with the picture: a failed request, a page error, `console.error`.
    Warn,
}

/// Whether trying again can help.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum FailureKind {
    /// The request is wrong: the same request will fail again. Exit code 64.
    Invalid,
    /// A crash, a time-out, a full disk: another attempt may succeed. Exit code 75.
    Transient,
}

/// Why something failed, in words for the user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Failure {
    /// Whether trying again can help.
    pub kind: FailureKind,
    /// What failed, with the value given, what is allowed and how to fix it.
    pub message: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

/// What a worker says of a finished chunk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ChunkReport {
    /// Index of the chunk in the job.
    pub chunk: u32,
    /// Its frames.
    pub range: FrameRange,
    /// Counted from 1.
    pub attempt: u32,
    /// Size of the chunk's file.
    pub bytes: u64,
    /// The frame source that was used: `tap`, `beginframe`, `screenshot` or `canvas`.
    pub capture: String,
    /// What made it.
    #[serde(default)]
    pub versions: ChunkVersions,
    /// One hash per frame.
    #[cfg_attr(test, schemars(with = "Vec<String>"))]
    pub frame_hashes: Vec<FrameHash>,
    /// Where the time went since the worker's last chunk.
    #[serde(default)]
    pub times: StageTimes,
    /// When what was done, if the order asked for it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub spans: Vec<Span>,
    /// What is heard.
    #[serde(default, skip_serializing_if = "SoundTimeline::is_empty")]
    pub sound: SoundTimeline,
    /// The local files that the page was given so far, by their absolute paths.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<String>,
}

crate::plain::plainly!(Event);

/// Something that happened in a render.
///
/// As JSON: an object with the variant's name in `event`, for instance
/// `{"event":"frames","worker":0,"chunk":2,"done":17}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(remote = "Self", tag = "event", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum Event {
    /// A phase began. Phases only move forward.
    Phase {
        /// The phase that began.
        phase: Phase,
    },
    /// The plan stands; what follows is its execution.
    Planned {
        /// Digest of config and inputs.
        job_id: String,
        /// Frames of the output.
        total_frames: u32,
        /// The chunks in order.
        chunks: Vec<FrameRange>,
        /// Number of workers.
        concurrency: u32,
    },
    /// A worker process is up.
    WorkerStarted {
        /// Worker index, from 0.
        worker: u32,
        /// Process id.
        pid: u32,
    },
    /// A worker process ended before it was asked to.
    WorkerExited {
        /// Worker index.
        worker: u32,
        /// How it ended, in words.
        status: String,
    },
    /// The page was read.
    Inspected {
        /// What it declares.
        composition: Composition,
    },
    /// A worker's browser is up.
    Warmed {
        /// Worker index.
        worker: u32,
    },
    /// A worker began a chunk.
    ChunkStarted {
        /// Worker index.
        worker: u32,
        /// Chunk index.
        chunk: u32,
        /// Its frames.
        range: FrameRange,
        /// Counted from 1.
        attempt: u32,
        /// File name of the chunk.
        output_file: String,
    },
    /// A chunk of an earlier run is whole and is not rendered again.
    ChunkKept {
        /// Chunk index.
        chunk: u32,
        /// Its frames.
        range: FrameRange,
    },
    /// Frames of a chunk that are captured and handed to the encoder in this attempt, as a total.
    Frames {
        /// Worker index.
        worker: u32,
        /// Chunk index.
        chunk: u32,
        /// Frames done since the attempt began.
        done: u32,
    },
    /// A small picture of a frame has been written, where an order asks for that.
    Preview {
        /// Worker index.
        worker: u32,
        /// Chunk index.
        chunk: u32,
        /// Index of the frame in the composition.
        frame: u32,
        /// The picture, which the next one replaces.
        file: PathBuf,
    },
    /// A chunk's file is complete and in place.
    ChunkFinished {
        /// Worker index.
        worker: u32,
        /// What was made.
        report: ChunkReport,
    },
    /// An attempt at a chunk failed.
    ChunkFailed {
        /// Worker index.
        worker: u32,
        /// Chunk index.
        chunk: u32,
        /// Counted from 1.
        attempt: u32,
        /// Why.
        failure: Failure,
        /// Whether it will be tried again.
        #[serde(default)]
        will_retry: bool,
    },
    /// A frame is written as a picture, not yet in its final place.
    StillFinished {
        /// Worker index.
        worker: u32,
        /// What was made.
        report: StillReport,
    },
    /// A page was looked through.
    Checked {
        /// Worker index.
        worker: u32,
        /// What was found.
        report: CheckReport,
    },
    /// The chunks are joined into one verified file, not yet in its final place.
    Merged {
        /// Frames counted in it.
        frames: u32,
        /// Its size.
        bytes: u64,
    },
    /// Something to tell the user: a page error, console output, a fallback.
    Notice {
        /// Worker index, where one is concerned.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        worker: Option<u32>,
        /// How much it matters.
        level: Level,
        /// The frame that was being prepared, where one was.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        frame: Option<u32>,
        /// The text.
        message: String,
    },
    /// One value for the whole render; see [`crate::Progress`].
    Progress {
        /// 0.0 to 1.0, never decreasing, 1.0 exactly when the output is in place.
        progress: f64,
        /// Frames done.
        frames: u32,
        /// Frames of the output.
        total_frames: u32,
        /// Frames per second of wall time, over the last seconds.
        fps: f64,
        /// Seconds left, when there is enough to say.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        eta_seconds: Option<f64>,
        /// What the render is doing.
        phase: Phase,
    },
    /// The output is in place.
    Finished {
        /// Its path.
        output: String,
        /// Its frames.
        frames: u32,
        /// Its size.
        bytes: u64,
    },
    /// The operation failed; there is no output.
    Failed {
        /// Why.
        failure: Failure,
    },
    /// The operation was cancelled; there is no output.
    Cancelled,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One line of `--json`.
    #[test]
    fn the_schema_is_committed() {
        helios_testkit::assert_schema("event", "helios.event/1", schemars::schema_for!(Event));
    }
}
