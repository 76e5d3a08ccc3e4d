//! What travels between processes: JSON lines there and back, and events in words.

use crate::job::config;
use helios_job::{
    ChunkOrder, ChunkReport, ChunkVersions, Command, Composition, Contract, Event, Failure, FailureKind,
    FrameHash, FrameRange, InspectOrder, Level, MergeOrder, Phase, StillFormat, StillOrder, StillReport,
    human_line,
};

const RANGE: FrameRange = FrameRange { start: 30, count: 30 };

fn events() -> Vec<Event> {
    let failure = Failure { kind: FailureKind::Transient, message: "disk full".to_owned() };
    let report = ChunkReport {
        chunk: 1,
        range: RANGE,
        attempt: 2,
        bytes: 5,
        capture: "tap".to_owned(),
        versions: ChunkVersions {
            helios: "0.1.0".to_owned(),
            chromium: "Chrome/1".to_owned(),
            ffmpeg: "5".to_owned(),
        },
        frame_hashes: vec![FrameHash(u128::MAX)],
        times: Default::default(),
        spans: Vec::new(),
        sound: helios_job::SoundTimeline::default(),
        files: Vec::new(),
    };
    let still = StillReport {
        frame: 40,
        width: 640,
        height: 360,
        bytes: 9,
        capture: "tap".to_owned(),
        hash: FrameHash(1),
    };
    let composition =
        Composition { fps: Some("29.97".to_owned()), duration: Some(1.5), ..Default::default() };
    let message = "404 logo.png".to_owned();
    vec![
        Event::Phase { phase: Phase::Preparing },
        Event::Planned { job_id: "ab".to_owned(), total_frames: 60, chunks: vec![RANGE], concurrency: 2 },
        Event::WorkerStarted { worker: 0, pid: 77 },
        Event::WorkerExited { worker: 0, status: "signal: 9 (SIGKILL)".to_owned() },
        Event::Inspected { composition },
        Event::ChunkStarted {
            worker: 1,
            chunk: 1,
            range: RANGE,
            attempt: 1,
            output_file: "chunk_1.mov".to_owned(),
        },
        Event::ChunkStarted {
            worker: 1,
            chunk: 1,
            range: RANGE,
            attempt: 2,
            output_file: "chunk_1.mov".to_owned(),
        },
        Event::Frames { worker: 0, chunk: 2, done: 17 },
        Event::ChunkFinished { worker: 1, report },
        Event::ChunkFailed { worker: 1, chunk: 1, attempt: 1, failure: failure.clone(), will_retry: true },
        Event::StillFinished { worker: 0, report: still },
        Event::Merged { frames: 60, bytes: 9 },
        Event::Notice { worker: None, level: Level::Info, frame: None, message: message.clone() },
        Event::Notice { worker: Some(3), level: Level::Warn, frame: Some(7), message },
        Event::Progress {
            progress: 0.5,
            frames: 30,
            total_frames: 60,
            fps: 12.5,
            eta_seconds: None,
            phase: Phase::Rendering,
        },
        Event::Finished { output: "out.mp4".to_owned(), frames: 60, bytes: 9 },
        Event::Failed { failure },
        Event::Cancelled,
    ]
}

#[test]
fn events_survive_their_json() {
    let lines: Vec<String> = events().iter().map(|event| serde_json::to_string(event).unwrap()).collect();
    let back: Vec<Event> = lines.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(back, events());
    insta::assert_snapshot!(lines.join("\n"));
}

/// The log lines of the seeds.
#[test]
fn events_in_words() {
    let line = |event: &Event| Some(format!("{:?}: {}", event.level(), human_line(event)?));
    insta::assert_snapshot!(events().iter().filter_map(line).collect::<Vec<_>>().join("\n"));
}

#[test]
fn orders_survive_their_json() {
    let inspect = InspectOrder {
        input: "https://example.com".to_owned(),
        width: Some(640),
        height: None,
        mode: config().mode,
        capture: config().capture,
        props: serde_json::json!({"a": 1}),
        contract: Contract::Remotion,
        composition: Some("Main".to_owned()),
        list: true,
        seed: 7,
        epoch_ms: -5,
        timeout: config().timeout,
        look: config().look(),
        fonts: Some("/films/fonts".to_owned()),
    };
    let chunk = ChunkOrder {
        chunk: 1,
        attempt: 2,
        range: RANGE,
        job: RANGE,
        output: "/tmp/chunk_1.mov".into(),
        config: config(),
        trace: false,
        preview: None,
    };
    let merge = MergeOrder {
        inputs: vec!["/tmp/a b.mov".into()],
        output: "/tmp/out.mp4".into(),
        fps: Some(config().fps),
        frames: None,
        chunk_frames: vec![Some(30), None],
        audio_codec: Some(config().audio_codec),
        sound: None,
        preset: Some("bayer".to_owned()),
        metadata: [("title".to_owned(), "a=b".to_owned())].into(),
        plays: 3,
        captions: Some("/tmp/a.srt".into()),
        caption_language: Some("deu".to_owned()),
        first_frame: 7,
        warm: true,
    };
    let still = StillOrder {
        frame: 40,
        format: StillFormat::WebP,
        output: "/tmp/still.webp".into(),
        config: config(),
    };
    let orders = [
        Command::Inspect(inspect),
        Command::Render(Box::new(chunk)),
        Command::Still(Box::new(still)),
        Command::Merge(merge),
    ];
    for order in orders {
        let line = serde_json::to_string(&order).unwrap();
        assert!(!line.contains('\n'));
        assert_eq!(serde_json::from_str::<Command>(&line).unwrap(), order);
    }
    // Orders of before the sound's codec was in them.
    let old = r#"{"op":"merge","inputs":["a"],"output":"b","fps":null,"frames":null}"#;
    assert!(matches!(serde_json::from_str(old), Ok(Command::Merge(MergeOrder { audio_codec: None, .. }))));
}
