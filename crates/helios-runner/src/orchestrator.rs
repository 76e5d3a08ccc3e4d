//! [`RenderOrchestrator`]: what can be asked of this crate, step by step. The steps themselves are in `plan`, `execute` and
//! `join`.

use crate::dispatcher::Dispatcher;
use crate::execute::{execute, render_chunks};
use crate::join::{check_sidecar, sidecar};
use crate::scratch::Scratch;
use crate::site::Site;
use crate::{Profile, RenderOptions, RunnerError, input, join, output, plan, record, settings};
use helios_job::{ChunkReport, Event, FrameHashes, JobSpec, Phase};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Plans and executes renders. It has no state: several renders may run at once.
///
/// Every function ends all processes it has started before it returns, whatever the result; when its future is dropped,
/// they are killed. Unless the result is `Ok`, there is no output and an output that was there before is unchanged.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use helios_runner::{Concurrency, RenderOptions, RenderOrchestrator, WorkerCommand};
/// # let folder = tempfile::tempdir()?;
/// # let (page, video) = (folder.path().join("page.html"), folder.path().join("video.mp4"));
/// # std::fs::write(&page, "<h1>Hello</h1>")?;
/// # let (program, args) = helios_testkit::fake_worker(&Default::default())?;
///
/// let options = RenderOptions {
///     duration: Some("2s".parse()?),
///     concurrency: Concurrency::Fixed(2),
/// #   worker: WorkerCommand { program, args }, // without this line: `helios worker`
///     ..RenderOptions::default()
/// };
/// let report = RenderOrchestrator::render(&page.to_string_lossy(), &video, &options).await?;
/// assert_eq!(report.frames, 60);
/// assert_eq!(report.chunks.len(), 2);
/// assert!(video.exists());
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy)]
pub struct RenderOrchestrator;

/// A render that succeeded.
#[derive(Debug, Clone, PartialEq)]
pub struct RenderReport {
    /// The output, absolute.
    pub output: PathBuf,
    /// Its frames, as counted in the file.
    pub frames: u32,
    /// Its size.
    pub bytes: u64,
    /// What was executed.
    pub job: JobSpec,
    /// The chunks in order, with the hashes of their frames.
    pub chunks: Vec<ChunkReport>,
    /// Number of workers.
    pub concurrency: u32,
    /// Wall time.
    pub elapsed: Duration,
    /// Where it went.
    pub profile: Profile,
}

impl RenderReport {
    /// The hashes of all frames, as `--frame-hashes` writes them.
    pub fn frame_hashes(&self) -> FrameHashes {
        let config = &self.job.config;
        // A job that was rendered has a size.
        let (width, height) = config.output_size().unwrap_or((config.width, config.height));
        FrameHashes {
            width,
            height,
            fps: config.fps,
            start: config.start_frame,
            hashes: self.chunks.iter().flat_map(|chunk| chunk.frame_hashes.iter().copied()).collect(),
        }
    }
}

/// A merge that succeeded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MergeReport {
    /// The output, absolute.
    pub output: PathBuf,
    /// Its frames, as counted in the file.
    pub frames: u32,
    /// Its size.
    pub bytes: u64,
}

/// Chunks of a job that are there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChunksReport {
    /// In order.
    pub chunks: Vec<ChunkReport>,
    /// How many of them were there before.
    pub kept: u32,
}

impl RenderOrchestrator {
    /// The job that [`RenderOrchestrator::render`] would execute. Nothing is written. The page is read, by a worker, only
    /// when the options leave open its size, frame rate or duration.
    ///
    /// # Errors
    /// [`RunnerError`] when a setting, the input or what the page declares is refused, or the page cannot be read.
    pub async fn plan(input: &str, output: &Path, options: &RenderOptions) -> Result<JobSpec, RunnerError> {
        let mut dispatcher = Dispatcher::new(options)?;
        let result = async {
            settings::check(options, output)?;
            plan::check_concurrency(options)?;
            sidecar(output, options)?;
            let input = input::resolve(input, options, &mut dispatcher.reporter).await?;
            plan::plan(input, output, options, 1, &mut dispatcher).await
        };
        let result = result.await;
        finish(dispatcher, result).await
    }

    /// Renders `input` to `output`.
    ///
    /// # Errors
    /// [`RunnerError`]: see its variants, and [`RunnerError::exit_code`].
    pub async fn render(
        input: &str,
        output: &Path,
        options: &RenderOptions,
    ) -> Result<RenderReport, RunnerError> {
        let mut dispatcher = Dispatcher::new(options)?;
        let result = async {
            settings::check(options, output)?;
            plan::check_concurrency(options)?;
            // The input first: a mistyped page should not leave a new folder behind.
            let input = input::resolve(input, options, &mut dispatcher.reporter).await?;
            let target = output::prepare(output, options.overwrite)?;
            check_sidecar(&target, options)?;
            record::check(&target, options)?;
            let job = plan::plan(input, output, options, plan::browsers(options), &mut dispatcher).await?;
            let (job, site, remarks) = Site::of_render(job, &target, options)?;
            remarks.into_iter().for_each(|(level, text)| dispatcher.reporter.notice(level, text));
            execute(job, site, target, options, &mut dispatcher).await
        };
        let result = result.await;
        finish(dispatcher, result).await
    }

    /// Executes a job that was planned before. Its chunks are rendered to `dir`, unless they are whole there already, and joined
    /// to the job's output, which is relative to `dir` unless it is absolute. Of the options only those count that say how,
    /// not what.
    ///
    /// # Errors
    /// [`RunnerError`]: see its variants, and [`RunnerError::exit_code`].
    pub async fn run(
        job: &JobSpec,
        dir: &Path,
        options: &RenderOptions,
    ) -> Result<RenderReport, RunnerError> {
        let mut dispatcher = Dispatcher::new(options)?;
        let result = async {
            plan::check_concurrency(options)?;
            plan::check(job)?;
            let target = output::prepare(&dir.join(&job.merge.output), options.overwrite)?;
            check_sidecar(&target, &join::options_of(job, options))?;
            dispatcher.reporter.phase(Phase::Preparing);
            let site = Site::of_job(job, dir, &target)?;
            execute(job.clone(), site, target, options, &mut dispatcher).await
        };
        let result = result.await;
        finish(dispatcher, result).await
    }

    /// The same for some of its chunks, which are not joined.
    ///
    /// # Errors
    /// [`RunnerError`]: see its variants, and [`RunnerError::exit_code`].
    pub async fn run_chunks(
        job: &JobSpec,
        ids: &[u32],
        dir: &Path,
        options: &RenderOptions,
    ) -> Result<ChunksReport, RunnerError> {
        let mut dispatcher = Dispatcher::new(options)?;
        let result = async {
            plan::check_concurrency(options)?;
            plan::check(job)?;
            dispatcher.reporter.phase(Phase::Preparing);
            let site = Site::of_chunks(job, ids, dir)?;
            let rendered = render_chunks(job, ids, &site, options, &mut dispatcher).await?;
            let frames = rendered.reports.iter().map(|report| report.range.count).sum();
            let bytes = rendered.reports.iter().map(|report| report.bytes).sum();
            let output = site.chunks.display().to_string();
            dispatcher.reporter.emit(Event::Finished { output, frames, bytes });
            Ok(ChunksReport { chunks: rendered.reports, kept: rendered.kept })
        };
        let result = result.await;
        finish(dispatcher, result).await
    }

    /// Removes the chunks that a render of this job to `output` has left when it ended early. One that still runs keeps them.
    pub fn forget(output: &Path, job_id: &str) {
        Scratch::forget(output, job_id);
    }

    /// Moves them to `place`, a folder that is not there yet. They are removed when it is on another file system.
    pub fn put_away(output: &Path, job_id: &str, place: &Path) {
        Scratch::put_away(output, job_id, place);
    }

    /// Moves them back, for a render that goes on with them.
    pub fn bring_back(place: &Path, output: &Path, job_id: &str) {
        Scratch::bring_back(place, output, job_id);
    }

    /// Joins the chunks of a job that are in `dir` to its output, which is relative to `dir` unless it is absolute. The chunks
    /// stay.
    ///
    /// # Errors
    /// [`RunnerError`]: see its variants, and [`RunnerError::exit_code`].
    pub async fn merge_job(
        job: &JobSpec,
        dir: &Path,
        options: &RenderOptions,
    ) -> Result<MergeReport, RunnerError> {
        let inputs: Vec<PathBuf> = job.merge.inputs.iter().map(|name| dir.join(name)).collect();
        let output = dir.join(&job.merge.output);
        RenderOrchestrator::merge(&inputs, &output, &join::options_of(job, options)).await
    }

    /// Joins chunks to one file, verified and in place only when it is whole.
    ///
    /// # Errors
    /// [`RunnerError`]: see its variants, and [`RunnerError::exit_code`].
    pub async fn merge(
        inputs: &[PathBuf],
        output: &Path,
        options: &RenderOptions,
    ) -> Result<MergeReport, RunnerError> {
        let mut dispatcher = Dispatcher::new(options)?;
        let result = join::merge(inputs, output, options, &mut dispatcher).await;
        finish(dispatcher, result).await
    }
}

/// Ends all processes and says how it went.
pub(crate) async fn finish<T>(
    dispatcher: Dispatcher<'_>,
    result: Result<T, RunnerError>,
) -> Result<T, RunnerError> {
    let mut reporter = dispatcher.close(result.is_err()).await;
    if let Err(error) = &result {
        reporter.emit(error.failure().map_or(Event::Cancelled, |failure| Event::Failed { failure }));
    }
    result
}
