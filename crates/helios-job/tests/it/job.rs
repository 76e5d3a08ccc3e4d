//! The job file.

use helios_job::{
    AudioCodec, CaptureKind, ColorSpace, Container, DEFAULT_EPOCH_MS, InputFile, JobConfig, JobSpec, Mode,
    PixelFormat, Scale, Sha256Sum, Split, VideoCodec, split,
};
use std::path::Path;

pub fn config() -> JobConfig {
    JobConfig {
        input: "/work/test.html".to_owned(),
        width: 1280,
        height: 720,
        fps: "30".parse().unwrap(),
        duration: "2".parse().unwrap(),
        start_frame: 0,
        total_frames: 60,
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

fn input(byte: u8) -> InputFile {
    InputFile { path: "/work/test.html".to_owned(), sha256: Sha256Sum([byte; 32]) }
}

pub fn job(config: JobConfig, by: Split) -> JobSpec {
    let chunks = split(config.range(), by);
    JobSpec::new(config, &chunks, "output.mp4", vec![input(0)], "0.1.0")
}

/// The seed's example: `helios render test.html --emit-job job.json --concurrency 2 --duration 2 --fps 30`.
#[test]
fn sixty_frames_for_two_workers() {
    let job = job(config(), Split::Count(2));
    assert!(job.merge.command.contains("chunk_0.mov chunk_1.mov"));
    insta::assert_snapshot!(serde_json::to_string_pretty(&job).unwrap());
}

#[test]
fn every_setting_is_in_the_command() {
    let config = JobConfig {
        input: "-strange name.html".to_owned(),
        mode: Mode::Canvas,
        capture: CaptureKind::Screenshot,
        props: serde_json::json!({"title": "It's $5"}),
        epoch_ms: -1,
        quality: None,
        video_codec: VideoCodec::Vp9,
        audio_codec: AudioCodec::Opus,
        fps: "29.97".parse().unwrap(),
        ..config()
    };
    insta::assert_snapshot!(job(config, Split::Frames(60)).partitions[0].command);
}

/// `--video-codec h264 --audio-codec opus -o out.mp4` used to emit chunk commands that were refused: no Opus in `.mov`.
#[test]
fn chunk_commands_name_codecs_that_fit_the_chunk() {
    for video_codec in VideoCodec::ALL {
        for audio_codec in [AudioCodec::Aac, AudioCodec::Opus, AudioCodec::Mp3, AudioCodec::Pcm] {
            let job = job(JobConfig { video_codec, audio_codec, ..config() }, Split::Count(2));
            let part = &job.partitions[0];
            let flag = part.argv.iter().position(|word| word == "--audio-codec").unwrap();
            let chunk_audio = part.argv[flag + 1].parse().unwrap();
            let container = Container::from_path(Path::new(&part.output_file)).unwrap();
            assert!(
                container.resolve(Some(video_codec.chunk_codec()), Some(chunk_audio)).is_ok(),
                "{}",
                part.command
            );
            let named = job.merge.command.contains(&format!("--audio-codec {audio_codec} "));
            assert_eq!(named, audio_codec != AudioCodec::Aac, "{}", job.merge.command);
            assert_eq!(job.config.audio_codec, audio_codec);
        }
    }
}

#[test]
fn survives_its_json() {
    let job = job(JobConfig { props: serde_json::json!({"a": [1, null]}), ..config() }, Split::Frames(7));
    let text = serde_json::to_string(&job).unwrap();
    assert_eq!(serde_json::from_str::<JobSpec>(&text).unwrap(), job);
}

/// The same job has the same id, however it is cut; anything that changes pixels or bytes changes it.
#[test]
fn ids_stand_for_content() {
    let id = |config| job(config, Split::Count(1)).job_id;
    assert_eq!(id(config()), job(config(), Split::Frames(3)).job_id);
    assert_ne!(id(config()), id(JobConfig { seed: 1, ..config() }));
    assert_ne!(id(config()), id(JobConfig { quality: Some(19), ..config() }));
    assert_ne!(id(config()), id(JobConfig { props: serde_json::json!({"a": 1}), ..config() }));
    let chunks = split(config().range(), Split::Count(1));
    let other_page = JobSpec::new(config(), &chunks, "output.mp4", vec![input(1)], "0.1.0");
    assert_ne!(id(config()), other_page.job_id);
    // The order in which props were written does not matter.
    let props = |text| serde_json::from_str(text).unwrap();
    let one = id(JobConfig { props: props(r#"{"a":1,"b":2}"#), ..config() });
    assert_eq!(one, id(JobConfig { props: props(r#"{"b":2,"a":1}"#), ..config() }));
}

/// Why chunks of another job are of no use, in words.
#[test]
fn differences_are_named() {
    let before = job(config(), Split::Count(2));
    assert_eq!(job(config(), Split::Frames(7)).differences(&before), [""; 0], "however it is cut");
    let mut after = job(
        JobConfig {
            fps: "60".parse().unwrap(),
            gop: Some(9),
            props: serde_json::json!({"a": "x".repeat(99)}),
            ..config()
        },
        Split::Count(1),
    );
    after.inputs = vec![input(7)];
    after.versions.helios = "0.2.0".to_owned();
    let said = after.differences(&before);
    assert_eq!(said[0], "fps was 30 and is 60");
    assert!(
        said[2].starts_with("props was not given and is {\"a\":\"xxx") && said[2].ends_with("x…"),
        "{said:?}"
    );
    assert_eq!(said[1], "gop was not given and is 9");
    assert_eq!(said[3..], ["/work/test.html has changed", "helios was 0.1.0 and is 0.2.0"]);
}

#[test]
fn sizes() {
    assert_eq!(JobConfig::check_size(1280, 720), Ok((1280, 720)));
    // Whether a size can be stored is for the pixels.
    assert_eq!(JobConfig::check_size(1281, 719), Ok((1281, 719)));
    let error = PixelFormat::Yuv420p.check_size((1281, 720)).unwrap_err().to_string();
    assert!(error.contains("1280 or 1282"), "{error}");
    assert!(PixelFormat::Yuv422p10.check_size((1280, 719)).is_ok());
    assert!(PixelFormat::Rgba.check_size((1281, 719)).is_ok());
    for (width, height, word) in [(1280, 0, "height"), (8194, 720, "width")] {
        let error = JobConfig::check_size(width, height).unwrap_err().to_string();
        assert!(error.contains(word), "{error}");
    }
    assert!(JobConfig::check_size(u64::MAX, 720).is_err());
}

#[test]
fn containers_and_codecs() {
    let container = |name: &str| Container::from_path(Path::new(name));
    assert_eq!(container("a.MP4"), Ok(Container::Mp4));
    assert_eq!(container("a.m4v"), Ok(Container::Mp4));
    assert!(container("a").is_err() && container("a.bmp").is_err() && container(".mp4").is_err());
    assert_eq!(Container::WebM.resolve(None, None), Ok((VideoCodec::Vp9, AudioCodec::Opus)));
    assert_eq!(Container::Mov.resolve(None, None), Ok((VideoCodec::H264, AudioCodec::Aac)));
    for (container, video, audio) in [
        (Container::WebM, Some(VideoCodec::H264), None),
        (Container::WebM, None, Some(AudioCodec::Aac)),
        (Container::Mov, Some(VideoCodec::Vp9), None),
        (Container::Mp4, None, Some(AudioCodec::Pcm)),
    ] {
        let error = container.resolve(video, audio).unwrap_err().to_string();
        assert!(error.contains("cannot carry"), "{error}");
    }
    for codec in VideoCodec::ALL {
        assert!(codec.check_preset_or_none(codec.default_preset()).is_ok(), "{codec}");
        assert!(
            codec.default_quality().is_none_or(|quality| codec.check_quality(quality).is_ok()),
            "{codec}"
        );
        let chunk = codec.chunk_codec();
        for &format in codec.pixel_formats() {
            assert!(chunk.pixel_formats().contains(&format), "{codec} {format} fits its chunks");
            assert!(chunk.chunk_container(format).video_codecs().contains(&chunk), "{codec} fits its chunks");
        }
        assert_eq!(codec.name().parse(), Ok(codec));
    }
    assert!(VideoCodec::ProRes.check_quality(1).is_err());
    assert!("mpeg2".parse::<VideoCodec>().is_err() && "wma".parse::<AudioCodec>().is_err());
}
