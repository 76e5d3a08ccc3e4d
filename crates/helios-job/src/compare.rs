//! Two frame-hash files side by side: which frames differ, and what else does.

use crate::{FrameHashes, FrameRange};
use serde::Serialize;

/// How two renders differ by their hashes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HashComparison {
    /// What differs besides the frames, each as a sentence: sizes, rates, frames that only one of them has.
    pub notes: Vec<String>,
    /// Frames that both have.
    pub compared: u32,
    /// How many of them differ.
    pub differing: u32,
    /// The frames that differ, as runs in ascending order.
    pub ranges: Vec<FrameRange>,
}

impl HashComparison {
    /// Whether nothing differs.
    pub fn equal(&self) -> bool {
        self.notes.is_empty() && self.differing == 0
    }
}

impl FrameHashes {
    /// Compares frame by frame, by the frames' indices: a file of a part of the composition is compared with the same part
    /// of the other one.
    pub fn compare(&self, other: &FrameHashes) -> HashComparison {
        let mut found = HashComparison::default();
        let mut note = |what: &str, a: String, b: String| {
            if a != b {
                found.notes.push(format!("the {what} differs: {a} in A, {b} in B"));
            }
        };
        let size = |file: &FrameHashes| format!("{}x{}", file.width, file.height);
        note("size", size(self), size(other));
        note("frame rate", self.fps.to_string(), other.fps.to_string());
        let (a, b) = (self.range(), other.range());
        if a != b {
            found.notes.push(format!("A has {a}, B has {b}"));
        }
        let (start, end) = (a.start.max(b.start), a.end().min(b.end()));
        let from = |file: &FrameHashes| (start - file.start.min(start)) as usize;
        let pairs = self.hashes.iter().skip(from(self)).zip(other.hashes.iter().skip(from(other)));
        for (index, (a, b)) in (start..end).zip(pairs) {
            found.compared += 1;
            if a != b {
                found.differing += 1;
                push_frame(&mut found.ranges, index);
            }
        }
        found
    }
}

/// Adds a frame that comes after all others to a list of runs.
pub fn push_frame(ranges: &mut Vec<FrameRange>, index: u32) {
    match ranges.last_mut() {
        Some(last) if last.end() == index => last.count += 1,
        _ => ranges.push(FrameRange { start: index, count: 1 }),
    }
}

/// Runs of frames as people write them: `10 to 12, 40`; the first `most` runs, and how many more there are.
pub fn ranges_text(ranges: &[FrameRange], most: usize) -> String {
    let one = |range: &FrameRange| match range.count {
        1 => range.start.to_string(),
        _ => format!("{} to {}", range.start, range.last()),
    };
    let mut text = ranges.iter().take(most).map(one).collect::<Vec<_>>().join(", ");
    if let Some(more) = ranges.len().checked_sub(most).filter(|more| *more > 0) {
        text += &format!(" and {more} more run{}", if more == 1 { "" } else { "s" });
    }
    text
}
