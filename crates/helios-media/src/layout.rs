//! The pixel formats that encoders are fed with: their planes and sizes. The conversion is in `convert`.

use crate::{MediaError, Result};
use helios_job::VideoCodec;

/// Planar YUV, BT.709, limited range: planes Y, Cb, Cr one after the other without padding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PixelLayout {
    /// 8 bits, chroma at half width and half height (`yuv420p`). H.264, H.265, VP9, AV1.
    Yuv420p8,
    /// 10 bits in 16-bit little-endian words, chroma at half width (`yuv422p10le`). ProRes proxy to HQ.
    Yuv422p10,
    /// 10 bits in 16-bit little-endian words, chroma at full size (`yuv444p10le`). ProRes 4444.
    Yuv444p10,
}

impl PixelLayout {
    /// What the encoder of `codec` is fed with, under `preset` (a profile name for ProRes).
    pub fn of(codec: VideoCodec, preset: &str) -> PixelLayout {
        match (codec, preset) {
            (VideoCodec::ProRes, "4444") => PixelLayout::Yuv444p10,
            (VideoCodec::ProRes, _) => PixelLayout::Yuv422p10,
            _ => PixelLayout::Yuv420p8,
        }
    }

    /// FFmpeg's name of the format.
    pub fn pix_fmt(self) -> &'static str {
        match self {
            PixelLayout::Yuv420p8 => "yuv420p",
            PixelLayout::Yuv422p10 => "yuv422p10le",
            PixelLayout::Yuv444p10 => "yuv444p10le",
        }
    }

    /// Bytes of one frame of `width` x `height` pixels.
    ///
    /// # Errors
    /// [`MediaError::Frame`] when an axis is 0, or odd where chroma is halved along it.
    pub fn frame_bytes(self, width: u32, height: u32) -> Result<usize> {
        let (luma, chroma) = self.plane_bytes(width, height)?;
        Ok(luma + 2 * chroma)
    }

    /// Bytes of the luma plane and of one chroma plane.
    pub(crate) fn plane_bytes(self, width: u32, height: u32) -> Result<(usize, usize)> {
        let odd = match self {
            PixelLayout::Yuv420p8 => width % 2 == 1 || height % 2 == 1,
            PixelLayout::Yuv422p10 => width % 2 == 1,
            PixelLayout::Yuv444p10 => false,
        };
        if width == 0 || height == 0 || odd {
            return Err(MediaError::Frame(format!(
                "{} cannot hold {width}x{height} pixels: use an even width and height",
                self.pix_fmt()
            )));
        }
        let pixels = width as usize * height as usize;
        Ok(match self {
            PixelLayout::Yuv420p8 => (pixels, pixels / 4),
            PixelLayout::Yuv422p10 => (pixels * 2, pixels),
            PixelLayout::Yuv444p10 => (pixels * 2, pixels * 2),
        })
    }

    /// Rows that share chroma samples: changed rows are converted in multiples of this.
    pub fn row_step(self) -> u32 {
        if self == PixelLayout::Yuv420p8 { 2 } else { 1 }
    }
}
