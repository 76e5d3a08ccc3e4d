//! Where the time of a render goes: stretches of wall time by stage, and what their sums say.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::time::Duration;

/// What a worker, or the render as a whole, is doing. In the order of a render.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// The browser starts.
    Launch,
    /// The page loads.
    Load,
    /// Frames before the chunk pass without being drawn.
    Replay,
    /// The page makes a frame: its scripts, animations, styles, and what it waits for.
    Step,
    /// The browser lays out and paints the frame, until its pixels are here.
    Paint,
    /// Pixels become what the encoder reads.
    Convert,
    /// The encoder is waited for.
    Encode,
    /// The encoder ends, and the chunk's file is written to the disk.
    Finish,
    /// The chunks are joined and verified.
    Stitch,
}

impl Stage {
    /// All of them, in order.
    pub const ALL: [Stage; 9] = [
        Stage::Launch,
        Stage::Load,
        Stage::Replay,
        Stage::Step,
        Stage::Paint,
        Stage::Convert,
        Stage::Encode,
        Stage::Finish,
        Stage::Stitch,
    ];

    /// As it is written in JSON and shown.
    pub fn name(self) -> &'static str {
        match self {
            Stage::Launch => "launch",
            Stage::Load => "load",
            Stage::Replay => "replay",
            Stage::Step => "step",
            Stage::Paint => "paint",
            Stage::Convert => "convert",
            Stage::Encode => "encode",
            Stage::Finish => "finish",
            Stage::Stitch => "stitch",
        }
    }

    /// Whether it is done for each frame.
    pub fn is_per_frame(self) -> bool {
        matches!(self, Stage::Step | Stage::Paint | Stage::Convert | Stage::Encode)
    }
}

/// A stretch of time in which one thing was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Span {
    /// What was done.
    pub stage: Stage,
    /// The frame it was done for, if it was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frame: Option<u32>,
    /// Its beginning: microseconds since 1970.
    pub start: u64,
    /// Microseconds.
    pub length: u64,
}

impl Span {
    /// What has lasted `length` and ended `end` after the beginning of 1970.
    pub fn ended(stage: Stage, frame: Option<u32>, length: Duration, end: Duration) -> Span {
        let micros = |time: Duration| u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        Span { stage, frame, start: micros(end.saturating_sub(length)), length: micros(length) }
    }
}

/// Microseconds of wall time by stage. Stages of one worker overlap: it draws a frame while the one before is converted and the
/// one before that encoded.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct StageTimes(BTreeMap<Stage, u64>);

impl StageTimes {
    /// Adds `micros` to a stage.
    pub fn add(&mut self, stage: Stage, micros: u64) {
        *self.0.entry(stage).or_default() += micros;
    }

    /// Adds all of `other`.
    pub fn merge(&mut self, other: &StageTimes) {
        other.0.iter().for_each(|(stage, micros)| self.add(*stage, *micros));
    }

    /// Milliseconds of a stage.
    pub fn millis(&self, stage: Stage) -> f64 {
        self.0.get(&stage).copied().unwrap_or_default() as f64 / 1000.0
    }

    /// What would have to be faster for the whole to be, in a sentence. `frames` is how many were rendered.
    pub fn bottleneck(&self, frames: u32) -> String {
        let ms = |stage| self.millis(stage);
        let per_frame = |millis: f64| format!("{:.1} ms a frame", millis / f64::from(frames.max(1)));
        let before = ms(Stage::Launch) + ms(Stage::Load);
        let (step, paint, convert, encode) =
            (ms(Stage::Step), ms(Stage::Paint), ms(Stage::Convert), ms(Stage::Encode));
        let drawing = step + paint;
        if ms(Stage::Replay) > before.max(drawing).max(encode) {
            return "Most of the time passes frames before each chunk: if the picture depends on the time alone, say \
                    helios.seekable = true in the page"
                .to_owned();
        }
        if before > drawing.max(encode) {
            return "Most of the time starts browsers and loads the page: longer renders, or fewer workers, make better use \
                    of it"
                .to_owned();
        }
        if encode > drawing / 2.0 && encode > convert {
            return format!(
                "The encoder is the bottleneck: it is waited for {}; a faster --preset takes less",
                per_frame(encode)
            );
        }
        if convert > drawing {
            return format!("Converting pixels is the bottleneck: {}", per_frame(convert));
        }
        if step > paint {
            return format!(
                "The page is the bottleneck: its scripts and styles take {}; more workers share them",
                per_frame(step)
            );
        }
        format!(
            "Painting is the bottleneck: the browser needs {} for layout, raster and compositing; more workers share them",
            per_frame(paint)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::{Stage, StageTimes};

    fn times(all: &[(Stage, u64)]) -> StageTimes {
        let mut times = StageTimes::default();
        all.iter().for_each(|(stage, micros)| times.add(*stage, *micros));
        times
    }

    #[test]
    fn the_largest_stage_is_named() {
        let base = [(Stage::Launch, 500_000), (Stage::Step, 900_000), (Stage::Paint, 2_000_000)];
        assert!(
            times(&base).bottleneck(100).starts_with("Painting is the bottleneck: the browser needs 20.0 ms")
        );
        let with = |stage, micros| times(&[&base[..], &[(stage, micros)]].concat()).bottleneck(100);
        assert!(with(Stage::Step, 2_000_000).starts_with("The page is the bottleneck"));
        assert!(with(Stage::Encode, 2_000_000).starts_with("The encoder is the bottleneck"));
        assert!(with(Stage::Convert, 4_000_000).starts_with("Converting"));
        assert!(with(Stage::Replay, 9_000_000).contains("seekable"));
        assert!(with(Stage::Load, 9_000_000).contains("loads the page"));
        assert!(StageTimes::default().bottleneck(0).starts_with("Painting"));
    }

    #[test]
    fn names_are_those_of_json() {
        for stage in Stage::ALL {
            assert_eq!(serde_json::to_value(stage).unwrap(), stage.name());
        }
        let times = times(&[(Stage::Step, 1500)]);
        assert_eq!(serde_json::to_string(&times).unwrap(), r#"{"step":1500}"#);
        assert_eq!(times.millis(Stage::Step), 1.5);
    }
}
