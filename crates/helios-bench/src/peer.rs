//! Other tools that turn pages into videos, by the scripts of `bench/peers`.

use crate::scene::Scene;
use crate::way::Bench;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::process::Command;

/// A tool.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Peer {
    /// Remotion, its renderer on a bundle.
    Remotion,
    /// HyperFrames, its command.
    HyperFrames,
    /// The TypeScript Helios, its renderer.
    HeliosTs,
}

/// All of them, in the order of the tables.
pub const PEERS: [Peer; 3] = [Peer::Remotion, Peer::HyperFrames, Peer::HeliosTs];

/// What a tool is told of the encoder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Settings {
    /// x264, CRF 18 and, where it has a setting for that, the preset veryfast; the number of workers.
    Same,
    /// Nothing.
    Default,
}

/// The folder of the scripts. Bench scenes are beside it.
pub fn folder(bench: &Bench) -> PathBuf {
    bench.scenes.with_file_name("peers")
}

/// The Node that all scripts run in: one of the tools needs a newer one than Debian's.
pub fn node(bench: &Bench) -> Command {
    Command::new(folder(bench).join("node_modules/node/bin/node"))
}

/// Remotion's bundle of the scene is made once, and not measured.
pub fn prepare(bench: &Bench) -> Command {
    let mut command = node(bench);
    command.arg(folder(bench).join("remotion/bundle.mjs")).arg(bundle(bench));
    command
}

fn bundle(bench: &Bench) -> PathBuf {
    bench.work.join("remotion")
}

/// Name and version of a package, as installed in a folder of the peers' beside `scenes`.
pub fn version(scenes: &Path, name: &str, folder: &str) -> String {
    let file = scenes.with_file_name("peers").join(folder).join("package.json");
    let package: Option<serde_json::Value> =
        std::fs::read_to_string(file).ok().and_then(|text| serde_json::from_str(&text).ok());
    let version = package.as_ref().and_then(|package| package["version"].as_str()).unwrap_or("not installed");
    format!("{name} {version}")
}

impl Peer {
    /// As it stands in tables.
    pub fn name(self) -> &'static str {
        match self {
            Peer::Remotion => "Remotion",
            Peer::HyperFrames => "HyperFrames",
            Peer::HeliosTs => "Helios (TypeScript)",
        }
    }

    fn package(self) -> &'static str {
        match self {
            Peer::Remotion => "@remotion/renderer",
            Peer::HyperFrames => "hyperframes",
            Peer::HeliosTs => "@helios-project/renderer",
        }
    }

    fn script(self) -> &'static str {
        match self {
            Peer::Remotion => "remotion/render.mjs",
            Peer::HyperFrames => "hyperframes/render.mjs",
            Peer::HeliosTs => "helios-ts/render.mjs",
        }
    }

    /// Name and version, as installed in the folder of the peers beside `scenes`.
    pub fn version(self, scenes: &Path) -> String {
        version(scenes, self.name(), &format!("node_modules/{}", self.package()))
    }

    /// A render of the boxes.
    pub fn command(self, bench: &Bench, scene: &Scene, workers: u32, settings: Settings) -> Command {
        let mut command = node(bench);
        command.arg(folder(bench).join(self.script())).arg(bench.output());
        for number in [scene.width, scene.height, bench.frames, workers] {
            command.arg(number.to_string());
        }
        command.arg(match settings {
            Settings::Same => "same",
            Settings::Default => "default",
        });
        command.env("REMOTION_BUNDLE", bundle(bench));
        command.env("HELIOS_SCENE", format!("file://{}", bench.scenes.join(scene.page).display()));
        command
    }
}
