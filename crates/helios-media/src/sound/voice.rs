//! One source as it plays: which of its samples falls on which sample of the mix, and how loud. Pure arithmetic on whole
//! samples; at its own speed, a source goes through the mix unchanged.

use super::decode::Decoded;
use helios_job::{MILLION, SAMPLE_RATE, Stretch, sample_at};
use std::io;
use std::sync::Arc;

/// A change of volume takes so many samples (10 ms), because a step is heard as a click.
const RAMP: u64 = SAMPLE_RATE as u64 / 100;

/// Samples that interpolation looks at beside the two between which it falls.
const AROUND: i64 = 1;

/// See the module.
pub(super) struct Voice {
    source: Arc<Decoded>,
    /// The first sample of the mix in which it is heard.
    pub(super) from: u64,
    /// The first in which it is not heard any more.
    pub(super) to: u64,
    anchor: u64,
    /// The sample of the source at the anchor.
    position: i64,
    /// Samples of the source for one of the mix.
    step: f64,
    repeat: Option<i64>,
    volume: f64,
    volume_before: f64,
    fade_in: Option<(u64, u64)>,
    fade_out: Option<(u64, u64)>,
}

/// How far, in nanoseconds, a source that is decoded at `speed` must be decoded.
pub(super) fn needed(stretch: &Stretch, speed: u32) -> u64 {
    if speed == 0 {
        return 0;
    }
    let played = u128::from(stretch.to.saturating_sub(stretch.anchor)) * u128::from(stretch.rate)
        / u128::from(MILLION);
    let until = u128::from(u64::try_from(stretch.position).unwrap_or_default()) + played;
    // Once around is enough.
    let until = stretch.repeat.map_or(until, |repeat| until.min(u128::from(repeat)));
    u64::try_from(until * u128::from(MILLION) / u128::from(speed))
        .unwrap_or(u64::MAX)
        .saturating_add(1_000_000)
}

impl Voice {
    /// The voice of `stretch`, whose source was decoded at `speed`. `volume_before`: how loud it was until then.
    pub(super) fn new(source: Arc<Decoded>, stretch: &Stretch, speed: u32, volume_before: u32) -> Voice {
        let samples = |(from, to)| (sample_at(from), sample_at(to));
        let decoded = |nanos: u64| {
            let scaled = u128::from(nanos) * u128::from(MILLION) / u128::from(speed.max(1));
            i64::try_from(sample_at(u64::try_from(scaled).unwrap_or(u64::MAX))).unwrap_or(i64::MAX)
        };
        let position = decoded(stretch.position.unsigned_abs()) * stretch.position.signum();
        Voice {
            source,
            from: sample_at(stretch.from),
            to: sample_at(stretch.to),
            anchor: sample_at(stretch.anchor),
            position,
            step: if speed == stretch.rate { 1.0 } else { f64::from(stretch.rate) / f64::from(speed.max(1)) },
            repeat: stretch.repeat.map(decoded).filter(|repeat| *repeat > 0),
            volume: f64::from(stretch.volume) / f64::from(MILLION),
            volume_before: f64::from(volume_before) / f64::from(MILLION),
            fade_in: stretch.fade_in.map(samples),
            fade_out: stretch.fade_out.map(samples),
        }
    }

    /// Adds what is heard of it from sample `at` of the mix on.
    pub(super) fn add(&mut self, at: u64, sum: &mut [[f64; 2]]) -> io::Result<()> {
        let end = (at + sum.len() as u64).min(self.to);
        let start = at.max(self.from);
        if start >= end {
            return Ok(());
        }
        let count = usize::try_from(end - start).unwrap_or_default();
        let mut samples = vec![[0.0; 2]; count];
        if self.step == 1.0 {
            self.copy(self.position.saturating_add(start as i64 - self.anchor as i64), &mut samples)?;
        } else {
            self.interpolate(start, &mut samples)?;
        }
        let offset = usize::try_from(start - at).unwrap_or_default();
        for ((now, sample), sum) in (start..).zip(samples).zip(&mut sum[offset..]) {
            let gain = self.gain(now);
            sum[0] += gain * f64::from(sample[0]);
            sum[1] += gain * f64::from(sample[1]);
        }
        Ok(())
    }

    /// Samples of the source from `start` on, around the loop as often as it takes.
    fn copy(&self, start: i64, samples: &mut [[f32; 2]]) -> io::Result<()> {
        let Some(repeat) = self.repeat else { return self.source.read(start, samples) };
        let (mut at, mut filled) = (start.rem_euclid(repeat), 0);
        while filled < samples.len() {
            let run = usize::try_from(repeat - at).unwrap_or(usize::MAX).min(samples.len() - filled);
            self.source.read(at, &mut samples[filled..filled + run])?;
            (at, filled) = (0, filled + run);
        }
        Ok(())
    }

    /// At another speed, with another pitch: cubic interpolation between four samples.
    fn interpolate(&self, start: u64, samples: &mut [[f32; 2]]) -> io::Result<()> {
        let place = |now: u64| self.position as f64 + (now as f64 - self.anchor as f64) * self.step;
        let first = place(start).floor() as i64 - AROUND;
        let last = place(start + samples.len() as u64).ceil() as i64 + 2 * AROUND;
        let mut around = vec![[0.0; 2]; usize::try_from(last - first + 1).unwrap_or_default()];
        self.copy(first, &mut around)?;
        for (now, sample) in (start..).zip(samples) {
            let place = place(now);
            let (whole, t) = (place.floor(), (place - place.floor()) as f32);
            let at = usize::try_from(whole as i64 - first - AROUND).unwrap_or_default();
            let Some([a, b, c, d]) = around.get(at..at + 4) else { continue };
            for channel in 0..2 {
                *sample.get_mut(channel).unwrap_or(&mut 0.0) =
                    cubic([a[channel], b[channel], c[channel], d[channel]], t);
            }
        }
        Ok(())
    }

    fn gain(&self, now: u64) -> f64 {
        let since = now - self.from;
        let mut gain = self.volume;
        if since < RAMP {
            gain = self.volume_before + (self.volume - self.volume_before) * (since as f64 / RAMP as f64);
        }
        if let Some(fade) = self.fade_in {
            gain *= along(now, fade);
        }
        if let Some(fade) = self.fade_out {
            gain *= 1.0 - along(now, fade);
        }
        gain
    }
}

/// How far `now` is on the way, from 0 to 1.
fn along(now: u64, (from, to): (u64, u64)) -> f64 {
    if now >= to {
        return 1.0;
    }
    if now <= from { 0.0 } else { (now - from) as f64 / (to - from) as f64 }
}

/// Catmull-Rom through `b` and `c`.
fn cubic([a, b, c, d]: [f32; 4], t: f32) -> f32 {
    b + 0.5 * t * (c - a + t * (2.0 * a - 5.0 * b + 4.0 * c - d + t * (3.0 * (b - c) + d - a)))
}
