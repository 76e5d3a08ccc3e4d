//! The ways of rendering a page that must not change a pixel: the columns of the table.

use serde::{Deserialize, Serialize};
use std::fmt;

/// One way, to be compared with the reference: one worker, the tap, the whole page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Check {
    /// The reference once more.
    Again,
    /// So many workers, each with its own browser.
    Workers(u8),
    /// Chunks of a length taken from the page's name: two of them, A and B.
    Chunks(char),
    /// The reference while every core is kept busy by other processes.
    Load,
    /// Screenshots over the DevTools protocol instead of the tap.
    Screenshot,
    /// Chromium's own virtual time in the headless shell, instead of our clock.
    BeginFrame,
}

/// All of them, in the order of the table.
pub const ALL: [Check; 9] = [
    Check::Again,
    Check::Workers(2),
    Check::Workers(3),
    Check::Workers(7),
    Check::Chunks('a'),
    Check::Chunks('b'),
    Check::Load,
    Check::Screenshot,
    Check::BeginFrame,
];

/// Frames per second whose times are whole tenths of a millisecond, at which alone Chromium's virtual time stops (docs/capture.md).
/// Not a divisor of a second: at the very end of an animation a millionth of a millisecond would decide.
const TENTHS: &str = "10000/333";

/// The two that find most of what the others find.
pub const FAST: [Check; 2] = [Check::Workers(3), Check::Screenshot];

impl fmt::Display for Check {
    /// The name in the table and in the list of exceptions.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Check::Again => f.write_str("again"),
            Check::Workers(count) => write!(f, "N={count}"),
            Check::Chunks(which) => write!(f, "chunks-{which}"),
            Check::Load => f.write_str("load"),
            Check::Screenshot => f.write_str("screenshot"),
            Check::BeginFrame => f.write_str("beginframe"),
        }
    }
}

impl Check {
    /// What `helios render` is told for the page called `name`, which has so many frames.
    pub fn args(self, name: &str, frames: u32) -> Vec<String> {
        match self {
            Check::Again | Check::Load => vec!["--capture".to_owned(), "tap".to_owned()],
            Check::Workers(count) => {
                vec!["--capture".into(), "tap".into(), "--concurrency".into(), count.to_string()]
            }
            Check::Chunks(which) => {
                let length = chunk_length(&format!("{name} {which}"), frames).to_string();
                let workers = if which == 'a' { "1" } else { "2" }.to_owned();
                let capture = ["--capture".to_owned(), "tap".to_owned(), "--concurrency".to_owned(), workers];
                [capture.as_slice(), &["--chunk-frames".to_owned(), length]].concat()
            }
            Check::Screenshot => vec!["--capture".to_owned(), "screenshot".to_owned()],
            Check::BeginFrame => ["--capture", "beginframe", "--fps", TENTHS].map(str::to_owned).to_vec(),
        }
    }

    /// What the reference of this check is told where it is not that of the page.
    pub fn own_reference(self) -> Option<Vec<String>> {
        let own = ["--capture", "tap", "--fps", TENTHS].map(str::to_owned).to_vec();
        (self == Check::BeginFrame).then_some(own)
    }
}

/// A length between an eighth and a half of the page: random in the sense that nobody chose it, the same in every run.
fn chunk_length(seed: &str, frames: u32) -> u32 {
    let hash =
        seed.bytes().fold(2_166_136_261_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(16_777_619));
    let (least, most) = ((frames / 8).max(1), (frames / 2).max(1));
    least + (hash ^ (hash >> 15)) % (most - least + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_have_the_page_s_own_length_within_its_frames() {
        let lengths: Vec<u32> = (0..50).map(|page| chunk_length(&page.to_string(), 60)).collect();
        assert!(lengths.iter().all(|length| (7..=30).contains(length)), "{lengths:?}");
        assert!(lengths.iter().collect::<std::collections::HashSet<_>>().len() > 10, "{lengths:?}");
        assert_eq!(Check::Chunks('a').args("x/y", 60), Check::Chunks('a').args("x/y", 60));
        assert_eq!(chunk_length("one frame", 1), 1);
    }
}
