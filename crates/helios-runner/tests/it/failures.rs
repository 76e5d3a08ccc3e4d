//! What goes wrong in workers: what is tried again, what is not, and what the user is told.

use crate::bench::Bench;
use helios_job::{Event, Failure, FailureKind};
use helios_runner::{Concurrency, RunnerError};
use helios_testkit::{Act, At, Op};
use std::time::Duration;

fn failure(kind: FailureKind, message: &str) -> Act {
    Act::Fail(Failure { kind, message: message.to_owned() })
}

/// Attempts at `chunk`, as (worker process serials are not visible) their numbers.
fn attempts(bench: &Bench, wanted: u32) -> Vec<u32> {
    let events = bench.events();
    let started = events.iter().filter_map(|event| match event {
        Event::ChunkStarted { chunk, attempt, .. } if *chunk == wanted => Some(*attempt),
        _ => None,
    });
    started.collect()
}

async fn assert_recovers(bench: &Bench) {
    bench.render().await.unwrap();
    bench.assert_whole(60);
    assert!(bench.progress.lock().unwrap().is_sorted());
    assert_eq!(attempts(bench, 1), [1, 2]);
    // The first attempt's process is not the second one's.
    assert_eq!(bench.pids().len(), 3);
}

#[tokio::test]
async fn a_crash_is_tried_again_in_a_fresh_process() {
    let act = Act::Exit { code: 1, stderr: "segfault in libfoo".to_owned() };
    let bench = Bench::new().fault(At::frame(1, 1, 20), act);
    assert_recovers(&bench).await;
    let log = bench.log();
    assert!(log.contains("segfault in libfoo") && log.contains("exit status: 1"), "{log}");
}

#[tokio::test]
async fn so_is_a_kill_9_in_the_middle_of_a_chunk() {
    let bench = Bench::new().fault(At::frame(1, 1, 7), Act::Die);
    assert_recovers(&bench).await;
    assert!(bench.log().contains("SIGKILL"));
}

#[tokio::test]
async fn so_is_a_transient_failure() {
    let bench = Bench::new().fault(At::frame(1, 1, 3), failure(FailureKind::Transient, "disk full"));
    assert_recovers(&bench).await;
    assert!(bench.log().contains("Chunk 1 failed, attempt 1: disk full; trying again"));
}

#[tokio::test]
async fn so_is_garbage() {
    let bench = Bench::new().fault(At::frame(1, 1, 3), Act::Say("Segmentation fault".to_owned()));
    assert_recovers(&bench).await;
    assert!(bench.log().contains("something that is not an event"));
    assert!(bench.log().contains("Segmentation fault"));
}

#[tokio::test]
async fn so_is_a_line_without_an_end() {
    let bench = Bench::new().fault(At::frame(1, 1, 3), Act::Babble(17 << 20));
    assert_recovers(&bench).await;
    assert!(bench.log().contains("a line of more than 16 MiB: xxx"));
    assert!(bench.log().len() < 10_000, "the line is cut");
}

#[tokio::test]
async fn so_is_an_answer_to_something_else() {
    let say = Act::Say(r#"{"event":"frames","worker":0,"chunk":7,"done":3}"#.to_owned());
    assert_recovers(&Bench::new().fault(At::frame(1, 1, 3), say)).await;
}

#[tokio::test]
async fn so_is_a_chunk_that_is_not_there() {
    assert_recovers(&Bench::new().fault(At::frame(1, 1, 3), Act::Lie)).await;
}

#[tokio::test]
async fn so_is_silence() {
    let bench = Bench::new().fault(At::frame(1, 1, 5), Act::Hang).with(|options| {
        options.timeout = Some("500ms".parse().unwrap());
        options.stall_margin = Duration::from_millis(500);
    });
    assert_recovers(&bench).await;
    let expected = "waited 1.0 s for a sign of life from the worker asked to render chunk 1, frames 30 to 59";
    assert!(bench.log().contains(expected), "{}", bench.log());
}

/// A chunk may take longer than the longest silence.
#[tokio::test]
async fn slow_is_not_silent() {
    let bench = Bench::new().script(|script| script.frame_ms = vec![60]).with(|options| {
        options.timeout = Some("500ms".parse().unwrap());
        options.stall_margin = Duration::from_millis(500);
    });
    bench.render().await.unwrap();
    assert_eq!(attempts(&bench, 1), [1]);
    bench.assert_whole(60);
}

/// Nothing a worker does to stay alive helps it.
#[tokio::test]
async fn silence_of_a_stubborn_worker() {
    let bench = Bench::new().fault(At::frame(1, 1, 5), Act::Hang).script(|script| {
        script.ignore_eof = true;
        script.ignore_term = true;
        script.leave_child = true;
    });
    let bench = bench.with(|options| {
        options.timeout = Some("500ms".parse().unwrap());
        options.stall_margin = Duration::from_millis(500);
        options.concurrency = Concurrency::Fixed(2);
    });
    bench.render().await.unwrap();
    bench.assert_whole(60);
}

#[tokio::test]
async fn retries_end() {
    let at = At { op: Op::Render, chunk: Some(1), attempt: None, frame: Some(2) };
    let act = Act::Exit { code: 3, stderr: "always".to_owned() };
    let bench = Bench::new().fault(at, act);
    let error = bench.render().await.unwrap_err();
    assert_eq!(error.exit_code(), 75);
    insta::assert_snapshot!(error, @r"
    failed to render chunk 1, frames 30 to 59 (30 frames) (3 attempts): the worker ended before it was done: exit status: 3; the end of its standard error:
    always
    ");
    assert_eq!(attempts(&bench, 1), [1, 2, 3]);
    assert!(matches!(bench.events().last(), Some(Event::Failed { .. })));
    bench.assert_nothing_left();
}

#[tokio::test]
async fn no_retries_when_none_are_wanted() {
    let bench = Bench::new().fault(At::frame(1, 1, 2), Act::Die).with(|options| options.retries = 0);
    assert!(matches!(bench.render().await, Err(RunnerError::Worker { attempts: 1, .. })));
    bench.assert_nothing_left();
}

#[tokio::test]
async fn an_invalid_request_is_not_tried_again_and_stops_the_others() {
    let bench = Bench::new().script(|script| script.frame_ms = vec![0, 1000]);
    let bench = bench.fault(At::frame(0, 1, 4), failure(FailureKind::Invalid, "the page has no <canvas>"));
    let error = bench.render().await.unwrap_err();
    assert_eq!((error.to_string().as_str(), error.exit_code()), ("the page has no <canvas>", 64));
    assert_eq!(attempts(&bench, 0), [1]);
    bench.assert_nothing_left();
}

#[tokio::test]
async fn a_worker_that_exits_with_64_is_not_tried_again() {
    let act = Act::Exit { code: 64, stderr: "unknown flag --index".to_owned() };
    let bench = Bench::new().fault(At::op(Op::Start), act);
    let error = bench.render().await.unwrap_err();
    assert_eq!(error.exit_code(), 64);
    assert!(error.to_string().contains("unknown flag --index"));
    bench.assert_nothing_left();
}

#[tokio::test]
async fn a_page_that_cannot_be_read() {
    let bench = Bench::new().with(|options| options.duration = None);
    let bench = bench.fault(At::op(Op::Inspect), failure(FailureKind::Invalid, "404 Not Found"));
    assert_eq!(bench.render().await.unwrap_err().to_string(), "404 Not Found");
    bench.assert_nothing_left();
    // What a page leaves open is an error that names the flag.
    let bench = Bench::new().with(|options| options.duration = None);
    assert!(matches!(bench.render().await, Err(RunnerError::NoDuration)));
    bench.assert_nothing_left();
}

#[tokio::test]
async fn reading_the_page_is_tried_again_too() {
    let bench = Bench::new().with(|options| options.width = None).fault_once(At::op(Op::Inspect), Act::Die);
    bench.render().await.unwrap();
    bench.assert_whole(60);
}

#[tokio::test]
async fn a_join_that_fails() {
    let bench = Bench::new().fault(At::op(Op::Merge), failure(FailureKind::Transient, "no space left"));
    let error = bench.render().await.unwrap_err();
    assert_eq!(error.to_string(), "failed to join 2 chunks (3 attempts): no space left");
    bench.assert_nothing_left();
    let bench = Bench::new().fault_once(At::op(Op::Merge), Act::Die);
    bench.render().await.unwrap();
    bench.assert_whole(60);
    let bench = Bench::new().fault_once(At::op(Op::Merge), Act::Lie);
    bench.render().await.unwrap();
    bench.assert_whole(60);
}

#[tokio::test]
async fn a_worker_that_cannot_be_started() {
    let bench = Bench::new();
    let mut options = bench.options();
    options.worker.program = "/no/such/helios".into();
    let result = helios_runner::RenderOrchestrator::render(&bench.page(), &bench.output(), &options).await;
    let error = result.unwrap_err();
    assert_eq!(error.exit_code(), 64);
    assert!(error.to_string().starts_with("failed to start worker `/no/such/helios"), "{error}");
    bench.assert_nothing_left();
}

/// A worker may leave processes behind whichever way it ends.
#[tokio::test]
async fn children_of_workers_do_not_outlive_the_render() {
    let bench = Bench::new().script(|script| script.leave_child = true).fault(At::frame(1, 1, 7), Act::Die);
    bench.render().await.unwrap();
    assert_eq!(bench.pids().len(), 6);
    bench.assert_whole(60);
}
