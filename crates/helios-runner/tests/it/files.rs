//! Inputs, outputs and joining: what is refused before any work, and renders that get in each other's way.

use crate::bench::Bench;
use helios_job::VideoCodec;
use helios_runner::{Concurrency, RenderOptions, RenderOrchestrator, RunnerError};
use helios_testkit::{Act, At, Op, frames_of};
use std::path::{Path, PathBuf};

/// The error of a render that must not start a single process.
async fn refusal(bench: &Bench, input: &str, output: &Path) -> String {
    let error = RenderOrchestrator::render(input, output, &bench.options()).await.unwrap_err();
    assert_eq!(error.exit_code(), 64, "{error}");
    assert_eq!(bench.pids().len(), 0, "{error}");
    error.to_string().replace(&bench.dir.path().display().to_string(), "DIR")
}

async fn refused_options(change: impl FnOnce(&mut RenderOptions)) -> String {
    let bench = Bench::new().with(change);
    refusal(&bench, &bench.page(), &bench.output()).await
}

#[tokio::test]
async fn refused_before_any_work() {
    let bench = Bench::new();
    let dir = bench.dir.path();
    std::fs::write(dir.join("exists.mp4"), "old").unwrap();
    std::fs::create_dir(dir.join("folder.mp4")).unwrap();
    std::fs::create_dir(dir.join("empty")).unwrap();
    let (page, out) = (bench.page(), bench.output());
    let empty = dir.join("empty").display().to_string();
    let mut errors = vec![
        refusal(&bench, &page, &dir.join("exists.mp4")).await,
        refusal(&bench, &page, &dir.join("folder.mp4")).await,
        refusal(&bench, &page, &dir.join("new/")).await,
        refusal(&bench, &page, &dir.join("video.bmp")).await,
        refusal(&bench, &page, &dir.join("video")).await,
        refusal(&bench, &page, &dir.join("page.html/video.mp4")).await,
        refusal(&bench, "/no/such/page.html", &out).await,
        refusal(&bench, &empty, &out).await,
        refusal(&bench, "ftp://example.com", &out).await,
    ];
    errors.extend([
        refused_options(|options| options.concurrency = Concurrency::Fixed(0)).await,
        refused_options(|options| options.concurrency = Concurrency::Fixed(1025)).await,
        refused_options(|options| options.video_codec = Some(VideoCodec::ProRes)).await,
        refused_options(|options| options.width = Some(641)).await,
        refused_options(|options| options.quality = Some(52)).await,
        refused_options(|options| options.preset = Some("warp".to_owned())).await,
        refused_options(|options| options.chunk_frames = Some(0)).await,
        refused_options(|options| options.frame_count = Some(0)).await,
        refused_options(|options| options.start_frame = Some(60)).await,
        refused_options(|options| options.props = Some(serde_json::json!([1]))).await,
    ]);
    insta::assert_snapshot!(errors.join("\n"));
    assert_eq!(std::fs::read_to_string(dir.join("exists.mp4")).unwrap(), "old");
    assert!(!dir.join("new").exists());
}

#[test]
fn concurrency_from_text() {
    assert_eq!("auto".parse::<Concurrency>().unwrap(), Concurrency::Auto);
    assert_eq!("32".parse::<Concurrency>().unwrap(), Concurrency::Fixed(32));
    for bad in ["0", "-1", "abc", "", "1.5", "1025", "NaN"] {
        let error = bad.parse::<Concurrency>().unwrap_err().to_string();
        assert!(
            error.starts_with("concurrency must be a valid number >= 1") && error.contains(bad),
            "{error}"
        );
    }
}

#[tokio::test]
async fn an_output_is_replaced_only_when_asked() {
    let bench = Bench::new().with(|options| options.overwrite = true);
    std::fs::write(bench.output(), "old").unwrap();
    bench.render().await.unwrap();
    bench.assert_whole(60);
}

#[tokio::test]
async fn a_missing_folder_is_made() {
    let bench = Bench::new();
    let output = bench.dir.path().join("a/b/video.webm");
    RenderOrchestrator::render(&bench.page(), &output, &bench.options()).await.unwrap();
    assert_eq!(frames_of(&output).unwrap().len(), 60);
}

#[tokio::test]
async fn a_folder_with_an_index_is_an_input() {
    let bench = Bench::new();
    std::fs::rename(bench.page(), bench.dir.path().join("index.html")).unwrap();
    let folder = bench.dir.path().display().to_string();
    RenderOrchestrator::render(&folder, &bench.output(), &bench.options()).await.unwrap();
    bench.assert_whole(60);
}

/// The same job twice, and another job, all to one output.
#[tokio::test]
async fn renders_to_one_output_do_not_disturb_one_another() {
    let slow = |script: &mut helios_testkit::Script| script.frame_ms = vec![3, 5];
    let bench = Bench::new().script(slow).with(|options| options.overwrite = true);
    let other = Bench::new().script(slow).with(|options| {
        options.overwrite = true;
        options.width = Some(320);
    });
    let (page, output) = (bench.page(), bench.output());
    let (options, other_options) = (bench.options(), other.options());
    let results = tokio::join!(
        RenderOrchestrator::render(&page, &output, &options),
        RenderOrchestrator::render(&page, &output, &options),
        RenderOrchestrator::render(&page, &output, &other_options),
    );
    for result in [results.0, results.1, results.2] {
        assert_eq!(result.unwrap().frames, 60);
    }
    bench.assert_whole(60);
    other.assert_nobody_left();
}

/// Without `overwrite` the first one wins, and the second one says so instead of replacing it.
#[tokio::test]
async fn of_two_renders_to_one_new_output_one_wins() {
    let bench = Bench::new().script(|script| script.frame_ms = vec![3, 5]);
    let (first, second) = tokio::join!(bench.render(), bench.render());
    let loser = [first, second].into_iter().filter_map(Result::err).collect::<Vec<_>>();
    assert!(matches!(loser.as_slice(), [RunnerError::Output { .. }]), "{loser:?}");
    bench.assert_whole(60);
}

/// A render whose process was killed leaves its folder; the next one takes it over.
#[tokio::test]
async fn a_scratch_folder_left_behind_is_reused() {
    let bench = Bench::new();
    let job = RenderOrchestrator::plan(&bench.page(), &bench.output(), &bench.options()).await.unwrap();
    let stale = bench.output().with_file_name(format!(".video.mp4.helios-{}", job.job_id));
    std::fs::create_dir(&stale).unwrap();
    std::fs::write(stale.join("chunk_0.mov"), "half").unwrap();
    bench.render().await.unwrap();
    bench.assert_whole(60);
}

fn chunks(bench: &Bench) -> Vec<PathBuf> {
    let write = |name: &str, frames: std::ops::Range<u32>| {
        let path = bench.dir.path().join(name);
        std::fs::write(&path, frames.map(|frame| format!("frame {frame}\n")).collect::<String>()).unwrap();
        path
    };
    vec![write("a.mov", 0..3), write("b.mov", 3..5)]
}

#[tokio::test]
async fn merge_joins_files() {
    let bench = Bench::new();
    let (chunks, output) = (chunks(&bench), bench.output());
    let report = RenderOrchestrator::merge(&chunks, &output, &bench.options()).await.unwrap();
    assert_eq!((report.frames, report.output), (5, output));
    bench.assert_whole(5);
    assert_eq!(bench.progress.lock().unwrap().last(), Some(&1.0));
    assert!(chunks.iter().all(|chunk| chunk.exists()));
}

#[tokio::test]
async fn merge_refuses_what_it_cannot_join() {
    let bench = Bench::new().fault(At::op(Op::Merge), Act::Die);
    let (chunks, output) = (chunks(&bench), bench.output());
    let options = bench.options();
    let merge = async |inputs: &[PathBuf], output: &Path| {
        RenderOrchestrator::merge(inputs, output, &options).await.unwrap_err()
    };
    assert_eq!(merge(&[], &output).await.exit_code(), 64);
    assert_eq!(merge(&["/no/such.mov".into()], &output).await.exit_code(), 64);
    assert_eq!(merge(&chunks, &chunks[0]).await.exit_code(), 64);
    assert_eq!(bench.pids().len(), 0);
    assert_eq!(merge(&chunks, &output).await.exit_code(), 75);
    bench.assert_nothing_left();
}

#[tokio::test]
async fn jobs_that_cannot_be_run() {
    let bench = Bench::new();
    let job = RenderOrchestrator::plan(&bench.page(), &bench.output(), &bench.options()).await.unwrap();
    let mut cases = vec![job.clone(), job.clone(), job.clone(), job];
    cases[0].schema = "helios.job/9".to_owned();
    cases[1].partitions.swap(0, 1);
    cases[2].partitions[0].output_file = "../../etc/chunk_0.mov".to_owned();
    cases[3].partitions.pop();
    for case in cases {
        let error = RenderOrchestrator::run(&case, bench.dir.path(), &bench.options()).await.unwrap_err();
        assert!(matches!(error, RunnerError::Job { .. }), "{error}");
    }
    bench.assert_nothing_left();
}
