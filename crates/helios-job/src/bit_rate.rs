//! Bits per second, as people write them.

use crate::JobError;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A bit rate from 1 kbit/s to 10 Gbit/s.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct BitRate(pub u64);

impl FromStr for BitRate {
    type Err = JobError;

    /// Reads `4M`, `2.5M`, `800k` or `800000`.
    fn from_str(text: &str) -> Result<BitRate, JobError> {
        let refused = || JobError::Choice {
            what: "bit rate",
            given: text.to_owned(),
            allowed: "use bits per second from 1k to 10000M, such as 4M, 2.5M, 800k or 800000".to_owned(),
        };
        let (number, unit) = match text.as_bytes().last() {
            Some(b'k' | b'K') => (&text[..text.len() - 1], 1000.0),
            Some(b'm' | b'M') => (&text[..text.len() - 1], 1_000_000.0),
            _ => (text, 1.0),
        };
        let plain = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        let number: f64 = number.parse().ok().filter(|_| plain).ok_or_else(refused)?;
        let bits = (number * unit).round();
        if (1000.0..=1e10).contains(&bits) { Ok(BitRate(bits as u64)) } else { Err(refused()) }
    }
}

impl fmt::Display for BitRate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            bits if bits % 1_000_000 == 0 => write!(f, "{}M", bits / 1_000_000),
            bits if bits % 1000 == 0 => write!(f, "{}k", bits / 1000),
            bits => write!(f, "{bits}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::BitRate;

    #[test]
    fn rates() {
        for (text, bits) in [("4M", 4_000_000), ("2.5M", 2_500_000), ("800k", 800_000), ("1000", 1000)] {
            let rate: BitRate = text.parse().unwrap();
            assert_eq!(rate.0, bits);
            assert_eq!(rate.to_string().parse(), Ok(rate));
        }
        for bad in ["", "M", "0", "-1M", "1G", "four", "1e6", "99999M", "1.2.3M", "1 M"] {
            assert!(bad.parse::<BitRate>().is_err(), "{bad}");
        }
    }
}
