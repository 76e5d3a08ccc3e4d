//! Where the pixels of a drawn frame come from.

use crate::RenderError;
use crate::strip;
use helios_browser::Session;
use helios_job::Scale;
use helios_tap::{Frame, Tap};
use serde_json::{Value, json};
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
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
    wanted: Arc<AtomicU32>,
    scale: Scale,
}

/// The row of the strip, shared with the compositor's thread.
type StripPlace = Arc<AtomicU32>;

/// No drawing has this serial.
const NONE: u32 = 0;

impl TapSource {
    /// A compositor with a window for a composition of `size` at `scale`.
    pub(crate) fn start(size: (u32, u32), scale: Scale) -> Result<(TapSource, OwnedFd), RenderError> {
        let strip = StripPlace::new(strip::row(size.1, scale).into());
        let (width, height) = strip::window(size, scale).pixels;
        let (sender, commits) = mpsc::unbounded_channel();
        let wanted = Arc::new(AtomicU32::new(NONE));
        let (place, awaited) = (strip.clone(), wanted.clone());
        let (tap, socket) = Tap::start(width, height, move |frame| {
            // Commits without a strip show the browser starting up, or a window of the old size; others the page half-way, or
            // as it was before. Their buffers go back at once: the browser's compositor spins while it lacks one.
            let shown = strip::read(frame.row(place.load(Ordering::Relaxed)), scale);
            let first =
                |serial| awaited.compare_exchange(serial, NONE, Ordering::AcqRel, Ordering::Relaxed).is_ok();
            if let Some(serial) = shown.filter(|serial| first(*serial)) {
                // At the end of a render nobody listens any more.
                sender.send((serial, frame)).ok();
            }
        })?;
        Ok((TapSource { tap, commits, strip, wanted, scale }, socket))
    }

    /// Makes room for a composition of another size.
    pub(crate) fn resize(&mut self, size: (u32, u32)) {
        self.strip.store(strip::row(size.1, self.scale), Ordering::Relaxed);
        let (width, height) = strip::window(size, self.scale).pixels;
        self.tap.resize(width, height);
    }

    /// The first commit that shows drawing `serial` is wanted from now on, and no other. To be said before the page is asked for
    /// the drawing.
    pub(crate) fn expect(&self, serial: u32) {
        self.wanted.store(serial, Ordering::Release);
    }

    /// Waits for the commit that shows drawing `serial`, which is expected. `None` when the browser is gone.
    pub(crate) async fn commit(&mut self, serial: u32) -> Option<Frame> {
        loop {
            let (shown, frame) = self.commits.recv().await?;
            // One that came too late for the drawing before.
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
