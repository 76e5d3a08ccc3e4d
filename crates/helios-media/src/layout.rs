//! The pixel formats that encoders are fed with: their planes and sizes. The conversion is in `convert`.

use crate::planes::Planes;
use crate::{MediaError, Result};
use helios_job::{PixelFormat, VideoCodec};

/// Planes Y, Cb, Cr and A one after the other without padding; or pixels as the browser paints them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PixelLayout {
    /// 8 bits, chroma at half width and half height (`yuv420p`). The usual one.
    Yuv420p8,
    /// 8 bits, chroma at half width (`yuv422p`).
    Yuv422p8,
    /// 8 bits, chroma at full size (`yuv444p`).
    Yuv444p8,
    /// 10 bits in 16-bit little-endian words, chroma at half width and half height (`yuv420p10le`).
    Yuv420p10,
    /// 10 bits in 16-bit little-endian words, chroma at half width (`yuv422p10le`). ProRes proxy to HQ.
    Yuv422p10,
    /// 10 bits in 16-bit little-endian words, chroma at full size (`yuv444p10le`). ProRes 4444.
    Yuv444p10,
    /// [`PixelLayout::Yuv420p8`] and transparency (`yuva420p`).
    Yuva420p8,
    /// [`PixelLayout::Yuv444p10`] and transparency (`yuva444p10le`).
    Yuva444p10,
    /// Blue, green, red and a byte without meaning (`bgr0`). FFmpeg makes of it what the codec wants, without loss.
    Bgr0,
    /// Blue, green, red and alpha (`bgra`).
    Bgra,
}

impl PixelLayout {
    /// What the encoder of `codec` is fed with, for files that store `format`.
    pub fn of(codec: VideoCodec, format: PixelFormat) -> PixelLayout {
        match format {
            // JFIF has its own colour space, which FFmpeg knows.
            _ if codec == VideoCodec::Jpeg => PixelLayout::Bgr0,
            PixelFormat::Yuv420p => PixelLayout::Yuv420p8,
            PixelFormat::Yuv422p => PixelLayout::Yuv422p8,
            PixelFormat::Yuv444p => PixelLayout::Yuv444p8,
            PixelFormat::Yuv420p10 => PixelLayout::Yuv420p10,
            PixelFormat::Yuv422p10 => PixelLayout::Yuv422p10,
            PixelFormat::Yuv444p10 => PixelLayout::Yuv444p10,
            PixelFormat::Yuva420p => PixelLayout::Yuva420p8,
            PixelFormat::Yuva444p10 => PixelLayout::Yuva444p10,
            PixelFormat::Gbrp | PixelFormat::Rgb24 => PixelLayout::Bgr0,
            PixelFormat::Rgba => PixelLayout::Bgra,
        }
    }

    /// FFmpeg's name of the format.
    pub fn pix_fmt(self) -> &'static str {
        match self {
            PixelLayout::Yuv420p8 => "yuv420p",
            PixelLayout::Yuv422p8 => "yuv422p",
            PixelLayout::Yuv444p8 => "yuv444p",
            PixelLayout::Yuv420p10 => "yuv420p10le",
            PixelLayout::Yuv422p10 => "yuv422p10le",
            PixelLayout::Yuv444p10 => "yuv444p10le",
            PixelLayout::Yuva420p8 => "yuva420p",
            PixelLayout::Yuva444p10 => "yuva444p10le",
            PixelLayout::Bgr0 => "bgr0",
            PixelLayout::Bgra => "bgra",
        }
    }

    /// The planes, unless pixels are left as they are.
    pub(crate) fn planes(self) -> Option<Planes> {
        let planes = |bits, chroma, alpha| Some(Planes { bits, chroma, alpha });
        match self {
            PixelLayout::Yuv420p8 => planes(8, (2, 2), false),
            PixelLayout::Yuv422p8 => planes(8, (2, 1), false),
            PixelLayout::Yuv444p8 => planes(8, (1, 1), false),
            PixelLayout::Yuv420p10 => planes(10, (2, 2), false),
            PixelLayout::Yuv422p10 => planes(10, (2, 1), false),
            PixelLayout::Yuv444p10 => planes(10, (1, 1), false),
            PixelLayout::Yuva420p8 => planes(8, (2, 2), true),
            PixelLayout::Yuva444p10 => planes(10, (1, 1), true),
            PixelLayout::Bgr0 | PixelLayout::Bgra => None,
        }
    }

    /// Bytes of one frame of `width` x `height` pixels.
    ///
    /// # Errors
    /// [`MediaError::Frame`] when an axis is 0, or odd where chroma is halved along it.
    pub fn frame_bytes(self, width: u32, height: u32) -> Result<usize> {
        Ok(self.plane_bytes(width, height)?.iter().sum())
    }

    /// Bytes of the planes: luma, two of chroma, alpha. Pixels that are left as they are are one plane.
    pub(crate) fn plane_bytes(self, width: u32, height: u32) -> Result<[usize; 4]> {
        let (horizontal, vertical) = self.planes().map_or((1, 1), |planes| planes.chroma);
        let (w, h) = (width as usize, height as usize);
        if w == 0 || h == 0 || w % horizontal != 0 || h % vertical != 0 {
            return Err(MediaError::Frame(format!(
                "{} cannot hold {width}x{height} pixels: use an even width and height",
                self.pix_fmt()
            )));
        }
        let Some(planes) = self.planes() else { return Ok([4 * w * h, 0, 0, 0]) };
        let luma = w * h * if planes.bits > 8 { 2 } else { 1 };
        let chroma = luma / horizontal / vertical;
        Ok([luma, chroma, chroma, if planes.alpha { luma } else { 0 }])
    }

    /// Rows that share chroma samples: changed rows are converted in multiples of this.
    pub fn row_step(self) -> u32 {
        if self.planes().is_some_and(|planes| planes.chroma.1 == 2) { 2 } else { 1 }
    }
}
