//! A render that was killed goes on with `--resume`: only what is missing is rendered, and the bytes are the same.

use crate::live::Live;
use crate::run::Place;
use std::path::PathBuf;

/// A page with a file of its own, and state that a chunk from another run would show.
const PAGE: &str = r#"<!doctype html><meta name="helios" content="width=64,height=64,fps=30,duration=1">
<link rel="stylesheet" href="look.css"><i></i><script>
let x = 32;
requestAnimationFrame(function step() {
  x += Math.random() * 8 - 4;
  document.querySelector("i").style.left = `${x}px`;
  requestAnimationFrame(step);
});</script>"#;
const STYLE: &str = "i { position: absolute; width: 9px; height: 40px; background: #fc3 }";

const RENDER: [&str; 9] =
    ["render", "page.html", "-o", "out.mp4", "--frame-count", "24", "--chunk-frames", "4", "--json"];

fn folder(place: &Place) -> PathBuf {
    let names = place.files();
    place.path().join(names.iter().find(|name| name.starts_with(".out.mp4.helios-")).unwrap())
}

fn count(text: &str, event: &str) -> usize {
    text.matches(&format!(r#""event":"{event}""#)).count()
}

#[test]
fn a_killed_render_goes_on() {
    let place = Place::new();
    place.write("page.html", PAGE);
    place.write("look.css", STYLE);
    let run = |more: &[&str]| {
        let ended = Live::start(&place, &[&RENDER, more].concat()).end();
        assert_eq!(ended.answer.code, Some(0), "{}", ended.answer.stderr);
        (ended.answer, std::fs::read(place.path().join("out.mp4")).unwrap())
    };
    let (_, undisturbed) = run(&["--concurrency", "2"]);
    std::fs::remove_file(place.path().join("out.mp4")).unwrap();

    // kill -9, in the middle, when two chunks are recorded.
    let mut live = Live::start(&place, &RENDER);
    let recorded = |live: &Live| {
        let seen = count(&live.stdout(), "chunk_finished") >= 3;
        (seen && folder(&place).join("chunk_1.json").exists()).then_some(())
    };
    assert!(live.until(recorded).is_some(), "the render ended too early");
    live.signal(rustix::process::Signal::KILL);
    live.end();
    let kept = folder(&place);
    assert!(kept.join("job.json").is_file() && kept.join("journal.jsonl").is_file());

    // One of those is damaged meanwhile.
    let chunk = kept.join("chunk_0.mov");
    let mut bytes = std::fs::read(&chunk).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&chunk, bytes).unwrap();
    let (answer, resumed) = run(&["--resume", "--keep-chunks"]);
    let (old, new) = (count(&answer.stdout, "chunk_kept"), count(&answer.stdout, "chunk_finished"));
    assert!(old >= 1 && old + new == 6, "{old} and {new}: {}", answer.stderr);
    assert!(answer.stderr.contains("chunk 0 is rendered again: its SHA-256 is "), "{}", answer.stderr);
    assert!(resumed == undisturbed, "the same bytes as an undisturbed render");

    // All chunks are there, and the style is another: the chunks know it.
    place.write("look.css", &STYLE.replace("#fc3", "#3cf"));
    let (answer, other) = run(&["--resume"]);
    assert_eq!(count(&answer.stdout, "chunk_finished"), 6, "{}", answer.stderr);
    assert!(answer.stderr.contains("look.css has changed since"), "{}", answer.stderr);
    assert!(other != undisturbed);
    assert_eq!(place.files(), ["look.css", "out.mp4", "page.html", "test.html"]);
}
