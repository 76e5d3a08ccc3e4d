//! The world around a render: browsers and FFmpegs that are not there or not what they seem, outputs that cannot be
//! written, chunks that do not fit together.

use crate::film::Film;
use crate::live::Live;
use crate::run::Place;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

const PAGE: &str = r#"<!doctype html><meta name="helios" content="width=64,height=64,fps=10,duration=0.5">
<body style="background:#0a0">"#;

/// The browser without windows. It is on machines that run these tests, as `make setup` sees to it.
const SHELL: &str = "/usr/lib/chromium/chromium-headless-shell";

fn place() -> Place {
    let place = Place::new();
    std::fs::write(place.path().join("page.html"), PAGE).unwrap();
    place
}

fn program(place: &Place, name: &str, script: &str) {
    let path = place.path().join(name);
    std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
}

#[track_caller]
fn fails(place: &Place, code: i32, args: &[&str], words: &[&str]) -> String {
    let stderr = place.fails(code, &[&["render", "page.html"], args].concat());
    for word in words {
        assert!(stderr.contains(word), "{word:?} is not in: {stderr}");
    }
    stderr
}

#[test]
fn browsers_that_are_none() {
    let place = place();
    fails(&place, 64, &["--browser", "/nope"], &["/nope", "--browser PATH"]);
    for browser in ["/bin/true", "/bin/cat"] {
        let stderr = fails(&place, 64, &["--browser", browser], &[browser, "is no browser", "--browser"]);
        assert!(!stderr.contains("trying again"), "{stderr}");
    }
}

#[test]
fn an_ffmpeg_that_cannot_do_it_is_noticed_before_the_page_is_read() {
    let place = place();
    // A browser that fails as well, while FFmpeg is asked.
    program(&place, "browser", "exit 1");
    program(&place, "poor", "echo 'no such thing'");
    let browser = ["--browser", "./browser", "--ffmpeg"];
    fails(&place, 64, &[&browser[..], &["/nope"]].concat(), &["/nope", "--ffmpeg PATH"]);
    fails(&place, 64, &[&browser[..], &["./poor"]].concat(), &["libx264", "./poor", "--video-codec"]);
}

#[test]
fn the_headless_shell_renders_by_beginframe_and_says_so_once() {
    let place = place();
    let (_, expected) = place.succeeds(&["page.html"]);
    let (stderr, hashes) = place.succeeds(&["page.html", "--browser", SHELL, "--concurrency", "1"]);
    assert_eq!(hashes, expected);
    assert_eq!(stderr.matches("capturing by beginframe").count(), 1, "{stderr}");
    assert!(stderr.contains("headless shell"), "{stderr}");
    for capture in ["beginframe", "screenshot"] {
        let (stderr, hashes) = place.succeeds(&["page.html", "--browser", SHELL, "--capture", capture]);
        assert_eq!(hashes, expected);
        assert!(!stderr.contains("capturing by"), "{stderr}");
    }
    fails(
        &place,
        64,
        &["--browser", SHELL, "--capture", "tap"],
        &["--capture tap", "headless shell", "--capture auto"],
    );
}

#[test]
fn beginframe_finds_the_headless_shell_beside_a_full_browser_and_needs_it() {
    let place = place();
    let (stderr, _) = place.succeeds(&["page.html", "--capture", "beginframe"]);
    assert!(!stderr.contains("capturing by"), "{stderr}");
    fails(
        &place,
        64,
        &["--browser", "/usr/lib/chromium/chromium", "--capture", "beginframe"],
        &["--capture beginframe", "is not the headless shell", "chromium-headless-shell", "--browser"],
    );
    fails(&place, 64, &["--browser", "/nope", "--capture", "beginframe"], &["/nope", "--browser PATH"]);
}

#[test]
fn places_where_no_video_can_be() {
    let place = place();
    fails(&place, 64, &["-o", "/proc/x.mp4"], &["cannot write /proc/x.mp4", "not writable"]);
    std::fs::create_dir(place.path().join("folder.mp4")).unwrap();
    fails(&place, 64, &["-o", "folder.mp4"], &["it is a folder"]);
    std::fs::write(place.path().join("old.mp4"), "old").unwrap();
    fails(&place, 64, &["-o", "old.mp4", "--no-overwrite"], &["old.mp4", "--overwrite"]);
    assert_eq!(std::fs::read_to_string(place.path().join("old.mp4")).unwrap(), "old");
}

#[test]
fn a_folder_that_is_not_there_is_made() {
    let place = place();
    let ended = Live::start(&place, &["render", "page.html", "-o", "new/deep/out.mp4"]).end();
    assert_eq!(ended.answer.code, Some(0), "{}", ended.answer.stderr);
    let files: Vec<_> = std::fs::read_dir(place.path().join("new/deep")).unwrap().collect();
    assert_eq!(files.len(), 1);
}

/// Neither needs a page that fills a disk: a limit on the size of files has the same effect on whoever writes them.
#[test]
fn full_disks() {
    let place = place();
    let noise = "<canvas id=c width=64 height=64></canvas><script>helios.onFrame(() => { const pen = c.getContext('2d');\
                 for (let i = 0; i < 4096; i++) { pen.fillStyle = `hsl(${Math.random() * 360} 80% 50%)`;\
                 pen.fillRect(i % 64, i >> 6, 1, 1) } })</script>";
    std::fs::write(place.path().join("page.html"), format!("{PAGE}{noise}")).unwrap();
    for (pattern, doing) in
        [("*chunk_*.part*", "failed to render chunk 0"), ("*merged*.part*", "failed to join")]
    {
        program(
            &place,
            "limited",
            &format!("case \"$*\" in {pattern}) trap '' XFSZ; ulimit -f 4;; esac\nexec ffmpeg \"$@\""),
        );
        fails(
            &place,
            75,
            &["--ffmpeg", "./limited", "--retries", "0"],
            &[doing, ".part", "no space left", "another folder"],
        );
    }
}

/// A film like those that `helios render` makes, and like no other.
fn chunk(place: &Place, name: &str, settings: &str) {
    let path = place.path().join(name);
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-v", "error", "-f", "lavfi", "-i"]).args(settings.split(' '));
    assert!(ffmpeg.arg(path).status().unwrap().success());
}

#[test]
fn chunks_that_do_not_fit_together() {
    let place = place();
    let h264 = "-c:v libx264 -pix_fmt yuv420p";
    chunk(&place, "a.mov", &format!("testsrc=size=64x64:rate=30:duration=0.2 {h264}"));
    chunk(&place, "size.mov", &format!("testsrc=size=96x64:rate=30:duration=0.2 {h264}"));
    chunk(&place, "fps.mov", &format!("testsrc=size=64x64:rate=25:duration=0.2 {h264}"));
    chunk(&place, "codec.mov", "testsrc=size=64x64:rate=30:duration=0.2 -c:v mpeg4 -pix_fmt yuv420p");
    let whole = std::fs::read(place.path().join("a.mov")).unwrap();
    std::fs::write(place.path().join("cut.mov"), &whole[..whole.len() / 2]).unwrap();
    std::fs::write(place.path().join("garbage.mov"), [7; 5000]).unwrap();
    for (code, second, words) in [
        (64, "size.mov", ["96", "64"]),
        (64, "fps.mov", ["25", "30"]),
        (64, "codec.mov", ["mpeg4", "h264"]),
        (64, "missing.mov", ["missing.mov", "no such file"]),
        (75, "cut.mov", ["cut.mov", "cannot be used"]),
        (75, "garbage.mov", ["garbage.mov", "cannot be used"]),
    ] {
        let stderr = place.fails(code, &["merge", "out.mp4", "a.mov", second]);
        assert!(stderr.contains(second), "{second}: {stderr}");
        for word in words {
            assert!(stderr.contains(word), "{second}: {word:?} is not in: {stderr}");
        }
    }
    let ended = Live::start(&place, &["merge", "out.mp4", "a.mov", "a.mov"]).end();
    assert_eq!(ended.answer.code, Some(0), "{}", ended.answer.stderr);
    assert!(Path::new(&place.path().join("out.mp4")).exists());
}

/// An FFmpeg with NVENC, whose encoder is x264 in truth, or with none that works.
fn hardware(place: &Place, name: &str, works: bool) {
    let script = r#"case "$*" in
  *encoder=h264_nvenc*) echo 'Encoder h264_nvenc [pretended]:'; exit ;;
  *encoder=*_vaapi*|*encoder=*_videotoolbox*) echo 'no such encoder'; exit ;;
esac
n=$#
while [ "$n" -gt 0 ]; do
  case "$1" in
    h264_nvenc) REFUSE set -- "$@" libx264 ;;
    -rc|-cq|-forced-idr|-strict_gop) shift; n=$((n - 1)) ;;
    *) set -- "$@" "$1" ;;
  esac
  shift; n=$((n - 1))
done
exec ffmpeg "$@""#;
    let refuse = if works { "" } else { "echo 'Cannot load libcuda.so.1' >&2; exit 1;" };
    program(place, name, &script.replace("REFUSE", refuse));
}

#[test]
fn hardware_that_encodes_is_used_and_said() {
    let place = place();
    hardware(&place, "fast", true);
    let args = ["page.html", "--ffmpeg", "./fast", "--hardware-acceleration"];
    let said = place.render(&[&args[..], &["require", "--concurrency", "2", "-o", "a.mp4"]].concat());
    assert!(said.contains("Encoding in hardware: h264_nvenc"), "{said}");
    assert_eq!(Film::of(place.path().join("a.mp4")).frames(), 5);
    // A job names what was found, so that all its commands use the same.
    place.render(&[&args[..], &["auto", "--emit-job", "job.json"]].concat());
    let job = std::fs::read_to_string(place.path().join("job.json")).unwrap();
    assert!(
        job.contains("\"hardware\": \"nvenc\"") && job.contains("--hardware-acceleration nvenc"),
        "{job}"
    );
    // What the hardware cannot do is done in software, or refused.
    let said = place.render(&[&args[..], &["auto", "--preset", "medium", "-o", "b.mp4"]].concat());
    assert!(said.contains("in software") && said.contains("--preset medium"), "{said}");
    let args = ["--ffmpeg", "./fast", "--hardware-acceleration", "nvenc"];
    fails(&place, 64, &[&args[..], &["--pixel-format", "yuv444p"]].concat(), &["yuv420p, not yuv444p"]);
}

#[test]
fn hardware_that_does_not_encode() {
    let place = place();
    hardware(&place, "poor", false);
    let args = ["--ffmpeg", "./poor", "--hardware-acceleration"];
    let reasons =
        ["nvenc: Cannot load libcuda.so.1", "has no encoder h264_vaapi", "hardware-acceleration auto"];
    fails(&place, 64, &[&args[..], &["require"]].concat(), &reasons);
    fails(&place, 64, &[&args[..], &["nvenc"]].concat(), &reasons[..1]);
    fails(&place, 64, &[&args[..], &["gpu"]].concat(), &["gpu", "use off, auto, require, nvenc"]);
    let said = place.render(&[&["page.html", "-o", "a.mp4"], &args[..], &["auto"]].concat());
    assert_eq!(said.matches("Encoding in software").count(), 1, "{said}");
    assert!(said.contains(reasons[0]), "{said}");
    assert_eq!(Film::of(place.path().join("a.mp4")).frames(), 5);
}
