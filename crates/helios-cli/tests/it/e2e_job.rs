//! An emitted job is the render: a shell that runs its commands in any order, in another folder, makes the same video.

use crate::run::Place;
use serde_json::Value;
use std::path::Path;
use std::process::Command;

/// A page that needs its history (a seeded random walk) and its neighbour file.
const PAGE: &str = r#"<!doctype html><meta name="helios" content="width=64,height=64,fps=30,duration=0.7">
<link rel="stylesheet" href="the style.css"><i></i><script>
let x = 32;
requestAnimationFrame(function step() {
  x += Math.random() * 8 - 4;
  document.querySelector("i").style.left = `${x}px`;
  requestAnimationFrame(step);
});</script>"#;
const STYLE: &str =
    "body { background: #345 } i { position: absolute; width: 9px; height: 40px; background: #fc3 }";

fn shell(folder: &Path, command: &str) {
    let binary = assert_cmd::cargo::cargo_bin!("helios");
    let path = std::env::join_paths(
        std::iter::once(binary.parent().unwrap().to_owned())
            .chain(std::env::split_paths(&std::env::var_os("PATH").unwrap())),
    );
    let output =
        Command::new("/bin/sh").args(["-c", command]).current_dir(folder).env("PATH", path.unwrap()).output();
    let output = output.unwrap();
    assert!(output.status.success(), "{command}: {}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn its_commands_make_the_same_video() {
    let place = Place::new();
    // The worst that a shell and a URL can be given: spaces, both quotes, a dollar, a percent sign.
    let folder = "it's a \"page\" for $5, 100% #1";
    place.write(&format!("{folder}/index.html"), PAGE);
    place.write(&format!("{folder}/the style.css"), STYLE);
    let args = ["--concurrency", "3", "--seed", "7", "--props", r#"{"it's": "a \"$HOME\" `ls`"}"#];

    let direct = place.hashes(folder, "direct.mp4", &args);
    assert_eq!(direct.hashes.len(), 21);
    place.render(&[&[folder, "-o", "result.mp4", "--emit-job", "job.json"], args.as_slice()].concat());
    assert!(!place.path().join("result.mp4").exists(), "a job is not a render");

    let away = tempfile::tempdir().unwrap();
    std::fs::copy(place.path().join("job.json"), away.path().join("job.json")).unwrap();
    let text = std::fs::read_to_string(away.path().join("job.json")).unwrap();
    let job: Value = serde_json::from_str(&text).unwrap();
    let partitions = job["partitions"].as_array().unwrap();
    assert_eq!(partitions.len(), 3);
    for (index, partition) in partitions.iter().enumerate().rev() {
        let command = partition["command"].as_str().unwrap();
        // The input stands last, behind `--`.
        let hashed = format!("helios render --frame-hashes {index}.hashes ");
        shell(away.path(), &command.replacen("helios render ", &hashed, 1));
    }
    shell(away.path(), job["merge"]["command"].as_str().unwrap());

    let hashes = (0..3).flat_map(|index| {
        let text = std::fs::read_to_string(away.path().join(format!("{index}.hashes"))).unwrap();
        text.parse::<helios_job::FrameHashes>().unwrap().hashes
    });
    assert_eq!(hashes.collect::<Vec<_>>(), direct.hashes);
    let merged = crate::film::Film::of(away.path().join(job["merge"]["output"].as_str().unwrap()));
    assert_eq!(merged.frames(), 21);
    assert_eq!(merged.decoded(), place.film("direct.mp4").decoded());
}
