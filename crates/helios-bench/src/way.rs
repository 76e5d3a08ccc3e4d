//! The ways to a video that are measured against each other.

use crate::peer::{PEERS, Peer, Settings};
use crate::scene::Scene;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::process::Command;

/// How a video is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Way {
    /// Helios, frames from the tap.
    Tap(u32),
    /// Helios, frames from the tap, with the preset that tools have which know no other.
    Medium(u32),
    /// Helios, frames as screenshots.
    Screenshot(u32),
    /// FFmpeg alone, from a file of the same frames, raw and converted: the limit.
    Ffmpeg(u32),
    /// Another tool, with so many workers where it is told.
    Peer(Peer, u32, Settings),
}

/// Interleaved in this order, round by round.
const ALONE: [Way; 6] =
    [Way::Tap(1), Way::Ffmpeg(1), Way::Screenshot(1), Way::Tap(2), Way::Ffmpeg(2), Way::Screenshot(2)];

/// The ways of a run, interleaved in this order, round by round.
pub fn ways(peers: bool, screenshots: bool) -> Vec<Way> {
    if !peers {
        return ALONE.into_iter().filter(|way| screenshots || !matches!(way, Way::Screenshot(_))).collect();
    }
    let ours = [1, 2].into_iter().flat_map(|n| [Way::Tap(n), Way::Medium(n)]);
    let theirs = PEERS.into_iter().flat_map(|peer| {
        [(1, Settings::Same), (2, Settings::Same), (1, Settings::Default)]
            .map(|(n, settings)| Way::Peer(peer, n, settings))
    });
    ours.chain(theirs).collect()
}

impl Way {
    /// As it stands in tables.
    pub fn name(self) -> String {
        match self {
            Way::Tap(n) => format!("tap, N = {n}"),
            Way::Medium(n) => format!("tap, preset medium, N = {n}"),
            Way::Screenshot(n) => format!("screenshots, N = {n}"),
            Way::Ffmpeg(n) => format!("FFmpeg alone, {n} at a time"),
            Way::Peer(peer, n, Settings::Same) => format!("{}, N = {n}", peer.name()),
            Way::Peer(peer, _, Settings::Default) => format!("{}, its defaults", peer.name()),
        }
    }
}

/// The programs and places of a measurement.
#[derive(Debug, Clone)]
pub struct Bench {
    /// `helios`.
    pub helios: PathBuf,
    /// The folder of the scenes.
    pub scenes: PathBuf,
    /// A folder for what is made.
    pub work: PathBuf,
    /// Frames of each render.
    pub frames: u32,
}

impl Bench {
    /// The video of a way.
    pub fn output(&self) -> PathBuf {
        self.work.join("out.mp4")
    }

    /// `helios render` for a scene, without an output.
    fn render(&self, scene: &Scene, output: &Path) -> Command {
        let mut command = Command::new(&self.helios);
        command.arg("render").arg(self.scenes.join(scene.page)).arg("--output").arg(output).arg("--quiet");
        for (flag, value) in
            [("--width", scene.width), ("--height", scene.height), ("--frame-count", self.frames)]
        {
            command.arg(flag).arg(value.to_string());
        }
        // The pages say that they are 10 seconds long, at 30 frames/s.
        if self.frames > 300 {
            command.arg("--duration").arg(self.frames.div_ceil(30).to_string());
        }
        command
    }

    /// All frames without loss, to measure quality against and to take raw frames from.
    pub fn lossless(&self, scene: &Scene, output: &Path) -> Command {
        let mut command = self.render(scene, output);
        command.args(["--quality", "0", "--preset", "ultrafast"]);
        command
    }

    /// The commands of one run, side by side. `raw` has the frames as planar YUV 4:2:0, 8 bits.
    pub fn commands(&self, way: Way, scene: &Scene, raw: &Path) -> Vec<Command> {
        match way {
            Way::Tap(n) | Way::Medium(n) | Way::Screenshot(n) => {
                let mut command = self.render(scene, &self.output());
                let capture = if matches!(way, Way::Screenshot(_)) { "screenshot" } else { "tap" };
                command.args(["--capture", capture, "--concurrency", &n.to_string()]);
                if matches!(way, Way::Medium(_)) {
                    command.args(["--preset", "medium"]);
                }
                vec![command]
            }
            Way::Ffmpeg(n) => (0..n).map(|part| self.encode(scene, raw, part, n)).collect(),
            Way::Peer(peer, n, settings) => vec![peer.command(self, scene, n, settings)],
        }
    }

    /// FFmpeg with the settings of a chunk, on the frames of part `part` of `parts`.
    fn encode(&self, scene: &Scene, raw: &Path, part: u32, parts: u32) -> Command {
        let (first, end) = (self.frames * part / parts, self.frames * (part + 1) / parts);
        let frame_bytes = u64::from(scene.width) * u64::from(scene.height) * 3 / 2;
        let mut command = Command::new("ffmpeg");
        command.args([
            "-hide_banner",
            "-loglevel",
            "error",
            "-y",
            "-f",
            "rawvideo",
            "-pix_fmt",
            "yuv420p",
            "-s:v",
        ]);
        command.arg(format!("{}x{}", scene.width, scene.height)).args([
            "-framerate",
            "30",
            "-skip_initial_bytes",
        ]);
        command.arg((u64::from(first) * frame_bytes).to_string()).arg("-i").arg(raw);
        command.args(["-frames:v", &(end - first).to_string()]);
        // As crates/helios-media/src/encoder_args.rs has them.
        command.args([
            "-c:v",
            "libx264",
            "-profile:v",
            "high",
            "-preset",
            "veryfast",
            "-crf",
            "18",
            "-g",
            "60",
        ]);
        command.args(["-threads", "2", "-flags:v", "+cgop", "-f", "mov"]);
        command.arg(self.work.join(format!("ffmpeg-{part}.mov")));
        command
    }
}
