//! Two frame-hash files side by side.

use helios_job::{FrameHash, FrameHashes, FrameRange, ranges_text};

fn file(start: u32, hashes: &[u128]) -> FrameHashes {
    let hashes = hashes.iter().copied().map(FrameHash).collect();
    FrameHashes { width: 64, height: 36, fps: "30".parse().unwrap(), start, hashes }
}

#[test]
fn equal_files_are_equal() {
    let found = file(5, &[1, 2, 3]).compare(&file(5, &[1, 2, 3]));
    assert!(found.equal());
    assert_eq!((found.compared, found.differing), (3, 0));
}

#[test]
fn frames_that_differ_are_runs() {
    let found = file(10, &[1, 2, 3, 4, 5, 6]).compare(&file(10, &[1, 0, 0, 4, 5, 0]));
    assert!(!found.equal());
    assert_eq!((found.compared, found.differing), (6, 3));
    assert_eq!(found.ranges, [FrameRange { start: 11, count: 2 }, FrameRange { start: 15, count: 1 }]);
    assert_eq!(ranges_text(&found.ranges, 8), "11 to 12, 15");
    assert_eq!(ranges_text(&found.ranges, 1), "11 to 12 and 1 more run");
}

#[test]
fn frames_are_compared_by_their_index() {
    // Only 12 and 13 are in both.
    for (a, b) in [(file(10, &[7, 7, 1, 2]), file(12, &[1, 2, 9])), (file(12, &[1, 2]), file(11, &[0, 1, 2]))]
    {
        let found = a.compare(&b);
        assert_eq!((found.compared, found.differing, found.notes.len()), (2, 0, 1), "{found:?}");
        assert!(!found.equal());
    }
    let apart = file(0, &[1]).compare(&file(5, &[1]));
    assert_eq!((apart.compared, apart.notes.len()), (0, 1));
    let empty = file(0, &[]).compare(&file(0, &[1]));
    assert_eq!((empty.compared, empty.equal()), (0, false));
}

#[test]
fn size_and_rate_are_said() {
    let other = FrameHashes { width: 32, fps: "25".parse().unwrap(), ..file(0, &[1]) };
    let found = file(0, &[1]).compare(&other);
    assert_eq!(
        found.notes,
        ["the size differs: 64x36 in A, 32x36 in B", "the frame rate differs: 30 in A, 25 in B"]
    );
}
