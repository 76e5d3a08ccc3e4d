//! Workers that stay from render to render.

use crate::bench::{Bench, wait};
use helios_runner::{Crew, RenderOptions, RenderOrchestrator};

#[tokio::test]
async fn two_renders_have_the_same_workers() {
    let crew = Crew::default();
    let bench = Bench::new().with(|options| {
        options.crew = Some(crew.clone());
        options.overwrite = true;
    });
    let options = bench.options();
    let render = |options: RenderOptions| {
        let (page, output) = (bench.page(), bench.output());
        async move { RenderOrchestrator::render(&page, &output, &options).await }
    };
    assert_eq!(render(options.clone()).await.unwrap().frames, 60);
    let first = bench.pids();
    assert_eq!((first.len(), bench.alive().len()), (2, 2), "they wait");
    assert_eq!(render(options.clone()).await.unwrap().frames, 60);
    assert_eq!(bench.pids(), first);
    assert_eq!(bench.files(), ["video.mp4"]);

    // One that has died meanwhile is replaced.
    let pid = rustix::process::Pid::from_raw(first[0].parse().unwrap()).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
    wait("it to die", || bench.alive().len() == 1);
    assert_eq!(render(options.clone()).await.unwrap().frames, 60);

    crew.close().await;
    bench.assert_whole(60);

    // A render that fails leaves nobody.
    let cancelled = RenderOptions { duration: None, ..options };
    cancelled.cancel.cancel();
    render(cancelled).await.unwrap_err();
    bench.assert_nobody_left();
}

#[tokio::test]
async fn a_crew_that_is_dropped_is_killed() {
    let bench = Bench::new().with(|options| options.crew = Some(Crew::default()));
    bench.render().await.unwrap();
    assert_eq!(bench.alive().len(), 2);
    let mut bench = bench;
    bench.options.crew = None;
    bench.assert_whole(60);
}
