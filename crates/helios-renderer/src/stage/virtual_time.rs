//! Compositions on Chromium's own virtual time: they are the whole page, and Chromium moves them.

use super::trouble::Stuck;
use super::{Source, Stage};
use crate::RenderError;
use crate::begin_frame::BeginFrame;
use crate::runtime::{Clock, FpsParts, RuntimeConfig};
use crate::source::Picture;
use serde_json::{Value, json};

/// The rate while none is known: an inspection draws no frame.
const ANY_RATE: FpsParts = FpsParts { num: 30, den: 1 };

impl Stage {
    /// Whose time the composition lives in.
    pub(super) fn clock(&self) -> Clock {
        match self.source {
            Source::BeginFrame(_) => Clock::Chromium,
            _ => Clock::Runtime,
        }
    }

    /// An empty page in the composition's size, in place of one whose time has begun or whose size is another.
    pub(super) async fn renew_page(&mut self, resized: bool) -> Result<(), RenderError> {
        let Source::BeginFrame(old) = &self.source else { return Ok(()) };
        if !resized && !old.is_started() {
            return Ok(());
        }
        let renewed = async {
            old.close(&self.browser, self.timeout).await?;
            BeginFrame::open(&self.browser, self.size, self.timeout).await
        };
        let (page, session) =
            renewed.await.map_err(|error| self.lost(RenderError::browser("open another page")(error)))?;
        self.listener = self.listener.follow(&session);
        self.session = session;
        self.source = Source::BeginFrame(page);
        self.injected = None;
        self.prepare_session().await
    }

    /// Starts the page's clock at the job's epoch.
    pub(super) async fn start_clock(&mut self, config: &RuntimeConfig) -> Result<(), RenderError> {
        let Source::BeginFrame(page) = &mut self.source else { return Ok(()) };
        let fps = config.fps.unwrap_or(ANY_RATE);
        let started = page.start_clock(&self.session, config.epoch_ms, fps, self.timeout).await;
        started.map_err(|error| self.lost(RenderError::browser("make the page's time virtual")(error)))
    }

    /// Sends the page to the composition. What cannot be loaded is known from the listener; here is what it does not hear of.
    pub(super) async fn navigate(&self) -> Result<(), RenderError> {
        let answer = self.session.call("Page.navigate", json!({"url": self.url}), self.timeout).await;
        let answer = match answer {
            Ok(answer) => answer,
            Err(error) => return Err(self.page_error(error, "the page to load", None).await),
        };
        self.listener.catch_up().await;
        match (answer["errorText"].as_str(), &self.listener.log().document_error) {
            (Some(why), None) => Err(RenderError::Input(format!("cannot load {}: {why}", self.url))),
            _ => Ok(()),
        }
    }

    /// One frame: time moves and timers run, the page is told, what it asked for is there, frame callbacks and animations run.
    pub(super) async fn virtual_frame(
        &mut self,
        frame: u32,
        draw: bool,
    ) -> Result<(Value, Option<Picture>), Stuck> {
        let (session, timeout) = (&self.session, self.timeout);
        let Source::BeginFrame(page) = &mut self.source else {
            return Err(Stuck { error: None, waited_for: "a page with a virtual time" });
        };
        let stuck = |waited_for| move |error| Stuck { error: Some(error), waited_for };
        page.advance(session, frame, timeout).await.map_err(stuck("the time of the frame to come"))?;
        let result = session.evaluate(&format!("__helios.step({frame})"), timeout).await;
        let result = result.map_err(stuck("the page to be ready for the frame"))?;
        // Answers can lead to further requests.
        loop {
            let answered = tokio::time::timeout(timeout, self.listener.requests_answered()).await;
            let waited_for = "the frame's requests to be answered";
            if !answered.map_err(|_| Stuck { error: None, waited_for })? {
                break;
            }
            session.evaluate::<()>("__helios.settle()", timeout).await.map_err(stuck(waited_for))?;
        }
        let png = page.run_frame(session, frame, draw, timeout).await.map_err(stuck("the frame"))?;
        match png {
            Some(base64) => Ok((result, Some(Picture::Png { base64, serial: None }))),
            None if !draw => Ok((result, None)),
            None => Err(Stuck { error: None, waited_for: "the browser to paint" }),
        }
    }
}
