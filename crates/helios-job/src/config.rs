//! The validated settings of one render: what every worker must agree on for the pixels and bytes to be the same.

use crate::{AudioCodec, Fps, FrameRange, JobError, Seconds, SoundSettings, VideoCodec};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;

/// The allowed width and height in pixels.
pub const SIZE_RANGE: RangeInclusive<u32> = 16..=8192;

/// What `Date.now()` returns at frame 0 unless `--epoch` says otherwise: 2026-01-01T00:00:00Z, in milliseconds.
/// Fixed, so that the same page gives the same pixels tomorrow.
pub const DEFAULT_EPOCH_MS: i64 = 1_767_225_600_000;

/// What becomes the picture.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// The whole page, as the browser paints it.
    #[default]
    Dom,
    /// One `<canvas>` of the page, at its own resolution, without the rest of the page.
    Canvas,
}

/// Where frames come from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CaptureKind {
    /// The tap where it works, then begin-frames, then the screenshot.
    #[default]
    Auto,
    /// The in-process Wayland compositor: raw frames in shared memory. Linux with a full Chromium.
    Tap,
    /// Frames asked for one by one, on Chromium's own virtual time: the headless shell.
    BeginFrame,
    /// PNG screenshots over the DevTools protocol: any Chromium on any system.
    Screenshot,
}

impl CaptureKind {
    /// The name used in flags and job files.
    pub fn name(self) -> &'static str {
        match self {
            CaptureKind::Auto => "auto",
            CaptureKind::Tap => "tap",
            CaptureKind::BeginFrame => "beginframe",
            CaptureKind::Screenshot => "screenshot",
        }
    }
}

impl fmt::Display for CaptureKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for CaptureKind {
    type Err = JobError;

    fn from_str(text: &str) -> Result<CaptureKind, JobError> {
        [CaptureKind::Auto, CaptureKind::Tap, CaptureKind::BeginFrame, CaptureKind::Screenshot]
            .into_iter()
            .find(|kind| kind.name() == text)
            .ok_or_else(|| JobError::Choice {
                what: "--capture",
                given: text.to_owned(),
                allowed: "use auto, tap, beginframe or screenshot".to_owned(),
            })
    }
}

impl Mode {
    /// The name used in flags and job files.
    pub fn name(self) -> &'static str {
        match self {
            Mode::Dom => "dom",
            Mode::Canvas => "canvas",
        }
    }
}

impl FromStr for Mode {
    type Err = JobError;

    fn from_str(text: &str) -> Result<Mode, JobError> {
        [Mode::Dom, Mode::Canvas].into_iter().find(|mode| mode.name() == text).ok_or_else(|| {
            JobError::Choice {
                what: "--mode",
                given: text.to_owned(),
                allowed: "use dom or canvas".to_owned(),
            }
        })
    }
}

/// The `config` of a job: everything that decides pixels and bytes, and nothing that does not (worker counts, paths of
/// tools, log levels).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct JobConfig {
    /// Absolute path of the page or its folder, or an http(s) URL.
    pub input: String,
    /// Output width in pixels, even.
    pub width: u32,
    /// Output height in pixels, even.
    pub height: u32,
    /// Frames per second.
    pub fps: Fps,
    /// Length of the whole composition.
    pub duration: Seconds,
    /// Index of the first frame that this job renders.
    #[serde(default)]
    pub start_frame: u32,
    /// Number of frames that this job renders.
    pub total_frames: u32,
    /// What becomes the picture.
    #[serde(default)]
    pub mode: Mode,
    /// Video codec of chunks and output.
    pub video_codec: VideoCodec,
    /// Audio codec of the output.
    pub audio_codec: AudioCodec,
    /// CRF; lower is better. `None` for codecs without such a scale.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quality: Option<u8>,
    /// Encoder preset (or ProRes profile).
    pub preset: String,
    /// Where frames come from.
    #[serde(default)]
    pub capture: CaptureKind,
    /// Values for `helios.props`.
    #[serde(default, skip_serializing_if = "serde_json::Value::is_null")]
    pub props: serde_json::Value,
    /// Seed of `Math.random` and `crypto.getRandomValues`.
    #[serde(default)]
    pub seed: u32,
    /// What `Date.now()` returns at frame 0, in milliseconds since 1970.
    pub epoch_ms: i64,
    /// Longest wait for the page to load, and for one frame to become ready, in seconds.
    pub timeout: Seconds,
    /// Whether an error that the page does not catch ends the render.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub strict: bool,
    /// What is heard beside the page, and whether anything is.
    #[serde(default, skip_serializing_if = "SoundSettings::is_default")]
    pub sound: SoundSettings,
}

impl JobConfig {
    /// The frames that this job renders.
    pub fn range(&self) -> FrameRange {
        FrameRange { start: self.start_frame, count: self.total_frames }
    }

    /// The number of frames of the whole composition, of which the job may be a part.
    pub fn composition_frames(&self) -> u32 {
        self.duration.frames(self.fps)
    }

    /// Checks a picture size for encoding with 4:2:0 chroma.
    ///
    /// # Errors
    /// [`JobError::Size`] when an axis is out of [`SIZE_RANGE`] or odd.
    pub fn check_size(width: u64, height: u64) -> Result<(u32, u32), JobError> {
        let axis = |axis: &'static str, given: u64| {
            let refused = |why: String| JobError::Size { axis, given, why };
            let pixels =
                u32::try_from(given).ok().filter(|pixels| SIZE_RANGE.contains(pixels)).ok_or_else(|| {
                    refused(format!("use {} to {} pixels", SIZE_RANGE.start(), SIZE_RANGE.end()))
                })?;
            if pixels % 2 == 1 {
                return Err(refused(format!(
                    "video with 4:2:0 chroma needs an even number of pixels; use {} or {}",
                    pixels - 1,
                    pixels + 1
                )));
            }
            Ok(pixels)
        };
        Ok((axis("width", width)?, axis("height", height)?))
    }
}
