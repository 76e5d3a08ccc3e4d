//! How a fake worker behaves, as data. Nothing is executed here.

use helios_job::{Composition, Failure};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// The behaviour of every worker process of one render. The default renders at full speed and makes no trouble.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Script {
    /// What the page declares.
    pub composition: Composition,
    /// Milliseconds a frame takes, by worker index (the last one counts for all further workers).
    pub frame_ms: Vec<u64>,
    /// What goes wrong.
    pub faults: Vec<Fault>,
    /// Stay alive when standard input ends.
    pub ignore_eof: bool,
    /// Stay alive on SIGTERM.
    pub ignore_term: bool,
    /// Start a process that outlives the worker unless somebody ends the process group.
    pub leave_child: bool,
    /// A folder that gets one empty file per process started, named by its pid (children of workers included).
    pub pids: Option<PathBuf>,
}

/// One thing that goes wrong.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fault {
    /// When.
    pub at: At,
    /// What.
    pub act: Act,
    /// A file that is created when the fault strikes; while it exists, the fault does not strike again.
    #[serde(default)]
    pub once: Option<PathBuf>,
}

/// What the worker is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Op {
    /// Before the first order.
    Start,
    /// Reading the page.
    Inspect,
    /// Rendering a chunk.
    Render,
    /// Drawing a still.
    Still,
    /// Joining chunks.
    Merge,
}

/// A moment in a worker's life. `None` matches everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct At {
    /// What it is doing.
    pub op: Op,
    /// The chunk it renders.
    #[serde(default)]
    pub chunk: Option<u32>,
    /// The attempt it makes.
    #[serde(default)]
    pub attempt: Option<u32>,
    /// How many frames of the chunk it has done; `None` is before the first.
    #[serde(default)]
    pub frame: Option<u32>,
}

impl At {
    /// Any moment of this operation before its first frame.
    pub fn op(op: Op) -> At {
        At { op, chunk: None, attempt: None, frame: None }
    }

    /// When `frame` frames of attempt `attempt` at `chunk` are done.
    pub fn frame(chunk: u32, attempt: u32, frame: u32) -> At {
        At { op: Op::Render, chunk: Some(chunk), attempt: Some(attempt), frame: Some(frame) }
    }

    /// Whether this describes the moment `now`, in which nothing is left open that matters.
    pub(crate) fn matches(&self, now: &At) -> bool {
        let agrees = |mine: Option<u32>, theirs| mine.is_none() || mine == theirs;
        self.op == now.op
            && agrees(self.chunk, now.chunk)
            && agrees(self.attempt, now.attempt)
            && self.frame.unwrap_or(0) == now.frame.unwrap_or(0)
    }
}

/// Something a worker should not do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Act {
    /// Write `stderr` to standard error and exit with `code`.
    Exit {
        /// The exit code.
        code: i32,
        /// The last words.
        stderr: String,
    },
    /// Die of SIGKILL.
    Die,
    /// Do nothing for ever.
    Hang,
    /// Write this line to standard output.
    Say(String),
    /// Write a line of this many bytes to standard output.
    Babble(usize),
    /// Answer the order with this failure.
    Fail(Failure),
    /// Claim to have finished without having written the file.
    Lie,
}
