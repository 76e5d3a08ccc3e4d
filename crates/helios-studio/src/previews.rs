//! Previews: each folder with pages is a site of its own, on a port of its own, as it is in a render. Started when it is first asked for.

use crate::guard::{Guard, guard};
use crate::project::Project;
use crate::{ApiError, Host};
use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware;
use axum::response::{IntoResponse as _, Response};
use helios_renderer::{Preview, PreviewAt};
use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::{Mutex, mpsc};

/// The most folders that are open at once.
const MOST: usize = 200;

/// The sites of a project.
pub struct Previews {
    address: IpAddr,
    studio_port: u16,
    token: Option<Arc<str>>,
    host: Arc<dyn Host>,
    ports: Mutex<HashMap<PathBuf, u16>>,
    /// Takes what else is to be watched, while files are.
    also: Option<mpsc::UnboundedSender<Vec<PathBuf>>>,
}

#[derive(Clone)]
struct Site {
    shown: Arc<Shown>,
    studio_port: u16,
}

/// What a port shows.
enum Shown {
    /// A folder with pages.
    Folder(Preview),
    /// A project, as it was when its page was last asked for.
    Project { input: String, host: Arc<dyn Host>, built: Mutex<Option<Arc<Preview>>> },
}

impl Previews {
    /// None is open yet.
    pub fn new(
        address: SocketAddr,
        token: Option<Arc<str>>,
        host: &Arc<dyn Host>,
        also: Option<mpsc::UnboundedSender<Vec<PathBuf>>>,
    ) -> Previews {
        let (host, ports) = (Arc::clone(host), Mutex::default());
        Previews { address: address.ip(), studio_port: address.port(), token, host, ports, also }
    }

    /// The port and the path of a page.
    ///
    /// # Errors
    /// `build-failed`; `failed` when no port is free.
    pub async fn open(&self, project: &Project, file: &Path) -> Result<(u16, String), ApiError> {
        let is_built = match file.to_str() {
            Some(input) => self.host.page(input).await.map_err(ApiError::build_failed)? != input,
            None => false,
        };
        if is_built {
            if let Some(also) = &self.also {
                let sources = self.host.sources(file).into_iter();
                also.send(sources.filter(|source| !source.starts_with(project.root())).collect()).ok();
            }
            return Ok((self.port(file, true).await?, "/".to_owned()));
        }
        let folder = file.parent().unwrap_or(project.root());
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let name = percent_encoding::utf8_percent_encode(&name, percent_encoding::NON_ALPHANUMERIC);
        Ok((self.port(folder, false).await?, format!("/{name}").replace("%2E", ".").replace("%2D", "-")))
    }

    async fn port(&self, folder: &Path, is_project: bool) -> Result<u16, ApiError> {
        let mut ports = self.ports.lock().await;
        if let Some(port) = ports.get(folder) {
            return Ok(*port);
        }
        if ports.len() >= MOST {
            let fix = "end the Studio and start it again, in a smaller folder";
            return Err(ApiError::wrong_state(format!("pages of {MOST} folders are open"), fix));
        }
        let failed = |error: std::io::Error| ApiError::failed("open a port for the preview", error);
        let listener = TcpListener::bind((self.address, 0)).await.map_err(failed)?;
        let port = listener.local_addr().map_err(failed)?.port();
        let shown = if is_project {
            let input = folder.to_string_lossy().into_owned();
            Shown::Project { input, host: Arc::clone(&self.host), built: Mutex::default() }
        } else {
            Shown::Folder(Preview::new(folder.to_path_buf(), self.host.tools().ffmpeg))
        };
        let rule = Guard { port, token: self.token.clone(), framed: true };
        let app = Router::new()
            .fallback(answer)
            .layer(middleware::from_fn_with_state(rule, guard))
            .with_state(Site { shown: Arc::new(shown), studio_port: self.studio_port });
        tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, app).await {
                tracing::warn!("a preview ended: {error}");
            }
        });
        ports.insert(folder.to_path_buf(), port);
        Ok(port)
    }
}

impl Shown {
    async fn answer(&self, at: &PreviewAt, request: Request) -> Response {
        let (input, host, built) = match self {
            Shown::Folder(preview) => return preview.answer(at, request).await,
            Shown::Project { input, host, built } => (input, host, built),
        };
        let mut built = built.lock().await;
        // What a page loads belongs to the page, even when a source has changed meanwhile.
        if request.uri().path() == "/" || built.is_none() {
            match host.page(input).await {
                Ok(folder) => *built = Some(Arc::new(Preview::new(folder.into(), host.tools().ffmpeg))),
                // Whoever asks for the address is told; what is on stage stays as it was.
                Err(why) if built.is_none() => {
                    return (StatusCode::UNPROCESSABLE_ENTITY, why).into_response();
                }
                Err(_) => {}
            }
        }
        let preview = built.clone();
        drop(built);
        match preview {
            Some(preview) => preview.answer(at, request).await,
            None => StatusCode::NOT_FOUND.into_response(),
        }
    }
}

async fn answer(State(site): State<Site>, request: Request) -> Response {
    let host = host_of(&request);
    let name = host_name(&host).to_owned();
    // By the name that the browser uses: it is the Studio's too.
    let at = PreviewAt {
        own: format!("http://{host}"),
        orders_from: format!("http://{name}:{}", site.studio_port),
    };
    let mut response = site.shown.answer(&at, request).await;
    // No other page may show it, and play with it.
    let policy = format!("frame-ancestors 'self' {}", at.orders_from);
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// The `Host` of a request.
pub fn host_of(request: &Request) -> String {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    host.unwrap_or_default().to_owned()
}

/// A host without its port.
pub fn host_name(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}
