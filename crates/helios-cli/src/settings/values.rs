//! Readers for single values: text as typed to a value of helios-job, or a refusal.

use super::Refused;
use helios_job::{
    BitRate, FrameRange, JobConfig, JobError, MAX_CONCURRENCY, SIZE_RANGE, Seconds, VideoCodec,
};
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

/// The range of a JavaScript date in milliseconds: 100 million days around 1970.
const EPOCH_RANGE: RangeInclusive<i64> = -8_640_000_000_000_000..=8_640_000_000_000_000;

/// The most frames that `--start-frame` and friends can name: 24 hours at 1000 frames per second.
const MAX_FRAMES: u32 = 86_400_000;

/// Applies `read` to the text of `flag`, when there is one.
///
/// Flags take values that begin with a dash, so that negative numbers get a proper answer. The price is that the flag
/// after a forgotten value is taken for the value: that is recognised here.
pub fn optional<T>(
    flag: &str,
    text: &Option<String>,
    read: impl FnOnce(&str) -> Result<T, Refused>,
) -> Result<Option<T>, Refused> {
    let Some(text) = text.as_deref() else { return Ok(None) };
    if text.strip_prefix("--").is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic())) {
        return Err(Refused(format!("{flag} needs a value, but {text:?} follows it")));
    }
    read(text).map(Some)
}

/// A whole number in a range; `what` names it in the refusal and `hint` ends the refusal.
pub fn whole(what: &str, text: &str, range: RangeInclusive<u32>, hint: &str) -> Result<u32, Refused> {
    digits(text).filter(|number| range.contains(number)).ok_or_else(|| {
        let (low, high) = (range.start(), range.end());
        Refused(format!("invalid {what} {text:?}: use a whole number from {low} to {high}{hint}"))
    })
}

/// Digits alone: `u32::from_str` would also take a plus sign.
fn digits(text: &str) -> Option<u32> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

/// `--width` or `--height`.
pub fn pixels(axis: &'static str, text: &str) -> Result<u32, Refused> {
    let (low, high) = (SIZE_RANGE.start(), SIZE_RANGE.end());
    let refused =
        || Refused(format!("invalid {axis} {text:?}: use a whole number of pixels from {low} to {high}"));
    let number = digits(text).ok_or_else(refused)?;
    // The axes are checked one by one, since the page may declare the other one.
    let (pixels, _) =
        JobConfig::check_size(u64::from(number), u64::from(*low)).map_err(|error| match error {
            JobError::Size { given, why, .. } => JobError::Size { axis, given, why },
            other => other,
        })?;
    Ok(pixels)
}

/// `--job-id`: a name that no file system, shell or log stumbles over.
pub fn job_id(text: &str) -> Result<String, Refused> {
    let safe = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    if (1..=64).contains(&text.len()) && text.chars().all(safe) {
        return Ok(text.to_owned());
    }
    Err(Refused(format!(
        "invalid --job-id {text:?}: use the jobId of the job file (1 to 64 letters, digits, and - _ .)"
    )))
}

/// `--chunk`.
pub fn chunk(text: &str) -> Result<u32, Refused> {
    whole("--chunk", text, 0..=MAX_FRAMES, "; chunks are counted from 0")
}

/// `--job-frames`.
pub fn job_frames(text: &str) -> Result<FrameRange, Refused> {
    let refused =
        || Refused(format!("invalid --job-frames {text:?}: use the first and the last frame, such as 0-59"));
    let (first, last) = text.split_once('-').ok_or_else(refused)?;
    let frame = |text: &str| digits(text).filter(|frame| *frame <= MAX_FRAMES).ok_or_else(refused);
    let (start, last) = (frame(first)?, frame(last)?);
    let count = (last + 1).checked_sub(start).filter(|count| *count > 0).ok_or_else(refused)?;
    Ok(FrameRange { start, count })
}

/// `--start-frame`.
pub fn start_frame(text: &str) -> Result<u32, Refused> {
    whole("--start-frame", text, 0..=MAX_FRAMES, "; frames are counted from 0")
}

/// `--frame`.
pub fn frame(text: &str) -> Result<u32, Refused> {
    whole("--frame", text, 0..=MAX_FRAMES, "; frames are counted from 0")
}

/// `--loop`.
pub fn plays(text: &str) -> Result<u16, Refused> {
    let plays = whole("--loop", text, 0..=65_535, "; 0 is for ever")?;
    Ok(u16::try_from(plays).unwrap_or(u16::MAX))
}

/// `--caption-language`.
pub fn language(text: &str) -> Result<String, Refused> {
    if text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return Ok(text.to_owned());
    }
    Err(Refused(format!(
        "invalid --caption-language {text:?}: use three small letters (ISO 639-2), such as eng, deu or fra"
    )))
}

/// `--tolerance`.
pub fn tolerance(text: &str) -> Result<u8, Refused> {
    let levels = whole("--tolerance", text, 0..=255, "; colour channels have 256 levels")?;
    Ok(u8::try_from(levels).unwrap_or(u8::MAX))
}

/// `--frame-count`.
pub fn frame_count(text: &str) -> Result<u32, Refused> {
    whole("--frame-count", text, 1..=MAX_FRAMES, ", or leave it out to render to the end")
}

/// `--chunk-frames`.
pub fn chunk_frames(text: &str) -> Result<u32, Refused> {
    whole("--chunk-frames", text, 1..=MAX_FRAMES, ", or leave it out for one chunk per worker")
}

/// `--concurrency` as a number.
pub fn workers(text: &str) -> Result<u32, Refused> {
    digits(text).filter(|number| (1..=MAX_CONCURRENCY).contains(number)).ok_or_else(|| {
        Refused(format!(
            "concurrency must be a valid number >= 1, but is {text:?}: \
             use a whole number from 1 to {MAX_CONCURRENCY}, or auto for what this machine carries"
        ))
    })
}

/// `--quality` for a codec.
pub fn quality(codec: VideoCodec, text: &str) -> Result<u8, Refused> {
    // What is no number of this size is out of the range of every codec, like 255: the codec knows what it takes.
    let number = digits(text).and_then(|number| u8::try_from(number).ok()).unwrap_or(u8::MAX);
    Ok(codec.check_quality(number).map_err(|error| match error {
        JobError::Choice { what, allowed, .. } => JobError::Choice { what, given: text.to_owned(), allowed },
        other => other,
    })?)
}

/// `--video-bitrate` or `--max-rate`.
pub fn bit_rate(flag: &'static str, text: &str) -> Result<BitRate, Refused> {
    Ok(text.parse().map_err(|error| match error {
        JobError::Choice { given, allowed, .. } => JobError::Choice { what: flag, given, allowed },
        other => other,
    })?)
}

/// `--gop`.
pub fn gop(text: &str) -> Result<u32, Refused> {
    whole("--gop", text, 1..=100_000, " frames between key frames")
}

/// All `--metadata`.
pub fn metadata(texts: &[String]) -> Result<BTreeMap<String, String>, Refused> {
    let mut found = BTreeMap::new();
    for text in texts {
        let safe = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        let pair = text.split_once('=').filter(|(key, _)| !key.is_empty() && key.chars().all(safe));
        let (key, value) = pair.ok_or_else(|| {
            Refused(format!(
                "invalid --metadata {text:?}: use KEY=VALUE such as title=Launch; a key has letters, digits, and - _ ."
            ))
        })?;
        if found.insert(key.to_owned(), value.to_owned()).is_some() {
            return Err(Refused(format!("--metadata names {key} twice: leave out one of them")));
        }
    }
    Ok(found)
}

/// `--seed`.
pub fn seed(text: &str) -> Result<u32, Refused> {
    whole("--seed", text, 0..=u32::MAX, "")
}

/// `--retries`.
pub fn retries(text: &str) -> Result<u32, Refused> {
    whole("--retries", text, 0..=100, "; 0 gives up at the first failure")
}

/// `--timeout`: read like a duration, refused under its own name.
pub fn timeout(text: &str) -> Result<Seconds, Refused> {
    text.parse().map_err(|_| {
        Refused(format!(
            "invalid --timeout {text:?}: use a time above 0 and at most 24h, such as 30, 30s or 2m"
        ))
    })
}

/// `--epoch`: milliseconds since 1970, or an RFC 3339 date-time.
pub fn epoch_ms(text: &str) -> Result<i64, Refused> {
    let refused = || {
        Refused(format!(
            "invalid --epoch {text:?}: use milliseconds since 1970 such as 1767225600000, \
             or a date-time with a time zone such as 2026-01-01T00:00:00Z"
        ))
    };
    let milliseconds = match text.parse::<i64>() {
        Ok(number) => number,
        Err(_) => text.parse::<jiff::Timestamp>().map_err(|_| refused())?.as_millisecond(),
    };
    Some(milliseconds).filter(|number| EPOCH_RANGE.contains(number)).ok_or_else(refused)
}
