//! What it takes a browser to know of a page: its details, its frames. One browser at a time, beside those of the renders.

use crate::api::{CompositionDetails, StillRequest, StudioEvent};
use crate::host::{Host, Planned};
use crate::hub::Hub;
use crate::project::Project;
use crate::{ApiError, argv, scan};
use helios_job::{Event, ListedComposition, Seconds};
use helios_runner::{RenderOptions, RenderOrchestrator};
use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::MutexGuard;
use tokio_util::sync::CancellationToken;
use xxhash_rust::xxh3::xxh3_128;

/// The longest wait for a page of which a thumbnail is wanted: a folder may have many that never become ready.
const THUMBNAIL_TIMEOUT: &str = "15s";

/// Looks at pages.
pub struct Looker {
    host: Arc<dyn Host>,
    project: Project,
    hub: Arc<Hub>,
    /// One browser at a time.
    turn: tokio::sync::Mutex<()>,
    /// By page and version.
    known: Mutex<HashMap<(String, String), Result<CompositionDetails, ApiError>>>,
    cancel: CancellationToken,
}

impl Looker {
    /// Nothing is known yet.
    pub fn new(host: &Arc<dyn Host>, project: &Project, hub: &Arc<Hub>) -> Looker {
        Looker {
            host: Arc::clone(host),
            project: project.clone(),
            hub: Arc::clone(hub),
            turn: tokio::sync::Mutex::new(()),
            known: Mutex::default(),
            cancel: CancellationToken::new(),
        }
    }

    /// Ends what is being looked at.
    pub async fn close(&self) {
        self.cancel.cancel();
        drop(self.turn.lock().await);
    }

    /// Waits until no browser is at work, and keeps the others waiting.
    pub async fn turn(&self) -> MutexGuard<'_, ()> {
        self.turn.lock().await
    }

    /// What is known of a page in this version.
    pub fn known(&self, page: &str, version: &str) -> Option<Result<CompositionDetails, ApiError>> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(&(page.to_owned(), version.to_owned())).cloned()
    }

    /// What a browser finds out of a page.
    ///
    /// # Errors
    /// `render-failed` when the page does not load or has no length.
    pub async fn details(&self, page: &str) -> Result<CompositionDetails, ApiError> {
        self.project.composition(page)?;
        let version = self.version(page);
        if let Some(known) = self.known(page, &version) {
            return known;
        }
        let _turn = self.turn.lock().await;
        if let Some(known) = self.known(page, &version) {
            return known;
        }
        let details = self.look(page).await;
        // A browser that failed may work the next time.
        let lasting = details.as_ref().err().is_none_or(|error| error.fix.is_empty());
        if lasting && !self.cancel.is_cancelled() {
            let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            known.retain(|(of, _), _| of != page);
            known.insert((page.to_owned(), version), details.clone());
            self.hub.tell(&StudioEvent::Compositions);
        }
        details
    }

    /// What `page` is opened with.
    fn planned(&self, page: &str) -> Result<Planned, ApiError> {
        let request = StillRequest { composition: page.to_owned(), ..StillRequest::default() };
        let argv = argv::still(&self.project, &request, Path::new("still.png"))?;
        self.host.still(&argv).map(|(planned, _)| planned).map_err(ApiError::refused)
    }

    async fn look(&self, page: &str) -> Result<CompositionDetails, ApiError> {
        let planned = self.planned(page)?;
        let found = Arc::new(Mutex::new(None));
        let sink = Arc::clone(&found);
        let options = RenderOptions {
            observer: Some(Arc::new(move |event: &Event| {
                if let Event::Inspected { composition } = event {
                    *sink.lock().unwrap_or_else(PoisonError::into_inner) = Some(composition.clone());
                }
            })),
            cancel: self.cancel.clone(),
            ..planned.options
        };
        // Pictures can have any size, so the plan fails for no reason of an encoder.
        let job = RenderOrchestrator::plan(&planned.input, Path::new("plan/%d.png"), &options).await;
        let config = job.map_err(|error| ApiError::render_failed(&error))?.config;
        let composition = found.lock().unwrap_or_else(PoisonError::into_inner).take().unwrap_or_default();
        Ok(CompositionDetails {
            width: config.width,
            height: config.height,
            fps: config.fps.to_string(),
            duration: config.duration.as_f64(),
            total_frames: config.composition_frames(),
            seekable: composition.seekable,
            title: composition.title.filter(|title| !title.is_empty()),
            schema: composition.schema,
        })
    }

    /// The compositions of a page that has a list of them.
    ///
    /// # Errors
    /// `render-failed` when the page does not load.
    pub async fn list(&self, page: &str) -> Result<Vec<ListedComposition>, ApiError> {
        let _turn = self.turn.lock().await;
        let planned = self.planned(page)?;
        let options = RenderOptions { cancel: self.cancel.clone(), ..planned.options };
        let listed = RenderOrchestrator::compositions(&planned.input, &options).await;
        let listed = listed.map_err(|error| ApiError::render_failed(&error))?;
        Ok(listed.pages.into_iter().flat_map(|page| page.compositions).collect())
    }

    /// The exact frame of a render, as a PNG file. It is kept, under a name made of everything that decides it.
    ///
    /// # Errors
    /// `render-failed` when it cannot be drawn.
    pub async fn still(&self, request: &StillRequest) -> Result<PathBuf, ApiError> {
        self.project.composition(&request.composition)?;
        let key = serde_json::to_string(request).unwrap_or_default();
        let file = self.kept("still", &format!("{}\n{key}", self.version(&request.composition)), "png");
        self.draw(request, &file, None).await?;
        Ok(file)
    }

    /// Draws a frame to `file`, unless it is there.
    async fn draw(
        &self,
        request: &StillRequest,
        file: &Path,
        timeout: Option<Seconds>,
    ) -> Result<(), ApiError> {
        if file.is_file() {
            return Ok(());
        }
        let _turn = self.turn.lock().await;
        if file.is_file() {
            return Ok(());
        }
        let argv = argv::still(&self.project, request, file)?;
        let (planned, at) = self.host.still(&argv).map_err(ApiError::refused)?;
        let cancel = self.cancel.clone();
        let options = RenderOptions { cancel, overwrite: true, timeout, ..planned.options };
        let drawn = RenderOrchestrator::still(&planned.input, &planned.output, at, &options).await;
        drawn.map_err(|error| ApiError::render_failed(&error))?;
        Ok(())
    }

    /// A small picture of a frame.
    ///
    /// # Errors
    /// As [`Looker::still`].
    pub async fn thumbnail(&self, page: &str, frame: Option<u32>, width: u32) -> Result<PathBuf, ApiError> {
        let frame = match frame {
            Some(frame) => frame,
            None => self.details(page).await?.total_frames / 3,
        };
        let key = format!("{page}\n{}\n{frame}\n{width}", self.version(page));
        let small = self.kept("thumbnail", &key, "png");
        if small.is_file() {
            return Ok(small);
        }
        let request =
            StillRequest { composition: page.to_owned(), frame: Some(frame), ..StillRequest::default() };
        // Beside the small one: nobody else asks for it.
        let still = small.with_extension("large.png");
        self.draw(&request, &still, THUMBNAIL_TIMEOUT.parse().ok()).await?;
        let to = small.clone();
        let made = tokio::task::spawn_blocking(move || {
            let made = helios_renderer::thumbnail(&still, width, &to);
            // The large one is large, and easily made again.
            let _ = fs::remove_file(&still);
            made
        });
        let made = made.await.map_err(|error| ApiError::failed("make the thumbnail", error))?;
        made.map_err(|error| ApiError::failed("make the thumbnail", error))?;
        Ok(small)
    }

    /// The name of a file in the cache.
    pub fn kept(&self, kind: &str, key: &str, extension: &str) -> PathBuf {
        let digest = xxh3_128(format!("{}\n{key}", env!("CARGO_PKG_VERSION")).as_bytes());
        self.project.own("cache").join(format!("{kind}-{digest:032x}.{extension}"))
    }

    /// Changes with every file that the page may be made of.
    fn version(&self, composition: &str) -> String {
        let Ok((page, _)) = self.project.composition(composition) else { return String::new() };
        let path = self.project.relative(&page);
        let pages = scan::compositions(&self.project, &*self.host);
        pages.into_iter().find(|view| view.path == path).map(|view| view.version).unwrap_or_default()
    }
}
