//! What the tests share: a folder with a page, a script, the events of a render, and a census of its processes.

use helios_job::Event;
use helios_runner::{
    Concurrency, RenderOptions, RenderOrchestrator, RenderReport, RunnerError, WorkerCommand,
};
use helios_testkit::{Act, At, Fault, Script, fake_worker, frames_of};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// One render and everything around it.
pub struct Bench {
    pub dir: TempDir,
    pub script: Script,
    pub options: RenderOptions,
    pub events: Arc<Mutex<Vec<Event>>>,
    pub progress: Arc<Mutex<Vec<f64>>>,
}

impl Bench {
    /// 60 frames at 30 per second with 2 workers.
    pub fn new() -> Bench {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("page.html"), "<p>Hello</p>").unwrap();
        fs::create_dir(dir.path().join("pids")).unwrap();
        fs::create_dir(dir.path().join("out")).unwrap();
        let (events, progress) = (Arc::new(Mutex::default()), Arc::new(Mutex::default()));
        let (event_sink, progress_sink) = (Arc::clone(&events), Arc::clone(&progress));
        let options = RenderOptions {
            width: Some(640),
            height: Some(360),
            fps: Some("30".parse().unwrap()),
            duration: Some("2".parse().unwrap()),
            concurrency: Concurrency::Fixed(2),
            machine: Some(helios_runner::Machine { cores: 64, memory: None }),
            observer: Some(Arc::new(move |event: &Event| {
                let mut events: std::sync::MutexGuard<Vec<Event>> = event_sink.lock().unwrap();
                events.push(event.clone());
            })),
            on_progress: Some(Arc::new(move |value| {
                let mut values: std::sync::MutexGuard<Vec<f64>> = progress_sink.lock().unwrap();
                values.push(value);
            })),
            ..RenderOptions::default()
        };
        let script = Script { pids: Some(dir.path().join("pids")), ..Script::default() };
        Bench { dir, script, options, events, progress }
    }

    pub fn with(mut self, change: impl FnOnce(&mut RenderOptions)) -> Bench {
        change(&mut self.options);
        self
    }

    pub fn script(mut self, change: impl FnOnce(&mut Script)) -> Bench {
        change(&mut self.script);
        self
    }

    pub fn fault(mut self, at: At, act: Act) -> Bench {
        self.script.faults.push(Fault { at, act, once: None });
        self
    }

    /// A fault that strikes one process only.
    pub fn fault_once(mut self, at: At, act: Act) -> Bench {
        let once = Some(self.dir.path().join(format!("struck-{}", self.script.faults.len())));
        self.script.faults.push(Fault { at, act, once });
        self
    }

    pub fn page(&self) -> String {
        self.dir.path().join("page.html").display().to_string()
    }

    pub fn output(&self) -> PathBuf {
        self.dir.path().join("out/video.mp4")
    }

    /// The options with the scripted worker in them.
    pub fn options(&self) -> RenderOptions {
        let (program, args) = fake_worker(&self.script).unwrap();
        RenderOptions { worker: WorkerCommand { program, args }, ..self.options.clone() }
    }

    pub async fn render(&self) -> Result<RenderReport, RunnerError> {
        let (page, output, options) = (self.page(), self.output(), self.options());
        let render = RenderOrchestrator::render(&page, &output, &options);
        tokio::time::timeout(Duration::from_secs(60), render).await.expect("a render that ends")
    }

    pub fn events(&self) -> Vec<Event> {
        self.events.lock().unwrap().clone()
    }

    /// The log as a person reads it, without what differs from run to run.
    pub fn log(&self) -> String {
        let known = |event: &Event| !matches!(event, Event::WorkerStarted { .. });
        let lines: Vec<String> =
            self.events().iter().filter(|event| known(event)).filter_map(helios_job::human_line).collect();
        lines.join("\n").replace(&self.dir.path().display().to_string(), "DIR")
    }

    /// The output is the frames `0..count`, whole and in order, and nothing else is left.
    pub fn assert_whole(&self, count: u32) {
        assert_eq!(frames_of(&self.output()).unwrap(), (0..count).collect::<Vec<_>>());
        // A job's output has a record beside it.
        let files = self.files().into_iter().filter(|name| name != ".video.mp4.helios.json");
        assert_eq!(files.collect::<Vec<_>>(), ["video.mp4"]);
        self.assert_nobody_left();
    }

    /// No output, no scratch folder, no process.
    pub fn assert_nothing_left(&self) {
        assert_eq!(self.files(), Vec::<String>::new());
        self.assert_nobody_left();
    }

    /// Names in the output's folder.
    pub fn files(&self) -> Vec<String> {
        names(self.output().parent().unwrap())
    }

    /// Every process that any worker has registered.
    pub fn pids(&self) -> Vec<String> {
        names(&self.dir.path().join("pids"))
    }

    pub fn alive(&self) -> Vec<String> {
        self.pids().into_iter().filter(|pid| is_alive(pid)).collect()
    }

    /// A killed grandchild is reaped by init, which may take a moment.
    pub fn assert_nobody_left(&self) {
        wait("processes to be gone", || self.alive().is_empty());
    }
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// Running, and not merely waiting to be reaped.
fn is_alive(pid: &str) -> bool {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit_once(") ").is_some_and(|(_, state)| !state.starts_with('Z'))
}

/// Waits without a runtime.
pub fn wait(what: &str, done: impl Fn() -> bool) {
    let began = Instant::now();
    while !done() {
        assert!(began.elapsed() < Duration::from_secs(20), "waited 20 s for {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Waits and lets others run meanwhile.
pub async fn wait_async(what: &str, done: impl Fn() -> bool) {
    let began = Instant::now();
    while !done() {
        assert!(began.elapsed() < Duration::from_secs(20), "waited 20 s for {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
