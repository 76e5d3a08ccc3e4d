//! `helios verify`: what counts as equal, what is said of differences, what cannot be compared. Videos are drawn by
//! FFmpeg; no browser is needed.

use crate::run::{Answer, Place};
use serde_json::Value;
use std::process::Command;

/// A frame-hash file in which frame `n` has the hash that `hash` gives.
fn hashes(place: &Place, name: &str, header: &str, frames: std::ops::Range<u32>, hash: impl Fn(u32) -> u32) {
    let mut text = format!("# helios.frame-hashes/1 xxh3-128 bgra {header}\n");
    for frame in frames {
        text += &format!("{frame} {:032x}\n", hash(frame));
    }
    std::fs::write(place.path().join(name), text).unwrap();
}

/// A lossless video of 30 frames; `filter` changes the pictures.
fn video(place: &Place, name: &str, filter: &str) {
    let source = format!("testsrc2=size=96x64:rate=30:duration=1,format=yuv444p{filter}");
    let args = ["-v", "error", "-f", "lavfi", "-i", &source, "-c:v", "libx264", "-qp", "0", name];
    let status = Command::new("ffmpeg").args(args).current_dir(place.path()).status().unwrap();
    assert!(status.success(), "{name}");
}

#[track_caller]
fn verify(place: &Place, args: &[&str], code: i32) -> Answer {
    let answer = place.helios(&[&["verify"], args].concat());
    assert_eq!(answer.code, Some(code), "{args:?}: {answer:?}");
    answer
}

#[test]
fn hash_files() {
    let place = Place::new();
    let same = |n: u32| n + 1;
    hashes(&place, "a", "64x64 30", 0..60, same);
    hashes(&place, "same", "64x64 30", 0..60, same);
    hashes(&place, "three", "64x64 30", 0..60, |n| if (10..12).contains(&n) || n == 59 { 0 } else { n + 1 });
    hashes(&place, "part", "64x64 30", 20..40, same);
    hashes(&place, "rate", "64x64 30000/1001", 0..60, same);
    hashes(&place, "size", "32x64 30", 0..60, |_| 0);
    let mut said = verify(&place, &["a", "same"], 0).stderr;
    for other in ["three", "part", "rate", "size"] {
        let answer = verify(&place, &["a", other], 1);
        assert_eq!(answer.stdout, "");
        said += &format!("\n{}", answer.stderr);
    }
    insta::assert_snapshot!(said);
    let quiet = verify(&place, &["a", "three", "-q"], 1);
    assert_eq!((quiet.stdout.as_str(), quiet.stderr.as_str()), ("", ""));
}

#[test]
fn hash_files_as_json() {
    let place = Place::new();
    hashes(&place, "a", "64x64 30", 5..10, |n| n);
    hashes(&place, "b", "64x64 30", 5..11, |n| n / 8);
    let answer = verify(&place, &["a", "b", "--json", "-q"], 1);
    let report: Value = serde_json::from_str(&answer.stdout).unwrap();
    insta::assert_snapshot!(serde_json::to_string_pretty(&report).unwrap());
}

#[test]
fn videos() {
    let place = Place::new();
    video(&place, "a.mp4", "");
    video(&place, "again.mkv", "");
    // Frames 20 to 22 are brighter by a few levels, 21 by more.
    let brighter = |frames: &str, by: u32| format!(",lutyuv=y=val+{by}:enable='{frames}'");
    let filter = brighter("between(n,20,22)", 2) + &brighter("eq(n,21)", 6);
    video(&place, "b.mp4", &filter);

    let same = verify(&place, &["a.mp4", "again.mkv"], 0);
    assert_eq!(same.stderr, "Equal: 30 frames of 96x64 at 30 frames/s, the same pixels\n");

    let answer = verify(&place, &["a.mp4", "b.mp4", "--json"], 1);
    assert!(answer.stderr.contains("3 of 30 frames differ: 20 to 22"), "{}", answer.stderr);
    assert!(answer.stderr.contains("First: frame 20 ") && answer.stderr.contains("Worst: frame 21 "));
    assert!(answer.stderr.ends_with("Different: a.mp4 and b.mp4\n"), "{}", answer.stderr);
    let report: Value = serde_json::from_str(&answer.stdout).unwrap();
    assert_eq!((&report["kind"], &report["equal"]), (&"videos".into(), &false.into()));
    assert_eq!((&report["firstFrame"], &report["worstFrame"]), (&20.into(), &21.into()));
    assert_eq!((&report["comparedFrames"], &report["differingFrames"]), (&30.into(), &3.into()));
    let max = report["frames"][0]["maxError"].as_u64().unwrap();
    assert!((2..=4).contains(&max), "{report}");
    assert!(report["maxError"].as_u64().unwrap() > max && report["meanError"].as_f64().unwrap() > 0.0);

    // A tolerance that covers the two, and one that covers all.
    let some = verify(&place, &["a.mp4", "b.mp4", "--tolerance", &max.to_string()], 1);
    assert!(some.stderr.contains("1 of 30 frames differs: 21"), "{}", some.stderr);
    let all = verify(&place, &["a.mp4", "b.mp4", "--tolerance", "16"], 0);
    assert!(all.stderr.starts_with("Equal: 30 frames") && all.stderr.contains("within 16 levels (max "));
}

#[test]
fn the_difference_picture_shows_the_worst_frame() {
    let place = Place::new();
    video(&place, "a.mp4", "");
    video(&place, "b.mp4", ",lutyuv=y=val+8:enable='eq(n,21)'");
    let answer = verify(&place, &["a.mp4", "b.mp4", "--diff", "new/diff.png"], 1);
    assert!(
        answer.stderr.contains("Frame 21 of A, of B, and the difference: new/diff.png"),
        "{}",
        answer.stderr
    );
    let png = std::fs::File::open(place.path().join("new/diff.png")).unwrap();
    let mut reader = png::Decoder::new(std::io::BufReader::new(png)).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    assert_eq!((info.width, info.height), (3 * 96, 64));
    // The third panel is amplified to full scale; the other two are pictures that look alike.
    let panel = |n: usize| pixels.chunks(3 * 288).flat_map(move |row| row[n * 288..][..288].iter().copied());
    assert_eq!(panel(2).max(), Some(255));
    let largest = panel(0).zip(panel(1)).map(|(a, b)| a.abs_diff(b)).max().unwrap();
    assert!((7..=14).contains(&largest), "{largest}");
    assert_eq!(std::fs::read_dir(place.path().join("new")).unwrap().count(), 1);

    // Nothing differs, nothing is drawn.
    verify(&place, &["a.mp4", "a.mp4", "--diff", "none.png"], 0);
    assert!(!place.path().join("none.png").exists());
}

/// What is transparent is compared, and what cannot be seen there is not.
#[test]
fn transparency_and_sequences_of_pictures() {
    let place = Place::new();
    let make = |name: &str, filter: &str, how: &str| {
        let source = format!("color=c=red:size=64x48:rate=30:duration=0.2,format=rgba{filter}");
        let mut args = vec!["-v", "error", "-f", "lavfi", "-i", &source];
        args.extend(how.split(' '));
        args.push(name);
        let status = Command::new("ffmpeg").args(args).current_dir(place.path()).status().unwrap();
        assert!(status.success(), "{name}");
    };
    std::fs::create_dir(place.path().join("png")).unwrap();
    let half = ",geq=r=255:g=0:b=0:a='if(lt(X,32),0,200)'";
    make("half.mkv", half, "-c:v ffv1 -pix_fmt bgra");
    make("png/%03d.png", half, "-start_number 7");
    make(
        "hidden.mkv",
        ",geq=r='if(lt(X,32),9,255)':g=0:b=0:a='if(lt(X,32),0,200)'",
        "-c:v ffv1 -pix_fmt bgra",
    );
    make("fainter.mkv", ",geq=r=255:g=0:b=0:a='if(lt(X,32),0,150)'", "-c:v ffv1 -pix_fmt bgra");
    make("vp9.webm", half, "-c:v libvpx-vp9 -pix_fmt yuva420p -lossless 1");
    make("opaque.webm", "", "-c:v libvpx-vp9 -pix_fmt yuv420p -lossless 1");

    verify(&place, &["half.mkv", "hidden.mkv"], 0);
    verify(&place, &["half.mkv", "png/%03d.png"], 0);
    let answer = verify(&place, &["half.mkv", "fainter.mkv", "--diff", "diff.png"], 1);
    assert!(answer.stderr.contains("6 of 6 frames differ"), "{}", answer.stderr);
    assert!(answer.stderr.contains("by 50 levels at most, 12.5000 on average"), "{}", answer.stderr);
    assert!(place.path().join("diff.png").exists());
    // The decoder that knows the transparency of VP9 is asked: the left half is not red.
    verify(&place, &["half.mkv", "vp9.webm", "--tolerance", "4"], 0);
    verify(&place, &["vp9.webm", "opaque.webm", "--tolerance", "100"], 1);
    let none = place.refused(&["verify", "half.mkv", "png/x%03d.png"]);
    assert!(none.contains("there are no pictures with such names"), "{none}");
}

#[test]
fn videos_of_other_lengths_sizes_and_rates() {
    let place = Place::new();
    video(&place, "a.mp4", "");
    video(&place, "short.mp4", ",trim=end_frame=20");
    video(&place, "small.mp4", ",scale=48:64");
    video(&place, "slow.mp4", ",setpts=PTS*2,settb=1/15,fps=15");
    let short = verify(&place, &["a.mp4", "short.mp4"], 1).stderr;
    assert!(short.contains("the number of frames differs: 30 in A, 20 in B"), "{short}");
    assert!(short.contains("the 20 frames that both have are equal"), "{short}");
    let small = verify(&place, &["a.mp4", "small.mp4"], 1).stderr;
    assert!(small.contains("the size differs: 96x64 in A, 48x64 in B"), "{small}");
    let slow = verify(&place, &["a.mp4", "slow.mp4"], 1).stderr;
    assert!(slow.contains("the frame rate differs: 30 in A, 15 in B"), "{slow}");
}

#[test]
fn what_cannot_be_compared() {
    let place = Place::new();
    hashes(&place, "a.hashes", "64x64 30", 0..3, |n| n);
    hashes(&place, "cut.hashes", "64x64 30", 0..3, |n| n);
    let whole = std::fs::read(place.path().join("cut.hashes")).unwrap();
    std::fs::write(place.path().join("cut.hashes"), &whole[..whole.len() - 5]).unwrap();
    video(&place, "a.mp4", "");
    let movie = std::fs::read(place.path().join("a.mp4")).unwrap();
    std::fs::write(place.path().join("cut.mp4"), &movie[..movie.len() / 2]).unwrap();
    std::fs::write(place.path().join("empty"), "").unwrap();
    hashes(&place, "no.hashes", "64x64 30", 0..0, |n| n);
    let sound = ["-v", "error", "-f", "lavfi", "-i", "sine=duration=0.1", "sound.wav"];
    assert!(Command::new("ffmpeg").args(sound).current_dir(place.path()).status().unwrap().success());
    std::fs::create_dir(place.path().join("folder")).unwrap();
    let cases: &[&[&str]] = &[
        &["a.hashes", "a.mp4"],
        &["a.mp4", "a.hashes"],
        &["a.hashes", "cut.hashes"],
        &["a.hashes", "no.hashes"],
        &["a.hashes", "none"],
        &["a.mp4", "sound.wav"],
        &["a.mp4", "folder"],
        &["a.mp4", "empty"],
        &["a.mp4", "test.html"],
        &["a.hashes", "a.hashes", "--diff", "x.png"],
        &["a.hashes", "a.hashes", "--tolerance", "1"],
        &["a.mp4", "a.mp4", "--tolerance", "256"],
        &["a.mp4", "a.mp4", "--tolerance", "-1"],
        &["a.mp4", "a.mp4", "--diff", "x.jpg"],
        &["a.mp4", "a.mp4", "--diff", "test.html/x.png"],
    ];
    let mut all = String::new();
    for args in cases {
        let message = place.refused(&[&["verify"], *args].concat());
        assert_eq!(message.lines().count(), 1, "{message}");
        all += &format!("{}\n    {message}", args.join(" "));
    }
    insta::assert_snapshot!(all);
    // FFmpeg's own words end this one.
    assert!(place.refused(&["verify", "a.mp4", "cut.mp4"]).contains("cannot compare cut.mp4: "));
}
