//! What `make adapters` runs: one project for each tool, drawn by the tool and by Helios. Frames are compared without loss, and the
//! time that both need for a video is taken. Each tool's scripts are in `bench/peers/adapters`.

use crate::peer::Peer;
use crate::tree::run;
use crate::way::Bench;
use anyhow::{Context as _, Result, bail};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A tool with its project.
struct Adapter {
    peer: Peer,
    /// The folder in `bench/peers/adapters`.
    folder: &'static str,
    /// What Helios is told besides.
    args: &'static [&'static str],
    /// The preset of x264 that the tool encodes with.
    preset: &'static str,
    /// Why frames differ, where they do.
    why: &'static str,
}

const ADAPTERS: [Adapter; 3] = [
    Adapter {
        peer: Peer::Remotion,
        folder: "remotion",
        args: &["--composition", "Main"],
        preset: "veryfast",
        why: "Remotion's own compositor decodes the frames of `<OffthreadVideo>`, FFmpeg decodes ours: where colours meet in that video \
              they are interpolated otherwise. What is turned or scaled has its edges smoothed otherwise by the headless shell, which \
              Remotion uses",
    },
    Adapter {
        peer: Peer::HyperFrames,
        folder: "hyperframes",
        args: &[],
        preset: "medium",
        why: "HyperFrames puts JPEG or PNG pictures of the video's frames into the page, converted by another FFmpeg filter. The edges of \
              what is turned or scaled are smoothed otherwise by the headless shell",
    },
    Adapter {
        peer: Peer::HeliosTs,
        folder: "helios-ts",
        args: &[],
        preset: "veryfast",
        why: "Its renderer takes the frame below a time, and some times lie a little below their frame (0.9666 s times 30 is less than \
              29): there it draws the frame before",
    },
];

/// How two renders compare, as `helios verify --json` says.
#[derive(Debug)]
pub struct Compared {
    /// Number of frames that both have.
    pub frames: u32,
    /// Of them, those that differ by a level or more.
    pub differing: u32,
    /// The largest difference of a channel, in levels of 255.
    pub max: u8,
    /// The mean difference over all channels of all pixels of all frames.
    pub mean: f64,
    /// Frames that differ by more than 16 levels somewhere.
    pub beyond: u32,
}

/// What came of one tool.
pub struct Adapted {
    /// The tool.
    pub peer: Peer,
    /// Its frames against ours.
    pub compared: Compared,
    /// Wall seconds for the video: the tool with one worker and two, Helios with one and two.
    pub wall: [f64; 4],
    /// Why frames differ.
    pub why: &'static str,
}

/// All tools whose name contains `only`.
pub fn measure(bench: &Bench, only: &str, rounds: u32, mut say: impl FnMut(&str)) -> Result<Vec<Adapted>> {
    media(&bench.work.join("media"))?;
    let fonts = bench.work.join("config/fontconfig");
    std::fs::create_dir_all(&fonts)?;
    std::fs::write(fonts.join("fonts.conf"), FONTS)?;
    let chosen = ADAPTERS.iter().filter(|adapter| adapter.folder.contains(only));
    let mut all = Vec::new();
    for adapter in chosen {
        all.push(adapter.measure(bench, rounds, &mut say).with_context(|| adapter.folder)?);
    }
    if all.is_empty() {
        bail!("no tool has {only:?} in its name; there are remotion, hyperframes and helios-ts");
    }
    Ok(all)
}

/// Letters as Helios has them drawn: the tools leave it to the system whether they are fitted to the pixels (hinting).
const FONTS: &str = r#"<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <match target="pattern"><edit name="hintstyle" mode="assign"><const>hintnone</const></edit></match>
  <match target="font"><edit name="hintstyle" mode="assign"><const>hintnone</const></edit></match>
</fontconfig>
"#;

/// A picture, a video and a tone, made by FFmpeg.
fn media(folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder)?;
    for (name, words) in [
        ("picture.png", "-f lavfi -i testsrc2=size=360x360 -frames:v 1"),
        ("clip.mp4", "-f lavfi -i testsrc2=size=320x180:rate=30 -t 3 -pix_fmt yuv420p -c:v libx264"),
        ("tone.wav", "-f lavfi -i sine=440:sample_rate=48000 -t 3"),
    ] {
        ffmpeg(words.split(' '), &folder.join(name))?;
    }
    Ok(())
}

fn ffmpeg<'a>(words: impl Iterator<Item = &'a str>, output: &Path) -> Result<()> {
    let mut command = Command::new("ffmpeg");
    command.args(["-v", "error", "-y"]).args(words).arg(output);
    run(&mut [command]).map(drop)
}

impl Adapter {
    fn measure(&self, bench: &Bench, rounds: u32, say: &mut impl FnMut(&str)) -> Result<Adapted> {
        say(&format!("{}: the project", self.folder));
        let mut prepare = self.script(bench, "prepare");
        let output = prepare.stderr(Stdio::inherit()).output().context("cannot start node")?;
        let said = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        if !output.status.success() {
            bail!("the project was not prepared: {}", output.status);
        }
        // Tools print what they like before the last line.
        let input = PathBuf::from(said.lines().last().unwrap_or_default());

        say(&format!("{}: frames", self.folder));
        let theirs = self.frames(bench)?;
        let ours = bench.work.join("ours.mkv");
        let mut render = self.render(bench, &input, &ours, 1);
        render.args(["--video-codec", "ffv1", "--pixel-format", "rgb24"]);
        run(&mut [render])?;
        let compared = compare(bench, &theirs, &ours)?;

        let mut wall: [Vec<f64>; 4] = Default::default();
        for round in 1..=rounds {
            for (at, workers) in [1_u32, 2, 1, 2].into_iter().enumerate() {
                let command = if at < 2 {
                    let mut video = self.script(bench, "video");
                    video.arg(bench.output()).arg(workers.to_string());
                    video
                } else {
                    let mut render = self.render(bench, &input, &bench.output(), workers);
                    render.args(["--preset", self.preset]);
                    render
                };
                let used = run(&mut [command])?;
                say(&format!("{} [{round}/{rounds}] {}: {:.2} s", self.folder, WAYS[at], used.wall));
                wall[at].push(used.wall);
            }
        }
        let wall = wall.map(|mut runs| {
            runs.sort_by(f64::total_cmp);
            runs.get(runs.len() / 2).copied().unwrap_or_default()
        });
        Ok(Adapted { peer: self.peer, compared, wall, why: self.why })
    }

    /// A step of the tool's script.
    fn script(&self, bench: &Bench, step: &str) -> Command {
        let mut command = crate::peer::node(bench);
        command.arg(crate::peer::folder(bench).join("adapters/run.mjs")).args([self.folder, step]);
        command.arg(&bench.work).env("XDG_CONFIG_HOME", bench.work.join("config"));
        command
    }

    /// The tool's frames as a video without loss.
    fn frames(&self, bench: &Bench) -> Result<PathBuf> {
        let theirs = bench.work.join(format!("{}.mkv", self.folder));
        // A tool that has no pictures writes the video itself.
        let output = match self.peer {
            Peer::HeliosTs => theirs.clone(),
            _ => bench.work.join(format!("{}-frames", self.folder)),
        };
        let mut script = self.script(bench, "frames");
        script.arg(&output);
        run(&mut [script])?;
        if output != theirs {
            let pictures = format!("{}/*.png", output.display());
            let words = [
                "-framerate",
                "30",
                "-pattern_type",
                "glob",
                "-i",
                &pictures,
                "-c:v",
                "ffv1",
                "-pix_fmt",
                "gbrp",
            ];
            ffmpeg(words.into_iter(), &theirs)?;
        }
        Ok(theirs)
    }

    fn render(&self, bench: &Bench, input: &Path, output: &Path, workers: u32) -> Command {
        let mut command = Command::new(&bench.helios);
        command.arg("render").arg(input).arg("--output").arg(output).args(self.args);
        command.args(["--quiet", "--concurrency", &workers.to_string()]);
        command
    }
}

const WAYS: [&str; 4] = ["the tool, N = 1", "the tool, N = 2", "Helios, N = 1", "Helios, N = 2"];

/// `helios verify`, of which different is no failure.
fn compare(bench: &Bench, theirs: &Path, ours: &Path) -> Result<Compared> {
    let verify = |tolerance: &str| -> Result<serde_json::Value> {
        let words = [OsStr::new("verify"), theirs.as_os_str(), ours.as_os_str()];
        let output = Command::new(&bench.helios)
            .args(words)
            .args(["--json", "--quiet", "--tolerance", tolerance])
            .output()
            .context("cannot start helios")?;
        serde_json::from_slice(&output.stdout)
            .with_context(|| format!("helios verify: {}", String::from_utf8_lossy(&output.stderr)))
    };
    let (exact, near) = (verify("0")?, verify("16")?);
    if exact["comparedFrames"] == 0 {
        bail!("the frames cannot be compared: {exact}");
    }
    let count = |report: &serde_json::Value, key: &str| report[key].as_u64().unwrap_or_default();
    Ok(Compared {
        frames: u32::try_from(count(&exact, "comparedFrames"))?,
        differing: u32::try_from(count(&exact, "differingFrames"))?,
        max: u8::try_from(count(&exact, "maxError"))?,
        mean: exact["meanError"].as_f64().unwrap_or_default(),
        beyond: u32::try_from(count(&near, "differingFrames"))?,
    })
}
