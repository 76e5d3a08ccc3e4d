//! A small picture of a frame now and then, for people who watch a render. Made only when the order asks for it, and never a reason for a
//! render to fail.

use crate::page_events::Notices;
use crate::picture::Pixels;
use helios_job::Event;
use std::fs::File;
use std::io::{self, BufReader, BufWriter};
use std::path::{Path, PathBuf};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// At most this often.
const PERIOD: Duration = Duration::from_secs(1);
/// Width of the picture, at most.
const WIDTH: usize = 480;
/// Samples per axis that make a pixel, at most: more would not be seen.
const SAMPLES: usize = 4;

/// Where the pictures of one worker go.
pub(crate) struct Glance {
    file: PathBuf,
    chunk: u32,
    worker: u32,
    notices: Notices,
    last: Option<Instant>,
    /// What makes the picture. The frame goes back to the browser meanwhile, which cannot paint without it.
    maker: Option<JoinHandle<()>>,
}

impl Glance {
    /// For a chunk. Chunks may be short: the period goes on from the one before.
    pub(crate) fn new(folder: &Path, chunk: u32, worker: u32, notices: &Notices) -> Glance {
        let file = folder.join(format!("worker-{worker}.png"));
        let age =
            file.metadata().and_then(|found| found.modified()).ok().and_then(|time| time.elapsed().ok());
        let last = age.filter(|age| *age < PERIOD).and_then(|age| Instant::now().checked_sub(age));
        Glance { file, chunk, worker, notices: notices.clone(), last, maker: None }
    }

    /// Shows a frame, if it is time to.
    pub(crate) fn look(&mut self, frame: u32, pixels: &Pixels<'_>) {
        let early = self.last.is_some_and(|last| last.elapsed() < PERIOD);
        if early || self.maker.as_ref().is_some_and(|maker| !maker.is_finished()) {
            return;
        }
        self.last = Some(Instant::now());
        let rows: Vec<Vec<u8>> = pixels.rows().map(<[u8]>::to_vec).collect();
        let Glance { chunk, worker, .. } = *self;
        let (file, notices) = (self.file.clone(), self.notices.clone());
        self.maker = Some(std::thread::spawn(move || {
            let rows: Vec<&[u8]> = rows.iter().map(Vec::as_slice).collect();
            let (rgba, size) = shrink(&rows, WIDTH, [2, 1, 0, 3]);
            match write(&file, &rgba, size) {
                Ok(()) => drop(notices.send(Event::Preview { worker, chunk, frame, file })),
                Err(error) => tracing::debug!(%error, file = %file.display(), "no preview"),
            }
        }));
    }
}

impl Drop for Glance {
    /// The last picture is there, and told of, before the chunk ends.
    fn drop(&mut self) {
        self.maker.take().map(JoinHandle::join);
    }
}

/// Makes a picture of at most `width` pixels across out of a PNG file, and writes it to `to`.
///
/// # Errors
/// When the one cannot be read or the other not be written.
pub fn thumbnail(png: &Path, width: u32, to: &Path) -> io::Result<()> {
    let mut decoder = png::Decoder::new(BufReader::new(File::open(png)?));
    decoder.set_transformations(png::Transformations::normalize_to_color8() | png::Transformations::ALPHA);
    let mut reader = decoder.read_info()?;
    let mut pixels = vec![0; reader.output_buffer_size().unwrap_or(0)];
    let info = reader.next_frame(&mut pixels)?;
    let rows: Vec<&[u8]> = pixels.chunks_exact(info.line_size.max(1)).collect();
    let (rgba, size) = shrink(&rows, width as usize, [0, 1, 2, 3]);
    write(to, &rgba, size)
}

/// The mean of up to [`SAMPLES`]² pixels for each pixel of the small picture. `order` says where red, green, blue and alpha are.
fn shrink(rows: &[&[u8]], most: usize, order: [usize; 4]) -> (Vec<u8>, (usize, usize)) {
    let (width, height) = (rows.first().map_or(0, |row| row.len() / 4), rows.len());
    let small = (width.min(most).max(1), 0);
    let small = (small.0, (height * small.0 / width.max(1)).max(1));
    // Where sample `sample` of pixel `at` lies on an axis of `long` pixels that become `short`.
    let place = |at: usize, sample: usize, long: usize, short: usize| {
        ((at * SAMPLES + sample) * long / (short * SAMPLES)).min(long.saturating_sub(1))
    };
    let mut rgba = Vec::with_capacity(4 * small.0 * small.1);
    for y in 0..small.1 {
        for x in 0..small.0 {
            let mut sum = [0_u32; 4];
            for down in 0..SAMPLES {
                let row = rows.get(place(y, down, height, small.1)).copied().unwrap_or_default();
                for right in 0..SAMPLES {
                    let start = 4 * place(x, right, width, small.0);
                    let pixel = row.get(start..start + 4).unwrap_or(&[0; 4]);
                    for (sum, from) in sum.iter_mut().zip(order) {
                        *sum += u32::from(pixel[from]);
                    }
                }
            }
            rgba.extend(sum.map(|sum| (sum / (SAMPLES * SAMPLES) as u32) as u8));
        }
    }
    (rgba, small)
}

fn write(file: &Path, rgba: &[u8], (width, height): (usize, usize)) -> io::Result<()> {
    let part = file.with_extension("part");
    let to = BufWriter::new(File::create(&part)?);
    let mut encoder = png::Encoder::new(to, width as u32, height as u32);
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::Fast);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(rgba)?;
    writer.finish()?;
    std::fs::rename(part, file)
}

#[cfg(test)]
mod tests {
    use super::shrink;

    #[test]
    fn a_small_picture_is_the_mean_of_the_large_one() {
        // Left half black, right half white, 8 x 4, BGRA with the blue of the left half set.
        let row: Vec<u8> = (0..8).flat_map(|x| if x < 4 { [200, 0, 0, 255] } else { [255; 4] }).collect();
        let rows = [&row[..]; 4];
        let (rgba, size) = shrink(&rows, 2, [2, 1, 0, 3]);
        assert_eq!(size, (2, 1));
        assert_eq!(rgba, [0, 0, 200, 255, 255, 255, 255, 255]);
        let (same, size) = shrink(&rows, 480, [2, 1, 0, 3]);
        assert_eq!((size, same.len()), ((8, 4), 8 * 4 * 4));
        assert_eq!(shrink(&[], 2, [0, 1, 2, 3]).1, (1, 1));
    }
}
