//! `helios job`: what has become of a job's chunks. The manifests beside them are the record; they are checked, not believed.

use crate::args::{JobArgs, JobCommand, JobFileArgs};
use crate::output;
use crate::settings::Refused;
use crate::signals::Signals;
use helios_job::{ChunkManifest, JobSpec, Partition, Trouble};
use helios_runner::{ChunkFound, RunnerError};
use serde_json::{Value, json};
use std::path::Path;
use tokio_util::sync::CancellationToken;

/// A chunk and what is wrong with it, if anything is.
struct Chunk {
    partition: Partition,
    trouble: Option<(Trouble, String)>,
}

/// Answers on standard output.
pub async fn job(args: JobArgs, signals: &Signals) -> anyhow::Result<()> {
    let (status, args) = match args.command {
        JobCommand::Status(args) => (true, args),
        JobCommand::Missing(args) => (false, args),
    };
    let json = args.json;
    let cancel = signals.stop.clone();
    // Chunks are read from end to end.
    let (job, chunks) = tokio::task::spawn_blocking(move || look(&args, &cancel)).await??;
    let text = match (status, json) {
        (true, true) => format!("{}\n", status_json(&job, &chunks)),
        (true, false) => chunks.iter().map(line).collect(),
        (false, true) => format!("{}\n", json!({ "jobId": job.job_id, "missing": ids(&chunks) })),
        (false, false) => match ids(&chunks).as_slice() {
            [] => String::new(),
            ids => ids.iter().map(u32::to_string).collect::<Vec<_>>().join(",") + "\n",
        },
    };
    output::write_stdout("the answer", text.as_bytes())
}

fn look(args: &JobFileArgs, cancel: &CancellationToken) -> anyhow::Result<(JobSpec, Vec<Chunk>)> {
    let refused = |why: String| Refused(format!("cannot use the job file {}: {why}", args.job.display()));
    let text = std::fs::read_to_string(&args.job).map_err(|error| refused(error.to_string()))?;
    let job = JobSpec::parse(&text).map_err(|error| refused(error.to_string()))?;
    let beside = args.job.parent().unwrap_or(Path::new(""));
    let dir = args.dir.as_deref().unwrap_or(beside);
    let chunk = |partition: &Partition| -> Result<Chunk, RunnerError> {
        let trouble = match ChunkFound::at(&dir.join(&partition.output_file), cancel)? {
            ChunkFound::Whole(manifest) => foreign(&job, partition, &manifest),
            ChunkFound::Bare => Some((Trouble::Unfinished, "it has no manifest beside it".to_owned())),
            ChunkFound::Bad(trouble, why) => Some((trouble, why)),
        };
        Ok(Chunk { partition: partition.clone(), trouble })
    };
    let chunks = job.partitions.iter().map(chunk).collect::<Result<_, _>>()?;
    Ok((job, chunks))
}

/// A whole chunk in the place of another one.
fn foreign(job: &JobSpec, partition: &Partition, manifest: &ChunkManifest) -> Option<(Trouble, String)> {
    let why = if manifest.job_id != job.job_id {
        format!("it belongs to job {}, this is {}", manifest.job_id, job.job_id)
    } else if (manifest.chunk, manifest.range()) != (partition.id, partition.range()) {
        format!("it is chunk {} with {}", manifest.chunk, manifest.range())
    } else {
        return None;
    };
    Some((Trouble::Foreign, why))
}

fn ids(chunks: &[Chunk]) -> Vec<u32> {
    chunks.iter().filter(|chunk| chunk.trouble.is_some()).map(|chunk| chunk.partition.id).collect()
}

fn line(chunk: &Chunk) -> String {
    let Partition { id, output_file, .. } = &chunk.partition;
    let state = match &chunk.trouble {
        None => "done".to_owned(),
        Some((trouble, why)) => format!("{}: {why}", trouble.word()),
    };
    format!("{id} {output_file} {state}\n")
}

fn status_json(job: &JobSpec, chunks: &[Chunk]) -> Value {
    let one = |chunk: &Chunk| {
        let part = &chunk.partition;
        json!({
            "id": part.id,
            "startFrame": part.start_frame,
            "frameCount": part.frame_count,
            "outputFile": part.output_file,
            "state": chunk.trouble.as_ref().map_or("done", |(trouble, _)| trouble.word()),
            "why": chunk.trouble.as_ref().map(|(_, why)| why),
        })
    };
    json!({
        "jobId": job.job_id,
        "total": chunks.len(),
        "done": chunks.len() - ids(chunks).len(),
        "chunks": chunks.iter().map(one).collect::<Vec<_>>(),
    })
}
