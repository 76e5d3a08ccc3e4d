//! `helios still` with the real browser: a still is a frame of the render, to the last bit.

use crate::run::Place;
use helios_job::{FrameHash, FrameHashes};
use serde_json::Value;
use std::path::Path;
use xxhash_rust::xxh3::xxh3_128;

/// Small, and long enough that frame 40 carries the state of the forty before it.
const SMALL: &[&str] = &["--width", "320", "--height", "180", "--fps", "30", "--duration", "2"];

fn example(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples").join(name);
    path.canonicalize().unwrap().into_os_string().into_string().unwrap()
}

/// The hash of a PNG's pixels, by the definition in [`FrameHash`]: rows of blue, green, red and alpha.
#[track_caller]
fn hash_of(png: &[u8]) -> FrameHash {
    let mut decoder = png::Decoder::new(std::io::Cursor::new(png));
    decoder.set_transformations(png::Transformations::ALPHA);
    let mut reader = decoder.read_info().unwrap();
    assert!(reader.info().srgb.is_some(), "the colours are said to be sRGB");
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    assert_eq!((info.width, info.height, info.color_type), (320, 180, png::ColorType::Rgba));
    pixels.chunks_exact_mut(4).for_each(|pixel| pixel.swap(0, 2));
    FrameHash(xxh3_128(&pixels))
}

struct Stills {
    place: Place,
    input: String,
}

impl Stills {
    fn of(name: &str) -> Stills {
        Stills { place: Place::new(), input: example(name) }
    }

    /// The hashes of the render.
    fn render(&self) -> FrameHashes {
        let args = [&["render", &self.input, "-q", "--frame-hashes", "hashes"], SMALL].concat();
        let answer = self.place.helios(&args);
        assert_eq!(answer.code, Some(0), "{answer:?}");
        std::fs::read_to_string(self.place.path().join("hashes")).unwrap().parse().unwrap()
    }

    /// `helios still` with these arguments, and what it said.
    #[track_caller]
    fn still(&self, args: &[&str]) -> crate::run::Answer {
        let answer = self.place.helios(&[&["still", &self.input], SMALL, args].concat());
        assert_eq!(answer.code, Some(0), "{args:?}: {answer:?}");
        answer
    }

    #[track_caller]
    fn png(&self, args: &[&str]) -> FrameHash {
        self.still(&[args, &["-o", "still.png"]].concat());
        hash_of(&std::fs::read(self.place.path().join("still.png")).unwrap())
    }
}

#[test]
fn a_still_of_a_page_with_state_is_a_frame_of_its_render() {
    let stills = Stills::of("stateful-particles");
    let render = stills.render();
    assert_eq!(stills.png(&["--frame", "40"]), render.hashes[40]);
    assert_eq!(stills.png(&["--frame", "40", "--capture", "screenshot"]), render.hashes[40]);
    assert_eq!(stills.png(&["--frame", "40", "--capture", "beginframe"]), render.hashes[40]);
    assert_eq!(stills.png(&["--time", "1.35"]), render.hashes[40]);
    assert_eq!(stills.png(&[]), render.hashes[0]);
    assert_eq!(stills.png(&["--frame", "59"]), render.hashes[59]);
    assert_ne!(render.hashes[40], render.hashes[59]);
}

#[test]
fn a_still_of_a_page_with_animations_is_a_frame_of_its_render() {
    let stills = Stills::of("css-title");
    let render = stills.render();
    for frame in [1, 40] {
        assert_eq!(stills.png(&["--frame", &frame.to_string()]), render.hashes[frame]);
    }
}

#[test]
fn a_still_of_a_canvas_alone() {
    let stills = Stills::of("simple-canvas-animation");
    let canvas = |command: &str, args: &[&str]| {
        let answer = stills.place.helios(&[&[command, &stills.input, "--mode", "canvas"], args].concat());
        assert_eq!(answer.code, Some(0), "{answer:?}");
        answer.stdout
    };
    canvas("render", &["--start-frame", "20", "--frame-count", "1", "-q", "--frame-hashes", "hashes"]);
    let hashes = std::fs::read_to_string(stills.place.path().join("hashes")).unwrap();
    let hash = hashes.parse::<FrameHashes>().unwrap().hashes[0].to_string();
    let done = |frame: &str| {
        let events = canvas("still", &["--frame", frame, "-o", "canvas.png", "--json", "-q"]);
        let done = events.lines().find(|line| line.contains("still_finished")).unwrap();
        serde_json::from_str::<Value>(done).unwrap()["report"].take()
    };
    let still = done("20");
    assert_eq!((&still["capture"], &still["hash"]), (&"canvas".into(), &hash.as_str().into()));
    assert_ne!(done("3")["hash"], still["hash"]);
}

#[test]
fn every_format_and_what_is_said() {
    let stills = Stills::of("stateful-particles");
    let png = stills.png(&["--frame", "40"]);
    stills.still(&["--frame", "40", "-o", "new/still.webp", "-q"]);
    let answer = stills.still(&["--frame", "40", "-o", "still.jpg"]);
    assert!(answer.stderr.contains("still.jpg: frame 40 at 1.333 s, 320x180, "), "{}", answer.stderr);
    assert_eq!(answer.stdout, "");
    // WebP is as lossless as PNG, JPEG is not but near: helios itself is the witness.
    let verify = |args: &[&str]| stills.place.helios(&[&["verify", "still.png"], args].concat()).code;
    assert_eq!(verify(&["new/still.webp"]), Some(0));
    assert_eq!(verify(&["still.jpg"]), Some(1));
    assert_eq!(verify(&["still.jpg", "--tolerance", "64"]), Some(0));

    // On standard output, and as events.
    let folder = stills.place.files();
    let mut command = stills.place.command(&[&["still", &stills.input], SMALL, &["-o", "-", "-q"]].concat());
    let output = command.output().unwrap();
    assert_eq!((output.status.code(), output.stderr.len()), (Some(0), 0));
    assert_ne!(hash_of(&output.stdout), png);
    assert_eq!(stills.place.files(), folder);

    let answer = stills.still(&["--frame", "40", "--json", "-q"]);
    let events: Vec<Value> = answer.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let done = events.iter().find(|event| event["event"] == "still_finished").unwrap();
    assert_eq!(done["report"]["hash"], png.to_string());
    assert_eq!((&done["report"]["width"], &done["report"]["height"]), (&320.into(), &180.into()));
    let bytes = std::fs::metadata(stills.place.path().join("still.png")).unwrap().len();
    assert_eq!(done["report"]["bytes"], bytes);
    let last: Vec<&Value> = events.iter().rev().take(2).map(|event| &event["event"]).collect();
    assert_eq!(last, ["finished", "progress"]);
    assert_eq!(events[events.len() - 2]["progress"], 1.0);
}

#[test]
fn what_cannot_be_meant_is_refused_without_a_browser() {
    let place = Place::new();
    std::fs::write(place.path().join("old.png"), "old").unwrap();
    let refused = |args: &[&str]| {
        let wanted = [&["still", "test.html", "--browser", "no-such-browser"], SMALL, args].concat();
        place.refused(&wanted)
    };
    assert!(refused(&["--frame", "60"]).contains("frames 0 to 59"));
    assert!(refused(&["--time", "2s"]).contains("frames 0 to 59"));
    assert!(refused(&["--time", "soon"]).contains("500ms"));
    assert!(refused(&["--frame", "-1"]).contains("--frame"));
    assert!(refused(&["--frame", "1", "--time", "1"]).contains("leave out one"));
    assert!(refused(&["-o", "still.gif"]).contains(".webp"));
    assert!(refused(&["-o", "-", "--json"]).contains("--output"));
    assert!(refused(&["-o", "old.png", "--no-overwrite"]).contains("--overwrite"));
    assert!(refused(&["--no-headless", "--capture", "tap"]).contains("leave out one"));
}

/// The length comes from the page, so the browser is needed to know.
#[test]
fn past_the_end_of_what_the_page_declares() {
    let stills = Stills::of("css-title");
    let message = stills.place.refused(&["still", &stills.input, "--frame", "100000"]);
    assert!(message.contains("--frame 100000 lies past the end"), "{message}");
}

/// Chromium does not draw windows at less than their size, so the tap cannot be used; what is used instead is said.
#[test]
fn fewer_pixels_than_the_layout_has() {
    let stills = Stills::of("css-title");
    for (scale, size) in [("0.5", (160, 90)), ("2", (640, 360))] {
        let answer = stills.still(&["--scale", scale, "-o", "scaled.png", "--frame", "20"]);
        assert_eq!(
            answer.stderr.contains("the tap cannot be used: Chromium does not scale"),
            scale == "0.5",
            "{answer:?}"
        );
        let file = std::fs::File::open(stills.place.path().join("scaled.png")).unwrap();
        let reader = png::Decoder::new(std::io::BufReader::new(file)).read_info().unwrap();
        assert_eq!((reader.info().width, reader.info().height), size);
    }
}
