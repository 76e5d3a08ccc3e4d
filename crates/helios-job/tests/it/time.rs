//! Rates, durations, and the number of frames they make.

use helios_job::{Fps, Seconds};
use proptest::prelude::*;

fn fps(text: &str) -> Fps {
    text.parse().unwrap()
}

fn seconds(text: &str) -> Seconds {
    text.parse().unwrap()
}

#[test]
fn rates() {
    let table = [
        ("30", (30, 1)),
        (" 60 ", (60, 1)),
        ("12.5", (25, 2)),
        ("29.97", (30_000, 1001)),
        ("23.976", (24_000, 1001)),
        ("59.94", (60_000, 1001)),
        ("119.88", (120_000, 1001)),
        ("30000/1001", (30_000, 1001)),
        ("60000/2002", (30_000, 1001)),
        ("50/2", (25, 1)),
        ("1/60", (1, 60)),
        ("1000", (1000, 1)),
    ];
    for (text, (num, den)) in table {
        assert_eq!((fps(text).num(), fps(text).den()), (num, den), "{text}");
    }
}

#[test]
fn bad_rates() {
    let bad = [
        "0",
        "-1",
        "abc",
        "1e9",
        "NaN",
        "inf",
        "",
        "1/0",
        "0/1",
        "1/61",
        "1001",
        "30.",
        ".5",
        "30/",
        "/30",
        "+30",
        "30.0001",
        "30 fps",
        "4294967296",
        "4294967.295",
        "1/2/3",
        "३०",
    ];
    for text in bad {
        let error = text.parse::<Fps>().unwrap_err().to_string();
        assert!(error.contains(&format!("{text:?}")), "{text}: {error}");
    }
}

#[test]
fn durations() {
    let table = [
        ("5", 5.0),
        ("2.5", 2.5),
        (".5", 0.5),
        ("5s", 5.0),
        ("500ms", 0.5),
        ("1m30s", 90.0),
        ("1.5m", 90.0),
        ("1h", 3600.0),
        ("1h1m1s1ms", 3661.001),
        ("24h", 86_400.0),
        ("0.000000001", 1e-9),
    ];
    for (text, expected) in table {
        assert_eq!(seconds(text).as_f64(), expected, "{text}");
    }
}

#[test]
fn bad_durations() {
    let bad = [
        "0",
        "-1",
        "abc",
        "1e9",
        "NaN",
        "inf",
        "",
        "0s",
        "1s1m",
        "1s1s",
        "5 s",
        "5x",
        "s",
        ".",
        "1.2.3",
        "25h",
        "24h1ms",
        "1m30",
        "99999999999999999999",
        "0.0000000001",
    ];
    for text in bad {
        let error = text.parse::<Seconds>().unwrap_err().to_string();
        assert!(error.contains(&format!("{text:?}")), "{text}: {error}");
    }
    for number in [0.0, -1.0, 1e9, f64::NAN, f64::INFINITY, f64::MIN_POSITIVE] {
        assert!(Seconds::from_f64(number).is_err(), "{number}");
    }
    assert_eq!(Seconds::from_f64(5.005), Ok(seconds("5.005")));
}

/// Helios in TypeScript loops for ever when duration · fps is not whole.
#[test]
fn frames() {
    let table = [
        ("0.1", "30", 3),
        ("5.005", "30000/1001", 150),
        ("5", "30000/1001", 150),
        ("0.333333", "30", 10),
        ("0.333334", "30", 10),
        ("0.34", "30", 11),
        ("2", "30", 60),
        ("3", "1/3", 1),
        ("4", "1/3", 2),
        ("1", "12.5", 13),
        ("0.000000001", "1/60", 1),
        ("24h", "1000", 86_400_000),
    ];
    for (duration, rate, expected) in table {
        assert_eq!(seconds(duration).frames(fps(rate)), expected, "{duration} s at {rate}");
    }
    assert_eq!(Seconds::from_f64(1.0 / 3.0).unwrap().frames(fps("30")), 10);
}

proptest! {
    /// A composition made of n frames has n frames, whatever the rate.
    #[test]
    fn whole_frames_are_counted_exactly(frames in 1u32..100_000, num in 1u32..120_000, den in prop_oneof![Just(1u32), Just(1001)]) {
        prop_assume!(Fps::new(num, den).is_ok());
        let rate = Fps::new(num, den).unwrap();
        let length = f64::from(frames) / rate.as_f64();
        prop_assume!(length < 86_400.0);
        prop_assert_eq!(Seconds::from_f64(length).unwrap().frames(rate), frames);
    }

    #[test]
    fn durations_survive_their_text(nanos in 1u64..86_400_000_000_000) {
        let text = format!("{}.{:09}", nanos / 1_000_000_000, nanos % 1_000_000_000);
        let duration: Seconds = text.parse().unwrap();
        prop_assert_eq!(duration.to_string().parse::<Seconds>().unwrap(), duration);
        let json = serde_json::to_string(&duration).unwrap();
        prop_assert_eq!(serde_json::from_str::<Seconds>(&json).unwrap(), duration);
    }

    #[test]
    fn rates_survive_their_text(num in 1u32..200_000, den in 1u32..2000) {
        prop_assume!(Fps::new(num, den).is_ok());
        let rate = Fps::new(num, den).unwrap();
        prop_assert_eq!(fps(&rate.to_string()), rate);
        let json = serde_json::to_string(&rate).unwrap();
        prop_assert_eq!(serde_json::from_str::<Fps>(&json).unwrap(), rate);
    }

    #[test]
    fn nothing_panics(text in "\\PC{0,12}") {
        let _ = text.parse::<Fps>();
        let _ = text.parse::<Seconds>();
    }
}

#[test]
fn frame_times_do_not_drift() {
    let rate = fps("30000/1001");
    assert_eq!(rate.frame_time_ms(0), 0.0);
    assert_eq!(rate.frame_time_ms(30_000), 1_001_000.0);
    assert_eq!(fps("30").frame_time_ms(1), 1000.0 / 30.0);
}
