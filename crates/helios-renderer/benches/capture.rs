//! The frame sources on the same page in one run, side by side, and what passing frames costs: `cargo bench -p helios-renderer`.
//!
//! Arguments after `--`: number of frames (default 200), number of rounds (default 3).

#![allow(missing_docs, clippy::print_stdout, clippy::unwrap_used)]

use helios_job::{
    AudioCodec, CaptureKind, ColorSpace, DEFAULT_EPOCH_MS, JobConfig, Mode, PixelFormat, Scale, VideoCodec,
};
use helios_renderer::measure::{Measured, capture, replay};

fn scene(path: &str, width: u32, height: u32, frames: u32) -> JobConfig {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path);
    JobConfig {
        input: path.to_string_lossy().into_owned(),
        width,
        height,
        fps: "30".parse().unwrap(),
        duration: "60".parse().unwrap(),
        start_frame: 0,
        total_frames: frames,
        mode: Mode::Dom,
        video_codec: VideoCodec::H264,
        audio_codec: AudioCodec::Aac,
        quality: Some(18),
        preset: "veryfast".to_owned(),
        pixel_format: PixelFormat::Yuv420p,
        color_space: ColorSpace::Bt709,
        video_bitrate: None,
        max_rate: None,
        gop: None,
        hardware: None,
        scale: Scale::default(),
        metadata: Default::default(),
        plays: 0,
        captions: None,
        fonts: None,
        capture: CaptureKind::Auto,
        props: serde_json::Value::Null,
        contract: Default::default(),
        composition: None,
        seed: 0,
        epoch_ms: DEFAULT_EPOCH_MS,
        strict: false,
        sound: helios_job::SoundSettings::default(),
        timeout: "30".parse().unwrap(),
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// What a chunk that begins at frame 901 costs before its first frame, beside what drawing costs.
async fn replays(rounds: u32) {
    const PASSED: u32 = 900;
    println!(
        "\n{PASSED} frames passed without drawing, and frames drawn by the tap: time per frame, medians"
    );
    println!("{:<40} {:>10} {:>10} {:>7}", "page", "passed", "drawn", "ratio");
    for page in ["examples/stateful-particles", "examples/css-title", "bench/scenes/boxes.html"] {
        let config = scene(page, 1280, 720, PASSED);
        let (mut passed, mut drawn): (Vec<Measured>, Vec<Measured>) = Default::default();
        for _ in 0..rounds {
            passed.push(replay(&config, CaptureKind::Tap, PASSED).await.unwrap());
            drawn.push(capture(&config, CaptureKind::Tap, PASSED / 5).await.unwrap());
        }
        let cost = |all: &[Measured]| median(all.iter().map(|one| 1000.0 / one.rate()).collect());
        let (passed, drawn) = (cost(&passed), cost(&drawn));
        println!("{page:<40} {passed:>7.2} ms {drawn:>7.2} ms {:>6.1}x", drawn / passed);
    }
}

#[tokio::main]
async fn main() {
    let numbers: Vec<u32> = std::env::args().filter_map(|arg| arg.parse().ok()).collect();
    let frames = numbers.first().copied().unwrap_or(200);
    let rounds = numbers.get(1).copied().unwrap_or(3);
    println!("capture alone, one browser, {rounds} interleaved rounds, medians");
    println!(
        "{:<20} {:>10} {:>14} {:>7} {:>14} {:>7}",
        "page", "tap", "beginframe", "ratio", "screenshot", "ratio"
    );
    for (width, height) in [(1280, 720), (1920, 1080)] {
        let config = scene("bench/scenes/boxes.html", width, height, frames);
        let (mut tap, mut begin, mut shot): (Vec<Measured>, Vec<Measured>, Vec<Measured>) =
            Default::default();
        for _ in 0..rounds {
            tap.push(capture(&config, CaptureKind::Tap, frames).await.unwrap());
            begin.push(capture(&config, CaptureKind::BeginFrame, frames / 5).await.unwrap());
            shot.push(capture(&config, CaptureKind::Screenshot, frames / 5).await.unwrap());
        }
        let rate = |all: &[Measured]| median(all.iter().map(Measured::rate).collect());
        let (tap, begin, shot) = (rate(&tap), rate(&begin), rate(&shot));
        let page = format!("boxes {width}x{height}");
        println!(
            "{page:<20} {tap:>8.1}/s {begin:>12.1}/s {:>6.1}x {shot:>12.1}/s {:>6.1}x",
            tap / begin,
            tap / shot
        );
    }
    replays(rounds).await;
}
