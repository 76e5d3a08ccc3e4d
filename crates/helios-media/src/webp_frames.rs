//! The pictures of an animated WebP, which FFmpeg 5.1 cannot read: decoded here, one after the other. A picture that is shown for
//! longer than the shortest one is as many frames: files keep frames that are alike as one. Where a picture is laid over the one before,
//! colours are exact to a level.

use crate::probe::{Color, MediaInfo, VideoStream};
use crate::webp::{self, Animation};
use image_webp::WebPDecoder;
use std::fs::File;
use std::io::{self, BufReader, Read as _};
use std::path::Path;

/// More is no picture.
const MEMORY: usize = 1 << 30;

/// An animation that is read from its beginning.
pub(crate) struct Frames {
    decoder: WebPDecoder<BufReader<File>>,
    /// How often each picture comes, the last one first.
    times: Vec<u64>,
    /// What is shown, with three channels or four.
    shown: Vec<u8>,
    left: u64,
    alpha: bool,
}

/// What is in an animated WebP; `None` for any other file.
pub(crate) fn look(path: &Path) -> io::Result<Option<MediaInfo>> {
    let mut head = Vec::new();
    File::open(path)?.take(12).read_to_end(&mut head)?;
    if !head.starts_with(b"RIFF") || !head.ends_with(b"WEBP") {
        return Ok(None);
    }
    let Some(found) = webp::read(&std::fs::read(path)?) else { return Ok(None) };
    let stream = VideoStream {
        codec: "webp".to_owned(),
        tag: String::new(),
        profile: None,
        width: found.width,
        height: found.height,
        pix_fmt: if found.alpha { "rgba" } else { "rgb24" }.to_owned(),
        // Times are whole milliseconds: what rate they stand for is anybody's guess.
        frame_rate: None,
        time_base: (1, 1000),
        delay: 0,
        alpha: found.alpha,
        color: Color::default(),
        packets: times(&found).iter().sum(),
        headers: None,
    };
    let duration = Some(found.total_ms() as f64 / 1000.0);
    Ok(Some(MediaInfo {
        video: vec![stream],
        audio: Vec::new(),
        caption_language: None,
        duration,
        start_time: Some(0.0),
    }))
}

/// How often each picture comes.
fn times(found: &Animation) -> Vec<u64> {
    // The last one is cut or held, so that the whole has its length.
    let lengths = || found.frames.iter().map(|(ms, _)| u64::from(*ms));
    let shortest = lengths().rev().skip(1).filter(|ms| *ms > 0).min().unwrap_or(1);
    lengths().map(|ms| ((ms + shortest / 2) / shortest).max(1)).collect()
}

impl Frames {
    /// Opens an animation. With `alpha`, frames have four channels.
    pub(crate) fn open(path: &Path, alpha: bool) -> Result<Frames, String> {
        let words = |error: &dyn std::fmt::Display| error.to_string();
        let bytes = std::fs::read(path).map_err(|error| words(&error))?;
        let found = webp::read(&bytes).ok_or("it is no animated WebP")?;
        let file = File::open(path).map_err(|error| words(&error))?;
        let mut decoder = WebPDecoder::new(BufReader::new(file)).map_err(|error| words(&error))?;
        decoder.set_memory_limit(MEMORY);
        // As browsers have it, whatever the file says.
        decoder.set_background_color([0; 4]).map_err(|error| words(&error))?;
        let size = decoder.output_buffer_size().ok_or("it is too large")?;
        let times = times(&found).into_iter().rev().collect();
        Ok(Frames { decoder, times, shown: vec![0; size], left: 0, alpha })
    }

    /// Puts the next frame into `frame`. Returns `false` at the end.
    pub(crate) fn next(&mut self, frame: &mut Vec<u8>) -> Result<bool, String> {
        if self.left == 0 {
            let Some(times) = self.times.pop() else { return Ok(false) };
            self.decoder.read_frame(&mut self.shown).map_err(|error| error.to_string())?;
            self.left = times;
        }
        self.left -= 1;
        frame.clear();
        match (self.decoder.has_alpha(), self.alpha) {
            (true, false) => frame.extend(self.shown.chunks_exact(4).flat_map(|pixel| &pixel[..3])),
            (false, true) => self.shown.chunks_exact(3).for_each(|pixel| {
                frame.extend_from_slice(pixel);
                frame.push(u8::MAX);
            }),
            _ => frame.extend_from_slice(&self.shown),
        }
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_that_last_longer_are_several_frames() {
        let shown = |ms: &[u32]| {
            times(&Animation { frames: ms.iter().map(|ms| (*ms, 0)).collect(), ..Animation::default() })
        };
        assert_eq!(shown(&[33, 34, 67, 33]), [1, 1, 2, 1]);
        assert_eq!(shown(&[40, 80, 5]), [1, 2, 1]);
        assert_eq!(shown(&[7]), [7]);
        assert_eq!(shown(&[0, 0]), [1, 1]);
    }
}
