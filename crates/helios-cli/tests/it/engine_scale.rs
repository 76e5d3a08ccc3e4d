//! A job of two thousand chunks is joined: bounded memory, every frame. The chunks are copies of one that FFmpeg has made, with
//! manifests of their own. `make test-engines`, because FFmpeg looks at each of them.

use crate::run::Place;
use serde_json::{Value, json};
use std::process::Command;
use std::time::Duration;

const CHUNKS: usize = 2000;

/// More memory than any of the processes may ever have.
const MOST_KB: u64 = 300 << 10;

/// The most memory that a process has had.
fn peak(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().strip_suffix(" kB")?.parse().ok()).unwrap_or_default()
}

/// A process and all that it has started.
fn family(pid: u32) -> Vec<u32> {
    let children = std::fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap_or_default();
    let children = children.split_whitespace().filter_map(|pid| pid.parse().ok());
    [pid].into_iter().chain(children.flat_map(family)).collect()
}

#[test]
#[ignore = "takes minutes: make test-engines"]
fn two_thousand_chunks() {
    let place = Place::new();
    place.write("page.html", "<!doctype html>");
    // All that a page could say is said, so that no browser is asked.
    let frames = CHUNKS.to_string();
    place.render(&[
        "page.html",
        "--width",
        "64",
        "--height",
        "64",
        "--fps",
        "30",
        "--frame-count",
        &frames,
        "--duration",
        "100s",
        "--chunk-frames",
        "1",
        "-o",
        "film.mp4",
        "--emit-job",
        "job.json",
        "-q",
    ]);
    let job: Value =
        serde_json::from_str(&std::fs::read_to_string(place.path().join("job.json")).unwrap()).unwrap();
    let parts = job["partitions"].as_array().unwrap();
    assert_eq!(parts.len(), CHUNKS);

    let one = place.path().join("one.mov");
    let made = Command::new("ffmpeg")
        .args([
            "-v",
            "error",
            "-f",
            "lavfi",
            "-i",
            "testsrc=size=64x64:rate=30",
            "-frames:v",
            "1",
            "-pix_fmt",
            "yuv420p",
        ])
        .args(["-c:v", "libx264", "-g", "1", "-bf", "0", "-video_track_timescale", "30000"])
        .arg(&one)
        .status();
    assert!(made.unwrap().success());
    let sum = Command::new("sha256sum").arg(&one).output().unwrap().stdout;
    let sum = String::from_utf8(sum).unwrap().split(' ').next().unwrap().to_owned();
    let bytes = one.metadata().unwrap().len();
    for (id, part) in parts.iter().enumerate() {
        std::fs::hard_link(&one, place.path().join(part["outputFile"].as_str().unwrap())).unwrap();
        let manifest = json!({
            "schema": "helios.chunk/1", "jobId": job["jobId"], "chunk": id, "startFrame": id, "frameCount": 1,
            "sha256": sum, "bytes": bytes, "width": 64, "height": 64, "fps": "30", "videoCodec": "h264",
            "capture": "tap", "attempt": 1, "versions": { "helios": "", "chromium": "", "ffmpeg": "" },
            "frameHashes": { "algorithm": "xxh3-128 bgra", "values": [format!("{id:032x}")] },
        });
        place.write(&format!("chunk_{id}.json"), &manifest.to_string());
    }

    // One that is missing is named among them all, before anything is joined.
    std::fs::remove_file(place.path().join("chunk_1234.json")).unwrap();
    let early = place.helios(&["job", "merge", "job.json"]);
    assert!(early.code == Some(75) && early.stderr.contains("1 of 2000 cannot be used"), "{}", early.stderr);
    assert!(early.stderr.contains("chunk_1234.mov: unfinished"), "{}", early.stderr);
    let manifest = std::fs::read_to_string(place.path().join("chunk_1233.json")).unwrap();
    place.write(
        "chunk_1234.json",
        &manifest
            .replace("\"chunk\":1233", "\"chunk\":1234")
            .replace("\"startFrame\":1233", "\"startFrame\":1234"),
    );

    let mut merge = place.command(&["job", "merge", "job.json", "-q"]).spawn().unwrap();
    let mut most = 0;
    let status = loop {
        most = family(merge.id()).into_iter().map(peak).chain([most]).max().unwrap_or_default();
        if let Some(status) = merge.try_wait().unwrap() {
            break status;
        }
        std::thread::sleep(Duration::from_millis(100));
    };
    assert!(status.success(), "{status}");
    assert!((1..MOST_KB).contains(&most), "{most} kB");
    let verified = place.helios(&["job", "verify", "job.json"]);
    assert!(verified.stdout.contains("has all 2000 frames"), "{verified:?}");
}
