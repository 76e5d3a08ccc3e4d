//! What is no video file: animated pictures, and a file for each frame.

use crate::film::{TINY, rgba};
use crate::run::Place;
use serde_json::Value;

fn words(argv: &Value) -> Vec<&str> {
    argv.as_array().unwrap().iter().map(|word| word.as_str().unwrap()).collect()
}

#[test]
fn animated_pictures_hold_every_frame() {
    let place = Place::new();
    // Odd: chroma that is halved could not hold it. The first and the last frames are alike, and so are two in the middle.
    place.write(
        "page.html",
        r##"<!doctype html><meta name="helios" content="width=65,height=33,fps=25,duration=0.32">
        <body style="margin:0;background:#fff"><script>helios.onFrame(({ frame }) => {
          document.body.style.background = ["#fff", "#c03020", "#c03020", "#2050f0", "#fff", "#000", "#808080", "#fff"][frame];
        });</script>"##,
    );
    place.render(&["page.html", "-o", "frames/%03d.png"]);
    let frames = rgba(&place, "frames/%03d.png");
    assert_eq!(frames.len(), 8 * 4 * 65 * 33);
    for file in ["a.apng", "a.gif", "a.webp"] {
        place.render(&["page.html", "-o", file, "--concurrency", "3", "--loop", "3"]);
        if file != "a.webp" {
            assert!(rgba(&place, file) == frames, "{file}");
        }
    }
    let gif = place.film("a.gif");
    assert_eq!((gif.frames(), gif.format["duration"].as_str()), (8, Some("0.320000")));
    let webp = std::fs::read(place.path().join("a.webp")).unwrap();
    let shown: Vec<u32> = (0..webp.len().saturating_sub(24))
        .filter(|at| &webp[*at..at + 4] == b"ANMF")
        .map(|at| u32::from_le_bytes([webp[at + 20], webp[at + 21], webp[at + 22], 0]))
        .collect();
    // Frames that are alike are one, shown for longer.
    assert_eq!(shown, [40, 80, 40, 40, 40, 40, 40]);
    // FFmpeg does not read it; we do, and find the pictures.
    let same = place.helios(&["verify", "a.webp", "frames/%03d.png", "--tolerance", "1"]);
    assert!(same.code == Some(0) && same.stderr.contains("8 frames"), "{same:?}");
    place.render(&["page.html", "-o", "b.webp", "--preset", "low", "-q"]);
    let other = place.helios(&["verify", "a.webp", "b.webp"]);
    assert_eq!(other.code, Some(1), "{other:?}");
    // It plays three times: GIF says how often it is repeated.
    let behind = |file: &str, name: &[u8], skip: usize| {
        let bytes = std::fs::read(place.path().join(file)).unwrap();
        let at = bytes.windows(name.len()).position(|window| window == name).unwrap() + name.len() + skip;
        [bytes[at], bytes[at + 1]]
    };
    assert_eq!(behind("a.gif", b"NETSCAPE2.0\x03\x01", 0), [2, 0]);
    assert_eq!(behind("a.webp", b"ANIM", 8), [3, 0]);
    assert_eq!(behind("a.apng", b"acTL", 6), [0, 3]);
}

#[test]
fn pictures_get_a_folder_of_their_own() {
    let place = Place::new();
    place.write("tiny.html", TINY);
    let render = |extra: &[&str]| {
        place.helios(&[&["render", "tiny.html", "-q", "-o", "out/f-%02d.png"], extra].concat())
    };
    assert_eq!(render(&["--start-frame", "8", "--frame-count", "4", "--concurrency", "2"]).code, Some(0));
    let names = || {
        let mut names: Vec<String> = std::fs::read_dir(place.path().join("out"))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    };
    assert_eq!(names(), ["f-08.png", "f-09.png", "f-10.png", "f-11.png"]);
    assert_eq!(render(&["--frame-count", "2", "--no-overwrite"]).code, Some(64));
    // Older pictures go with the folder.
    assert_eq!(render(&["--frame-count", "2"]).code, Some(0));
    assert_eq!(names(), ["f-00.png", "f-01.png"]);
    place.write("out/notes.txt", "mine");
    let refused = render(&["--frame-count", "2"]);
    assert!(refused.code == Some(64) && refused.stderr.contains("notes.txt"), "{refused:?}");
    assert_eq!(place.files(), ["out", "test.html", "tiny.html"]);
}

#[test]
fn jobs_make_the_same_files() {
    let place = Place::new();
    place.write("tiny.html", TINY);
    for (file, chunk) in
        [("a.gif", "chunk_0.mov"), ("jpegs/%d.jpg", "chunk_0.mov"), ("a.webm", "chunk_0.webm")]
    {
        let args = ["tiny.html", "-o", file, "--frame-count", "6", "--concurrency", "2", "-q"];
        let alpha: &[&str] = match file {
            "a.webm" => &["--alpha"],
            "a.gif" => &["--loop", "1"],
            _ => &[],
        };
        place.render(&[args.as_slice(), alpha, &["--emit-job", "job.json"]].concat());
        place.render(&[args.as_slice(), alpha].concat());
        let read = |name: &str| std::fs::read(place.path().join(name)).unwrap();
        let made = if file.contains('%') { "jpegs/5.jpg" } else { file };
        let direct = read(made);
        let job: Value = serde_json::from_slice(&read("job.json")).unwrap();
        assert_eq!(job["partitions"][0]["outputFile"], chunk, "{file}");
        for partition in job["partitions"].as_array().unwrap() {
            let answer = place.helios(&words(&partition["argv"])[1..]);
            assert_eq!(answer.code, Some(0), "{answer:?}");
        }
        let answer = place.helios(&words(&job["merge"]["argv"])[1..]);
        assert_eq!(answer.code, Some(0), "{answer:?}");
        assert!(read(made) == direct, "{file}");
        let answer = place.helios(&["job", "merge", "job.json"]);
        assert_eq!(answer.code, Some(0), "{answer:?}");
        assert!(read(made) == direct, "{file}");
        // What chunks held is what the render hashed.
        let verdict = place.helios(&["verify", ".", "."]);
        assert_eq!(verdict.code, Some(0), "{verdict:?}");
    }
    let wrong = place.helios(&["merge", "b.gif", "chunk_0.webm"]);
    assert!(wrong.code == Some(64) && wrong.stderr.contains("ffv1"), "{wrong:?}");
}
