//! The validated settings of one render: what every worker must agree on for the pixels and bytes to be the same.

use crate::{
    AudioCodec, BitRate, CaptionConfig, CaptionMode, ColorSpace, Contract, Encoding, Fps, FrameRange,
    HardwareEncoder, JobError, PixelFormat, Scale, Seconds, SoundSettings, VideoCodec,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
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
#[cfg_attr(test, derive(schemars::JsonSchema))]
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
#[cfg_attr(test, derive(schemars::JsonSchema))]
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
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct JobConfig {
    /// Absolute path of the page or its folder, or an http(s) URL.
    pub input: String,
    /// Width of the page in pixels; the output's is `scale` times as much.
    pub width: u32,
    /// Height of the page in pixels.
    pub height: u32,
    /// Frames per second.
    #[cfg_attr(test, schemars(with = "String"))]
    pub fps: Fps,
    /// Length of the whole composition.
    #[cfg_attr(test, schemars(with = "String"))]
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
    /// Encoder preset (or ProRes profile); empty for codecs that have none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub preset: String,
    /// How pixels are stored. With transparency, the page has none of the browser's white behind it.
    pub pixel_format: PixelFormat,
    /// What their numbers mean.
    #[serde(default)]
    pub color_space: ColorSpace,
    /// Mean bit rate, instead of a constant quality.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub video_bitrate: Option<BitRate>,
    /// Highest bit rate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_rate: Option<BitRate>,
    /// Longest distance between key frames, in frames; two seconds where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gop: Option<u32>,
    /// The hardware that encodes, instead of software. Its bytes differ from device to device.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hardware: Option<HardwareEncoder>,
    /// Device scale factor: the output has `scale` times the pixels of `width` and `height`, and the same layout.
    #[serde(default, skip_serializing_if = "Scale::is_one")]
    #[cfg_attr(test, schemars(with = "String"))]
    pub scale: Scale,
    /// Title, author and the like, written into the output.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub metadata: BTreeMap<String, String>,
    /// How often an animated picture plays; 0 is for ever.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub plays: u16,
    /// Captions, and what becomes of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub captions: Option<CaptionConfig>,
    /// A folder with the only fonts that there are besides the page's own; otherwise those of the machine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fonts: Option<String>,
    /// Where frames come from.
    #[serde(default)]
    pub capture: CaptureKind,
    /// Values for `helios.props`.
    #[serde(default, skip_serializing_if = "serde_json::Value::is_null")]
    pub props: serde_json::Value,
    /// Which tool the page was made for.
    #[serde(default, skip_serializing_if = "Contract::is_auto")]
    pub contract: Contract,
    /// Which composition of the page, where it has several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub composition: Option<String>,
    /// Seed of `Math.random` and `crypto.getRandomValues`.
    #[serde(default)]
    pub seed: u32,
    /// What `Date.now()` returns at frame 0, in milliseconds since 1970.
    pub epoch_ms: i64,
    /// Longest wait for the page to load, and for one frame to become ready, in seconds.
    #[cfg_attr(test, schemars(with = "String"))]
    pub timeout: Seconds,
    /// Whether an error that the page does not catch ends the render.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub strict: bool,
    /// What is heard beside the page, and whether anything is.
    #[serde(default, skip_serializing_if = "SoundSettings::is_default")]
    pub sound: SoundSettings,
}

fn is_zero(plays: &u16) -> bool {
    *plays == 0
}

/// How the browser is asked to draw: what cannot be changed once it runs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Look {
    /// Whether there is nothing behind the page, instead of white.
    pub alpha: bool,
    /// Pixels for each pixel of the layout.
    pub scale: Scale,
    /// Whether captions are drawn over the page.
    pub captions: bool,
}

impl JobConfig {
    /// How the browser is asked to draw.
    pub fn look(&self) -> Look {
        Look {
            alpha: self.pixel_format.has_alpha(),
            scale: self.scale,
            captions: self.burnt_captions().is_some(),
        }
    }

    /// The frames that this job renders.
    pub fn range(&self) -> FrameRange {
        FrameRange { start: self.start_frame, count: self.total_frames }
    }

    /// The number of frames of the whole composition, of which the job may be a part.
    pub fn composition_frames(&self) -> u32 {
        self.duration.frames(self.fps)
    }

    /// The size of the output.
    ///
    /// # Errors
    /// As [`Scale::output`], for a config that was not made by a plan.
    pub fn output_size(&self) -> Result<(u32, u32), JobError> {
        self.scale.output((self.width, self.height))
    }

    /// How frames are encoded.
    pub fn encoding(&self) -> Encoding {
        Encoding {
            codec: self.video_codec,
            quality: self.quality,
            preset: self.preset.clone(),
            pixel_format: self.pixel_format,
            color_space: self.color_space,
            video_bitrate: self.video_bitrate,
            max_rate: self.max_rate,
            gop: self.gop,
            hardware: self.hardware,
        }
    }

    /// The captions that are drawn into the picture.
    pub fn burnt_captions(&self) -> Option<&CaptionConfig> {
        self.captions.as_ref().filter(|captions| captions.mode == CaptionMode::Burn)
    }

    /// The same job as its chunks see it: what is done once, with the whole, is left out.
    pub fn for_chunks(&self) -> JobConfig {
        let Encoding {
            codec,
            quality,
            preset,
            pixel_format,
            color_space,
            video_bitrate,
            max_rate,
            gop,
            hardware,
        } = self.encoding().for_chunks();
        JobConfig {
            video_codec: codec,
            quality,
            preset,
            pixel_format,
            color_space,
            video_bitrate,
            max_rate,
            gop,
            hardware,
            metadata: BTreeMap::new(),
            plays: 0,
            captions: self.burnt_captions().cloned(),
            ..self.clone()
        }
    }

    /// Checks a size in pixels. Whether the codec can store it is for [`PixelFormat::check_size`].
    ///
    /// # Errors
    /// [`JobError::Size`] when an axis is out of [`SIZE_RANGE`].
    pub fn check_size(width: u64, height: u64) -> Result<(u32, u32), JobError> {
        let axis = |axis: &'static str, given: u64| {
            let refused = |why: String| JobError::Size { axis, given, why };
            let pixels =
                u32::try_from(given).ok().filter(|pixels| SIZE_RANGE.contains(pixels)).ok_or_else(|| {
                    refused(format!("use {} to {} pixels", SIZE_RANGE.start(), SIZE_RANGE.end()))
                })?;
            Ok(pixels)
        };
        Ok((axis("width", width)?, axis("height", height)?))
    }
}
