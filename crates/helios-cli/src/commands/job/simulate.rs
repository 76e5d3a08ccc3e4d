//! `helios job simulate`: a table of what many workers would take.

use crate::args::JobSimulateArgs;
use crate::output;
use crate::settings::Refused;
use helios_engines::{Scenario, simulate as play};
use helios_job::JobSpec;
use serde_json::json;
use std::fmt::Write as _;

/// A line for each number of workers and each size of chunks.
pub fn simulate(args: &JobSimulateArgs) -> anyhow::Result<()> {
    let job = match &args.job {
        Some(path) => {
            let refused = |why: String| Refused(format!("cannot use the job file {}: {why}", path.display()));
            let text = std::fs::read_to_string(path).map_err(|error| refused(error.to_string()))?;
            Some(JobSpec::parse(&text).map_err(|error| refused(error.to_string()))?)
        }
        None => None,
    };
    let frames = args
        .frames
        .or(job.as_ref().map(|job| job.config.total_frames))
        .ok_or_else(|| Refused("name a job file, or the number of frames with --frames".to_owned()))?;
    let mut sizes = args.chunk_frames.clone();
    if sizes.is_empty() {
        let first = job.as_ref().and_then(|job| job.partitions.first());
        sizes = first.map_or(vec![30, 120, 480], |partition| vec![partition.frame_count]);
    }
    check(args, frames)?;
    let mut text = String::new();
    if !args.json {
        text += "workers  frames a chunk  chunks     wall  worker hours  useful  replay hours     price\n";
    }
    for &chunk_frames in &sizes {
        for &workers in &args.workers {
            let scenario = Scenario {
                frames,
                chunk_frames,
                workers,
                dispatch: args.dispatch,
                startup: args.startup,
                warm: args.warm,
                replay: args.replay,
                frame: args.frame,
                finish: args.finish,
                stitch: args.stitch,
                stitch_chunk: args.stitch_chunk,
                stitch_frame: args.stitch_frame,
                straggler_every: args.straggler_every,
                straggler_factor: args.straggler_factor,
                cores: args.cores,
            };
            let outcome = play(&scenario);
            let (hours, replay) = (outcome.paid / 3600.0, outcome.replayed / 3600.0);
            let price = hours * args.price;
            let _ = match args.json {
                true => writeln!(
                    text,
                    "{}",
                    json!({
                        "workers": workers, "chunkFrames": chunk_frames, "chunks": outcome.chunks,
                        "wallSeconds": outcome.wall, "workerSeconds": outcome.paid, "useful": outcome.useful,
                        "replaySeconds": outcome.replayed, "price": price,
                    })
                ),
                false => writeln!(
                    text,
                    "{workers:>7} {chunk_frames:>15} {:>7} {:>6.1} s {hours:>13.3} {:>5.0} % {replay:>13.3} {price:>9.2}",
                    outcome.chunks,
                    outcome.wall,
                    outcome.useful * 100.0
                ),
            };
        }
    }
    output::write_stdout("the answer", text.as_bytes())
}

fn check(args: &JobSimulateArgs, frames: u32) -> Result<(), Refused> {
    let times = [
        ("--dispatch", args.dispatch),
        ("--startup", args.startup),
        ("--replay", args.replay),
        ("--frame", args.frame),
        ("--finish", args.finish),
        ("--stitch", args.stitch),
        ("--stitch-chunk", args.stitch_chunk),
        ("--stitch-frame", args.stitch_frame),
        ("--straggler-factor", args.straggler_factor),
        ("--price", args.price),
        ("--cores", args.cores.unwrap_or(1.0)),
    ];
    for (flag, given) in times {
        if !(0.0..1e9).contains(&given) {
            return Err(Refused(format!("invalid {flag} {given}: use a number from 0 on")));
        }
    }
    let bad = args.chunk_frames.iter().chain(&args.workers).chain([&frames]).any(|number| *number == 0);
    match bad || args.workers.is_empty() {
        true => Err(Refused("--frames, --chunk-frames and --workers are 1 or more".to_owned())),
        false => Ok(()),
    }
}
