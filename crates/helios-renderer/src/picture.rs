//! A picture becomes pixels, a hash and the planes that the encoder reads.

use crate::RenderError;
use crate::source::Picture;
use crate::strip;
use base64::Engine as _;
use helios_job::FrameHash;
use helios_media::FrameConverter;
use xxhash_rust::xxh3::Xxh3;

/// Converts the pictures of one chunk, one after the other. Keeps its buffers.
pub(crate) struct Developer {
    converter: FrameConverter,
    reader: Reader,
}

impl Developer {
    pub(crate) fn new(converter: FrameConverter, width: u32, height: u32) -> Developer {
        Developer { converter, reader: Reader::new(width, height) }
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

/// Finds the pixels in pictures of one size. Keeps its buffer.
pub(crate) struct Reader {
    width: u32,
    height: u32,
    bgra: Vec<u8>,
}

impl Reader {
    pub(crate) fn new(width: u32, height: u32) -> Reader {
        Reader { width, height, bgra: Vec::new() }
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
                if shared.width() < self.width || shared.height() < self.height {
                    let what = format!(
                        "the browser painted {} x {} pixels instead of {} x {}",
                        shared.width(),
                        shared.height(),
                        self.width,
                        self.height + strip::HEIGHT
                    );
                    return Err(RenderError::Pixels { frame, what });
                }
                (shared.pixels(), shared.stride() as usize)
            }
            Picture::Png { base64, serial } => {
                self.decode(frame, base64, *serial)?;
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
                (self.bgra.as_slice(), self.row_bytes())
            }
        };
        Ok(Pixels { bgra, stride, width, height })
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
        let (_, rows) = strip::window((self.width, self.height));
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
        let row = (self.height + strip::HEIGHT / 2) as usize * self.row_bytes();
        let shown = strip::read(self.bgra.get(row..row + self.row_bytes()).unwrap_or_default());
        if shown != Some(serial) && self.width >= strip::WIDTH {
            return Err(refused(format!("the screenshot shows drawing {shown:?} instead of {serial}")));
        }
        Ok(())
    }
}
