//! `helios job status --watch`: what changes is told until all chunks are done, whoever renders them.

use super::look::{chunks_of, status_json};
use super::place::Place;
use super::state::Chunk;
use crate::args::JobFileArgs;
use crate::output;
use crate::signals::Signals;
use helios_runner::RunnerError;
use std::time::Duration;

/// Time between two looks.
const PACE: Duration = Duration::from_secs(1);

/// Tells the lines that are new; as JSON, the whole whenever something is. Ends when all chunks are done, or the output is there.
pub async fn watch(args: &JobFileArgs, signals: &Signals) -> anyhow::Result<()> {
    let place = Place::open(&args.place, signals).await?;
    let (mut told, mut chunks): (Vec<String>, Vec<Chunk>) = (Vec::new(), Vec::new());
    loop {
        chunks = chunks_of(&place, chunks, signals).await?;
        let merged = place.is_merged().await?;
        let lines: Vec<String> = chunks.iter().map(Chunk::line).collect();
        let news: Vec<&String> = lines
            .iter()
            .enumerate()
            .filter(|(at, line)| told.get(*at) != Some(line))
            .map(|(_, line)| line)
            .collect();
        if !news.is_empty() {
            let text = match args.json {
                true => format!("{}\n", status_json(&place, &chunks, merged)),
                false => news.into_iter().map(String::as_str).collect(),
            };
            output::write_stdout("the answer", text.as_bytes())?;
        }
        told = lines;
        let all_done = chunks.iter().all(|chunk| chunk.trouble.is_none());
        if all_done || merged {
            return Ok(());
        }
        if place.is_cancelled().await? {
            return Err(RunnerError::Cancelled.into());
        }
        tokio::select! {
            () = tokio::time::sleep(place.pace(PACE)) => {}
            () = signals.stop.cancelled() => return Err(RunnerError::Cancelled.into()),
        }
    }
}
