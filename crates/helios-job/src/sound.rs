//! What is heard in a composition, as data: which source plays from when to when, how fast and how loud. Recorded by the
//! workers on the page's clock, mixed once for the whole video. Whole numbers throughout, so that the same sound is the
//! same text wherever the video was cut. Decodes and mixes nothing.

use crate::{Fps, FrameRange};
use serde::{Deserialize, Serialize};

/// Samples per second of the mix.
pub const SAMPLE_RATE: u32 = 48_000;

/// What stands for 1 in volumes and rates.
pub const MILLION: u32 = 1_000_000;

const NANOS: u128 = 1_000_000_000;

/// Where sound comes from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
pub enum SoundSource {
    /// A file, by its absolute path.
    File(String),
    /// An http(s) address.
    Url(String),
    /// A file that a worker has left beside its chunk: what the page made itself.
    Beside(String),
}

/// A source that plays without a break. Times are nanoseconds from the beginning of the composition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Stretch {
    /// Index of the source in the list.
    pub source: u32,
    /// Which element of the page plays it; a change of its volume while it plays is no cut.
    pub element: u32,
    /// When it is first heard.
    pub from: u64,
    /// When it is no longer heard.
    pub to: u64,
    /// A time at which the source is at `position`. May lie before `from`.
    pub anchor: u64,
    /// The position of the source at `anchor`, in nanoseconds. Below 0 for a source whose file begins later.
    pub position: i64,
    /// Speed, in millionths.
    pub rate: u32,
    /// Whether the pitch stays the same at another speed.
    pub keep_pitch: bool,
    /// Volume, in millionths.
    pub volume: u32,
    /// After this position it begins again.
    #[serde(default, rename = "loop", skip_serializing_if = "Option::is_none")]
    pub repeat: Option<u64>,
    /// From silence to full volume between these times.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fade_in: Option<(u64, u64)>,
    /// From full volume to silence between these times.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fade_out: Option<(u64, u64)>,
}

/// The sound of a part of a composition, or of all of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SoundTimeline {
    /// The sources, each once.
    pub sources: Vec<SoundSource>,
    /// What plays.
    pub stretches: Vec<Stretch>,
}

impl SoundTimeline {
    /// Whether nothing is heard.
    pub fn is_empty(&self) -> bool {
        self.stretches.is_empty()
    }

    /// What is heard in `window` alone, with the sources that it needs.
    #[must_use]
    pub fn clipped(&self, (start, end): (u64, u64)) -> SoundTimeline {
        let mut clipped = SoundTimeline::default();
        for stretch in &self.stretches {
            let (from, to) = (stretch.from.max(start), stretch.to.min(end));
            let Some(source) = self.sources.get(stretch.source as usize) else { continue };
            if from < to {
                clipped.push(source.clone(), Stretch { from, to, ..stretch.clone() });
            }
        }
        clipped
    }

    /// Adds a stretch of `source`. One that goes on where another ends becomes a part of it: where a video was cut into
    /// chunks does not show.
    pub fn push(&mut self, source: SoundSource, stretch: Stretch) {
        let known = self.sources.iter().position(|known| *known == source);
        let index = known.unwrap_or_else(|| {
            self.sources.push(source);
            self.sources.len() - 1
        });
        let stretch = Stretch { source: u32::try_from(index).unwrap_or(u32::MAX), ..stretch };
        let goes_on = |before: &&mut Stretch| {
            before.to == stretch.from
                && **before == Stretch { from: before.from, to: before.to, ..stretch.clone() }
        };
        match self.stretches.iter_mut().rev().find(goes_on) {
            Some(before) => before.to = stretch.to,
            None => self.stretches.push(stretch),
        }
    }

    /// Adds what is heard in another part.
    pub fn append(&mut self, other: SoundTimeline) {
        for stretch in other.stretches {
            if let Some(source) = other.sources.get(stretch.source as usize) {
                self.push(source.clone(), stretch);
            }
        }
    }
}

/// The time of a frame from the beginning of the composition, in nanoseconds, rounded.
pub fn frame_nanos(frame: u32, fps: Fps) -> u64 {
    let (num, den) = (u128::from(fps.num()), u128::from(fps.den()));
    let nanos = (u128::from(frame) * den * NANOS + num / 2) / num;
    u64::try_from(nanos).unwrap_or(u64::MAX)
}

/// The sample of the mix at a time, rounded.
pub fn sample_at(nanos: u64) -> u64 {
    let sample = (u128::from(nanos) * u128::from(SAMPLE_RATE) + NANOS / 2) / NANOS;
    u64::try_from(sample).unwrap_or(u64::MAX)
}

/// The time for which the worker of `chunk`, a part of `job`, knows what is heard.
///
/// What happens between two frames happens in the step to the second: so a chunk, which never steps behind its last frame,
/// knows the time up to that frame, and the time between the last frame of the chunk before it and its own first one.
pub fn sound_window(chunk: FrameRange, job: FrameRange, fps: Fps) -> (u64, u64) {
    let start = if chunk.start <= job.start { job.start } else { chunk.start - 1 };
    let end = if chunk.end() >= job.end() { job.end() } else { chunk.end() - 1 };
    (frame_nanos(start, fps), frame_nanos(end, fps))
}
