//! Encoders in hardware: which there are, what they take, and how they are asked for. Whether one works here is found out by
//! trying (helios-media).

use crate::{ColorSpace, JobError, PixelFormat, VideoCodec};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A family of encoders in hardware.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum HardwareEncoder {
    /// NVIDIA's.
    Nvenc,
    /// Intel's and AMD's on Linux.
    Vaapi,
    /// Apple's.
    VideoToolbox,
}

impl HardwareEncoder {
    /// Every family, in the order in which they are tried.
    pub const ALL: [HardwareEncoder; 3] =
        [HardwareEncoder::Nvenc, HardwareEncoder::Vaapi, HardwareEncoder::VideoToolbox];

    /// The name used in flags and job files.
    pub fn name(self) -> &'static str {
        match self {
            HardwareEncoder::Nvenc => "nvenc",
            HardwareEncoder::Vaapi => "vaapi",
            HardwareEncoder::VideoToolbox => "videotoolbox",
        }
    }

    /// FFmpeg's name of the encoder for a codec, where there is one.
    pub fn encoder(self, codec: VideoCodec) -> Option<&'static str> {
        match (self, codec) {
            (HardwareEncoder::Nvenc, VideoCodec::H264) => Some("h264_nvenc"),
            (HardwareEncoder::Nvenc, VideoCodec::H265) => Some("hevc_nvenc"),
            (HardwareEncoder::Vaapi, VideoCodec::H264) => Some("h264_vaapi"),
            (HardwareEncoder::Vaapi, VideoCodec::H265) => Some("hevc_vaapi"),
            (HardwareEncoder::VideoToolbox, VideoCodec::H264) => Some("h264_videotoolbox"),
            (HardwareEncoder::VideoToolbox, VideoCodec::H265) => Some("hevc_videotoolbox"),
            _ => None,
        }
    }

    /// Checks what it would have to encode. All of them take 8 bits in 4:2:0; what else they take differs from device to
    /// device.
    ///
    /// # Errors
    /// [`JobError::Conflict`], which says what would do.
    pub fn check(
        codec: VideoCodec,
        format: PixelFormat,
        space: ColorSpace,
        preset: Option<&str>,
    ) -> Result<(), JobError> {
        let refused = |what: String| {
            Err(JobError::Conflict(format!("--hardware-acceleration: {what}, or leave it out (software)")))
        };
        if HardwareEncoder::Nvenc.encoder(codec).is_none() {
            return refused(format!("there is no hardware encoder for {codec}; use h264 or h265"));
        }
        if format != PixelFormat::Yuv420p {
            return refused(format!("hardware encoders store yuv420p, not {format}"));
        }
        if space == ColorSpace::Srgb {
            return refused("hardware encoders store luma and chroma, not srgb".to_owned());
        }
        match preset {
            Some(preset) => {
                refused(format!("--preset {preset} is the software encoder's; leave out the preset"))
            }
            None => Ok(()),
        }
    }
}

impl fmt::Display for HardwareEncoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What `--hardware-acceleration` asks for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum HardwareWish {
    /// Software: the same bytes everywhere.
    #[default]
    Off,
    /// What works here, or else software.
    Auto,
    /// What works here, or else an error.
    Require,
    /// This one, or else an error.
    Only(HardwareEncoder),
}

impl FromStr for HardwareWish {
    type Err = JobError;

    fn from_str(text: &str) -> Result<HardwareWish, JobError> {
        let named = HardwareEncoder::ALL.into_iter().find(|one| one.name() == text);
        match (text, named) {
            ("off", _) => Ok(HardwareWish::Off),
            ("auto", _) => Ok(HardwareWish::Auto),
            ("require", _) => Ok(HardwareWish::Require),
            (_, Some(encoder)) => Ok(HardwareWish::Only(encoder)),
            _ => Err(JobError::Choice {
                what: "--hardware-acceleration",
                given: text.to_owned(),
                allowed: "use off, auto, require, nvenc, vaapi or videotoolbox".to_owned(),
            }),
        }
    }
}
