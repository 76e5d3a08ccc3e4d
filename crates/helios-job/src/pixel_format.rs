//! How the pixels of a frame are stored in the output, and what each codec can store. Names only: bytes are helios-media's.

use crate::{ColorSpace, JobError, VideoCodec};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A pixel format, by FFmpeg's names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum PixelFormat {
    /// 8 bits, chroma at half width and height.
    #[serde(rename = "yuv420p")]
    Yuv420p,
    /// 8 bits, chroma at half width.
    #[serde(rename = "yuv422p")]
    Yuv422p,
    /// 8 bits, chroma at full size.
    #[serde(rename = "yuv444p")]
    Yuv444p,
    /// 10 bits, chroma at half width and height.
    #[serde(rename = "yuv420p10le")]
    Yuv420p10,
    /// 10 bits, chroma at half width.
    #[serde(rename = "yuv422p10le")]
    Yuv422p10,
    /// 10 bits, chroma at full size.
    #[serde(rename = "yuv444p10le")]
    Yuv444p10,
    /// [`PixelFormat::Yuv420p`] and transparency.
    #[serde(rename = "yuva420p")]
    Yuva420p,
    /// [`PixelFormat::Yuv444p10`] and transparency.
    #[serde(rename = "yuva444p10le")]
    Yuva444p10,
    /// Red, green and blue as they are, in planes: video codecs.
    #[serde(rename = "gbrp")]
    Gbrp,
    /// Red, green and blue as they are: picture formats.
    #[serde(rename = "rgb24")]
    Rgb24,
    /// [`PixelFormat::Rgb24`] and transparency.
    #[serde(rename = "rgba")]
    Rgba,
}

impl PixelFormat {
    /// Every format.
    pub const ALL: [PixelFormat; 11] = [
        PixelFormat::Yuv420p,
        PixelFormat::Yuv422p,
        PixelFormat::Yuv444p,
        PixelFormat::Yuv420p10,
        PixelFormat::Yuv422p10,
        PixelFormat::Yuv444p10,
        PixelFormat::Yuva420p,
        PixelFormat::Yuva444p10,
        PixelFormat::Gbrp,
        PixelFormat::Rgb24,
        PixelFormat::Rgba,
    ];

    /// FFmpeg's name, used in flags and job files.
    pub fn name(self) -> &'static str {
        match self {
            PixelFormat::Yuv420p => "yuv420p",
            PixelFormat::Yuv422p => "yuv422p",
            PixelFormat::Yuv444p => "yuv444p",
            PixelFormat::Yuv420p10 => "yuv420p10le",
            PixelFormat::Yuv422p10 => "yuv422p10le",
            PixelFormat::Yuv444p10 => "yuv444p10le",
            PixelFormat::Yuva420p => "yuva420p",
            PixelFormat::Yuva444p10 => "yuva444p10le",
            PixelFormat::Gbrp => "gbrp",
            PixelFormat::Rgb24 => "rgb24",
            PixelFormat::Rgba => "rgba",
        }
    }

    /// Whether it carries transparency.
    pub fn has_alpha(self) -> bool {
        matches!(self, PixelFormat::Yuva420p | PixelFormat::Yuva444p10 | PixelFormat::Rgba)
    }

    /// Whether it stores red, green and blue instead of luma and chroma.
    pub fn is_rgb(self) -> bool {
        matches!(self, PixelFormat::Gbrp | PixelFormat::Rgb24 | PixelFormat::Rgba)
    }

    /// Bits of a sample.
    pub fn bits(self) -> u32 {
        match self {
            PixelFormat::Yuv420p10
            | PixelFormat::Yuv422p10
            | PixelFormat::Yuv444p10
            | PixelFormat::Yuva444p10 => 10,
            _ => 8,
        }
    }

    /// By how much chroma is smaller than the picture: horizontally, vertically.
    pub fn subsampling(self) -> (u32, u32) {
        match self {
            PixelFormat::Yuv420p | PixelFormat::Yuv420p10 | PixelFormat::Yuva420p => (2, 2),
            PixelFormat::Yuv422p | PixelFormat::Yuv422p10 => (2, 1),
            _ => (1, 1),
        }
    }

    /// Checks that a picture of this size can be stored.
    ///
    /// # Errors
    /// [`JobError::Size`] for an odd axis along which chroma is halved.
    pub fn check_size(self, (width, height): (u32, u32)) -> Result<(), JobError> {
        let (horizontal, vertical) = self.subsampling();
        for (axis, pixels, step) in [("width", width, horizontal), ("height", height, vertical)] {
            if pixels % step != 0 {
                let why = format!(
                    "video with {} chroma needs an even number of pixels; use {} or {}",
                    if vertical == 2 { "4:2:0" } else { "4:2:2" },
                    pixels - 1,
                    pixels + 1
                );
                return Err(JobError::Size { axis, given: u64::from(pixels), why });
            }
        }
        Ok(())
    }
}

impl fmt::Display for PixelFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for PixelFormat {
    type Err = JobError;

    fn from_str(text: &str) -> Result<PixelFormat, JobError> {
        let lower = text.to_ascii_lowercase();
        // FFmpeg, too, takes the name without the order of bytes for that of the machine.
        let found =
            |format: &PixelFormat| format.name() == lower || format.name().trim_end_matches("le") == lower;
        PixelFormat::ALL.into_iter().find(found).ok_or_else(|| JobError::Choice {
            what: "--pixel-format",
            given: text.to_owned(),
            allowed: format!("use {}", PixelFormat::ALL.map(PixelFormat::name).join(", ")),
        })
    }
}

impl VideoCodec {
    /// The pixel formats of this codec, the usual one first. ProRes has them by profile, which is its preset.
    pub fn pixel_formats(self) -> &'static [PixelFormat] {
        use PixelFormat::{
            Gbrp, Rgb24, Rgba, Yuv420p, Yuv420p10, Yuv422p, Yuv422p10, Yuv444p, Yuv444p10, Yuva420p,
            Yuva444p10,
        };
        match self {
            VideoCodec::H264 | VideoCodec::H265 => {
                &[Yuv420p, Yuv422p, Yuv444p, Yuv420p10, Yuv422p10, Yuv444p10, Gbrp]
            }
            VideoCodec::Vp9 => &[Yuv420p, Yuv422p, Yuv444p, Yuv420p10, Yuv422p10, Yuv444p10, Gbrp, Yuva420p],
            VideoCodec::Av1 => &[Yuv420p, Yuv420p10],
            VideoCodec::ProRes => &[Yuv422p10, Yuv444p10, Yuva444p10],
            VideoCodec::Jpeg => &[Yuv444p, Yuv422p, Yuv420p],
            VideoCodec::Ffv1 | VideoCodec::Gif | VideoCodec::WebP | VideoCodec::Apng | VideoCodec::Png => {
                &[Rgb24, Rgba]
            }
        }
    }

    /// The pixel format with transparency, if the codec has one.
    pub fn alpha_format(self) -> Option<PixelFormat> {
        self.pixel_formats().iter().copied().find(|format| format.has_alpha())
    }

    /// Whether it makes pictures rather than video: those are sRGB, with no word for anything else.
    pub fn is_picture(self) -> bool {
        matches!(
            self,
            VideoCodec::Gif | VideoCodec::WebP | VideoCodec::Apng | VideoCodec::Png | VideoCodec::Jpeg
        )
    }

    /// The colour space used when none is given.
    pub fn default_color_space(self, format: PixelFormat) -> ColorSpace {
        if self.is_picture() || format.is_rgb() { ColorSpace::Srgb } else { ColorSpace::Bt709 }
    }
}
