//! Measurements as Markdown.

use crate::peer::{PEERS, Peer, Settings};
use crate::scene::Scene;
use crate::tree::{Sample, Used};
use crate::way::Way;
use serde::{Deserialize, Serialize};
use std::fmt::Write as _;
use std::path::Path;

/// What one way used, run by run.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Measured {
    /// How the video was made.
    pub way: Way,
    /// The runs.
    pub runs: Vec<Used>,
    /// Size of the video.
    pub bytes: u64,
    /// How alike the video is to the frames without loss, where that was measured.
    pub ssim: Option<f64>,
}

impl Measured {
    /// Nothing measured yet.
    pub fn new(way: Way) -> Measured {
        Measured { way, runs: Vec::new(), bytes: 0, ssim: None }
    }

    fn wall(&self) -> f64 {
        median(self.runs.iter().map(|used| used.wall))
    }
}

/// A scene with all that was measured.
#[derive(Debug, Clone)]
pub struct Row {
    /// The scene.
    pub scene: Scene,
    /// Each way.
    pub measured: Vec<Measured>,
    /// Renders of a single frame, by the tap.
    pub one_frame: Vec<Used>,
}

impl Row {
    fn wall(&self, way: Way) -> Option<f64> {
        self.measured.iter().find(|measured| measured.way == way).map(Measured::wall)
    }

    /// Seconds of CPU time, but for the encoder's, that each of `frames` frames costs after the first.
    fn further_frame(&self, frames: u32) -> Option<f64> {
        let other = |runs: &[Used]| median(runs.iter().map(|used| used.cpu_other));
        let tap = self.measured.iter().find(|measured| measured.way == Way::Tap(1))?;
        let further = frames.checked_sub(1).filter(|further| *further > 0)?;
        Some((other(&tap.runs) - other(&self.one_frame)) / f64::from(further))
    }
}

/// The tables.
pub fn markdown(machine: &str, rows: &[Row], frames: u32, rounds: u32) -> String {
    let mut text = format!(
        "# Benchmarks\n\nWritten by `make bench`. What was done for speed, and what limits it: [speed.md](speed.md).\n\n{machine}\n\n\
         {frames} frames of each scene at 30 frames/s, H.264, preset veryfast, CRF 18, 2 encoder threads a worker. \
         Whole processes, start-up included; medians of {rounds} runs, the ways interleaved. FFmpeg alone reads the same frames, raw \
         and already converted, from a file in memory: nothing that encodes with these settings can be faster.\n"
    );
    details(&mut text, rows, frames);
    text.push_str(
        "\nRatios of these medians. A render of one frame shows what start-up costs; the last column is what a further frame costs besides \
         the encoder, with one worker.\n\n\
         | scene | screenshots / tap, N = 1 | N = 2 | tap / FFmpeg alone, N = 1 | N = 2 | N = 2 without start-up | one frame, s | CPU ms |\n\
         |---|---|---|---|---|---|---|---|\n",
    );
    for row in rows {
        let one_frame = median(row.one_frame.iter().map(|used| used.wall));
        let ratio = |a: Option<f64>, b: Option<f64>| match (a, b) {
            (Some(a), Some(b)) => format!("{:.2}", a / b),
            _ => String::new(),
        };
        let tap = |n| row.wall(Way::Tap(n));
        writeln!(
            text,
            "| {} | {} | {} | {} | {} | {} | {one_frame:.2} | {} |",
            row.scene.name,
            ratio(row.wall(Way::Screenshot(1)), tap(1)),
            ratio(row.wall(Way::Screenshot(2)), tap(2)),
            ratio(tap(1), row.wall(Way::Ffmpeg(1))),
            ratio(tap(2), row.wall(Way::Ffmpeg(2))),
            ratio(tap(2).map(|wall| wall - one_frame), row.wall(Way::Ffmpeg(2))),
            row.further_frame(frames).map(|cpu| format!("{:.1}", 1000.0 * cpu)).unwrap_or_default(),
        )
        .ok();
    }
    text
}

/// What each way used, for all scenes.
fn details(text: &mut String, rows: &[Row], frames: u32) {
    text.push_str(
        "\n*Stolen* is the part of the machine's CPU time that its host gave to others meanwhile: wall times with much of it say little.\n\n\
         | scene | way | wall s | frames/s | CPU s | of it encoder | other CPU ms a frame | peak memory MB | MB | SSIM | stolen % |\n\
         |---|---|---|---|---|---|---|---|---|---|---|\n",
    );
    for row in rows {
        for measured in &row.measured {
            let of = |value: fn(&Used) -> f64| median(measured.runs.iter().map(value));
            let (wall, other) = (measured.wall(), of(|used| used.cpu_other));
            let size = if measured.bytes == 0 {
                String::new()
            } else {
                format!("{:.2}", measured.bytes as f64 / 1e6)
            };
            let ssim = measured.ssim.map(|ssim| format!("{ssim:.4}")).unwrap_or_default();
            writeln!(
                text,
                "| {} | {} | {wall:.2} | {:.1} | {:.2} | {:.2} | {:.1} | {:.0} | {size} | {ssim} | {:.0} |",
                row.scene.name,
                measured.way.name(),
                f64::from(frames) / wall,
                of(Used::cpu),
                of(|used| used.cpu_encoder),
                1000.0 * other / f64::from(frames),
                of(|used| used.memory as f64) / 1e6,
                100.0 * of(|used| used.stolen),
            )
            .ok();
        }
    }
}

/// The tables of a run against other tools. `scenes` is the folder beside theirs.
pub fn peers(machine: &str, scenes: &Path, rows: &[Row], frames: u32, rounds: u32) -> String {
    let versions: Vec<String> = PEERS.into_iter().map(|peer| peer.version(scenes)).collect();
    let mut text = format!(
        "# Benchmarks against other tools\n\nWritten by `make bench-peers`, which installs them from npm.\n\n{machine}; {}\n\n\
         {frames} frames of the box page at 30 frames/s. Whole processes, start-up included; medians of {rounds} runs, the tools interleaved. \
         All use Debian's Chromium. Where an N stands, the encoder is x264, CRF 18, and the preset veryfast but for HyperFrames, \
         whose preset is medium and cannot be set: it stands against Helios with that preset. Remotion's bundle was made before. \
         SSIM is against the frames of Helios without loss; where a tool draws other frames, or at other times, that is seen in it.\n",
        versions.join("; ")
    );
    details(&mut text, rows, frames);
    text.push_str(
        "\nHow many times faster Helios is, with the same settings and workers; and Helios unasked (one worker), and with two workers, \
         against the tool unasked.\n\n\
         | scene | tool | same, N = 1 | same, N = 2 | defaults | its defaults, Helios N = 2 |\n|---|---|---|---|---|---|\n",
    );
    for row in rows {
        for peer in PEERS {
            let same: fn(u32) -> Way = if peer == Peer::HyperFrames { Way::Medium } else { Way::Tap };
            let times = |theirs: Way, ours: Way| match (row.wall(theirs), row.wall(ours)) {
                (Some(theirs), Some(ours)) => format!("{:.2}", theirs / ours),
                _ => String::new(),
            };
            let default = Way::Peer(peer, 1, Settings::Default);
            writeln!(
                text,
                "| {} | {} | {} | {} | {} | {} |",
                row.scene.name,
                peer.name(),
                times(Way::Peer(peer, 1, Settings::Same), same(1)),
                times(Way::Peer(peer, 2, Settings::Same), same(2)),
                times(default, Way::Tap(1)),
                times(default, Way::Tap(2)),
            )
            .ok();
        }
    }
    text
}

/// Memory in each tenth of a long render.
pub fn memory(machine: &str, minutes: u32, samples: &[Sample]) -> String {
    let mut text = format!(
        "# Memory of a long render\n\nWritten by `make bench-memory`.\n\n{machine}\n\n\
         The box page at 1920 x 1080, {minutes} minutes at 30 frames/s, two workers: everything that runs, helios, workers, browsers \
         and encoders, shared memory counted once. The longer the video, the flatter this must be.\n\n\
         | part of the time | mean MB | highest MB |\n|---|---|---|\n"
    );
    let end = samples.last().map_or(0.0, |sample| sample.at);
    for tenth in 0..10 {
        let within = |sample: &&Sample| (10.0 * sample.at / end).min(9.0) as u32 == tenth;
        let of: Vec<f64> = samples.iter().filter(within).map(|sample| sample.memory as f64 / 1e6).collect();
        let mean = of.iter().sum::<f64>() / of.len().max(1) as f64;
        let highest = of.iter().copied().fold(0.0, f64::max);
        writeln!(text, "| {} to {} % | {mean:.0} | {highest:.0} |", 10 * tenth, 10 * tenth + 10).ok();
    }
    text
}

/// The one in the middle.
pub fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}
