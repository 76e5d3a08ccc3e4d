//! Captions: what is said when, read from SubRip and WebVTT files and written as either. Text in, values out.

mod markup;
mod read;

pub use read::{CaptionBlock, WrittenCue};

use crate::{Fps, FrameRange, JobError};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::fmt::Write as _;
use std::path::Path;
use std::str::FromStr;

/// What SubRip writes before the words of a caption at the top.
const TOP: &str = "{\\an8}";

/// What becomes of captions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum CaptionMode {
    /// Drawn into the picture.
    #[default]
    Burn,
    /// A track of the file, which players show or hide.
    Track,
    /// A file beside the output.
    Sidecar,
}

impl CaptionMode {
    /// The name used in flags and job files.
    pub fn name(self) -> &'static str {
        match self {
            CaptionMode::Burn => "burn",
            CaptionMode::Track => "track",
            CaptionMode::Sidecar => "sidecar",
        }
    }
}

impl fmt::Display for CaptionMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for CaptionMode {
    type Err = JobError;

    fn from_str(text: &str) -> Result<CaptionMode, JobError> {
        [CaptionMode::Burn, CaptionMode::Track, CaptionMode::Sidecar]
            .into_iter()
            .find(|mode| mode.name() == text)
            .ok_or_else(|| JobError::Choice {
                what: "--caption-mode",
                given: text.to_owned(),
                allowed: "use burn, track or sidecar".to_owned(),
            })
    }
}

/// The captions of a job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CaptionConfig {
    /// Absolute path of the file.
    pub file: String,
    /// What becomes of them.
    pub mode: CaptionMode,
    /// Digest of the file's content.
    pub digest: String,
    /// The language of the track: three letters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
}

/// The format of a caption file, by its extension.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CaptionFormat {
    /// SubRip, `.srt`.
    Srt,
    /// WebVTT, `.vtt`.
    Vtt,
}

impl CaptionFormat {
    /// A time as this format writes it.
    pub fn stamp(self, ms: u64) -> String {
        let point = if self == CaptionFormat::Srt { ',' } else { '.' };
        let seconds = ms / 1000;
        format!("{:02}:{:02}:{:02}{point}{:03}", seconds / 3600, seconds / 60 % 60, seconds % 60, ms % 1000)
    }

    /// The format that a file name asks for.
    ///
    /// # Errors
    /// [`JobError::Choice`] for another extension.
    pub fn of(path: &Path) -> Result<CaptionFormat, JobError> {
        let extension =
            path.extension().map(|e| e.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
        match extension.as_str() {
            "srt" => Ok(CaptionFormat::Srt),
            "vtt" => Ok(CaptionFormat::Vtt),
            _ => Err(JobError::Choice {
                what: "--captions",
                given: path.display().to_string(),
                allowed: "give a SubRip file (.srt) or a WebVTT file (.vtt)".to_owned(),
            }),
        }
    }

    /// The usual extension, without the dot.
    pub fn extension(self) -> &'static str {
        match self {
            CaptionFormat::Srt => "srt",
            CaptionFormat::Vtt => "vtt",
        }
    }
}

/// Text in one style. Line breaks are in the text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CaptionSpan {
    /// The words.
    pub text: String,
    /// Whether they are bold.
    pub bold: bool,
    /// Whether they are italic.
    pub italic: bool,
    /// Whether they are underlined.
    pub underline: bool,
}

/// Towards which side a caption's lines lie.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum CaptionAlign {
    /// The left.
    Left,
    /// The middle.
    #[default]
    Center,
    /// The right.
    Right,
}

/// One caption.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cue {
    /// When it appears, in milliseconds.
    pub start_ms: u64,
    /// When it is gone; later than `start_ms`.
    pub end_ms: u64,
    /// What is said.
    pub spans: Vec<CaptionSpan>,
    /// Where its upper edge lies, in percent of the picture's height; `None` for the bottom.
    pub line: Option<u8>,
    /// Where its lines lie.
    pub align: CaptionAlign,
}

/// A caption and the frames that show it, for drawing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ShownCue {
    /// The first frame.
    pub from: u32,
    /// The one after the last.
    pub to: u32,
    /// What is said.
    pub spans: Vec<CaptionSpan>,
    /// See [`Cue::line`].
    pub line: Option<u8>,
    /// See [`Cue::align`].
    pub align: CaptionAlign,
}

/// All captions of a video, by the time at which they appear.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Captions {
    /// At least one.
    pub cues: Vec<Cue>,
}

impl Captions {
    /// Reads the content of a file.
    ///
    /// # Errors
    /// [`JobError::Captions`], which says in which line what is wrong.
    pub fn parse(text: &str, format: CaptionFormat) -> Result<Captions, JobError> {
        let mut cues = read::cues(text, format)?;
        cues.sort_by_key(|cue| cue.start_ms);
        Ok(Captions { cues })
    }

    /// The frames of a video that show each: those whose time lies in `start..end`.
    pub fn shown(&self, fps: Fps) -> Vec<ShownCue> {
        let frame = |ms: u64| {
            let frame = (u128::from(ms) * u128::from(fps.num())).div_ceil(1000 * u128::from(fps.den()));
            u32::try_from(frame).unwrap_or(u32::MAX)
        };
        let cues = self.cues.iter().map(|cue| ShownCue {
            from: frame(cue.start_ms),
            to: frame(cue.end_ms),
            spans: cue.spans.clone(),
            line: cue.line,
            align: cue.align,
        });
        cues.filter(|cue| cue.from < cue.to).collect()
    }

    /// The captions of these frames, with times from the first of them on.
    pub fn part(&self, range: FrameRange, fps: Fps) -> Captions {
        let ms = |frame: u32| fps.frame_time_ms(frame).round() as u64;
        let (start, end) = (ms(range.start), ms(range.end()));
        let cues = self.cues.iter().filter(|cue| cue.start_ms < end && cue.end_ms > start);
        let moved = |cue: &Cue| Cue {
            start_ms: cue.start_ms.saturating_sub(start),
            end_ms: cue.end_ms.min(end) - start,
            ..cue.clone()
        };
        Captions { cues: cues.map(moved).collect() }
    }

    /// The content of a file.
    pub fn to_text(&self, format: CaptionFormat) -> String {
        let mut text = if format == CaptionFormat::Vtt { "WEBVTT\n\n".to_owned() } else { String::new() };
        for (number, cue) in (1..).zip(&self.cues) {
            let (start, end) = (format.stamp(cue.start_ms), format.stamp(cue.end_ms));
            let settings = match format {
                CaptionFormat::Srt => {
                    let _ = writeln!(text, "{number}");
                    String::new()
                }
                CaptionFormat::Vtt => settings(cue),
            };
            let top = if format == CaptionFormat::Srt && cue.line == Some(0) { TOP } else { "" };
            let words = markup::write(&cue.spans, format);
            let _ = write!(text, "{start} --> {end}{settings}\n{top}{words}\n\n");
        }
        text
    }
}

fn settings(cue: &Cue) -> String {
    let line = cue.line.map_or(String::new(), |line| format!(" line:{line}%"));
    match cue.align {
        CaptionAlign::Left => line + " align:start",
        CaptionAlign::Center => line,
        CaptionAlign::Right => line + " align:end",
    }
}
