//! Frames on Chromium's own virtual time: one page of the headless shell whose clock moves, and which draws, when it is told.
//!
//! The calls here are the DevTools protocol's; what they mean for a composition is in `stage/virtual_time.rs`. The order of the
//! calls, and why it must be this one, is in docs/capture.md.

use crate::runtime::FpsParts;
use helios_browser::{Browser, BrowserError, EventStream, Result, Session};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::Instant;

const POLICY: &str = "Emulation.setVirtualTimePolicy";
const EXPIRED: &str = "Emulation.virtualTimeBudgetExpired";

/// `LEAD_MS` of web/runtime/config.js: a page loads at virtual time 0, and frame 0 comes this many tenths of a millisecond later.
const LEAD_TENTHS: u64 = 50;
/// Chromium cuts what it is given to whole microseconds; a little more than a whole one survives the rounding of floats.
const CUT_MS: f64 = 0.0004;
/// A frame, mostly the first of a page, can come without a picture, or without the page's callbacks having run.
const ATTEMPTS: u32 = 3;

/// A page and where its time stands.
pub(crate) struct BeginFrame {
    /// The page's browser context, which gives it a process of its own: the virtual time of a process cannot be set back.
    context: String,
    fps: FpsParts,
    /// The browser's monotonic clock at virtual time 0, in milliseconds.
    base: f64,
    /// The virtual time, in tenths of a millisecond. Chromium blurs anything finer by chance (web/runtime/chromium-clock.js).
    now: u64,
    /// Whether the clock has been started; it is once.
    started: bool,
}

/// What became of a frame.
pub(crate) struct Ran {
    /// Whether the page's frame callbacks were run. Not while the page itself stops its rendering, as for a view transition.
    pub callbacks: bool,
    /// A PNG in base64.
    pub picture: Option<String>,
}

impl BeginFrame {
    /// Opens an empty page of `width` x `height` pixels.
    pub(crate) async fn open(
        browser: &Browser,
        (width, height): (u32, u32),
        timeout: Duration,
    ) -> Result<(BeginFrame, Session)> {
        let root = browser.connection().root();
        let mut made: Value = root.call("Target.createBrowserContext", json!({}), timeout).await?;
        let Value::String(context) = made["browserContextId"].take() else {
            let message = format!("it names no context: {made}");
            let method = "Target.createBrowserContext".to_owned();
            return Err(BrowserError::Protocol { method, code: 0, message });
        };
        let target = json!({
            "url": "about:blank", "width": width, "height": height, "enableBeginFrameControl": true,
            "browserContextId": context,
        });
        let session = browser.new_target(target, timeout).await?;
        let fps = FpsParts { num: 30, den: 1 };
        Ok((BeginFrame { context, fps, base: 0.0, now: 0, started: false }, session))
    }

    /// Closes the page: Chromium's GPU process does not survive several at a time.
    pub(crate) async fn close(&self, browser: &Browser, timeout: Duration) -> Result<()> {
        let context = json!({"browserContextId": self.context});
        browser.connection().root().call("Target.disposeBrowserContext", context, timeout).await?;
        Ok(())
    }

    pub(crate) fn is_started(&self) -> bool {
        self.started
    }

    /// Makes the page's time virtual, and holds it at 0. What is loaded from now on loads at that moment.
    pub(crate) async fn start_clock(
        &mut self,
        session: &Session,
        epoch_ms: i64,
        fps: FpsParts,
        timeout: Duration,
    ) -> Result<()> {
        self.fps = fps;
        self.started = true;
        let epoch = (epoch_ms as f64 - LEAD_TENTHS as f64 / 10.0 + CUT_MS) / 1000.0;
        let paused = json!({"policy": "pause", "initialVirtualTime": epoch});
        session.call(POLICY, paused, timeout).await?;
        hold(session, timeout).await
    }

    /// Moves the time to `frame`. Timers run at their own times on the way; requests hold it until they are answered.
    pub(crate) async fn advance(&mut self, session: &Session, frame: u32, timeout: Duration) -> Result<()> {
        let to = stop(frame, self.fps);
        let budget = to.saturating_sub(self.now) as f64 / 10.0 + CUT_MS;
        let events = session.events();
        let grant = json!({"policy": "pauseIfNetworkFetchesPending", "budget": budget});
        let answer: Value = session.call(POLICY, grant, timeout).await?;
        // A page that went elsewhere while it loaded can be in another process, whose time has another zero.
        self.base = answer["virtualTimeTicksBase"].as_f64().unwrap_or(self.base);
        expired(session, events, to, timeout).await?;
        self.now = to;
        hold(session, timeout).await
    }

    /// Runs the page's frame at the time of `frame`, and draws it if wanted. Chromium can answer without a
    /// picture, or without having run the page's callbacks; then it is told again.
    pub(crate) async fn run_frame(
        &self,
        session: &Session,
        frame: u32,
        draw: bool,
        timeout: Duration,
    ) -> Result<Ran> {
        let interval = 1000.0 * f64::from(self.fps.den) / f64::from(self.fps.num);
        let ticks = self.base + shown(frame, self.fps) as f64 / 10.0 + CUT_MS;
        let mut last = Ran { callbacks: false, picture: None };
        for attempt in 0..ATTEMPTS {
            // The ticks of two frames must not be the same.
            let ticks = ticks + f64::from(attempt) / 10.0;
            let mut params = json!({"frameTimeTicks": ticks, "interval": interval});
            if draw {
                params["screenshot"] = json!({"format": "png", "optimizeForSpeed": true});
            } else {
                params["noDisplayUpdates"] = json!(true);
            }
            let mut answer: Value = session.call("HeadlessExperimental.beginFrame", params, timeout).await?;
            let ran = session.evaluate::<i64>("__helios.ran()", timeout).await? == i64::from(frame);
            let picture = match answer["screenshotData"].take() {
                Value::String(data) => Some(data),
                _ => None,
            };
            if ran && picture.is_some() == draw {
                return Ok(Ran { callbacks: true, picture });
            }
            tracing::debug!(
                ran,
                drawn = picture.is_some(),
                "frame {frame} is to be run again (attempt {attempt})"
            );
            last = Ran { callbacks: ran, picture: picture.or(last.picture) };
        }
        Ok(last)
    }
}

/// Lets the page's tasks run and its requests be answered while the time stands still: without a budget it may not advance.
async fn hold(session: &Session, timeout: Duration) -> Result<()> {
    session.call(POLICY, json!({"policy": "pauseIfNetworkFetchesPending"}), timeout).await?;
    Ok(())
}

/// Waits until the time has come to `to` tenths.
async fn expired(session: &Session, mut events: EventStream, to: u64, timeout: Duration) -> Result<()> {
    let deadline = Instant::now() + timeout;
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        match events.wait_for(EXPIRED, left).await {
            Ok(_) => return Ok(()),
            // A page that says too much at once: the event may be among those lost, but its clock can be read.
            Err(BrowserError::EventsLost { .. }) => {
                let there = format!("10 * __helios.now() > {to} - 0.5");
                if session.evaluate::<bool>(&there, left).await? {
                    return Ok(());
                }
            }
            Err(error) => return Err(error),
        }
    }
}

/// Where virtual time stops for `frame`, in tenths since the page loaded. Rounded down: `Date` then shows the millisecond of the
/// exact time.
fn stop(frame: u32, fps: FpsParts) -> u64 {
    LEAD_TENTHS + 10_000 * u64::from(frame) * u64::from(fps.den) / u64::from(fps.num)
}

/// The time that animations see at `frame`, to the nearest tenth.
fn shown(frame: u32, fps: FpsParts) -> u64 {
    let (num, den) = (u64::from(fps.num), u64::from(fps.den));
    LEAD_TENTHS + (20_000 * u64::from(frame) * den + num) / (2 * num)
}

#[cfg(test)]
mod tests {
    use super::{shown, stop};
    use crate::runtime::FpsParts;

    #[test]
    fn times_do_not_drift() {
        let ntsc = FpsParts { num: 30_000, den: 1001 };
        assert_eq!((stop(0, ntsc), shown(0, ntsc)), (50, 50));
        assert_eq!((stop(1, ntsc), shown(1, ntsc)), (383, 384));
        assert_eq!((stop(30_000, ntsc), shown(30_000, ntsc)), (10_010_050, 10_010_050));
        assert_eq!(shown(u32::MAX, FpsParts { num: 1, den: 1 }), 42_949_672_950_050);
    }
}
