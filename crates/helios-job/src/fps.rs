//! Frame rates as exact ratios. Frame times are computed from integers, never accumulated.

use crate::JobError;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// Frames per second as a reduced ratio, from 1/60 to 1000.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fps {
    num: u32,
    den: u32,
}

/// Rates which people write as rounded decimals but which are defined as multiples of 1000/1001 (SMPTE ST 12-1).
const NTSC: [(&str, u32); 4] = [("23.976", 24), ("29.97", 30), ("59.94", 60), ("119.88", 120)];

impl Fps {
    /// 30 frames per second: the rate when neither the page nor the user names one.
    pub const DEFAULT: Fps = Fps { num: 30, den: 1 };

    /// A rate of `num / den` frames per second.
    ///
    /// # Errors
    /// [`JobError::Fps`] when the ratio is not between 1/60 and 1000.
    pub fn new(num: u32, den: u32) -> Result<Fps, JobError> {
        let refused = || JobError::Fps { given: format!("{num}/{den}") };
        if num == 0 || den == 0 {
            return Err(refused());
        }
        let divisor = gcd(num, den);
        let fps = Fps { num: num / divisor, den: den / divisor };
        let in_range = u64::from(num) * 60 >= u64::from(den) && u64::from(num) <= u64::from(den) * 1000;
        if in_range { Ok(fps) } else { Err(refused()) }
    }

    /// Numerator of the reduced ratio.
    pub fn num(self) -> u32 {
        self.num
    }

    /// Denominator of the reduced ratio.
    pub fn den(self) -> u32 {
        self.den
    }

    /// The rate as a floating-point number, for display and rate arithmetic only.
    pub fn as_f64(self) -> f64 {
        f64::from(self.num) / f64::from(self.den)
    }

    /// Time of a frame's start in milliseconds: `frame · 1000 · den / num`, rounded once.
    pub fn frame_time_ms(self, frame: u32) -> f64 {
        (u64::from(frame) * 1000 * u64::from(self.den)) as f64 / f64::from(self.num)
    }
}

fn gcd(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { gcd(b, a % b) }
}

impl FromStr for Fps {
    type Err = JobError;

    /// Reads `30`, `29.97` (as 30000/1001), `12.5` or `30000/1001`.
    fn from_str(text: &str) -> Result<Fps, JobError> {
        let refused = || JobError::Fps { given: text.to_owned() };
        let trimmed = text.trim();
        if let Some((_, base)) = NTSC.iter().find(|(name, _)| *name == trimmed) {
            return Fps::new(base * 1000, 1001);
        }
        let (num, den) = match trimmed.split_once('/') {
            Some((num, den)) => (digits(num).ok_or_else(refused)?, digits(den).ok_or_else(refused)?),
            None => {
                let (whole, fraction) = trimmed.split_once('.').unwrap_or((trimmed, ""));
                // Three decimals are enough for every rate in use, and keep the ratio small.
                if fraction.len() > 3 || (fraction.is_empty() && trimmed.contains('.')) {
                    return Err(refused());
                }
                let scale = 10u32.pow(fraction.len() as u32);
                let whole = digits(whole).ok_or_else(refused)?;
                let part = if fraction.is_empty() { 0 } else { digits(fraction).ok_or_else(refused)? };
                (whole.checked_mul(scale).and_then(|n| n.checked_add(part)).ok_or_else(refused)?, scale)
            }
        };
        Fps::new(num, den).map_err(|_| refused())
    }
}

/// A plain decimal integer: no sign, no spaces, no exponent.
fn digits(text: &str) -> Option<u32> {
    (!text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

impl fmt::Display for Fps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.den == 1 { write!(f, "{}", self.num) } else { write!(f, "{}/{}", self.num, self.den) }
    }
}

impl Serialize for Fps {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Fps {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Fps, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}
