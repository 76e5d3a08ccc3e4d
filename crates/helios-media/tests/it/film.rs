//! A video that is looked at, frame by frame.

use crate::support::ffmpeg;
use helios_media::{Film, FilmInfo, FilmInput};
use std::process::Command;

/// The most that may be held of a source whose frames are 500 MB together: what is kept of it, and the frames on their way.
const MOST_KB: u64 = 300 << 10;

/// The most memory that this process has had since it was last asked.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    std::fs::write("/proc/self/clear_refs", "5").unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

#[tokio::test]
async fn of_a_large_video_few_frames_are_held() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("4k.mp4");
    let source = "-v error -f lavfi -i testsrc=s=3840x2160:r=30 -frames:v 15 -c:v libx264 -preset ultrafast -pix_fmt yuv420p";
    assert!(Command::new("ffmpeg").args(source.split(' ')).arg(&path).status().unwrap().success());
    let input = FilmInput::File(path);
    let info = FilmInfo::of(&ffmpeg(), &input).await.unwrap();
    let mut film = Film::new(ffmpeg(), input, info);
    peak();
    // There and back: what is no longer kept is decoded anew.
    for frame in (0..15).chain([0, 14]) {
        let time = frame * 1_000_000_000 / 30;
        let shown = film.at(time).await.unwrap();
        assert!(
            shown.from <= time + 1_000_000 && time < shown.to,
            "frame {frame}: {} to {}",
            shown.from,
            shown.to
        );
        assert_eq!(shown.pixels.len(), 3840 * 2160 * 4);
    }
    let kb = peak();
    assert!(kb < MOST_KB, "{kb} kB");
}

/// Recordings of a browser, and what comes through a pipe, have no length in their head.
#[tokio::test]
async fn a_video_that_does_not_say_how_long_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let sources = [
        ("live.webm", "-an -c:v libvpx -f webm -live 1"),
        ("piped.mkv", "-c:v libx264 -bf 2 -pix_fmt yuv420p -c:a flac -f matroska"),
    ];
    for (name, how) in sources {
        let path = folder.path().join(name);
        let words = format!(
            "-v error -f lavfi -i testsrc=s=64x64:r=25:d=1 -f lavfi -i sine=duration=0.5 {how} pipe:1"
        );
        let mut command = Command::new("ffmpeg");
        command.args(words.split(' ')).stdout(std::fs::File::create(&path).unwrap());
        assert!(command.status().unwrap().success(), "{name}");
        let input = FilmInput::File(path);
        let info = FilmInfo::of(&ffmpeg(), &input).await.unwrap();
        assert_eq!((info.width, info.height), (64, 64), "{name}");
        assert!((info.length - 1.0).abs() < 0.03, "{name}: {}", info.length);
        let mut film = Film::new(ffmpeg(), input, info);
        for (at, begins) in [(0, 0), (500, 480), (990, 960)] {
            let frame = film.at(at * 1_000_000).await.unwrap();
            assert_eq!(frame.time / 1_000_000, begins, "{name} at {at} ms");
        }
    }
    let sound = folder.path().join("sound.webm");
    let words = "-v error -f lavfi -i sine=duration=0.2 -c:a libopus -f webm -live 1";
    assert!(Command::new("ffmpeg").args(words.split(' ')).arg(&sound).status().unwrap().success());
    let refused = FilmInfo::of(&ffmpeg(), &FilmInput::File(sound)).await.unwrap_err().to_string();
    assert!(refused.contains("it has no pictures"), "{refused}");
}
