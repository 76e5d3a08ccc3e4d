//! `helios-bench`: what `make bench` runs. Progress goes to standard error, the tables to standard output, or to a file.

mod adapters;
mod machine;
mod peer;
mod replay;
mod results;
mod scene;
mod table;
mod tree;
mod way;

use adapters::Adapted;
use anyhow::{Context as _, Result, bail};
use clap::Parser;
use results::Results;
use scene::{SCENES, Scene};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use table::{Measured, Row};
use tree::{LONGEST, Sample, run, run_watched};
use way::{Bench, Way, ways};

/// Measures the scenes of bench/scenes in every way, interleaved: one run of each way, and again.
#[derive(Debug, Parser)]
struct Args {
    /// Only scenes whose name contains this.
    #[arg(long, value_name = "SUBSTRING", default_value = "")]
    only: String,
    /// Frames of each render, at 30 frames/s.
    #[arg(long, value_name = "N", default_value_t = 150)]
    frames: u32,
    /// How often each way is measured; medians are shown. With 0, `--adapters` compares frames alone.
    #[arg(long, value_name = "N", default_value_t = 5)]
    rounds: u32,
    /// Measure against the tools of bench/peers instead, on the box pages.
    #[arg(long)]
    peers: bool,
    /// Draw a project of each of those tools by the tool and by Helios instead, and compare frames and time.
    #[arg(long, conflicts_with = "peers")]
    adapters: bool,
    /// Watch the memory of one long render instead: the 1080p box page, so many minutes of video, two workers.
    #[arg(long, value_name = "MINUTES", conflicts_with_all = ["peers", "adapters"])]
    memory: Option<u32>,
    /// Measure what it costs to begin at a later frame instead.
    #[arg(long, conflicts_with_all = ["peers", "memory"])]
    replay: bool,
    /// Leave out the screenshots, which take most of the time.
    #[arg(long)]
    no_screenshots: bool,
    /// Go on with a run that was ended: measure only the scenes of which nothing is known with this program and these settings.
    #[arg(long, conflicts_with_all = ["adapters", "memory", "replay"])]
    missing: bool,
    /// What is known of the scenes [default: target/bench.json, or target/bench-peers.json].
    #[arg(long, value_name = "FILE")]
    results: Option<PathBuf>,
    /// The program to measure [default: the one beside this].
    #[arg(long, value_name = "PATH")]
    helios: Option<PathBuf>,
    /// The scenes.
    #[arg(long, value_name = "FOLDER", default_value = "bench/scenes")]
    scenes: PathBuf,
    /// Write the tables to this file as well.
    #[arg(long, value_name = "FILE")]
    write: Option<PathBuf>,
}

fn main() -> Result<()> {
    let args = Args::parse();
    let here = std::env::current_exe().context("cannot find this program")?;
    let work = tempfile::tempdir().context("cannot make a folder")?;
    let bench = Bench {
        helios: args.helios.clone().unwrap_or_else(|| here.with_file_name("helios")),
        scenes: std::path::absolute(&args.scenes)?,
        work: work.path().to_owned(),
        frames: args.frames,
    };
    if args.adapters {
        let pictures = here.parent().and_then(Path::parent).unwrap_or(Path::new(".")).join("adapters");
        let all = adapters::measure(&bench, &args.only, args.rounds, &pictures, say)?;
        let machine = machine::describe(&bench.helios)?;
        publish(&adapters::table::page(&machine, &bench.scenes, &all, args.rounds), args.write.as_deref())?;
        if !all.iter().all(Adapted::holds) {
            bail!(
                "something failed, or frames differ by more than they may: see the table, and {}",
                pictures.display()
            );
        }
        return Ok(());
    }
    // The other tools have one scene, in two sizes.
    let known = if args.peers { &SCENES[..2] } else { &SCENES[..] };
    let scenes: Vec<Scene> = known.iter().filter(|scene| scene.name.contains(&args.only)).copied().collect();
    if scenes.is_empty() {
        let names: Vec<&str> = known.iter().map(|scene| scene.name).collect();
        bail!("no scene has {:?} in its name; there are {}", args.only, names.join(", "));
    }
    if args.replay {
        let machine = machine::describe(&bench.helios)?;
        let text = replay::replay(&bench.helios, &bench.work, &machine, args.rounds)?;
        return publish(&text, args.write.as_deref());
    }
    if let Some(minutes) = args.memory {
        let bench = Bench { frames: minutes.saturating_mul(60 * 30), ..bench };
        let text = table::memory(&machine::describe(&bench.helios)?, minutes, &watch_memory(&bench)?);
        return publish(&text, args.write.as_deref());
    }
    if args.peers {
        run(&mut [peer::prepare(&bench)])
            .context("bundling for Remotion (have `make bench-peers` install the tools)")?;
    }
    let usual = if args.peers { "target/bench-peers.json" } else { "target/bench.json" };
    let mut results = Results::read(args.results.as_deref().unwrap_or(Path::new(usual)));
    let ways = ways(args.peers, !args.no_screenshots);
    let stamp = results::stamp(&bench, known, &ways, args.rounds)?;
    let mut rows = Vec::new();
    for scene in &scenes {
        if let Some(row) = results.of(stamp, scene).filter(|_| args.missing) {
            rows.push(row);
            continue;
        }
        let row = measure(&bench, scene, &ways, args.rounds)?;
        results.keep(stamp, &row)?;
        rows.push(row);
    }
    let machine = machine::describe(&bench.helios)?;
    let text = if args.peers {
        table::peers(&machine, &bench.scenes, &rows, args.frames, args.rounds)
    } else {
        table::markdown(&machine, &rows, args.frames, args.rounds)
    };
    publish(&text, args.write.as_deref())
}

fn publish(text: &str, file: Option<&Path>) -> Result<()> {
    std::io::stdout().write_all(text.as_bytes())?;
    match file {
        Some(file) => std::fs::write(file, text).with_context(|| format!("cannot write {}", file.display())),
        None => Ok(()),
    }
}

/// The memory of a render from its start to its end.
fn watch_memory(bench: &Bench) -> Result<Vec<Sample>> {
    let mut samples = Vec::new();
    let [_, scene, ..] = &SCENES;
    let mut commands = bench.commands(Way::Tap(2), scene, Path::new(""));
    run_watched(&mut commands, LONGEST, |sample| samples.push(sample))?;
    Ok(samples)
}

/// All ways for one scene, round by round.
fn measure(bench: &Bench, scene: &Scene, ways: &[Way], rounds: u32) -> Result<Row> {
    let (lossless, raw) = (bench.work.join("lossless.mp4"), bench.work.join("raw.yuv"));
    say(&format!("{}: frames without loss", scene.name));
    run(&mut [bench.lossless(scene, &lossless)])?;
    let mut unpack = Command::new("ffmpeg");
    unpack
        .args(["-v", "error", "-y", "-i"])
        .arg(&lossless)
        .args(["-f", "rawvideo", "-pix_fmt", "yuv420p"])
        .arg(&raw);
    run(&mut [unpack])?;

    let mut measured: Vec<Measured> = ways.iter().map(|way| Measured::new(*way)).collect();
    for round in 1..=rounds {
        for (way, measured) in ways.iter().zip(&mut measured) {
            let used = run(&mut bench.commands(*way, scene, &raw))?;
            say(&format!(
                "{} [{round}/{rounds}] {}: {:.2} s, {:.0} % stolen",
                scene.name,
                way.name(),
                used.wall,
                100.0 * used.stolen
            ));
            measured.runs.push(used);
            if !matches!(way, Way::Ffmpeg(_)) {
                measured.bytes = bench.output().metadata()?.len();
            }
            if round == 1 && matches!(way, Way::Tap(1) | Way::Medium(1) | Way::Peer(..)) {
                measured.ssim = Some(ssim(&bench.output(), &lossless)?);
            }
        }
    }
    // What a render costs that makes next to nothing.
    let one = Bench { frames: 1, ..bench.clone() };
    let mut first = Vec::new();
    for _ in 0..rounds {
        first.push(run(&mut one.commands(Way::Tap(1), scene, &raw))?);
    }
    Ok(Row { scene: *scene, measured, one_frame: first })
}

/// How alike two videos are, from 0 to 1, by FFmpeg's `ssim` filter over all planes.
fn ssim(video: &Path, reference: &Path) -> Result<f64> {
    let mut command = Command::new("ffmpeg");
    command.args(["-hide_banner", "-i"]).arg(video).arg("-i").arg(reference);
    let output =
        command.args(["-lavfi", "ssim", "-f", "null", "-"]).output().context("cannot start ffmpeg")?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let value = said.rsplit_once("All:").and_then(|(_, rest)| rest.split(' ').next()?.parse().ok());
    value.with_context(|| format!("FFmpeg says no SSIM: {said}"))
}

fn say(text: &str) {
    writeln!(std::io::stderr().lock(), "{text}").ok();
}
