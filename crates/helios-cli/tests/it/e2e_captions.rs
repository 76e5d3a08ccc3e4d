//! Captions by global times, whatever the chunks: in the picture, as a track, beside the output.

use crate::film::{TINY, assert_same, streams};
use crate::run::Place;

const SRT: &str =
    "1\n00:00:00,100 --> 00:00:00,300\nHello <i>there</i>\n\n2\n00:00:00,400 --> 00:00:00,500\n& you\n";

#[test]
fn drawn_into_the_picture() {
    let place = Place::new();
    place.write("tiny.html", TINY);
    place.write("c.srt", SRT);
    let render = |name: &str, args: &[&str]| {
        place.hashes("tiny.html", name, &[&["--frame-count", "18"], args].concat())
    };
    let plain = render("plain.mp4", &[]);
    let one = render("one.mp4", &["--captions", "c.srt"]);
    let three = render("three.mp4", &["--captions", "c.srt", "--concurrency", "3"]);
    assert_same(&three, &one, "3 workers");
    let changed: Vec<usize> = (0..18).filter(|frame| plain.hashes[*frame] != one.hashes[*frame]).collect();
    assert_eq!(changed, [3, 4, 5, 6, 7, 8, 12, 13, 14]);
    let part = place.hashes(
        "tiny.html",
        "part.mp4",
        &["--captions", "c.srt", "--start-frame", "5", "--frame-count", "4", "--capture", "screenshot"],
    );
    assert_eq!(part.hashes, one.hashes[5..9]);
}

#[test]
fn a_track_and_a_file_beside() {
    let place = Place::new();
    place.write("tiny.html", TINY);
    place.write("c.srt", SRT);
    for (file, codec) in
        [("a.mp4", "mov_text"), ("b.mov", "mov_text"), ("c.webm", "webvtt"), ("d.mkv", "webvtt")]
    {
        let args =
            ["tiny.html", "-o", file, "--captions", "c.srt", "--caption-mode", "track", "--concurrency", "2"];
        // From frame 6 on, at 0.2 s: the first caption has a tenth of a second left.
        let more = ["--start-frame", "6", "--frame-count", "12", "--caption-language", "deu"];
        let said = place.render(&[args.as_slice(), &more].concat());
        assert!(!said.contains("language"), "{file}: {said}");
        let german = if file == "a.mp4" { "deu" } else { "ger" };
        assert_eq!(place.streams(file).last().unwrap()["tags"]["language"], german, "{file}");
        let (codecs, times) = streams(&place, file);
        assert_eq!(codecs.last().map(String::as_str), Some(codec), "{file}");
        let first = times.first().unwrap();
        assert!(first.0.abs() < 0.001 && (first.1 - 0.1).abs() < 0.002, "{file}: {times:?}");
        let second = times.iter().find(|(start, _)| (start - 0.2).abs() < 0.002);
        assert!(second.is_some_and(|(_, length)| (length - 0.1).abs() < 0.002), "{file}: {times:?}");
    }
    // QuickTime has no Yoruba.
    let yoruba = ["--captions", "c.srt", "--caption-mode", "track", "--caption-language", "yor"];
    let said =
        place.render(&[&["tiny.html", "-o", "y.mov", "--frame-count", "6"], yoruba.as_slice()].concat());
    assert_eq!(said.matches("--caption-language yor").count(), 1, "{said}");
    assert_eq!(place.streams("y.mov").last().unwrap()["tags"]["language"], serde_json::Value::Null);
    let beside = ["tiny.html", "-o", "e.webm", "--captions", "c.srt", "--caption-mode", "sidecar"];
    place.render(&[beside.as_slice(), &["--start-frame", "6", "--frame-count", "12"]].concat());
    let text = std::fs::read_to_string(place.path().join("e.srt")).unwrap();
    let meant =
        "1\n00:00:00,000 --> 00:00:00,100\nHello <i>there</i>\n\n2\n00:00:00,200 --> 00:00:00,300\n& you\n\n";
    assert_eq!(text, meant);
    // The file that they are read from is not what they are written to.
    let own = ["render", "tiny.html", "-o", "c.mp4", "--captions", "c.srt", "--caption-mode", "sidecar"];
    assert!(place.refused(&own).contains("read from"));
}
