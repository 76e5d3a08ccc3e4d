//! Sound for tests: made sample by sample, read back by FFmpeg.

use crate::run::Place;
use serde_json::Value;
use std::process::Command;

/// Samples per second of everything here, and of the mix.
pub const RATE: usize = 48_000;

impl Place {
    /// Writes a WAV file: 16 bits, `channels` of `samples` one after the other.
    pub fn wav(&self, name: &str, rate: u32, channels: u16, samples: &[i16]) {
        let bytes = 2 * samples.len() as u32;
        let mut file = Vec::new();
        file.extend_from_slice(b"RIFF");
        file.extend((36 + bytes).to_le_bytes());
        file.extend_from_slice(b"WAVEfmt \x10\0\0\0\x01\0");
        file.extend(channels.to_le_bytes());
        file.extend(rate.to_le_bytes());
        file.extend((rate * u32::from(channels) * 2).to_le_bytes());
        file.extend((channels * 2).to_le_bytes());
        file.extend_from_slice(b"\x10\0data");
        file.extend(bytes.to_le_bytes());
        file.extend(samples.iter().flat_map(|sample| sample.to_le_bytes()));
        std::fs::write(self.path().join(name), file).unwrap();
    }

    /// The samples of a file's sound, left and right.
    #[track_caller]
    pub fn samples(&self, name: &str) -> Vec<[i16; 2]> {
        let args = [
            "-v",
            "error",
            "-i",
            name,
            "-map",
            "0:a",
            "-f",
            "s16le",
            "-c:a",
            "pcm_s16le",
            "-ac",
            "2",
            "-ar",
            "48000",
            "-",
        ];
        let output = Command::new("ffmpeg").args(args).current_dir(self.path()).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let pair = |bytes: &[u8]| {
            [i16::from_le_bytes([bytes[0], bytes[1]]), i16::from_le_bytes([bytes[2], bytes[3]])]
        };
        output.stdout.chunks_exact(4).map(pair).collect()
    }

    /// What ffprobe says of the streams of a file: pictures first.
    #[track_caller]
    pub fn streams(&self, name: &str) -> Vec<Value> {
        let args = ["-v", "error", "-show_streams", "-of", "json", name];
        let output = Command::new("ffprobe").args(args).current_dir(self.path()).output().unwrap();
        let mut answer: Value = serde_json::from_slice(&output.stdout).unwrap();
        serde_json::from_value(answer["streams"].take()).unwrap()
    }
}

/// A mix that is worked out by hand, as numbers between -1 and 1 times 32768.
pub struct Sum(Vec<f64>);

impl Sum {
    pub fn silence(samples: usize) -> Sum {
        Sum(vec![0.0; samples])
    }

    /// Adds `source` from its sample `skip` on, beginning at sample `at`.
    pub fn add(&mut self, at: usize, source: &[i16], skip: usize, volume: f64) {
        for (sum, sample) in self.0.iter_mut().skip(at).zip(source.iter().skip(skip)) {
            *sum += volume * f64::from(*sample);
        }
    }

    /// Asserts that `heard` is this on both sides, but for the rounding of the last bit.
    #[track_caller]
    pub fn assert_heard(&self, heard: &[[i16; 2]], what: &str) {
        self.assert_heard_but(heard, 0..0, what);
    }

    /// The same, but for these samples.
    #[track_caller]
    pub fn assert_heard_but(&self, heard: &[[i16; 2]], but: std::ops::Range<usize>, what: &str) {
        assert_eq!(heard.len(), self.0.len(), "{what}");
        for (at, (sides, meant)) in heard.iter().zip(&self.0).enumerate().filter(|(at, _)| !but.contains(at))
        {
            for side in sides {
                assert!(
                    (f64::from(*side) - meant).abs() <= 1.0,
                    "{what}: sample {at} is {side} instead of {meant}; from there: {:?}",
                    &heard[at..heard.len().min(at + 3)]
                );
            }
        }
    }
}

/// A sine of a frequency that no seam between chunks is in step with.
pub fn tone(samples: usize) -> Vec<i16> {
    (0..samples)
        .map(|n| (6000.0 * (n as f64 * 311.7 * std::f64::consts::TAU / RATE as f64).sin()).round() as i16)
        .collect()
}

/// Silence with single loud samples.
pub fn clicks(samples: usize, at: &[(usize, i16)]) -> Vec<i16> {
    let mut all = vec![0; samples];
    at.iter().for_each(|(at, height)| all[*at] = *height);
    all
}
