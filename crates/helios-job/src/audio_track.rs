//! Sound that is given with the job and not by the page: `--audio FILE`, and `--muted`. Text to values; files are not opened.

use crate::sound::{MILLION, SoundSource, Stretch};
use crate::{JobError, seconds};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// More than a track needs, and little enough to add up many.
const MAX_VOLUME: u32 = 100 * MILLION;

/// How the page's sound and further tracks go into the output.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct SoundSettings {
    /// Whether the output has no sound at all.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub muted: bool,
    /// Whether the output has nothing else: then no frame is drawn.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub only: bool,
    /// Tracks beside the page's sound.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(test, schemars(with = "Vec<String>"))]
    pub tracks: Vec<AudioTrack>,
}

impl SoundSettings {
    /// Whether there is nothing but the page's sound.
    pub fn is_default(&self) -> bool {
        *self == SoundSettings::default()
    }

    /// The flags that say the same.
    pub fn argv(&self) -> Vec<String> {
        let muted = self.muted.then(|| "--muted".to_owned());
        let tracks = self.tracks.iter().flat_map(|track| ["--audio".to_owned(), track.to_string()]);
        muted.into_iter().chain(tracks).collect()
    }
}

/// A track: `FILE[@OFFSET][,volume=V][,seek=TIME][,fade-in=TIME][,fade-out=TIME][,loop]`. Travels as that text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AudioTrack {
    /// Path or http(s) address.
    pub file: String,
    /// When it begins in the composition, in nanoseconds.
    pub offset: u64,
    /// In millionths.
    pub volume: u32,
    /// Where in the file it begins, in nanoseconds.
    pub seek: u64,
    /// Nanoseconds from silence to full volume.
    pub fade_in: u64,
    /// Nanoseconds from full volume to silence, which comes at the end of the file or of the composition.
    pub fade_out: u64,
    /// Whether it begins again at its end.
    pub repeat: bool,
}

impl AudioTrack {
    /// A track that plays `file` from the beginning.
    pub fn new(file: String) -> AudioTrack {
        AudioTrack { file, offset: 0, volume: MILLION, seek: 0, fade_in: 0, fade_out: 0, repeat: false }
    }

    /// Whether it is an address on the web.
    pub fn is_url(&self) -> bool {
        self.file.starts_with("http://") || self.file.starts_with("https://")
    }

    /// Where it comes from, and what of it is heard in a composition that ends at `end`. `length` is that of the file.
    pub fn stretch(&self, element: u32, length: u64, end: u64) -> (SoundSource, Stretch) {
        let left = length.saturating_sub(self.seek);
        let stop = if self.repeat { end } else { end.min(self.offset.saturating_add(left)) };
        let source = if self.is_url() { SoundSource::Url } else { SoundSource::File };
        let stretch = Stretch {
            source: 0,
            element,
            from: self.offset,
            to: stop.max(self.offset),
            anchor: self.offset,
            position: i64::try_from(self.seek).unwrap_or(i64::MAX),
            rate: MILLION,
            keep_pitch: true,
            volume: self.volume,
            repeat: self.repeat.then_some(length),
            fade_in: (self.fade_in > 0).then(|| (self.offset, self.offset.saturating_add(self.fade_in))),
            fade_out: (self.fade_out > 0).then(|| (stop.saturating_sub(self.fade_out), stop)),
        };
        (source(self.file.clone()), stretch)
    }

    fn set(&mut self, key: &str, value: Option<&str>) -> Option<()> {
        match (key, value) {
            ("loop", None) => self.repeat = true,
            ("volume", Some(value)) => self.volume = volume(value)?,
            ("seek", Some(value)) => self.seek = time(value)?,
            ("fade-in", Some(value)) => self.fade_in = time(value)?,
            ("fade-out", Some(value)) => self.fade_out = time(value)?,
            _ => return None,
        }
        Some(())
    }
}

fn time(text: &str) -> Option<u64> {
    seconds::nanos(text).filter(|nanos| *nanos <= seconds::MAX)
}

/// A decimal number from 0 to 100, in millionths.
fn volume(text: &str) -> Option<u32> {
    let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let nanos = seconds::nanos(text).filter(|_| plain)?;
    u32::try_from(nanos / 1000).ok().filter(|volume| *volume <= MAX_VOLUME)
}

impl FromStr for AudioTrack {
    type Err = JobError;

    fn from_str(text: &str) -> Result<AudioTrack, JobError> {
        let refused = |allowed: &str| JobError::Choice {
            what: "--audio",
            given: text.to_owned(),
            allowed: allowed.to_owned(),
        };
        let mut track = AudioTrack::new(String::new());
        let mut rest = text;
        // From the end, as long as there are options: a file name may have commas itself.
        while let Some((before, option)) = rest.rsplit_once(',') {
            let (key, value) =
                option.split_once('=').map_or((option, None), |(key, value)| (key, Some(value)));
            if !matches!(key, "volume" | "seek" | "fade-in" | "fade-out" | "loop") {
                break;
            }
            track.set(key, value).ok_or_else(|| {
                refused("use volume=0 to 100 (1 is unchanged), seek, fade-in and fade-out with a time such as 2.5s, or loop")
            })?;
            rest = before;
        }
        track.file = rest.to_owned();
        if let Some((file, offset)) = rest.rsplit_once('@')
            && let Some(offset) = time(offset)
        {
            (track.file, track.offset) = (file.to_owned(), offset);
        }
        if track.file.is_empty() {
            return Err(refused("name a file, such as music.mp3 or music.mp3@2.5s,volume=0.5"));
        }
        Ok(track)
    }
}

impl fmt::Display for AudioTrack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        // Always, so that a file name with an `@` is read as it is meant.
        f.write_str("@")?;
        seconds::decimal_text(self.offset, f)?;
        if self.volume != MILLION {
            f.write_str(",volume=")?;
            seconds::decimal_text(u64::from(self.volume) * 1000, f)?;
        }
        for (key, nanos) in [("seek", self.seek), ("fade-in", self.fade_in), ("fade-out", self.fade_out)] {
            if nanos > 0 {
                write!(f, ",{key}=")?;
                seconds::decimal_text(nanos, f)?;
            }
        }
        f.write_str(if self.repeat { ",loop" } else { "" })
    }
}

impl Serialize for AudioTrack {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for AudioTrack {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<AudioTrack, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}
