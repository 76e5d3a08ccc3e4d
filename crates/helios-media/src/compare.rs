//! Two videos side by side: both are decoded, frame by frame, and their pixels compared, transparency too where one has any. Holds two frames, and two more
//! when the worst pair is wanted. Sound is not compared.

use crate::difference::{over_grey, part_beyond, side_by_side};
use crate::{Decoder, Difference, Ffmpeg, MediaError, PartFile, Result, VideoStream};
use helios_job::{FrameRange, push_frame};
use std::path::Path;

/// Rates that are this close are the same: containers that store milliseconds know them no better.
const SAME_RATE: f64 = 2e-4;

/// What is compared and how.
#[derive(Debug, Clone, Copy)]
pub struct CompareSettings {
    /// The largest difference of a channel that still counts as equal.
    pub tolerance: u8,
    /// Whether the pixels of the frames that differ most are wanted.
    pub keep_worst: bool,
}

/// A frame that differs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FrameDifference {
    /// Its index in the video, from 0.
    pub frame: u32,
    /// By how much.
    pub difference: Difference,
}

/// The pair of frames with the largest mean difference.
#[derive(Debug, Clone)]
pub struct WorstPair {
    width: u32,
    height: u32,
    a: Vec<u8>,
    b: Vec<u8>,
}

/// How two videos differ.
#[derive(Debug, Clone, Default)]
pub struct VideoComparison {
    /// What differs besides the pixels, each as a sentence: sizes, rates, numbers of frames.
    pub notes: Vec<String>,
    /// Frames that both have and that were compared; 0 when the sizes differ.
    pub compared: u32,
    /// The frames that differ by more than the tolerance, in order.
    pub frames: Vec<FrameDifference>,
    /// The same as runs.
    pub ranges: Vec<FrameRange>,
    /// Over all frames compared, those within the tolerance too.
    pub overall: Difference,
    /// The part of all pixels of these frames of which a channel differs by more than the tolerance, from 0 to 1.
    pub beyond: f64,
    /// The one of `frames` with the largest mean difference.
    pub worst: Option<FrameDifference>,
    /// Its pixels, when they were wanted.
    pub pair: Option<WorstPair>,
}

impl VideoComparison {
    /// Whether nothing differs by more than the tolerance.
    pub fn equal(&self) -> bool {
        self.notes.is_empty() && self.frames.is_empty()
    }

    /// What differs besides the pixels.
    fn note(&mut self, what: &str, a: impl ToString, b: impl ToString) {
        self.notes.push(format!("the {what} differs: {} in A, {} in B", a.to_string(), b.to_string()));
    }

    /// Takes the difference of one more frame into account, and the part of its pixels that are beyond the tolerance. Returns whether
    /// it is the worst so far.
    fn add(&mut self, difference: Difference, beyond: f64, tolerance: u8) -> bool {
        let (frame, before) = (self.compared, f64::from(self.compared));
        let mean = |so_far: f64, this: f64| (so_far * before + this) / (before + 1.0);
        self.compared += 1;
        self.overall.max = self.overall.max.max(difference.max);
        self.overall.mean = mean(self.overall.mean, difference.mean);
        self.beyond = mean(self.beyond, beyond);
        if difference.max <= tolerance {
            return false;
        }
        let found = FrameDifference { frame, difference };
        self.frames.push(found);
        push_frame(&mut self.ranges, frame);
        let worst = self.worst.is_none_or(|worst| difference.mean > worst.difference.mean);
        if worst {
            self.worst = Some(found);
        }
        worst
    }
}

/// Compares the first video streams of two files, which were probed before. `told` hears the number of frames compared so
/// far. Dropping the future ends both decoders.
///
/// # Errors
/// [`MediaError::Unreadable`] when a file is damaged, [`MediaError::Hung`], [`MediaError::Start`].
pub async fn compare(
    ffmpeg: &Ffmpeg,
    (a_path, a): (&Path, &VideoStream),
    (b_path, b): (&Path, &VideoStream),
    settings: CompareSettings,
    mut told: impl FnMut(u32),
) -> Result<VideoComparison> {
    let mut found = VideoComparison::default();
    if a.packets != b.packets {
        found.note("number of frames", a.packets, b.packets);
    }
    if let (Some(a), Some(b)) = (a.frame_rate, b.frame_rate)
        && (a.as_f64() - b.as_f64()).abs() > SAME_RATE * a.as_f64()
    {
        found.note("frame rate", a, b);
    }
    let size = (a.width, a.height);
    if size != (b.width, b.height) {
        found.note("size", format!("{}x{}", a.width, a.height), format!("{}x{}", b.width, b.height));
        return Ok(found);
    }
    let alpha = a.alpha || b.alpha;
    let mut decoders =
        (Decoder::start(ffmpeg, a_path, a, alpha).await?, Decoder::start(ffmpeg, b_path, b, alpha).await?);
    let (mut a, mut b) = (Vec::new(), Vec::new());
    loop {
        let more = tokio::try_join!(decoders.0.next(&mut a), decoders.1.next(&mut b))?;
        match more {
            (true, true) => {
                let (difference, tolerance) = (Difference::of(&a, &b), settings.tolerance);
                let channels = if alpha { 4 } else { 3 };
                let beyond = match difference.max > tolerance {
                    true => part_beyond(&a, &b, channels, tolerance),
                    false => 0.0,
                };
                let worst = found.add(difference, beyond, tolerance);
                if worst && settings.keep_worst {
                    let (width, height) = size;
                    let shown = |pixels: &[u8]| if alpha { over_grey(pixels) } else { pixels.to_owned() };
                    found.pair = Some(WorstPair { width, height, a: shown(&a), b: shown(&b) });
                }
                told(found.compared);
            }
            (false, false) => return Ok(found),
            // The files' tables of contents said otherwise, or it was said above.
            _ if found.notes.is_empty() => {
                let (a, b) = (decoders.0.frames(), decoders.1.frames());
                let words = |n: u32, ended: bool| format!("{}{n}", if ended { "" } else { "at least " });
                found.note("number of decoded frames", words(a, !more.0), words(b, !more.1));
                return Ok(found);
            }
            _ => return Ok(found),
        }
    }
}

impl WorstPair {
    /// Writes A, B and their amplified difference, side by side, as a PNG, whole or not at all.
    ///
    /// # Errors
    /// [`MediaError::Output`] or [`MediaError::DiskFull`].
    pub async fn write_png(self, path: &Path) -> Result<()> {
        let part = PartFile::create(path)?;
        let target = part.path().to_owned();
        let work = move || -> std::io::Result<()> {
            let pixels = side_by_side(&self.a, &self.b, self.width);
            let file = std::io::BufWriter::new(std::fs::File::create(target)?);
            let mut encoder = png::Encoder::new(file, 3 * self.width, self.height);
            encoder.set_color(png::ColorType::Rgb);
            encoder.set_depth(png::BitDepth::Eight);
            encoder.set_source_srgb(png::SrgbRenderingIntent::Perceptual);
            let mut writer = encoder.write_header()?;
            writer.write_image_data(&pixels)?;
            Ok(writer.finish()?)
        };
        let failed = |source: std::io::Error| MediaError::Output { path: path.to_owned(), source };
        tokio::task::spawn_blocking(work).await.map_err(|error| failed(error.into()))?.map_err(failed)?;
        part.finish().await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn difference(max: u8, mean: f64) -> Difference {
        Difference { max, mean }
    }

    #[test]
    fn a_frame_differs_beyond_the_tolerance_and_the_worst_is_kept() {
        let mut found = VideoComparison::default();
        let frames =
            [(0, 0.0, 0.0), (2, 0.5, 0.0), (3, 0.25, 0.5), (9, 0.125, 0.1), (3, 1.0, 0.3), (0, 0.0, 0.0)];
        let worst: Vec<bool> =
            frames.map(|(max, mean, beyond)| found.add(difference(max, mean), beyond, 2)).into();
        assert_eq!(worst, [false, false, true, false, true, false]);
        assert_eq!(found.compared, 6);
        assert_eq!(found.ranges, [FrameRange { start: 2, count: 3 }]);
        assert_eq!(found.worst.map(|worst| worst.frame), Some(4));
        assert_eq!(found.overall, difference(9, 1.875 / 6.0));
        assert!((found.beyond - 0.9 / 6.0).abs() < 1e-12, "{}", found.beyond);
        assert!(!found.equal());
    }

    #[test]
    fn within_the_tolerance_is_equal_and_a_note_is_not() {
        let mut found = VideoComparison::default();
        found.add(difference(2, 0.5), 0.0, 2);
        assert!(found.equal());
        found.note("size", "1x1", "2x2");
        assert!(!found.equal());
    }
}
