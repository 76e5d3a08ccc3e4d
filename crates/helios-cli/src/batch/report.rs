//! What became of each row: the file of `--report`, and the table at the end.

use super::Job;
use serde::Serialize;
use std::path::PathBuf;

/// The value of `schema` in a report of this version.
pub const SCHEMA: &str = "helios.batch/1";

/// The table names this many rows; of longer ones, those that are not done.
const SHOWN: usize = 40;

/// Where a row stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum RowState {
    /// Its turn did not come.
    Waiting,
    /// It is there.
    Rendered,
    /// It was there before, as it should be.
    Kept,
    /// It failed, and its output is not there.
    Failed,
    /// It was stopped, and its output is not there.
    Cancelled,
}

/// One row.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct RowReport {
    /// Its number, from 1.
    pub row: usize,
    /// What it writes.
    pub output: PathBuf,
    /// Where it stands.
    pub state: RowState,
    /// Frames of the output.
    pub frames: u32,
    /// Bytes of the output.
    pub bytes: u64,
    /// Time that it took.
    pub seconds: f64,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Whether trying again may help.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retryable: Option<bool>,
}

impl RowReport {
    /// Of a row that nothing has been done for.
    pub fn waiting(job: &Job) -> RowReport {
        RowReport {
            row: job.row,
            output: job.output.clone(),
            state: RowState::Waiting,
            frames: 0,
            bytes: 0,
            seconds: 0.0,
            error: None,
            retryable: None,
        }
    }
}

/// All rows.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct BatchReport {
    /// [`SCHEMA`].
    pub schema: String,
    /// The page.
    pub input: String,
    /// Workers that rendered at once.
    pub concurrency: u32,
    /// Time that all took.
    pub seconds: f64,
    /// Whether all rows are done.
    pub complete: bool,
    /// Rows rendered now.
    pub rendered: usize,
    /// Rows that were there.
    pub kept: usize,
    /// Rows that failed.
    pub failed: usize,
    /// Rows that were stopped, or whose turn did not come.
    pub unfinished: usize,
    /// Each row, in order.
    pub rows: Vec<RowReport>,
}

impl BatchReport {
    /// Counts the rows.
    pub fn of(input: &str, concurrency: u32, seconds: f64, rows: Vec<RowReport>) -> BatchReport {
        let count = |states: &[RowState]| rows.iter().filter(|row| states.contains(&row.state)).count();
        let (rendered, kept) = (count(&[RowState::Rendered]), count(&[RowState::Kept]));
        BatchReport {
            schema: SCHEMA.to_owned(),
            input: input.to_owned(),
            concurrency,
            seconds,
            complete: rendered + kept == rows.len(),
            rendered,
            kept,
            failed: count(&[RowState::Failed]),
            unfinished: count(&[RowState::Waiting, RowState::Cancelled]),
            rows,
        }
    }

    /// Whether trying again may help a row that failed.
    pub fn may_succeed_later(&self) -> bool {
        self.unfinished > 0 || self.rows.iter().any(|row| row.retryable == Some(true))
    }

    /// The table, and what came of it all.
    pub fn lines(&self) -> Vec<String> {
        let all = self.rows.len() <= SHOWN;
        let done = |row: &&RowReport| all || !matches!(row.state, RowState::Rendered | RowState::Kept);
        let mut lines =
            vec![format!("{:>5}  {:9}  {:>6}  {:>8}  output", "row", "state", "frames", "seconds")];
        for row in self.rows.iter().filter(done) {
            let state = serde_json::to_value(row.state).ok();
            let state = state.as_ref().and_then(|state| state.as_str()).unwrap_or_default().to_owned();
            let why = row
                .error
                .as_ref()
                .map(|why| format!(": {}", why.lines().next().unwrap_or_default()))
                .unwrap_or_default();
            let output = row.output.display();
            lines.push(format!(
                "{:>5}  {state:9}  {:>6}  {:>8.1}  {output}{why}",
                row.row, row.frames, row.seconds
            ));
        }
        if lines.len() == 1 {
            lines.clear();
        }
        let counts = [
            (self.rendered, "rendered"),
            (self.kept, "kept"),
            (self.failed, "failed"),
            (self.unfinished, "unfinished"),
        ];
        let counts: Vec<String> =
            counts.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}")).collect();
        let (rows, s) = (self.rows.len(), if self.rows.len() == 1 { "" } else { "s" });
        lines.push(format!("{rows} row{s}: {}, in {:.1} s", counts.join(", "), self.seconds));
        lines
    }
}
