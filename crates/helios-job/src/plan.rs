//! How a range of frames is cut into chunks.

use crate::FrameRange;

/// The largest `--concurrency` that is accepted. Far above what one machine carries, and low enough to catch a typing error.
pub const MAX_CONCURRENCY: u32 = 1024;

/// What decides the size of the chunks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Split {
    /// At most this many chunks of `ceil(total / n)` frames.
    Count(u32),
    /// Chunks of this many frames, however many workers there are: the output then has the same bytes for every concurrency.
    Frames(u32),
}

/// Cuts `range` into chunks that cover it exactly once, in order, none of them empty.
///
/// A split of 0 counts as 1. With more chunks asked than there are frames, there is one chunk per frame.
pub fn split(range: FrameRange, by: Split) -> Vec<FrameRange> {
    let size = match by {
        Split::Count(n) => range.count.div_ceil(n.max(1)),
        Split::Frames(k) => k,
    };
    let size = size.max(1);
    let starts = (range.start..range.end()).step_by(size as usize);
    starts.map(|start| FrameRange { start, count: size.min(range.end() - start) }).collect()
}
