//! Cutting frames into chunks.

use helios_job::{FrameRange, JobError, Split, split};
use proptest::prelude::*;

fn covers(range: FrameRange, chunks: &[FrameRange]) {
    let mut next = range.start;
    for chunk in chunks {
        assert_eq!(chunk.start, next, "no gap, no overlap, in order");
        assert!(chunk.count > 0, "no empty chunk");
        next = chunk.end();
    }
    assert_eq!(next, range.end());
}

proptest! {
    #[test]
    fn by_count(start in 0u32..10_000, count in 1u32..10_000, n in 0u32..2000) {
        let range = FrameRange { start, count };
        let chunks = split(range, Split::Count(n));
        covers(range, &chunks);
        prop_assert!(chunks.len() <= n.max(1) as usize);
        let size = count.div_ceil(n.max(1));
        prop_assert!(chunks[..chunks.len() - 1].iter().all(|chunk| chunk.count == size));
        prop_assert!(chunks.last().unwrap().count <= size);
    }

    #[test]
    fn by_size(start in 0u32..10_000, count in 1u32..10_000, k in 0u32..2000) {
        let range = FrameRange { start, count };
        let chunks = split(range, Split::Frames(k));
        covers(range, &chunks);
        prop_assert!(chunks[..chunks.len() - 1].iter().all(|chunk| chunk.count == k.max(1)));
    }

    /// Whatever is selected lies in the composition.
    #[test]
    fn selection(total in 0u32..500, start in proptest::option::of(0u32..600), count in proptest::option::of(0u32..600)) {
        match FrameRange::select(total, start, count) {
            Ok(range) => {
                prop_assert!(range.count > 0 && range.end() <= total);
                prop_assert_eq!(range.start, start.unwrap_or(0));
                prop_assert_eq!(range.count, count.unwrap_or(total - range.start));
            }
            Err(error) => prop_assert!(matches!(error, JobError::Range { .. }), "{error}"),
        }
    }
}

#[test]
fn sizes() {
    let sizes = |count, by| -> Vec<u32> {
        split(FrameRange { start: 0, count }, by).iter().map(|chunk| chunk.count).collect()
    };
    assert_eq!(sizes(60, Split::Count(2)), [30, 30]);
    assert_eq!(sizes(61, Split::Count(2)), [31, 30]);
    assert_eq!(sizes(3, Split::Count(16)), [1, 1, 1]);
    // ceil(10 / 4) = 3 leaves nothing for a fifth, and ceil(9 / 4) = 3 nothing for a fourth.
    assert_eq!(sizes(10, Split::Count(4)), [3, 3, 3, 1]);
    assert_eq!(sizes(9, Split::Count(4)), [3, 3, 3]);
    assert_eq!(sizes(10, Split::Frames(4)), [4, 4, 2]);
    assert_eq!(sizes(10, Split::Frames(100)), [10]);
    assert_eq!(sizes(0, Split::Count(3)), Vec::<u32>::new());
}

#[test]
fn ranges_in_words() {
    assert_eq!(FrameRange { start: 30, count: 30 }.to_string(), "frames 30 to 59 (30 frames)");
    assert_eq!(FrameRange { start: 7, count: 1 }.to_string(), "frames 7 to 7 (1 frame)");
}
