//! A caption file with other captions in it. Only what differs is written: heads, notes, styles, names, marks that no renderer knows and
//! the captions that are as they were stay byte for byte.

use crate::api::CaptionCue;
use helios_job::{CaptionBlock, CaptionFormat, WrittenCue};

/// The captions of a file in order of time, and for each which block of the file it is.
pub fn cues(blocks: &[CaptionBlock]) -> (Vec<CaptionCue>, Vec<usize>) {
    let cues = blocks.iter().enumerate().filter_map(|(at, block)| match block {
        CaptionBlock::Cue(written) => Some((cue(written), at)),
        CaptionBlock::Other(_) => None,
    });
    let mut cues: Vec<(CaptionCue, usize)> = cues.collect();
    cues.sort_by_key(|(cue, _)| cue.start_ms);
    cues.into_iter().unzip()
}

fn cue(written: &WrittenCue) -> CaptionCue {
    CaptionCue {
        start_ms: written.start_ms,
        end_ms: written.end_ms,
        text: written.words(),
        settings: written.settings.to_owned(),
    }
}

/// The lines of a text; an empty one would end the caption.
pub fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split(['\n', '\r']).filter(|line| !line.trim().is_empty())
}

/// The content of `file`, which these `blocks` are, with these captions in the place of its own. They are in order of time.
pub fn edited(file: &str, blocks: &[CaptionBlock], format: CaptionFormat, new: &[CaptionCue]) -> String {
    let (old, places) = cues(blocks);
    let origins = origins(&old, new);
    // What each caption of the file has become, and the ones that are added before each block.
    let mut kept: Vec<Option<&CaptionCue>> = vec![None; blocks.len()];
    let mut added: Vec<Vec<&CaptionCue>> = vec![Vec::new(); blocks.len() + 1];
    let mut here = places.iter().copied().min().unwrap_or(blocks.len());
    for (cue, origin) in new.iter().zip(&origins) {
        match origin.map(|at| places[at]) {
            Some(place) => {
                kept[place] = Some(cue);
                // Right behind it, before a note that may belong to the next one.
                here = place + 1;
            }
            None => added[here].push(cue),
        }
    }
    let mut pen = Pen {
        text: if file.starts_with('\u{feff}') { "\u{feff}".to_owned() } else { String::new() },
        format,
        end: if file.contains("\r\n") { "\r\n" } else { "\n" },
        recount: old.len() != new.len() || origins.contains(&None),
        count: 0,
    };
    for (at, added) in added.into_iter().enumerate() {
        added.into_iter().for_each(|cue| pen.add(cue));
        match (blocks.get(at), kept.get(at)) {
            (Some(CaptionBlock::Other(text)), _) => pen.text.push_str(text),
            (Some(CaptionBlock::Cue(written)), Some(Some(cue))) => pen.change(written, cue),
            // Taken away; or the end of the file.
            _ => {}
        }
    }
    pen.text
}

/// For each of the new captions which of the old ones it is or was made of. Both are in order of time: what stands between two that are
/// the same on both sides was changed, added or taken away there.
pub fn origins(old: &[CaptionCue], new: &[CaptionCue]) -> Vec<Option<usize>> {
    let mut origins = vec![None; new.len()];
    // Where the gap between two of them begins on both sides.
    let (mut from, mut begin) = (0, 0);
    for (to, end) in same(old, new).into_iter().chain([(old.len(), new.len())]) {
        let all_changed = to - from == end - begin;
        for (is, origin) in new[begin..end].iter().zip(&mut origins[begin..end]) {
            let alike = |was: &CaptionCue| {
                was.start_ms == is.start_ms || was.end_ms == is.end_ms || was.text == is.text
            };
            *origin = (from..to).find(|was| all_changed || alike(&old[*was]));
            from = origin.map_or(from, |found| found + 1);
        }
        if end < new.len() {
            origins[end] = Some(to);
        }
        (from, begin) = (to + 1, end + 1);
    }
    origins
}

/// The captions that are in both, in order.
fn same(old: &[CaptionCue], new: &[CaptionCue]) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let (mut i, mut k) = (0, 0);
    while let (Some(was), Some(is)) = (old.get(i), new.get(k)) {
        // Several may begin at once.
        let comes =
            || old[i..].iter().take_while(|later| later.start_ms == is.start_ms).any(|later| later == is);
        if was == is {
            found.push((i, k));
            (i, k) = (i + 1, k + 1);
        } else if was.start_ms < is.start_ms || comes() {
            i += 1;
        } else {
            k += 1;
        }
    }
    found
}

/// A file in the making.
struct Pen<'a> {
    text: String,
    format: CaptionFormat,
    /// The end of a line, as the file has it.
    end: &'a str,
    /// Whether the numbers of a SubRip file are others now.
    recount: bool,
    /// The captions so far.
    count: usize,
}

impl Pen<'_> {
    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push_str(self.end);
    }

    /// One that is not in the file.
    fn add(&mut self, cue: &CaptionCue) {
        self.end_block();
        self.count += 1;
        if self.format == CaptionFormat::Srt {
            self.line(&self.count.to_string());
        }
        self.times(cue);
        self.words(cue);
        self.line("");
    }

    /// One that is in the file, as it is now: what of it is the same stays as it is written.
    fn change(&mut self, written: &WrittenCue, cue: &CaptionCue) {
        self.count += 1;
        let counts = self.format == CaptionFormat::Srt && written.name.trim().parse::<u64>().is_ok();
        if self.recount && counts {
            self.line(&self.count.to_string());
        } else {
            self.text.push_str(written.name);
        }
        let was = (written.start_ms, written.end_ms, written.settings);
        if was == (cue.start_ms, cue.end_ms, cue.settings.trim()) {
            self.text.push_str(written.times);
        } else {
            self.times(cue);
        }
        if cue.text == written.words() {
            self.text.push_str(written.text);
        } else {
            self.words(cue);
        }
        self.text.push_str(written.space);
    }

    fn times(&mut self, cue: &CaptionCue) {
        let (start, end) = (self.format.stamp(cue.start_ms), self.format.stamp(cue.end_ms));
        self.line(format!("{start} --> {end} {}", cue.settings.trim()).trim_end());
    }

    fn words(&mut self, cue: &CaptionCue) {
        // The last line of a file may have no end.
        if !self.text.ends_with('\n') {
            self.text.push_str(self.end);
        }
        lines(&cue.text).for_each(|line| self.line(line));
    }

    /// An empty line, where there is none yet.
    fn end_block(&mut self) {
        let written = self.text.trim_end();
        if written.trim_start_matches('\u{feff}').is_empty() {
            return;
        }
        let ends = self.text[written.len()..].matches('\n').count();
        for _ in ends..2 {
            self.text.push_str(self.end);
        }
    }
}
