//! `--emit-job` plans without rendering. With all values given it does not even need a browser.

use crate::run::{Answer, Place};

const COMPLETE: &[&str] =
    &["--concurrency", "2", "--duration", "2", "--fps", "30", "--width", "1280", "--height", "720"];

fn emit(place: &Place, file: &str, more: &[&str]) -> Answer {
    place.helios(&[&["render", "test.html", "--emit-job", file], COMPLETE, more].concat())
}

/// The job without what differs from run to run: the folder of the test.
fn stable(place: &Place, text: &str) -> String {
    let folder = place.path().canonicalize().unwrap();
    text.replace(folder.to_str().unwrap(), "[folder]").replace(place.path().to_str().unwrap(), "[folder]")
}

#[test]
fn the_job_of_the_seed() {
    let place = Place::new();
    let answer = emit(&place, "job.json", &[]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    assert_eq!(answer.stdout, "");
    assert_eq!(place.files(), ["job.json", "test.html"]);
    let text = std::fs::read_to_string(place.path().join("job.json")).unwrap();
    assert!(text.ends_with("}\n"));
    let mut job: serde_json::Value = serde_json::from_str(&text).unwrap();
    // The id is a digest of the config, in which the folder of the test stands.
    assert_eq!(job["jobId"].as_str().map(str::len), Some(16));
    let id = job["jobId"].as_str().unwrap().to_owned();
    insta::assert_snapshot!("message", answer.stderr.replace(&id, "[id]"));
    job["versions"]["helios"] = "[version]".into();
    job.sort_all_objects();
    insta::assert_snapshot!(
        "job",
        stable(&place, &serde_json::to_string_pretty(&job).unwrap()).replace(&id, "[id]")
    );
}

#[test]
fn to_standard_output() {
    let place = Place::new();
    let answer = emit(&place, "-", &["-q"]);
    assert_eq!((answer.code, answer.stderr.as_str()), (Some(0), ""));
    let job: serde_json::Value = serde_json::from_str(&answer.stdout).unwrap();
    assert_eq!(job["partitions"].as_array().map(Vec::len), Some(2));
    assert_eq!(place.files(), ["test.html"]);
}

#[test]
fn into_a_missing_folder_and_over_an_old_job() {
    let place = Place::new();
    for _ in 0..2 {
        assert_eq!(emit(&place, "jobs/today/job.json", &[]).code, Some(0));
    }
    assert!(place.path().join("jobs/today/job.json").is_file());
    assert_eq!(
        std::fs::read_dir(place.path().join("jobs/today")).unwrap().count(),
        1,
        "no temporary file is left"
    );
}

#[test]
fn a_job_file_that_cannot_be_written() {
    let place = Place::new();
    std::fs::create_dir(place.path().join("folder")).unwrap();
    for file in ["folder", "test.html/job.json", "/proc/job.json"] {
        let message = place.refused(&[&["render", "test.html", "--emit-job", file], COMPLETE].concat());
        assert!(message.contains(file), "{message}");
    }
}

#[test]
fn a_device_is_written_to_and_stays() {
    let place = Place::new();
    assert_eq!(emit(&place, "/dev/null", &[]).code, Some(0));
    assert!(!std::fs::metadata("/dev/null").unwrap().is_file());
}

#[test]
fn a_range_outside_of_the_composition() {
    let place = Place::new();
    let request = [&["render", "test.html", "--emit-job", "job.json"], COMPLETE].concat();
    let start = place.refused(&[request.as_slice(), &["--start-frame", "60"]].concat());
    assert!(start.contains("frames 0 to 59"), "{start}");
    let count =
        place.refused(&[request.as_slice(), &["--start-frame", "50", "--frame-count", "11"]].concat());
    assert!(count.contains("at most 10"), "{count}");
}

#[test]
fn inputs_that_are_not_there() {
    let place = Place::new();
    std::fs::create_dir(place.path().join("empty")).unwrap();
    for input in ["no-such-page.html", "empty", "ftp://example.com/page.html"] {
        let message = place.refused(&[&["render", input, "--emit-job", "job.json"], COMPLETE].concat());
        assert!(message.contains(input), "{message}");
    }
}

#[test]
fn auto_says_what_it_chose_and_why() {
    let place = Place::new();
    let size = ["--duration", "1", "--fps", "30", "--width", "64", "--height", "64"];
    let request = ["render", "test.html", "--emit-job", "job.json", "--concurrency", "auto"];
    let answer = place.helios(&[request.as_slice(), &size].concat());
    assert_eq!(answer.code, Some(0));
    assert!(answer.stderr.starts_with("concurrency auto chose 1: "), "{answer:?}");
}
