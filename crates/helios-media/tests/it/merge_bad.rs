//! Joins that must not happen: each error names what is wrong, and leaves nothing behind.

use crate::support::{chunk, ffmpeg, fps, listing, order, settings};
use helios_job::{FailureKind, VideoCodec};
use helios_media::{MediaError, merge};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

async fn refused(inputs: &[PathBuf], output: &Path) -> MediaError {
    let before = listing(inputs[0].parent().unwrap());
    let error = merge(&ffmpeg(), &order(inputs, output), &CancellationToken::new()).await.unwrap_err();
    assert_eq!(listing(inputs[0].parent().unwrap()), before, "something was left behind");
    error
}

#[tokio::test]
async fn every_chunk_that_differs_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    chunk(&settings(VideoCodec::H264, 128, 72, "30"), &at("chunk_0.mov"), 0, 4).await;
    chunk(&settings(VideoCodec::H264, 64, 36, "30"), &at("chunk_1.mov"), 0, 4).await;
    chunk(&settings(VideoCodec::H265, 128, 72, "30"), &at("chunk_2.mov"), 0, 4).await;
    chunk(&settings(VideoCodec::H264, 128, 72, "25"), &at("chunk_3.mov"), 0, 4).await;
    let mut other = settings(VideoCodec::H264, 128, 72, "30");
    other.preset = "ultrafast".to_owned();
    chunk(&other, &at("chunk_4.mov"), 0, 4).await;
    let inputs = (0..5).map(|n| at(&format!("chunk_{n}.mov"))).collect::<Vec<_>>();
    let error = refused(&inputs, &at("out.mp4")).await;
    assert_eq!(error.failure_kind(), FailureKind::Invalid);
    assert_eq!(
        error.to_string(),
        "merge: 4 of 5 chunks differ from the others:\n\
         chunk_1.mov: 64x36, but chunk_0.mov is 128x72\n\
         chunk_2.mov: hevc, but chunk_0.mov is h264\n\
         chunk_3.mov: 25 fps, but chunk_0.mov has 30 fps\n\
         chunk_4.mov: encoded with other settings than chunk_0.mov"
    );
}

#[tokio::test]
async fn every_chunk_that_is_missing_or_damaged_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    chunk(&settings(VideoCodec::H264, 128, 72, "30"), &at("good.mov"), 0, 20).await;
    let whole = std::fs::read(at("good.mov")).unwrap();
    std::fs::write(at("cut.mov"), &whole[..whole.len() / 2]).unwrap();
    std::fs::write(at("garbage.mov"), b"this is not a film").unwrap();
    std::fs::write(at("empty.mov"), b"").unwrap();
    let inputs = ["good.mov", "cut.mov", "missing.mov", "garbage.mov", "empty.mov"].map(at);
    let error = refused(&inputs, &at("out.mp4")).await;
    assert_eq!(error.failure_kind(), FailureKind::Transient);
    let text = error.to_string();
    let lines = text.lines().collect::<Vec<_>>();
    assert_eq!(lines[0], "merge: 4 of 5 chunks cannot be used:");
    let root = folder.path().display();
    assert!(lines[1].starts_with(&format!("{root}/cut.mov: ")), "{text}");
    assert_eq!(lines[2], format!("{root}/missing.mov: no such file"));
    assert!(lines[3].starts_with(&format!("{root}/garbage.mov: ")), "{text}");
    assert_eq!(lines[4], format!("{root}/empty.mov: the file is empty"));
}

#[tokio::test]
async fn wrong_counts_rates_and_containers_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    chunk(&settings(VideoCodec::H264, 64, 48, "30"), &at("a.mov"), 0, 5).await;
    let inputs = [at("a.mov")];

    let mut wrong = order(&inputs, &at("out.mp4"));
    wrong.frames = Some(6);
    let error = merge(&ffmpeg(), &wrong, &CancellationToken::new()).await.unwrap_err();
    assert!(error.to_string().ends_with("out.mp4 has 5 frames instead of 6"), "{error}");
    wrong.frames = Some(5);
    wrong.fps = Some(fps("60"));
    let error = merge(&ffmpeg(), &wrong, &CancellationToken::new()).await.unwrap_err();
    assert!(error.to_string().ends_with("a.mov: 30 fps, but the output is to have 60 fps"), "{error}");

    let error = refused(&inputs, &at("out.webm")).await;
    assert_eq!(
        error.to_string(),
        "encode: .webm cannot carry h264 video: use vp9, av1, or another output extension"
    );
    let error = refused(&inputs, &at("out.gif")).await;
    assert_eq!(error.failure_kind(), FailureKind::Invalid);
    let error = merge(&ffmpeg(), &order(&[], &at("out.mp4")), &CancellationToken::new()).await.unwrap_err();
    assert_eq!(error.to_string(), "merge: no chunks were given");
    let error = refused(&inputs, &at("no/such/folder/out.mp4")).await;
    assert!(matches!(error, MediaError::Output { .. }), "{error}");
    assert_eq!(listing(folder.path()), ["a.mov"]);
}

#[tokio::test]
async fn an_output_folder_that_refuses_files_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("a.mov");
    chunk(&settings(VideoCodec::H264, 64, 48, "30"), &input, 0, 5).await;
    // Refuses everybody, root too.
    let error = refused(&[input], Path::new("/proc/out.mp4")).await;
    assert!(matches!(error, MediaError::Output { .. }), "{error}");
    assert!(error.to_string().starts_with("write /proc: "), "{error}");
}

#[tokio::test]
async fn a_failed_join_keeps_the_file_that_was_there() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    std::fs::write(at("out.mp4"), b"yesterday's film").unwrap();
    chunk(&settings(VideoCodec::H264, 64, 48, "30"), &at("a.mov"), 0, 5).await;
    refused(&[at("a.mov"), at("missing.mov")], &at("out.mp4")).await;
    assert_eq!(std::fs::read(at("out.mp4")).unwrap(), b"yesterday's film");
}

#[tokio::test]
async fn cancelling_stops_the_join_and_removes_its_part() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("a.mov");
    chunk(&settings(VideoCodec::H264, 64, 48, "30"), &input, 0, 5).await;
    // Enough chunks that the join cannot be over before it is cancelled.
    let inputs = vec![input; 400];
    let output = folder.path().join("out.mp4");
    let cancel = CancellationToken::new();
    let (ffmpeg, order, token) = (ffmpeg(), order(&inputs, &output), cancel.clone());
    let join = tokio::spawn(async move { merge(&ffmpeg, &order, &token).await });
    while listing(folder.path()).len() < 2 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    cancel.cancel();
    let error = join.await.unwrap().unwrap_err();
    assert!(matches!(error, MediaError::Cancelled));
    assert_eq!(listing(folder.path()), ["a.mov"]);
}
