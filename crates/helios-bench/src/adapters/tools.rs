//! The tools with their projects, and how close Helios has to come to them.

/// What a tool is told of the browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// All frames, by a browser that paints as Helios has it paint.
    Same,
    /// Stills of every sixth frame, by the same browser.
    Stills,
    /// All frames, by a browser with the flags that the tool gives it.
    Own,
}

impl Step {
    /// As it stands in tables.
    pub fn name(self) -> &'static str {
        match self {
            Step::Same => "frames, painted with our flags",
            Step::Stills => "stills, painted with our flags",
            Step::Own => "frames, painted with its flags",
        }
    }
}

/// How far frames may differ.
#[derive(Debug, Clone, Copy)]
pub struct Tolerance {
    /// The step that it is for.
    pub step: Step,
    /// Mean difference of all channels, in levels of 255.
    pub mean: f64,
    /// Part of all pixels with a channel that differs by more than [`super::frames::UNSEEN`], in percent.
    pub seen: f64,
}

/// A tool with its project.
#[derive(Debug)]
pub struct Tool {
    /// As it stands in tables.
    pub name: &'static str,
    /// Its package in `bench/peers`, for the version.
    pub package: &'static str,
    /// The folder in `bench/peers/adapters`.
    pub folder: &'static str,
    /// What Helios is told besides.
    pub args: &'static [&'static str],
    /// The preset of x264 that the tool encodes with.
    pub preset: &'static str,
    /// Whether it writes a folder of PNGs, and not a video without loss.
    pub pictures: bool,
    /// What is compared, and how far it may differ.
    pub tolerances: &'static [Tolerance],
    /// What the project has.
    pub project: &'static str,
    /// Why frames differ, where they do.
    pub why: &'static str,
}

const fn within(step: Step, mean: f64, seen: f64) -> Tolerance {
    Tolerance { step, mean, seen }
}

pub const TOOLS: [Tool; 4] = [
    Tool {
        name: "Remotion",
        package: "node_modules/@remotion/renderer",
        folder: "remotion",
        args: &["--composition", "Main"],
        preset: "veryfast",
        pictures: true,
        tolerances: &[
            within(Step::Same, 0.1, 0.2),
            within(Step::Stills, 0.1, 0.2),
            within(Step::Own, 0.5, 1.0),
        ],
        project: "text, springs, sequences, images, `<OffthreadVideo>`, sound, `delayRender()` by a timer, `calculateMetadata()`",
        why: "All but the video is the same to the last level. Remotion converts the video's colours by FFmpeg's shortest way, in which four pixels \
              share one (the picture is that of `ffmpeg` without options, byte by byte); Helios interpolates colours between pixels. With its own \
              flags the system's hinting is on top, at the edges of letters",
    },
    Tool {
        name: "HyperFrames",
        package: "node_modules/hyperframes",
        folder: "hyperframes",
        args: &[],
        preset: "medium",
        pictures: true,
        tolerances: &[within(Step::Same, 0.1, 0.2), within(Step::Own, 0.5, 1.0)],
        project: "a GSAP timeline, timed elements, a nested composition, a video, sound, variables",
        why: "In HyperFrames' own frames the nested composition is not seen, also when it is written as in its own templates (why was not found out); in Helios it is. \
              The video's colours differ as for Remotion. With its own flags the system's hinting is on top, at the edges of letters",
    },
    Tool {
        name: "Helios (TypeScript)",
        package: "node_modules/@helios-project/renderer",
        folder: "helios-ts",
        args: &[],
        preset: "veryfast",
        pictures: false,
        tolerances: &[within(Step::Same, 0.1, 0.2), within(Step::Own, 0.5, 1.0)],
        project: "an instance of `@helios-project/core` with `spring()` and `interpolate()`, text, an image with a CSS animation",
        why: "There is nothing to compare with: its renderer asks for two flags with which this Chromium never answers the first screenshot, and without them its \
              clock runs on between frames. Of two runs, frame 11 showed frame 53 in one and frame 48 in the other",
    },
    Tool {
        name: "timecut",
        package: "adapters/timecut/node_modules/timecut",
        folder: "timecut",
        args: &[
            "--contract",
            "timecut",
            "--width",
            "1280",
            "--height",
            "720",
            "--fps",
            "30",
            "--duration",
            "3",
        ],
        preset: "veryfast",
        pictures: false,
        tolerances: &[within(Step::Same, 0.1, 0.2), within(Step::Own, 0.5, 1.0)],
        project: "a canvas drawn by animation frames, text by `Date` and a timer, an image that turns",
        why: "None, with the same flags. With Chromium's own there is the system's hinting at the edges of letters",
    },
];
