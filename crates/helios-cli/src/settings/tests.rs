//! What good values mean. What bad values are told is in tests/it/bad_input.rs.

use super::{Loudness, MergeSettings, RenderSettings};
use crate::args::{Cli, Command, RenderArgs};
use clap::Parser as _;
use helios_job::{AudioCodec, CaptureKind, Fps, Mode, VideoCodec};
use helios_runner::Concurrency;
use std::path::Path;

fn args(words: &[&str]) -> RenderArgs {
    let cli = Cli::try_parse_from([&["helios", "render", "page.html"], words].concat()).unwrap();
    match cli.command {
        Command::Render(args) => *args,
        other => panic!("{other:?}"),
    }
}

fn settings(words: &[&str]) -> RenderSettings {
    RenderSettings::try_from(args(words)).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn nothing_given_leaves_the_choice_to_the_page() {
    let RenderSettings { options, output, headless, talk, .. } = settings(&[]);
    assert_eq!(output, Path::new("output.mp4"));
    assert_eq!((options.width, options.height, options.fps, options.duration), (None, None, None, None));
    assert_eq!((options.video_codec, options.quality, &options.preset), (None, None, &None));
    assert_eq!((options.concurrency, options.retries), (Concurrency::Fixed(1), 2));
    assert_eq!((options.seed, options.epoch_ms, options.capture), (None, None, None));
    assert!(options.overwrite && headless && !talk.json && talk.loudness == Loudness::Normal);
}

#[test]
fn every_value_arrives() {
    let RenderSettings { options, frame_hashes, browser, ffmpeg, talk, .. } = settings(&[
        "--output=a.mkv",
        "--width=640",
        "--height=360",
        "--fps=29.97",
        "--duration=1m30s",
        "--start-frame=3",
        "--frame-count=7",
        "--quality=0",
        "--preset=fast",
        "--mode=canvas",
        "--video-codec=hevc",
        "--audio-codec=pcm",
        "--concurrency=auto",
        "--chunk-frames=15",
        "--props={\"a\":[1]}",
        "--seed=9",
        "--epoch=-1000",
        "--capture=tap",
        "--browser=chrome",
        "--ffmpeg=./ffmpeg",
        "--timeout=2m",
        "--retries=0",
        "--no-overwrite",
        "--frame-hashes=-",
        "--verbose",
    ]);
    assert_eq!((options.width, options.height), (Some(640), Some(360)));
    assert_eq!(options.fps, Fps::new(30_000, 1001).ok());
    assert_eq!(options.duration, "90".parse().ok());
    assert_eq!((options.start_frame, options.frame_count), (Some(3), Some(7)));
    assert_eq!((options.quality, options.preset.as_deref()), (Some(0), Some("fast")));
    assert_eq!(options.mode, Some(Mode::Canvas));
    assert_eq!((options.video_codec, options.audio_codec), (Some(VideoCodec::H265), Some(AudioCodec::Pcm)));
    assert_eq!((options.concurrency, options.chunk_frames), (Concurrency::Auto, Some(15)));
    assert_eq!(options.props, Some(serde_json::json!({"a": [1]})));
    assert_eq!((options.seed, options.epoch_ms, options.retries), (Some(9), Some(-1000), 0));
    assert_eq!((options.capture, options.timeout), (Some(CaptureKind::Tap), "120".parse().ok()));
    assert!(!options.overwrite);
    assert_eq!(frame_hashes.as_deref(), Some(Path::new("-")));
    assert_eq!(
        (browser.as_deref(), ffmpeg.as_deref()),
        (Some(Path::new("chrome")), Some(Path::new("./ffmpeg")))
    );
    assert_eq!(talk.loudness, Loudness::Verbose);
}

#[test]
fn epochs() {
    for (text, expected) in [
        ("0", 0),
        ("1767225600000", 1_767_225_600_000),
        ("2026-01-01T00:00:00Z", 1_767_225_600_000),
        ("2026-01-01T02:00:00+02:00", 1_767_225_600_000),
        ("2026-01-01T00:00:00.250Z", 1_767_225_600_250),
        ("1969-12-31T23:59:59Z", -1000),
    ] {
        assert_eq!(settings(&["--epoch", text]).options.epoch_ms, Some(expected), "{text}");
    }
}

#[test]
fn props_from_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("props.json");
    std::fs::write(&file, "{\"title\": \"Ünïcode\"}\n").unwrap();
    let props = settings(&["--props", file.to_str().unwrap()]).options.props;
    assert_eq!(props, Some(serde_json::json!({"title": "Ünïcode"})));
}

#[test]
fn a_visible_browser_is_captured_by_screenshot() {
    for words in [&["--no-headless"][..], &["--no-headless", "--capture", "auto"]] {
        let settings = settings(words);
        assert_eq!((settings.headless, settings.options.capture), (false, Some(CaptureKind::Screenshot)));
    }
}

#[test]
fn the_last_overwrite_flag_wins() {
    assert!(settings(&["--no-overwrite", "--overwrite"]).options.overwrite);
    assert!(!settings(&["--overwrite", "--no-overwrite"]).options.overwrite);
}

#[test]
fn inputs_and_chunks_may_begin_with_a_dash_after_two() {
    let cli = Cli::try_parse_from(["helios", "merge", "--", "-o.mp4", "-a.mov"]).unwrap();
    let Command::Merge(args) = cli.command else { panic!("not a merge") };
    let settings = MergeSettings::try_from(args).unwrap();
    assert_eq!((settings.output.as_path(), settings.chunks.len()), (Path::new("-o.mp4"), 1));
}
