//! What a check of a page asks for, and what it finds: the report of `helios check`. Data only; the renderer looks.

use crate::{CaptionConfig, CaptureKind, Contract, Fps, Mode, Seconds, SpokenContract};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The value of `schema` in a report of this version.
pub const CHECK_SCHEMA: &str = "helios.check/1";

/// See [`crate::Command::Check`]. What is `None` the page says, or a default.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CheckOrder {
    /// Absolute path of the page or its folder, or an http(s) URL.
    pub input: String,
    /// Width in pixels.
    pub width: Option<u32>,
    /// Height in pixels.
    pub height: Option<u32>,
    /// Frame rate.
    pub fps: Option<Fps>,
    /// Length of the composition.
    pub duration: Option<Seconds>,
    /// What becomes the picture.
    pub mode: Mode,
    /// Where frames come from.
    pub capture: CaptureKind,
    /// Values for `helios.props`.
    #[serde(default)]
    pub props: serde_json::Value,
    /// Which tool the page was made for.
    #[serde(default)]
    pub contract: Contract,
    /// Which composition of the page, where it has several.
    #[serde(default)]
    pub composition: Option<String>,
    /// Seed of the page's random numbers.
    pub seed: u32,
    /// `Date.now()` at frame 0.
    pub epoch_ms: i64,
    /// Longest wait for the page, and for one frame.
    pub timeout: Seconds,
    /// Only the fonts matter: nothing is compared.
    #[serde(default)]
    pub fonts: Option<FontLook>,
}

/// What is drawn to see which fonts it takes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FontLook {
    /// So many frames, evenly spread.
    pub frames: u32,
    /// All that is said over them.
    #[serde(default)]
    pub captions: Option<CaptionConfig>,
}

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// The frames may depend on something that is not the page's and not the job's.
    Warn,
    /// The render fails, or its frames are wrong.
    Error,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Severity::Info => "info",
            Severity::Warn => "warn",
            Severity::Error => "error",
        })
    }
}

/// Something that a check found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// How much it matters.
    pub severity: Severity,
    /// What it is, for programs: these names do not change.
    pub code: String,
    /// The frame in which it was first seen; `None` while loading, and for what belongs to no frame.
    pub frame: Option<u32>,
    /// Where in the page: an address, with the line where it is known.
    pub place: Option<String>,
    /// What was found.
    pub message: String,
    /// What to do about it.
    pub fix: String,
    /// How often it was seen.
    pub count: u32,
}

/// The page that was checked, as it was rendered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct CheckedPage {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Frame rate.
    #[cfg_attr(test, schemars(with = "String"))]
    pub fps: Fps,
    /// Length.
    #[cfg_attr(test, schemars(with = "String"))]
    pub duration: Seconds,
    /// Frames of the whole composition.
    pub frames: u32,
    /// Whether it says that its picture depends on the time alone.
    pub seekable: bool,
    /// The frames that were drawn; all others before the last of them were passed.
    pub drawn: Vec<u32>,
    /// What passing a frame took on average, in milliseconds.
    pub ms_per_frame: f64,
    /// The frame source that was used.
    pub capture: String,
    /// The tool that the page was made for, unless that is Helios.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contract: Option<SpokenContract>,
}

/// What came of a check.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct CheckReport {
    /// The page; `None` when it did not load.
    pub page: Option<CheckedPage>,
    /// What was found, the worst first.
    pub findings: Vec<Finding>,
    /// Files of this machine's fonts that the browser had in memory, those of its own interface among them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub font_files: Vec<String>,
}

impl CheckReport {
    /// The worst that was found.
    pub fn worst(&self) -> Option<Severity> {
        self.findings.iter().map(|finding| finding.severity).max()
    }

    /// How many findings there are of a severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.severity == severity).count()
    }
}

/// What `helios check --json` writes.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct CheckAnswer {
    /// [`CHECK_SCHEMA`].
    pub schema: String,
    /// The page, as it was given.
    pub input: String,
    /// Whether it passes.
    pub passed: bool,
    /// Whether warnings count as errors.
    pub strict: bool,
    /// Number of errors.
    pub errors: usize,
    /// Number of warnings.
    pub warnings: usize,
    /// Number of notes.
    pub notes: usize,
    /// What was found.
    #[serde(flatten)]
    pub report: CheckReport,
}

impl CheckAnswer {
    /// The answer for a page.
    pub fn of(input: &str, report: &CheckReport, strict: bool) -> CheckAnswer {
        let least = if strict { Severity::Warn } else { Severity::Error };
        CheckAnswer {
            schema: CHECK_SCHEMA.to_owned(),
            input: input.to_owned(),
            passed: report.worst().is_none_or(|worst| worst < least),
            strict,
            errors: report.count(Severity::Error),
            warnings: report.count(Severity::Warn),
            notes: report.count(Severity::Info),
            report: report.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_is_committed() {
        helios_testkit::assert_schema("check", CHECK_SCHEMA, schemars::schema_for!(CheckAnswer));
    }
}
