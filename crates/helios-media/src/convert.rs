//! Browser pixels to video pixels. Knows no codec and no process.
//!
//! Source: BGRA, 8 bits, sRGB-coded, as Chromium paints it (bytes B, G, R, A; where the layout has no transparency, alpha is
//! ignored: the picture is opaque).
//! Target: luma and chroma in limited range, or the pixels as they are. With Kr = 0.2126, Kb = 0.0722 for BT.709 (ITU-R
//! BT.709-6, 3.2 and 3.4; the other matrices are in `planes`):
//!
//! ```text
//! E'y = 0.2126 R + 0.7152 G + 0.0722 B      Y  = round((219 E'y + 16) · 2^(n-8))
//! E'cb = (B - E'y) / 1.8556                 Cb = round((224 E'cb + 128) · 2^(n-8))
//! E'cr = (R - E'y) / 1.5748                 Cr = round((224 E'cr + 128) · 2^(n-8))
//! ```
//!
//! The sRGB transfer curve is kept as it is and tagged as BT.709, which is what browsers and players expect of web video:
//! they apply the same curve on the way back, so the colours are the browser's.
//!
//! 4:2:0 chroma is the mean of a 2 x 2 block, that is, sited in the *centre* (`chroma_sample_location` 1, JPEG and MPEG-1
//! style); files are tagged so where the codec can say it. 4:2:2 chroma is filtered (1 2 1)/4 and co-sited with the even
//! pixels, which is what ProRes tools assume.

use crate::{MediaError, PixelLayout, Result, planes};
use helios_job::ColorSpace;
use std::ops::Range;
use yuv::{
    BufferStoreMut, YuvConversionMode, YuvPlanarImageMut, YuvRange, YuvStandardMatrix, bgra_to_yuv420,
};

/// Converts frames of one size to one [`PixelLayout`]. Holds no pixels: the caller owns both buffers.
#[derive(Debug, Clone, Copy)]
pub struct FrameConverter {
    layout: PixelLayout,
    space: ColorSpace,
    width: u32,
    height: u32,
    frame_bytes: usize,
}

impl FrameConverter {
    /// A converter for frames of `width` x `height` pixels.
    ///
    /// # Errors
    /// [`MediaError::Frame`] when the layout cannot hold that size.
    pub fn new(layout: PixelLayout, width: u32, height: u32) -> Result<FrameConverter> {
        let frame_bytes = layout.frame_bytes(width, height)?;
        Ok(FrameConverter { layout, space: ColorSpace::default(), width, height, frame_bytes })
    }

    /// The same into another colour space than BT.709. It makes no difference to pixels that are left as they are.
    pub fn into_space(self, space: ColorSpace) -> FrameConverter {
        FrameConverter { space, ..self }
    }

    /// Bytes of a converted frame.
    pub fn frame_bytes(&self) -> usize {
        self.frame_bytes
    }

    /// Converts a whole frame.
    ///
    /// `bgra` has `height` rows of `stride` bytes, `stride >= 4 · width`; the last row may end after its pixels. `out` is
    /// resized to [`FrameConverter::frame_bytes`] and overwritten; a buffer that is used again is not allocated again.
    ///
    /// # Errors
    /// [`MediaError::Frame`] when `bgra` is too short.
    pub fn convert(&self, bgra: &[u8], stride: usize, out: &mut Vec<u8>) -> Result<()> {
        out.resize(self.frame_bytes, 0);
        self.convert_rows(bgra, stride, 0..self.height, out)
    }

    /// Converts the given rows of a frame into `out`, which holds the planes of the frame before it.
    ///
    /// The range is widened to whole chroma rows ([`PixelLayout::row_step`]) and cut at the frame's height. `bgra` is the
    /// whole frame, as for [`FrameConverter::convert`].
    ///
    /// # Errors
    /// [`MediaError::Frame`] when `bgra` is too short or `out` is not a converted frame.
    pub fn convert_rows(&self, bgra: &[u8], stride: usize, rows: Range<u32>, out: &mut [u8]) -> Result<()> {
        let row_bytes = self.width as usize * 4;
        if stride < row_bytes || bgra.len() < stride * (self.height as usize - 1) + row_bytes {
            return Err(MediaError::Frame(format!(
                "{} bytes with {stride} bytes a row are too few for {}x{} pixels of BGRA",
                bgra.len(),
                self.width,
                self.height
            )));
        }
        if out.len() != self.frame_bytes {
            return Err(MediaError::Frame(format!(
                "the buffer has {} bytes instead of {}",
                out.len(),
                self.frame_bytes
            )));
        }
        let step = self.layout.row_step();
        let first = rows.start / step * step;
        let end = rows.end.next_multiple_of(step).min(self.height);
        if first >= end {
            return Ok(());
        }
        let source = &bgra[first as usize * stride..bgra.len().min(end as usize * stride)];
        let Some(planes) = self.layout.planes() else {
            let rows = source.chunks(stride).zip(out.chunks_exact_mut(row_bytes).skip(first as usize));
            rows.for_each(|(row, out)| out.copy_from_slice(&row[..row_bytes]));
            return Ok(());
        };
        let [luma, cb, cr, alpha] = self.layout.plane_bytes(self.width, self.height)?;
        let (y, rest) = out.split_at_mut(luma);
        let (cb, rest) = rest.split_at_mut(cb);
        let (cr, rest) = rest.split_at_mut(cr);
        let alpha = &mut rest[..alpha];
        // Rows `first..end` of a plane that holds the whole frame.
        let part = |plane: &mut [u8]| {
            let bytes = |row: u32| plane.len() * row as usize / self.height as usize;
            bytes(first)..bytes(end)
        };
        let ranges = [part(y), part(cb), part(cr), part(alpha)];
        let [y_rows, cb_rows, cr_rows, alpha_rows] = ranges;
        let (y, cb, cr) = (&mut y[y_rows], &mut cb[cb_rows], &mut cr[cr_rows]);
        if self.layout == PixelLayout::Yuv420p8 && self.space == ColorSpace::Bt709 {
            return self.eight_bit(source, stride, end - first, [y, cb, cr]);
        }
        let alpha = &mut alpha[alpha_rows];
        planes::convert(source, stride, self.width as usize, self.space, planes, [y, cb, cr, alpha]);
        Ok(())
    }

    fn eight_bit(&self, source: &[u8], stride: usize, height: u32, planes: [&mut [u8]; 3]) -> Result<()> {
        let [y, cb, cr] = planes;
        let width = self.width as usize;
        if source.len() == stride * height as usize {
            return self.whole_rows(source, stride, height, [y, cb, cr]);
        }
        // The last row ends after its pixels. The `yuv` crate passes over such a row in silence (0.8.20), so the last pair
        // of rows gets a copy without padding.
        let head = height as usize - 2;
        let (y, y_tail) = y.split_at_mut(head * width);
        let (cb, cb_tail) = cb.split_at_mut(head / 2 * width / 2);
        let (cr, cr_tail) = cr.split_at_mut(head / 2 * width / 2);
        if head > 0 {
            self.whole_rows(&source[..head * stride], stride, head as u32, [y, cb, cr])?;
        }
        let rows = [head, head + 1].map(|row| &source[row * stride..row * stride + width * 4]);
        self.whole_rows(&rows.concat(), width * 4, 2, [y_tail, cb_tail, cr_tail])
    }

    fn whole_rows(&self, source: &[u8], stride: usize, height: u32, planes: [&mut [u8]; 3]) -> Result<()> {
        let [y, cb, cr] = planes;
        let mut image = YuvPlanarImageMut {
            y_plane: BufferStoreMut::Borrowed(y),
            y_stride: self.width,
            u_plane: BufferStoreMut::Borrowed(cb),
            u_stride: self.width / 2,
            v_plane: BufferStoreMut::Borrowed(cr),
            v_stride: self.width / 2,
            width: self.width,
            height,
        };
        bgra_to_yuv420(
            &mut image,
            source,
            stride as u32,
            YuvRange::Limited,
            YuvStandardMatrix::Bt709,
            YuvConversionMode::Professional,
        )
        .map_err(|error| MediaError::Frame(error.to_string()))
    }
}
