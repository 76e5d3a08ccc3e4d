//! `helios job`: a job file is executed, in whole or in parts, and asked about. The manifests beside the chunks are the record;
//! they are checked, not believed.

mod at_work;
mod engines;
mod look;
pub(super) mod place;
mod run;
mod simulate;
mod state;
mod watch;

use crate::args::{JobArgs, JobCommand, JobFileArgs};
use crate::output;
use crate::signals::Signals;
use helios_job::{JobSpec, Partition};
use helios_runner::clean_job;
use place::{Place, reach};
use serde_json::{Value, json};
use std::fmt::Write as _;

/// Does what is asked.
pub async fn job(args: JobArgs, signals: &Signals) -> anyhow::Result<()> {
    match args.command {
        JobCommand::Plan(args) => plan(&args, signals).await,
        JobCommand::Run(args) => run::run(*args, signals).await,
        JobCommand::RunChunk(args) => run::run_chunk(*args, signals).await,
        JobCommand::Status(args) if args.watch => watch::watch(&args.file, signals).await,
        JobCommand::Status(args) => match &args.engine {
            Some(engine) => engines::status(&args.file, engine, signals).await,
            None => look::status(&args.file, signals).await,
        },
        JobCommand::Missing(args) => look::missing(&args, signals).await,
        JobCommand::Merge(args) => run::merge(args, signals).await,
        JobCommand::Verify(args) => look::verify(args, signals).await,
        JobCommand::Cancel(args) => {
            if let Some(engine) = &args.engine {
                engines::cancel(&args.file, engine).await?;
            }
            cancel(&args.file, signals).await
        }
        JobCommand::Clean(args) => clean(&args, signals).await,
        JobCommand::Export(args) => engines::export(&args, signals).await,
        JobCommand::Submit(args) => engines::submit(&args, signals).await,
        JobCommand::Logs(args) => engines::logs(&args),
        JobCommand::Simulate(args) => simulate::simulate(&args),
    }
}

/// Writes an answer: as JSON, or in words.
fn answer(json: bool, object: &Value, words: String) -> anyhow::Result<()> {
    let text = if json { format!("{object}\n") } else { words };
    output::write_stdout("the answer", text.as_bytes())
}

async fn plan(args: &JobFileArgs, signals: &Signals) -> anyhow::Result<()> {
    let JobSpec { job_id, config, partitions, merge, inputs, .. } =
        Place::open(&args.place, signals).await?.file.job;
    let one = |part: &Partition| {
        json!({
            "id": part.id,
            "startFrame": part.start_frame,
            "frameCount": part.frame_count,
            "outputFile": part.output_file,
        })
    };
    let (width, height) = config.output_size()?;
    let object = json!({
        "jobId": job_id,
        "output": merge.output,
        "frames": config.total_frames,
        "width": width,
        "height": height,
        "fps": config.fps,
        "inputs": inputs,
        "chunks": partitions.iter().map(one).collect::<Vec<_>>(),
    });
    let mut words = format!(
        "Job {job_id}: {} frames in {} chunks, {width}x{height} at {} frames/s, {} in {}\n",
        config.total_frames,
        partitions.len(),
        config.fps,
        config.video_codec,
        merge.output
    );
    for part in &partitions {
        let _ = writeln!(words, "{} {} {}", part.id, part.output_file, part.range());
    }
    answer(args.json, &object, words)
}

async fn cancel(args: &JobFileArgs, signals: &Signals) -> anyhow::Result<()> {
    let place = Place::open(&args.place, signals).await?;
    place.cancel().await?;
    let (id, within) =
        (&place.file.job.job_id, if place.away.is_some() { "some seconds" } else { "a second" });
    let words = format!(
        "Whoever works on job {id} stops within {within} and finished chunks stay. `helios job run` begins again\n"
    );
    answer(args.json, &json!({ "jobId": id, "cancelled": true }), words)
}

async fn clean(args: &JobFileArgs, signals: &Signals) -> anyhow::Result<()> {
    let Place { file, away } = Place::open(&args.place, signals).await?;
    let here = clean_job(&file.job, &file.dir)?;
    let removed = match away {
        Some(away) => reach(signals, away.clean()).await?,
        None => here,
    };
    let words = removed.iter().map(|name| format!("{name}\n")).collect();
    answer(args.json, &json!({ "jobId": file.job.job_id, "removed": removed }), words)
}
