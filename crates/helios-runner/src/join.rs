//! Chunks become one file: verified against their manifests, joined by a worker, put in place when it is whole.

use crate::captions::{self, Placed};
use crate::chunks::Verified;
use crate::dispatcher::Dispatcher;
use crate::scratch::Scratch;
use crate::settings::check_plays;
use crate::site::unfinished;
use crate::task::{Answer, Work};
use crate::{MergeReport, RenderOptions, RunnerError, chunks, digest, output, output_record, record};
use helios_job::{
    CaptionFormat, CaptionMode, ChunkManifest, Container, Event, Fps, FrameRange, JobError, JobSpec, Level,
    MergeOrder, Phase, Sha256Sum, SoundOrder, SoundSettings, SoundTimeline,
};
use std::path::{Path, PathBuf};

/// Joins chunks to one file.
pub(crate) async fn merge(
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
        plays: options.plays.unwrap_or_default(),
        captions: placed.track.clone(),
        caption_language: options.caption_language.clone(),
        first_frame: start,
        warm: options.crew.is_some(),
    };
    let joined = join(order, options, dispatcher).await?;
    install(&merged, target, joined, (None, &placed), options, dispatcher)
}

/// The options of a join that is that of a job: what its merge command says.
pub(crate) fn options_of(job: &JobSpec, options: &RenderOptions) -> RenderOptions {
    let config = &job.config;
    let captions = config.captions.as_ref().filter(|captions| captions.mode != CaptionMode::Burn);
    let whole = config.video_codec.chunk_codec() != config.video_codec && !config.preset.is_empty();
    // What the container has unasked is not asked for: one that carries no sound refuses every codec.
    let unasked = Container::from_path(Path::new(&job.merge.output)).map(Container::default_audio_codec);
    RenderOptions {
        job_id: Some(job.job_id.clone()),
        start_frame: Some(config.start_frame),
        frame_count: Some(config.total_frames),
        audio_codec: Some(config.audio_codec).filter(|codec| unasked != Ok(*codec)),
        sound: config.sound.clone(),
        preset: whole.then(|| config.preset.clone()),
        metadata: config.metadata.clone(),
        captions: captions.map(|captions| captions.file.clone().into()),
        caption_mode: captions.map(|captions| captions.mode),
        caption_language: captions.and_then(|captions| captions.language.clone()),
        plays: Some(config.plays).filter(|plays| *plays > 0),
        ..options.clone()
    }
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
    check_plays(options, container)?;
    if options.captions.is_some() && options.caption_mode == Some(CaptionMode::Burn) {
        return refused(
            "--caption-mode burn: a join does not draw: use track or sidecar, or give it to `helios render`"
                .to_owned(),
        );
    }
    let mode = Some(options.caption_mode.unwrap_or(CaptionMode::Track));
    captions::check(&RenderOptions { caption_mode: mode, ..options.clone() }, container)
}

/// Where the captions beside the output go, if there are to be any: not to the file that they are read from.
pub(crate) fn sidecar(target: &Path, options: &RenderOptions) -> Result<Option<PathBuf>, RunnerError> {
    let Some(file) = options.captions.as_deref() else { return Ok(None) };
    if options.caption_mode != Some(CaptionMode::Sidecar) {
        return Ok(None);
    }
    let sidecar = captions::beside(target, CaptionFormat::of(file)?);
    let same = |a: PathBuf| std::path::absolute(&sidecar).is_ok_and(|b| a == b);
    if std::path::absolute(file).is_ok_and(same) {
        let why =
            "the captions beside it would replace the file that they are read from; choose another --output";
        return Err(RunnerError::output(target, why));
    }
    Ok(Some(sidecar))
}

/// Captions beside the output replace nothing that must not be replaced.
pub(crate) fn check_sidecar(target: &Path, options: &RenderOptions) -> Result<(), RunnerError> {
    let Some(sidecar) = sidecar(target, options)? else { return Ok(()) };
    if sidecar.is_dir() || (sidecar.exists() && !options.overwrite) {
        let why = "there is something already where its captions go; use --overwrite to replace it, or choose another name";
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
    let (maps, cancel) = (options.path_map.clone(), options.cancel.clone());
    digest::beside(move || chunks::verify(&paths, job_id.as_deref(), range, &maps, &cancel)).await
}

/// Joins chunks to `order.output`. Returns its frames and bytes.
pub(crate) async fn join(
    order: MergeOrder,
    options: &RenderOptions,
    dispatcher: &mut Dispatcher<'_>,
) -> Result<(u32, u64), RunnerError> {
    dispatcher.reporter.phase(Phase::Stitching);
    let output = order.output.clone();
    let heard = order.sound.as_ref().is_some_and(|sound| !sound.timeline.is_empty());
    if let Some(container) =
        Container::from_path(&output).ok().filter(|container| heard && container.is_silent())
    {
        let left_out = format!("the page plays sound, which .{container} has no place for: it is left out");
        dispatcher.reporter.notice(Level::Warn, left_out);
    }
    let answers = dispatcher.run(vec![Work::Merge(order)], 1).await?;
    let Some(Answer::Merged { frames, bytes }) = answers.into_iter().next() else {
        return Err(RunnerError::output(output, "it was not joined"));
    };
    if options.cancel.is_cancelled() {
        return Err(RunnerError::Cancelled);
    }
    Ok((frames, bytes))
}

/// The digest and the size of a file.
pub(crate) async fn digest(file: &Path, options: &RenderOptions) -> Result<(Sha256Sum, u64), RunnerError> {
    let (file, cancel) = (file.to_path_buf(), options.cancel.clone());
    digest::beside(move || {
        let found = digest::of_file(&file, &cancel).map_err(RunnerError::io("read", &file))?;
        found.ok_or(RunnerError::Cancelled)
    })
    .await
}

/// Puts the result in its place, after which there is no way back, and then records that it is there.
pub(crate) fn install(
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
    output_record::record(options, &target, (frames, bytes))?;
    let output = target.display().to_string();
    dispatcher.reporter.emit(Event::Finished { output, frames, bytes });
    Ok(MergeReport { output: target, frames, bytes })
}
