//! Previews: each folder with pages is a site of its own, on a port of its own, as it is in a render. Started when it is first asked for.

use crate::ApiError;
use crate::guard::{Guard, guard};
use crate::project::Project;
use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, header};
use axum::middleware;
use axum::response::Response;
use helios_renderer::{Preview, PreviewAt};
use std::collections::HashMap;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::Mutex;

/// The most folders that are open at once.
const MOST: usize = 200;

/// The sites of a project.
pub struct Previews {
    address: IpAddr,
    studio_port: u16,
    token: Option<Arc<str>>,
    ffmpeg: Option<PathBuf>,
    ports: Mutex<HashMap<PathBuf, u16>>,
}

#[derive(Clone)]
struct Site {
    preview: Arc<Preview>,
    studio_port: u16,
}

impl Previews {
    /// None is open yet.
    pub fn new(
        address: IpAddr,
        studio_port: u16,
        token: Option<Arc<str>>,
        ffmpeg: Option<PathBuf>,
    ) -> Previews {
        Previews { address, studio_port, token, ffmpeg, ports: Mutex::default() }
    }

    /// The port and the path of a page.
    ///
    /// # Errors
    /// `bad-path`, `not-found`; `failed` when no port is free.
    pub async fn open(&self, project: &Project, page: &str) -> Result<(u16, String), ApiError> {
        let file = project.page(page)?;
        let folder = file.parent().unwrap_or(project.root());
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let name = percent_encoding::utf8_percent_encode(&name, percent_encoding::NON_ALPHANUMERIC);
        Ok((self.port(folder).await?, format!("/{name}").replace("%2E", ".").replace("%2D", "-")))
    }

    async fn port(&self, folder: &Path) -> Result<u16, ApiError> {
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
        let preview = Arc::new(Preview::new(folder.to_path_buf(), self.ffmpeg.clone()));
        let rule = Guard { port, token: self.token.clone(), framed: true };
        let app = Router::new()
            .fallback(answer)
            .layer(middleware::from_fn_with_state(rule, guard))
            .with_state(Site { preview, studio_port: self.studio_port });
        tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, app).await {
                tracing::warn!("a preview ended: {error}");
            }
        });
        ports.insert(folder.to_path_buf(), port);
        Ok(port)
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
    let mut response = site.preview.answer(&at, request).await;
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
