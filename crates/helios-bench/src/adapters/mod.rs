//! What `make adapters` runs: one project for each tool, drawn by the tool and by Helios. Frames are compared without loss, and the
//! time that both need for a video is taken. Each tool's scripts are in `bench/peers/adapters`. What fails is a row of the table.

mod frames;
pub mod table;
mod tools;

use crate::peer;
use crate::table::median;
use crate::tree::{run, run_within};
use crate::way::Bench;
use anyhow::{Context as _, Result, bail};
use helios_media::VideoComparison;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use tools::{Part, Step, TOOLS, Tolerance, Tool};

/// The longest that a tool, or Helios, may take for one step: the slowest took 50 s on a machine that others used heavily.
const LIMIT: Duration = Duration::from_secs(600);
/// Which frames are stills as well.
const STILLS: u32 = 6;
/// The video in the projects, from the folder of work.
const CLIP: &str = "media/clip.mp4";

/// Something that may have failed; then what is said of it.
type Outcome<T> = Result<T, String>;

/// What came of one tool.
pub struct Adapted {
    tool: &'static Tool,
    /// What was compared; one failure alone where there was nothing to compare.
    compared: Vec<(Tolerance, Outcome<VideoComparison>)>,
    /// Wall seconds for the video, by [`WAYS`].
    wall: [Outcome<f64>; 4],
}

impl Adapted {
    /// Whether everything was done, within its tolerance.
    pub fn holds(&self) -> bool {
        let near = |(tolerance, compared): &(Tolerance, Outcome<VideoComparison>)| {
            compared.as_ref().is_ok_and(|compared| tolerance.allows(compared))
        };
        self.compared.iter().all(near) && self.wall.iter().all(Result::is_ok)
    }
}

impl Tolerance {
    fn allows(&self, compared: &VideoComparison) -> bool {
        compared.overall.mean <= self.mean && 100.0 * compared.beyond <= self.seen
    }
}

/// All tools whose name contains `only`. The frames that differ most become pictures in `pictures`.
pub fn measure(
    bench: &Bench,
    only: &str,
    rounds: u32,
    pictures: &Path,
    mut say: impl FnMut(&str),
) -> Result<Vec<Adapted>> {
    media(&bench.work.join("media"))?;
    std::fs::create_dir_all(pictures).with_context(|| format!("cannot make {}", pictures.display()))?;
    let chosen: Vec<&Tool> = TOOLS.iter().filter(|tool| tool.folder.contains(only)).collect();
    if chosen.is_empty() {
        let names: Vec<&str> = TOOLS.iter().map(|tool| tool.folder).collect();
        bail!("no tool has {only:?} in its name; there are {}", names.join(", "));
    }
    Ok(chosen.into_iter().map(|tool| tool.measure(bench, rounds, pictures, &mut say)).collect())
}

/// A picture, a video and a tone, made by FFmpeg.
fn media(folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder)?;
    for (name, words) in [
        ("picture.png", "-f lavfi -i testsrc2=size=360x360 -frames:v 1"),
        ("clip.mp4", "-f lavfi -i testsrc2=size=320x180:rate=30 -t 3 -pix_fmt yuv420p -c:v libx264 -g 30"),
        ("tone.wav", "-f lavfi -i sine=440:sample_rate=48000 -t 3"),
    ] {
        let mut command = Command::new("ffmpeg");
        command.args(["-v", "error", "-y"]).args(words.split(' ')).arg(folder.join(name));
        run(&mut [command])?;
    }
    Ok(())
}

const WAYS: [&str; 4] = ["the tool, N = 1", "the tool, N = 2", "Helios, N = 1", "Helios, N = 2"];

impl Tool {
    fn measure(
        &'static self,
        bench: &Bench,
        rounds: u32,
        pictures: &Path,
        say: &mut impl FnMut(&str),
    ) -> Adapted {
        say(&format!("{}: the project", self.folder));
        let input = match self.prepare(bench) {
            Ok(input) => input,
            Err(error) => {
                let why = format!("the project was not prepared: {error:#}");
                say(&format!("{}: {why}", self.folder));
                let compared = vec![(self.tolerances[0], Err(why))];
                return Adapted {
                    tool: self,
                    compared,
                    wall: [(); 4].map(|()| Err("no project".to_owned())),
                };
            }
        };
        say(&format!("{}: frames", self.folder));
        let compared = self.compared(bench, &input, pictures, say);
        let wall = self.times(bench, &input, rounds, say);
        Adapted { tool: self, compared, wall }
    }

    /// Where what both render is.
    fn prepare(&self, bench: &Bench) -> Result<PathBuf> {
        run_within(LIMIT, self.script(bench, "prepare"))?;
        Ok(bench.work.join(self.folder))
    }

    /// The frames of the tool, in each way, against those of Helios.
    fn compared(
        &self,
        bench: &Bench,
        input: &Path,
        pictures: &Path,
        say: &mut impl FnMut(&str),
    ) -> Vec<(Tolerance, Outcome<VideoComparison>)> {
        let ours = bench.work.join("ours.mkv");
        let mut render = self.render(bench, input, &ours, 1);
        render.args(["--video-codec", "ffv1", "--pixel-format", "rgb24"]);
        let text = |error: anyhow::Error| format!("{error:#}");
        let drawn = run_within(LIMIT, render).map_err(|error| format!("Helios: {error:#}"));
        let all = self.tolerances.chunk_by(|a, b| a.step == b.step).flat_map(|of_step| {
            let theirs = drawn.clone().and_then(|_| self.draw(bench, of_step[0].step).map_err(text));
            let ours = &ours;
            of_step.iter().map(move |tolerance| {
                let compare = |theirs: PathBuf| self.compare(bench, tolerance, &theirs, ours, pictures);
                (*tolerance, theirs.clone().and_then(|theirs| compare(theirs).map_err(text)))
            })
        });
        all.inspect(|(tolerance, compared)| {
            let said = match compared {
                Ok(VideoComparison { compared, overall, beyond, .. }) => {
                    let (mean, max, seen) = (overall.mean, overall.max, 100.0 * beyond);
                    format!("{compared} frames, {mean:.4} on average, {max} at most, {seen:.4} % seen")
                }
                Err(error) => error.clone(),
            };
            say(&format!("{} {}, {}: {said}", self.folder, tolerance.step.name(), tolerance.part.name()));
        })
        .collect()
    }

    /// The frames that the tool makes in a step.
    fn draw(&self, bench: &Bench, step: Step) -> Result<PathBuf> {
        let (script, browser) = step.script();
        let name = self.name_of(step);
        let theirs = bench.work.join(if self.pictures { name } else { format!("{name}.mkv") });
        let mut drawing = self.script(bench, script);
        drawing.arg(&theirs).arg(browser);
        run_within(LIMIT, drawing)?;
        if !theirs.exists() {
            bail!("it has made no frames, and says nothing of it");
        }
        Ok(theirs)
    }

    fn compare(
        &self,
        bench: &Bench,
        tolerance: &Tolerance,
        theirs: &Path,
        ours: &Path,
        pictures: &Path,
    ) -> Result<VideoComparison> {
        let Tolerance { step, part, .. } = *tolerance;
        let every = if step == Step::Stills { STILLS } else { 1 };
        let picture = pictures.join(format!("{}-{}.png", self.name_of(step), part.word()));
        let (theirs_only, ours_only) = (bench.work.join("theirs-only.mkv"), bench.work.join("ours-only.mkv"));
        let clip = bench.work.join(CLIP);
        let theirs_drawn =
            || frames::lossless(theirs, &part.filter(every), &theirs_only).context("the frames of the tool");
        let ours_drawn = || {
            let filter = format!("select=not(mod(n\\,{every})),{}", part.filter(every));
            frames::lossless(ours, &filter, &ours_only).context("the frames of Helios")
        };
        match part {
            Part::Whole | Part::Outside(_) => theirs_drawn().and_then(|()| ours_drawn())?,
            Part::Theirs(video, convert) => {
                theirs_drawn()?;
                frames::lossless(&clip, &video.reference(convert, every), &ours_only)?;
            }
            Part::Ours(video, convert) => {
                ours_drawn()?;
                frames::lossless(&clip, &video.reference(convert, every), &theirs_only)?;
            }
        }
        frames::compare(&theirs_only, &ours_only, &picture)
    }

    /// The name of the files of a step.
    fn name_of(&self, step: Step) -> String {
        let (script, browser) = step.script();
        format!("{}-{script}-{browser}", self.folder)
    }

    /// Seconds for a video, by [`WAYS`]; what fails once is not tried again.
    fn times(
        &self,
        bench: &Bench,
        input: &Path,
        rounds: u32,
        say: &mut impl FnMut(&str),
    ) -> [Outcome<f64>; 4] {
        let mut wall: [Outcome<Vec<f64>>; 4] = [(); 4].map(|()| Ok(Vec::new()));
        for round in 1..=rounds {
            for (at, workers) in [1_u32, 2, 1, 2].into_iter().enumerate() {
                let Ok(runs) = &mut wall[at] else { continue };
                let video = bench.output();
                let command = if at < 2 {
                    let mut script = self.script(bench, "video");
                    script.arg(&video).arg("own").arg(workers.to_string());
                    script
                } else {
                    let mut render = self.render(bench, input, &video, workers);
                    render.args(["--preset", self.preset]);
                    render
                };
                std::fs::remove_file(&video).ok();
                let said = match run_within(LIMIT, command) {
                    Ok(used) if video.exists() => {
                        runs.push(used.wall);
                        format!("{:.2} s", used.wall)
                    }
                    failed => {
                        let why =
                            failed.err().map_or("there is no video".to_owned(), |error| format!("{error:#}"));
                        wall[at] = Err(why.clone());
                        why
                    }
                };
                say(&format!("{} [{round}/{rounds}] {}: {said}", self.folder, WAYS[at]));
            }
        }
        wall.map(|runs| runs.map(|runs| median(runs.into_iter())))
    }

    /// A step of the tool's script.
    fn script(&self, bench: &Bench, step: &str) -> Command {
        let mut command = peer::node(bench);
        command.arg(peer::folder(bench).join("adapters/run.mjs")).args([self.folder, step]);
        command.arg(&bench.work);
        command
    }

    fn render(&self, bench: &Bench, input: &Path, output: &Path, workers: u32) -> Command {
        let mut command = Command::new(&bench.helios);
        command.arg("render").arg(input).arg("--output").arg(output).args(self.args);
        command.args(["--quiet", "--concurrency", &workers.to_string()]);
        command
    }
}
