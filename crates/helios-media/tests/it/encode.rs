//! Encoding with every codec: tags, counts, timestamps, equal bytes.

use crate::support::{self, CODECS, chunk, ffmpeg, fps, settings};
use helios_job::{Container, PixelFormat, VideoCodec};
use helios_media::Encoder;

#[tokio::test]
async fn finds_ffmpeg_and_its_encoders() {
    let ffmpeg = ffmpeg();
    assert!(
        ffmpeg
            .version()
            .await
            .unwrap()
            .starts_with(|first: char| first.is_ascii_digit() || first == 'n' || first == 'N')
    );
    for codec in CODECS {
        ffmpeg.check_encoder(codec).await.unwrap();
    }
}

#[tokio::test]
async fn tags_frames_and_times_of_every_codec() {
    let folder = tempfile::tempdir().unwrap();
    for codec in CODECS {
        for rate in ["30", "30000/1001", "24"] {
            let path = folder.path().join(format!("{codec}.part"));
            chunk(&settings(codec, 320, 180, rate), &path, 0, 31).await;
            let info = ffmpeg().probe(&path).await.unwrap();
            let video = info.picture().unwrap();
            assert_eq!((video.width, video.height, video.packets), (320, 180, 31), "{codec}");
            assert_eq!(video.frame_rate, Some(fps(rate)), "{codec}");
            assert_eq!(info.start_time, Some(0.0), "{codec}");
            assert!(info.audio.is_empty());
            let color = &video.color;
            let tags =
                [&color.space, &color.transfer, &color.primaries].map(|tag| tag.clone().unwrap_or_default());
            assert_eq!(tags, ["bt709", "bt709", "bt709"], "{codec}");
            // ProRes is limited by definition and its headers do not say so.
            let range = (codec != VideoCodec::ProRes).then(|| "tv".to_owned());
            assert!(
                color.range == range || color.range.as_deref() == Some("tv"),
                "{codec} {:?}",
                color.range
            );
            if matches!(codec, VideoCodec::H264 | VideoCodec::H265) {
                assert_eq!(color.chroma_location.as_deref(), Some("center"), "{codec}");
            }
            if codec == VideoCodec::H265 {
                assert_eq!(video.tag, "hvc1");
            }
            let pix_fmt = if codec == VideoCodec::ProRes { "yuv422p10le" } else { "yuv420p" };
            assert_eq!(video.pix_fmt, pix_fmt);
            on_grid(&path, rate, 31);
        }
    }
}

/// Every frame lies on a multiple of the frame duration and none is missing; decoding times rise and never pass showing
/// times.
pub fn on_grid(path: &std::path::Path, rate: &str, frames: usize) {
    let text = support::run(
        "ffprobe",
        &[
            "-v",
            "error",
            "-select_streams",
            "v:0",
            "-show_entries",
            "stream=time_base",
            "-of",
            "csv=p=0",
            &support::url(path),
        ],
    );
    let timescale: u64 = String::from_utf8(text).unwrap().trim().split_once('/').unwrap().1.parse().unwrap();
    let rate = fps(rate);
    let ticks = timescale * u64::from(rate.den());
    assert_eq!(ticks % u64::from(rate.num()), 0, "the clock cannot hold the grid");
    let ticks = (ticks / u64::from(rate.num())) as i64;
    let packets = support::packets(path);
    assert!(packets.windows(2).all(|pair| pair[0].1 < pair[1].1), "decoding times do not rise");
    assert!(packets.iter().all(|(pts, dts)| dts <= pts), "a frame is shown before it is decoded");
    let mut times = packets.iter().map(|(pts, _)| *pts).collect::<Vec<_>>();
    times.sort_unstable();
    let grid = (0..frames as i64).map(|frame| frame * ticks).collect::<Vec<_>>();
    assert_eq!(times, grid);
}

#[tokio::test]
async fn equal_frames_give_equal_bytes() {
    let folder = tempfile::tempdir().unwrap();
    for codec in CODECS {
        // Wide enough for several VP9 tiles, so that threads have something to disagree on.
        let settings = settings(codec, 640, 360, "30");
        let mut files = Vec::new();
        for attempt in 0..3 {
            let path = folder.path().join(format!("{codec}{attempt}.part"));
            chunk(&settings, &path, 0, 40).await;
            files.push(std::fs::read(&path).unwrap());
        }
        assert!(files[0] == files[1] && files[1] == files[2], "{codec} is not deterministic");
    }
}

#[tokio::test]
async fn one_frame_is_a_file_too() {
    let folder = tempfile::tempdir().unwrap();
    for codec in CODECS {
        let path = folder.path().join(format!("{codec}.part"));
        chunk(&settings(codec, 64, 64, "25"), &path, 0, 1).await;
        let info = ffmpeg().probe(&path).await.unwrap();
        assert_eq!(info.picture().unwrap().packets, 1, "{codec}");
        assert_eq!(info.picture().unwrap().frame_rate, Some(fps("25")), "{codec}");
    }
}

#[tokio::test]
async fn h264_has_closed_gops_of_two_seconds() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.mov");
    // Still pictures: nothing for the scene-cut detection to find.
    let frames = (0..45).map(|_| support::picture(7, 64, 64));
    support::encode(&settings(VideoCodec::H264, 64, 64, "10"), &path, frames).await.unwrap();
    let text = support::run(
        "ffprobe",
        &["-v", "error", "-show_entries", "packet=pts_time,flags", "-of", "csv=p=0", &support::url(&path)],
    );
    let text = String::from_utf8(text).unwrap();
    let keys =
        text.lines().filter(|line| line.contains('K')).map(|line| line.split(',').next().unwrap().to_owned());
    assert_eq!(keys.collect::<Vec<_>>(), ["0.000000", "2.000000", "4.000000"]);
}

#[tokio::test]
async fn prores_4444_keeps_full_chroma() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.mov");
    let mut settings = settings(VideoCodec::ProRes, 64, 64, "25");
    settings.preset = "4444".to_owned();
    settings.pixel_format = PixelFormat::Yuv444p10;
    chunk(&settings, &path, 0, 3).await;
    let info = ffmpeg().probe(&path).await.unwrap();
    // FFmpeg's decoder widens 4444 to 12 bits.
    assert_eq!(info.picture().unwrap().pix_fmt, "yuv444p12le");
    assert_eq!(info.picture().unwrap().profile.as_deref(), Some("4444"));
}

#[tokio::test]
async fn every_container_that_carries_the_codec() {
    let folder = tempfile::tempdir().unwrap();
    for container in [Container::Mp4, Container::Mov, Container::Mkv, Container::WebM] {
        for &codec in container.video_codecs() {
            let path = folder.path().join("a.part");
            let mut settings = settings(codec, 64, 64, "25");
            settings.container = container;
            chunk(&settings, &path, 0, 10).await;
            let info = ffmpeg().probe(&path).await.unwrap();
            assert_eq!(info.picture().unwrap().packets, 10, "{codec} in {container}");
            assert_eq!(info.start_time, Some(0.0), "{codec} in {container}");
        }
    }
}

#[tokio::test]
async fn settings_that_do_not_go_together_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.part");
    let good = settings(VideoCodec::H264, 64, 64, "25");
    let mut refused = Vec::new();
    let changes: [fn(&mut helios_media::EncodeSettings); 4] = [
        |s| s.container = Container::WebM,
        |s| s.width = 63,
        |s| s.quality = Some(99),
        |s| s.preset = "warp".to_owned(),
    ];
    for change in changes {
        let mut settings = good.clone();
        change(&mut settings);
        let error = Encoder::start(&ffmpeg(), &settings, &path).await.err().unwrap();
        assert_eq!(error.failure_kind(), helios_job::FailureKind::Invalid);
        refused.push(error.to_string());
    }
    assert_eq!(
        refused[0],
        "encode: .webm cannot carry h264 video: use vp9, av1, or another output extension"
    );
    assert!(refused[1].contains("invalid width 63"), "{}", refused[1]);
    assert!(!path.exists());
}
