//! Captions as they are edited: the text as it stands in the file, so that nothing is lost that the editor does not know. What else is in
//! the file stays there ([`edit`]).

mod edit;

use crate::ApiError;
use crate::api::{CaptionCue, CaptionFile};
use helios_job::{CaptionBlock, CaptionFormat, Captions};
use helios_runner::write_whole;
use std::path::Path;
use std::{fs, io};

/// The most captions of a file.
const MOST: usize = 20_000;
/// No time can be written behind this one.
const END_MS: u64 = 100 * 3_600_000;

/// Reads a file.
///
/// # Errors
/// `bad-path` for another extension, `refused` for what a render would refuse, `failed` when it cannot be read.
pub fn read(path: &Path, given: &str) -> Result<CaptionFile, ApiError> {
    let format = format_of(path, given)?;
    let text = fs::read_to_string(path).map_err(|error| ApiError::failed(format!("read {given}"), error))?;
    Captions::parse(&text, format).map_err(ApiError::refused)?;
    let blocks = CaptionBlock::split(&text, format).map_err(ApiError::refused)?;
    Ok(CaptionFile { cues: edit::cues(&blocks).0 })
}

/// Writes these captions into a file, whole or not at all, and reads it back. What is no caption stays, and so do captions that are the
/// same.
///
/// # Errors
/// `bad-request` for captions that cannot be, and as [`read`].
pub fn write(path: &Path, given: &str, file: &CaptionFile) -> Result<CaptionFile, ApiError> {
    let format = format_of(path, given)?;
    let before = match fs::read_to_string(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        read => read.map_err(|error| ApiError::failed(format!("read {given}"), error))?,
    };
    let before = match format {
        CaptionFormat::Vtt if before.trim().is_empty() => "WEBVTT\n\n",
        _ => before.as_str(),
    };
    // A file that is not understood is not replaced: there is no telling what of it has to stay.
    let blocks = CaptionBlock::split(before, format).map_err(ApiError::refused)?;
    check(&file.cues, &edit::cues(&blocks).0)?;
    let text = edit::edited(before, &blocks, format, &file.cues);
    // What a render would not read is not written.
    Captions::parse(&text, format).map_err(ApiError::refused)?;
    let failed = |error: io::Error| ApiError::failed(format!("write {given}"), error);
    write_whole(path, text.as_bytes()).map_err(failed)?;
    read(path, given)
}

fn format_of(path: &Path, given: &str) -> Result<CaptionFormat, ApiError> {
    CaptionFormat::of(path).map_err(|_| ApiError::bad_path(given, "it is no .srt or .vtt"))
}

/// Refuses captions that a file cannot hold; `there` are those that it holds.
fn check(cues: &[CaptionCue], there: &[CaptionCue]) -> Result<(), ApiError> {
    if cues.is_empty() || cues.len() > MOST {
        return Err(ApiError::bad_request(format!("cues: {} captions", cues.len()), "give 1 to 20000"));
    }
    let mut before = 0;
    for (at, cue) in cues.iter().enumerate() {
        let wrong = if cue.end_ms <= cue.start_ms || cue.end_ms >= END_MS {
            "its end must lie behind its start, and within 100 hours"
        } else if cue.start_ms < before {
            "it begins before the one above it"
        } else if edit::lines(&cue.text).next().is_none() && !there.contains(cue) {
            "it has no text"
        } else if [&cue.text, &cue.settings].iter().any(|text| text.contains("-->")) {
            "it has an arrow in it"
        } else if cue.settings.contains(['\n', '\r']) {
            "its settings are more than a line"
        } else {
            before = cue.start_ms;
            continue;
        };
        let fix = "each caption has a start, a later end and text";
        return Err(ApiError::bad_request(format!("cues[{at}]: {wrong}"), fix));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;
    use tempfile::TempDir;

    const VTT: &str = "WEBVTT - Talk\r\nKind: captions\r\n\r\nREGION\r\nid:fred\r\n\r\nSTYLE\r\n::cue(.yellow) { color: yellow }\r\n\r\n\
                       NOTE who speaks\r\n\r\n\
                       first\r\n00:01.000 --> 00:02.500 position:10%  size:35% align:start\r\n<v Ada>Helo &amp; <c.yellow>welcome</c>\r\nto all\r\n\r\n\r\n\
                       NOTE the end\r\n\r\n\
                       00:00:03.000 --> 00:00:04.000\r\n<v Bob>Bye";

    const SRT: &str = "\u{feff}1\r\n00:00:01,000 --> 00:00:02,000  X1:10 X2:20\r\n{\\an8}<font color=\"red\">Top</font>\r\n\r\n\
                       2\r\n00:00:03,000 --> 00:00:04,000\r\nBotom\r\n\r\n\r\n\
                       3\r\n00:00:05,000 --> 00:00:06,000\r\n\r\n";

    /// A file that is edited.
    struct Edited {
        _folder: TempDir,
        path: PathBuf,
        file: CaptionFile,
    }

    impl Edited {
        fn of(name: &str, text: &str) -> Edited {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join(name);
            fs::write(&path, text).unwrap();
            let file = read(&path, name).unwrap();
            Edited { _folder: folder, path, file }
        }

        /// What is in the file after a change of its captions.
        fn after(&self, change: impl FnOnce(&mut Vec<CaptionCue>)) -> String {
            let before = fs::read(&self.path).unwrap();
            let mut file = self.file.clone();
            change(&mut file.cues);
            assert_eq!(write(&self.path, "captions", &file).unwrap(), file);
            let text = fs::read_to_string(&self.path).unwrap();
            fs::write(&self.path, before).unwrap();
            text
        }
    }

    fn cue(start_ms: u64, end_ms: u64, text: &str, settings: &str) -> CaptionCue {
        CaptionCue { start_ms, end_ms, text: text.to_owned(), settings: settings.to_owned() }
    }

    #[test]
    fn captions_come_back_as_they_were_written() {
        let folder = tempfile::tempdir().unwrap();
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

    #[test]
    fn a_file_that_is_saved_as_it_is_stays_byte_for_byte() {
        let unsorted = "\n\nWEBVTT\n\n00:05.000 --> 00:06.000\nlater \n \nb\n00:01.000 --> 00:02.000 line:0\nsooner\nNOTE no note\n";
        for (name, text) in [("a.vtt", VTT), ("a.srt", SRT), ("b.vtt", unsorted)] {
            assert_eq!(Edited::of(name, text).after(|_| {}), text, "{name}");
        }
        let sooner = Edited::of("b.vtt", unsorted).after(|cues| cues[0].text = "soonest".to_owned());
        assert_eq!(sooner, unsorted.replace("sooner\nNOTE no note", "soonest"));
    }

    #[test]
    fn what_is_changed_in_a_webvtt_file_changes_nothing_else() {
        let talk = Edited::of("talk.vtt", VTT);
        let [first, bye] = talk.file.cues.as_slice() else { panic!("{:?}", talk.file) };
        assert_eq!(
            first,
            &cue(
                1000,
                2500,
                "<v Ada>Helo &amp; <c.yellow>welcome</c>\nto all",
                "position:10%  size:35% align:start"
            )
        );
        assert_eq!(bye, &cue(3000, 4000, "<v Bob>Bye", ""));

        let text = talk.after(|cues| cues[0].text = cues[0].text.replace("Helo", "Hello"));
        assert_eq!(text, VTT.replace("Helo", "Hello"));
        let text = talk.after(|cues| cues[1].text.push('!'));
        assert_eq!(text, VTT.replace("Bye", "Bye!\r\n"));
        let text = talk.after(|cues| cues[0].end_ms = 2700);
        assert_eq!(text, VTT.replace("00:01.000 --> 00:02.500", "00:00:01.000 --> 00:00:02.700"));
        // Both at once, and the other one as well.
        let text = talk.after(|cues| {
            (cues[0].start_ms, cues[0].end_ms, cues[0].text) = (900, 2700, "Hi".to_owned());
            cues[1].text = "Ciao".to_owned();
        });
        let hi = VTT
            .replace("00:01.000 --> 00:02.500", "00:00:00.900 --> 00:00:02.700")
            .replace("<v Ada>Helo &amp; <c.yellow>welcome</c>\r\nto all", "Hi");
        assert_eq!(text, hi.replace("<v Bob>Bye", "Ciao\r\n"));

        let text = talk.after(|cues| cues.insert(1, cue(2600, 2900, "New", "")));
        let new = "00:00:02.600 --> 00:00:02.900\r\nNew\r\n\r\n";
        assert_eq!(text, VTT.replace("NOTE the end", &format!("{new}NOTE the end")));
        let text = talk.after(|cues| cues.insert(0, cue(0, 900, "New", "")));
        assert_eq!(text, VTT.replace("first", "00:00:00.000 --> 00:00:00.900\r\nNew\r\n\r\nfirst"));
        let text = talk.after(|cues| cues.push(cue(5000, 6000, "End", "line:0")));
        assert_eq!(text, format!("{VTT}\r\n\r\n00:00:05.000 --> 00:00:06.000 line:0\r\nEnd\r\n\r\n"));
        let text = talk.after(|cues| drop(cues.remove(0)));
        let (head, rest) = VTT.split_once("first").unwrap();
        assert_eq!(text, format!("{head}NOTE the end{}", rest.split_once("NOTE the end").unwrap().1));
    }

    #[test]
    fn what_is_changed_in_a_subrip_file_changes_nothing_else() {
        let talk = Edited::of("talk.srt", SRT);
        assert_eq!(
            talk.file.cues[0],
            cue(1000, 2000, "{\\an8}<font color=\"red\">Top</font>", "X1:10 X2:20")
        );
        let text = talk.after(|cues| cues[1].text = "Bottom".to_owned());
        assert_eq!(text, SRT.replace("Botom", "Bottom"));
        // It is still at the top of the picture.
        let text = talk.after(|cues| cues[0].text = cues[0].text.replace("Top", "On top"));
        assert_eq!(text, SRT.replace("Top", "On top"));
        assert_eq!(Captions::parse(&text, CaptionFormat::Srt).unwrap().cues[0].line, Some(0));
        // Numbers are counted again when there are others.
        let text = talk.after(|cues| drop(cues.remove(1)));
        assert_eq!(
            text,
            SRT.replace("2\r\n00:00:03,000 --> 00:00:04,000\r\nBotom\r\n\r\n\r\n3\r\n", "2\r\n")
        );
        let text = talk.after(|cues| cues.insert(0, cue(0, 900, "New", "")));
        let new = "\u{feff}1\r\n00:00:00,000 --> 00:00:00,900\r\nNew\r\n\r\n2\r\n00:00:01";
        let later = SRT.replace("3\r\n00:00:05", "4\r\n00:00:05").replace("2\r\n00:00:03", "3\r\n00:00:03");
        assert_eq!(text, later.replace("\u{feff}1\r\n00:00:01", new));
    }

    #[test]
    fn which_caption_was_which_is_seen_from_those_around_it() {
        let all = |text: &str| {
            let cues =
                text.char_indices().map(|(at, word)| cue(at as u64, at as u64 + 1, &word.to_string(), ""));
            cues.collect::<Vec<_>>()
        };
        // Three at once, of which the first two are taken away.
        let old: Vec<_> = ["a", "b", "c"].map(|word| cue(5, 6, word, "")).to_vec();
        assert_eq!(edit::origins(&old, &old[2..]), [Some(2)]);
        // One is taken away and its neighbour changed, another is added.
        let (old, mut new) = (all("abcdef"), all("abcdef"));
        new[2].text = "C".to_owned();
        new.remove(1);
        new.insert(4, cue(4, 9, "new", ""));
        assert_eq!(edit::origins(&old, &new), [Some(0), Some(2), Some(3), Some(4), None, Some(5)]);
        assert_eq!(edit::origins(&[], &new[..2]), [None, None]);
    }

    #[test]
    fn a_file_that_is_not_understood_is_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let file = CaptionFile { cues: vec![cue(0, 9, "x", "")] };
        for (name, bytes) in
            [("a.vtt", &b"no captions"[..]), ("b.srt", &b"1\nno times"[..]), ("c.srt", &b"\xff\xfe1"[..])]
        {
            let path = folder.path().join(name);
            fs::write(&path, bytes).unwrap();
            write(&path, name, &file).unwrap_err();
            assert_eq!(fs::read(&path).unwrap(), bytes, "{name}");
        }
        // One without captions gets its first.
        let path = folder.path().join("d.vtt");
        fs::write(&path, "WEBVTT\n\nNOTE empty").unwrap();
        write(&path, "d.vtt", &file).unwrap();
        let text = fs::read_to_string(&path).unwrap();
        assert_eq!(text, "WEBVTT\n\nNOTE empty\n\n00:00:00.000 --> 00:00:00.009\nx\n\n");
    }
}
