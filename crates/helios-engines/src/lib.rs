//! A Helios job for the batch engines that exist: one file for each, behind two small traits. An [`Exporter`] writes what the
//! engine takes; an [`Engine`] is talked to. Every task of every engine is the same command, `helios job run-chunk`, and every
//! engine ends with `helios job merge`: what is done is known from the chunks' manifests, never from the engine.
//!
//! This crate renders nothing and reads no chunk. It starts the programs of engines, and nothing else.

mod actions;
mod error;
mod kubernetes;
mod make;
mod ninja;
mod openjd;
mod parallel;
mod simulate;
mod slurm;
mod step_functions;
mod work;
mod yaml;

pub use error::EngineError;
pub use simulate::{Outcome, Scenario, simulate};
pub use slurm::Slurm;
pub use work::{Settings, Work};

use std::fmt;
use std::str::FromStr;

/// What an engine takes, as text.
pub trait Exporter {
    /// The name of the file, as the engine expects it or people call it.
    fn file_name(&self) -> &'static str;

    /// Its content.
    ///
    /// # Errors
    /// [`EngineError`] for work that the engine cannot take, with what would do.
    fn export(&self, work: &Work) -> Result<String, EngineError>;
}

/// An engine that is talked to by its own programs.
pub trait Engine {
    /// Hands over the chunks of `work`, and the merge after them. Returns what the engine calls the two.
    fn submit(&self, work: &Work) -> impl Future<Output = Result<Submitted, EngineError>>;

    /// What the engine says of each task that it still knows, by chunk.
    fn status(&self, submitted: &Submitted) -> impl Future<Output = Result<Vec<TaskState>, EngineError>>;

    /// Takes back what is not done yet.
    fn cancel(&self, submitted: &Submitted) -> impl Future<Output = Result<(), EngineError>>;
}

/// What was handed over.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Submitted {
    /// The engine.
    pub engine: String,
    /// The engine's name for the tasks of the chunks.
    pub chunks_id: String,
    /// The engine's name for the merge.
    pub merge_id: String,
    /// The chunks.
    pub chunks: Vec<u32>,
}

/// What an engine says of a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskState {
    /// The chunk; `None` for the merge.
    pub chunk: Option<u32>,
    /// In the engine's own word, such as `RUNNING`.
    pub state: String,
    /// Where, as far as that is said.
    pub place: String,
}

/// The formats of `helios job export`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Open Job Description, which AWS Deadline Cloud takes.
    OpenJd,
    /// An Indexed Job and a Job that joins.
    Kubernetes,
    /// Amazon States Language with a distributed map.
    StepFunctions,
    /// A shell script around GNU parallel, here or over ssh.
    Parallel,
    /// A GitHub Actions workflow with a matrix.
    GithubActions,
    /// A Makefile.
    Make,
    /// A file for Ninja.
    Ninja,
}

impl Format {
    /// All of them.
    pub const ALL: [Format; 7] = [
        Format::OpenJd,
        Format::Kubernetes,
        Format::StepFunctions,
        Format::Parallel,
        Format::GithubActions,
        Format::Make,
        Format::Ninja,
    ];

    /// The name in flags.
    pub fn name(self) -> &'static str {
        match self {
            Format::OpenJd => "openjd",
            Format::Kubernetes => "kubernetes",
            Format::StepFunctions => "stepfunctions",
            Format::Parallel => "parallel",
            Format::GithubActions => "github-actions",
            Format::Make => "make",
            Format::Ninja => "ninja",
        }
    }

    /// What writes it.
    pub fn exporter(self) -> &'static dyn Exporter {
        match self {
            Format::OpenJd => &openjd::OpenJd,
            Format::Kubernetes => &kubernetes::Kubernetes,
            Format::StepFunctions => &step_functions::StepFunctions,
            Format::Parallel => &parallel::Parallel,
            Format::GithubActions => &actions::GithubActions,
            Format::Make => &make::Make,
            Format::Ninja => &ninja::Ninja,
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Format {
    type Err = EngineError;

    fn from_str(text: &str) -> Result<Format, EngineError> {
        let names = Format::ALL.map(Format::name).join(", ");
        let unknown = || EngineError::Refused(format!("invalid --format {text:?}: use {names}"));
        Format::ALL.into_iter().find(|format| format.name() == text).ok_or_else(unknown)
    }
}
