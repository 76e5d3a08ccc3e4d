//! The promise "exact": the same pixels for any number of workers, any division into chunks, either frame source. One test
//! per example, since each uses another kind of time.

use crate::film::{assert_same, example};
use crate::run::Place;

/// The whole example at six frames a second: every scene of it is seen, in few frames.
const SMALL: &[&str] = &["--width", "320", "--height", "180", "--fps", "6"];

#[track_caller]
fn same_pixels(name: &str) {
    let place = Place::new();
    let input = example(name);
    let render = |output: &str, args: &[&str]| place.hashes(&input, output, &[SMALL, args].concat());
    let alone = render("1.mp4", &["--concurrency", "1", "--capture", "tap"]);
    assert!(alone.hashes.len() >= 30, "{name} is long enough to be divided");
    let mut distinct = alone.hashes.clone();
    distinct.sort_by_key(|hash| hash.0);
    distinct.dedup();
    assert!(distinct.len() > alone.hashes.len() / 2, "{name} moves: {} pictures", distinct.len());

    for workers in ["2", "3", "7"] {
        let shared = render("n.mp4", &["--concurrency", workers, "--capture", "tap"]);
        assert_same(&shared, &alone, &format!("{name} by {workers} workers"));
    }
    // A part from the middle, by the other frame source.
    let part =
        ["--start-frame", "13", "--frame-count", "10", "--concurrency", "2", "--capture", "screenshot"];
    let part = render("part.mp4", &part);
    assert_eq!((part.start, part.hashes.as_slice()), (13, &alone.hashes[13..23]), "{name} by screenshots");
}

#[test]
fn simple_canvas_animation() {
    same_pixels("simple-canvas-animation");
}

#[test]
fn css_title() {
    same_pixels("css-title");
}

#[test]
fn gsap_timeline() {
    same_pixels("gsap-timeline");
}

#[test]
fn three_scene() {
    same_pixels("three-scene");
}

#[test]
fn stateful_particles() {
    same_pixels("stateful-particles");
}

#[test]
fn timers_and_dates() {
    same_pixels("timers-and-dates");
}

#[test]
fn with_chunks_of_one_length_the_file_has_the_same_bytes_for_every_concurrency() {
    let place = Place::new();
    let input = example("simple-canvas-animation");
    let file = |workers: &str| {
        place.hashes(&input, "x.mp4", &[SMALL, &["--chunk-frames", "8", "--concurrency", workers]].concat());
        std::fs::read(place.path().join("x.mp4")).unwrap()
    };
    let alone = file("1");
    assert!(alone.len() > 1000);
    for workers in ["2", "3"] {
        assert!(file(workers) == alone, "{workers} workers");
    }
    // The division is in the bytes (each chunk starts a group of pictures), so the comparison can fail.
    place.hashes(&input, "x.mp4", &[SMALL, &["--chunk-frames", "9"]].concat());
    assert!(std::fs::read(place.path().join("x.mp4")).unwrap() != alone);
}
