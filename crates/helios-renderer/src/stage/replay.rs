//! Moving without drawing: the frames before those that are wanted.

use super::host::ask;
use super::readiness::doorkeeper;
use super::{GRACE, Stage};
use crate::RenderError;
use crate::runtime::Clock;
use serde_json::Value;
use std::fmt::Display;
use std::time::{Duration, Instant};

/// Replay is done in runs of about this time, so that a stuck frame is noticed and progress can be told.
const REPLAY_RUN: Duration = Duration::from_millis(500);
/// The most frames in a run.
const LONGEST_RUN: u32 = 240;
/// A frame that is worth naming takes longer than this, as in `web/runtime/host.js`.
const SLOW: Duration = Duration::from_millis(250);

impl Stage {
    /// Advances to `frame` without drawing: afterwards `frame` comes next. A seekable page jumps, any other one passes
    /// through the frames between, in runs, of which `told` hears.
    pub(crate) async fn replay_to(
        &mut self,
        frame: u32,
        mut told: impl FnMut(u32),
    ) -> Result<(), RenderError> {
        if self.seekable && self.next_frame < frame {
            if self.clock() == Clock::Chromium && self.next_frame == 0 {
                // Its animations begin with the first frame that runs.
                self.replay(0, 1).await?;
            }
            self.next_frame = frame;
        }
        let replayed = Instant::now();
        let moves = self.next_frame < frame;
        let mut run = 1;
        while self.next_frame < frame {
            let (from, to) = (self.next_frame, frame.min(self.next_frame + run));
            let began = Instant::now();
            if !self.replay(from, to).await? {
                // Too late for the frame that asked for it. From now on every frame is looked at before the next one.
                self.careful = true;
                self.again().await?;
                run = 1;
                continue;
            }
            self.next_frame = to;
            told(to);
            run = match began.elapsed() {
                _ if self.careful => 1,
                quick if quick < REPLAY_RUN / 2 => (run * 2).min(LONGEST_RUN),
                slow if slow > REPLAY_RUN => (run / 2).max(1),
                _ => run,
            };
        }
        if moves {
            self.recorder.note(helios_job::Stage::Replay, None, replayed);
        }
        self.listener.log().replaying = false;
        Ok(())
    }

    /// Passes the frames from..to. Returns whether they were as they are when drawn: in a run of several, what `import()`
    /// asks for cannot be waited for.
    async fn replay(&mut self, from: u32, to: u32) -> Result<bool, RenderError> {
        let single = to == from + 1;
        {
            let mut log = self.listener.log();
            log.replaying = true;
            log.asked_for_code = false;
        }
        if self.clock() == Clock::Chromium {
            for frame in from..to {
                let began = Instant::now();
                self.virtual_frame(frame, false).await?;
                if began.elapsed() > SLOW {
                    self.slow(Some(frame), began.elapsed().as_millis());
                }
            }
            return Ok(true);
        }
        if single {
            self.listener.close_gate();
        }
        let expression = format!("heliosHost.replay({from}, {to})");
        // Each frame may take its time; that all of a run do, while those before took a moment, is hardly possible.
        let limit = self.timeout * (1 + (to - from) / 8) + GRACE;
        let passed = tokio::select! {
            passed = ask::<Value>(&self.session, &expression, limit) => passed,
            never = doorkeeper(&self.session, &self.listener, self.timeout) => match never {},
        };
        self.listener.open_gate();
        self.listener.catch_up().await;
        if !single && self.listener.log().asked_for_code {
            return Ok(false);
        }
        // The page has named each frame before it began.
        let frame = self.listener.log().frame;
        match passed {
            Ok(result) => {
                self.warn(&result, from);
                for slow in result["slow"].as_array().into_iter().flatten() {
                    let frame = slow[0].as_u64().and_then(|frame| u32::try_from(frame).ok());
                    self.slow(frame, &slow[1]);
                }
            }
            Err(error) => {
                let waited_for = format!("frames {from} to {} to pass", to - 1);
                return Err(self.explained(error, &waited_for, frame).await);
            }
        }
        self.stays(frame).await?;
        if single {
            self.settle_unseen(Some(from)).await?;
        }
        Ok(true)
    }

    /// Notes a frame that took long, for a check.
    fn slow(&self, frame: Option<u32>, millis: impl Display) {
        self.listener.find("slow-frame", frame, format!("the page needs {millis} ms for the frame"));
    }

    /// Back to the beginning of the composition.
    async fn again(&mut self) -> Result<(), RenderError> {
        tracing::debug!("the page loads code while it runs: from the beginning, frame by frame");
        self.next_frame = 0;
        // What it has kept would tell it that it was here before.
        self.forget().await?;
        self.load().await?.map(drop).ok_or_else(|| self.elsewhere())
    }
}
