//! Reading both formats. A file is blocks of lines with empty lines between them, most of them captions. What they mean is read, and how
//! they are written is kept, for those who change a file and leave the rest of it as it is.

use super::{CaptionAlign, CaptionFormat, Cue, markup};
use crate::JobError;

/// The longest time: as long as a video can be, and then some.
const MAX_HOURS: u64 = 99;

/// The first words of WebVTT's blocks that are no captions.
const NO_CUES: [&str; 3] = ["NOTE", "STYLE", "REGION"];

/// A part of a caption file. All of them one behind the other are the file, but for a byte order mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CaptionBlock<'a> {
    /// A head, a note, a style, a region; with the empty lines behind it.
    Other(&'a str),
    /// A caption.
    Cue(WrittenCue<'a>),
}

/// A caption as it is written: `name`, `times`, `text` and `space` one behind the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WrittenCue<'a> {
    /// When it appears, in milliseconds.
    pub start_ms: u64,
    /// When it is gone; later than `start_ms`.
    pub end_ms: u64,
    /// What stands behind the times in their line.
    pub settings: &'a str,
    /// The line above the times, with its end: a name or a number. Empty where there is none.
    pub name: &'a str,
    /// The line with the times, with its end.
    pub times: &'a str,
    /// The lines of the text, with their ends.
    pub text: &'a str,
    /// The empty lines behind it.
    pub space: &'a str,
}

impl<'a> CaptionBlock<'a> {
    /// The blocks of a file, in its order.
    ///
    /// # Errors
    /// As [`crate::Captions::parse`]; but there need be no captions.
    pub fn split(text: &'a str, format: CaptionFormat) -> Result<Vec<CaptionBlock<'a>>, JobError> {
        let mut rest = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut blocks = Vec::new();
        let mut number = 1;
        let mut headless = format == CaptionFormat::Vtt;
        let no_head = |line| refused(line, "a WebVTT file begins with the line WEBVTT");
        while !rest.is_empty() {
            let (lines, after) = rest.split_at(run(rest, false));
            let (block, next) = rest.split_at(lines.len() + run(after, true));
            let first = lines.lines().next().unwrap_or_default().trim_end_matches('\r');
            let is_head = headless && !lines.is_empty();
            if is_head && first != "WEBVTT" && !first.starts_with("WEBVTT ") && !first.starts_with("WEBVTT\t")
            {
                return Err(no_head(number));
            }
            headless = headless && !is_head;
            let word = first.split_whitespace().next().unwrap_or_default();
            let is_note = format == CaptionFormat::Vtt && NO_CUES.contains(&word);
            blocks.push(if lines.is_empty() || is_head || is_note {
                CaptionBlock::Other(block)
            } else {
                CaptionBlock::Cue(cue(block, lines.len(), number, format)?)
            });
            number += block.split_inclusive('\n').count();
            rest = next;
        }
        if headless { Err(no_head(1)) } else { Ok(blocks) }
    }
}

impl WrittenCue<'_> {
    /// The text, with `\n` between its lines.
    pub fn words(&self) -> String {
        let lines: Vec<&str> = self.text.lines().map(|line| line.trim_end_matches('\r')).collect();
        lines.join("\n")
    }

    /// What it means.
    fn read(&self, format: CaptionFormat) -> Cue {
        let words = self.words();
        let (words, top) = match words.strip_prefix(super::TOP) {
            Some(rest) if format == CaptionFormat::Srt => (rest, true),
            _ => (words.as_str(), false),
        };
        let mut cue = Cue {
            start_ms: self.start_ms,
            end_ms: self.end_ms,
            spans: markup::read(words),
            line: top.then_some(0),
            align: CaptionAlign::default(),
        };
        if format == CaptionFormat::Vtt {
            self.settings.split_whitespace().for_each(|setting| place(&mut cue, setting));
        }
        cue
    }
}

/// The captions in the order of the file.
pub(super) fn cues(text: &str, format: CaptionFormat) -> Result<Vec<Cue>, JobError> {
    let blocks = CaptionBlock::split(text, format)?;
    let cues = blocks.iter().filter_map(|block| match block {
        CaptionBlock::Cue(written) => Some(written.read(format)),
        CaptionBlock::Other(_) => None,
    });
    let cues: Vec<Cue> = cues.collect();
    if cues.is_empty() { Err(refused(1, "there are no captions in it")) } else { Ok(cues) }
}

/// The length of the lines at the beginning that are all empty, or all not.
fn run(text: &str, empty: bool) -> usize {
    let lines = text.split_inclusive('\n').take_while(|line| line.trim().is_empty() == empty);
    lines.map(str::len).sum()
}

/// The length of the first line, with its end.
fn first_line(text: &str) -> usize {
    text.find('\n').map_or(text.len(), |end| end + 1)
}

/// A block, of which `length` bytes are not the empty lines behind it: a name or number, which may be left out, the times, the words.
fn cue(block: &str, length: usize, number: usize, format: CaptionFormat) -> Result<WrittenCue<'_>, JobError> {
    let (lines, space) = block.split_at(length);
    let Some(at) = lines.lines().take(2).position(|line| line.contains("-->")) else {
        return Err(refused(number, &format!("expected a line with times, such as {}", example(format))));
    };
    let (name, rest) = lines.split_at(if at == 0 { 0 } else { first_line(lines) });
    let (times, text) = rest.split_at(first_line(rest));
    let number = number + at;
    let (start, rest) = times.split_once("-->").unwrap_or_default();
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
    if let Some(extra) = text.lines().position(|line| line.contains("-->")) {
        return Err(refused(
            number + 1 + extra,
            "times in the middle of a caption; an empty line must stand before the next one",
        ));
    }
    Ok(WrittenCue { start_ms, end_ms, settings: settings.trim(), name, times, text, space })
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
