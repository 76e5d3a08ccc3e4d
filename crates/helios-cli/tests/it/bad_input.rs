//! Requests that cannot be meant: a clear error, exit code 64, nothing written, no browser needed.

use crate::run::Place;

/// Every flag value that is refused. The snapshot holds all the messages, so that they can be read side by side.
const REFUSED: &[&[&str]] = &[
    &["--concurrency", "0"],
    &["--concurrency", "-1"],
    &["--concurrency", "abc"],
    &["--concurrency", "1.5"],
    &["--concurrency", "100000"],
    &["--concurrency", ""],
    &["--concurrency", "+2"],
    &["--concurrency", "--json"],
    &["--fps", "0"],
    &["--fps", "-1"],
    &["--fps", "abc"],
    &["--fps", "1e9"],
    &["--fps", "30/0"],
    &["--width", "0"],
    &["--width", "-1280"],
    &["--width", "1280.5"],
    &["--width", "1281"],
    &["--width", "100000"],
    &["--width", "99999999999"],
    &["--height", "0"],
    &["--height", "721"],
    &["--height", "100000"],
    &["--duration", "0"],
    &["--duration", "-5"],
    &["--duration", "-5s"],
    &["--duration", "NaN"],
    &["--duration", "5 apples"],
    &["--duration", "25h"],
    &["--start-frame", "-1"],
    &["--start-frame", "one"],
    &["--frame-count", "0"],
    &["--frame-count", "-3"],
    &["--quality", "52"],
    &["--quality", "-1"],
    &["--quality", "300"],
    &["--quality", "best"],
    &["--preset", "warp"],
    &["--mode", "svg"],
    &["--capture", "camera"],
    &["--video-codec", "divx"],
    &["--audio-codec", "flac"],
    &["--video-codec", "vp9", "-o", "out.mov"],
    &["--audio-codec", "aac", "-o", "out.webm"],
    &["--video-codec", "prores", "--quality", "20", "-o", "out.mov"],
    &["-o", "out.bmp"],
    &["-o", "out.png"],
    &["-o", "%05d.png"],
    &["-o", "frames/%d-%d.jpg"],
    &["-o", "out.gif", "--fps", "60"],
    &["-o", "out.gif", "--audio-codec", "aac"],
    &["-o", "out.gif", "--quality", "20"],
    &["-o", "out.gif", "--metadata", "title=Hello"],
    &["-o", "out.webp", "--preset", "veryfast"],
    &["-o", "out.apng", "--preset", "fast"],
    &["-o", "out.apng", "--quality", "3"],
    &["--video-codec", "gif"],
    &["--alpha"],
    &["--alpha", "-o", "frames/%05d.jpg"],
    &["--alpha", "--video-codec", "vp9"],
    &["--alpha", "-o", "out.webm", "--pixel-format", "yuv420p10le"],
    &["--alpha", "-o", "out.mov", "--video-codec", "prores", "--preset", "hq"],
    &["--pixel-format", "nv12"],
    &["--pixel-format", "yuva420p"],
    &["--pixel-format", "yuv444p", "--video-codec", "av1"],
    &["--pixel-format", "yuv422p", "--width", "321"],
    &["--color-space", "adobe"],
    &["--color-space", "bt2020", "--pixel-format", "yuv420p"],
    &["--color-space", "srgb", "--pixel-format", "yuv444p"],
    &["--color-space", "srgb", "--video-codec", "av1"],
    &["--color-space", "bt709", "-o", "frames/%05d.png"],
    &["--scale", "0"],
    &["--scale", "2x"],
    &["--scale", "8", "--width", "1920"],
    &["--scale", "1.5", "--width", "321"],
    &["--scale", "2", "--mode", "canvas"],
    &["--video-bitrate", "fast"],
    &["--video-bitrate", "4M", "--quality", "20"],
    &["--video-bitrate", "4M", "--max-rate", "2M"],
    &["--max-rate", "4M", "--video-codec", "av1"],
    &["--max-rate", "4M", "-o", "out.mov", "--video-codec", "prores"],
    &["--gop", "0"],
    &["--gop", "30", "-o", "out.gif"],
    &["--metadata", "title"],
    &["--metadata", "=Hello"],
    &["--metadata", "title=a", "--metadata", "title=b"],
    &["--captions", "no-such.srt"],
    &["--captions", "test.html"],
    &["--caption-mode", "burn"],
    &["--captions", "good.srt", "--caption-mode", "paint"],
    &["--captions", "good.srt", "--caption-mode", "track", "-o", "out.gif"],
    &["--captions", "good.srt", "--mode", "canvas"],
    &["--captions", "good.srt", "--capture", "beginframe"],
    &["-o", "out.gif", "--loop", "-1"],
    &["-o", "out.gif", "--loop", "65536"],
    &["--loop", "2"],
    &["--caption-language", "eng"],
    &["--captions", "good.srt", "--caption-mode", "track", "--caption-language", "en"],
    &["--captions", "good.srt", "--caption-language", "eng"],
    &["--fonts", "no-such-folder"],
    &["-o", "out"],
    &["--chunk-frames", "0"],
    &["--retries", "-1"],
    &["--retries", "1000"],
    &["--seed", "-1"],
    &["--seed", "4294967296"],
    &["--epoch", "yesterday"],
    &["--epoch", "2026-01-01"],
    &["--epoch", "9000000000000000"],
    &["--timeout", "0"],
    &["--timeout", "soon"],
    &["--props", "{\"title\": \"Hello\" \"size\": 3}"],
    &["--props", "{\"title\":"],
    &["--props", "no-such-file.json"],
    &["--props", ""],
    &["--props", "test.html"],
    &["--no-headless", "--capture", "tap"],
    &["--emit-job", "job.json", "--frame-hashes", "hashes.txt"],
    &["--json", "--emit-job", "-"],
    &["--json", "--frame-hashes", "-"],
];

#[test]
fn flag_values() {
    let place = Place::new();
    std::fs::write(place.path().join("good.srt"), "1\n00:00:01,000 --> 00:00:02,000\nHello\n").unwrap();
    let mut all = String::new();
    for flags in REFUSED {
        // The page is never looked at, so it need not exist.
        let args = [&["render", "no-such-page.html"], *flags].concat();
        let message = place.refused(&args);
        assert_eq!(message.lines().count(), 1, "{flags:?}: {message}");
        all += &format!("{}\n    {message}", flags.join(" "));
    }
    insta::assert_snapshot!(all);
}

/// What is wrong with a caption file is told with its line.
#[test]
fn caption_files() {
    let place = Place::new();
    let times = "00:00:01,000 --> 00:00:02,000";
    let files: &[(&str, String)] = &[
        ("empty.srt", String::new()),
        ("words.srt", "Hello\nthere\n".to_owned()),
        ("time.srt", format!("1\n{times}\nHello\n\n2\n00:00:3,0 --> 00:00:04,000\nyou\n")),
        ("back.srt", "\n1\r\n00:00:02,000 --> 00:00:01,000\r\nHello\r\n".to_owned()),
        ("glued.srt", format!("1\n{times}\nHello\n2\n{times}\nyou\n")),
        ("head.vtt", format!("{times}\nHello\n")),
        ("comma.vtt", "WEBVTT\n\n00:01.000 --> 1:00\nHello\n".to_owned()),
    ];
    let mut all = String::new();
    for (name, text) in files {
        std::fs::write(place.path().join(name), text).unwrap();
        all += &place.refused(&["render", "test.html", "--captions", name]);
    }
    std::fs::write(
        place.path().join("latin.srt"),
        [b"1\n".as_slice(), times.as_bytes(), b"\nGr\xfc\xdfe\n"].concat(),
    )
    .unwrap();
    all += &place.refused(&["render", "test.html", "--captions", "latin.srt"]);
    insta::assert_snapshot!(all);
}

#[test]
fn concurrency_keeps_its_words() {
    let message = Place::new().refused(&["render", "test.html", "--concurrency", "abc"]);
    assert!(message.contains("concurrency must be a valid number >= 1"), "{message}");
}

#[test]
fn the_last_props_file_line_is_shown_where_it_breaks_off() {
    let place = Place::new();
    std::fs::write(place.path().join("props.json"), "{\n  \"a\": 1,\n  \"b\": oops\n}\n").unwrap();
    let message = place.refused(&["render", "test.html", "--props", "props.json"]);
    assert!(message.contains("\"props.json\"") && message.contains("line 3"), "{message}");
}

#[test]
fn frame_hashes_that_could_not_be_written_stop_the_render_before_it_begins() {
    let place = Place::new();
    std::fs::create_dir(place.path().join("folder")).unwrap();
    for file in ["folder", "test.html/hashes.txt", "/proc/hashes.txt"] {
        let message = place.refused(&["render", "test.html", "--frame-hashes", file]);
        assert!(message.contains(file), "{message}");
    }
}

#[test]
fn an_output_that_cannot_be_written_is_refused_before_a_browser_starts() {
    let place = Place::new();
    std::fs::create_dir(place.path().join("folder.mp4")).unwrap();
    std::fs::write(place.path().join("old.mp4"), "old").unwrap();
    let folder = place.refused(&["render", "test.html", "-o", "folder.mp4"]);
    assert!(folder.contains("it is a folder"), "{folder}");
    let exists = place.refused(&["render", "test.html", "-o", "old.mp4", "--no-overwrite"]);
    assert!(exists.contains("--overwrite"), "{exists}");
    let unwritable = place.refused(&["render", "test.html", "-o", "test.html/video.mp4"]);
    assert!(unwritable.contains("test.html/video.mp4"), "{unwritable}");
}

#[test]
fn a_message_that_nobody_reads_leaves_the_exit_code() {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let place = Place::new();
    let mut command = place.command(&["render", "test.html", "--fps", "0"]);
    assert_eq!(command.stderr(writer).status().unwrap().code(), Some(64));
}
