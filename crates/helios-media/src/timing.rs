//! Where frames lie on a track's clock. Integers only: no time in this crate is ever accumulated from fractions.

use helios_job::Fps;

/// The smallest clock rate we write. Some players mistreat tracks with a handful of ticks per second; FFmpeg's own choice
/// has the same lower bound.
const MIN_TIMESCALE: u32 = 10_000;

/// A track clock on which every frame starts at a whole number of ticks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Grid {
    fps: Fps,
    scale: u32,
}

impl Grid {
    /// The clock for a frame rate: `fps.num()` ticks per second, multiplied until there are enough.
    pub(crate) fn new(fps: Fps) -> Grid {
        Grid { fps, scale: MIN_TIMESCALE.div_ceil(fps.num()) }
    }

    /// The same frames on another clock, if every frame starts at one of its ticks.
    pub(crate) fn on_clock(fps: Fps, timescale: u32) -> Option<Grid> {
        (timescale > 0 && timescale.is_multiple_of(fps.num()))
            .then(|| Grid { fps, scale: timescale / fps.num() })
    }

    /// The frame rate.
    pub(crate) fn fps(self) -> Fps {
        self.fps
    }

    /// Ticks per second.
    pub(crate) fn timescale(self) -> u64 {
        u64::from(self.fps.num()) * u64::from(self.scale)
    }

    /// Ticks per frame.
    pub(crate) fn frame_ticks(self) -> u64 {
        u64::from(self.fps.den()) * u64::from(self.scale)
    }

    /// Start of a frame in microseconds, rounded down: the unit of FFmpeg's concat lists.
    pub(crate) fn micros(self, frame: u64) -> u64 {
        let micros = u128::from(frame) * 1_000_000 * u128::from(self.fps.den()) / u128::from(self.fps.num());
        u64::try_from(micros).unwrap_or(u64::MAX)
    }
}
