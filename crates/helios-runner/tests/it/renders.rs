//! Renders that succeed: what is written, what is said, and how far the progress is.

use crate::bench::Bench;
use helios_job::{Composition, Event};
use helios_runner::{Concurrency, Machine, RenderOrchestrator};

fn assert_progress(bench: &Bench) {
    let values = bench.progress.lock().unwrap().clone();
    assert!(values.is_sorted(), "progress fell back: {values:?}");
    assert_eq!(values.last(), Some(&1.0));
    assert_eq!(values.iter().filter(|value| **value == 1.0).count(), 1);
}

/// Seed 004: two workers of different speeds, one progress.
#[tokio::test]
async fn progress_never_falls_back_with_workers_of_different_speeds() {
    let bench = Bench::new().script(|script| script.frame_ms = vec![1, 9]);
    let report = bench.render().await.unwrap();
    assert_eq!((report.frames, report.concurrency), (60, 2));
    bench.assert_whole(60);
    assert_progress(&bench);
    // Both workers show before the first has finished: it is one value for both.
    assert!(bench.progress.lock().unwrap().len() > 50);
}

#[tokio::test]
async fn uneven_chunks_and_more_chunks_than_workers() {
    let bench = Bench::new().with(|options| options.chunk_frames = Some(7));
    let report = bench.render().await.unwrap();
    let sizes: Vec<u32> = report.chunks.iter().map(|chunk| chunk.range.count).collect();
    assert_eq!(sizes, [7, 7, 7, 7, 7, 7, 7, 7, 4]);
    bench.assert_whole(60);
    assert_progress(&bench);
    // Workers are kept from chunk to chunk.
    assert_eq!(bench.pids().len(), 2);
}

/// What a worker reports of a chunk has to fit into a line.
#[tokio::test]
async fn a_long_video_is_more_chunks_than_workers() {
    let hours = |options: &mut helios_runner::RenderOptions| {
        options.duration = Some("7200".parse().unwrap());
        options.concurrency = Concurrency::Fixed(1);
    };
    let bench = Bench::new().with(hours);
    let job = RenderOrchestrator::plan(&bench.page(), &bench.output(), &bench.options()).await.unwrap();
    let sizes: Vec<u32> = job.partitions.iter().map(|chunk| chunk.frame_count).collect();
    assert_eq!(sizes, [36_000; 6]);
    let bench = bench.with(|options| options.chunk_frames = Some(50_000));
    let refused =
        RenderOrchestrator::plan(&bench.page(), &bench.output(), &bench.options()).await.unwrap_err();
    assert!(refused.to_string().contains("at most 40000 frames"), "{refused}");
    // The longest: its report arrives.
    let bench = bench.script(|script| script.frame_ms = vec![0]).with(|options| {
        options.chunk_frames = Some(40_000);
        options.frame_count = Some(40_000);
        options.trace = true;
    });
    let report = bench.render().await.unwrap();
    assert_eq!(report.frame_hashes().hashes.len(), 40_000);
}

#[tokio::test]
async fn one_worker_is_the_same_path() {
    let bench = Bench::new().with(|options| options.concurrency = Concurrency::default());
    bench.render().await.unwrap();
    bench.assert_whole(60);
    assert_progress(&bench);
    insta::assert_snapshot!(bench.log());
}

#[tokio::test]
async fn no_observer_is_fine() {
    let bench = Bench::new().with(|options| {
        options.observer = None;
        options.on_progress = None;
    });
    bench.render().await.unwrap();
    bench.assert_whole(60);
}

#[tokio::test]
async fn more_workers_than_frames() {
    let bench = Bench::new().with(|options| {
        options.concurrency = Concurrency::Fixed(16);
        options.frame_count = Some(3);
    });
    let report = bench.render().await.unwrap();
    assert_eq!((report.concurrency, report.chunks.len()), (3, 3));
    bench.assert_whole(3);
    assert!(bench.log().contains("16 workers were asked for, but there are only 3 chunks"));
}

#[tokio::test]
async fn a_part_of_the_composition() {
    let bench = Bench::new().with(|options| {
        options.start_frame = Some(10);
        options.frame_count = Some(5);
    });
    let report = bench.render().await.unwrap();
    assert_eq!(helios_testkit::frames_of(&bench.output()).unwrap(), [10, 11, 12, 13, 14]);
    assert_eq!(report.frame_hashes().range().start, 10);
    assert_eq!(report.frame_hashes().hashes.len(), 5);
}

/// What an observer sees, with one worker so that the order is certain.
#[tokio::test]
async fn events_in_order() {
    let bench = Bench::new().script(|script| {
        script.composition = Composition { title: Some("Hello".to_owned()), ..Composition::default() };
    });
    let bench = bench.with(|options| {
        options.concurrency = Concurrency::Fixed(1);
        options.chunk_frames = Some(2);
        options.frame_count = Some(3);
        options.fps = None;
    });
    bench.render().await.unwrap();
    let steady = |event: &Event| !matches!(event, Event::Progress { .. });
    let lines = bench.events().into_iter().filter(steady).map(|mut event| {
        match &mut event {
            Event::WorkerStarted { pid, .. } => *pid = 0,
            Event::Planned { job_id, .. } => *job_id = "ID".to_owned(),
            Event::Finished { output, .. } => *output = "DIR/video.mp4".to_owned(),
            _ => {}
        }
        serde_json::to_string(&event).unwrap()
    });
    insta::assert_snapshot!(lines.collect::<Vec<_>>().join("\n"));
}

#[tokio::test]
async fn the_page_is_asked_only_when_something_is_missing() {
    let bench = Bench::new();
    let job = RenderOrchestrator::plan(&bench.page(), &bench.output(), &bench.options()).await.unwrap();
    assert_eq!(job.partitions.len(), 2);
    assert_eq!(bench.pids().len(), 0);
    let bench = bench.with(|options| options.duration = None).script(|script| {
        script.composition = Composition { duration: Some(1.0), ..Composition::default() };
    });
    let job = RenderOrchestrator::plan(&bench.page(), &bench.output(), &bench.options()).await.unwrap();
    assert_eq!(job.config.total_frames, 30);
    assert_eq!(bench.pids().len(), 1);
    bench.assert_nothing_left();
}

/// The worker that has read the page has its browser warm, and renders too.
#[tokio::test]
async fn the_inspecting_worker_is_kept() {
    let bench = Bench::new().with(|options| options.width = None);
    bench.render().await.unwrap();
    assert_eq!(bench.pids().len(), 2);
    bench.assert_whole(60);
}

#[tokio::test]
async fn auto_concurrency_says_which_and_why() {
    let bench = Bench::new().with(|options| {
        options.concurrency = Concurrency::Auto;
        options.machine = Some(Machine { cores: 8, memory: Some(8 << 30) });
    });
    let report = bench.render().await.unwrap();
    assert_eq!(report.concurrency, 2);
    insta::assert_snapshot!(bench.log().lines().take(2).collect::<Vec<_>>().join("\n"));
}

#[tokio::test]
async fn more_workers_than_cores_work_and_are_hinted_at() {
    let bench = Bench::new().with(|options| {
        options.concurrency = Concurrency::Fixed(4);
        options.machine = Some(Machine { cores: 2, memory: None });
    });
    assert_eq!(bench.render().await.unwrap().concurrency, 4);
    assert!(bench.log().contains("4 workers on 2 cores"));
    bench.assert_whole(60);
}

/// Planning and executing are separate, and executing a plan is what `render` does.
#[tokio::test]
async fn a_job_runs_from_its_json() {
    let bench = Bench::new();
    let job = RenderOrchestrator::plan(&bench.page(), &bench.output(), &bench.options()).await.unwrap();
    let job = serde_json::from_str(&serde_json::to_string(&job).unwrap()).unwrap();
    let dir = bench.dir.path().join("job");
    RenderOrchestrator::run(&job, &dir, &bench.options()).await.unwrap();
    bench.assert_whole(60);
    let left: Vec<_> = std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["journal.jsonl"], "its chunks are gone once they are joined");
}
