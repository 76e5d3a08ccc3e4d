//! What a frame waits for beyond what the page's runtime can see: modules that `import()` asks for, style sheets in style
//! sheets, and whatever else is under way. The browser tells of its requests by itself, so a frame that needs nothing
//! costs nothing.

use super::host::{Pending, ask};
use super::trouble::DIAGNOSIS;
use super::{GRACE, Stage};
use crate::RenderError;
use crate::page_events::Listener;
use crate::runtime::Clock;
use helios_browser::Session;
use helios_job::Level;
use serde_json::Value;
use std::convert::Infallible;
use std::time::Duration;
use tokio::time::{Instant, sleep, timeout_at};

/// How often something new may be asked for in answer to what has come, within one frame.
const MOST_ROUNDS: u32 = 50;
/// How often the page is asked whether its frame is done but for what waits at the gate.
const KNOCK: Duration = Duration::from_millis(20);
/// Between the end of an answer and what the page makes of it (a module is compiled on another thread) it may be still. On a busy machine
/// for longer: then `heliosHost.follow` takes its time as well.
const STILL: Duration = Duration::from_millis(20);

impl Stage {
    /// Waits until everything has come that the frame needs. Returns whether there was anything to wait for; then the page
    /// has to settle, and this is to be asked again. `round` counts from 0.
    pub(super) async fn waited(&self, frame: Option<u32>, round: u32) -> Result<bool, RenderError> {
        if self.listener.log().holds_the_frame().is_none() {
            return Ok(false);
        }
        if round >= MOST_ROUNDS {
            let message = "the page keeps loading: the frame is taken without waiting for all of it";
            self.listener.notice(Level::Warn, frame, "endless-requests", message);
            return Ok(false);
        }
        let deadline = Instant::now() + self.timeout;
        let mut answered = self.listener.answered();
        loop {
            answered.mark_unchanged();
            let Some(missing) = self.listener.log().holds_the_frame() else { break };
            match timeout_at(deadline, answered.changed()).await {
                Ok(Ok(())) => {}
                Ok(Err(_)) => {
                    return Err(self.lost(RenderError::browser("hear of the page")(
                        helios_browser::BrowserError::Closed,
                    )));
                }
                Err(_) => return Err(self.timed_out(format!("{missing} to load"), frame)),
            }
        }
        sleep(STILL).await;
        if self.clock() == Clock::Runtime {
            let followed = ask::<Value>(&self.session, "heliosHost.follow()", self.timeout + GRACE).await;
            if let Err(error) = followed {
                return Err(self.page_error(error, "what the page has loaded to run", frame).await);
            }
        }
        Ok(true)
    }

    /// Lets the page take in what it has loaded, again and again until nothing is under way, without drawing it. Returns
    /// whether there was anything.
    pub(super) async fn settle_unseen(&self, frame: Option<u32>) -> Result<bool, RenderError> {
        let mut round = 0;
        while self.waited(frame, round).await? {
            round += 1;
            let expression = format!("{}.settle(0)", self.respondent());
            match ask::<Value>(&self.session, &expression, self.timeout + GRACE).await {
                Ok(result) => self.warn(&result, frame.unwrap_or_default()),
                Err(error) => return Err(self.page_error(error, "the page to settle", frame).await),
            }
            self.stays(frame).await?;
        }
        Ok(round > 0)
    }
}

/// Stands at the closed gate while the page makes a frame: when the page itself waits at the end of it, everything goes in.
/// Until then nothing does, so that what a script does on arrival falls on the same point of the frame every time.
pub(super) async fn doorkeeper(session: &Session, listener: &Listener, timeout: Duration) -> Infallible {
    let mut news = listener.answered();
    loop {
        news.mark_unchanged();
        if !listener.log().is_at_the_gate() {
            if news.changed().await.is_err() {
                // The session is over, as whoever waits for the frame will notice.
                return std::future::pending().await;
            }
            continue;
        }
        // A page that waits in the middle of its frame for what it cannot get (a worker that loads a script) goes on, late.
        let patience = Instant::now() + timeout / 4;
        loop {
            sleep(KNOCK).await;
            let pending = ask::<Pending>(session, "heliosHost.pending()", DIAGNOSIS).await;
            if pending.is_ok_and(|pending| pending.resting) || Instant::now() > patience {
                listener.let_in();
                break;
            }
        }
    }
}
