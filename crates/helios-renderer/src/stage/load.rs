//! Loading: from the host page to a composition that stays, through redirects and pages that replace themselves.

use super::host::{HostError, Kind, Reported, ask};
use super::window::origin;
use super::{Described, GRACE, Source, Stage};
use crate::RenderError;
use crate::input::Input;
use crate::page_events::{MARK, interception};
use crate::runtime::{Clock, HOST_PATH};
use helios_browser::BrowserError;
use serde_json::json;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{Instant, sleep};

/// How often a page may replace itself while it loads.
const MOST_DOCUMENTS: u32 = 20;

impl Stage {
    /// Waits until the host page's script has run, and keeps it in its place from then on. While the page is being
    /// replaced, evaluations fail; that passes.
    pub(super) async fn wait_for_host(&self) -> Result<(), RenderError> {
        self.host_is_up().await?;
        self.listener.settle(true);
        self.mark_frames().await;
        Ok(())
    }

    /// Gives the host page, and nobody else, the function that names frames. Without it errors bear no frame when they
    /// come in frames that are not drawn: no reason to fail.
    async fn mark_frames(&self) {
        self.listener.catch_up().await;
        let context = self.listener.log().host_context();
        let binding = json!({"name": MARK, "executionContextId": context});
        if let Err(error) = self.session.call("Runtime.addBinding", binding, self.timeout).await {
            tracing::debug!("no marks of frames: {error}");
        }
    }

    async fn host_is_up(&self) -> Result<(), RenderError> {
        let deadline = Instant::now() + self.timeout;
        loop {
            let ready = self.session.evaluate::<bool>("typeof heliosHost === 'object'", self.timeout).await;
            match ready {
                Ok(true) => return Ok(()),
                Err(
                    error @ (BrowserError::Died { .. } | BrowserError::TargetCrashed | BrowserError::Closed),
                ) => {
                    return Err(RenderError::browser("load the host page")(error));
                }
                _ if Instant::now() > deadline => {
                    let document = self.listener.log().document_error.clone();
                    return Err(match document {
                        Some(error) => error.into(),
                        None => self.timed_out("the host page to load".to_owned(), None),
                    });
                }
                _ => sleep(Duration::from_millis(5)).await,
            }
        }
    }

    /// Loads the composition. `None` when it went to another origin, where the host page cannot reach it.
    pub(super) async fn load(&mut self) -> Result<Option<Described>, RenderError> {
        self.listener.begin();
        self.call("Fetch.enable", interception(false)).await?;
        let Some(mut described) = self.settle_on_a_document().await? else { return Ok(None) };
        self.documents = self.listener.log().documents;
        if self.settle_unseen(None).await? {
            // What came late may have had something to declare.
            let described_anew = ask::<Described>(&self.session, &self.reopening(), self.timeout).await;
            match described_anew {
                Ok(anew) => described = anew,
                Err(error) => return Err(self.page_error(error, "the page to load", None).await),
            }
        }
        if self.clock() == Clock::Runtime {
            // Chromium's own time waits for what the page asks for.
            self.call("Fetch.enable", interception(true)).await?;
        }
        self.listener.catch_up().await;
        let log = self.listener.log();
        if let Some(error) = log.error() {
            let message = format!("the page failed while loading: {}", error.message);
            return Err(RenderError::Page { frame: None, message });
        }
        Ok(Some(described))
    }

    /// Loads the page, and what it replaces itself with while it loads, until it stays.
    async fn settle_on_a_document(&self) -> Result<Option<Described>, RenderError> {
        let deadline = Instant::now() + self.timeout + GRACE;
        let mut moved = self.listener.moved();
        let (width, height) = self.size;
        let url = serde_json::to_string(&self.url).unwrap_or_default();
        let mut expression = match self.clock() {
            Clock::Runtime => {
                let ground = match self.source {
                    _ if !self.look.alpha => "white",
                    Source::Tap(_) => "black",
                    _ => "none",
                };
                format!("heliosHost.open({url}, {width}, {height}, '{ground}')")
            }
            Clock::Chromium => {
                self.navigate().await?;
                self.reopening()
            }
        };
        let mut documents = 1;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let opened = self.ask(&expression, left, &mut moved, &mut documents).await?;
            self.listener.catch_up().await;
            // What the page did may be a better explanation than what became of our question.
            let replaced = self.moved_on(&mut documents)?;
            let described = match opened {
                // The answer that a document takes away with it is gone before the next one is known.
                Some(Err(error)) if error.is_taken_away() && self.clock() == Clock::Chromium => None,
                Some(Err(HostError::Page(Reported { kind: Kind::Foreign, .. }))) if !replaced => {
                    return Ok(None);
                }
                Some(Err(error)) if !replaced => {
                    return Err(self.page_error(error, "the page to load", None).await);
                }
                opened => opened.and_then(Result::ok),
            };
            match described {
                Some(described) if !replaced && !self.is_leaving() => return Ok(Some(described)),
                Some(_) if !replaced => self.wait_until_left(deadline, &mut documents).await?,
                _ => {}
            }
            expression = self.reopening();
        }
    }

    /// The answer to `expression`, or `None` when another document came before it.
    async fn ask(
        &self,
        expression: &str,
        limit: Duration,
        moved: &mut watch::Receiver<()>,
        documents: &mut u32,
    ) -> Result<Option<Result<Described, HostError>>, RenderError> {
        let asking = ask::<Described>(&self.session, expression, limit);
        tokio::pin!(asking);
        loop {
            tokio::select! {
                opened = &mut asking => return Ok(Some(opened)),
                Ok(()) = moved.changed() => if self.moved_on(documents)? { return Ok(None) },
            }
        }
    }

    /// Waits for the document that the page has asked for, or for the end of that wish (a download, for example).
    async fn wait_until_left(&self, deadline: Instant, documents: &mut u32) -> Result<(), RenderError> {
        let mut moved = self.listener.moved();
        while !self.moved_on(documents)? && self.is_leaving() {
            match tokio::time::timeout_at(deadline, moved.changed()).await {
                Ok(Ok(())) => {}
                // Nobody listens any more; whoever asks next is told why.
                Ok(Err(_)) => break,
                Err(_) => {
                    let to = self.listener.log().leaving.clone().unwrap_or_default();
                    return Err(self.timed_out(format!("the page to go on to {to}"), None));
                }
            }
        }
        Ok(())
    }

    /// The question that goes on where the page was lost: it has replaced itself by another document while it loaded.
    fn reopening(&self) -> String {
        format!("{}.reopen()", self.respondent())
    }

    fn is_leaving(&self) -> bool {
        let log = self.listener.log();
        log.leaving.is_some() || log.refreshing
    }

    /// Whether the composition's frame shows another document than the `documents`th, which is then corrected.
    fn moved_on(&self, documents: &mut u32) -> Result<bool, RenderError> {
        let log = self.listener.log();
        if let Some(error) = log.document_error.clone() {
            return Err(error.into());
        }
        if log.documents > MOST_DOCUMENTS {
            let message = format!("the page replaced itself {MOST_DOCUMENTS} times while loading");
            return Err(RenderError::Page { frame: None, message });
        }
        let before = std::mem::replace(documents, log.documents.max(*documents));
        Ok(log.documents > before)
    }

    pub(super) fn elsewhere(&self) -> RenderError {
        let message = format!("{} left for another origin while loading", self.url);
        RenderError::Page { frame: None, message }
    }

    /// The page was redirected to another origin: the host page moves there too.
    pub(super) async fn follow_redirect(&mut self) -> Result<(), RenderError> {
        let landed = self.listener.log().document_url.clone();
        let landed = landed
            .filter(|url| matches!(self.input, Input::Remote { .. }) && origin(url) != origin(&self.url));
        let Some(url) = landed else {
            return Err(self.elsewhere());
        };
        self.listener.settle(false);
        self.call("Page.navigate", json!({"url": format!("{}{HOST_PATH}", origin(&url))})).await?;
        self.url = url;
        // The old host page answers until the new one replaces it.
        sleep(Duration::from_millis(50)).await;
        self.wait_for_host().await
    }
}
