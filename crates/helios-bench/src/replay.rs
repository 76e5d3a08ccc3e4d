//! What it costs to play a page up to a frame without drawing it, against drawing it: by the times that `--profile` prints.

use crate::table::median;
use anyhow::{Context as _, Result};
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

/// Pages that carry state by script, and pages that CSS moves.
const PAGES: [&str; 3] = ["examples/stateful-particles", "examples/css-title", "examples/gsap-timeline"];
/// Frames that are played, and then drawn.
const REPLAYED: u32 = 900;
const DRAWN: u32 = 60;

/// Milliseconds of one run.
struct Times {
    replayed: f64,
    drawn: f64,
}

/// Measures each page so many times, one after the other, and makes the table.
pub fn replay(helios: &Path, work: &Path, machine: &str, rounds: u32) -> Result<String> {
    let mut runs: Vec<Vec<Times>> = PAGES.iter().map(|_| Vec::new()).collect();
    for _ in 0..rounds {
        for (page, runs) in PAGES.iter().zip(&mut runs) {
            runs.push(measure(helios, Path::new(page), work).with_context(|| page.to_string())?);
        }
    }
    let mut text = format!(
        "# Replay\n\nWritten by `make bench-replay`.\n\n{machine}\n\n\
         What a worker pays that begins at frame {REPLAYED}: milliseconds for each frame that is played without being drawn, and for \
         each of {DRAWN} frames after it that are drawn (step and paint). Medians of {rounds} runs. With a page that says \
         `helios.seekable = true` it jumps.\n\n\
         | page | replayed, ms a frame | drawn, ms a frame | {REPLAYED} frames of replay are as many drawn ones |\n|---|---|---|---|\n"
    );
    for (page, runs) in PAGES.iter().zip(&runs) {
        let replayed = median(runs.iter().map(|run| run.replayed));
        let drawn = median(runs.iter().map(|run| run.drawn));
        let as_many = f64::from(REPLAYED) * replayed / drawn;
        writeln!(text, "| [{page}](../{page}) | {replayed:.2} | {drawn:.1} | {as_many:.0} |").ok();
    }
    Ok(text)
}

fn measure(helios: &Path, page: &Path, work: &Path) -> Result<Times> {
    let seconds = (REPLAYED + DRAWN).div_ceil(30).to_string();
    let (start, count) = (REPLAYED.to_string(), DRAWN.to_string());
    let mut command = Command::new(helios);
    command.arg("render").arg(page).arg("-o").arg(work.join("replay.mp4"));
    command.args([
        "--profile",
        "--fps",
        "30",
        "--duration",
        &seconds,
        "--start-frame",
        &start,
        "--frame-count",
        &count,
    ]);
    let output = command.output().context("cannot start helios")?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let stage = |name: &str| {
        let line =
            said.lines().find_map(|line| line.trim().strip_prefix(name)).filter(|rest| rest.starts_with(' '));
        let seconds = line.and_then(|rest| rest.split_whitespace().next()?.parse::<f64>().ok());
        seconds.with_context(|| format!("the profile has no stage {name:?}:\n{said}"))
    };
    Ok(Times {
        replayed: 1000.0 * stage("replay")? / f64::from(REPLAYED),
        drawn: 1000.0 * (stage("step")? + stage("paint")?) / f64::from(DRAWN),
    })
}
