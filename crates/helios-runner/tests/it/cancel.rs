//! Cancelling at any moment: no process, no file, within two seconds.

use crate::bench::{Bench, wait, wait_async};
use helios_job::Event;
use helios_runner::{RenderOrchestrator, RunnerError};
use helios_testkit::{Act, At, Op};
use std::time::{Duration, Instant};

/// Cancels when `moment` has come, and checks that everything ends.
async fn assert_cancels(bench: &Bench, moment: impl Fn() -> bool) {
    let cancel = bench.options.cancel.clone();
    let cancelling = async {
        wait_async("the moment to cancel", moment).await;
        cancel.cancel();
        Instant::now()
    };
    let (result, cancelled) = tokio::join!(bench.render(), cancelling);
    assert!(matches!(result, Err(RunnerError::Cancelled)), "{result:?}");
    assert_eq!(result.unwrap_err().exit_code(), 130);
    // At once, not after somebody else's clean-up: the promise is about the moment of return.
    assert_eq!(bench.alive(), Vec::<String>::new());
    assert!(cancelled.elapsed() < Duration::from_secs(2), "took {:?}", cancelled.elapsed());
    assert_eq!(bench.events().last(), Some(&Event::Cancelled));
    bench.assert_nothing_left();
}

fn seen(bench: &Bench, wanted: impl Fn(&Event) -> bool) -> bool {
    bench.events.lock().unwrap().iter().any(wanted)
}

#[tokio::test]
async fn before_anything() {
    let bench = Bench::new();
    bench.options.cancel.cancel();
    assert_cancels(&bench, || true).await;
    assert_eq!(bench.pids().len(), 0);
}

#[tokio::test]
async fn while_a_worker_starts() {
    let bench = Bench::new().fault(At::op(Op::Start), Act::Hang);
    assert_cancels(&bench, || bench.pids().len() == 2).await;
}

#[tokio::test]
async fn while_the_page_is_read() {
    let bench = Bench::new().fault(At::op(Op::Inspect), Act::Hang).with(|options| options.duration = None);
    assert_cancels(&bench, || !bench.pids().is_empty()).await;
}

#[tokio::test]
async fn while_rendering() {
    let bench = Bench::new().script(|script| script.frame_ms = vec![20]);
    assert_cancels(&bench, || seen(&bench, |event| matches!(event, Event::Frames { done: 5, .. }))).await;
}

#[tokio::test]
async fn while_a_failed_attempt_is_replaced() {
    let bench = Bench::new().script(|script| script.frame_ms = vec![20]).fault(At::frame(0, 1, 2), Act::Die);
    assert_cancels(&bench, || seen(&bench, |event| matches!(event, Event::ChunkFailed { .. }))).await;
}

#[tokio::test]
async fn while_joining() {
    let bench = Bench::new().fault(At::op(Op::Merge), Act::Hang);
    assert_cancels(&bench, || {
        seen(&bench, |event| matches!(event, Event::Phase { phase: helios_job::Phase::Stitching }))
    })
    .await;
}

#[tokio::test]
async fn workers_that_ignore_every_request_to_end() {
    let bench = Bench::new().script(|script| {
        script.frame_ms = vec![20];
        script.ignore_eof = true;
        script.ignore_term = true;
        script.leave_child = true;
    });
    assert_cancels(&bench, || seen(&bench, |event| matches!(event, Event::Frames { .. }))).await;
}

/// Workers that have nothing left to do get time to end, but not when the user has none.
#[tokio::test]
async fn workers_that_are_already_asked_to_end() {
    let bench = Bench::new().script(|script| {
        script.frame_ms = vec![0, 100];
        script.ignore_eof = true;
        script.ignore_term = true;
    });
    assert_cancels(&bench, || seen(&bench, |event| matches!(event, Event::ChunkFinished { .. }))).await;
}

#[tokio::test]
async fn a_cancelled_render_keeps_the_old_output() {
    let bench =
        Bench::new().script(|script| script.frame_ms = vec![20]).with(|options| options.overwrite = true);
    std::fs::write(bench.output(), "old").unwrap();
    let cancel = bench.options.cancel.clone();
    let cancelling = async {
        wait_async("frames", || seen(&bench, |event| matches!(event, Event::Frames { .. }))).await;
        cancel.cancel();
    };
    let (result, ()) = tokio::join!(bench.render(), cancelling);
    assert!(matches!(result, Err(RunnerError::Cancelled)));
    assert_eq!(std::fs::read_to_string(bench.output()).unwrap(), "old");
    assert_eq!(bench.files(), ["video.mp4"]);
}

#[tokio::test]
async fn a_dropped_future_kills_its_workers() {
    let bench = Bench::new().script(|script| {
        script.frame_ms = vec![20];
        script.ignore_eof = true;
        script.ignore_term = true;
        script.leave_child = true;
    });
    let (page, output, options) = (bench.page(), bench.output(), bench.options());
    {
        let render = RenderOrchestrator::render(&page, &output, &options);
        let moment = wait_async("frames", || seen(&bench, |event| matches!(event, Event::Frames { .. })));
        tokio::select! {
            result = render => panic!("ended: {result:?}"),
            () = moment => {}
        }
    }
    assert_eq!(bench.pids().len(), 4);
    wait_async("the workers to be gone", || bench.alive().is_empty()).await;
    assert_eq!(bench.files(), Vec::<String>::new());
}

/// The runtime may go away together with the future.
#[test]
fn a_dropped_runtime_kills_its_workers() {
    let bench = Bench::new().script(|script| {
        script.frame_ms = vec![20];
        script.ignore_eof = true;
        script.leave_child = true;
    });
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let (page, output, options) = (bench.page(), bench.output(), bench.options());
    runtime.spawn(async move { RenderOrchestrator::render(&page, &output, &options).await });
    wait("frames", || seen(&bench, |event| matches!(event, Event::Frames { .. })));
    drop(runtime);
    bench.assert_nothing_left();
}

/// What a killed worker leaves in its scratch folder goes too, as does the folder of the whole render.
#[tokio::test]
async fn scratch_folders_of_workers_are_removed() {
    let scratch = |pid: &str| {
        let line = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        let words: Vec<String> =
            line.split(|byte| *byte == 0).map(|word| String::from_utf8_lossy(word).into_owned()).collect();
        let at = words.iter().position(|word| word == "--scratch")?;
        Some(std::path::PathBuf::from(&words[at + 1]))
    };
    let bench = Bench::new().script(|script| script.frame_ms = vec![10]).fault(At::frame(1, 1, 7), Act::Die);
    let looking = async {
        wait_async("frames", || seen(&bench, |event| matches!(event, Event::Frames { done: 3, .. }))).await;
        bench.pids().iter().filter_map(|pid| scratch(pid)).collect::<Vec<_>>()
    };
    let (result, folders) = tokio::join!(bench.render(), looking);
    result.unwrap();
    assert_eq!(folders.len(), 2);
    for folder in folders {
        assert!(!folder.exists() && !folder.parent().unwrap().exists(), "{}", folder.display());
    }
}
