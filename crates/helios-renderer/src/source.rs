//! Where the pixels of a drawn frame come from.

use crate::RenderError;
use crate::strip;
use helios_browser::Session;
use helios_job::Scale;
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
    /// The same drawing over black and over white, from which transparency follows: a copy of all rows, and the browser's memory.
    Twice { black: Vec<u8>, white: Frame },
}

/// The tap, and the commits that were read from it.
pub(crate) struct TapSource {
    tap: Tap,
    commits: mpsc::UnboundedReceiver<(u32, Frame)>,
    strip: StripPlace,
    scale: Scale,
}

/// The row of the strip, shared with the compositor's thread.
type StripPlace = std::sync::Arc<std::sync::atomic::AtomicU32>;

impl TapSource {
    /// A compositor with a window for a composition of `size` at `scale`.
    pub(crate) fn start(size: (u32, u32), scale: Scale) -> Result<(TapSource, OwnedFd), RenderError> {
        let strip = StripPlace::new(strip::row(size.1, scale).into());
        let (width, height) = strip::window(size, scale).pixels;
        let (sender, commits) = mpsc::unbounded_channel();
        let place = strip.clone();
        let (tap, socket) = Tap::start(width, height, move |frame| {
            let row = place.load(std::sync::atomic::Ordering::Relaxed);
            // Commits without a strip show the browser starting up, or a window of the old size. At the end of a render
            // nobody listens any more.
            if let Some(serial) = strip::read(frame.row(row), scale) {
                sender.send((serial, frame)).ok();
            }
        })?;
        Ok((TapSource { tap, commits, strip, scale }, socket))
    }

    /// Makes room for a composition of another size.
    pub(crate) fn resize(&mut self, size: (u32, u32)) {
        self.strip.store(strip::row(size.1, self.scale), std::sync::atomic::Ordering::Relaxed);
        let (width, height) = strip::window(size, self.scale).pixels;
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
    scale: Scale,
    timeout: Duration,
) -> helios_browser::Result<String> {
    let (_, rows) = strip::window(size, scale).layout;
    let clip = json!({"x": 0, "y": 0, "width": size.0, "height": rows, "scale": 1});
    let params = json!({"format": "png", "optimizeForSpeed": true, "fromSurface": true, "clip": clip});
    let mut answer: Value = session.call("Page.captureScreenshot", params, timeout).await?;
    match answer["data"].take() {
        Value::String(data) => Ok(data),
        _ => Ok(String::new()),
    }
}
