//! Videos that are rendered while the agent goes on: one at a time, in the order in which they were asked for.

use helios_job::{Event, Progress};
use helios_runner::{RenderOptions, RenderOrchestrator, RunnerError};
use helios_studio::Planned;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// Renders that wait or are over and are still known.
const MOST: usize = 1000;

/// The renders of one server.
#[derive(Clone)]
pub struct Renders {
    all: Arc<Mutex<BTreeMap<u64, Render>>>,
    turn: Arc<Semaphore>,
    tasks: Arc<Mutex<JoinSet<()>>>,
    stop: CancellationToken,
}

struct Render {
    page: String,
    output: String,
    state: &'static str,
    began: Option<Instant>,
    progress: Progress,
    bytes: u64,
    seconds: f64,
    error: Option<String>,
    notices: Vec<String>,
    cancel: CancellationToken,
}

/// Notices of a page that are kept for the agent.
const NOTICES: usize = 20;

impl Renders {
    /// None yet. `stop` ends them all.
    pub fn new(stop: CancellationToken) -> Renders {
        Renders { all: Arc::default(), turn: Arc::new(Semaphore::new(1)), tasks: Arc::default(), stop }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<u64, Render>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn with(&self, id: u64, change: impl FnOnce(&mut Render)) {
        if let Some(render) = self.lock().get_mut(&id) {
            change(render);
        }
    }

    /// Begins a render, and returns what is known of it.
    ///
    /// # Errors
    /// When there are too many.
    pub fn start(&self, page: &str, output: &str, planned: Planned) -> Result<Value, String> {
        let cancel = self.stop.child_token();
        let id = {
            let mut all = self.lock();
            if all.len() >= MOST {
                return Err(format!("{MOST} renders were asked for: start the server again"));
            }
            let id = all.keys().last().map_or(1, |last| last + 1);
            let render = Render {
                page: page.to_owned(),
                output: output.to_owned(),
                state: "waiting",
                began: None,
                progress: Progress::new(),
                bytes: 0,
                seconds: 0.0,
                error: None,
                notices: Vec::new(),
                cancel: cancel.clone(),
            };
            all.insert(id, render);
            id
        };
        let renders = self.clone();
        let mut tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        tasks.spawn(async move { renders.run(id, planned, cancel).await });
        self.status(id)
    }

    async fn run(&self, id: u64, planned: Planned, cancel: CancellationToken) {
        let turn = tokio::select! {
            turn = self.turn.acquire() => turn,
            () = cancel.cancelled() => return self.with(id, |render| render.state = "cancelled"),
        };
        let Ok(_turn) = turn else { return };
        self.with(id, |render| (render.state, render.began) = ("rendering", Some(Instant::now())));
        let observer = self.clone();
        let options = RenderOptions {
            observer: Some(Arc::new(move |event: &Event| observer.with(id, |render| render.see(event)))),
            cancel,
            ..planned.options
        };
        let result = RenderOrchestrator::render(&planned.input, &planned.output, &options).await;
        self.with(id, |render| {
            render.seconds = render.began.map_or(0.0, |began| began.elapsed().as_secs_f64());
            match result {
                Ok(report) => (render.state, render.bytes) = ("done", report.bytes),
                Err(RunnerError::Cancelled) => render.state = "cancelled",
                Err(error) => (render.state, render.error) = ("failed", Some(error.to_string())),
            }
        });
    }

    /// What is known of a render.
    ///
    /// # Errors
    /// When there is none.
    pub fn status(&self, id: u64) -> Result<Value, String> {
        self.lock().get(&id).map(|render| render.json(id)).ok_or_else(|| format!("there is no render {id}"))
    }

    /// All renders.
    pub fn list(&self) -> Value {
        self.lock().iter().map(|(id, render)| render.json(*id)).collect()
    }

    /// Ends a render.
    ///
    /// # Errors
    /// When there is none.
    pub fn cancel(&self, id: u64) -> Result<Value, String> {
        self.with(id, |render| render.cancel.cancel());
        self.status(id)
    }

    /// Ends all, and returns when they have ended.
    pub async fn close(&self) {
        self.stop.cancel();
        let mut tasks = std::mem::take(&mut *self.tasks.lock().unwrap_or_else(PoisonError::into_inner));
        while tasks.join_next().await.is_some() {}
    }
}

impl Render {
    fn see(&mut self, event: &Event) {
        let now = self.began.map(|began| began.elapsed()).unwrap_or_default();
        self.progress.apply(event, now);
        if let Event::Notice { level: helios_job::Level::Warn, message, .. } = event
            && self.notices.len() < NOTICES
            && !self.notices.contains(message)
        {
            self.notices.push(message.clone());
        }
    }

    fn json(&self, id: u64) -> Value {
        let running = self.began.filter(|_| self.state == "rendering").map(|began| began.elapsed());
        let left = running.and_then(|now| self.progress.eta(now)).map(|left| left.as_secs_f64().ceil());
        json!({
            "id": id,
            "page": self.page,
            "output": self.output,
            "state": self.state,
            "progress": self.progress.value(),
            "frames": self.progress.frames(),
            "totalFrames": self.progress.total(),
            "secondsLeft": left,
            "seconds": running.map_or(self.seconds, |now| now.as_secs_f64()),
            "bytes": self.bytes,
            "error": self.error,
            "warnings": self.notices,
        })
    }
}
