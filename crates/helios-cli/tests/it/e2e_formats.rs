//! Every codec in every container that carries it: frames, names of the codec as players look for them, colour tags.

use crate::film::TINY;
use crate::run::Place;

const FRAMES: usize = 9;

#[test]
fn every_format() {
    let place = Place::new();
    place.write("tiny.html", TINY);
    let formats = [
        ("a.mp4", "h264", "h264", "avc1", "yuv420p"),
        ("b.mov", "h264", "h264", "avc1", "yuv420p"),
        ("c.mkv", "h264", "h264", "", "yuv420p"),
        ("d.mp4", "h265", "hevc", "hvc1", "yuv420p"),
        ("e.webm", "vp9", "vp9", "", "yuv420p"),
        ("f.mp4", "av1", "av1", "av01", "yuv420p"),
        ("g.mkv", "av1", "av1", "", "yuv420p"),
        ("h.mov", "prores", "prores", "apch", "yuv422p10le"),
    ];
    for (file, codec, name, tag, layout) in formats {
        let count = FRAMES.to_string();
        let args = ["--video-codec", codec, "--frame-count", &count, "--concurrency", "2"];
        place.hashes("tiny.html", file, &args);
        let film = place.film(file);
        assert_eq!(film.frames(), FRAMES, "{file}");
        assert_eq!((film.text("codec_name"), film.text("pix_fmt")), (name, layout), "{file}");
        // Matroska names codecs by other means.
        let shown = film.text("codec_tag_string");
        assert_eq!(if tag.is_empty() { "[0][0][0][0]" } else { tag }, shown, "{file}");
        let colours =
            ["color_range", "color_space", "color_transfer", "color_primaries"].map(|key| film.text(key));
        assert_eq!(colours, ["tv", "bt709", "bt709", "bt709"], "{file}");
        assert_eq!(film.size(), (64, 64), "{file}");
        let seconds = film.format["duration"].as_str().unwrap().parse::<f64>().unwrap();
        // Matroska counts in milliseconds.
        assert!((seconds - FRAMES as f64 / 30.0).abs() < 0.0015, "{file}: {seconds} s");
    }
}

#[test]
fn the_extension_chooses_the_codec() {
    let place = Place::new();
    place.write("tiny.html", TINY);
    for (file, codec) in [("a.mp4", "h264"), ("b.webm", "vp9")] {
        place.hashes("tiny.html", file, &["--frame-count", "2"]);
        assert_eq!(place.film(file).text("codec_name"), codec);
    }
}

/// The ends of each scale are settings like any other. CRF 0 of H.264 is lossless, by a profile of its own.
#[test]
fn the_best_quality() {
    let place = Place::new();
    place.write("tiny.html", TINY);
    for codec in ["h264", "h265", "vp9", "av1"] {
        let args = ["--video-codec", codec, "--quality", "0", "--frame-count", "2"];
        place.hashes("tiny.html", "x.mkv", &args);
        assert_eq!(place.film("x.mkv").text("pix_fmt"), "yuv420p", "{codec}");
    }
}

/// A player can begin before the file has arrived: the index stands before the pictures.
#[test]
fn mp4_starts_fast() {
    let place = Place::new();
    place.write("tiny.html", TINY);
    for workers in ["1", "2"] {
        place.hashes("tiny.html", "x.mp4", &["--frame-count", "4", "--concurrency", workers]);
        let bytes = std::fs::read(place.path().join("x.mp4")).unwrap();
        let at = |atom: &[u8]| bytes.windows(4).position(|window| window == atom).unwrap();
        assert!(at(b"moov") < at(b"mdat"), "{workers} workers");
    }
}

/// A bit rate is met over the whole, and the highest rate is not passed, where there is more to show than it can hold. An encoder
/// that sees its frames once needs some seconds for it, and each chunk begins anew.
#[test]
fn bit_rates_are_kept() {
    let place = Place::new();
    place.write(
        "noise.html",
        r#"<!doctype html><meta name="helios" content="width=320,height=180,fps=30,duration=8"><style>body { margin: 0 }</style>
        <canvas id=c width=320 height=180></canvas><script>
        const pen = c.getContext("2d");
        helios.onFrame(() => { for (let i = 0; i < 300; i++) { pen.fillStyle = `hsl(${Math.random() * 360} 80% 50%)`; pen.fillRect(Math.random() * 320, Math.random() * 180, 20, 20); } });
        </script>"#,
    );
    let rate = |args: &[&str]| {
        place.render(&[&["noise.html", "-o", "x.mp4", "--concurrency", "2"], args].concat());
        let bits = place.film("x.mp4").format["bit_rate"].as_str().unwrap().parse::<f64>();
        bits.unwrap() / 1000.0
    };
    let free = rate(&["--frame-count", "30"]);
    let met = rate(&["--video-bitrate", "400k"]);
    assert!(free > 1200.0 && (320.0..=520.0).contains(&met), "{free} and {met} kbit/s");
    let capped = rate(&["--max-rate", "500k"]);
    assert!(capped < 700.0, "{free} and {capped} kbit/s");
}
