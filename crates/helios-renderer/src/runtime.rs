//! The script that goes into every document of the composition, and the host page around it.

use crate::server::{FILM_PATH, HOST_NAME};
use helios_job::{Contract, Fps};
use serde::Serialize;
use serde_json::Value;

/// Path of the host page, in the composition's own origin.
pub(crate) const HOST_PATH: &str = "/__helios__/host";

const RUNTIME: &str = include_str!(concat!(env!("OUT_DIR"), "/runtime.js"));
const CHROMIUM_RUNTIME: &str = include_str!(concat!(env!("OUT_DIR"), "/runtime-chromium.js"));
/// What `helios check` looks at in a page: a function of the composition's window.
pub(crate) const CHECK: &str = include_str!("../../../web/runtime/check.js");
const HOST_HTML: &str = include_str!("../../../web/runtime/host.html");
const HOST_JS: &str = include_str!("../../../web/runtime/host.js");

/// Whose time a page lives in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Clock {
    /// The runtime's: it takes the place of the browser's timers, frames and animations.
    Runtime,
    /// Chromium's own virtual time, which the renderer moves; the runtime is what else a page needs.
    Chromium,
}

/// `HELIOS_CONFIG`: what the runtime knows of the job. `None` where it is not known yet (inspection).
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RuntimeConfig {
    pub(crate) fps: Option<FpsParts>,
    pub(crate) width: Option<u32>,
    pub(crate) height: Option<u32>,
    pub(crate) total_frames: Option<u32>,
    pub(crate) duration_seconds: Option<f64>,
    pub(crate) seed: u32,
    pub(crate) epoch_ms: i64,
    pub(crate) props: Value,
    pub(crate) timeout_ms: u64,
    /// Whether the output is a canvas, whose drawing buffer must then outlive the frame it was drawn in.
    pub(crate) canvas_mode: bool,
    /// Whether the output keeps transparency.
    pub(crate) alpha: bool,
    /// Which tool the page was made for.
    pub(crate) contract: Contract,
    /// Which composition of the page, where it has several.
    pub(crate) composition: Option<String>,
    /// Whether all compositions are to be listed.
    pub(crate) list: bool,
}

/// A frame rate as JavaScript reads it.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct FpsParts {
    pub(crate) num: u32,
    pub(crate) den: u32,
}

impl From<Fps> for FpsParts {
    fn from(fps: Fps) -> FpsParts {
        FpsParts { num: fps.num(), den: fps.den() }
    }
}

impl RuntimeConfig {
    /// The script to inject before any script of the page.
    pub(crate) fn script(&self, clock: Clock) -> String {
        let runtime = match clock {
            Clock::Runtime => RUNTIME,
            Clock::Chromium => CHROMIUM_RUNTIME,
        };
        // A JSON text is a JavaScript expression (ECMA-262 since 2019). A `__proto__` key in the props would be special in
        // an object literal, so the text is parsed as JSON instead.
        let mut config = serde_json::to_value(self).unwrap_or_default();
        config["films"] = format!("http://{HOST_NAME}{FILM_PATH}").into();
        let json = config.to_string();
        let literal = serde_json::to_string(&json).unwrap_or_default();
        format!("(() => {{\n\"use strict\";\nconst HELIOS_CONFIG = JSON.parse({literal});\n{runtime}\n}})();")
    }
}

/// The host page as one document.
pub(crate) fn host_page() -> String {
    HOST_HTML.replace("/*host.js*/", HOST_JS)
}
