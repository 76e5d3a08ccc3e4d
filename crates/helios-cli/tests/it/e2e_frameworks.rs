//! The examples of the frameworks, and the project that `helios init react` makes: built by helios, the same frames for any number of workers.

use crate::film::{assert_same, example};
use crate::run::Place;
use helios_job::FrameHashes;
use std::process::Command;

/// Ten frames around the change from one title to the other: the first worker's part and the second's differ in what is mounted.
const PART: &[&str] = &["--width", "320", "--height", "180", "--start-frame", "76", "--frame-count", "10"];

#[track_caller]
fn same_pixels(name: &str) -> FrameHashes {
    let place = Place::new();
    let input = example(name);
    let alone = place.hashes(&input, "1.mp4", &[PART, &["--strict", "--concurrency", "1"]].concat());
    let shared = place.hashes(&input, "2.mp4", &[PART, &["--strict", "--concurrency", "2"]].concat());
    assert_same(&shared, &alone, &format!("{name} by 2 workers"));
    assert!(alone.hashes.windows(2).all(|pair| pair[0] != pair[1]), "{name} moves in every frame");
    alone
}

#[test]
fn react_and_the_project_that_init_makes_of_it() {
    let example = same_pixels("react-hello-world");
    let place = Place::new();
    assert_eq!(place.helios(&["init", "react", "film"]).code, Some(0));
    // The packages of the example are in npm's cache.
    let npm = ["install", "--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error"];
    let installed = Command::new("npm").args(npm).current_dir(place.path().join("film")).output().unwrap();
    assert!(installed.status.success(), "{}", String::from_utf8_lossy(&installed.stderr));
    let project = place.hashes("film", "x.mp4", &[PART, &["--strict"]].concat());
    assert_same(&project, &example, "the project");
}

#[test]
fn vue() {
    same_pixels("vue-hello-world");
}

#[test]
fn svelte() {
    same_pixels("svelte-hello-world");
}

#[test]
fn solid() {
    same_pixels("solid-hello-world");
}
