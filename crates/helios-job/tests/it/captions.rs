//! Captions: both formats read and written, in time and in frames.

use helios_job::{CaptionAlign, CaptionBlock, CaptionFormat, Captions, Cue, FrameRange};

const SRT: &str = "\u{feff}1\r\n00:00:01,000 --> 00:00:02,500\r\n{\\an8}<b>Hello</b>,\r\n<font color=red>world</font> < 3\r\n\r\n\
                   00:01:00,000 --> 01:00:00,000\r\nlate";

const VTT: &str = "WEBVTT - a title\nKind: captions\n\nSTYLE\n::cue { color: red }\n\nNOTE\nnothing\n\n\
                   second\n00:03.000 --> 00:04.000 align:start line:10% position:5%\n<v Ada>Fish &amp; <i>chips</i>\n\n\
                   00:00:01.000 --> 00:00:02.000\n<00:00:01.500>1 &lt; 2\n";

fn words(cue: &Cue) -> String {
    let mark = |on: bool, mark: &str| if on { mark.to_owned() } else { String::new() };
    let spans = cue.spans.iter();
    spans
        .map(|s| mark(s.bold, "*") + &mark(s.italic, "/") + &mark(s.underline, "_") + &s.text + "|")
        .collect()
}

#[test]
fn subrip() {
    let captions = Captions::parse(SRT, CaptionFormat::Srt).unwrap();
    let [first, late] = captions.cues.as_slice() else { panic!("{captions:?}") };
    assert_eq!((first.start_ms, first.end_ms, first.line), (1000, 2500, Some(0)));
    assert_eq!(words(first), "*Hello|,\nworld < 3|");
    assert_eq!((late.start_ms, late.end_ms, late.line), (60_000, 3_600_000, None));
}

#[test]
fn webvtt() {
    let captions = Captions::parse(VTT, CaptionFormat::Vtt).unwrap();
    // By time, whatever the order of the file.
    assert_eq!(captions.cues.iter().map(words).collect::<Vec<_>>(), ["1 < 2|", "Fish & |/chips|"]);
    assert_eq!((captions.cues[1].align, captions.cues[1].line), (CaptionAlign::Left, Some(10)));
}

#[test]
fn what_is_written_reads_the_same() {
    for (text, format) in [(SRT, CaptionFormat::Srt), (VTT, CaptionFormat::Vtt)] {
        let captions = Captions::parse(text, format).unwrap();
        let again = Captions::parse(&captions.to_text(CaptionFormat::Vtt), CaptionFormat::Vtt).unwrap();
        assert_eq!(again, captions);
        let times = |captions: &Captions| {
            captions.cues.iter().map(|cue| (cue.start_ms, cue.end_ms, words(cue))).collect::<Vec<_>>()
        };
        let again = Captions::parse(&captions.to_text(CaptionFormat::Srt), CaptionFormat::Srt).unwrap();
        assert_eq!(times(&again), times(&captions));
    }
    // What lies at the top stays there.
    let captions = Captions::parse(SRT, CaptionFormat::Srt).unwrap();
    let text = captions.to_text(CaptionFormat::Srt);
    assert!(text.contains("\n{\\an8}<b>Hello</b>,\n"), "{text}");
    assert_eq!(Captions::parse(&text, CaptionFormat::Srt).unwrap(), captions);
}

#[test]
fn the_blocks_of_a_file_are_the_file() {
    for (text, format, wanted) in [(SRT, CaptionFormat::Srt, "cc"), (VTT, CaptionFormat::Vtt, "ooocc")] {
        let (mut whole, mut kinds) = (String::new(), String::new());
        for block in CaptionBlock::split(text, format).unwrap() {
            match block {
                CaptionBlock::Other(other) => {
                    whole += other;
                    kinds += "o";
                }
                CaptionBlock::Cue(cue) => {
                    whole += &[cue.name, cue.times, cue.text, cue.space].concat();
                    kinds += "c";
                }
            }
        }
        assert_eq!((whole.as_str(), kinds.as_str()), (text.trim_start_matches('\u{feff}'), wanted));
    }
    let blocks = CaptionBlock::split(VTT, CaptionFormat::Vtt).unwrap();
    let [.., CaptionBlock::Cue(second), _] = blocks.as_slice() else { panic!("{blocks:?}") };
    assert_eq!((second.name, second.settings), ("second\n", "align:start line:10% position:5%"));
    assert_eq!(second.words(), "<v Ada>Fish &amp; <i>chips</i>");
}

#[test]
fn frames_and_parts() {
    let text = "1\n00:00:01,000 --> 00:00:02,000\na\n\n2\n00:00:02,001 --> 00:00:02,030\nb\n";
    let captions = Captions::parse(text, CaptionFormat::Srt).unwrap();
    let shown = |fps: &str| {
        let shown = captions.shown(fps.parse().unwrap());
        shown.iter().map(|cue| (cue.from, cue.to)).collect::<Vec<_>>()
    };
    // Two captions that meet share no frame; one that falls between two frames is in none.
    assert_eq!(shown("30"), [(30, 60)]);
    assert_eq!(shown("30000/1001"), [(30, 60), (60, 61)]);
    let part = captions.part(FrameRange { start: 45, count: 10 }, "30".parse().unwrap());
    assert_eq!(part.cues.len(), 1);
    assert_eq!((part.cues[0].start_ms, part.cues[0].end_ms), (0, 333));
    assert_eq!(captions.part(FrameRange { start: 90, count: 10 }, "30".parse().unwrap()).cues, []);
}
