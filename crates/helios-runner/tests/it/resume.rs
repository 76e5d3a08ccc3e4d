//! Going on from the chunks of a render that was killed, failed or cancelled.

use crate::bench::{Bench, wait_async};
use helios_job::{CaptionMode, ChunkManifest, Event, Failure, FailureKind, JournalLine};
use helios_runner::{Concurrency, RenderOptions, RenderOrchestrator, RunnerError};
use helios_testkit::{Act, At, Op};
use std::path::{Path, PathBuf};

/// Six chunks of ten frames, by two workers; what is finished is kept.
fn bench() -> Bench {
    Bench::new().with(|options| {
        options.chunk_frames = Some(10);
        options.resumable = true;
        options.overwrite = true;
        options.retries = 0;
    })
}

fn no_luck() -> Act {
    Act::Fail(Failure { kind: FailureKind::Transient, message: "no luck".to_owned() })
}

/// The folder that an unfinished render has left.
fn left(bench: &Bench) -> PathBuf {
    let names = bench.files();
    let name = names.iter().find(|name| name.starts_with(".video.mp4.helios-")).expect("a folder is left");
    bench.output().with_file_name(name)
}

/// The chunks that were rendered, and those that were kept, since the last call.
fn chunks(bench: &Bench) -> (Vec<u32>, Vec<u32>) {
    let events = std::mem::take(&mut *bench.events.lock().unwrap());
    let mut rendered: Vec<u32> = events
        .iter()
        .filter_map(|event| match event {
            Event::ChunkFinished { report, .. } => Some(report.chunk),
            _ => None,
        })
        .collect();
    rendered.sort_unstable();
    let kept = events.iter().filter_map(|event| match event {
        Event::ChunkKept { chunk, .. } => Some(*chunk),
        _ => None,
    });
    (rendered, kept.collect())
}

/// Fails at chunk 4, after the ones before.
async fn failed() -> Bench {
    let bench = bench().fault_once(At::frame(4, 1, 5), no_luck()).with(|options| {
        options.concurrency = Concurrency::Fixed(1);
    });
    let error = bench.render().await.unwrap_err();
    assert_eq!(error.exit_code(), 75, "{error}");
    assert_eq!(chunks(&bench), (vec![0, 1, 2, 3], vec![]));
    bench.assert_nobody_left();
    bench.with(|options| options.resume = true)
}

#[tokio::test]
async fn only_what_is_missing_is_rendered() {
    let bench = failed().await;
    let folder = left(&bench);
    // One is missing, one is damaged.
    std::fs::remove_file(folder.join("chunk_1.mov")).unwrap();
    std::fs::write(folder.join("chunk_3.mov"), "frame 30\nframe 666\n").unwrap();
    let report = bench.render().await.unwrap();
    let log = bench.log();
    assert_eq!(chunks(&bench), (vec![1, 3, 4, 5], vec![0, 2]));
    assert!(log.contains("2 of 6 chunks are there already"), "{log}");
    assert!(log.contains("chunk 3 is rendered again: it has "), "{log}");
    assert_eq!(report.frame_hashes().hashes.len(), 60);
    assert_eq!(bench.progress.lock().unwrap().last(), Some(&1.0));
    bench.assert_whole(60);
}

#[tokio::test]
async fn a_failure_says_how_to_go_on_and_leaves_a_journal() {
    let bench = bench().fault_once(At::frame(5, 1, 0), no_luck());
    bench.render().await.unwrap_err();
    let log = bench.log();
    assert!(log.contains("chunks are finished and kept in ") && log.contains("--resume"), "{log}");
    let text = std::fs::read_to_string(left(&bench).join("journal.jsonl")).unwrap();
    let lines = JournalLine::read_all(&text);
    assert_eq!(lines.len(), text.lines().count());
    assert!(lines.iter().any(|line| matches!(line.event, Event::ChunkFinished { .. })));
    assert!(matches!(lines.last().unwrap().event, Event::Failed { .. }), "{text}");
}

#[tokio::test]
async fn so_does_a_cancelled_render() {
    let bench = bench().fault(At::op(Op::Merge), Act::Hang);
    let cancel = bench.options.cancel.clone();
    let cancelling = async {
        wait_async("the join", || {
            let events = bench.events.lock().unwrap();
            events.iter().any(|event| matches!(event, Event::Phase { phase: helios_job::Phase::Stitching }))
        })
        .await;
        cancel.cancel();
    };
    let (result, ()) = tokio::join!(bench.render(), cancelling);
    assert!(matches!(result, Err(RunnerError::Cancelled)), "{result:?}");
    bench.assert_nobody_left();
    chunks(&bench);
    let bench = bench.script(|script| script.faults.clear()).with(|options| {
        options.resume = true;
        options.cancel = tokio_util::sync::CancellationToken::new();
    });
    bench.render().await.unwrap();
    assert_eq!(chunks(&bench), (vec![], vec![0, 1, 2, 3, 4, 5]), "only the join was left to do");
    assert_eq!(bench.files(), ["video.mp4"]);
}

#[tokio::test]
async fn without_being_asked_it_starts_over() {
    let bench = failed().await.with(|options| options.resume = false);
    bench.render().await.unwrap();
    assert_eq!(chunks(&bench).0.len(), 6);
    bench.assert_whole(60);
}

/// Three workers with a chunk each, of which the last one never ends: stopped when the two others are on record.
#[tokio::test]
async fn another_number_of_workers_goes_on_with_the_same_chunks() {
    let bench = bench()
        .fault(At::frame(2, 1, 0), Act::Hang)
        .with(|options| (options.chunk_frames, options.concurrency) = (None, Concurrency::Fixed(3)));
    let cancel = bench.options.cancel.clone();
    let cancelling = async {
        let done = |chunk: u32| left(&bench).join(format!("chunk_{chunk}.json")).exists();
        wait_async("the folder", || !bench.files().is_empty()).await;
        wait_async("two manifests", || done(0) && done(1)).await;
        cancel.cancel();
    };
    let (result, ()) = tokio::join!(bench.render(), cancelling);
    assert!(matches!(result, Err(RunnerError::Cancelled)), "{result:?}");
    chunks(&bench);
    let bench = bench.script(|script| script.faults.clear()).with(|options| {
        options.resume = true;
        options.concurrency = Concurrency::Fixed(2);
        options.cancel = tokio_util::sync::CancellationToken::new();
    });
    bench.render().await.unwrap();
    assert!(bench.log().contains("Going on with 3 chunks"), "{}", bench.log());
    assert_eq!(chunks(&bench), (vec![2], vec![0, 1]));
    bench.assert_whole(60);
}

#[tokio::test]
async fn a_changed_flag_is_named_and_nothing_is_thrown_away() {
    let bench = failed().await.with(|options| options.width = Some(320));
    bench.render().await.unwrap();
    assert!(bench.log().contains("width was 640 and is 320"), "{}", bench.log());
    assert_eq!(chunks(&bench).0.len(), 6);
    assert!(left(&bench).join("chunk_0.json").exists());

    let bench = failed().await.with(|options| options.chunk_frames = Some(20));
    bench.render().await.unwrap();
    assert!(bench.log().contains("chunks were 6 and are 3"), "{}", bench.log());
    bench.assert_whole(60);
}

#[tokio::test]
async fn a_changed_page_and_a_changed_version_are_named() {
    let bench = failed().await;
    std::fs::write(bench.page(), "<p>Other</p>").unwrap();
    bench.render().await.unwrap();
    let log = bench.log();
    assert!(log.contains("page.html has changed") && log.contains("The chunks in "), "{log}");
    assert_eq!(chunks(&bench).0.len(), 6);

    // What the page loads is no part of the job; the chunks know it.
    let bench = failed().await;
    let style = bench.dir.path().join("style.css");
    let edit = |chunk: u32, change: &dyn Fn(&mut ChunkManifest)| {
        let path = left(&bench).join(format!("chunk_{chunk}.json"));
        let mut manifest = ChunkManifest::parse(&std::fs::read_to_string(&path).unwrap()).unwrap();
        assert_eq!(manifest.inputs[0].path, bench.page(), "the page is an input");
        change(&mut manifest);
        std::fs::write(path, manifest.to_text()).unwrap();
    };
    edit(0, &|manifest| manifest.inputs[0].path = style.to_str().unwrap().to_owned());
    std::fs::write(&style, "p { color: red }").unwrap();
    edit(1, &|manifest| manifest.versions.helios = "0.0.1".to_owned());
    edit(2, &|manifest| manifest.versions.chromium = "Chrome/1".to_owned());
    bench.render().await.unwrap();
    let log = bench.log();
    assert!(
        log.contains("chunk 0 is rendered again: ") && log.contains("style.css has changed since"),
        "{log}"
    );
    assert!(log.contains("chunk 1 is rendered again: it was made by helios 0.0.1"), "{log}");
    assert!(log.contains("1 chunks of an earlier run are rendered again: Chromium was Chrome/1"), "{log}");
    assert_eq!(chunks(&bench), (vec![0, 1, 2, 4, 5], vec![2, 3]));
    bench.assert_whole(60);
}

#[tokio::test]
async fn whole_chunks_count_whichever_helios_planned_the_job() {
    let bench = bench();
    let mut job = RenderOrchestrator::plan(&bench.page(), &bench.output(), &bench.options()).await.unwrap();
    job.versions.helios = "0.0.1".to_owned();
    let folder = bench.dir.path().join("job");
    for kept in [0, 2] {
        let report = RenderOrchestrator::run_chunks(&job, &[1, 4], &folder, &bench.options()).await.unwrap();
        assert_eq!(report.kept, kept, "{}", bench.log());
    }
}

/// The captions beside the output would have the name of the file that they are read from.
#[tokio::test]
async fn a_job_does_not_replace_its_own_captions() {
    let bench = bench().with(|options| options.caption_mode = Some(CaptionMode::Sidecar));
    let captions = bench.output().with_extension("srt");
    let text = "1\n00:00:00,000 --> 00:00:01,000\nHello\n";
    std::fs::write(&captions, text).unwrap();
    let bench = bench.with(|options| options.captions = Some(captions.clone()));
    let refused =
        RenderOrchestrator::plan(&bench.page(), &bench.output(), &bench.options()).await.unwrap_err();
    assert!(refused.to_string().contains("would replace the file"), "{refused}");
    // Planned for elsewhere, and run beside them.
    let elsewhere = bench.dir.path().join("elsewhere/video.mp4");
    let mut job = RenderOrchestrator::plan(&bench.page(), &elsewhere, &bench.options()).await.unwrap();
    job.merge.output = bench.output().display().to_string();
    let folder = bench.dir.path().join("job");
    let refused = RenderOrchestrator::run(&job, &folder, &bench.options()).await.unwrap_err();
    assert!(refused.to_string().contains("would replace the file"), "{refused}");
    assert_eq!(std::fs::read_to_string(captions).unwrap(), text);
}

#[tokio::test]
async fn nothing_to_go_on_with_is_no_error() {
    let bench = bench().with(|options| options.resume = true);
    bench.render().await.unwrap();
    assert!(bench.log().contains("There is no earlier render to go on with"), "{}", bench.log());
    bench.assert_whole(60);
}

#[tokio::test]
async fn chunks_can_be_kept() {
    let bench = bench().with(|options| options.keep_chunks = true);
    bench.render().await.unwrap();
    let folder = left(&bench);
    assert!(
        bench
            .log()
            .contains(&format!("The chunks are kept in DIR/out/{}", folder.file_name().unwrap().display()))
    );
    assert!(folder.join("chunk_5.json").exists() && folder.join("job.json").exists());
    chunks(&bench);
    let bench = bench.with(|options| (options.resume, options.keep_chunks) = (true, false));
    bench.render().await.unwrap();
    assert_eq!(chunks(&bench).0, [0; 0]);
    bench.assert_whole(60);
}

/// A job in its own folder: some chunks here, some there, then the rest.
#[tokio::test]
async fn a_jobs_chunks_are_rendered_once() {
    let bench = bench();
    let job = RenderOrchestrator::plan(&bench.page(), &bench.output(), &bench.options()).await.unwrap();
    let dir = bench.dir.path().join("job");
    let options = RenderOptions { keep_chunks: true, ..bench.options() };
    let run = async |ids: &[u32]| RenderOrchestrator::run_chunks(&job, ids, &dir, &options).await.unwrap();
    assert_eq!((run(&[4, 1]).await.kept, chunks(&bench).0), (0, vec![1, 4]));
    assert_eq!(run(&[1, 2]).await.kept, 1);
    assert_eq!(chunks(&bench), (vec![2], vec![1]));
    assert!((bench.progress.lock().unwrap().last().unwrap() - 1.0).abs() < 1e-9);
    RenderOrchestrator::run(&job, &dir, &options).await.unwrap();
    assert_eq!(chunks(&bench), (vec![0, 3, 5], vec![1, 2, 4]));
    assert_eq!(names(&dir).len(), 15, "6 chunks, 6 manifests, 3 journals: {:?}", names(&dir));
    bench.assert_whole(60);
    // Twice at once: harmless.
    std::fs::remove_file(dir.join("chunk_3.mov")).unwrap();
    let results = tokio::join!(
        RenderOrchestrator::run_chunks(&job, &[3], &dir, &options),
        RenderOrchestrator::run_chunks(&job, &[3], &dir, &options),
        RenderOrchestrator::run(&job, &dir, &options),
        RenderOrchestrator::run(&job, &dir, &options),
    );
    assert!(results.0.is_ok() && results.1.is_ok() && results.2.is_ok() && results.3.is_ok(), "{results:?}");
    bench.assert_whole(60);
}

fn names(folder: &Path) -> Vec<String> {
    std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}
