//! The outline of a sound, for showing it: the lowest and the highest sample of each part. Read as it comes, however long it is.

use super::decode::sound_info;
use crate::encoder_args::{Args, file_url};
use crate::process::{Child, Pipes};
use crate::{Ffmpeg, MediaError, Result};
use helios_job::{SAMPLE_RATE, SoundSource};
use std::path::Path;
use std::time::Duration;
use tokio::io::AsyncReadExt;

/// Samples that are looked at together at first: a hundredth of a second.
const GRAIN: usize = SAMPLE_RATE as usize / 100;

/// The longest wait for more of a file that is on this machine.
const READ_TIMEOUT: Duration = Duration::from_secs(60);

/// The outline of a sound.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Peaks {
    /// Length in seconds; 0 when there is no sound.
    pub duration: f64,
    /// The lowest and the highest value of each part, -1 to 1.
    pub parts: Vec<(f32, f32)>,
}

/// The outline of the sound of `file` in `parts` equal parts, or fewer where it is very short.
///
/// # Errors
/// [`MediaError::Unreadable`] when it is no media file, [`MediaError::Hung`] when FFmpeg stops.
pub async fn peaks(ffmpeg: &Ffmpeg, file: &Path, parts: usize) -> Result<Peaks> {
    let source = SoundSource::File(file.to_string_lossy().into_owned());
    if sound_info(ffmpeg, &source).await?.channels == 0 {
        return Ok(Peaks::default());
    }
    let mut args = Args::default();
    args.words("-hide_banner -nostdin -loglevel error -protocol_whitelist file,pipe -i");
    args.0.push(file_url(file));
    args.words("-map 0:a:0 -vn -sn -dn -ac 1 -ar");
    args.words(&SAMPLE_RATE.to_string());
    args.words("-c:a pcm_s16le -f s16le pipe:1");
    let action = format!("read the sound of {}", file.display());
    let mut child =
        Child::start(ffmpeg.ffmpeg(), &args.0, Pipes { stdin: false, stdout: true }, action).await?;
    let mut grains = Grains::default();
    if let Some(mut stdout) = child.take_stdout() {
        let mut block = vec![0; 1 << 16];
        loop {
            match tokio::time::timeout(READ_TIMEOUT, stdout.read(&mut block)).await {
                Err(_) => return Err(child.hung(READ_TIMEOUT).await),
                Ok(Ok(length @ 1..)) => grains.take(&block[..length]),
                Ok(_) => break,
            }
        }
    }
    let outcome = child.outcome(READ_TIMEOUT).await?;
    grains.end();
    if grains.found.is_empty() && !outcome.status.success() {
        let why = outcome.stderr.lines().last().unwrap_or("nothing in it can be decoded").to_owned();
        return Err(MediaError::Unreadable { path: file.to_owned(), why });
    }
    Ok(grains.peaks(parts))
}

#[derive(Default)]
struct Grains {
    found: Vec<(i16, i16)>,
    current: Option<(i16, i16)>,
    /// Samples of the current grain, and of all.
    here: usize,
    samples: u64,
    /// Half a sample from the block before.
    odd: Option<u8>,
}

impl Grains {
    fn take(&mut self, bytes: &[u8]) {
        let odd = self.odd.take();
        let mut bytes = odd.into_iter().chain(bytes.iter().copied());
        while let Some(low) = bytes.next() {
            let Some(high) = bytes.next() else {
                self.odd = Some(low);
                break;
            };
            let sample = i16::from_le_bytes([low, high]);
            let (least, most) = self.current.unwrap_or((sample, sample));
            self.current = Some((least.min(sample), most.max(sample)));
            (self.here, self.samples) = (self.here + 1, self.samples + 1);
            if self.here == GRAIN {
                self.end();
            }
        }
    }

    fn end(&mut self) {
        self.found.extend(self.current.take());
        self.here = 0;
    }

    fn peaks(&self, parts: usize) -> Peaks {
        let parts = parts.clamp(1, self.found.len().max(1));
        let value = |sample: i16| f32::from(sample) / -f32::from(i16::MIN);
        let part = |index: usize| {
            let (from, to) = (index * self.found.len() / parts, (index + 1) * self.found.len() / parts);
            let grains = self.found.get(from..to).unwrap_or_default();
            let low = grains.iter().map(|(low, _)| *low).min().unwrap_or_default();
            let high = grains.iter().map(|(_, high)| *high).max().unwrap_or_default();
            (value(low).min(0.0), value(high).max(0.0))
        };
        let parts = if self.found.is_empty() { Vec::new() } else { (0..parts).map(part).collect() };
        Peaks { duration: self.samples as f64 / f64::from(SAMPLE_RATE), parts }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn peaks_are_found_wherever_blocks_end() {
        let mut bytes = Vec::new();
        for sample in 0..4 * GRAIN {
            let value: i16 = if sample == GRAIN + 7 { -16384 } else { i16::from(sample >= 2 * GRAIN) * 8192 };
            bytes.extend(value.to_le_bytes());
        }
        for size in [1, 3, 1000, bytes.len()] {
            let mut grains = Grains::default();
            bytes.chunks(size).for_each(|block| grains.take(block));
            grains.end();
            let peaks = grains.peaks(2);
            assert_eq!(peaks.parts, [(-0.5, 0.0), (0.0, 0.25)], "blocks of {size}");
            assert!((peaks.duration - 0.04).abs() < 1e-9);
        }
        assert_eq!(Grains::default().peaks(10), Peaks::default());
    }
}
