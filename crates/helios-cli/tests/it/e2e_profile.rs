//! Where the time went: `--profile` and `--trace`.

use crate::film::TINY;
use crate::run::Place;
use std::collections::BTreeMap;

#[test]
fn every_stage_of_every_frame_is_there() {
    let place = Place::new();
    place.write("tiny.html", TINY);
    let args = ["--frame-count", "6", "--concurrency", "2", "--profile", "--trace", "trace.json"];
    let answer = place.helios(&[&["render", "tiny.html"], &args[..]].concat());
    assert_eq!(answer.code, Some(0), "{answer:?}");
    assert!(answer.stderr.contains("Where the time went: 6 frames, 2 workers, "), "{answer:?}");
    assert!(answer.stderr.contains(" ms a frame\n"), "{answer:?}");

    let trace: serde_json::Value =
        serde_json::from_slice(&std::fs::read(place.path().join("trace.json")).unwrap()).unwrap();
    let mut frames: BTreeMap<&str, Vec<u64>> = BTreeMap::new();
    for event in trace["traceEvents"].as_array().unwrap() {
        if event["ph"] == "X" {
            let of = frames.entry(event["name"].as_str().unwrap()).or_default();
            of.extend(event["args"]["frame"].as_u64());
        }
    }
    // The second worker draws two frames before its first one.
    let drawn = [0, 1, 1, 2, 2, 3, 4, 5];
    for (stage, expected) in [("step", &drawn[..]), ("paint", &drawn), ("encode", &[0, 1, 2, 3, 4, 5])] {
        let found = frames.get_mut(stage).unwrap();
        found.sort_unstable();
        assert_eq!(found, expected, "{stage}");
    }
    for stage in ["launch", "load", "finish", "stitch"] {
        assert_eq!(frames[stage], [0_u64; 0], "{stage}");
    }
}
