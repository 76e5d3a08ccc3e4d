//! Slurm: an array job with a task for each chunk, and a job that joins after it, by `sbatch`, `squeue` and `scancel`.
//!
//! The join depends on the end of the array (`afterany`), not on its success: Slurm takes a task that was requeued and succeeded
//! at last for a failed one. The join itself knows what is missing, and says so with exit code 75.

use crate::work::ranges;
use crate::{Engine, EngineError, Submitted, TaskState, Work};
use helios_job::shell_command;
use std::process::Stdio;
use std::time::Duration;
use tokio::process::Command;

/// The longest wait for a program of Slurm; a busy controller takes its time.
const PATIENCE: Duration = Duration::from_secs(60);

/// The end of standard error that is told.
const TOLD: usize = 2000;

/// The name of the engine.
const NAME: &str = "slurm";

/// A Slurm cluster, as the environment of its programs has it (`SLURM_CONF`).
#[derive(Debug, Clone, Copy, Default)]
pub struct Slurm;

impl Slurm {
    /// Where a task writes what it says, in the folder of the chunks.
    pub fn log_name(submitted: &Submitted, chunk: Option<u32>) -> String {
        match chunk {
            Some(chunk) => format!("slurm-{}_{chunk}.log", submitted.chunks_id),
            None => format!("slurm-{}.log", submitted.merge_id),
        }
    }

    async fn check_size(&self, work: &Work<'_>) -> Result<(), EngineError> {
        let text = run("scontrol", ["show", "config"].map(str::to_owned).into()).await?;
        let limit = text.lines().find_map(|line| line.trim().strip_prefix("MaxArraySize"));
        let limit = limit.and_then(|rest| rest.trim_start_matches([' ', '=']).trim().parse::<u32>().ok());
        match (limit, work.chunks.last()) {
            (Some(limit), Some(last)) if *last >= limit => Err(EngineError::Refused(format!(
                "the job has chunk {last}, and this cluster's arrays end at {} (MaxArraySize): plan it with larger chunks \
                 (--chunk-frames)",
                limit.saturating_sub(1)
            ))),
            _ => Ok(()),
        }
    }
}

impl Engine for Slurm {
    async fn submit(&self, work: &Work<'_>) -> Result<Submitted, EngineError> {
        self.check_size(work).await?;
        let common = |name: &str, log: &str| {
            let mut args = vec!["--parsable".to_owned(), format!("--job-name={name}")];
            args.extend([format!("--chdir={}", work.dir), format!("--output={}/{log}", work.dir)]);
            // A node that dies takes its tasks with it; they begin again elsewhere.
            args.push("--requeue".to_owned());
            args.extend(work.settings.options.iter().cloned());
            args
        };
        let mut args = common(&work.name(), "slurm-%A_%a.log");
        let at_once = work.settings.parallel.map(|most| format!("%{most}")).unwrap_or_default();
        args.push(format!("--array={}{at_once}", ranges(&work.chunks)));
        // `exec`: signals reach helios itself, which then ends what it has started.
        args.push(format!("--wrap=exec {}", shell_command(&work.chunk_argv("--index-from-env"))));
        let chunks_id = id(&run("sbatch", args.clone()).await?, &args)?;

        let mut args = common(&format!("{}-merge", work.name()), "slurm-%j.log");
        args.push(format!("--dependency=afterany:{chunks_id}"));
        args.push(format!("--wrap=exec {}", work.merge_command()));
        let merge = run("sbatch", args.clone()).await.and_then(|text| id(&text, &args));
        match merge {
            Ok(merge_id) => {
                Ok(Submitted { engine: NAME.to_owned(), chunks_id, merge_id, chunks: work.chunks.clone() })
            }
            Err(error) => {
                // Half of it must not be at work.
                let _ = run("scancel", vec![chunks_id]).await;
                Err(error)
            }
        }
    }

    async fn status(&self, submitted: &Submitted) -> Result<Vec<TaskState>, EngineError> {
        let jobs = format!("--jobs={},{}", submitted.chunks_id, submitted.merge_id);
        let args =
            ["--noheader", "--array", "--states=all", &jobs, "--format=%F|%K|%T|%R"].map(str::to_owned);
        match run("squeue", args.into()).await {
            Ok(text) => Ok(text.lines().filter_map(|line| state(line, submitted)).collect()),
            // The controller forgets jobs that ended a while ago (MinJobAge).
            Err(EngineError::Failed { stderr, .. }) if stderr.contains("Invalid job id") => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }

    async fn cancel(&self, submitted: &Submitted) -> Result<(), EngineError> {
        // The join first: it would begin when the array ends.
        for job in [&submitted.merge_id, &submitted.chunks_id] {
            match run("scancel", vec![job.clone()]).await {
                Err(EngineError::Failed { stderr, .. }) if stderr.contains("Invalid job id") => {}
                other => drop(other?),
            }
        }
        Ok(())
    }
}

/// A line of `squeue`: job, index, state, and nodes or the reason to wait.
fn state(line: &str, submitted: &Submitted) -> Option<TaskState> {
    let mut words = line.trim().splitn(4, '|');
    let (job, index, state, place) = (words.next()?, words.next()?, words.next()?, words.next()?);
    let chunk = if job == submitted.chunks_id { Some(index.parse().ok()?) } else { None };
    (chunk.is_some() || job == submitted.merge_id).then(|| TaskState {
        chunk,
        state: state.to_owned(),
        place: place.trim_matches(['(', ')']).to_owned(),
    })
}

/// The answer of `sbatch --parsable`: the id, and on federations the cluster behind a semicolon.
fn id(answer: &str, args: &[String]) -> Result<String, EngineError> {
    let id = answer.trim().split(';').next().unwrap_or_default();
    if !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(id.to_owned());
    }
    Err(EngineError::Answer { command: command("sbatch", args), answer: answer.trim().to_owned() })
}

fn command(program: &str, args: &[String]) -> String {
    let words: Vec<String> = std::iter::once(program.to_owned()).chain(args.iter().cloned()).collect();
    shell_command(&words)
}

/// Runs a program of Slurm. Returns what it writes.
async fn run(program: &str, args: Vec<String>) -> Result<String, EngineError> {
    let command = command(program, &args);
    let mut child = Command::new(program);
    child.args(&args).stdin(Stdio::null()).kill_on_drop(true);
    let output = match tokio::time::timeout(PATIENCE, child.output()).await {
        Ok(Ok(output)) => output,
        Ok(Err(source)) => return Err(EngineError::Start { program: program.to_owned(), source }),
        Err(_) => return Err(EngineError::Silent { command, seconds: PATIENCE.as_secs() }),
    };
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let stderr = String::from_utf8_lossy(&output.stderr);
    let from = stderr.char_indices().rev().nth(TOLD).map_or(0, |(at, _)| at);
    let stderr = stderr[from..].trim().to_owned();
    Err(EngineError::Failed { command, status: output.status.to_string(), stderr })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_read() {
        let submitted = Submitted {
            engine: NAME.to_owned(),
            chunks_id: "12".to_owned(),
            merge_id: "13".to_owned(),
            chunks: vec![0, 7],
        };
        let read = |line: &str| state(line, &submitted).map(|state| (state.chunk, state.state, state.place));
        let found = |chunk, state: &str, place: &str| Some((chunk, state.to_owned(), place.to_owned()));
        assert_eq!(read("12|7|RUNNING|n1"), found(Some(7), "RUNNING", "n1"));
        assert_eq!(read("13|N/A|PENDING|(Dependency)"), found(None, "PENDING", "Dependency"));
        assert_eq!(read("14|1|RUNNING|n1"), None);
        assert_eq!(read(""), None);
        assert_eq!(id("12\n", &[]).unwrap(), "12");
        assert_eq!(id("12;cluster", &[]).unwrap(), "12");
        assert!(id("Submitted batch job 12", &[]).is_err());
    }
}
