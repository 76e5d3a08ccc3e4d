//! Where the pixels of a drawn frame come from.

use crate::RenderError;
use crate::strip;
use helios_browser::Session;
use helios_tap::{Frame, Tap};
use serde_json::{Value, json};
use std::os::fd::OwnedFd;
use std::time::Duration;
use tokio::sync::mpsc;

/// The pixels of one drawn frame, as the source delivers them.
#[derive(Debug)]
pub(crate) enum Picture {
    /// The browser's own memory: the composition, and the strip under it.
    Shared(Frame),
    /// A PNG in base64: the composition, and under it the strip that must show `serial`, if there is one.
    Png { base64: String, serial: Option<u32> },
    /// RGBA rows of exactly the output's size.
    Rgba(axum::body::Bytes),
    /// The same as the picture before.
    Same,
}

/// The tap, and the commits that were read from it.
pub(crate) struct TapSource {
    tap: Tap,
    commits: mpsc::UnboundedReceiver<(u32, Frame)>,
    strip: StripPlace,
}

/// The row of the strip, shared with the compositor's thread.
type StripPlace = std::sync::Arc<std::sync::atomic::AtomicU32>;

impl TapSource {
    /// A compositor with a window for a composition of `size`.
    pub(crate) fn start(size: (u32, u32)) -> Result<(TapSource, OwnedFd), RenderError> {
        let strip = StripPlace::new(size.1.into());
        let (width, height) = strip::window(size);
        let (sender, commits) = mpsc::unbounded_channel();
        let place = strip.clone();
        let (tap, socket) = Tap::start(width, height, move |frame| {
            let row = place.load(std::sync::atomic::Ordering::Relaxed) + strip::HEIGHT / 2;
            // Commits without a strip show the browser starting up, or a window of the old size. At the end of a render
            // nobody listens any more.
            if let Some(serial) = strip::read(frame.row(row)) {
                sender.send((serial, frame)).ok();
            }
        })?;
        Ok((TapSource { tap, commits, strip }, socket))
    }

    /// Makes room for a composition of another size.
    pub(crate) fn resize(&mut self, size: (u32, u32)) {
        self.strip.store(size.1, std::sync::atomic::Ordering::Relaxed);
        let (width, height) = strip::window(size);
        self.tap.resize(width, height);
    }

    /// Waits for the commit that shows drawing `serial`. Earlier ones go back to the browser. `None` when the browser is
    /// gone.
    pub(crate) async fn commit(&mut self, serial: u32) -> Option<Frame> {
        loop {
            let (shown, frame) = self.commits.recv().await?;
            if shown == serial {
                return Some(frame);
            }
        }
    }
}

/// A screenshot as wide as the composition and as high as the window, as base64. Chromium draws it as a window of that height.
pub(crate) async fn screenshot(
    session: &Session,
    size: (u32, u32),
    timeout: Duration,
) -> helios_browser::Result<String> {
    let (_, rows) = strip::window(size);
    let clip = json!({"x": 0, "y": 0, "width": size.0, "height": rows, "scale": 1});
    let params = json!({"format": "png", "optimizeForSpeed": true, "fromSurface": true, "clip": clip});
    let mut answer: Value = session.call("Page.captureScreenshot", params, timeout).await?;
    match answer["data"].take() {
        Value::String(data) => Ok(data),
        _ => Ok(String::new()),
    }
}
