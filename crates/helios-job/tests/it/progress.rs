//! Seed 004: one progress for any number of workers.

use helios_job::{ChunkReport, Event, Failure, FailureKind, FrameRange, Phase, Progress, Split, split};
use proptest::prelude::*;
use std::time::Duration;

fn planned(total: u32, chunks: u32) -> Event {
    let chunks = split(FrameRange { start: 0, count: total }, Split::Count(chunks));
    Event::Planned { job_id: String::new(), total_frames: total, chunks, concurrency: 2 }
}

fn frames(chunk: u32, done: u32) -> Event {
    Event::Frames { worker: chunk, chunk, done }
}

fn started(chunk: u32, attempt: u32) -> Event {
    let range = FrameRange { start: 0, count: 1 };
    Event::ChunkStarted { worker: chunk, chunk, range, attempt, output_file: String::new() }
}

fn chunk_finished(chunk: u32) -> Event {
    let range = FrameRange { start: 0, count: 1 };
    let capture = "fake".to_owned();
    let report = ChunkReport {
        chunk,
        range,
        attempt: 1,
        bytes: 1,
        capture,
        versions: Default::default(),
        frame_hashes: Vec::new(),
        times: Default::default(),
        spans: Vec::new(),
        sound: helios_job::SoundTimeline::default(),
        files: Vec::new(),
    };
    Event::ChunkFinished { worker: chunk, report }
}

fn failed(chunk: u32) -> Event {
    let failure = Failure { kind: FailureKind::Transient, message: String::new() };
    Event::ChunkFailed { worker: chunk, chunk, attempt: 1, failure, will_retry: true }
}

fn finished() -> Event {
    Event::Finished { output: String::new(), frames: 0, bytes: 0 }
}

/// Anything that may arrive, in any order, also for chunks that do not exist.
fn any_event() -> impl Strategy<Value = Event> {
    prop_oneof![
        8 => (0u32..9, 0u32..40).prop_map(|(chunk, done)| frames(chunk, done)),
        2 => (0u32..9, 1u32..4).prop_map(|(chunk, attempt)| started(chunk, attempt)),
        1 => (0u32..9).prop_map(chunk_finished),
        1 => (0u32..9).prop_map(failed),
        1 => prop_oneof![Just(Phase::Preparing), Just(Phase::Rendering), Just(Phase::Stitching)]
            .prop_map(|phase| Event::Phase { phase }),
        1 => (1u32..300).prop_map(|total| planned(total, 3)),
    ]
}

proptest! {
    #[test]
    fn never_falls_back_and_is_1_only_at_the_end(
        total in 1u32..200,
        chunks in 1u32..9,
        events in proptest::collection::vec((any_event(), 0u64..500), 0..200),
    ) {
        let mut progress = Progress::new();
        let mut now = Duration::ZERO;
        progress.apply(&planned(total, chunks), now);
        let (mut value, mut phase) = (0.0, Phase::Preparing);
        for (event, millis) in &events {
            now += Duration::from_millis(*millis);
            progress.apply(event, now);
            prop_assert!(progress.value() >= value && progress.value() < 1.0);
            prop_assert!(progress.phase() >= phase);
            prop_assert!(progress.frames() <= progress.total());
            prop_assert!(progress.speed(now).is_finite() && progress.speed(now) >= 0.0);
            let _ = progress.eta(now);
            (value, phase) = (progress.value(), progress.phase());
        }
        progress.apply(&finished(), now);
        prop_assert_eq!(progress.value(), 1.0);
        prop_assert_eq!(progress.eta(now), None);
    }
}

#[test]
fn frames_are_the_weight() {
    let mut progress = Progress::new();
    // 7 and 3 frames: half of the large chunk counts more than half of the small one.
    progress.apply(&planned(10, 1), Duration::ZERO);
    progress.apply(&frames(0, 5), Duration::ZERO);
    assert_eq!(progress.value(), 0.5);
    let mut progress = Progress::new();
    let chunks = vec![FrameRange { start: 0, count: 7 }, FrameRange { start: 7, count: 3 }];
    let plan = Event::Planned { job_id: String::new(), total_frames: 10, chunks, concurrency: 2 };
    progress.apply(&plan, Duration::ZERO);
    progress.apply(&chunk_finished(1), Duration::ZERO);
    assert_eq!(progress.value(), 0.3);
    progress.apply(&chunk_finished(0), Duration::ZERO);
    assert!(progress.value() < 1.0, "the output is not in place yet");
}

#[test]
fn a_retry_does_not_take_back_what_was_shown() {
    let mut progress = Progress::new();
    progress.apply(&planned(10, 1), Duration::ZERO);
    for event in [started(0, 1), frames(0, 6), failed(0), started(0, 2), frames(0, 2)] {
        progress.apply(&event, Duration::ZERO);
    }
    assert_eq!(progress.value(), 0.6);
    let chunk = &progress.chunks()[0];
    assert_eq!((chunk.best, chunk.done, chunk.attempt, chunk.finished), (6, 2, 2, false));
    progress.apply(&frames(0, 7), Duration::ZERO);
    assert_eq!(progress.value(), 0.7);
}

/// A render has one plan; another one used to take back what was counted (and to underflow the speed).
#[test]
fn a_second_plan_is_ignored() {
    let mut progress = Progress::new();
    progress.apply(&planned(10, 1), Duration::ZERO);
    progress.apply(&frames(0, 5), Duration::from_secs(1));
    progress.apply(&planned(100, 2), Duration::from_secs(2));
    assert_eq!((progress.value(), progress.total()), (0.5, 10));
    assert_eq!(progress.speed(Duration::from_secs(2)), 2.5);
}

#[test]
fn speed_and_time_left() {
    let mut progress = Progress::new();
    progress.apply(&planned(100, 1), Duration::ZERO);
    progress.apply(&Event::Phase { phase: Phase::Rendering }, Duration::ZERO);
    assert_eq!(progress.eta(Duration::from_secs(1)), None);
    for second in 1..=10 {
        progress.apply(&frames(0, second * 4), Duration::from_secs(second.into()));
    }
    let now = Duration::from_secs(10);
    assert_eq!(progress.speed(now), 4.0);
    assert_eq!(progress.eta(now), Some(Duration::from_secs(15)));
}
