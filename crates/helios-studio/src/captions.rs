//! Captions as they are edited: text with marks, so that nothing of a file is lost that the editor does not know.

use crate::ApiError;
use crate::api::{CaptionCue, CaptionFile};
use helios_job::{CaptionFormat, Captions};
use helios_runner::write_whole;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// The most captions of a file.
const MOST: usize = 20_000;

/// Reads a file.
///
/// # Errors
/// `bad-path` for another extension, `refused` for what a render would refuse, `failed` when it cannot be read.
pub fn read(path: &Path, given: &str) -> Result<CaptionFile, ApiError> {
    let format = format_of(path, given)?;
    let text = fs::read_to_string(path).map_err(|error| ApiError::failed(format!("read {given}"), error))?;
    let captions = Captions::parse(&text, format).map_err(ApiError::refused)?;
    // In one way of writing, whatever the file's: that of the format itself.
    let written = captions.to_text(format);
    let blocks = written.split("\n\n").filter(|block| block.contains("-->"));
    let cues = captions.cues.iter().zip(blocks).map(|(cue, block)| {
        let mut lines = block.lines().skip_while(|line| !line.contains("-->"));
        let settings = lines.next().and_then(|line| line.split_once("-->")).map(|(_, rest)| rest.trim());
        let settings = settings.and_then(|rest| rest.split_once(' ')).map_or("", |(_, settings)| settings);
        CaptionCue {
            start_ms: cue.start_ms,
            end_ms: cue.end_ms,
            text: lines.collect::<Vec<_>>().join("\n"),
            settings: settings.to_owned(),
        }
    });
    Ok(CaptionFile { cues: cues.collect() })
}

/// Writes a file, whole or not at all, and reads it back.
///
/// # Errors
/// `bad-request` for captions that cannot be, and as [`read`].
pub fn write(path: &Path, given: &str, file: &CaptionFile) -> Result<CaptionFile, ApiError> {
    let format = format_of(path, given)?;
    let text = text(file, format)?;
    // What a render would not read is not written.
    Captions::parse(&text, format).map_err(ApiError::refused)?;
    let failed = |error: std::io::Error| ApiError::failed(format!("write {given}"), error);
    write_whole(path, text.as_bytes()).map_err(failed)?;
    read(path, given)
}

fn format_of(path: &Path, given: &str) -> Result<CaptionFormat, ApiError> {
    CaptionFormat::of(path).map_err(|_| ApiError::bad_path(given, "it is no .srt or .vtt"))
}

fn text(file: &CaptionFile, format: CaptionFormat) -> Result<String, ApiError> {
    let refused = |at: usize, why: &str| {
        Err(ApiError::bad_request(
            format!("cues[{at}]: {why}"),
            "each caption has a start, a later end and text",
        ))
    };
    if file.cues.is_empty() || file.cues.len() > MOST {
        return Err(ApiError::bad_request(format!("cues: {} captions", file.cues.len()), "give 1 to 20000"));
    }
    let vtt = format == CaptionFormat::Vtt;
    let mut text = if vtt { "WEBVTT\n\n".to_owned() } else { String::new() };
    let mut before = 0;
    for (at, cue) in file.cues.iter().enumerate() {
        if cue.end_ms <= cue.start_ms || cue.end_ms > 24 * 3_600_000 {
            return refused(at, "its end must lie behind its start, and within 24 hours");
        }
        if cue.start_ms < before {
            return refused(at, "it begins before the one above it");
        }
        before = cue.start_ms;
        let lines: Vec<&str> = cue.text.lines().filter(|line| !line.trim().is_empty()).collect();
        if lines.is_empty()
            || cue.text.contains("-->")
            || cue.settings.contains(['\n', '\r'])
            || cue.settings.contains("-->")
        {
            return refused(at, "it has no text, or an arrow in it");
        }
        if !vtt {
            let _ = writeln!(text, "{}", at + 1);
        }
        let settings =
            if vtt && !cue.settings.is_empty() { format!(" {}", cue.settings) } else { String::new() };
        let (start, end) = (stamp(cue.start_ms, vtt), stamp(cue.end_ms, vtt));
        let _ = write!(text, "{start} --> {end}{settings}\n{}\n\n", lines.join("\n"));
    }
    Ok(text)
}

fn stamp(ms: u64, vtt: bool) -> String {
    let (seconds, point) = (ms / 1000, if vtt { '.' } else { ',' });
    format!("{:02}:{:02}:{:02}{point}{:03}", seconds / 3600, seconds / 60 % 60, seconds % 60, ms % 1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn captions_come_back_as_they_were_written() {
        let folder = tempfile::tempdir().unwrap();
        let cue = |start_ms, end_ms, text: &str, settings: &str| CaptionCue {
            start_ms,
            end_ms,
            text: text.to_owned(),
            settings: settings.to_owned(),
        };
        let file = CaptionFile {
            cues: vec![cue(0, 1500, "Hello <i>you</i>\nthere", ""), cue(1500, 3_600_001, "äöü", "")],
        };
        for name in ["a.srt", "a.vtt"] {
            let path = folder.path().join(name);
            assert_eq!(write(&path, name, &file).unwrap(), file, "{name}");
            assert_eq!(read(&path, name).unwrap(), file, "{name}");
        }
        let placed = CaptionFile { cues: vec![cue(5, 10, "x", "line:10% align:start")] };
        assert_eq!(write(&folder.path().join("b.vtt"), "b.vtt", &placed).unwrap(), placed);
        for bad in [
            vec![],
            vec![cue(5, 5, "x", "")],
            vec![cue(5, 9, " \n", "")],
            vec![cue(5, 9, "a --> b", "")],
            vec![cue(5, 9, "x", ""), cue(4, 9, "y", "")],
            vec![cue(5, u64::MAX, "x", "")],
        ] {
            let path = folder.path().join("bad.srt");
            let error = write(&path, "bad.srt", &CaptionFile { cues: bad }).unwrap_err();
            assert_eq!((error.code, path.exists()), ("bad-request", false), "{error}");
        }
        assert_eq!(read(&folder.path().join("a.txt"), "a.txt").unwrap_err().code, "bad-path");
    }
}
