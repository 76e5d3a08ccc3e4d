//! A picture becomes pixels, a hash and the planes that the encoder reads.

use crate::glance::Glance;
use crate::source::Picture;
use crate::{RenderError, alpha, strip};
use base64::Engine as _;
use helios_job::{FrameHash, Look};
use helios_media::FrameConverter;
use helios_tap::Frame;
use xxhash_rust::xxh3::Xxh3;

/// Converts the pictures of one chunk, one after the other. Keeps its buffers.
pub(crate) struct Developer {
    converter: FrameConverter,
    reader: Reader,
    glance: Option<Glance>,
}

impl Developer {
    /// For compositions of `size` in pixels of the layout. `glance` sees the pixels too.
    pub(crate) fn new(
        converter: FrameConverter,
        size: (u32, u32),
        look: Look,
        glance: Option<Glance>,
    ) -> Result<Developer, RenderError> {
        Ok(Developer { converter, reader: Reader::new(size, look)?, glance })
    }

    /// The hash of the picture's pixels; its planes go to `planes`. The picture is given back to its source at the end.
    pub(crate) fn develop(
        &mut self,
        frame: u32,
        picture: Picture,
        planes: &mut Vec<u8>,
    ) -> Result<FrameHash, RenderError> {
        let pixels = self.reader.read(frame, &picture)?;
        let hash = pixels.hash();
        self.converter.convert(pixels.bgra, pixels.stride, planes)?;
        if let Some(glance) = &mut self.glance {
            glance.look(frame, &pixels);
        }
        Ok(hash)
    }
}

/// The pixels of a frame, wherever they lie.
pub(crate) struct Pixels<'a> {
    bgra: &'a [u8],
    /// Bytes from one row to the next.
    stride: usize,
    width: usize,
    height: usize,
}

impl Pixels<'_> {
    /// Rows from top to bottom without padding, BGRA.
    pub(crate) fn rows(&self) -> impl Iterator<Item = &[u8]> {
        let rows = self.bgra.chunks(self.stride).take(self.height);
        rows.map(|row| row.get(..4 * self.width).unwrap_or(row))
    }

    pub(crate) fn hash(&self) -> FrameHash {
        let mut hash = Xxh3::new();
        self.rows().for_each(|row| hash.update(row));
        FrameHash(hash.digest128())
    }
}

/// Finds the pixels in pictures of one size. Keeps its buffer. With transparency, colours come out as they are before they are
/// multiplied by it, and black where nothing is to be seen.
pub(crate) struct Reader {
    /// Of the composition, in pixels of the layout.
    layout: (u32, u32),
    look: Look,
    /// Of the composition, in pixels.
    width: u32,
    height: u32,
    bgra: Vec<u8>,
}

impl Reader {
    /// For compositions of `layout` pixels of layout.
    pub(crate) fn new(layout: (u32, u32), look: Look) -> Result<Reader, RenderError> {
        let size = look.scale.output(layout);
        let (width, height) = size.map_err(|error| RenderError::Settings(error.to_string()))?;
        Ok(Reader { layout, look, width, height, bgra: Vec::new() })
    }

    /// The composition's pixels in `picture`.
    pub(crate) fn read<'a>(
        &'a mut self,
        frame: u32,
        picture: &'a Picture,
    ) -> Result<Pixels<'a>, RenderError> {
        let (width, height) = (self.width as usize, self.height as usize);
        let (bgra, stride) = match picture {
            Picture::Shared(shared) => {
                self.check(frame, shared)?;
                (shared.pixels(), shared.stride() as usize)
            }
            Picture::Twice { black, white } => {
                self.check(frame, white)?;
                self.bgra.clear();
                for y in 0..self.height {
                    // Both have the same size: it changes with another composition only.
                    let start = y as usize * white.stride() as usize;
                    let black = black.get(start..start + self.row_bytes()).unwrap_or_default();
                    let pixels = black.chunks_exact(4).zip(white.row(y).chunks_exact(4));
                    self.bgra.extend(pixels.flat_map(|(black, white)| alpha::between(black, white)));
                }
                (self.bgra.as_slice(), self.row_bytes())
            }
            Picture::Png { base64, serial } => {
                self.decode(frame, base64, *serial)?;
                if self.look.alpha {
                    self.bgra.chunks_exact_mut(4).for_each(alpha::normalize);
                }
                (self.bgra.as_slice(), self.row_bytes())
            }
            // Whoever asks for pictures that may repeat keeps the one before.
            Picture::Same => {
                return Err(RenderError::Pixels { frame, what: "there is no new picture".to_owned() });
            }
            Picture::Rgba(rgba) => {
                self.bgra.clear();
                self.bgra.extend_from_slice(rgba);
                self.bgra.chunks_exact_mut(4).for_each(|pixel| pixel.swap(0, 2));
                if self.look.alpha {
                    self.bgra.chunks_exact_mut(4).for_each(alpha::normalize);
                }
                (self.bgra.as_slice(), self.row_bytes())
            }
        };
        Ok(Pixels { bgra, stride, width, height })
    }

    /// Whether all of the composition is in what the browser painted.
    fn check(&self, frame: u32, painted: &Frame) -> Result<(), RenderError> {
        if painted.width() >= self.width && painted.height() >= self.height {
            return Ok(());
        }
        let (wanted, rows) = strip::window(self.layout, self.look.scale).pixels;
        let what = format!(
            "the browser painted {} x {} pixels instead of {wanted} x {rows}",
            painted.width(),
            painted.height(),
        );
        Err(RenderError::Pixels { frame, what })
    }

    fn row_bytes(&self) -> usize {
        4 * self.width as usize
    }

    /// Reads a screenshot into `self.bgra`, after a look at its strip.
    fn decode(&mut self, frame: u32, base64: &str, serial: Option<u32>) -> Result<(), RenderError> {
        let refused = |what: String| RenderError::Pixels { frame, what };
        let png = base64::engine::general_purpose::STANDARD
            .decode(base64)
            .map_err(|error| refused(format!("the screenshot is no base64: {error}")))?;
        let mut decoder = png::Decoder::new(std::io::Cursor::new(png));
        // Grey or palette pictures of plain pages become the same four channels.
        decoder
            .set_transformations(png::Transformations::normalize_to_color8() | png::Transformations::ALPHA);
        let unreadable =
            |error: png::DecodingError| refused(format!("the screenshot cannot be read: {error}"));
        let mut reader = decoder.read_info().map_err(unreadable)?;
        let size = reader.output_buffer_size().unwrap_or(0);
        self.bgra.resize(size, 0);
        let info = reader.next_frame(&mut self.bgra).map_err(unreadable)?;
        // Without a strip it is the composition alone.
        let scale = self.look.scale;
        let (_, rows) = strip::window(self.layout, scale).pixels;
        let wanted = (self.width, serial.map_or(self.height, |_| rows));
        if (info.width, info.height) != wanted || info.line_size != self.row_bytes() {
            let (width, height) = (info.width, info.height);
            return Err(refused(format!(
                "the screenshot is {width} x {height} pixels instead of {} x {}",
                wanted.0, wanted.1
            )));
        }
        self.bgra.chunks_exact_mut(4).for_each(|pixel| pixel.swap(0, 2));
        let Some(serial) = serial else { return Ok(()) };
        let row = strip::row(self.layout.1, scale) as usize * self.row_bytes();
        let shown = strip::read(self.bgra.get(row..row + self.row_bytes()).unwrap_or_default(), scale);
        if shown != Some(serial) && self.layout.0 >= strip::WIDTH {
            return Err(refused(format!("the screenshot shows drawing {shown:?} instead of {serial}")));
        }
        Ok(())
    }
}
