//! The words of a caption: bold, italic and underlined ones, as both formats mark them. Other tags (colours, classes,
//! voices, times) are passed over, and what stands between them is kept.

use super::{CaptionFormat, CaptionSpan};

const ENTITIES: [(&str, &str); 6] = [
    ("&lt;", "<"),
    ("&gt;", ">"),
    ("&nbsp;", "\u{a0}"),
    ("&lrm;", "\u{200e}"),
    ("&rlm;", "\u{200f}"),
    ("&amp;", "&"),
];

/// Reads words with tags.
pub(super) fn read(text: &str) -> Vec<CaptionSpan> {
    let mut spans: Vec<CaptionSpan> = Vec::new();
    // How many tags of each kind are open.
    let mut open = [0u32; 3];
    let mut rest = text;
    while !rest.is_empty() {
        let (words, tag) = match rest.split_once('<') {
            Some((words, after)) => match after.split_once('>') {
                Some((tag, after)) if is_tag(tag) => {
                    rest = after;
                    (words.to_owned(), Some(tag))
                }
                // A lesser-than sign and nothing more.
                _ => {
                    rest = after;
                    (format!("{words}<"), None)
                }
            },
            None => (std::mem::take(&mut rest).to_owned(), None),
        };
        push(&mut spans, unescaped(&words), open);
        if let Some(tag) = tag {
            let (closes, name) = tag.strip_prefix('/').map_or((false, tag), |name| (true, name));
            let name = name.split(['.', ' ', '\t', '\n']).next().unwrap_or_default().to_ascii_lowercase();
            if let Some(kind) = ["b", "i", "u"].iter().position(|known| *known == name) {
                open[kind] = if closes { open[kind].saturating_sub(1) } else { open[kind] + 1 };
            }
        }
    }
    spans
}

/// Letters, a slash, a number (WebVTT's times in between): what else begins with `<` is text.
fn is_tag(tag: &str) -> bool {
    let begin = tag.strip_prefix('/').unwrap_or(tag);
    begin.starts_with(|c: char| c.is_ascii_alphanumeric()) || tag == "/" || tag.is_empty()
}

fn push(spans: &mut Vec<CaptionSpan>, text: String, [bold, italic, underline]: [u32; 3]) {
    let span = CaptionSpan { text, bold: bold > 0, italic: italic > 0, underline: underline > 0 };
    match spans.last_mut() {
        _ if span.text.is_empty() => {}
        Some(last)
            if (last.bold, last.italic, last.underline) == (span.bold, span.italic, span.underline) =>
        {
            last.text.push_str(&span.text);
        }
        _ => spans.push(span),
    }
}

fn unescaped(text: &str) -> String {
    ENTITIES.iter().fold(text.to_owned(), |text, (entity, character)| text.replace(entity, character))
}

/// Writes words with tags.
pub(super) fn write(spans: &[CaptionSpan], format: CaptionFormat) -> String {
    let mut text = String::new();
    for span in spans {
        let tags =
            [(span.bold, "b"), (span.italic, "i"), (span.underline, "u")].into_iter().filter(|(on, _)| *on);
        let tags: Vec<&str> = tags.map(|(_, tag)| tag).collect();
        tags.iter().for_each(|tag| text += &format!("<{tag}>"));
        text += &match format {
            CaptionFormat::Srt => span.text.clone(),
            CaptionFormat::Vtt => span.text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;"),
        };
        tags.iter().rev().for_each(|tag| text += &format!("</{tag}>"));
    }
    // An empty line would end the caption.
    text.lines().filter(|line| !line.trim().is_empty()).collect::<Vec<_>>().join("\n")
}
