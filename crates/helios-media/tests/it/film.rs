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
