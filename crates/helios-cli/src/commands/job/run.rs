//! `helios job run`, `run-chunk` and `merge`: a job's chunks are rendered here, and joined.

use super::super::{observer, supervise, worker_command};
use super::place::Place;
use crate::args::{JobChunkArgs, JobMergeArgs, JobPlaceArgs, JobRunArgs, JobWorkArgs};
use crate::report::{self, Console};
use crate::settings::{Refused, Talk, chunks, concurrency, index_from_env, path_maps, work_options};
use crate::signals::Signals;
use crate::trace;
use helios_runner::{Concurrency, RenderOptions, RenderOrchestrator, RunnerError};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;

/// Time between two looks at whether the job was cancelled.
const PACE: Duration = Duration::from_millis(500);

/// `helios job run`.
pub async fn run(args: JobRunArgs, signals: &Signals) -> anyhow::Result<()> {
    let (place, mut options, console) = prepare(&args.place, &args.work, signals).await?;
    options.concurrency = concurrency(&args.concurrency)?;
    options.keep_chunks = args.keep_chunks;
    // Whoever runs the job means that it shall go on.
    place.go_on().await?;
    if let Some(text) = &args.chunk {
        let ids = chunks(text, place.file.job.partitions.len())?;
        return run_these(&place, &ids, &options, &console, signals).await;
    }
    if let Some(away) = &place.away {
        run_these(&place, &place.ids(), &options, &console, signals).await?;
        join(&place, &options, &console, signals).await?;
        if !args.keep_chunks {
            away.clean().await?;
        }
        return Ok(());
    }
    let work = RenderOrchestrator::run(&place.file.job, &place.file.dir, &options);
    let report = until_cancelled(&place, &console, signals, work).await?;
    let fps = Some(report.job.config.fps);
    console.line(&report::summary(&report.output, report.frames, fps, report.bytes, console.elapsed()));
    Ok(())
}

/// `helios job run-chunk`.
pub async fn run_chunk(args: JobChunkArgs, signals: &Signals) -> anyhow::Result<()> {
    let index = match args.index {
        Some(index) => index,
        None => index_from_env(|name| std::env::var(name).ok())?,
    };
    let (place, mut options, console) = prepare(&args.place, &args.work, signals).await?;
    let count = place.file.job.partitions.len();
    let index = index.parse::<u32>().ok().filter(|index| (*index as usize) < count).ok_or_else(|| {
        Refused(format!("invalid chunk {index:?}: the job has the chunks 0 to {}", count.saturating_sub(1)))
    })?;
    options.concurrency = Concurrency::Fixed(1);
    run_these(&place, &[index], &options, &console, signals).await
}

async fn run_these(
    place: &Place,
    ids: &[u32],
    options: &RenderOptions,
    console: &Console,
    signals: &Signals,
) -> anyhow::Result<()> {
    place.fetch_chunks(ids, signals).await?;
    let (tell, finished) = mpsc::unbounded_channel();
    let on_recorded = move |chunk: u32| {
        let _ = tell.send(chunk);
    };
    let options = RenderOptions { on_recorded: Some(Arc::new(on_recorded)), ..options.clone() };
    // The options go with it: when nobody is left to tell of chunks, all have been told of.
    let work = async move {
        let work = RenderOrchestrator::run_chunks(&place.file.job, ids, &place.file.dir, &options);
        let report = until_cancelled(place, console, signals, work).await;
        if report.is_err() && signals.stop.is_cancelled() && place.away.is_some() {
            console.line("Sending finished chunks. Ctrl-C again ends that.");
        }
        report
    };
    let (report, sent) = tokio::join!(work, place.send_chunks(ids, finished, console, signals));
    // What is finished is finished, whatever became of the others.
    sent?;
    let report = report?;
    let (all, kept) = (report.chunks.len(), report.kept);
    let plural = if all == 1 { "chunk" } else { "chunks" };
    console.line(&format!("{all} {plural} in {}, {kept} of them from before", place.folder()));
    Ok(())
}

/// `helios job merge`.
pub async fn merge(args: JobMergeArgs, signals: &Signals) -> anyhow::Result<()> {
    let talk = Talk::from(&args.talk);
    let console = Console::new(talk);
    trace::start(&console, talk.loudness);
    let place = Place::open(&args.place, signals).await?;
    let options = RenderOptions {
        path_map: path_maps(&args.place)?,
        overwrite: true,
        worker: worker_command(None, args.ffmpeg.as_deref(), true, talk)?,
        observer: Some(observer(&console)),
        cancel: signals.stop.clone(),
        ..RenderOptions::default()
    };
    // What is heard may be in the page's files.
    place.fetch_inputs(signals).await?;
    place.fetch_all(signals).await?;
    join(&place, &options, &console, signals).await
}

/// Joins the chunks in the folder.
async fn join(
    place: &Place,
    options: &RenderOptions,
    console: &Console,
    signals: &Signals,
) -> anyhow::Result<()> {
    let file = &place.file;
    console.line(&format!("Joining {} chunks", file.job.partitions.len()));
    let work = RenderOrchestrator::merge_job(&file.job, &file.dir, options);
    let report = until_cancelled(place, console, signals, work).await?;
    place.send_output(signals).await?;
    let output = match &place.away {
        Some(away) => away.url(&file.job.merge.output).into(),
        None => report.output,
    };
    console.line(&report::summary(&output, report.frames, None, report.bytes, console.elapsed()));
    Ok(())
}

/// What rendering begins with. Inputs that have changed are found before a browser is started.
async fn prepare(
    place: &JobPlaceArgs,
    work: &JobWorkArgs,
    signals: &Signals,
) -> anyhow::Result<(Place, RenderOptions, Console)> {
    let (mut options, talk) = work_options(place, work)?;
    let console = Console::new(talk);
    trace::start(&console, talk.loudness);
    let place = Place::open(place, signals).await?;
    let file = &place.file;
    options.worker = worker_command(work.browser.as_deref(), work.ffmpeg.as_deref(), true, talk)?;
    options.observer = Some(observer(&console));
    options.cancel = signals.stop.clone();
    console.line(&format!("Preparing job {}", file.job.job_id));
    place.fetch_inputs(signals).await?;
    if !work.no_input_check {
        let (inputs, cancel) = (file.clone(), signals.stop.clone());
        tokio::task::spawn_blocking(move || inputs.check_inputs(&cancel)).await??;
    }
    Ok((place, options, console))
}

/// Does `work` until it is done, or a signal or `helios job cancel` ends it.
async fn until_cancelled<T>(
    place: &Place,
    console: &Console,
    signals: &Signals,
    work: impl Future<Output = Result<T, RunnerError>>,
) -> Result<T, RunnerError> {
    // A storage that does not answer now has not said that the job is cancelled.
    let cancelled = async || place.is_cancelled().await.unwrap_or(false);
    let stop = || {
        console.line("The job was cancelled: `helios job run` or `submit` begins again.");
        signals.cancel();
    };
    // Who comes too late starts no browser.
    if cancelled().await {
        stop();
        return Err(RunnerError::Cancelled);
    }
    let watching = async {
        loop {
            tokio::time::sleep(place.pace(PACE)).await;
            if cancelled().await {
                break;
            }
        }
        stop();
        std::future::pending::<()>().await;
    };
    tokio::select! {
        biased;
        result = supervise(console, signals, work) => result,
        () = watching => Err(RunnerError::Cancelled),
    }
}
