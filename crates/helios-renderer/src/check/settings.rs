//! Size, rate and length to check a page with. Unlike a render, a check goes on with a default where the page says nothing
//! or something that is refused, and reports it.

use super::findings::Findings;
use crate::runtime::RuntimeConfig;
use crate::stage::Described;
use helios_job::{CheckOrder, Fps, JobConfig, Mode, PixelFormat, Seconds};
use serde_json::Value;
use std::time::Duration;

/// As in a render.
const DEFAULT_SIZE: (u32, u32) = (1920, 1080);
/// How long a page is looked at that does not say how long it is.
const DEFAULT_SECONDS: f64 = 5.0;

/// What the page is rendered with.
pub(super) struct Settings {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) fps: Fps,
    pub(super) duration: Seconds,
}

impl Settings {
    /// The options go before the page, the page before defaults.
    pub(super) fn of(order: &CheckOrder, page: &Described, findings: &mut Findings) -> Option<Settings> {
        let (page_width, page_height) = match (order.mode, page.canvas) {
            (Mode::Canvas, Some((width, height))) => (Some(f64::from(width)), Some(f64::from(height))),
            _ => (page.width, page.height),
        };
        let said = (order.width.map(f64::from).or(page_width), order.height.map(f64::from).or(page_height));
        if said.0.is_none() || said.1.is_none() {
            let (width, height) = DEFAULT_SIZE;
            findings.add(
                "no-size",
                None,
                None,
                format!("the page does not say its size: {width} x {height} is taken"),
            );
        }
        let width = said.0.unwrap_or(f64::from(DEFAULT_SIZE.0));
        let height = said.1.unwrap_or(f64::from(DEFAULT_SIZE.1));
        // What the usual output can store.
        let check = |width, height| {
            let size = JobConfig::check_size(width, height)?;
            PixelFormat::Yuv420p.check_size(size).map(|()| size)
        };
        Some(Settings {
            width: axis("width", width, |given| check(given, 16), findings),
            height: axis("height", height, |given| check(16, given), findings),
            fps: order.fps.unwrap_or_else(|| fps(&page.fps, findings)),
            duration: match order.duration {
                Some(duration) => duration,
                None => duration(page, findings)?,
            },
        })
    }

    /// What the page is told.
    pub(super) fn runtime(&self, order: &CheckOrder) -> RuntimeConfig {
        RuntimeConfig {
            fps: Some(self.fps.into()),
            width: Some(self.width),
            height: Some(self.height),
            total_frames: Some(self.duration.frames(self.fps)),
            duration_seconds: Some(self.duration.as_f64()),
            ..unknown(order)
        }
    }
}

/// What a page is told that has not yet been asked.
pub(super) fn unknown(order: &CheckOrder) -> RuntimeConfig {
    let timeout: Duration = order.timeout.into();
    RuntimeConfig {
        fps: None,
        width: None,
        height: None,
        total_frames: None,
        duration_seconds: None,
        seed: order.seed,
        epoch_ms: order.epoch_ms,
        props: order.props.clone(),
        timeout_ms: timeout.as_millis() as u64,
        canvas_mode: order.mode == Mode::Canvas,
        alpha: false,
        contract: order.contract,
        composition: order.composition.clone(),
        list: false,
    }
}

/// A size as it is, or, when it is refused, the nearest one that is not.
fn axis<E: std::fmt::Display>(
    what: &str,
    given: f64,
    check: impl Fn(u64) -> Result<(u32, u32), E>,
    findings: &mut Findings,
) -> u32 {
    let whole = given.clamp(0.0, 1e9) as u64;
    let refused = match check(whole) {
        Ok(_) if given.fract() == 0.0 => None,
        Ok(_) => Some(format!("the page's {what} {given} is no whole number of pixels")),
        Err(error) => Some(error.to_string()),
    };
    if let Some(message) = refused {
        findings.add("size-refused", None, None, message);
    }
    (whole.clamp(16, 8192) as u32) & !1
}

fn fps(said: &Value, findings: &mut Findings) -> Fps {
    let text = match said {
        Value::Null => return Fps::DEFAULT,
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    text.parse().unwrap_or_else(|error: helios_job::JobError| {
        findings.add("fps-refused", None, None, format!("the page's fps: {error}"));
        Fps::DEFAULT
    })
}

/// `None` is no length at all, which cannot happen but for a default that is refused.
fn duration(page: &Described, findings: &mut Findings) -> Option<Seconds> {
    let default = Seconds::from_f64(DEFAULT_SECONDS).ok();
    let Some(seconds) = page.duration else {
        let message = format!(
            "the page declares no duration and has no finite animation: only its first {DEFAULT_SECONDS} s are looked at"
        );
        findings.add("no-duration", None, None, message);
        return default;
    };
    if page.source["duration"] == "animations" {
        let message = format!("the length of {seconds} s is that of the longest animation");
        findings.add("duration-from-animations", None, None, message);
    }
    match Seconds::from_f64(seconds) {
        Ok(duration) => Some(duration),
        Err(error) => {
            findings.add("duration-refused", None, None, format!("the page's duration: {error}"));
            default
        }
    }
}
