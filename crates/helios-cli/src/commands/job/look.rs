//! Questions about a job that change nothing: `status`, `missing`, `verify`.

use super::answer;
use super::place::Place;
use super::state::{Chunk, missing as ids};
use crate::args::{JobFileArgs, JobVerifyArgs};
use crate::signals::Signals;
use helios_job::{AudioFile, FailureKind, Trouble};
use helios_media::Ffmpeg;
use helios_runner::{RunnerError, output_pattern};
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
    let file = &place.file;
    let cancel = signals.stop.clone();
    let inputs = file.clone();
    tokio::task::spawn_blocking(move || inputs.check_inputs(&cancel)).await??;
    let bad: Vec<&Chunk> = chunks.iter().filter(|chunk| chunk.trouble.is_some()).collect();
    let name = place.name_of(&file.job.merge.output);
    let wanted = u64::from(file.job.config.total_frames);
    let output = place.output_trouble().await?;
    let found = output.as_ref().map(|(trouble, why)| format!("{name}: {}: {why}", trouble.word()));
    let (frames, problems): (Option<u64>, Vec<String>) = match &output {
        // Once it is joined, the chunks have served.
        None => {
            let count = count(&place, args.ffmpeg.as_deref(), signals).await?;
            let wrong = || format!("{name}: it has {count} frames instead of {wanted}");
            (Some(count), (count != wanted).then(wrong).into_iter().collect())
        }
        // This job has made it, and something has changed it since.
        Some((Trouble::Truncated | Trouble::Corrupt, _)) => (None, found.clone().into_iter().collect()),
        // What else lies there is none of the job's, but may be what somebody takes for its output.
        Some((trouble, _)) => {
            let other = found.clone().filter(|_| *trouble != Trouble::Missing && !bad.is_empty());
            (None, bad.iter().map(|chunk| chunk.line().trim_end().to_owned()).chain(other).collect())
        }
    };
    if !problems.is_empty() {
        let (total, kind) = (chunks.len(), FailureKind::Transient);
        let bad = problems.len().min(total);
        return Err(RunnerError::Chunks { problems, bad, total, kind }.into());
    }
    let done = chunks.len() - bad.len();
    let words = match frames {
        Some(frames) => {
            format!("{name} has all {frames} frames; {done} of {} chunks are there\n", chunks.len())
        }
        None => {
            let other = found.filter(|_| !matches!(output, Some((Trouble::Missing, _))));
            let other = other.map(|other| format!(" ({other})")).unwrap_or_default();
            format!("all {done} chunks are whole, the output is not there yet{other}\n")
        }
    };
    let object =
        json!({ "jobId": file.job.job_id, "chunks": chunks.len(), "whole": done, "outputFrames": frames });
    answer(args.file.json, &object, words)
}

/// The frames of an output that is there, counted in the file. Pictures have been counted, and sound alone has none.
async fn count(place: &Place, ffmpeg: Option<&Path>, signals: &Signals) -> anyhow::Result<u64> {
    let (output, config) = (place.file.output(), &place.file.job.config);
    let meant = u64::from(config.total_frames);
    if AudioFile::from_path(&output).is_some() || output_pattern(&output).is_some() {
        return Ok(meant);
    }
    place.fetch_output(signals).await?;
    Ok(Ffmpeg::find(ffmpeg)?.count_frames(&output, (config.fps, meant)).await?)
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
