//! Compositions on Chromium's own virtual time: they are the whole page, and Chromium moves them.

use super::host::{HostError, ask};
use super::{Source, Stage};
use crate::RenderError;
use crate::begin_frame::BeginFrame;
use crate::runtime::{Clock, FpsParts, RuntimeConfig};
use crate::source::Picture;
use helios_job::Level;
use serde_json::{Value, json};
use std::time::Instant;

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
            Err(error) => return Err(self.page_error(error.into(), "the page to load", None).await),
        };
        self.listener.catch_up().await;
        match (answer["errorText"].as_str(), &self.listener.log().document_error) {
            (Some(why), None) => Err(RenderError::Input(format!("cannot load {}: {why}", self.url))),
            _ => Ok(()),
        }
    }

    /// Who answers for the composition: the host page around it, or its own runtime where there is none.
    pub(super) fn respondent(&self) -> &'static str {
        match self.clock() {
            Clock::Runtime => "heliosHost",
            Clock::Chromium => "__helios",
        }
    }

    /// One frame: time moves and timers run, the page is told, what it asked for is there, frame callbacks and animations run.
    /// Returns the picture, if the frame is to be drawn.
    pub(super) async fn virtual_frame(
        &mut self,
        frame: u32,
        draw: bool,
    ) -> Result<Option<Picture>, RenderError> {
        let began = Instant::now();
        self.listener.log().frame = Some(frame);
        let Source::BeginFrame(page) = &mut self.source else { return Ok(None) };
        let advanced = page.advance(&self.session, frame, self.timeout).await;
        self.came(advanced, "the time of the frame to come", frame).await?;
        let stepped = ask::<Value>(&self.session, &format!("__helios.step({frame})"), self.timeout).await;
        let result = self.came(stepped, "the page to be ready for the frame", frame).await?;
        self.warn(&result, frame);
        self.stays(Some(frame)).await?;
        self.settle_unseen(Some(frame)).await?;
        if draw {
            let told = ask::<Value>(&self.session, &format!("__helios.drawing({frame})"), self.timeout).await;
            self.came(told, "the page to be ready for the frame", frame).await?;
        }
        if draw {
            self.recorder.note(helios_job::Stage::Step, Some(frame), began);
        }
        let began = Instant::now();
        let Source::BeginFrame(page) = &self.source else { return Ok(None) };
        let ran = page.run_frame(&self.session, frame, draw, self.timeout).await;
        let ran = self.came(ran, "the frame", frame).await?;
        self.stays(Some(frame)).await?;
        if !ran.callbacks {
            let text = "Chromium did not run the callbacks of this frame; what they do comes a frame later";
            self.listener.notice(Level::Warn, Some(frame), "frame-late", text);
        }
        if draw {
            self.recorder.note(helios_job::Stage::Paint, Some(frame), began);
        }
        match ran.picture {
            Some(base64) => Ok(Some(Picture::Png { base64, serial: None })),
            None if draw => Err(self.unpainted(frame).await),
            None => Ok(None),
        }
    }

    /// The `answer` of the page or its browser, or why there is none.
    async fn came<T>(
        &self,
        answer: Result<T, impl Into<HostError>>,
        waited_for: &str,
        frame: u32,
    ) -> Result<T, RenderError> {
        match answer {
            Ok(answer) => Ok(answer),
            Err(error) => Err(self.explained(error.into(), waited_for, Some(frame)).await),
        }
    }
}
