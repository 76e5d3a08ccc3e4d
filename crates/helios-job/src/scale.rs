//! The device scale factor: how many pixels of the output make one pixel of the page's layout, along each axis.

use crate::{JobError, SIZE_RANGE};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// A scale from 0.5 to 8 with at most three decimals, held in thousandths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Scale {
    thousandths: u32,
}

const ONE: u32 = 1000;
/// Below a half, the strip that names frames could not be read any more.
const RANGE: std::ops::RangeInclusive<u32> = 500..=8000;

impl Default for Scale {
    fn default() -> Scale {
        Scale { thousandths: ONE }
    }
}

impl Scale {
    /// Whether output and layout have the same size.
    pub fn is_one(&self) -> bool {
        self.thousandths == ONE
    }

    /// For the browser.
    pub fn as_f64(self) -> f64 {
        f64::from(self.thousandths) / f64::from(ONE)
    }

    /// `pixels` of the layout in pixels of the output, if that is a whole number.
    pub fn whole(self, pixels: u32) -> Option<u32> {
        let scaled = u64::from(pixels) * u64::from(self.thousandths);
        scaled.is_multiple_of(u64::from(ONE)).then(|| u32::try_from(scaled / u64::from(ONE)).ok()).flatten()
    }

    /// `pixels` of the layout in pixels of the output, rounded down.
    pub fn floor(self, pixels: u32) -> u32 {
        let scaled = u64::from(pixels) * u64::from(self.thousandths) / u64::from(ONE);
        u32::try_from(scaled).unwrap_or(u32::MAX)
    }

    /// The size of the output for a layout of this size.
    ///
    /// # Errors
    /// [`JobError::Conflict`] when it is no whole number of pixels, or out of [`SIZE_RANGE`].
    pub fn output(self, (width, height): (u32, u32)) -> Result<(u32, u32), JobError> {
        let axis = |name: &str, pixels: u32| {
            let scaled = self.whole(pixels).filter(|scaled| SIZE_RANGE.contains(scaled));
            scaled.ok_or_else(|| {
                JobError::Conflict(format!(
                    "--scale {self} makes {} pixels of the {name} {pixels}: it must come out as a whole number from {} to {}",
                    f64::from(pixels) * self.as_f64(),
                    SIZE_RANGE.start(),
                    SIZE_RANGE.end()
                ))
            })
        };
        Ok((axis("width", width)?, axis("height", height)?))
    }
}

impl fmt::Display for Scale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.as_f64())
    }
}

impl FromStr for Scale {
    type Err = JobError;

    fn from_str(text: &str) -> Result<Scale, JobError> {
        let refused = || JobError::Choice {
            what: "--scale",
            given: text.to_owned(),
            allowed: "use a number from 0.5 to 8 with at most three decimals, such as 2 or 1.5".to_owned(),
        };
        let (whole, part) = text.split_once('.').unwrap_or((text, ""));
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || whole.len() > 3 || part.len() > 3 || !digits(whole) || !digits(part) {
            return Err(refused());
        }
        let thousandths = format!("{whole}{part:0<3}").parse().map_err(|_| refused())?;
        if RANGE.contains(&thousandths) { Ok(Scale { thousandths }) } else { Err(refused()) }
    }
}

impl Serialize for Scale {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Scale {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Scale, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::Scale;

    #[test]
    fn scales() {
        let read = |text: &str| text.parse::<Scale>().ok();
        assert_eq!(read("2").unwrap().output((320, 180)), Ok((640, 360)));
        assert_eq!(read("1.5").unwrap().output((320, 180)), Ok((480, 270)));
        assert_eq!(read("0.5").unwrap().to_string(), "0.5");
        assert!(read("1.000").unwrap().is_one());
        assert_eq!(read("1.001").unwrap().floor(1999), 2000);
        assert!(read("1.5").unwrap().output((321, 180)).is_err());
        assert!(read("8").unwrap().output((1920, 1080)).is_err());
        for bad in ["0", "-1", "9", "0.4", "2x", "1.0001", ".5", "", "1e1", "+2"] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
