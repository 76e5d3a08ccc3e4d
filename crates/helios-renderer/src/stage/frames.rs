//! Drawing: frame after frame, in order.

use super::host::{HostError, ask};
use super::readiness::doorkeeper;
use super::trouble::{Stuck, left};
use super::{GRACE, Source, Stage};
use crate::RenderError;
use crate::server::{CANVAS_PATH, HOST_NAME};
use crate::source::{Picture, TapSource, screenshot};
use crate::strip;
use helios_browser::Session;
use helios_job::Level;
use helios_tap::Frame;
use serde_json::Value;
use std::time::{Duration, Instant};
use tokio::time::timeout;

/// How long a drawing may be under way before the browser is asked to show it again; then twice as long, and so on.
const LATE: Duration = Duration::from_millis(500);

/// The commit that shows drawing `serial`. When it does not come, the page is drawn again as it is: on a busy machine Chromium
/// drops a frame now and then, and nothing else would bring it. `None` when the browser is gone.
async fn shown(source: &mut TapSource, session: &Session, serial: u32) -> Option<Frame> {
    let mut patience = LATE;
    loop {
        if let Ok(commit) = timeout(patience, source.commit(serial)).await {
            return commit;
        }
        patience *= 2;
        tracing::debug!(serial, "no such drawing was shown yet: asking for it again");
        // Whether the page answers does not matter: the commit counts.
        ask::<Value>(session, "heliosHost.nudge()", patience).await.ok();
    }
}

impl Stage {
    /// Advances to the next frame and draws it. `repeatable`: a page that stands still need not be drawn again; whoever asks
    /// has the picture before.
    pub(crate) async fn draw(&mut self, repeatable: bool) -> Result<Picture, RenderError> {
        let frame = self.next_frame;
        self.listener.log().frame = Some(frame);
        let picture = match self.source {
            Source::BeginFrame(_) => self.virtual_frame(frame, true).await?,
            _ => self.settled_frame(frame, repeatable).await?,
        };
        let picture = match picture {
            Some(Picture::Shared(black)) if self.look.alpha => Some(self.over_white(black, frame).await?),
            other => other,
        };
        let picture = match picture {
            Some(picture) => picture,
            None => self.read_canvas(frame).await?,
        };
        self.next_frame = frame + 1;
        Ok(picture)
    }

    /// The picture of a frame, taken again until nothing that it needs is under way.
    async fn settled_frame(&mut self, frame: u32, repeatable: bool) -> Result<Option<Picture>, RenderError> {
        let mut round = 0;
        loop {
            let picture = match round {
                0 => self.drawn(frame, |serial| format!("step({frame}, {serial}, {repeatable})")).await?,
                _ => self.drawn(frame, |serial| format!("settle({serial})")).await?,
            };
            if !self.waited(Some(frame), round).await? {
                return Ok(picture);
            }
            round += 1;
        }
    }

    /// Asks the host page for a drawing by `call`, which is given its serial. Takes the picture, unless the source is a canvas.
    async fn drawn(
        &mut self,
        frame: u32,
        call: impl Fn(u32) -> String,
    ) -> Result<Option<Picture>, RenderError> {
        self.serial = if self.serial >= strip::MAX_SERIAL { 1 } else { self.serial + 1 };
        if let Source::Tap(source) = &self.source {
            source.expect(self.serial);
        }
        let expression = format!("heliosHost.{}", call(self.serial));
        self.listener.close_gate();
        let drawn = self.step(&expression, self.serial, frame).await;
        self.listener.open_gate();
        match drawn {
            Ok((result, picture)) => {
                self.warn(&result, frame);
                self.stays(Some(frame)).await?;
                Ok(picture)
            }
            Err(Stuck::Failed { error, waited_for }) => {
                Err(self.explained(error, waited_for, Some(frame)).await)
            }
            Err(Stuck::Unpainted) => Err(self.unpainted(frame).await),
        }
    }

    /// The drawing that is there over black, once more over white. Nothing in the page moves in between.
    async fn over_white(&mut self, black: Frame, frame: u32) -> Result<Picture, RenderError> {
        // Given back first: Chromium does not paint again while it lacks the buffer.
        let rows = black.pixels().to_vec();
        drop(black);
        let black = rows;
        match self.drawn(frame, |serial| format!("overWhite({serial})")).await? {
            Some(Picture::Shared(white)) => Ok(Picture::Twice { black, white }),
            _ => Err(self.unpainted(frame).await),
        }
    }

    /// The answer of the page to one step, and the picture unless the source is a canvas.
    async fn step(
        &mut self,
        expression: &str,
        serial: u32,
        frame: u32,
    ) -> Result<(Value, Option<Picture>), Stuck> {
        let began = Instant::now();
        let limit = self.timeout + GRACE;
        let (session, listener, wait) = (&self.session, &self.listener, self.timeout);
        let stepping = async {
            tokio::select! {
                answer = ask::<Value>(session, expression, limit) => answer,
                never = doorkeeper(session, listener, wait) => match never {},
            }
        };
        let stuck = |waited_for| move |error| Stuck::Failed { error, waited_for };
        let result = stepping.await.map_err(stuck("the frame"))?;
        self.recorder.note(helios_job::Stage::Step, Some(frame), began);
        let began = Instant::now();
        if result["same"] == true {
            return Ok((result, Some(Picture::Same)));
        }
        let picture = match &mut self.source {
            Source::Tap(source) => {
                let commit = timeout(limit, shown(source, session, serial)).await;
                Some(Picture::Shared(commit.ok().flatten().ok_or(Stuck::Unpainted)?))
            }
            Source::Screenshot => {
                let base64 = screenshot(&self.session, self.size, self.look.scale, self.timeout).await;
                let base64 = base64.map_err(|error| stuck("the screenshot")(HostError::Browser(error)))?;
                Some(Picture::Png { base64, serial: Some(serial) })
            }
            // The pixels of a canvas are asked for afterwards; a begin-frame moves the page itself (`virtual_frame`).
            Source::Canvas | Source::BeginFrame(_) => return Ok((result, None)),
        };
        self.recorder.note(helios_job::Stage::Paint, Some(frame), began);
        Ok((result, picture))
    }

    /// Takes in what the page did up to here, and refuses to go on once it is on its way to another page.
    pub(super) async fn stays(&self, frame: Option<u32>) -> Result<(), RenderError> {
        self.listener.catch_up().await;
        let log = self.listener.log();
        let there = log.documents > self.documents;
        let to = log.leaving.clone().or_else(|| log.document_url.clone().filter(|_| there));
        if let Some(to) = to {
            return Err(left(frame, &format!("the page goes to {to}")));
        }
        match log.error() {
            Some(thrown) if self.strict => Err(RenderError::Page {
                frame: thrown.frame,
                message: format!("the page failed, which ends the render with --strict: {}", thrown.message),
            }),
            _ => Ok(()),
        }
    }

    async fn read_canvas(&mut self, frame: u32) -> Result<Picture, RenderError> {
        let (began, alpha) = (Instant::now(), self.look.alpha);
        let expression = format!("heliosHost.postCanvas('http://{HOST_NAME}{CANVAS_PATH}', {alpha})");
        let posting = ask::<Value>(&self.session, &expression, self.timeout);
        let next = self.server.next_canvas();
        let taking = async { Ok(next.await) };
        match tokio::try_join!(posting, taking) {
            Ok((_, Some(pixels))) if pixels.len() == 4 * self.size.0 as usize * self.size.1 as usize => {
                self.recorder.note(helios_job::Stage::Paint, Some(frame), began);
                Ok(Picture::Rgba(pixels))
            }
            Ok((posted, _)) => {
                let (width, height) = self.size;
                let message = format!(
                    "the canvas is {} x {} pixels, but the video is {width} x {height}; leave out --width and --height, \
                     and keep the canvas at one size",
                    posted["width"], posted["height"]
                );
                Err(RenderError::Page { frame: Some(frame), message })
            }
            Err(error) => Err(self.page_error(error, "the canvas", Some(frame)).await),
        }
    }

    /// Passes on what the page's runtime says of a frame, or of those from `frame` on.
    pub(super) fn warn(&self, result: &Value, frame: u32) {
        for note in result["notes"].as_array().into_iter().flatten() {
            let frame = note["frame"].as_u64().and_then(|frame| u32::try_from(frame).ok()).unwrap_or(frame);
            let text = note["text"].as_str().unwrap_or_default();
            match note["code"].as_str().unwrap_or_default() {
                "page-error" => self.listener.uncaught(Some(frame), text),
                // Libraries ask for these all the time, and mostly it shows nowhere.
                code @ "machine" => self.listener.notice(Level::Debug, Some(frame), code, text),
                code => self.listener.notice(Level::Warn, Some(frame), code, text),
            }
        }
    }
}
