//! Questions about a job that change nothing: `status`, `missing`, `verify`.

use super::answer;
use super::place::Place;
use super::state::{Chunk, missing as ids};
use crate::args::{JobFileArgs, JobVerifyArgs};
use crate::signals::Signals;
use helios_job::FailureKind;
use helios_media::Ffmpeg;
use helios_runner::RunnerError;
use serde_json::{Value, json};
use std::path::Path;

/// `helios job status`.
pub async fn status(args: &JobFileArgs, signals: &Signals) -> anyhow::Result<()> {
    let (place, chunks) = look(args, signals).await?;
    let merged = place.is_merged().await?;
    answer(args.json, &status_json(&place, &chunks, merged), chunks.iter().map(Chunk::line).collect())
}

/// `helios job missing`.
pub async fn missing(args: &JobFileArgs, signals: &Signals) -> anyhow::Result<()> {
    let (Place { file, .. }, chunks) = look(args, signals).await?;
    let words = match ids(&chunks).as_slice() {
        [] => String::new(),
        ids => ids.iter().map(u32::to_string).collect::<Vec<_>>().join(",") + "\n",
    };
    answer(args.json, &json!({ "jobId": file.job.job_id, "missing": ids(&chunks) }), words)
}

/// `helios job verify`.
pub async fn verify(args: JobVerifyArgs, signals: &Signals) -> anyhow::Result<()> {
    let (place, chunks) = look(&args.file, signals).await?;
    place.fetch_inputs(signals).await?;
    place.fetch_output(signals).await?;
    let file = &place.file;
    let cancel = signals.stop.clone();
    let inputs = file.clone();
    tokio::task::spawn_blocking(move || inputs.check_inputs(&cancel)).await??;
    let bad: Vec<&Chunk> = chunks.iter().filter(|chunk| chunk.trouble.is_some()).collect();
    let output = file.output();
    let name = place.name_of(&file.job.merge.output);
    let frames = if output.is_file() { Some(frames(&output, args.ffmpeg.as_deref()).await?) } else { None };
    let wanted = u64::from(file.job.config.total_frames);
    // Once it is joined, the chunks have served.
    let problems: Vec<String> = match frames {
        Some(found) if found != wanted => {
            vec![format!("{name}: it has {found} frames instead of {wanted}")]
        }
        Some(_) => Vec::new(),
        None => bad.iter().map(|chunk| chunk.line().trim_end().to_owned()).collect(),
    };
    if !problems.is_empty() {
        let (bad, total, kind) = (problems.len(), chunks.len(), FailureKind::Transient);
        return Err(RunnerError::Chunks { problems, bad, total, kind }.into());
    }
    let done = chunks.len() - bad.len();
    let words = match frames {
        Some(frames) => {
            format!("{name} has all {frames} frames; {done} of {} chunks are there\n", chunks.len())
        }
        None => format!("all {done} chunks are whole, the output is not there yet\n"),
    };
    let object =
        json!({ "jobId": file.job.job_id, "chunks": chunks.len(), "whole": done, "outputFrames": frames });
    answer(args.file.json, &object, words)
}

/// The frames of the output, counted in the file.
async fn frames(output: &Path, ffmpeg: Option<&Path>) -> anyhow::Result<u64> {
    let info = Ffmpeg::find(ffmpeg)?.probe(output).await?;
    Ok(info.picture().map_or(0, |stream| stream.packets))
}

/// The job with its chunks, which are read from end to end.
pub async fn look(args: &JobFileArgs, signals: &Signals) -> anyhow::Result<(Place, Vec<Chunk>)> {
    let place = Place::open(&args.place, signals).await?;
    let chunks = chunks_of(&place, Vec::new(), signals).await?;
    Ok((place, chunks))
}

/// The chunks as they are, when they were as `before`.
pub async fn chunks_of(place: &Place, before: Vec<Chunk>, signals: &Signals) -> anyhow::Result<Vec<Chunk>> {
    if let Some(away) = &place.away {
        let seen = away.look(&place.ids(), &signals.stop).await?;
        return Ok(Chunk::all_away(&place.file, &seen));
    }
    let (there, cancel) = (place.file.clone(), signals.stop.clone());
    Ok(tokio::task::spawn_blocking(move || Chunk::all(&there, &before, &cancel)).await??)
}

/// The answer of `status` for programs.
pub fn status_json(place: &Place, chunks: &[Chunk], merged: bool) -> Value {
    json!({
        "jobId": place.file.job.job_id,
        "total": chunks.len(),
        "done": chunks.len() - ids(chunks).len(),
        "merged": merged,
        "chunks": chunks.iter().map(Chunk::json).collect::<Vec<_>>(),
    })
}
