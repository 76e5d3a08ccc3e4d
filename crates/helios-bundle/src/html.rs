//! A page as its text: which modules, style sheets and files it names, and the page with other scripts in their place.

use html5gum::emitters::default::DefaultEmitter;
use html5gum::{StartTag, Token, Tokenizer};
use std::ops::Range;

/// Attributes that name a file, by element; `srcset` may name several.
const FILES: [(&str, &str); 12] = [
    ("img", "src"),
    ("img", "srcset"),
    ("source", "src"),
    ("source", "srcset"),
    ("video", "src"),
    ("video", "poster"),
    ("audio", "src"),
    ("track", "src"),
    ("image", "href"),
    ("object", "data"),
    ("script", "src"),
    ("link", "href"),
];

/// What a page names.
#[derive(Debug, Default)]
pub(crate) struct Html {
    /// Scripts that are modules, in their order.
    pub(crate) scripts: Vec<Script>,
    /// Style sheets, with where their elements stand.
    pub(crate) sheets: Vec<(Range<usize>, String)>,
    /// Addresses of files.
    pub(crate) files: Vec<String>,
    /// Texts of style elements.
    pub(crate) styles: Vec<String>,
    /// Whether it says where packages are.
    pub(crate) has_import_map: bool,
    /// Where a script can stand that is to run after all others: before the end of the body.
    pub(crate) end: usize,
}

/// A script that is a module.
#[derive(Debug)]
pub(crate) struct Script {
    /// Where its element stands.
    pub(crate) span: Range<usize>,
    pub(crate) code: Code,
}

/// Where a script is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Code {
    File(String),
    Inline(String),
}

impl Html {
    /// Reads a page.
    pub(crate) fn read(text: &str) -> Html {
        let mut page = Html { end: text.len(), ..Html::default() };
        let mut emitter = DefaultEmitter::<usize>::new_with_span();
        emitter.naively_switch_states(true);
        let mut open: Option<(StartTag<usize>, String)> = None;
        for Ok(token) in Tokenizer::new_with_emitter(text, emitter) {
            match token {
                Token::StartTag(tag) => {
                    page.start(&tag);
                    let is_raw = matches!(&**tag.name, b"script" | b"style");
                    open = is_raw.then_some((tag, String::new()));
                }
                Token::String(more) => {
                    if let Some((_, text)) = &mut open {
                        text.push_str(&String::from_utf8_lossy(&more.value));
                    }
                }
                Token::EndTag(tag) => {
                    if let Some((start, text)) = open.take() {
                        page.element(&start, text, start.span.start..tag.span.end);
                    }
                    if &**tag.name == b"body" {
                        page.end = tag.span.start;
                    }
                }
                _ => {}
            }
        }
        page
    }

    fn start(&mut self, tag: &StartTag<usize>) {
        let name = String::from_utf8_lossy(&tag.name).into_owned();
        let rel = attribute(tag, "rel").unwrap_or_default().to_ascii_lowercase();
        let is_sheet = name == "link" && rel.split_whitespace().any(|word| word == "stylesheet");
        if let (true, Some(href)) = (is_sheet, attribute(tag, "href")) {
            self.sheets.push((tag.span.start..tag.span.end, href));
            return;
        }
        if name == "script" && (is_module(tag) || attribute(tag, "src").is_none()) {
            return;
        }
        for (_, attribute_name) in FILES.iter().filter(|(element, _)| *element == name) {
            let Some(value) = attribute(tag, attribute_name) else { continue };
            if *attribute_name == "srcset" {
                let each = value.split(',').filter_map(|one| one.split_whitespace().next());
                self.files.extend(each.map(str::to_owned));
            } else {
                self.files.push(value);
            }
        }
    }

    fn element(&mut self, tag: &StartTag<usize>, text: String, span: Range<usize>) {
        if &**tag.name == b"style" {
            self.styles.push(text);
        } else if is_module(tag) {
            let code = attribute(tag, "src").map_or(Code::Inline(text), Code::File);
            self.scripts.push(Script { span, code });
        } else if attribute(tag, "type").is_some_and(|kind| kind.eq_ignore_ascii_case("importmap")) {
            self.has_import_map = true;
        }
    }
}

/// `text` with other words in some places, which do not overlap.
pub(crate) fn replaced(text: &str, mut places: Vec<(Range<usize>, String)>) -> String {
    places.sort_by_key(|(range, _)| (range.start, range.end));
    let (mut out, mut at) = (String::with_capacity(text.len()), 0);
    for (range, words) in places {
        out.push_str(text.get(at..range.start).unwrap_or_default());
        out.push_str(&words);
        at = range.end;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}

fn is_module(tag: &StartTag<usize>) -> bool {
    &**tag.name == b"script"
        && attribute(tag, "type").is_some_and(|kind| kind.trim().eq_ignore_ascii_case("module"))
}

fn attribute(tag: &StartTag<usize>, name: &str) -> Option<String> {
    let value = tag.attributes.get(name.as_bytes())?;
    Some(String::from_utf8_lossy(&value.value).into_owned())
}

#[cfg(test)]
mod tests {
    use super::{Code, Html, replaced};

    #[test]
    fn what_a_page_names_and_where_it_stands() {
        let text = "<!doctype html><title>é < ü</title><LINK rel='stylesheet' href=a.css>\r\n<img src='b&amp;c.png' srcset='d.png 1x, e.png 2x'>\
                    <script>let a = '<script type=module src=no.js>'</script><!-- <script type=module src=no.js></script> -->\
                    <script type=\"module\" src=/src/main.tsx></script><script type=Module>import './x.ts'</script></body>";
        let page = Html::read(text);
        let codes: Vec<_> = page.scripts.iter().map(|script| script.code.clone()).collect();
        assert_eq!(
            codes,
            [Code::File("/src/main.tsx".to_owned()), Code::Inline("import './x.ts'".to_owned())]
        );
        assert_eq!(page.files, ["b&c.png", "d.png", "e.png"]);
        assert_eq!(page.sheets.len(), 1);
        assert!(!page.has_import_map);
        let mut places: Vec<_> =
            page.scripts.into_iter().map(|script| (script.span, "1".to_owned())).collect();
        places.extend(page.sheets);
        places.push((page.end..page.end, "END".to_owned()));
        let out = replaced(text, places);
        assert!(out.starts_with("<!doctype html><title>é < ü</title>a.css\r\n<img"), "{out}");
        assert!(out.ends_with("src=no.js></script> -->11END</body>"), "{out}");
    }
}
