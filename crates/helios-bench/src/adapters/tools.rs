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

/// What is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// All of the frame, the tool's with ours.
    Whole,
    /// All but the project's video, the tool's with ours: colours of a video are made in more than one way.
    Outside(Video),
    /// The tool's picture of the video with FFmpeg's, converted by the filter.
    Theirs(Video, &'static str),
    /// Our picture of the video with FFmpeg's, converted by the filter.
    Ours(Video, &'static str),
}

/// Where a project's video is, and when: from the first of its frames, at its own rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Video {
    /// In pixels: x, y, width, height.
    place: [u32; 4],
    /// The first frame that shows it.
    first: u32,
    /// How many frames show it.
    frames: u32,
}

impl Part {
    /// As it stands in tables.
    pub fn name(self) -> &'static str {
        match self {
            Part::Whole => "everything",
            Part::Outside(_) => "all but the video",
            Part::Theirs(..) => "the tool's video, with FFmpeg's picture",
            Part::Ours(..) => "Helios' video, with FFmpeg's picture",
        }
    }

    /// As it stands in the names of files.
    pub fn word(self) -> &'static str {
        match self {
            Part::Whole => "whole",
            Part::Outside(_) => "outside",
            Part::Theirs(..) => "video",
            Part::Ours(..) => "our-video",
        }
    }

    /// What FFmpeg does to frames, of which every `every`th was drawn, so that no others and no other pixels are compared.
    pub fn filter(self, every: u32) -> String {
        // Planes of RGB: the colours that are compared are those that were painted.
        match self {
            Part::Whole => "format=gbrp".to_owned(),
            Part::Outside(Video { place: [x, y, w, h], .. }) => {
                format!("format=gbrp,drawbox={x}:{y}:{w}:{h}:color=black:t=fill")
            }
            Part::Theirs(video, _) | Part::Ours(video, _) => {
                let Video { place: [x, y, w, h], first, frames } = video;
                let (from, to) = (first.div_ceil(every), (first + frames - 1) / every);
                format!("select=between(n\\,{from}\\,{to}),format=gbrp,crop={w}:{h}:{x}:{y}")
            }
        }
    }
}

impl Video {
    /// What makes FFmpeg's pictures of its file, where every `every`th frame is compared.
    pub fn reference(self, convert: &str, every: u32) -> String {
        let Video { place: [_, _, w, h], first, frames } = self;
        format!(
            "select=lt(n\\,{frames})*not(mod(n+{first}\\,{every})),crop={w}:{h}:0:0,{convert},format=gbrp"
        )
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

/// In the projects of Remotion and of HyperFrames.
const VIDEO: Video = Video { place: [900, 80, 320, 180], first: 30, frames: 45 };
/// Without options FFmpeg takes its shortest way: four pixels share one colour.
const SHORTEST: &str = "format=rgb24";
/// As Helios has FFmpeg convert videos: colours are interpolated between pixels.
const ACCURATE: &str = "scale=flags=accurate_rnd+full_chroma_int+full_chroma_inp,format=rgb24";

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
            within(Step::Same, Part::Theirs(VIDEO, SHORTEST), 0.0, 0.0),
            within(Step::Same, Part::Ours(VIDEO, ACCURATE), 0.0, 0.0),
            within(Step::Stills, Part::Outside(VIDEO), 0.0, 0.0),
            within(Step::Stills, Part::Theirs(VIDEO, SHORTEST), 0.0, 0.0),
            within(Step::Own, Part::Whole, 0.5, 1.0),
        ],
        project: "text, springs, sequences, images, `<OffthreadVideo>`, sound, `delayRender()` by a timer, `calculateMetadata()`",
        why: "The video's colours: Remotion has FFmpeg's libraries convert them by their shortest way, in which four pixels share one colour; \
              Helios has them interpolated. Both pictures are FFmpeg's own, to the byte. With its own flags the system's hinting is on top, at \
              the edges of letters",
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
            within(Step::Same, Part::Theirs(VIDEO, SHORTEST), 0.0, 0.0),
            within(Step::Same, Part::Ours(VIDEO, ACCURATE), 0.0, 0.0),
            within(Step::Own, Part::Whole, 0.5, 1.0),
        ],
        project: "a GSAP timeline, timed elements, a nested composition, a video, sound, variables",
        why: "The video's colours, as with Remotion. Its frames are made with `--video-frame-format png`: left to itself it puts JPEGs in \
              place of the video, whose losses are compared with nothing here. (It loses the styles of nested compositions where a page has no \
              `<head>` of its own; Helios does not)",
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
