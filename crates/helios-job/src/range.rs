//! A contiguous run of frames.

use crate::JobError;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Frames `start .. start + count` of a composition. Never empty once validated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct FrameRange {
    /// Index of the first frame, from 0.
    pub start: u32,
    /// Number of frames.
    pub count: u32,
}

impl FrameRange {
    /// The part of a composition of `total` frames that `--start-frame` and `--frame-count` select.
    ///
    /// # Errors
    /// [`JobError::Range`] when the start lies past the end, the count is 0, or the range ends past the composition.
    pub fn select(total: u32, start: Option<u32>, count: Option<u32>) -> Result<FrameRange, JobError> {
        let start = start.unwrap_or(0);
        if start >= total {
            let what = format!(
                "--start-frame {start} lies past the end: the composition has frames 0 to {}",
                total.saturating_sub(1)
            );
            return Err(JobError::Range { what });
        }
        let count = count.unwrap_or(total - start);
        if count == 0 {
            return Err(JobError::Range {
                what: "--frame-count 0 renders nothing: use 1 or more".to_owned(),
            });
        }
        if count > total - start {
            let what = format!(
                "--frame-count {count} from frame {start} ends past the composition, which has {total} frames: use at most {}",
                total - start
            );
            return Err(JobError::Range { what });
        }
        Ok(FrameRange { start, count })
    }

    /// The first and the last frame, such as `0-59`.
    pub fn in_short(self) -> String {
        format!("{}-{}", self.start, self.end().saturating_sub(1))
    }

    /// The index one past the last frame.
    pub fn end(self) -> u32 {
        self.start.saturating_add(self.count)
    }

    /// The index of the last frame.
    pub fn last(self) -> u32 {
        self.end().saturating_sub(1)
    }
}

impl fmt::Display for FrameRange {
    /// `frames a to b (n frames)`, both ends included, as the log lines write it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = if self.count == 1 { "" } else { "s" };
        write!(f, "frames {} to {} ({} frame{plural})", self.start, self.last(), self.count)
    }
}
