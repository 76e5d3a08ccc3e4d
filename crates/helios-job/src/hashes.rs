//! One hash per frame: the proof that two renders show the same pixels, and its text format.

use crate::{Fps, FrameRange, JobError};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// XXH3-128 of a frame's pixels: rows from top to bottom without padding, four bytes a pixel in the order blue, green,
/// red, alpha (alpha is 255 for opaque compositions). Not cryptographic: it detects difference, not malice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct FrameHash(pub u128);

impl fmt::Display for FrameHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl FromStr for FrameHash {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<FrameHash, Self::Err> {
        u128::from_str_radix(text, 16).map(FrameHash)
    }
}

impl Serialize for FrameHash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for FrameHash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<FrameHash, D::Error> {
        let text = String::deserialize(deserializer)?;
        read(&text).ok_or_else(|| serde::de::Error::custom(format!("{text:?} is not 32 hexadecimal digits")))
    }
}

/// Exactly 32 digits: `from_str_radix` alone would also take a sign, and fewer digits, as a truncated line has.
fn read(text: &str) -> Option<FrameHash> {
    let whole = text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    text.parse().ok().filter(|_| whole)
}

/// The content of a `--frame-hashes` file.
///
/// ```text
/// # helios.frame-hashes/1 xxh3-128 bgra 1280x720 30000/1001
/// 0 0f343b0931126a20f133d67c2b018a3b
/// 1 …
/// ```
///
/// One line per frame in ascending order, the frame's index in the composition, a space, 32 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FrameHashes {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Frames per second.
    pub fps: Fps,
    /// Index of the first hash's frame.
    pub start: u32,
    /// One hash per frame.
    pub hashes: Vec<FrameHash>,
}

const HEADER: &str = "# helios.frame-hashes/1 xxh3-128 bgra";

impl FrameHashes {
    /// The frames that the hashes belong to.
    pub fn range(&self) -> FrameRange {
        FrameRange { start: self.start, count: u32::try_from(self.hashes.len()).unwrap_or(u32::MAX) }
    }
}

impl fmt::Display for FrameHashes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{HEADER} {}x{} {}", self.width, self.height, self.fps)?;
        for (index, hash) in (self.start..).zip(&self.hashes) {
            writeln!(f, "{index} {hash}")?;
        }
        Ok(())
    }
}

impl FromStr for FrameHashes {
    type Err = JobError;

    fn from_str(text: &str) -> Result<FrameHashes, JobError> {
        let refused = |line: usize, why: &str| JobError::Hashes { line: line + 1, why: why.to_owned() };
        let mut lines = text.lines().enumerate();
        let header = lines.next().and_then(|(_, line)| line.strip_prefix(HEADER)).unwrap_or_default();
        let mut fields = header.split_whitespace();
        let size = fields.next().and_then(|size| size.split_once('x'));
        let size = size.and_then(|(w, h)| Some((w.parse().ok()?, h.parse().ok()?)));
        let ((width, height), Some(Ok(fps))) =
            (size.ok_or_else(|| refused(0, "the header is missing"))?, fields.next().map(str::parse))
        else {
            return Err(refused(0, "the header has no frame rate"));
        };
        let mut file = FrameHashes { width, height, fps, start: 0, hashes: Vec::new() };
        for (number, line) in lines {
            let (index, hash) =
                line.split_once(' ').ok_or_else(|| refused(number, "expected \"frame hash\""))?;
            let index: u32 = index.parse().map_err(|_| refused(number, "the frame is not a number"))?;
            if file.hashes.is_empty() {
                file.start = index;
            } else if index != file.range().end() {
                return Err(refused(number, "the frames are not consecutive"));
            }
            file.hashes
                .push(read(hash).ok_or_else(|| refused(number, "the hash is not 32 hexadecimal digits"))?);
        }
        Ok(file)
    }
}
