//! What can go wrong with a render as a whole, whether trying again can help, and the exit code that says so.

use helios_job::{Failure, FailureKind, JobError, MAX_CONCURRENCY, Trouble};
use std::io;
use std::path::PathBuf;

/// A render, plan or merge that did not succeed. There is no output in that case.
#[derive(Debug, thiserror::Error)]
pub enum RunnerError {
    /// A setting is refused, or settings exclude each other.
    #[error(transparent)]
    Setting(#[from] JobError),
    /// Not a number of workers.
    #[error("concurrency must be a valid number >= 1 (given: {given}, allowed: 1 to {MAX_CONCURRENCY})")]
    Concurrency {
        /// What was given.
        given: String,
    },
    /// The input cannot be a composition.
    #[error("cannot use input {given:?}: {why}")]
    Input {
        /// What was given.
        given: String,
        /// What is wrong with it and what would do.
        why: String,
    },
    /// There is no page, since the project cannot be built.
    #[error("{0}")]
    Project(Failure),
    /// The output cannot be written. Found before any work is done, where that is possible.
    #[error("cannot write {}: {why}", path.display())]
    Output {
        /// The output.
        path: PathBuf,
        /// What is wrong with it and what would do.
        why: String,
    },
    /// The page declares something that cannot be rendered.
    #[error("the page declares {what} {given}: {why}; correct the page, or override it with --{what}")]
    Page {
        /// `width`, `height`, `fps` or `duration`.
        what: &'static str,
        /// What the page declares.
        given: String,
        /// Why not.
        why: String,
    },
    /// Neither the options nor the page say how long the video is.
    #[error(
        "the page declares no duration and has no finite animation: say how long the video is, for example --duration 5"
    )]
    NoDuration,
    /// A job that cannot be executed as it stands.
    #[error("cannot run job {job_id}: {why}")]
    Job {
        /// The job.
        job_id: String,
        /// What is wrong with it.
        why: String,
    },
    /// A file that is no job file, or a damaged one.
    #[error("cannot use the job file {}: {why}", path.display())]
    JobFile {
        /// The file.
        path: PathBuf,
        /// What is wrong with it, and where.
        why: String,
    },
    /// The files that a job reads are not those that it was planned with.
    #[error("cannot run job {job_id}, its inputs have changed since it was planned:\n  {}\nPlan it anew, or bring the files back (--path-map FROM=TO when they are in another place here)", .problems.join("\n  "))]
    Inputs {
        /// The job.
        job_id: String,
        /// A line for each file.
        problems: Vec<String>,
    },
    /// Chunks that cannot be joined; every one of them is named.
    #[error("cannot join the chunks, {bad} of {total} cannot be used:\n  {}\n{}", .problems.join("\n  "), cure(*.kind))]
    Chunks {
        /// One line per problem, beginning with the file name of the chunk.
        problems: Vec<String>,
        /// Chunks with problems.
        bad: usize,
        /// Chunks in the merge.
        total: usize,
        /// [`FailureKind::Transient`] when rendering the named chunks again is all that it takes.
        kind: FailureKind,
    },
    /// A worker process could not be started.
    #[error("failed to start worker `{command}`: {source}")]
    Spawn {
        /// Its command line.
        command: String,
        /// Why.
        source: io::Error,
    },
    /// A worker found that the request is wrong. Not tried again.
    #[error("{message}")]
    Refused {
        /// What was being done.
        doing: String,
        /// The worker's reason, complete in itself.
        message: String,
    },
    /// A worker failed, and so did every further attempt.
    #[error("failed to {doing} ({attempts} attempts): {message}")]
    Worker {
        /// What was being done.
        doing: String,
        /// Attempts made.
        attempts: u32,
        /// The last attempt's reason.
        message: String,
    },
    /// A file operation of the orchestrator itself failed.
    #[error("failed to {doing} {}: {source}", path.display())]
    Io {
        /// A verb, such as `create`.
        doing: &'static str,
        /// What it was done to.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The caller cancelled.
    #[error("cancelled")]
    Cancelled,
}

fn cure(kind: FailureKind) -> &'static str {
    match kind {
        FailureKind::Transient => "Run the commands of these chunks again, then the merge",
        FailureKind::Invalid => "Name the chunks of one job, each once and in the order of their frames",
    }
}

impl RunnerError {
    /// [`RunnerError::Chunks`] of problems, each with its chunk's name: `bad` of `total` chunks have them.
    pub fn chunks(
        problems: impl Iterator<Item = (String, Trouble, String)>,
        bad: usize,
        total: usize,
    ) -> RunnerError {
        let line = |(name, trouble, why): (String, Trouble, String)| {
            (trouble.kind(), format!("{name}: {}: {why}", trouble.word()))
        };
        let (kinds, problems): (Vec<_>, Vec<_>) = problems.map(line).unzip();
        let invalid = kinds.contains(&FailureKind::Invalid);
        let kind = if invalid { FailureKind::Invalid } else { FailureKind::Transient };
        RunnerError::Chunks { problems, bad, total, kind }
    }

    /// Whether trying again can help; `None` when the caller cancelled.
    pub fn kind(&self) -> Option<FailureKind> {
        match self {
            RunnerError::Cancelled => None,
            RunnerError::Chunks { kind, .. } | RunnerError::Project(Failure { kind, .. }) => Some(*kind),
            RunnerError::Worker { .. } | RunnerError::Io { .. } => Some(FailureKind::Transient),
            RunnerError::Spawn { source, .. } => match source.kind() {
                io::ErrorKind::NotFound | io::ErrorKind::PermissionDenied => Some(FailureKind::Invalid),
                _ => Some(FailureKind::Transient),
            },
            _ => Some(FailureKind::Invalid),
        }
    }

    /// The exit code that tells a batch engine what to do: 64 the request is wrong, 75 try again, 130 cancelled.
    pub fn exit_code(&self) -> u8 {
        match self.kind() {
            Some(FailureKind::Invalid) => 64,
            Some(FailureKind::Transient) => 75,
            None => 130,
        }
    }

    /// The same for observers; `None` when the caller cancelled.
    pub fn failure(&self) -> Option<Failure> {
        self.kind().map(|kind| Failure { kind, message: self.to_string() })
    }

    pub(crate) fn io(doing: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> RunnerError {
        let path = path.into();
        move |source| RunnerError::Io { doing, path, source }
    }

    pub(crate) fn output(path: impl Into<PathBuf>, why: impl Into<String>) -> RunnerError {
        RunnerError::Output { path: path.into(), why: why.into() }
    }
}
