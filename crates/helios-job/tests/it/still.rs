//! Which frame a still is of.

use helios_job::{Fps, Moment, Seconds, StillAt, StillFormat};
use std::path::Path;

fn fps(text: &str) -> Fps {
    text.parse().unwrap()
}

fn time(text: &str) -> Moment {
    text.parse().unwrap()
}

#[test]
fn a_time_means_the_frame_shown_then() {
    let cases = [
        ("0", "30", 0),
        ("0s", "30", 0),
        ("0.033", "30", 0),
        ("0.0334", "30", 1),
        // A rounded decimal of 10/30 s.
        ("0.333333", "30", 10),
        ("0.332", "30", 9),
        ("1m", "30000/1001", 1798),
        ("500ms", "25", 12),
        ("24h", "1000", 86_400_000),
    ];
    for (text, rate, frame) in cases {
        assert_eq!(time(text).frame(fps(rate)), frame, "{text} at {rate}");
    }
}

#[test]
fn every_frame_is_found_by_its_own_time() {
    for rate in ["24", "29.97", "30", "60", "12.5"] {
        for frame in 0..2000 {
            let text = format!("{:.6}", fps(rate).frame_time_ms(frame) / 1000.0);
            assert_eq!(time(&text).frame(fps(rate)), frame, "{text} at {rate}");
        }
    }
}

#[test]
fn what_is_no_time_is_refused() {
    for bad in ["", "-1", "soon", "1s2", "25h", "."] {
        assert!(bad.parse::<Moment>().is_err(), "{bad}");
    }
}

#[test]
fn past_the_end_says_what_there_is() {
    let five: Seconds = "5".parse().unwrap();
    let at = |at: StillAt| at.resolve(five, fps("30"));
    assert_eq!(at(StillAt::Frame(149)), Ok(149));
    assert_eq!(at(StillAt::Time(time("4.99"))), Ok(149));
    let errors =
        [StillAt::Frame(150), StillAt::Time(time("5"))].map(|still| at(still).unwrap_err().to_string());
    insta::assert_snapshot!(errors.join("\n"), @r"
    --frame 150 lies past the end: the composition lasts 5 s and has frames 0 to 149, the last of which begins at 4.967 s
    --time 5 lies past the end: the composition lasts 5 s and has frames 0 to 149, the last of which begins at 4.967 s
    ");
}

#[test]
fn the_extension_picks_the_format() {
    let format = |name: &str| StillFormat::from_path(Path::new(name));
    assert_eq!(format("a.PNG"), Ok(StillFormat::Png));
    assert_eq!(format("a.jpeg"), Ok(StillFormat::Jpeg));
    assert_eq!(format("a.webp"), Ok(StillFormat::WebP));
    for bad in ["a", "a.gif", ".png"] {
        assert!(format(bad).unwrap_err().to_string().contains(".webp"), "{bad}");
    }
}
