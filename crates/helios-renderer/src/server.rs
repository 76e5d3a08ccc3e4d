//! The built-in server for local compositions: one folder on 127.0.0.1, for one browser.
//!
//! The browser knows it as `http://helios.localhost/` whatever its port, so that a page's origin and addresses are the same
//! in every worker and every run. It serves the folder and nothing outside it, symbolic links included, with byte ranges
//! and MIME types; the host page; and takes what the host page posts: the pixels of canvas mode, sounds that only the page has. Frames of videos come from `films`.

use crate::RenderError;
use crate::films::{Films, Question};
use crate::runtime::{HOST_PATH, host_page};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, Query, Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use std::collections::BTreeSet;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tower_http::services::ServeFile;

/// The name under which the browser reaches the server.
pub(crate) const HOST_NAME: &str = "helios.localhost";
/// Where the host page posts the pixels of a canvas.
pub(crate) const CANVAS_PATH: &str = "/__helios__/canvas";

/// Where the host page posts what it alone can read of the page's sound.
pub(crate) const SOUND_PATH: &str = "/__helios__/sound";

/// Where the page's runtime asks for frames of videos.
pub(crate) const FILM_PATH: &str = "/__helios__/film";

/// The most that it posts at a time: the page holds it in memory, and so do we for a moment.
const MAX_SOUND_BYTES: usize = 1 << 30;

/// The largest canvas: 8192 x 8192 RGBA.
const MAX_CANVAS_BYTES: usize = 8192 * 8192 * 4;

/// So far into a page a browser looks for the name of its encoding.
const HEAD_BYTES: usize = 1024;
const CHARSET: &[u8] = b"charset";

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
    /// Where sounds go that are posted.
    folder: tempfile::TempDir,
    /// Those that came.
    sounds: Mutex<Vec<PathBuf>>,
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
            sounds: Mutex::default(),
            films: Films::new(ffmpeg),
            asked: Mutex::default(),
        });
        let app = Router::new()
            .route(HOST_PATH, get(|| async { Html(host_page()) }))
            .route(CANVAS_PATH, post(take_canvas).layer(DefaultBodyLimit::max(MAX_CANVAS_BYTES)))
            .route(FILM_PATH, get(film))
            .route(SOUND_PATH, post(take_sound).layer(DefaultBodyLimit::max(MAX_SOUND_BYTES)))
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

    /// The sounds that were posted, by their numbers.
    pub(crate) fn sounds(&self) -> Vec<PathBuf> {
        self.shared.sounds.lock().unwrap_or_else(PoisonError::into_inner).clone()
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

/// Keeps a sound and answers with its number. Open to every origin, as for the canvas.
async fn take_sound(State(shared): State<Arc<Shared>>, body: Bytes) -> impl IntoResponse {
    let kept = tokio::task::spawn_blocking(move || {
        let mut sounds = shared.sounds.lock().unwrap_or_else(PoisonError::into_inner);
        let file = shared.folder.path().join(sounds.len().to_string());
        std::fs::write(&file, &body)?;
        sounds.push(file);
        std::io::Result::Ok(sounds.len() - 1)
    });
    let (status, text) = match kept.await {
        Ok(Ok(number)) => (StatusCode::OK, number.to_string()),
        _ => (StatusCode::INSUFFICIENT_STORAGE, String::new()),
    };
    (status, [(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")], text)
}

async fn film(State(shared): State<Arc<Shared>>, question: Query<Question>) -> Response {
    shared.note(question.file(shared.root.as_deref()));
    shared.films.answer(shared.root.as_deref(), question).await
}

async fn serve_file(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    if request.method() != Method::GET && request.method() != Method::HEAD {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    let Some(file) = shared.root.as_deref().and_then(|root| find(root, request.uri().path())) else {
        return (StatusCode::NOT_FOUND, "not found").into_response();
    };
    shared.note(Some(file.clone()));
    let utf8 = file.extension().is_some_and(|name| name == "html" || name == "htm") && is_silent_utf8(&file);
    match ServeFile::new(file).try_call(request).await {
        Ok(mut response) => {
            if utf8 {
                let kind = HeaderValue::from_static("text/html; charset=utf-8");
                response.headers_mut().insert(header::CONTENT_TYPE, kind);
            }
            // Nothing of a render may come from an earlier one.
            response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
            response.map(Body::new)
        }
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

/// Whether a page is written in UTF-8 and does not say so itself. A browser that is told nothing takes the encoding of the page around
/// a frame, and guesses where there is none: pages would read differently by the way they are captured.
fn is_silent_utf8(file: &Path) -> bool {
    let Ok(bytes) = std::fs::read(file) else { return false };
    let head = bytes[..bytes.len().min(HEAD_BYTES)].to_ascii_lowercase();
    !head.windows(CHARSET.len()).any(|word| word == CHARSET) && std::str::from_utf8(&bytes).is_ok()
}

/// The file that a request path names, if it lies in `root` after all links are followed.
pub(crate) fn find(root: &Path, request_path: &str) -> Option<PathBuf> {
    let decoded = percent_encoding::percent_decode_str(request_path).decode_utf8().ok()?;
    let relative = decoded.trim_start_matches('/');
    let file = root.join(relative).canonicalize().ok()?;
    let file = if file.is_dir() { file.join("index.html").canonicalize().ok()? } else { file };
    (file.starts_with(root) && file.is_file()).then_some(file)
}

#[cfg(test)]
mod tests {
    use super::{find, is_silent_utf8};
    use std::fs;
    use std::os::unix::fs::symlink;

    #[test]
    fn a_page_that_names_no_encoding_is_utf8_when_it_can_be() {
        let dir = tempfile::tempdir().unwrap();
        let page = dir.path().join("a.html");
        for (bytes, silent) in [
            ("waiting…".as_bytes(), true),
            ("<meta Charset=latin1>waiting".as_bytes(), false),
            (b"caf\xe9".as_slice(), false),
        ] {
            fs::write(&page, bytes).unwrap();
            assert_eq!(is_silent_utf8(&page), silent, "{bytes:?}");
        }
        assert!(!is_silent_utf8(&dir.path().join("missing.html")));
    }

    #[test]
    fn only_what_lies_in_the_folder_is_found() {
        let dir = tempfile::tempdir().unwrap();
        let base = dir.path().canonicalize().unwrap();
        let root = base.join("site");
        fs::create_dir_all(root.join("sub")).unwrap();
        fs::write(root.join("a b.html"), "").unwrap();
        fs::write(root.join("sub/index.html"), "").unwrap();
        fs::write(base.join("secret.txt"), "").unwrap();
        symlink(base.join("secret.txt"), root.join("link.txt")).unwrap();
        symlink(root.join("a b.html"), root.join("inside.html")).unwrap();

        assert_eq!(find(&root, "/a%20b.html"), Some(root.join("a b.html")));
        assert_eq!(find(&root, "/inside.html"), Some(root.join("a b.html")));
        assert_eq!(find(&root, "/sub/"), Some(root.join("sub/index.html")));
        for outside in
            ["/../secret.txt", "/%2e%2e/secret.txt", "/link.txt", "//etc/passwd", "/missing", "/%ff", "/"]
        {
            assert_eq!(find(&root, outside), None, "{outside}");
        }
    }
}
