//! Animated WebP files, as far as FFmpeg 5.1 does not know them: it writes them and cannot read them, and guesses how long
//! the last frame is shown. The container alone (https://developers.google.com/speed/webp/docs/riff_container).

use std::io;
use std::path::Path;

/// What a file says of its animation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Animation {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) alpha: bool,
    /// How long each frame is shown, in milliseconds, and where in the file that stands. A frame that is like the one before
    /// is none of its own: the one before is shown for longer.
    pub(crate) frames: Vec<(u32, usize)>,
}

/// Bytes of `RIFF`, a size and `WEBP`.
const HEAD: usize = 12;

/// Reads an animation; `None` for anything else.
pub(crate) fn read(bytes: &[u8]) -> Option<Animation> {
    if bytes.get(..4)? != b"RIFF" || bytes.get(8..HEAD)? != b"WEBP" {
        return None;
    }
    let mut found = Animation::default();
    let mut at = HEAD;
    while let (Some(name), Some(size)) = (bytes.get(at..at + 4), bytes.get(at + 4..at + 8)) {
        let size = u32::from_le_bytes(size.try_into().ok()?) as usize;
        let body = bytes.get(at + 8..at.checked_add(8)?.checked_add(size)?)?;
        match name {
            b"VP8X" => {
                found.alpha = body.first()? & 0x10 != 0;
                (found.width, found.height) = (three(body, 4)? + 1, three(body, 7)? + 1);
            }
            b"ANMF" => found.frames.push((three(body, 12)?, at + 8 + 12)),
            _ => {}
        }
        // Chunks begin at even places.
        at += 8 + size + size % 2;
    }
    (!found.frames.is_empty()).then_some(found)
}

/// Three bytes, least first.
fn three(bytes: &[u8], at: usize) -> Option<u32> {
    let [a, b, c] = *bytes.get(at..at + 3)? else { return None };
    Some(u32::from_le_bytes([a, b, c, 0]))
}

impl Animation {
    /// How long all of it is shown, in milliseconds.
    pub(crate) fn total_ms(&self) -> u64 {
        self.frames.iter().map(|(ms, _)| u64::from(*ms)).sum()
    }
}

/// Has the last frame of a file shown until the whole lasts `total_ms`.
pub(crate) fn end_at(path: &Path, total_ms: u64) -> io::Result<()> {
    use std::os::unix::fs::FileExt as _;
    let bytes = std::fs::read(path)?;
    let broken = || io::Error::new(io::ErrorKind::InvalidData, "it is no animated WebP");
    // One frame alone is written as a still picture.
    let Some(found) = read(&bytes) else {
        return if bytes.get(8..HEAD) == Some(b"WEBP") { Ok(()) } else { Err(broken()) };
    };
    let (last, place) = *found.frames.last().ok_or_else(broken)?;
    let before = found.total_ms() - u64::from(last);
    let last = total_ms.checked_sub(before).and_then(|ms| u32::try_from(ms).ok()).filter(|ms| *ms < 1 << 24);
    let last = last.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "its frames last too long"))?;
    let file = std::fs::OpenOptions::new().write(true).open(path)?;
    file.write_all_at(&last.to_le_bytes()[..3], place as u64)
}
