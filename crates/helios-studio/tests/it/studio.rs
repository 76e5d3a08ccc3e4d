//! A Studio with a folder of its own, and a program around it that starts scripted workers.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use helios_job::StillAt;
use helios_runner::{Concurrency, RenderOptions, WorkerCommand};
use helios_studio::{Host, Planned, Studio, StudioOptions, Tools};
use helios_testkit::{Script, fake_worker};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tower::ServiceExt as _;

/// Longer than anything here takes on a busy machine, and short enough to be called a hang.
const HANG: Duration = Duration::from_secs(60);

/// The program around.
pub struct Fake {
    script: Script,
    pub said: Mutex<Vec<String>>,
    ffmpeg: Option<PathBuf>,
}

impl Host for Fake {
    fn render(&self, argv: &[String]) -> Result<Planned, String> {
        let flag = |name: &str| {
            let at = argv.iter().position(|word| word == name)?;
            argv.get(at + 1).map(String::as_str)
        };
        let fps = flag("--fps").unwrap_or("30").parse().map_err(|error| format!("{error}"))?;
        let (program, args) = fake_worker(&self.script).map_err(|error| error.to_string())?;
        let options = RenderOptions {
            width: Some(320),
            height: Some(180),
            fps: Some(fps),
            duration: flag("--duration").unwrap_or("1").parse().ok(),
            concurrency: flag("--concurrency").map_or(Concurrency::Fixed(1), |text| text.parse().unwrap()),
            chunk_frames: flag("--chunk-frames").and_then(|text| text.parse().ok()),
            overwrite: !argv.iter().any(|word| word == "--no-overwrite"),
            retries: 0,
            worker: WorkerCommand { program, args },
            ..RenderOptions::default()
        };
        options.check(Path::new(flag("--output").unwrap_or_default())).map_err(|error| error.to_string())?;
        Ok(Planned { input: argv[2].clone(), output: flag("--output").unwrap().into(), options })
    }

    fn still(&self, argv: &[String]) -> Result<(Planned, StillAt), String> {
        Ok((self.render(argv)?, StillAt::Frame(0)))
    }

    fn is_project(&self, folder: &Path) -> bool {
        folder.join("src/main.tsx").is_file()
    }

    fn tools(&self) -> Tools {
        Tools { ffmpeg: self.ffmpeg.clone(), ..Tools::default() }
    }

    fn say(&self, line: &str) {
        self.said.lock().unwrap().push(line.to_owned());
    }
}

pub struct Place {
    pub folder: TempDir,
    pub host: Arc<Fake>,
}

impl Place {
    pub fn new(script: Script) -> Place {
        Place::with_ffmpeg(script, None)
    }

    pub fn with_ffmpeg(script: Script, ffmpeg: Option<PathBuf>) -> Place {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("page.html"), "<title>A page</title>").unwrap();
        Place { folder, host: Arc::new(Fake { script, said: Mutex::default(), ffmpeg }) }
    }

    pub async fn open(&self) -> Client {
        self.open_with(None).await.unwrap()
    }

    pub async fn open_with(&self, token: Option<&str>) -> Result<Client, String> {
        let options = StudioOptions {
            folder: self.folder.path().to_owned(),
            address: [127, 0, 0, 1].into(),
            port: 0,
            token: token.map(str::to_owned),
            host: Arc::clone(&self.host) as Arc<dyn Host>,
        };
        let studio = Studio::open(options).await?;
        Ok(Client { router: studio.router(), own: studio.address().to_string(), studio: Some(studio) })
    }
}

/// Asks the server.
pub struct Client {
    router: Router,
    /// The host by which it knows itself.
    pub own: String,
    studio: Option<Studio>,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Status and code of an error, which must be one in full.
    #[track_caller]
    pub fn error(&self) -> (u16, String) {
        let json = self.json();
        let text =
            |field: &str| json["error"][field].as_str().unwrap_or_else(|| panic!("{self:?}")).to_owned();
        assert!(!text("message").is_empty(), "{self:?}");
        text("fix");
        (self.status.as_u16(), text("code"))
    }
}

impl Client {
    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        Answer { status: parts.status, headers: parts.headers, body }
    }

    /// The answer before its end.
    pub async fn stream(&self, request: Request<Body>) -> axum::response::Response {
        self.router.clone().oneshot(request).await.unwrap()
    }

    pub fn request(&self, method: &str, path: &str) -> axum::http::request::Builder {
        Request::builder().method(method).uri(path).header("host", &self.own)
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request("GET", path).body(Body::empty()).unwrap()).await
    }

    pub async fn with(&self, method: &str, path: &str, body: &str) -> Answer {
        let request = self.request(method, path).header("content-type", "application/json");
        self.send(request.body(Body::from(body.to_owned())).unwrap()).await
    }

    /// Asks for something that must work.
    #[track_caller]
    pub fn ok(&self, answer: Answer) -> Value {
        assert!(answer.status.is_success(), "{answer:?}");
        if answer.body.is_empty() { Value::Null } else { answer.json() }
    }

    pub async fn post(&self, path: &str, body: &str) -> Value {
        self.ok(self.with("POST", path, body).await)
    }

    pub async fn job(&self, id: &str) -> Value {
        self.ok(self.get(&format!("/api/jobs/{id}")).await)
    }

    /// Waits until a job is as wanted.
    pub async fn until(&self, id: &str, mut wanted: impl FnMut(&Value) -> bool) -> Value {
        let began = Instant::now();
        loop {
            let job = self.job(id).await;
            if wanted(&job) {
                return job;
            }
            assert!(began.elapsed() < HANG, "waited for {id}, which is {job}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    pub async fn until_state(&self, id: &str, state: &str) -> Value {
        self.until(id, |job| job["state"] == state).await
    }

    /// Ends the Studio as Ctrl-C does.
    pub async fn close(mut self) {
        self.studio.take().unwrap().serve(async {}).await.unwrap();
    }
}
