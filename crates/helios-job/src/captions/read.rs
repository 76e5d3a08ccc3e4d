//! SubRip and WebVTT as blocks of lines: times and settings. What the words of a block mean is in `markup`.

use super::{CaptionAlign, CaptionFormat, Cue, markup};
use crate::JobError;

/// The longest time: as long as a video can be, and then some.
const MAX_HOURS: u64 = 99;

/// A line and its number, from 1.
type Line<'a> = (usize, &'a str);

/// The captions in the order of the file.
pub(super) fn cues(text: &str, format: CaptionFormat) -> Result<Vec<Cue>, JobError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let lines: Vec<Line> = (1..).zip(text.lines().map(|line| line.trim_end_matches('\r'))).collect();
    let mut blocks = lines.split(|(_, line)| line.trim().is_empty()).filter(|block| !block.is_empty());
    if format == CaptionFormat::Vtt {
        let head = blocks.next().and_then(|block| block.first());
        let is_head =
            |line: &str| line == "WEBVTT" || line.starts_with("WEBVTT ") || line.starts_with("WEBVTT\t");
        if !head.is_some_and(|(_, line)| is_head(line)) {
            return Err(refused(
                head.map_or(1, |(number, _)| *number),
                "a WebVTT file begins with the line WEBVTT",
            ));
        }
    }
    let mut cues = Vec::new();
    for block in blocks {
        let first = block.first().map_or("", |(_, line)| line);
        let skipped = ["NOTE", "STYLE", "REGION"];
        if format == CaptionFormat::Vtt
            && skipped.iter().any(|word| first.split_whitespace().next() == Some(word))
        {
            continue;
        }
        cues.push(cue(block, format)?);
    }
    if cues.is_empty() { Err(refused(1, "there are no captions in it")) } else { Ok(cues) }
}

/// A block: a name or number, which may be left out, the times, the words.
fn cue(block: &[Line], format: CaptionFormat) -> Result<Cue, JobError> {
    let times = block.iter().take(2).position(|(_, line)| line.contains("-->"));
    let Some(at) = times else {
        let number = block.first().map_or(1, |(number, _)| *number);
        return Err(refused(number, &format!("expected a line with times, such as {}", example(format))));
    };
    let (number, line) = block[at];
    let (start, rest) = line.split_once("-->").unwrap_or_default();
    let rest = rest.trim();
    let (end, settings) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    let read = |text: &str| {
        time(text.trim()).ok_or_else(|| {
            refused(number, &format!("{:?} is no time; write both as in {}", text.trim(), example(format)))
        })
    };
    let (start_ms, end_ms) = (read(start)?, read(end)?);
    if end_ms <= start_ms {
        return Err(refused(
            number,
            &format!("the caption ends at {end}, not after it begins at {}", start.trim()),
        ));
    }
    let words: Vec<&str> = block[at + 1..].iter().map(|(_, line)| *line).collect();
    let words = words.join("\n");
    if let Some((extra, _)) = block[at + 1..].iter().find(|(_, line)| line.contains("-->")) {
        return Err(refused(
            *extra,
            "times in the middle of a caption; an empty line must stand before the next one",
        ));
    }
    let (words, top) = match words.strip_prefix("{\\an8}") {
        Some(rest) if format == CaptionFormat::Srt => (rest, true),
        _ => (words.as_str(), false),
    };
    let mut cue = Cue {
        start_ms,
        end_ms,
        spans: markup::read(words),
        line: top.then_some(0),
        align: CaptionAlign::default(),
    };
    if format == CaptionFormat::Vtt {
        settings.split_whitespace().for_each(|setting| place(&mut cue, setting));
    }
    Ok(cue)
}

/// WebVTT's words about the place of a caption; those that are not known are passed over, as the standard wants it.
fn place(cue: &mut Cue, setting: &str) {
    match setting.split_once(':') {
        Some(("align", "start" | "left")) => cue.align = CaptionAlign::Left,
        Some(("align", "end" | "right")) => cue.align = CaptionAlign::Right,
        Some(("line", value)) => {
            let value = value.split(',').next().unwrap_or_default();
            cue.line = match value.strip_suffix('%') {
                Some(percent) => {
                    percent.parse::<f32>().ok().filter(|p| (0.0..=100.0).contains(p)).map(|p| p as u8)
                }
                // Lines from the top; from the bottom with a minus, which is where captions lie anyway.
                None => value.parse::<u8>().ok().map(|line| line.saturating_mul(6).min(90)),
            };
        }
        _ => {}
    }
}

/// `HH:MM:SS,mmm`, `HH:MM:SS.mmm` or `MM:SS.mmm` in milliseconds.
fn time(text: &str) -> Option<u64> {
    let (clock, ms) = text.split_once([',', '.'])?;
    let digits = |text: &str, length: std::ops::RangeInclusive<usize>| {
        let plain = length.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        plain.then(|| text.parse::<u64>().ok()).flatten()
    };
    let ms = digits(ms, 3..=3)?;
    let parts: Vec<&str> = clock.split(':').collect();
    let (hours, minutes, seconds) = match parts.as_slice() {
        [hours, minutes, seconds] => (digits(hours, 1..=2)?, *minutes, *seconds),
        [minutes, seconds] => (0, *minutes, *seconds),
        _ => return None,
    };
    let (minutes, seconds) = (digits(minutes, 2..=2)?, digits(seconds, 2..=2)?);
    (hours <= MAX_HOURS && minutes < 60 && seconds < 60)
        .then(|| ((hours * 60 + minutes) * 60 + seconds) * 1000 + ms)
}

fn example(format: CaptionFormat) -> &'static str {
    match format {
        CaptionFormat::Srt => "00:00:01,500 --> 00:00:04,000",
        CaptionFormat::Vtt => "00:01.500 --> 00:04.000",
    }
}

fn refused(line: usize, why: &str) -> JobError {
    JobError::Captions { line, why: why.to_owned() }
}
