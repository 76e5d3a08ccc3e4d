//! What goes wrong while encoding: every case ends with an error that says why, and none hangs.

use crate::support::{ffmpeg, picture, settings};
use helios_job::{FailureKind, VideoCodec};
use helios_media::{EncodeSettings, Encoder, Ffmpeg, FrameConverter, MediaError, PartFile};
use std::path::{Path, PathBuf};

/// A stand-in for FFmpeg that runs a shell script. `ffprobe` is the real one.
fn stand_in(folder: &Path, script: &str) -> Ffmpeg {
    use std::os::unix::fs::PermissionsExt;
    let path = folder.join("ffmpeg");
    std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    Ffmpeg::find(Some(&path)).unwrap()
}

/// Writes frames until the encoder refuses one, then returns its error; at most a few hundred.
async fn until_refused(ffmpeg: &Ffmpeg, settings: &EncodeSettings, output: &Path) -> MediaError {
    let converter = FrameConverter::new(settings.layout(), settings.width, settings.height).unwrap();
    let mut encoder = Encoder::start(ffmpeg, settings, output).await.unwrap();
    let mut planes = Vec::new();
    for n in 0..400 {
        converter
            .convert(&picture(n, settings.width, settings.height), settings.width as usize * 4, &mut planes)
            .unwrap();
        if let Err(error) = encoder.write(&planes).await {
            return error;
        }
    }
    encoder.finish().await.unwrap_err()
}

#[tokio::test]
async fn a_full_disk_is_named() {
    let settings = settings(VideoCodec::H264, 320, 180, "25");
    let error = until_refused(&ffmpeg(), &settings, Path::new("/dev/full")).await;
    assert!(matches!(error, MediaError::DiskFull { .. }), "{error}");
    assert_eq!(
        error.to_string(),
        "write /dev/full: no space left on device; free some space or choose another folder"
    );
    assert_eq!(error.failure_kind(), FailureKind::Transient);
}

#[tokio::test]
async fn a_disk_that_fills_up_midway_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let settings = settings(VideoCodec::ProRes, 320, 180, "25");
    // A limit on file size stands in for a disk of 256 KiB; FFmpeg sees the refusal as an error, not as a signal.
    let limited = stand_in(folder.path(), "trap '' XFSZ; ulimit -f 512; exec ffmpeg \"$@\"");
    let error = until_refused(&limited, &settings, &folder.path().join("out.part")).await;
    assert!(matches!(error, MediaError::DiskFull { .. }), "{error}");
}

#[tokio::test]
async fn an_encoder_that_dies_leaves_its_last_words() {
    let folder = tempfile::tempdir().unwrap();
    let settings = settings(VideoCodec::H264, 320, 180, "25");
    let dying = stand_in(folder.path(), "head -c 500000 >/dev/null; echo 'the tape is torn' >&2; exit 7");
    let error = until_refused(&dying, &settings, &folder.path().join("out.part")).await;
    let text = error.to_string();
    assert!(text.starts_with("encode ") && text.contains("exit status: 7: the tape is torn"), "{text}");
    assert!(text.contains("command: ") && text.contains("libx264"), "{text}");
    assert_eq!(error.failure_kind(), FailureKind::Transient);
}

#[tokio::test]
async fn an_encoder_that_is_killed_is_reported() {
    let folder = tempfile::tempdir().unwrap();
    let settings = settings(VideoCodec::H264, 320, 180, "25");
    let dying = stand_in(folder.path(), "head -c 500000 >/dev/null; kill -9 $$");
    let error = until_refused(&dying, &settings, &folder.path().join("out.part")).await;
    assert!(error.to_string().contains("signal: 9 (SIGKILL)"), "{error}");
}

#[tokio::test]
async fn a_frame_of_the_wrong_size_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let settings = settings(VideoCodec::H264, 64, 64, "25");
    let mut encoder = Encoder::start(&ffmpeg(), &settings, &folder.path().join("a.part")).await.unwrap();
    let error = encoder.write(&[0; 100]).await.unwrap_err();
    assert_eq!(error.to_string(), "convert a frame: the encoder takes frames of 6144 bytes, not 100");
}

#[tokio::test]
async fn no_frames_is_an_error_or_an_empty_file_but_no_hang() {
    let folder = tempfile::tempdir().unwrap();
    let settings = settings(VideoCodec::H264, 64, 64, "25");
    let encoder = Encoder::start(&ffmpeg(), &settings, &folder.path().join("a.part")).await.unwrap();
    if let Ok(frames) = encoder.finish().await {
        assert_eq!(frames, 0);
    }
}

#[tokio::test]
async fn dropping_the_encoder_kills_its_whole_group() {
    let folder = tempfile::tempdir().unwrap();
    let pid_file = folder.path().join("pid");
    // A grandchild in the same group, as a wrapper script would have.
    let wrapper = stand_in(
        folder.path(),
        &format!("sleep 600 & echo $! > {0}.new; mv {0}.new {0}; wait", pid_file.display()),
    );
    let settings = settings(VideoCodec::H264, 64, 64, "25");
    let encoder = Encoder::start(&wrapper, &settings, &folder.path().join("a.part")).await.unwrap();
    let pid = loop {
        match std::fs::read_to_string(&pid_file) {
            Ok(text) => break text.trim().to_owned(),
            Err(_) => tokio::time::sleep(std::time::Duration::from_millis(5)).await,
        }
    };
    drop(encoder);
    while runs(&pid) {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
}

/// Whether a process exists and is not a zombie.
fn runs(pid: &str) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit(')').next().is_some_and(|rest| !rest.trim().is_empty() && !rest.trim().starts_with('Z'))
}

#[tokio::test]
async fn missing_tools_say_how_to_get_them() {
    let error = Ffmpeg::find(Some(Path::new("/nowhere/ffmpeg"))).unwrap_err();
    assert_eq!(
        error.to_string(),
        "find ffmpeg: /nowhere/ffmpeg is not an executable file; install FFmpeg (Debian, Ubuntu: apt install ffmpeg) or name it with --ffmpeg PATH"
    );
    assert_eq!(error.failure_kind(), FailureKind::Invalid);
    let folder = tempfile::tempdir().unwrap();
    let poor = stand_in(folder.path(), "echo \"Codec 'libsvtav1' is not recognized by FFmpeg.\"");
    let error = poor.check_encoder(VideoCodec::Av1).await.unwrap_err();
    assert!(error.to_string().contains("has no encoder libsvtav1"), "{error}");
    assert_eq!(error.failure_kind(), FailureKind::Invalid);
}

#[tokio::test]
async fn a_question_that_was_killed_is_asked_once_more() {
    let folder = tempfile::tempdir().unwrap();
    let asked = folder.path().join("asked");
    let asked = asked.display();
    let once = format!(
        "echo x >> '{asked}'; [ $(wc -l < '{asked}') = 1 ] && kill -KILL $$; echo 'ffmpeg version 9.9 '"
    );
    assert_eq!(stand_in(folder.path(), &once).version().await.unwrap(), "9.9");
    let always = stand_in(folder.path(), "kill -KILL $$").version().await.unwrap_err();
    assert!(always.to_string().contains("SIGKILL"), "{always}");
    assert_eq!(always.failure_kind(), FailureKind::Transient);
}

#[tokio::test]
async fn a_part_file_appears_complete_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let target: PathBuf = folder.path().join("it's a film.mp4");
    let part = PartFile::create(&target).unwrap();
    assert!(part.path().to_string_lossy().ends_with(".part"));
    drop(part);
    assert!(crate::support::listing(folder.path()).is_empty());
    let part = PartFile::create(&target).unwrap();
    std::fs::write(part.path(), b"twelve bytes").unwrap();
    assert_eq!(part.finish().await.unwrap(), 12);
    assert_eq!(crate::support::listing(folder.path()), ["it's a film.mp4"]);
    let error = PartFile::create(&folder.path().join("no/such/folder.mp4")).unwrap_err();
    assert!(
        error.to_string().starts_with(&format!("write {}/no/such: ", folder.path().display())),
        "{error}"
    );
}
