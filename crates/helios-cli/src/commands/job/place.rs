//! Where a job is: in a folder, or on object storage, from which what is needed is fetched to a folder, and to which what was made is
//! sent. Whoever works on the job works in the folder.

use crate::args::JobPlaceArgs;
use crate::report::Console;
use crate::settings::{Refused, job_file, path_maps};
use crate::signals::Signals;
use helios_job::Trouble;
use helios_remote::{RemoteError, RemoteJob, StoreError, is_address};
use helios_runner::{CANCELLED, JobFile, RunnerError};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc::UnboundedReceiver;

/// A job that can be worked on here.
#[derive(Clone)]
pub struct Place {
    pub file: JobFile,
    /// When it is on object storage.
    pub away: Option<Arc<RemoteJob>>,
}

impl Place {
    /// Reads the job file, wherever it is.
    pub async fn open(args: &JobPlaceArgs, signals: &Signals) -> anyhow::Result<Place> {
        if !is_address(&args.job) {
            return Ok(Place { file: job_file(args)?, away: None });
        }
        let (url, maps) = (args.job.to_string_lossy(), path_maps(args)?);
        let away = RemoteJob::open(&url, args.dir.as_deref(), &maps, aws_settings());
        let away = reach(signals, away).await?;
        Ok(Place { file: away.file.clone(), away: Some(Arc::new(away)) })
    }

    /// The job file for those who need it in a folder that others see too: `what` says what they do.
    pub fn here(args: &JobPlaceArgs, what: &str) -> anyhow::Result<JobFile> {
        match is_address(&args.job) {
            true => Err(Refused(format!(
                "{what} needs the job in a folder that all machines see, not on object storage"
            ))
            .into()),
            false => job_file(args),
        }
    }

    /// The name of a file of the job for people.
    pub fn name_of(&self, name: &str) -> String {
        match &self.away {
            Some(away) => away.url(name),
            None => self.file.dir.join(name).display().to_string(),
        }
    }

    /// The name of its folder.
    pub fn folder(&self) -> String {
        self.away.as_ref().map_or_else(|| self.file.dir.display().to_string(), |away| away.url(""))
    }

    /// Fetches what the job reads.
    pub async fn fetch_inputs(&self, signals: &Signals) -> Result<(), RemoteError> {
        match &self.away {
            Some(away) => reach(signals, away.fetch_inputs()).await,
            None => Ok(()),
        }
    }

    /// Fetches those of the chunks that are whole.
    pub async fn fetch_chunks(&self, ids: &[u32], signals: &Signals) -> Result<(), RemoteError> {
        match &self.away {
            Some(away) => away.fetch_chunks(ids, &signals.stop).await.map(drop),
            None => Ok(()),
        }
    }

    /// Fetches all chunks, which must be whole.
    pub async fn fetch_all(&self, signals: &Signals) -> Result<(), RemoteError> {
        let Some(away) = &self.away else { return Ok(()) };
        let seen = away.fetch_chunks(&self.ids(), &signals.stop).await?;
        Ok(away.check_whole(&seen)?)
    }

    /// Sends chunks as `finished` names them, until it ends, and then what else of `ids` is whole here and new. What is finished took
    /// long to make: only the second signal ends that.
    pub async fn send_chunks(
        &self,
        ids: &[u32],
        finished: UnboundedReceiver<u32>,
        console: &Console,
        signals: &Signals,
    ) -> Result<(), RemoteError> {
        let Some(away) = &self.away else { return Ok(()) };
        let failed =
            |error: &RemoteError| console.line(&format!("warning: {error}. It is tried again at the end"));
        away.send_chunks(ids, finished, failed, &signals.again).await
    }

    /// Sends the output.
    pub async fn send_output(&self, signals: &Signals) -> Result<(), RemoteError> {
        match &self.away {
            Some(away) => reach(signals, away.send_output()).await.map(drop),
            None => Ok(()),
        }
    }

    /// Fetches the output, which is one file, if there is one and it is elsewhere.
    pub async fn fetch_output(&self, signals: &Signals) -> Result<(), RemoteError> {
        match &self.away {
            Some(away) => reach(signals, away.fetch_output()).await.map(drop),
            None => Ok(()),
        }
    }

    /// What is wrong with the output, if anything is: it is not there, or is not what this job has made.
    pub async fn output_trouble(&self) -> Result<Option<(Trouble, String)>, StoreError> {
        match &self.away {
            Some(away) => away.output_trouble().await,
            None => Ok(self.file.output_trouble()),
        }
    }

    /// Whether the output is there.
    pub async fn is_merged(&self) -> Result<bool, StoreError> {
        Ok(self.output_trouble().await?.is_none())
    }

    /// Whether the job was cancelled.
    pub async fn is_cancelled(&self) -> Result<bool, StoreError> {
        match &self.away {
            Some(away) => away.is_cancelled().await,
            None => Ok(self.mark().exists()),
        }
    }

    /// Cancels the job.
    pub async fn cancel(&self) -> anyhow::Result<()> {
        if let Some(away) = &self.away {
            return Ok(away.set_cancelled(true).await?);
        }
        let path = self.mark();
        let failed = |source| RunnerError::Io { doing: "write", path: path.clone(), source };
        Ok(std::fs::write(&path, "").map_err(failed)?)
    }

    /// The job shall go on.
    pub async fn go_on(&self) -> Result<(), StoreError> {
        if let Some(away) = &self.away {
            return away.set_cancelled(false).await;
        }
        let _ = std::fs::remove_file(self.mark());
        Ok(())
    }

    /// Time between two looks: each is a request, or more, to a storage.
    pub fn pace(&self, here: Duration) -> Duration {
        if self.away.is_some() { here * 10 } else { here }
    }

    /// All chunks.
    pub fn ids(&self) -> Vec<u32> {
        self.file.job.partitions.iter().map(|part| part.id).collect()
    }

    fn mark(&self) -> std::path::PathBuf {
        self.file.dir.join(CANCELLED)
    }
}

/// Does something with a storage, unless a signal ends it.
pub async fn reach<T, E>(
    signals: &Signals,
    work: impl Future<Output = Result<T, E>>,
) -> Result<T, RemoteError>
where
    RemoteError: From<E>,
{
    tokio::select! {
        biased;
        result = work => Ok(result?),
        () = signals.stop.cancelled() => Err(RunnerError::Cancelled.into()),
    }
}

/// The settings of AWS in the environment.
pub fn aws_settings() -> Vec<(String, String)> {
    let all = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    // Empty is what workflows make of what nobody has set.
    all.filter(|(name, value)| name.starts_with("AWS_") && !value.is_empty()).collect()
}
