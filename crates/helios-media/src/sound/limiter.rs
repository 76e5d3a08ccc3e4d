//! Keeps a sum of sounds within full scale: turns it down a moment before it would clip, and up again after. What is never
//! too loud goes through unchanged, to the bit.

use std::collections::VecDeque;

/// How far it looks ahead, and how long it takes to turn down: 5 ms.
const AHEAD: usize = 240;

/// 1 as a gain. Whole numbers: their sums leave no dust behind, so that a gain of 1 is 1 again.
const ONE: u64 = 1 << 30;

/// The part of the way back to full gain that is made in a sample: half of it in about 35 ms.
const RELEASE: u64 = 2400;

/// See the module.
pub(super) struct Limiter {
    /// Samples that wait for those behind them.
    delayed: VecDeque<[f64; 2]>,
    /// The gains that samples ahead allow, falling no further: each with its index, in rising order of gain.
    lowest: VecDeque<(u64, u64)>,
    /// The last gains before smoothing, and their sum.
    gains: VecDeque<u64>,
    sum: u64,
    gain: u64,
    index: u64,
    peak: f64,
}

impl Limiter {
    pub(super) fn new() -> Limiter {
        Limiter {
            delayed: VecDeque::with_capacity(AHEAD),
            lowest: VecDeque::new(),
            gains: VecDeque::with_capacity(AHEAD),
            sum: 0,
            gain: ONE,
            index: 0,
            peak: 0.0,
        }
    }

    /// The loudest sample that came in.
    pub(super) fn peak(&self) -> f64 {
        self.peak
    }

    /// Takes a sample; gives one, once it has looked far enough ahead.
    pub(super) fn push(&mut self, sample: [f64; 2]) -> Option<[f64; 2]> {
        let loud = sample[0].abs().max(sample[1].abs());
        self.peak = self.peak.max(loud);
        let allowed = if loud > 1.0 { (ONE as f64 / loud) as u64 } else { ONE };
        while self.lowest.back().is_some_and(|(_, gain)| *gain >= allowed) {
            self.lowest.pop_back();
        }
        self.lowest.push_back((self.index, allowed));
        self.delayed.push_back(sample);
        self.index += 1;
        (self.delayed.len() >= AHEAD).then(|| self.next()).flatten()
    }

    /// What is still waiting at the end.
    pub(super) fn rest(&mut self) -> Vec<[f64; 2]> {
        std::iter::from_fn(|| self.next()).collect()
    }

    /// The first sample that waits. Every gain of the last [`AHEAD`] samples is one that it allows, and so is their mean.
    fn next(&mut self) -> Option<[f64; 2]> {
        let lowest = self.lowest.front().map_or(ONE, |(_, gain)| *gain);
        let rising = self.gain + (ONE - self.gain).div_ceil(RELEASE);
        self.gain = rising.min(lowest);
        if self.gains.is_empty() {
            // As if it had been so before: there is no time to turn down what begins too loud.
            self.gain = lowest;
            self.gains.extend(std::iter::repeat_n(lowest, AHEAD));
            self.sum = lowest * AHEAD as u64;
        }
        self.gains.push_back(self.gain);
        self.sum += self.gain;
        self.sum -= self.gains.pop_front().unwrap_or_default();
        let current = self.index - self.delayed.len() as u64;
        if self.lowest.front().is_some_and(|(index, _)| *index <= current) {
            self.lowest.pop_front();
        }
        let gain = self.sum as f64 / (ONE * AHEAD as u64) as f64;
        self.delayed.pop_front().map(|sample| sample.map(|channel| channel * gain))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn through(samples: &[[f64; 2]]) -> Vec<[f64; 2]> {
        let mut limiter = Limiter::new();
        let mut out: Vec<_> = samples.iter().filter_map(|sample| limiter.push(*sample)).collect();
        out.extend(limiter.rest());
        out
    }

    #[test]
    fn what_is_not_too_loud_stays_as_it_is() {
        let samples: Vec<[f64; 2]> = (0..2000).map(|n| [f64::from(n % 7) / 6.0, -1.0]).collect();
        assert_eq!(through(&samples), samples);
        assert_eq!(through(&samples[..3]), samples[..3]);
        assert!(through(&[]).is_empty());
    }

    #[test]
    fn nothing_leaves_full_scale_and_the_gain_comes_back_to_one() {
        // Every kind of peak: alone, at the very beginning and end, several close together, of different heights.
        let loud = |n: u32| match n {
            0 | 1999 => 3.0,
            500 => 1.5,
            600 | 700 => 4.0,
            1200..1300 => f64::from(n - 1190) / 5.0,
            _ => 0.5,
        };
        let samples: Vec<[f64; 2]> = (0..60_000).map(|n| [loud(n), -loud(n) / 2.0]).collect();
        let out = through(&samples);
        assert_eq!(out.len(), samples.len());
        assert!(out.iter().flatten().all(|sample| sample.abs() <= 1.0 + 1e-9));
        assert!(out[600][0] > 0.9, "turned down no more than needed: {}", out[600][0]);
        assert_eq!(out[59_000], samples[59_000]);
    }
}
