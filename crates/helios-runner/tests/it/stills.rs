//! One frame instead of a render: what is asked of the worker, what is said, what is left when it fails.

use crate::bench::Bench;
use helios_job::{Composition, Event, Failure, FailureKind, FrameHash, StillAt};
use helios_runner::{RenderOrchestrator, RunnerError, StillResult};
use helios_testkit::{Act, At, Op};
use std::path::PathBuf;
use std::time::Duration;

fn picture(bench: &Bench) -> PathBuf {
    bench.output().with_file_name("still.png")
}

async fn still(bench: &Bench, at: StillAt) -> Result<StillResult, RunnerError> {
    let (page, output, options) = (bench.page(), picture(bench), bench.options());
    let still = RenderOrchestrator::still(&page, &output, at, &options);
    tokio::time::timeout(Duration::from_secs(60), still).await.expect("a still that ends")
}

fn failure(kind: FailureKind) -> Act {
    Act::Fail(Failure { kind, message: "no paint".to_owned() })
}

#[tokio::test]
async fn the_frame_that_was_asked_for() {
    let bench = Bench::new();
    let result = still(&bench, StillAt::Frame(40)).await.unwrap();
    assert_eq!(std::fs::read_to_string(picture(&bench)).unwrap(), "frame 40\n");
    assert_eq!((result.report.frame, result.report.hash), (40, FrameHash(40)));
    assert_eq!((result.report.width, result.report.height), (640, 360));
    assert_eq!(bench.files(), ["still.png"]);
    bench.assert_nobody_left();
    assert_eq!(bench.progress.lock().unwrap().last(), Some(&1.0));
    let finished = |event: &Event| matches!(event, Event::Finished { frames: 1, .. });
    assert!(bench.events().iter().any(finished), "{:?}", bench.events());
}

#[tokio::test]
async fn a_time_is_a_frame_of_the_rate_that_the_page_declares() {
    let composition = Composition { fps: Some("24".to_owned()), duration: Some(2.0), ..Default::default() };
    let bench = Bench::new().script(|script| script.composition = composition).with(|options| {
        options.fps = None;
        options.duration = None;
    });
    let at = StillAt::Time("1.26".parse().unwrap());
    assert_eq!(still(&bench, at).await.unwrap().report.frame, 30);
    // The worker that read the page draws the frame.
    assert_eq!(bench.pids().len(), 1);
}

#[tokio::test]
async fn a_frame_past_the_end_starts_nobody() {
    let bench = Bench::new();
    let error = still(&bench, StillAt::Frame(60)).await.unwrap_err();
    assert_eq!(error.exit_code(), 64);
    assert!(error.to_string().contains("frames 0 to 59"), "{error}");
    assert!(bench.pids().is_empty());
    bench.assert_nothing_left();
}

#[tokio::test]
async fn a_failure_is_tried_again_and_a_refusal_is_not() {
    let bench = Bench::new().fault_once(At::op(Op::Still), failure(FailureKind::Transient));
    still(&bench, StillAt::Frame(1)).await.unwrap();
    assert_eq!(bench.files(), ["still.png"]);

    let bench = Bench::new().fault(At::op(Op::Still), failure(FailureKind::Invalid));
    let error = still(&bench, StillAt::Frame(1)).await.unwrap_err();
    assert_eq!((error.exit_code(), error.to_string().as_str()), (64, "no paint"));
    assert_eq!(bench.pids().len(), 1);
    bench.assert_nothing_left();
}

#[tokio::test]
async fn a_picture_that_is_not_there_is_not_believed() {
    let bench = Bench::new().fault(At::op(Op::Still), Act::Lie).with(|options| options.retries = 0);
    let error = still(&bench, StillAt::Frame(7)).await.unwrap_err();
    assert_eq!(error.exit_code(), 75);
    assert!(error.to_string().contains("draw frame 7"), "{error}");
    bench.assert_nothing_left();
}

#[tokio::test]
async fn a_worker_that_hangs_is_given_up() {
    let bench = Bench::new().fault(At::op(Op::Still), Act::Hang).with(|options| {
        options.retries = 0;
        options.timeout = Some("100ms".parse().unwrap());
        options.stall_margin = Duration::from_millis(100);
    });
    let error = still(&bench, StillAt::Frame(7)).await.unwrap_err();
    assert!(error.to_string().contains("sign of life"), "{error}");
    bench.assert_nothing_left();
}

#[tokio::test]
async fn an_old_picture_stays_unless_it_may_be_replaced() {
    let bench = Bench::new();
    std::fs::write(picture(&bench), "old").unwrap();
    assert_eq!(still(&bench, StillAt::Frame(0)).await.unwrap_err().exit_code(), 64);
    assert_eq!(std::fs::read_to_string(picture(&bench)).unwrap(), "old");
    let bench = bench.with(|options| options.overwrite = true);
    still(&bench, StillAt::Frame(0)).await.unwrap();
    assert_eq!(std::fs::read_to_string(picture(&bench)).unwrap(), "frame 0\n");
}
