//! The built-in server for local compositions: one folder on 127.0.0.1, for one browser.
//!
//! The browser knows it as `http://helios.localhost/` whatever its port, so that a page's origin and addresses are the same
//! in every worker and every run. It serves the folder and nothing outside it, symbolic links included, with byte ranges
//! and MIME types; the host page; and takes what the host page posts: the pixels of canvas mode, sounds that only the page has. Frames of videos come from `films`.

use crate::RenderError;
use crate::films::{Films, Question};
use crate::runtime::{HOST_PATH, host_page};
use crate::site;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Query, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use std::collections::BTreeSet;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

/// The name under which the browser reaches the server.
pub(crate) const HOST_NAME: &str = "helios.localhost";
/// Where the host page posts the pixels of a canvas.
pub(crate) const CANVAS_PATH: &str = "/__helios__/canvas";

/// Where the host page posts what it alone can read of the page's sound.
pub(crate) const SOUND_PATH: &str = "/__helios__/sound";

/// Where the page's runtime asks for frames of videos.
pub(crate) const FILM_PATH: &str = "/__helios__/film";

/// The most that it posts at a time: the page holds it in memory, and so do we for a moment.
const MAX_MEDIA_BYTES: usize = 1 << 30;

/// The largest canvas: 8192 x 8192 RGBA.
const MAX_CANVAS_BYTES: usize = 8192 * 8192 * 4;

/// A running server; it ends when this is dropped.
pub(crate) struct Server {
    port: u16,
    canvas: mpsc::Receiver<Bytes>,
    shared: Arc<Shared>,
    task: tokio::task::JoinHandle<()>,
}

struct Shared {
    /// Canonical path of the folder; `None` when the composition is remote and only the host page is served.
    root: Option<PathBuf>,
    canvas: mpsc::Sender<Bytes>,
    /// Where sounds and videos go that are posted.
    folder: tempfile::TempDir,
    /// Those that came.
    media: Mutex<Vec<PathBuf>>,
    films: Films,
    /// The files that were asked for.
    asked: Mutex<BTreeSet<PathBuf>>,
}

impl Server {
    /// Serves `root` on a free port of 127.0.0.1. `scratch` is a folder for what pages post.
    pub(crate) async fn start(
        root: Option<PathBuf>,
        scratch: &Path,
        ffmpeg: Option<PathBuf>,
    ) -> Result<Server, RenderError> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await;
        let listener = listener.map_err(RenderError::io("listen on", "127.0.0.1"))?;
        let port = listener
            .local_addr()
            .map_err(RenderError::io("read the address of", "the built-in server"))?
            .port();
        let (sender, canvas) = mpsc::channel(1);
        let folder = tempfile::tempdir_in(scratch).map_err(RenderError::io("create a folder in", scratch))?;
        let shared = Arc::new(Shared {
            root,
            canvas: sender,
            folder,
            media: Mutex::default(),
            films: Films::new(ffmpeg),
            asked: Mutex::default(),
        });
        let app = Router::new()
            .route(HOST_PATH, get(|| async { Html(host_page()) }))
            .route(CANVAS_PATH, post(take_canvas).layer(DefaultBodyLimit::max(MAX_CANVAS_BYTES)))
            .route(FILM_PATH, get(film).merge(post(take_media)).layer(DefaultBodyLimit::max(MAX_MEDIA_BYTES)))
            .route(SOUND_PATH, post(take_media).layer(DefaultBodyLimit::max(MAX_MEDIA_BYTES)))
            .fallback(serve_file)
            .layer(middleware::from_fn(own_host_only))
            .with_state(Arc::clone(&shared));
        let task = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, app).await {
                tracing::warn!("the built-in server ended: {error}");
            }
        });
        Ok(Server { port, canvas, shared, task })
    }

    /// The flag that leads [`HOST_NAME`] to this server.
    pub(crate) fn resolver_rule(&self) -> String {
        format!("--host-resolver-rules=MAP {HOST_NAME}:80 127.0.0.1:{}", self.port)
    }

    /// The next canvas that was posted: RGBA rows without padding.
    pub(crate) async fn next_canvas(&mut self) -> Option<Bytes> {
        self.canvas.recv().await
    }

    /// The files that were posted, by their numbers.
    pub(crate) fn media(&self) -> Vec<PathBuf> {
        self.shared.media.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The files of the folder that the page was given so far, videos and sounds included.
    pub(crate) fn files(&self) -> Vec<PathBuf> {
        self.shared.asked.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }
}

impl Shared {
    fn note(&self, file: Option<PathBuf>) {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).extend(file);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Refuses requests for any other name: other programs' pages must not read the folder by DNS rebinding.
async fn own_host_only(request: Request, next: Next) -> Response {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    if host != HOST_NAME {
        return (StatusCode::FORBIDDEN, "this server belongs to a running render").into_response();
    }
    next.run(request).await
}

/// Open to every origin, since the page of a remote composition posts from its own.
async fn take_canvas(State(shared): State<Arc<Shared>>, body: Bytes) -> impl IntoResponse {
    let status = match shared.canvas.send(body).await {
        Ok(()) => StatusCode::NO_CONTENT,
        Err(_) => StatusCode::GONE,
    };
    (status, [(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")])
}

/// Keeps a sound or a video that only the page has, and answers with its number. Open to every origin, as for the canvas.
async fn take_media(State(shared): State<Arc<Shared>>, body: Bytes) -> impl IntoResponse {
    let kept = tokio::task::spawn_blocking(move || {
        let mut media = shared.media.lock().unwrap_or_else(PoisonError::into_inner);
        let file = shared.folder.path().join(media.len().to_string());
        std::fs::write(&file, &body)?;
        media.push(file);
        std::io::Result::Ok(media.len() - 1)
    });
    let (status, text) = match kept.await {
        Ok(Ok(number)) => (StatusCode::OK, number.to_string()),
        _ => (StatusCode::INSUFFICIENT_STORAGE, String::new()),
    };
    (status, [(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")], text)
}

async fn film(State(shared): State<Arc<Shared>>, question: Query<Question>) -> Response {
    let own = format!("http://{HOST_NAME}/");
    shared.note(question.file(shared.root.as_deref(), &own));
    let posted = shared.media.lock().unwrap_or_else(PoisonError::into_inner).clone();
    shared.films.answer(shared.root.as_deref(), &own, &posted, question).await
}

async fn serve_file(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let Some(root) = shared.root.as_deref() else { return StatusCode::NOT_FOUND.into_response() };
    shared.note(site::find(root, request.uri().path()));
    site::serve(root, request).await
}
