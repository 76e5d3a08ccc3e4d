//! One frame as a picture file: what is asked for and what came of it. Names and arithmetic only: pixels and files are
//! the renderer's.

use crate::{Fps, FrameHash, JobConfig, JobError, Seconds, seconds};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// The format of a still, chosen by the output's extension.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StillFormat {
    /// Lossless: exactly the pixels that were hashed.
    Png,
    /// Lossy, high quality, chroma at full size.
    Jpeg,
    /// Lossless.
    WebP,
}

impl StillFormat {
    /// The format that a file name asks for.
    ///
    /// # Errors
    /// [`JobError::Choice`] for a missing or unknown extension.
    pub fn from_path(path: &Path) -> Result<StillFormat, JobError> {
        let extension =
            path.extension().map(|e| e.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
        match extension.as_str() {
            "png" => Ok(StillFormat::Png),
            "jpg" | "jpeg" => Ok(StillFormat::Jpeg),
            "webp" => Ok(StillFormat::WebP),
            _ => Err(JobError::Choice {
                what: "output extension",
                given: path.display().to_string(),
                allowed: "end the file name with .png, .jpg or .webp".to_owned(),
            }),
        }
    }

    /// The name in messages and orders.
    pub fn name(self) -> &'static str {
        match self {
            StillFormat::Png => "png",
            StillFormat::Jpeg => "jpeg",
            StillFormat::WebP => "webp",
        }
    }
}

impl fmt::Display for StillFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A time in a composition, from 0, in whole nanoseconds. Written like a duration ([`Seconds`]), but may be 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    nanos: u64,
}

impl Moment {
    /// The index of the frame that is shown at this time: `floor(time · fps)`.
    ///
    /// A time that misses the start of a frame by less than a thousandth of a frame counts as its start, because it stems
    /// from a rounded decimal such as 0.333333. [`Seconds::frames`] rounds by the same measure.
    pub fn frame(self, fps: Fps) -> u32 {
        let scaled = u128::from(self.nanos) * u128::from(fps.num());
        let per_frame = u128::from(seconds::NANOS) * u128::from(fps.den());
        u32::try_from((scaled + per_frame / 1000) / per_frame).unwrap_or(u32::MAX)
    }
}

impl FromStr for Moment {
    type Err = JobError;

    fn from_str(text: &str) -> Result<Moment, JobError> {
        let nanos = seconds::nanos(text).filter(|nanos| *nanos <= seconds::MAX);
        nanos.map(|nanos| Moment { nanos }).ok_or_else(|| JobError::Choice {
            what: "time",
            given: text.to_owned(),
            allowed: "use seconds or units from 0 to 24h, such as 0, 2.5, 5s, 1m30s or 500ms".to_owned(),
        })
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        seconds::decimal_text(self.nanos, f)
    }
}

/// Which frame of a composition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StillAt {
    /// By its index, from 0.
    Frame(u32),
    /// The one that is shown at this time.
    Time(Moment),
}

impl StillAt {
    /// The index of the frame in a composition of this length.
    ///
    /// # Errors
    /// [`JobError::Range`] when it lies past the end.
    pub fn resolve(self, duration: Seconds, fps: Fps) -> Result<u32, JobError> {
        let last = duration.frames(fps).saturating_sub(1);
        let (frame, given) = match self {
            StillAt::Frame(frame) => (frame, format!("--frame {frame}")),
            StillAt::Time(time) => (time.frame(fps), format!("--time {time}")),
        };
        if frame <= last {
            return Ok(frame);
        }
        let what = format!(
            "{given} lies past the end: the composition lasts {duration} s and has frames 0 to {last}, \
             the last of which begins at {:.3} s",
            fps.frame_time_ms(last) / 1000.0
        );
        Err(JobError::Range { what })
    }
}

/// See [`crate::Command::Still`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StillOrder {
    /// Index of the frame in the composition.
    pub frame: u32,
    /// The format of the file.
    pub format: StillFormat,
    /// Where the file goes (absolute). Its folder exists; the worker writes beside it and renames.
    pub output: PathBuf,
    /// The settings of the render that the frame belongs to. Those of the encoder do not matter.
    pub config: JobConfig,
}

/// What a worker says of a finished still.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct StillReport {
    /// Index of the frame in the composition.
    pub frame: u32,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Size of the file.
    pub bytes: u64,
    /// The frame source that was used.
    pub capture: String,
    /// Hash of the frame's pixels: the one that a render has at this frame.
    #[cfg_attr(test, schemars(with = "String"))]
    pub hash: FrameHash,
}
