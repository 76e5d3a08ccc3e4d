//! Decoding and comparing real files.

use crate::support::{encode, ffmpeg, listing, picture, settings};
use helios_job::{FrameRange, StillFormat, VideoCodec};
use helios_media::{CompareSettings, Decoder, MediaError, VideoComparison, compare};
use std::path::Path;

const SIZE: (u32, u32) = (96, 64);

async fn video(path: &Path, frames: impl IntoIterator<Item = Vec<u8>>, size: (u32, u32)) {
    encode(&settings(VideoCodec::H264, size.0, size.1, "30"), path, frames).await.unwrap();
}

fn moving(count: u64) -> impl Iterator<Item = Vec<u8>> {
    (0..count).map(|n| picture(n, SIZE.0, SIZE.1))
}

async fn compared(a: &Path, b: &Path, tolerance: u8) -> Result<VideoComparison, MediaError> {
    let ffmpeg = ffmpeg();
    let (first, second) = (ffmpeg.probe(a).await?, ffmpeg.probe(b).await?);
    let streams = (first.picture().unwrap(), second.picture().unwrap());
    let how = CompareSettings { tolerance, keep_worst: true };
    compare(&ffmpeg, (a, streams.0), (b, streams.1), how, |_| {}).await
}

#[tokio::test]
async fn a_decoder_gives_every_frame_once() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a b%d.mov");
    video(&path, moving(37), SIZE).await;
    let info = ffmpeg().probe(&path).await.unwrap();
    let mut decoder = Decoder::start(&ffmpeg(), &path, info.picture().unwrap(), false).await.unwrap();
    let (mut frame, mut before) = (Vec::new(), Vec::new());
    while decoder.next(&mut frame).await.unwrap() {
        assert_eq!(frame.len(), 3 * 96 * 64);
        assert_ne!(frame, before, "frame {}", decoder.frames());
        before.clone_from(&frame);
    }
    assert_eq!(decoder.frames(), 37);
}

#[tokio::test]
async fn the_same_file_is_equal_to_itself() {
    let dir = tempfile::tempdir().unwrap();
    let a = dir.path().join("a.mov");
    video(&a, moving(20), SIZE).await;
    let found = compared(&a, &a, 0).await.unwrap();
    assert!(found.equal() && found.pair.is_none());
    assert_eq!((found.compared, found.overall.max), (20, 0));
}

/// Lossless, so that a change in one frame stays in this frame.
#[tokio::test]
async fn a_changed_frame_is_found_and_measured() {
    let dir = tempfile::tempdir().unwrap();
    let (a, b) = (dir.path().join("a.mov"), dir.path().join("b.mov"));
    let mut lossless = settings(VideoCodec::H264, SIZE.0, SIZE.1, "30");
    lossless.quality = Some(0);
    encode(&lossless, &a, moving(30)).await.unwrap();
    let changed = moving(30).enumerate().map(|(n, mut pixels)| {
        if n == 12 {
            pixels[..4 * 96 * 8].fill(0);
        }
        if n == 13 {
            pixels[..4 * 96 * 2].fill(0);
        }
        pixels
    });
    encode(&lossless, &b, changed).await.unwrap();
    let found = compared(&a, &b, 8).await.unwrap();
    assert_eq!(found.ranges, [FrameRange { start: 12, count: 2 }]);
    assert_eq!((found.compared, found.worst.unwrap().frame), (30, 12));
    let worst = found.worst.unwrap().difference;
    assert!(worst.max > 100 && worst.mean > 1.0 && worst.mean < 50.0, "{worst:?}");
    // Ten rows of 64 in two of 30 frames, and at most one more in each: colour has half the rows. Black is near to what was there in
    // some pixels, and so not beyond the tolerance.
    let rows = |rows: f64| rows / 64.0 / 30.0;
    assert!((rows(8.0)..=rows(12.5)).contains(&found.beyond), "{}", found.beyond);
    let found_at_most = compared(&a, &b, 255).await.unwrap();
    assert!(found_at_most.equal() && found_at_most.beyond == 0.0);

    let png = dir.path().join("diff.png");
    found.pair.unwrap().write_png(&png).await.unwrap();
    assert_eq!(listing(dir.path()), ["a.mov", "b.mov", "diff.png"]);
    let shown = ffmpeg().probe(&png).await.unwrap();
    assert_eq!(shown.picture().map(|picture| (picture.width, picture.height)), Some((3 * 96, 64)));
}

#[tokio::test]
async fn lengths_and_sizes_that_differ_are_differences() {
    let dir = tempfile::tempdir().unwrap();
    let [a, short, small] = ["a.mov", "short.mov", "small.mov"].map(|name| dir.path().join(name));
    video(&a, moving(12), SIZE).await;
    video(&short, moving(9), SIZE).await;
    video(&small, (0..12).map(|n| picture(n, 48, 64)), (48, 64)).await;
    let found = compared(&a, &short, 255).await.unwrap();
    assert_eq!(found.notes, ["the number of frames differs: 12 in A, 9 in B"]);
    assert_eq!((found.compared, found.frames.len(), found.equal()), (9, 0, false));
    let found = compared(&a, &small, 255).await.unwrap();
    assert_eq!(found.notes, ["the size differs: 96x64 in A, 48x64 in B"]);
    assert_eq!((found.compared, found.equal()), (0, false));
}

#[tokio::test]
async fn a_damaged_file_is_an_error_and_not_a_difference() {
    let dir = tempfile::tempdir().unwrap();
    let (a, b) = (dir.path().join("a.mov"), dir.path().join("b.mov"));
    video(&a, moving(60), SIZE).await;
    let mut bytes = std::fs::read(&a).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle - 200..middle].fill(0xff);
    std::fs::write(&b, bytes).unwrap();
    let error = compared(&a, &b, 255).await.unwrap_err();
    assert!(matches!(error, MediaError::Unreadable { .. }), "{error}");
    assert!(error.to_string().contains("b.mov"), "{error}");
}

#[tokio::test]
async fn stills_come_back_as_they_were() {
    let dir = tempfile::tempdir().unwrap();
    let bgra = picture(3, SIZE.0, SIZE.1);
    let rgb: Vec<u8> = bgra.chunks_exact(4).flat_map(|pixel| [pixel[2], pixel[1], pixel[0]]).collect();
    for (format, name, allowed) in [(StillFormat::WebP, "a.webp", 0), (StillFormat::Jpeg, "a.jpg", 60)] {
        let path = dir.path().join(name);
        ffmpeg().encode_still(format, &bgra, SIZE, &path).await.unwrap();
        let mut back = Vec::new();
        let info = ffmpeg().probe(&path).await.unwrap();
        let mut decoder = Decoder::start(&ffmpeg(), &path, info.picture().unwrap(), false).await.unwrap();
        assert!(decoder.next(&mut back).await.unwrap());
        let worst = back.iter().zip(&rgb).map(|(a, b)| a.abs_diff(*b)).max().unwrap();
        let total: u64 = back.iter().zip(&rgb).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
        assert!(
            worst <= allowed && total <= u64::from(allowed) / 15 * rgb.len() as u64,
            "{name}: {worst} {total}"
        );
    }
    let wrong = ffmpeg().encode_still(StillFormat::WebP, &bgra[4..], SIZE, &dir.path().join("b.webp")).await;
    assert!(matches!(wrong, Err(MediaError::Frame(_))));
    assert_eq!(listing(dir.path()), ["a.jpg", "a.webp"]);
}
