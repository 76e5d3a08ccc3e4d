//! Writing a chunk's manifest, after the chunk itself is complete and in its place.

use crate::inputs::{Sums, heard};
use crate::output::write_whole;
use crate::path_map::name_in;
use crate::{RenderOptions, RunnerError, digest};
use helios_job::{
    CHUNK_SCHEMA, ChunkManifest, ChunkReport, InputFile, JobConfig, ManifestHashes, Sha256Sum, SoundTimeline,
};
use std::path::Path;

/// Refuses a chunk whose manifest would replace something else, such as the job file.
pub(crate) fn check(chunk: &Path, options: &RenderOptions) -> Result<(), RunnerError> {
    let path = ChunkManifest::path_of(chunk);
    let text = std::fs::read_to_string(&path).ok().filter(|_| options.chunk.is_some());
    match text.filter(|text| !ChunkManifest::is_meant(text)) {
        Some(_) => Err(RunnerError::output(
            path,
            "the manifest of the chunk goes there, and a file is there that is none; choose another --output",
        )),
        None => Ok(()),
    }
}

/// The files that a chunk needs besides its own, by their names for a chunk in its folder.
pub(crate) struct Files {
    /// What is heard.
    pub(crate) sound: SoundTimeline,
    /// The files beside the chunk in which that is.
    pub(crate) beside: Vec<InputFile>,
    /// What the page was given.
    pub(crate) inputs: Vec<InputFile>,
}

/// The manifest of the file with this digest, which holds the frames of `reports`: chunk `chunk` of the job. `None` when there
/// is no report.
pub(crate) fn manifest(
    (job_id, chunk): (&str, u32),
    config: &JobConfig,
    reports: &[ChunkReport],
    (sha256, bytes): (Sha256Sum, u64),
    Files { sound, beside, inputs }: Files,
) -> Option<ChunkManifest> {
    let first = reports.first()?;
    let (width, height) = config.output_size().ok()?;
    Some(ChunkManifest {
        schema: CHUNK_SCHEMA.to_owned(),
        job_id: job_id.to_owned(),
        chunk,
        start_frame: config.start_frame,
        frame_count: config.total_frames,
        sha256,
        bytes,
        width,
        height,
        fps: config.fps,
        video_codec: config.video_codec,
        capture: first.capture.clone(),
        attempt: reports.iter().map(|report| report.attempt).max()?,
        versions: first.versions.clone(),
        frame_hashes: ManifestHashes::new(
            reports.iter().flat_map(|report| report.frame_hashes.iter().copied()).collect(),
        ),
        sound,
        beside,
        inputs,
    })
}

/// The files behind `reports`, as they are, by their names for a chunk in `folder`.
pub(crate) async fn inputs_of(
    reports: &[ChunkReport],
    folder: &Path,
    options: &RenderOptions,
) -> Result<Vec<InputFile>, RunnerError> {
    let mut files: Vec<String> = reports.iter().flat_map(|report| report.files.iter().cloned()).collect();
    files.extend(reports.iter().flat_map(|report| heard(&report.sound)).map(str::to_owned));
    files.sort();
    files.dedup();
    let cancel = options.cancel.clone();
    let hashed = move || Ok(Sums::default().list(files.iter().map(String::as_str), &cancel));
    let mut inputs = digest::beside(hashed).await?;
    inputs.iter_mut().for_each(|input| input.path = name_in(folder, &input.path));
    Ok(inputs)
}

/// Writes the manifest beside its chunk: whole or not at all, and durable.
pub(crate) fn write(chunk: &Path, manifest: &ChunkManifest) -> Result<(), RunnerError> {
    let path = ChunkManifest::path_of(chunk);
    write_whole(&path, manifest.to_text().as_bytes()).map_err(RunnerError::io("write", &path))
}
