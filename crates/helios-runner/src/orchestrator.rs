//! [`RenderOrchestrator`]: the steps of a render in order. What happens inside a step is in `dispatcher`.

use crate::captions::{self, Placed};
use crate::chunks::Verified;
use crate::dispatcher::Dispatcher;
use crate::scratch::Scratch;
use crate::task::{Answer, Work};
use crate::{
    Concurrency, Machine, Profile, RenderOptions, RunnerError, chunks, digest, input, output, record,
    settings, sound,
};
use helios_job::{
    CaptionConfig, CaptionFormat, CaptionMode, ChunkManifest, ChunkReport, Composition, Container, Event,
    Fps, FrameHashes, FrameRange, JobError, JobSpec, Level, MAX_CONCURRENCY, MergeOrder, Phase, SCHEMA,
    Sha256Sum, SoundOrder, SoundSettings, SoundTimeline, Split, split,
};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// More chunks than anybody needs, and few enough to hold their plan in memory.
const MAX_CHUNKS: u32 = 100_000;

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

impl RenderOrchestrator {
    /// The job that [`RenderOrchestrator::render`] would execute. Nothing is written. The page is read, by a worker, only
    /// when the options leave open its size, frame rate or duration.
    ///
    /// # Errors
    /// [`RunnerError`] when a setting, the input or what the page declares is refused, or the page cannot be read.
    pub async fn plan(input: &str, output: &Path, options: &RenderOptions) -> Result<JobSpec, RunnerError> {
        let mut dispatcher = Dispatcher::new(options)?;
        let result = plan(input, output, options, 1, &mut dispatcher).await;
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
            check_concurrency(options)?;
            // The input first: a mistyped page should not leave a new folder behind.
            input::resolve(input)?;
            let target = output::prepare(output, options.overwrite)?;
            check_sidecar(&target, options)?;
            record::check(&target, options)?;
            let job = plan(input, output, options, browsers(options), &mut dispatcher).await?;
            execute(job, target, options, &mut dispatcher).await
        };
        let result = result.await;
        finish(dispatcher, result).await
    }

    /// Executes a job that was planned before. Its chunks are rendered here and joined to the job's output, which is
    /// relative to the current folder unless it is absolute. Of the options only those count that say how, not what.
    ///
    /// # Errors
    /// [`RunnerError`]: see its variants, and [`RunnerError::exit_code`].
    pub async fn run(job: &JobSpec, options: &RenderOptions) -> Result<RenderReport, RunnerError> {
        let mut dispatcher = Dispatcher::new(options)?;
        let result = async {
            check_concurrency(options)?;
            check_job(job)?;
            let target = output::prepare(Path::new(&job.merge.output), options.overwrite)?;
            dispatcher.reporter.phase(Phase::Preparing);
            execute(job.clone(), target, options, &mut dispatcher).await
        };
        let result = result.await;
        finish(dispatcher, result).await
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
        let result = merge(inputs, output, options, &mut dispatcher).await;
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

async fn plan(
    input: &str,
    output: &Path,
    options: &RenderOptions,
    browsers: u32,
    dispatcher: &mut Dispatcher<'_>,
) -> Result<JobSpec, RunnerError> {
    settings::check(options, output)?;
    check_concurrency(options)?;
    let input = input::resolve(input)?;
    let page = read_page(&input, options, browsers, dispatcher).await?;
    let config = settings::config(&input, output, options, &page)?;
    let (workers, _) = concurrency(options, config.total_frames);
    // The page's sound is heard by passing all frames, which cannot be shared.
    let by = match options.chunk_frames {
        _ if config.sound.only => Split::Count(1),
        frames => frames.map_or(Split::Count(workers), Split::Frames),
    };
    if let Split::Frames(frames) = by
        && config.total_frames.div_ceil(frames.max(1)) > MAX_CHUNKS
    {
        let what = format!(
            "--chunk-frames {frames} makes more than {MAX_CHUNKS} chunks of {} frames: use a larger number",
            config.total_frames
        );
        return Err(helios_job::JobError::Conflict(what).into());
    }
    let chunks = split(config.range(), by);
    let path = output.to_str().ok_or_else(|| RunnerError::output(output, "the path is not valid UTF-8"))?;
    Ok(JobSpec::new(config, &chunks, path, &input.digest, env!("CARGO_PKG_VERSION")))
}

/// What the page declares, asked only where the options leave something open. Meanwhile the `browsers` for what comes next are
/// started, that of the worker who reads included.
pub(crate) async fn read_page(
    input: &input::Input,
    options: &RenderOptions,
    browsers: u32,
    dispatcher: &mut Dispatcher<'_>,
) -> Result<Composition, RunnerError> {
    dispatcher.reporter.phase(Phase::Preparing);
    let mut page = Composition::default();
    if settings::needs_page(options) {
        let order = settings::inspect_order(input, options)?;
        let mut work = vec![Work::Inspect(order.clone())];
        work.resize(browsers.max(1) as usize, Work::Warm(order));
        let keep = work.len();
        for answer in dispatcher.run_keeping(work, browsers, keep).await? {
            if let Answer::Inspected(composition) = answer {
                page = composition;
            }
        }
    }
    Ok(page)
}

async fn execute(
    job: JobSpec,
    target: PathBuf,
    options: &RenderOptions,
    dispatcher: &mut Dispatcher<'_>,
) -> Result<RenderReport, RunnerError> {
    let config = &job.config;
    let (wanted, why) = concurrency(options, config.total_frames);
    let chunks = u32::try_from(job.partitions.len()).unwrap_or(u32::MAX);
    let workers = wanted.min(chunks).max(1);
    let scratch = Scratch::create(output::place(&target), &job.job_id)?;
    let placed = match &config.captions {
        Some(CaptionConfig { file, mode, .. }) => {
            let part = Some((config.range(), config.fps));
            captions::place(Path::new(file), *mode, part, (scratch.path(), &target))?
        }
        None => Placed::default(),
    };
    let reporter = &mut dispatcher.reporter;
    reporter.emit(Event::Planned {
        job_id: job.job_id.clone(),
        total_frames: config.total_frames,
        chunks: job.partitions.iter().map(|partition| partition.range()).collect(),
        concurrency: workers,
    });
    reporter.notice(Level::Info, format!("Starting distributed render with concurrency: {workers}"));
    if let Some(why) = why {
        reporter.notice(Level::Info, why);
    }
    if workers < wanted {
        let chunks =
            if chunks == 1 { "is only 1 chunk".to_owned() } else { format!("are only {chunks} chunks") };
        reporter.notice(Level::Info, format!("{wanted} workers were asked for, but there {chunks}"));
    }
    reporter.phase(Phase::Rendering);
    let work = job.partitions.iter().map(|partition| Work::Chunk {
        partition: partition.clone(),
        output: scratch.file(&partition.output_file),
        config: Box::new(config.clone()),
        trace: options.trace,
        preview: options.preview.clone(),
    });
    let answers = dispatcher.run(work.collect(), workers).await?;
    let mut profile = Profile::default();
    let mut reports = Vec::new();
    for answer in answers {
        if let Answer::Chunk(worker, report) = answer {
            profile.add(worker, &report);
            reports.push(ChunkReport { spans: Vec::new(), ..*report });
        }
    }
    reports.sort_by_key(|report| report.chunk);
    let is_chunk = options.job_id.is_some() && options.chunk.is_some();
    let sound = sound::of_all(&reports, scratch.path())?;
    let order = MergeOrder {
        inputs: job.partitions.iter().map(|partition| scratch.file(&partition.output_file)).collect(),
        output: unfinished(&scratch, &target),
        fps: Some(config.fps),
        frames: Some(config.total_frames),
        chunk_frames: job.partitions.iter().map(|partition| Some(partition.frame_count)).collect(),
        audio_codec: Some(config.audio_codec),
        sound: Some(SoundOrder {
            start_frame: config.start_frame,
            // The sound of a job's chunk waits for the job's merge.
            timeline: if is_chunk { SoundTimeline::default() } else { sound.clone() },
            tracks: if is_chunk || config.sound.muted { Vec::new() } else { config.sound.tracks.clone() },
        }),
        preset: Some(config.preset.clone()),
        metadata: config.metadata.clone(),
        captions: placed.track.clone(),
        first_frame: config.start_frame,
    };
    let merged = order.output.clone();
    let began = Instant::now();
    let joined = join(order, options, dispatcher).await?;
    profile.stitched(began);
    let manifest = if is_chunk {
        let digest = digest(&merged, options).await?;
        let sound = sound::moved(sound, scratch.path(), &target)?;
        record::manifest(options, config, &reports, digest, sound)
    } else {
        None
    };
    let MergeReport { output, frames, bytes } =
        install(&merged, target, joined, (manifest, &placed), options, dispatcher)?;
    let elapsed = dispatcher.reporter.elapsed();
    Ok(RenderReport { output, frames, bytes, job, chunks: reports, concurrency: workers, elapsed, profile })
}

async fn merge(
    inputs: &[PathBuf],
    output: &Path,
    options: &RenderOptions,
    dispatcher: &mut Dispatcher<'_>,
) -> Result<MergeReport, RunnerError> {
    let container = Container::from_path(output)?;
    let audio_codec = options.audio_codec;
    check_merge(container, options)?;
    let refused = |path: &Path, why: &str| RunnerError::Input {
        given: path.display().to_string(),
        why: why.to_owned(),
    };
    if inputs.is_empty() {
        return Err(refused(Path::new(""), "there is nothing to join; name the chunks in order"));
    }
    let Verified { frames: chunk_frames, sound, start: part, warnings } = verify(inputs, options).await?;
    for warning in warnings {
        dispatcher.reporter.notice(Level::Warn, warning);
    }
    let mut paths = Vec::new();
    for path in inputs {
        paths.push(std::path::absolute(path).map_err(RunnerError::io("find", path))?);
    }
    let target = output::prepare(output, options.overwrite)?;
    check_sidecar(&target, options)?;
    if paths.contains(&target) {
        return Err(refused(&target, "a chunk cannot be the output as well"));
    }
    let names: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
    let id = format!("merge-{:016x}", xxhash_rust::xxh3::xxh3_64(names.join("\n").as_bytes()));
    let scratch = Scratch::create(output::place(&target), &id)?;
    let merged = unfinished(&scratch, &target);
    // The job's own number where it is known, otherwise the sum, if every chunk says its part.
    let sum = || chunk_frames.iter().try_fold(0_u32, |sum, frames| sum.checked_add((*frames)?));
    let frames = options.frame_count.or_else(sum);
    let start = options.start_frame.or(part.map(|(start, _)| start)).unwrap_or_default();
    let placed = match &options.captions {
        Some(file) => {
            // Without manifests nobody knows which part of the video this is: all of it, then.
            let count = frames.unwrap_or_default();
            let shown = part.filter(|_| count > 0).map(|(_, fps)| (FrameRange { start, count }, fps));
            let mode = options.caption_mode.unwrap_or(CaptionMode::Track);
            captions::place(file, mode, shown, (scratch.path(), &target))?
        }
        None => Placed::default(),
    };
    let order = MergeOrder {
        inputs: paths,
        output: merged.clone(),
        fps: options.fps,
        frames,
        chunk_frames,
        audio_codec,
        sound: sound_order(sound, part, options),
        preset: options.preset.clone(),
        metadata: options.metadata.clone(),
        captions: placed.track.clone(),
        first_frame: start,
    };
    let joined = join(order, options, dispatcher).await?;
    install(&merged, target, joined, (None, &placed), options, dispatcher)
}

/// What cannot be asked of a join.
fn check_merge(container: Container, options: &RenderOptions) -> Result<(), RunnerError> {
    let refused = |what: String| Err(JobError::Conflict(what).into());
    container.resolve(options.video_codec, options.audio_codec)?;
    let codec = container.default_video_codec();
    match &options.preset {
        Some(preset) if container.is_animation() => drop(codec.check_preset(preset)?),
        Some(_) => {
            return refused(format!(
                "--preset: pictures are copied into .{container} as they are: give it to `helios render`"
            ));
        }
        None => {}
    }
    if !options.metadata.is_empty() && (container.is_animation() || container.is_pictures()) {
        return refused(format!(
            "--metadata: .{container} has no place for it: leave it out, or write a video"
        ));
    }
    if options.captions.is_some() && options.caption_mode == Some(CaptionMode::Burn) {
        return refused(
            "--caption-mode burn: a join does not draw: use track or sidecar, or give it to `helios render`"
                .to_owned(),
        );
    }
    let mode = Some(options.caption_mode.unwrap_or(CaptionMode::Track));
    captions::check(&RenderOptions { caption_mode: mode, ..options.clone() }, container)
}

/// Captions beside the output replace nothing that must not be replaced.
fn check_sidecar(target: &Path, options: &RenderOptions) -> Result<(), RunnerError> {
    let Some(file) = options.captions.as_deref() else { return Ok(()) };
    if options.caption_mode != Some(CaptionMode::Sidecar) {
        return Ok(());
    }
    let sidecar = captions::beside(target, CaptionFormat::of(file)?);
    let own = std::path::absolute(file).is_ok_and(|file| file == sidecar);
    if own || sidecar.is_dir() || (sidecar.exists() && !options.overwrite) {
        let why = if own {
            "the captions beside it would replace the file that they are read from; choose another --output"
        } else {
            "there is something already where its captions go; use --overwrite to replace it, or choose another name"
        };
        return Err(RunnerError::output(target, why));
    }
    Ok(())
}

/// What to mix, unless the chunks may carry sound of their own: those without manifests, as long as no tracks are given.
fn sound_order(
    timeline: SoundTimeline,
    start: Option<(u32, Fps)>,
    options: &RenderOptions,
) -> Option<SoundOrder> {
    let SoundSettings { muted, tracks, .. } = &options.sound;
    let start_frame = options.start_frame.or(start.map(|(frame, _)| frame));
    if *muted {
        return Some(SoundOrder { start_frame: 0, timeline: SoundTimeline::default(), tracks: Vec::new() });
    }
    let known = start_frame.is_some() || !tracks.is_empty();
    let start_frame = start_frame.unwrap_or_default();
    known.then(|| SoundOrder { start_frame, timeline, tracks: tracks.clone() })
}

/// What the manifests beside the chunks say.
async fn verify(inputs: &[PathBuf], options: &RenderOptions) -> Result<Verified, RunnerError> {
    let (paths, job_id) = (inputs.to_vec(), options.job_id.clone());
    let range =
        options.frame_count.map(|count| FrameRange { start: options.start_frame.unwrap_or_default(), count });
    let cancel = options.cancel.clone();
    digest::beside(move || chunks::verify(&paths, job_id.as_deref(), range, &cancel)).await
}

/// Joins chunks to `order.output`. Returns its frames and bytes.
async fn join(
    order: MergeOrder,
    options: &RenderOptions,
    dispatcher: &mut Dispatcher<'_>,
) -> Result<(u32, u64), RunnerError> {
    dispatcher.reporter.phase(Phase::Stitching);
    let output = order.output.clone();
    let answers = dispatcher.run(vec![Work::Merge(order)], 1).await?;
    let Some(Answer::Merged { frames, bytes }) = answers.into_iter().next() else {
        return Err(RunnerError::output(output, "it was not joined"));
    };
    if options.cancel.is_cancelled() {
        return Err(RunnerError::Cancelled);
    }
    Ok((frames, bytes))
}

async fn digest(file: &Path, options: &RenderOptions) -> Result<(Sha256Sum, u64), RunnerError> {
    let (file, cancel) = (file.to_path_buf(), options.cancel.clone());
    digest::beside(move || {
        let found = digest::of_file(&file, &cancel).map_err(RunnerError::io("read", &file))?;
        found.ok_or(RunnerError::Cancelled)
    })
    .await
}

/// Puts the result in its place, after which there is no way back, and then records that it is there.
fn install(
    merged: &Path,
    target: PathBuf,
    (frames, bytes): (u32, u64),
    (manifest, placed): (Option<ChunkManifest>, &Placed),
    options: &RenderOptions,
    dispatcher: &mut Dispatcher<'_>,
) -> Result<MergeReport, RunnerError> {
    output::install(merged, &target, options.overwrite)?;
    if let Some((from, to)) = &placed.sidecar {
        output::install(from, to, options.overwrite)?;
    }
    if let Some(manifest) = manifest {
        record::write(&target, &manifest)?;
    }
    let output = target.display().to_string();
    dispatcher.reporter.emit(Event::Finished { output, frames, bytes });
    Ok(MergeReport { output: target, frames, bytes })
}

/// The unfinished output: its extension is that of the output, because it says which container is meant.
fn unfinished(scratch: &Scratch, target: &Path) -> PathBuf {
    if output::place(target) != target {
        return scratch.file("merged").join(target.file_name().unwrap_or_default());
    }
    scratch.file("merged").with_extension(target.extension().unwrap_or_default())
}

fn check_concurrency(options: &RenderOptions) -> Result<(), RunnerError> {
    match options.concurrency {
        Concurrency::Fixed(n) if !(1..=MAX_CONCURRENCY).contains(&n) => {
            Err(RunnerError::Concurrency { given: n.to_string() })
        }
        _ => Ok(()),
    }
}

/// How many browsers to start before the number of frames is known: no more at a time than cores that carry them.
fn browsers(options: &RenderOptions) -> u32 {
    let machine = options.machine.unwrap_or_else(Machine::detect);
    concurrency(options, u32::MAX).0.min(machine.cores)
}

/// The number of workers for `frames` frames, and what to say about it.
fn concurrency(options: &RenderOptions, frames: u32) -> (u32, Option<String>) {
    let machine = options.machine.unwrap_or_else(Machine::detect);
    match options.concurrency {
        Concurrency::Fixed(n) if n > machine.cores => {
            let hint = format!(
                "{n} workers on {} cores: they take turns; --concurrency auto chooses what the machine carries",
                machine.cores
            );
            (n, Some(hint))
        }
        Concurrency::Fixed(n) => (n, None),
        Concurrency::Auto => {
            let (workers, why) = machine.workers(frames);
            (workers, Some(format!("concurrency auto chose {workers}: {why}")))
        }
    }
}

/// Checks what a job file may get wrong and an executed plan relies on.
fn check_job(job: &JobSpec) -> Result<(), RunnerError> {
    let refused = |why: String| Err(RunnerError::Job { job_id: job.job_id.clone(), why });
    if job.schema != SCHEMA {
        return refused(format!("its schema is {:?}; this version reads {SCHEMA:?}", job.schema));
    }
    let mut next = job.config.start_frame;
    for (index, partition) in job.partitions.iter().enumerate() {
        if partition.id as usize != index || partition.start_frame != next || partition.frame_count == 0 {
            return refused(format!("partition {index} does not follow the one before"));
        }
        next = partition.range().end();
        // A job may come from anywhere: its chunks stay in the scratch folder.
        let name = Path::new(&partition.output_file);
        if name.file_name() != Some(name.as_os_str()) {
            return refused(format!("{:?} is not a plain file name", partition.output_file));
        }
    }
    if next != job.config.range().end() {
        return refused(format!(
            "its partitions end at frame {next}, the job at {}",
            job.config.range().end()
        ));
    }
    Ok(())
}
