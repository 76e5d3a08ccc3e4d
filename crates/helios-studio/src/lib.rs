//! The server of Helios Studio: the compositions of one folder, exact previews of them, and their renders.
//!
//! What it answers is in docs/studio-api.md and, as types, in [`api`], from which the user interface has its own
//! (`web/studio/src/api/`). What it needs of the program around it is [`Host`].
//!
//! ```text
//! routes      the API, one file for each kind of thing; extract, guard: what of a request passes
//! jobs        RenderManager: queue, journal, lanes, on top of helios-runner
//! looker      what takes a browser: details of a page, exact frames, thumbnails; lists: pages with several compositions
//! previews    the sites of the compositions, on origins of their own
//! project     which paths lie in the project; scan, files, captions, watch: what lies there
//! hub         events to everybody who listens
//! changes     changes of files, for others too
//! encoders    whether FFmpeg can write what is asked for
//! doctor      whether this machine can render
//! argv        requests in the words of the command line
//! ```
//!
//! It renders nothing itself and knows no flag's meaning: the host reads the words, helios-runner renders.

mod about;
pub mod api;
mod argv;
mod captions;
mod changes;
pub mod doctor;
mod encoders;
mod error;
mod extract;
mod files;
mod guard;
mod host;
mod hub;
mod jobs;
mod lists;
mod looker;
mod previews;
mod project;
mod routes;
mod scan;
mod ui;
mod watch;

pub use changes::{Changes, is_source};
pub use error::ApiError;
pub use host::{Host, Page, Planned, Tools};
pub use jobs::RenderManager;
pub use project::Project;
pub use scan::compositions;

use crate::guard::Guard;
use crate::hub::Hub;
use crate::lists::Lists;
use crate::looker::Looker;
use crate::previews::Previews;
use axum::Router;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};
use tokio::net::TcpListener;

/// The most workers that a render of the Studio may have.
pub const MAX_WORKERS: u32 = 32;

/// How the Studio is opened.
pub struct StudioOptions {
    /// The folder with the pages.
    pub folder: PathBuf,
    /// Where it listens.
    pub address: IpAddr,
    /// Its port; 0 for any that is free.
    pub port: u16,
    /// What everybody has to know who uses it, where others can reach it.
    pub token: Option<String>,
    /// The program around it.
    pub host: Arc<dyn Host>,
}

/// What the parts of the server share.
struct Shared {
    project: Project,
    host: Arc<dyn Host>,
    hub: Arc<Hub>,
    renders: RenderManager,
    looker: Looker,
    lists: Lists,
    previews: Previews,
    /// One sound at a time is read.
    listening: tokio::sync::Mutex<()>,
}

/// An open Studio.
pub struct Studio {
    shared: Arc<Shared>,
    listener: TcpListener,
    router: Router,
    address: SocketAddr,
    _watch: Option<watch::Watch>,
}

impl Studio {
    /// Opens a folder: jobs that waited when it was last open begin. Nobody is served before [`Studio::serve`].
    ///
    /// # Errors
    /// In words, when the folder or the port cannot be opened, or another Studio has the folder.
    pub async fn open(options: StudioOptions) -> Result<Studio, String> {
        let StudioOptions { folder, address, port, token, host } = options;
        let project = Project::open(&folder)?;
        let listener = TcpListener::bind((address, port)).await.map_err(|error| match error.kind() {
            io::ErrorKind::AddrInUse => {
                format!("port {port} is in use: choose another --port, or 0 for a free one")
            }
            _ => format!("cannot listen on {address} port {port}: {error}"),
        })?;
        let address = listener.local_addr().map_err(|error| error.to_string())?;
        let hub = Hub::new();
        let renders = RenderManager::open(&project, &host, &hub)?;
        let token: Option<Arc<str>> = token.map(Into::into);
        let watch = watch::watch(&project, &hub);
        if let Err(error) = &watch {
            host.say(&format!("Files are not watched, load pages again by hand: {error}"));
        }
        let also = watch.as_ref().ok().map(watch::Watch::also);
        let previews = Previews::new(address, token.clone(), &host, also);
        let looker = Looker::new(&host, &project, &hub);
        let listening = tokio::sync::Mutex::new(());
        let lists = Lists::default();
        let shared = Arc::new(Shared { project, host, hub, renders, looker, lists, previews, listening });
        let rule = Guard { port: address.port(), token, framed: false };
        let router = routes::router(Arc::clone(&shared), rule);
        Ok(Studio { shared, listener, router, address, _watch: watch.ok() })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The folder, canonical.
    pub fn folder(&self) -> &Path {
        self.shared.project.root()
    }

    /// The server without a socket, for tests.
    #[doc(hidden)]
    pub fn router(&self) -> Router {
        self.router.clone()
    }

    /// Serves until `stop`; then ends all renders, which show as interrupted the next time.
    ///
    /// # Errors
    /// When the socket fails.
    pub async fn serve(self, stop: impl Future<Output = ()>) -> io::Result<()> {
        let Studio { shared, listener, router, _watch, .. } = self;
        let served = tokio::select! {
            served = async { axum::serve(listener, router).await } => served,
            () = stop => Ok(()),
        };
        tokio::join!(shared.renders.close(), shared.looker.close());
        served
    }
}

/// The time, in milliseconds since 1970.
fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
