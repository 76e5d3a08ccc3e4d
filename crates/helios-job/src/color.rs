//! The colour space of the output: what its numbers mean. The arithmetic is helios-media's.

use crate::JobError;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Primaries, transfer curve and matrix under one name. Pages are sRGB; what each of these makes of it is in
/// docs/encoding.md.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum ColorSpace {
    /// ITU-R BT.709, limited range: what players expect of web video.
    #[default]
    Bt709,
    /// The matrix of ITU-R BT.601 over the same primaries, limited range: for tools that know no other.
    Bt601,
    /// ITU-R BT.2020, non-constant luminance, limited range, standard dynamic range: the colours are converted to its
    /// wider primaries.
    Bt2020,
    /// The page's own red, green and blue, full range.
    Srgb,
}

impl ColorSpace {
    /// Every colour space.
    pub const ALL: [ColorSpace; 4] =
        [ColorSpace::Bt709, ColorSpace::Bt601, ColorSpace::Bt2020, ColorSpace::Srgb];

    /// The name used in flags and job files.
    pub fn name(self) -> &'static str {
        match self {
            ColorSpace::Bt709 => "bt709",
            ColorSpace::Bt601 => "bt601",
            ColorSpace::Bt2020 => "bt2020",
            ColorSpace::Srgb => "srgb",
        }
    }
}

impl fmt::Display for ColorSpace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for ColorSpace {
    type Err = JobError;

    fn from_str(text: &str) -> Result<ColorSpace, JobError> {
        let lower = text.to_ascii_lowercase();
        let lower = if lower == "rgb" { "srgb".to_owned() } else { lower };
        ColorSpace::ALL.into_iter().find(|space| space.name() == lower).ok_or_else(|| JobError::Choice {
            what: "--color-space",
            given: text.to_owned(),
            allowed: "use bt709, bt601, bt2020 or srgb".to_owned(),
        })
    }
}
