//! Durations as people write them, held exactly in nanoseconds.

use crate::{Fps, JobError};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

pub(crate) const NANOS: u64 = 1_000_000_000;
pub(crate) const MAX: u64 = 24 * 3600 * NANOS;

/// A duration above 0 and up to 24 hours, in whole nanoseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Seconds {
    nanos: u64,
}

impl Seconds {
    /// From a floating-point number of seconds, as a page declares it. Read through its shortest decimal text, so that
    /// 5.005 means 5.005 and not its nearest binary fraction.
    ///
    /// # Errors
    /// [`JobError::Duration`] when it is not finite, not above 0 or longer than 24 hours.
    pub fn from_f64(seconds: f64) -> Result<Seconds, JobError> {
        let text = format!("{seconds:.9}");
        if !seconds.is_finite() {
            return Err(JobError::Duration { given: seconds.to_string() });
        }
        text.parse().map_err(|_| JobError::Duration { given: seconds.to_string() })
    }

    /// The number of frames that cover this duration: `ceil(seconds · fps)`.
    ///
    /// A duration that misses a whole number of frames by less than a thousandth of a frame counts as whole, because it
    /// stems from a rounded decimal such as 0.333334.
    pub fn frames(self, fps: Fps) -> u32 {
        let scaled = u128::from(self.nanos) * u128::from(fps.num());
        let per_frame = u128::from(NANOS) * u128::from(fps.den());
        let frames = (scaled.saturating_sub(per_frame / 1000)).div_ceil(per_frame).max(1);
        u32::try_from(frames).unwrap_or(u32::MAX)
    }

    /// As floating-point seconds.
    pub fn as_f64(self) -> f64 {
        self.nanos as f64 / NANOS as f64
    }
}

impl From<Seconds> for std::time::Duration {
    fn from(seconds: Seconds) -> std::time::Duration {
        std::time::Duration::from_nanos(seconds.nanos)
    }
}

impl FromStr for Seconds {
    type Err = JobError;

    /// Reads `5`, `2.5`, `5s`, `1m30s`, `1h`, `500ms`. Units must come from large to small, each once.
    fn from_str(text: &str) -> Result<Seconds, JobError> {
        let nanos = nanos(text).filter(|nanos| (1..=MAX).contains(nanos));
        nanos.map(|nanos| Seconds { nanos }).ok_or_else(|| JobError::Duration { given: text.to_owned() })
    }
}

/// The nanoseconds that a time means, which may be 0, or `None` when it is not written like a time.
pub(crate) fn nanos(text: &str) -> Option<u64> {
    let mut rest = text.trim();
    if rest.is_empty() {
        return None;
    }
    let mut nanos: u64 = 0;
    let mut smallest = u64::MAX;
    while !rest.is_empty() {
        let number_len = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let (number, tail) = rest.split_at(number_len);
        let unit_len = tail.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(tail.len());
        let (unit, tail) = tail.split_at(unit_len);
        let scale = match unit {
            "h" => 3600 * NANOS,
            "m" => 60 * NANOS,
            "s" => NANOS,
            "ms" => NANOS / 1000,
            "" if smallest == u64::MAX => NANOS,
            _ => return None,
        };
        if scale >= smallest {
            return None;
        }
        smallest = scale;
        nanos = nanos.checked_add(decimal(number, scale)?)?;
        rest = tail;
    }
    Some(nanos)
}

/// `number · scale` for a plain decimal number, digits beyond the nanosecond dropped.
fn decimal(number: &str, scale: u64) -> Option<u64> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if whole.is_empty() && fraction.is_empty() || fraction.contains('.') {
        return None;
    }
    let mut value = if whole.is_empty() { 0 } else { whole.parse::<u64>().ok()?.checked_mul(scale)? };
    let mut unit = scale;
    for digit in fraction.bytes() {
        unit /= 10;
        value = value.checked_add(u64::from(digit - b'0') * unit)?;
    }
    Some(value)
}

impl fmt::Display for Seconds {
    /// Decimal seconds without trailing zeros: what `--duration` takes.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        decimal_text(self.nanos, f)
    }
}

/// Writes nanoseconds as seconds, see the [`fmt::Display`] of [`Seconds`].
pub(crate) fn decimal_text(nanos: u64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let (whole, part) = (nanos / NANOS, nanos % NANOS);
    if part == 0 {
        return write!(f, "{whole}");
    }
    let digits = format!("{part:09}");
    write!(f, "{whole}.{}", digits.trim_end_matches('0'))
}

impl Serialize for Seconds {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Seconds {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Seconds, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}
