//! Moving and drawing: frame after frame, in order.

use super::host::{HostError, ask};
use super::trouble::{Stuck, left};
use super::{GRACE, Source, Stage};
use crate::RenderError;
use crate::server::{CANVAS_PATH, HOST_NAME};
use crate::source::{Picture, screenshot};
use crate::strip;
use helios_job::Level;
use serde_json::Value;
use std::time::{Duration, Instant};
use tokio::time::timeout;

/// Replay is done in runs of about this time, so that a stuck frame is noticed and progress can be told.
const REPLAY_RUN: Duration = Duration::from_millis(500);
/// The most frames in a run.
const LONGEST_RUN: u32 = 240;

impl Stage {
    /// Advances to `frame` without drawing: afterwards `frame` comes next. A seekable page jumps, any other one passes
    /// through the frames between, in runs, of which `told` hears.
    pub(crate) async fn replay_to(
        &mut self,
        frame: u32,
        mut told: impl FnMut(u32),
    ) -> Result<(), RenderError> {
        if self.seekable && self.next_frame < frame {
            self.next_frame = frame;
        }
        let mut run = 1;
        while self.next_frame < frame {
            let (from, to) = (self.next_frame, frame.min(self.next_frame + run));
            let began = Instant::now();
            self.replay(from, to).await?;
            self.next_frame = to;
            told(to);
            run = match began.elapsed() {
                quick if quick < REPLAY_RUN / 2 => (run * 2).min(LONGEST_RUN),
                slow if slow > REPLAY_RUN => (run / 2).max(1),
                _ => run,
            };
        }
        self.listener.log().replaying = false;
        Ok(())
    }

    async fn replay(&self, from: u32, to: u32) -> Result<(), RenderError> {
        self.listener.log().replaying = true;
        let expression = format!("heliosHost.replay({from}, {to})");
        let waited_for = format!("frames {from} to {} to pass", to - 1);
        // Each frame may take its time; that all of a run do, while those before took a moment, is hardly possible.
        let limit = self.timeout * (1 + (to - from) / 8) + GRACE;
        match ask::<Value>(&self.session, &expression, limit).await {
            Ok(result) => self.warn(&result, from),
            Err(error) => {
                self.stays(None).await?;
                return Err(self.page_error(error, &waited_for, None).await);
            }
        }
        self.stays(None).await
    }

    /// Advances to the next frame and draws it.
    pub(crate) async fn draw(&mut self) -> Result<Picture, RenderError> {
        let frame = self.next_frame;
        self.listener.log().frame = Some(frame);
        self.serial = if self.serial >= strip::MAX_SERIAL { 1 } else { self.serial + 1 };
        let (result, picture) = match self.step(frame, self.serial).await {
            Ok(drawn) => drawn,
            Err(Stuck { error, waited_for }) => {
                // A page that left explains everything that went wrong after it.
                self.stays(Some(frame)).await?;
                return Err(match error {
                    Some(error) => self.page_error(error, waited_for, Some(frame)).await,
                    None => self.lost(self.timed_out(waited_for.to_owned(), Some(frame))),
                });
            }
        };
        self.warn(&result, frame);
        self.stays(Some(frame)).await?;
        let picture = match picture {
            Some(picture) => picture,
            None => self.read_canvas(frame).await?,
        };
        self.next_frame = frame + 1;
        Ok(picture)
    }

    /// The answer of the page to one step, and the picture unless the source is a canvas.
    async fn step(&mut self, frame: u32, serial: u32) -> Result<(Value, Option<Picture>), Stuck> {
        let limit = self.timeout + GRACE;
        let expression = format!("heliosHost.step({frame}, {serial})");
        let stepping = ask::<Value>(&self.session, &expression, limit);
        let stuck = |waited_for| move |error| Stuck { error: Some(error), waited_for };
        match &mut self.source {
            Source::Tap(source) => {
                let commit = async {
                    let commit = timeout(limit, source.commit(serial)).await;
                    Ok(commit.ok().flatten())
                };
                // The commit can come before the answer or after it; a failed step ends both waits at once.
                let (result, commit) = tokio::try_join!(stepping, commit).map_err(stuck("the frame"))?;
                let commit = commit.ok_or(Stuck { error: None, waited_for: "the browser to paint" })?;
                Ok((result, Some(Picture::Shared(commit))))
            }
            Source::Screenshot => {
                let result = stepping.await.map_err(stuck("the frame"))?;
                let base64 = screenshot(&self.session, self.size, self.timeout).await;
                let base64 = base64.map_err(|error| stuck("the screenshot")(HostError::Browser(error)))?;
                Ok((result, Some(Picture::Png { base64, serial })))
            }
            Source::Canvas => Ok((stepping.await.map_err(stuck("the frame"))?, None)),
        }
    }

    /// Takes in what the page did up to here, and refuses to go on once it is on its way to another page.
    async fn stays(&self, frame: Option<u32>) -> Result<(), RenderError> {
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
        let expression = format!("heliosHost.postCanvas('http://{HOST_NAME}{CANVAS_PATH}')");
        let posting = ask::<Value>(&self.session, &expression, self.timeout);
        let next = self.server.next_canvas();
        let taking = async { Ok(next.await) };
        match tokio::try_join!(posting, taking) {
            Ok((_, Some(pixels))) if pixels.len() == 4 * self.size.0 as usize * self.size.1 as usize => {
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
    fn warn(&self, result: &Value, frame: u32) {
        for note in result["notes"].as_array().into_iter().flatten() {
            let frame = note["frame"].as_u64().and_then(|frame| u32::try_from(frame).ok()).unwrap_or(frame);
            let text = note["text"].as_str().unwrap_or_default();
            if note["code"] == "page-error" {
                self.listener.uncaught(Some(frame), text);
            } else {
                self.listener.notice(Level::Warn, Some(frame), text);
            }
        }
    }
}
