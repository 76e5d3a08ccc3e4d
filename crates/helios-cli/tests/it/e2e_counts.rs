//! Frame counts and times: what was planned is what a decoder finds, however the work is divided.

use crate::film::TINY;
use crate::run::Place;

/// Renders `frames` frames by 1, 2, 3 and 7 workers; `tick` is the length of a frame as a fraction of a second.
#[track_caller]
fn counted(frames: usize, fps: &str, (den, num): (u64, u64)) {
    let place = Place::new();
    place.write("tiny.html", TINY);
    let mut decoded = None;
    for workers in ["1", "2", "3", "7"] {
        let count = frames.to_string();
        let args = ["--fps", fps, "--frame-count", &count, "--concurrency", workers];
        place.hashes("tiny.html", "x.mp4", &args);
        let film = place.film("x.mp4");
        assert_eq!(film.frames(), frames, "{workers} workers");
        assert_eq!(film.text("avg_frame_rate"), format!("{num}/{den}"), "{workers} workers");

        // Every frame starts exactly at its multiple of the frame's length, the first one at 0.
        let (one, base) = film.text("time_base").split_once('/').unwrap();
        assert_eq!(one, "1");
        let ticks = base.parse::<u64>().unwrap() * den;
        assert_eq!(ticks % num, 0, "time base 1/{base}");
        let grid: Vec<u64> = (0..frames as u64).map(|frame| frame * ticks / num).collect();
        assert_eq!(film.times(), grid, "{workers} workers");
        assert_eq!(film.stream["duration_ts"], frames as u64 * ticks / num, "{workers} workers");
        let seconds = film.format["duration"].as_str().unwrap().parse::<f64>().unwrap();
        assert!((seconds - frames as f64 * den as f64 / num as f64).abs() < 2e-6, "{seconds} s");

        // Where chunks begin changes what the encoder makes of a frame, but never how many there are.
        let pictures = film.decoded().len();
        assert_eq!(*decoded.get_or_insert(pictures), pictures);
    }
}

#[test]
fn a_number_that_divides_evenly() {
    counted(150, "30", (1, 30));
}

#[test]
fn a_number_that_does_not_at_a_rate_that_does_not() {
    counted(151, "30000/1001", (1001, 30000));
}

#[test]
fn one_frame() {
    counted(1, "29.97", (1001, 30000));
}

#[test]
fn a_duration_that_is_no_whole_number_of_frames() {
    let place = Place::new();
    place.write("tiny.html", TINY);
    for (duration, frames) in [("1.01", 31), ("500ms", 15), ("0.02", 1)] {
        let hashes = place.hashes("tiny.html", "x.mp4", &["--duration", duration, "--concurrency", "2"]);
        assert_eq!(hashes.hashes.len(), frames, "{duration}");
    }
}
