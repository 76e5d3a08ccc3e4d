//! What came of comparing two renders: by their hashes first, and where those differ by how much the pixels do.

use crate::ConformanceError;
use crate::render::{Rendered, Renderer};
use helios_job::{FrameRange, ranges_text};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::process::{Command, Stdio};

/// Runs of frames that are named before the rest is only counted.
const RUNS: usize = 8;

/// Two renders of a page, compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// Every frame has the same pixels.
    Equal,
    /// They do not.
    Differs(Difference),
    /// One of the renders failed.
    Failed(String),
}

/// How two renders differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// The frames.
    pub ranges: Vec<FrameRange>,
    /// What else differs, as sentences.
    pub notes: Vec<String>,
    /// The largest difference of a pixel after the conversion to YUV, in levels of 255; `None` when it could not be measured.
    pub levels: Option<u32>,
}

impl Difference {
    /// How many frames differ.
    pub fn frames(&self) -> u32 {
        self.ranges.iter().map(|range| range.count).sum()
    }
}

impl Outcome {
    /// Compares a render with the reference.
    ///
    /// # Errors
    /// When the binary cannot be run at all.
    pub fn of(
        renderer: &Renderer,
        reference: &Rendered,
        other: &Rendered,
    ) -> Result<Outcome, ConformanceError> {
        let found = other.hashes.compare(&reference.hashes);
        if found.equal() {
            return Ok(Outcome::Equal);
        }
        let levels = levels(renderer, reference, other)?;
        Ok(Outcome::Differs(Difference { ranges: found.ranges, notes: found.notes, levels }))
    }
}

/// What `helios verify` says of the two videos, which lost nothing after the conversion to YUV.
fn levels(renderer: &Renderer, a: &Rendered, b: &Rendered) -> Result<Option<u32>, ConformanceError> {
    let mut command = Command::new(&renderer.helios);
    command.arg("verify").args([&a.video, &b.video]).args(["--json", "--quiet"]);
    let answer = command.stdin(Stdio::null()).stderr(Stdio::null()).output();
    let answer = answer.map_err(ConformanceError::io("run", &renderer.helios))?;
    let report: Option<serde_json::Value> = serde_json::from_slice(&answer.stdout).ok();
    let levels = report.and_then(|report| report["maxError"].as_u64());
    Ok(levels.and_then(|levels| u32::try_from(levels).ok()))
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Outcome::Equal => f.write_str("equal"),
            Outcome::Failed(why) => write!(f, "failed: {why}"),
            Outcome::Differs(found) => {
                write!(f, "{} frames differ: {}", found.frames(), ranges_text(&found.ranges, RUNS))?;
                if let Some(levels) = found.levels {
                    write!(f, "; by {levels} levels at most")?;
                }
                found.notes.iter().try_for_each(|note| write!(f, "; {note}"))
            }
        }
    }
}
