//! A job is executed: chunks that are whole already are kept, the others rendered, each recorded when it is done, all joined.

use crate::captions::{self, Placed};
use crate::dispatcher::Dispatcher;
use crate::join::{install, join};
use crate::kept::{self, Kept};
use crate::ledger::Ledger;
use crate::output::folder;
use crate::plan::concurrency;
use crate::record::Files;
use crate::scratch::Keep;
use crate::site::Site;
use crate::task::{Answer, Work};
use crate::{MergeReport, Profile, RenderOptions, RenderReport, RunnerError, digest, join, record, sound};
use helios_job::{
    CaptionConfig, ChunkManifest, ChunkReport, Event, FrameRange, JobSpec, Level, MergeOrder, Partition,
    Phase, SoundOrder, SoundTimeline,
};
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Chunks that are there.
pub(crate) struct Rendered {
    /// In the order of their frames.
    pub(crate) reports: Vec<ChunkReport>,
    /// How many of them were there before.
    pub(crate) kept: u32,
    /// The number of workers.
    pub(crate) workers: u32,
    profile: Profile,
}

/// Executes all of `job`. What is left of it when that fails is in `site`, and told.
pub(crate) async fn execute(
    job: JobSpec,
    mut site: Site,
    target: PathBuf,
    options: &RenderOptions,
    dispatcher: &mut Dispatcher<'_>,
) -> Result<RenderReport, RunnerError> {
    let result = all(&job, &site, target, options, dispatcher).await;
    match &result {
        Ok(_) if !options.keep_chunks => {
            site.scratch.keep(Keep::Nothing);
            if site.shared {
                job.partitions.iter().for_each(|partition| remove_chunk(&site.chunk(&partition.output_file)));
            }
        }
        Ok(_) => {
            let text = format!("The chunks are kept in {}", site.chunks.display());
            dispatcher.reporter.notice(Level::Info, text);
        }
        Err(_) if !site.shared && options.resumable && site.scratch.finished() > 0 => {
            let (done, all) = (site.scratch.finished(), job.partitions.len());
            let text = format!(
                "{done} of {all} chunks are finished and kept in {}: the same command with --resume goes on from there",
                site.chunks.display()
            );
            dispatcher.reporter.notice(Level::Info, text);
        }
        Err(_) => {}
    }
    if !site.shared && !site.scratch.stays() {
        dispatcher.reporter.end_journal();
    }
    result
}

async fn all(
    job: &JobSpec,
    site: &Site,
    target: PathBuf,
    options: &RenderOptions,
    dispatcher: &mut Dispatcher<'_>,
) -> Result<RenderReport, RunnerError> {
    let config = &job.config;
    let placed = match &config.captions {
        Some(CaptionConfig { file, mode, .. }) => {
            let part = Some((config.range(), config.fps));
            captions::place(Path::new(file), *mode, part, (site.scratch.path(), &target))?
        }
        None => Placed::default(),
    };
    let ids: Vec<u32> = job.partitions.iter().map(|partition| partition.id).collect();
    let Rendered { reports, workers, mut profile, .. } =
        render_chunks(job, &ids, site, options, dispatcher).await?;
    let is_chunk = options.job_id.is_some() && options.chunk.is_some();
    let sound = sound::of_all(&reports, &site.finder(options))?;
    let order = MergeOrder {
        inputs: job.partitions.iter().map(|partition| site.chunk(&partition.output_file)).collect(),
        output: site.unfinished(&target),
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
        plays: config.plays,
        captions: placed.track.clone(),
        caption_language: config.captions.as_ref().and_then(|captions| captions.language.clone()),
        first_frame: config.start_frame,
        warm: options.crew.is_some(),
    };
    let merged = order.output.clone();
    let began = Instant::now();
    let joined = join(order, options, dispatcher).await?;
    profile.stitched(began);
    let manifest = match (&options.job_id, options.chunk) {
        (Some(id), Some(chunk)) => {
            let digest = join::digest(&merged, options).await?;
            let folder = folder(&target);
            let inputs = record::inputs_of(&reports, folder, options).await?;
            let sound = sound::named(sound::moved(sound, &site.chunks, &target)?, folder);
            let (heard, place, cancel) = (sound.clone(), folder.to_owned(), options.cancel.clone());
            let beside = digest::beside(move || sound::beside_sums(&heard, &place, &cancel)).await?;
            record::manifest((id, chunk), config, &reports, digest, Files { sound, beside, inputs })
        }
        _ => None,
    };
    // Joined in a job's folder, the output is the job's, and recorded as such.
    let job_id = if site.shared { Some(job.job_id.clone()) } else { options.job_id.clone() };
    let options = &RenderOptions { job_id, ..options.clone() };
    let MergeReport { output, frames, bytes } =
        install(&merged, target, joined, (manifest, &placed), options, dispatcher)?;
    let elapsed = dispatcher.reporter.elapsed();
    let job = job.clone();
    Ok(RenderReport { output, frames, bytes, job, chunks: reports, concurrency: workers, elapsed, profile })
}

/// Makes sure that the chunks `ids` are there.
pub(crate) async fn render_chunks(
    job: &JobSpec,
    ids: &[u32],
    site: &Site,
    options: &RenderOptions,
    dispatcher: &mut Dispatcher<'_>,
) -> Result<Rendered, RunnerError> {
    let wanted: Vec<&Partition> =
        job.partitions.iter().filter(|partition| ids.contains(&partition.id)).collect();
    let mut kept = if site.resumed {
        kept::find(job, ids, site.finder(options), &options.cancel).await?
    } else {
        Kept::default()
    };
    if site.recorded {
        dispatcher.reporter.keep_journal(&site.journal);
    }
    let missing = |kept: &Kept| -> Vec<&Partition> {
        wanted.iter().copied().filter(|partition| !kept.whole.contains_key(&partition.id)).collect()
    };
    let workers = announce(job, ids, &missing(&kept), &kept, options, dispatcher);
    let mut profile = Profile::default();
    let mut reports: Vec<ChunkReport> = Vec::new();
    loop {
        let work = missing(&kept)
            .into_iter()
            .filter(|partition| !reports.iter().any(|report| report.chunk == partition.id));
        let work: Vec<Work> = work
            .map(|partition| Work::Chunk {
                partition: partition.clone(),
                output: site.chunk(&partition.output_file),
                config: Box::new(job.config.clone()),
                job: options.job_frames.unwrap_or(job.config.range()),
                trace: options.trace,
                preview: options.preview.clone(),
            })
            .collect();
        if work.is_empty() {
            break;
        }
        for answer in recorded(job, site, work, workers, options, dispatcher).await? {
            if let Answer::Chunk(worker, report) = answer {
                profile.add(worker, &report);
                reports.push(ChunkReport { spans: Vec::new(), ..*report });
            }
        }
        // What makes them is known only now.
        if let Some(why) = reports.first().and_then(|made| kept.remove_others(made)) {
            dispatcher.reporter.notice(Level::Warn, why);
        }
    }
    let count = u32::try_from(kept.whole.len()).unwrap_or(u32::MAX);
    reports.extend(kept.whole.into_values());
    reports.sort_by_key(|report| report.chunk);
    Ok(Rendered { reports, kept: count, workers, profile })
}

/// Tells what will be done. Returns the number of workers.
fn announce(
    job: &JobSpec,
    ids: &[u32],
    missing: &[&Partition],
    kept: &Kept,
    options: &RenderOptions,
    dispatcher: &mut Dispatcher<'_>,
) -> u32 {
    let frames = missing.iter().map(|partition| partition.frame_count).sum();
    let (wanted, why) = concurrency(options, frames);
    let chunks = u32::try_from(missing.len()).unwrap_or(u32::MAX);
    let workers = wanted.min(chunks).max(1);
    let reporter = &mut dispatcher.reporter;
    // A chunk that is none of this run's has no frames in its progress.
    let range = |partition: &Partition| match ids.contains(&partition.id) {
        true => partition.range(),
        false => FrameRange { start: partition.start_frame, count: 0 },
    };
    let ranges: Vec<FrameRange> = job.partitions.iter().map(range).collect();
    reporter.emit(Event::Planned {
        job_id: job.job_id.clone(),
        total_frames: ranges.iter().map(|range| range.count).sum(),
        chunks: ranges,
        concurrency: workers,
    });
    reporter.notice(Level::Info, format!("Starting distributed render with concurrency: {workers}"));
    if let Some(why) = why {
        reporter.notice(Level::Info, why);
    }
    kept.refused.iter().for_each(|why| reporter.notice(Level::Warn, why.clone()));
    for report in kept.whole.values() {
        reporter.emit(Event::ChunkKept { chunk: report.chunk, range: report.range });
    }
    if !kept.whole.is_empty() {
        let (there, all) = (kept.whole.len(), ids.len());
        reporter.notice(Level::Info, format!("{there} of {all} chunks are there already"));
    } else if workers < wanted {
        let chunks = match chunks {
            1 => "is only 1 chunk".to_owned(),
            _ => format!("are only {chunks} chunks"),
        };
        reporter.notice(Level::Info, format!("{wanted} workers were asked for, but there {chunks}"));
    }
    reporter.phase(Phase::Rendering);
    workers
}

/// Renders chunks; each is recorded as soon as it is done, also when another one fails.
async fn recorded(
    job: &JobSpec,
    site: &Site,
    work: Vec<Work>,
    workers: u32,
    options: &RenderOptions,
    dispatcher: &mut Dispatcher<'_>,
) -> Result<Vec<Answer>, RunnerError> {
    if !site.recorded {
        return dispatcher.run(work, workers).await;
    }
    dispatcher.ledger = Some(Ledger::start(job, &site.chunks, options));
    let answers = dispatcher.run(work, workers).await;
    let mut trouble = match dispatcher.ledger.take() {
        Some(ledger) => ledger.close().await,
        None => Vec::new(),
    };
    let answers = answers?;
    // In a job's folder a chunk without a manifest does not count; beside the output it only cannot be gone on with.
    match trouble.pop() {
        Some(error) if site.shared => Err(error),
        Some(error) => {
            dispatcher.reporter.notice(Level::Warn, format!("--resume will not find all chunks: {error}"));
            Ok(answers)
        }
        None => Ok(answers),
    }
}

/// Removes a chunk, its manifest and its sound.
pub(crate) fn remove_chunk(chunk: &Path) {
    let manifest = ChunkManifest::path_of(chunk);
    let found = std::fs::read_to_string(&manifest).ok().and_then(|text| ChunkManifest::parse(&text).ok());
    let beside = found.iter().flat_map(|manifest| &manifest.beside);
    let files = beside.map(|file| folder(chunk).join(&file.path)).chain([chunk.to_owned(), manifest.clone()]);
    for file in files {
        if let Err(error) = std::fs::remove_file(&file)
            && error.kind() != std::io::ErrorKind::NotFound
        {
            tracing::warn!(%error, path = %file.display(), "left behind");
        }
    }
}
