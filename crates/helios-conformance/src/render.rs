//! One render by the built binary, as a user would start it. Knows how to run and end it, not what its frames should be.

use crate::ConformanceError;
use helios_job::FrameHashes;
use rustix::process::{Pid, Signal, kill_process};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// The longest render: many times what the slowest page needs on a busy machine.
const TIME_LIMIT: Duration = Duration::from_secs(240);
/// What a render gets to end its browsers after it was told to stop.
const GRACE: Duration = Duration::from_secs(10);
/// How a complaint about a chunk that had to be rendered again begins.
pub const RETRIED: &str = "a chunk was tried again";
/// A page that complains in every frame is heard after a few.
const MOST_COMPLAINTS: usize = 3;
const POLL: Duration = Duration::from_millis(20);

/// The binary, and a folder for what it writes.
#[derive(Debug, Clone)]
pub struct Renderer {
    /// The program `helios`.
    pub helios: PathBuf,
    /// Where videos, hashes and logs go.
    pub scratch: PathBuf,
}

/// What came out of one render.
#[derive(Debug, Clone)]
pub struct Rendered {
    /// The frames.
    pub hashes: FrameHashes,
    /// The video, without loss after the conversion to YUV.
    pub video: PathBuf,
    /// What the page or a worker complained about.
    pub complaints: Vec<String>,
}

impl Renderer {
    /// Renders `page` with these arguments; files are called `label`. The inner error says why the render failed.
    ///
    /// # Errors
    /// When the binary cannot be run at all.
    pub fn render(
        &self,
        page: &Path,
        label: &str,
        args: &[String],
    ) -> Result<Result<Rendered, String>, ConformanceError> {
        let file = |extension: &str| self.scratch.join(format!("{}.{extension}", label.replace('/', "-")));
        let (video, hashes, events, log) = (file("mp4"), file("hashes"), file("events"), file("log"));
        let create = |path: &Path| File::create(path).map_err(ConformanceError::io("write", path));
        let mut command = Command::new(&self.helios);
        command.arg("render").arg(page).arg("-o").arg(&video).arg("--frame-hashes").arg(&hashes);
        // Fast and without loss: where hashes differ, the pixels tell by how much.
        command.args(["--preset", "ultrafast", "--quality", "0", "--json", "--quiet"]).args(args);
        command.stdin(Stdio::null()).stdout(create(&events)?).stderr(create(&log)?);
        let mut child = command.spawn().map_err(ConformanceError::io("run", &self.helios))?;
        let status = wait(&mut child, TIME_LIMIT).map_err(ConformanceError::io("wait for", &self.helios))?;
        let Some(status) = status else {
            return Ok(Err(format!("not done after {} s", TIME_LIMIT.as_secs())));
        };
        if !status.success() {
            let words = fs::read_to_string(&log).unwrap_or_default();
            let words = words.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
            return Ok(Err(format!("{status}: {words}")));
        }
        let text = fs::read_to_string(&hashes).map_err(ConformanceError::io("read", &hashes))?;
        let events = fs::read_to_string(&events).map_err(ConformanceError::io("read", &events))?;
        let complaints = complaints(&events);
        Ok(text
            .parse()
            .map(|hashes| Rendered { hashes, video, complaints })
            .map_err(|error| format!("{error}")))
    }
}

/// Waits for the end, `None` when it had to be ended.
fn wait(child: &mut Child, limit: Duration) -> io::Result<Option<std::process::ExitStatus>> {
    let start = Instant::now();
    let mut told = false;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status).filter(|_| !told));
        }
        if !told && start.elapsed() > limit {
            told = true;
            kill_process(Pid::from_child(child), Signal::TERM).ok();
        }
        if start.elapsed() > limit + GRACE {
            child.kill()?;
        }
        std::thread::sleep(POLL);
    }
}

/// Warnings about the page, and chunks that succeeded only when tried again: both can hide that nothing is proven.
fn complaints(events: &str) -> Vec<String> {
    let events = events.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    let mut found: Vec<String> = events
        .filter_map(|event| match event["event"].as_str()? {
            "notice" if matches!(event["level"].as_str(), Some("warn" | "error")) => {
                Some(event["message"].as_str().unwrap_or_default().to_owned())
            }
            "chunk_failed" => Some(format!("{RETRIED}: {}", event["failure"]["message"])),
            _ => None,
        })
        .collect();
    found.dedup();
    found.truncate(MOST_COMPLAINTS);
    found
}
