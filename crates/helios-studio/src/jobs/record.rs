//! What of a job survives the Studio, as a line of the journal.

use crate::api::{ErrorDetail, JobOutput, JobState, LatestFrame, RenderRequest};
use serde::{Deserialize, Serialize};

/// A job on paper.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct JobRecord {
    /// Counted from 1, never used again.
    pub number: u64,
    /// What was asked for.
    pub request: RenderRequest,
    /// The file it writes: a path in the project.
    pub output: String,
    /// What it is doing, or what became of it.
    pub state: JobState,
    /// How often it was started.
    pub run: u32,
    /// When it was asked for.
    pub created_ms: u64,
    /// When it was last started.
    #[serde(default)]
    pub started_ms: Option<u64>,
    /// When it ended.
    #[serde(default)]
    pub finished_ms: Option<u64>,
    /// How long it ran, or has been running.
    #[serde(default)]
    pub elapsed_ms: u64,
    /// From 0 to 1.
    #[serde(default)]
    pub progress: f64,
    /// Frames done.
    #[serde(default)]
    pub frames: u32,
    /// Frames of the output.
    #[serde(default)]
    pub total_frames: u32,
    /// The digest that names its chunks, once the plan stood.
    #[serde(default)]
    pub job_id: Option<String>,
    /// Whether its next run goes on with the chunks that are whole.
    #[serde(default)]
    pub resume: bool,
    /// Number of workers, once the plan stood.
    #[serde(default)]
    pub concurrency: Option<u32>,
    /// The newest frame that there is a picture of.
    #[serde(default)]
    pub latest: Option<LatestFrame>,
    /// Why it failed.
    #[serde(default)]
    pub error: Option<ErrorDetail>,
    /// What came of it.
    #[serde(default)]
    pub result: Option<JobOutput>,
}

impl JobRecord {
    /// Its name.
    pub fn id(&self) -> String {
        format!("render-{}", self.number)
    }

    /// Whether it runs.
    pub fn is_running(&self) -> bool {
        matches!(self.state, JobState::Preparing | JobState::Rendering | JobState::Stitching)
    }

    /// Forgets the last run: the next one begins, or goes on with its chunks.
    pub fn queue_again(&mut self, resume: bool) {
        (self.state, self.resume) = (JobState::Queued, resume);
        (self.started_ms, self.finished_ms, self.elapsed_ms) = (None, None, 0);
        (self.progress, self.frames, self.total_frames, self.concurrency) = (0.0, 0, 0, None);
        (self.latest, self.error, self.result) = (None, None, None);
    }
}
