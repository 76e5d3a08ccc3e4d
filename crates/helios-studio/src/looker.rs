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

/// Whoever has it may start a browser.
type Turn<'a> = MutexGuard<'a, ()>;

/// Looks at pages.
pub struct Looker {
    host: Arc<dyn Host>,
    project: Project,
    hub: Arc<Hub>,
    /// One browser at a time.
    turn: tokio::sync::Mutex<()>,
    /// By page and version. What is no error is on disk as well, and takes no browser the next time.
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
        drop(self.turn().await);
    }

    /// Waits until no browser is at work, and keeps the others waiting.
    pub async fn turn(&self) -> Turn<'_> {
        self.turn.lock().await
    }

    /// What is known of a page in this version: since this Studio was opened, or from before.
    pub fn known(&self, page: &str, version: &str) -> Option<Result<CompositionDetails, ApiError>> {
        let key = (page.to_owned(), version.to_owned());
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        if known.is_some() {
            return known;
        }
        let kept = fs::read(self.details_file(page, version)).ok()?;
        let details: CompositionDetails = serde_json::from_slice(&kept).ok()?;
        self.remember(page, version, &Ok(details.clone()));
        Some(Ok(details))
    }

    fn remember(&self, page: &str, version: &str, details: &Result<CompositionDetails, ApiError>) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|(of, _), _| of != page);
        known.insert((page.to_owned(), version.to_owned()), details.clone());
    }

    fn details_file(&self, page: &str, version: &str) -> PathBuf {
        self.kept("details", &format!("{page}\n{version}"), "json")
    }

    /// What a browser finds out of a page.
    ///
    /// # Errors
    /// `render-failed` when the page does not load or has no length.
    pub async fn details(&self, page: &str) -> Result<CompositionDetails, ApiError> {
        self.project.composition(page)?;
        if let Some(known) = self.known(page, &self.version(page)) {
            return known;
        }
        let turn = self.turn().await;
        self.find(&turn, page).await.map(|(details, _)| details)
    }

    /// What a browser finds out of a page, unless it is known; and the version that the page has then.
    async fn find(&self, _turn: &Turn<'_>, page: &str) -> Result<(CompositionDetails, String), ApiError> {
        let version = self.version(page);
        if let Some(known) = self.known(page, &version) {
            return known.map(|details| (details, version));
        }
        let details = self.look(page).await;
        // Of a project it is known only now what it is made of.
        let now = self.version(page);
        // A browser that failed may work the next time.
        let lasting = details.as_ref().err().is_none_or(|error| error.fix.is_empty());
        if lasting && !self.cancel.is_cancelled() {
            self.remember(page, &version, &details);
            // A version that files outside of the page's folder do not change is no name for the next time.
            if let Ok(details) = details.as_ref()
                && version == now
            {
                // A cache that cannot be written costs time only.
                let text = serde_json::to_vec(details).unwrap_or_default();
                let _ = fs::write(self.details_file(page, &version), text);
            }
            self.hub.tell(&StudioEvent::Compositions);
        }
        details.map(|details| (details, now))
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
        let _turn = self.turn().await;
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
        if !file.is_file() {
            let turn = self.turn().await;
            self.draw(&turn, request, &file, None).await?;
        }
        Ok(file)
    }

    /// Draws a frame to `file`, unless it is there.
    async fn draw(
        &self,
        _turn: &Turn<'_>,
        request: &StillRequest,
        file: &Path,
        timeout: Option<Seconds>,
    ) -> Result<(), ApiError> {
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

    /// A small picture of a frame, by default that a third into the video. One that is kept takes neither a browser nor a turn; otherwise
    /// one turn does for all that has to be found out and drawn.
    ///
    /// # Errors
    /// As [`Looker::still`].
    pub async fn thumbnail(&self, page: &str, frame: Option<u32>, width: u32) -> Result<PathBuf, ApiError> {
        self.project.composition(page)?;
        let version = self.version(page);
        let third = |details: &CompositionDetails| details.total_frames / 3;
        let known = match frame {
            Some(frame) => Some(frame),
            None => self.known(page, &version).transpose()?.as_ref().map(third),
        };
        let kept = known.map(|frame| self.thumbnail_file(page, &version, frame, width));
        if let Some(kept) = kept.filter(|kept| kept.is_file()) {
            return Ok(kept);
        }
        let turn = self.turn().await;
        let (frame, version) = match frame {
            Some(frame) => (frame, self.version(page)),
            None => self.find(&turn, page).await.map(|(details, version)| (third(&details), version))?,
        };
        let small = self.thumbnail_file(page, &version, frame, width);
        if small.is_file() {
            return Ok(small);
        }
        let request =
            StillRequest { composition: page.to_owned(), frame: Some(frame), ..StillRequest::default() };
        // Beside the small one: nobody else asks for it.
        let still = small.with_extension("large.png");
        self.draw(&turn, &request, &still, THUMBNAIL_TIMEOUT.parse().ok()).await?;
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

    fn thumbnail_file(&self, page: &str, version: &str, frame: u32, width: u32) -> PathBuf {
        self.kept("thumbnail", &format!("{page}\n{version}\n{frame}\n{width}"), "png")
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

#[cfg(test)]
mod tests {
    use super::*;
    use helios_job::StillAt;
    use std::time::Duration;
    use tempfile::TempDir;

    /// Writes down who asks. Everything that a page may say is said, so that a plan takes no browser; pictures are refused.
    #[derive(Default)]
    struct Asked(Mutex<Vec<String>>);

    impl Asked {
        fn list(&self) -> Vec<String> {
            self.0.lock().unwrap().clone()
        }
    }

    impl Host for Asked {
        fn render(&self, _argv: &[String]) -> Result<Planned, String> {
            Err("nothing is rendered here".to_owned())
        }

        fn still(&self, argv: &[String]) -> Result<(Planned, StillAt), String> {
            let page = Path::new(&argv[2]).file_stem().unwrap().to_string_lossy().into_owned();
            let plans = argv[4] == "still.png";
            self.0.lock().unwrap().push(format!("{} {page}", if plans { "plan" } else { "draw" }));
            let options = RenderOptions {
                width: Some(320),
                height: Some(180),
                fps: "30".parse().ok(),
                duration: "1".parse().ok(),
                ..RenderOptions::default()
            };
            let planned = Planned { input: argv[2].clone(), output: (&argv[4]).into(), options };
            if plans { Ok((planned, StillAt::Frame(0))) } else { Err("nothing is drawn here".to_owned()) }
        }

        fn say(&self, _line: &str) {}
    }

    fn place() -> TempDir {
        let folder = tempfile::tempdir().unwrap();
        for name in ["a", "b"] {
            // Of its own folder: a file beside it would be a change of the page.
            fs::create_dir(folder.path().join(name)).unwrap();
            fs::write(folder.path().join(name).join(format!("{name}.html")), "<title>A page</title>")
                .unwrap();
        }
        folder
    }

    fn looker(folder: &TempDir) -> (Looker, Arc<Asked>) {
        let asked = Arc::new(Asked::default());
        let host: Arc<dyn Host> = Arc::clone(&asked) as Arc<dyn Host>;
        (Looker::new(&host, &Project::open(folder.path()).unwrap(), &Hub::new()), asked)
    }

    #[tokio::test]
    async fn a_kept_thumbnail_takes_no_browser_and_no_turn_the_next_time() {
        let folder = place();
        let (before, asked) = looker(&folder);
        let details = before.details("a/a.html").await.unwrap();
        assert_eq!((details.total_frames, asked.list()), (30, vec!["plan a".to_owned()]));
        let version = before.version("a/a.html");
        fs::write(before.thumbnail_file("a/a.html", &version, 10, 240), "a picture").unwrap();

        let (after, asked) = looker(&folder);
        let _busy = after.turn().await;
        let kept = tokio::time::timeout(Duration::from_secs(10), after.thumbnail("a/a.html", None, 240));
        assert_eq!(fs::read_to_string(kept.await.unwrap().unwrap()).unwrap(), "a picture");
        assert_eq!(after.known("a/a.html", &version), Some(Ok(details)));
        assert_eq!(asked.list(), [""; 0]);
        // Another version of the page is another page.
        fs::write(folder.path().join("a/style.css"), "p {}").unwrap();
        assert_eq!(after.known("a/a.html", &after.version("a/a.html")), None);
    }

    #[tokio::test]
    async fn one_turn_is_for_all_of_a_thumbnail() {
        let folder = place();
        let (looker, asked) = looker(&folder);
        // Both wait for their turn before the first of them has it.
        let busy = looker.turn().await;
        let wait = async {
            tokio::task::yield_now().await;
            drop(busy);
        };
        let (a, b) = (looker.thumbnail("a/a.html", None, 240), looker.thumbnail("b/b.html", None, 240));
        let ((), a, b) = tokio::join!(wait, a, b);
        assert_eq!([a.unwrap_err().code, b.unwrap_err().code], ["refused"; 2]);
        assert_eq!(asked.list(), ["plan a", "draw a", "plan b", "draw b"]);
    }
}
