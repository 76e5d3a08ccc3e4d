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
    /// The step of the tool's script, and the browser that it is given.
    pub fn script(self) -> (&'static str, &'static str) {
        match self {
            Step::Same => ("frames", "same"),
            Step::Stills => ("stills", "same"),
            Step::Own => ("frames", "own"),
        }
    }

    /// As it stands in tables.
    pub fn name(self) -> &'static str {
        match self {
            Step::Same => "frames, painted with our flags",
            Step::Stills => "stills, painted with our flags",
            Step::Own => "frames, painted with its flags",
        }
    }
}

/// Which pixels are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// All of the frame.
    Whole,
    /// All but the project's video, whose colours every decoder makes in its own way.
    Outside(Place),
    /// The project's video alone.
    Video(Place),
}

/// Where a project's video is, in pixels: x, y, width, height.
pub type Place = [u32; 4];

impl Part {
    /// As it stands in tables.
    pub fn name(self) -> &'static str {
        match self {
            Part::Whole => "everything",
            Part::Outside(_) => "all but the video",
            Part::Video(_) => "the video",
        }
    }

    /// As it stands in the names of files.
    pub fn word(self) -> &'static str {
        match self {
            Part::Whole => "whole",
            Part::Outside(_) => "outside",
            Part::Video(_) => "video",
        }
    }

    /// What FFmpeg does to frames, so that no other pixels are compared.
    pub fn filter(self) -> String {
        // Planes of RGB: the colours that are compared are those that were painted.
        match self {
            Part::Whole => "format=gbrp".to_owned(),
            Part::Outside([x, y, w, h]) => format!("format=gbrp,drawbox={x}:{y}:{w}:{h}:color=black:t=fill"),
            Part::Video([x, y, w, h]) => format!("format=gbrp,crop={w}:{h}:{x}:{y}"),
        }
    }
}

/// How far frames may differ.
#[derive(Debug, Clone, Copy)]
pub struct Tolerance {
    /// The step that it is for.
    pub step: Step,
    /// The pixels that it is for.
    pub part: Part,
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
    /// What is compared, and how far it may differ. All of a step stand together: it is done once.
    pub tolerances: &'static [Tolerance],
    /// What the project has.
    pub project: &'static str,
    /// Why frames differ, where they do.
    pub why: &'static str,
}

const fn within(step: Step, part: Part, mean: f64, seen: f64) -> Tolerance {
    Tolerance { step, part, mean, seen }
}

/// In the projects of Remotion and of HyperFrames, in half of the frames. Were it one frame late or early, it would differ by 2.5
/// levels on average, over all frames, before any difference of colours: by twice that do neighbours of the clip differ.
const VIDEO: Place = [900, 80, 320, 180];

pub const TOOLS: [Tool; 4] = [
    Tool {
        name: "Remotion",
        package: "node_modules/@remotion/renderer",
        folder: "remotion",
        args: &["--composition", "Main"],
        preset: "veryfast",
        pictures: true,
        tolerances: &[
            within(Step::Same, Part::Outside(VIDEO), 0.0, 0.0),
            within(Step::Same, Part::Video(VIDEO), 2.0, 8.0),
            within(Step::Stills, Part::Outside(VIDEO), 0.0, 0.0),
            within(Step::Stills, Part::Video(VIDEO), 2.0, 8.0),
            within(Step::Own, Part::Whole, 0.5, 1.0),
        ],
        project: "text, springs, sequences, images, `<OffthreadVideo>`, sound, `delayRender()` by a timer, `calculateMetadata()`",
        why: "The video's colours: Remotion converts them by FFmpeg's shortest way, in which four pixels share one (the picture is that of \
              `ffmpeg` without options, byte by byte); Helios interpolates colours between pixels. With its own flags the system's hinting is \
              on top, at the edges of letters",
    },
    Tool {
        name: "HyperFrames",
        package: "node_modules/hyperframes",
        folder: "hyperframes",
        args: &[],
        preset: "medium",
        pictures: true,
        tolerances: &[
            within(Step::Same, Part::Outside(VIDEO), 0.0, 0.0),
            within(Step::Same, Part::Video(VIDEO), 2.0, 8.0),
            within(Step::Own, Part::Whole, 0.5, 1.0),
        ],
        project: "a GSAP timeline, timed elements, a nested composition, a video, sound, variables",
        why: "The video's colours: HyperFrames has FFmpeg write its frames as JPEGs. (It loses the styles of nested compositions where a page has no `<head>` \
              of its own; Helios does not)",
    },
    Tool {
        name: "Helios (TypeScript)",
        package: "node_modules/@helios-project/renderer",
        folder: "helios-ts",
        args: &[],
        preset: "veryfast",
        pictures: false,
        tolerances: &[within(Step::Same, Part::Whole, 0.0, 0.0), within(Step::Own, Part::Whole, 0.5, 1.0)],
        project: "an instance of `@helios-project/core` that follows the page's clock, with `spring()` and `interpolate()`, text, an image",
        why: "None, with the same flags. Its renderer's clock moves `Date` and timers alone: the document's timeline and CSS animations run on in real time, so a page \
              that follows them (`bindToDocumentTimeline()`) is another one in each of its runs, and cannot be compared. Two of the flags that it asks for are left out: with \
              them this Chromium never answers its first screenshot",
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
        tolerances: &[within(Step::Same, Part::Whole, 0.0001, 0.0), within(Step::Own, Part::Whole, 0.5, 1.0)],
        project: "a canvas drawn by animation frames, text by `Date` and a timer, an image that turns",
        why: "None, with the same flags. With Chromium's own there is the system's hinting at the edges of letters",
    },
];
