//! Where in a text a value of it stands: line and column of what a path such as `partitions[3].id` names. For messages about a
//! value that was read without trouble and means nothing.

/// A step from a value to one in it.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Key(String),
    Index(usize),
}

/// Line and column, from 1, of the value at `path` in `text`, or of the last value on the way to it that is there. The text
/// must be JSON; any other gives some place in it.
pub(crate) fn locate(text: &str, path: &str) -> (usize, usize) {
    let mut scan = Scan { text: text.as_bytes(), at: 0 };
    scan.space();
    for step in steps(path) {
        let start = scan.at;
        if !scan.enter(&step) {
            scan.at = start;
            break;
        }
    }
    let before = &text.as_bytes()[..scan.at.min(text.len())];
    let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
    let column = 1 + before.iter().rev().take_while(|byte| **byte != b'\n').count();
    (line, column)
}

fn steps(path: &str) -> Vec<Step> {
    let words = path.split(['.', '[']).filter(|word| !word.is_empty());
    let step = |word: &str| match word.strip_suffix(']').and_then(|index| index.parse().ok()) {
        Some(index) => Step::Index(index),
        None => Step::Key(word.to_owned()),
    };
    words.map(step).collect()
}

struct Scan<'a> {
    text: &'a [u8],
    at: usize,
}

impl Scan<'_> {
    fn peek(&self) -> u8 {
        self.text.get(self.at).copied().unwrap_or_default()
    }

    fn space(&mut self) {
        while self.peek().is_ascii_whitespace() {
            self.at += 1;
        }
    }

    /// Moves from the beginning of a value to the beginning of one in it.
    fn enter(&mut self, step: &Step) -> bool {
        let (open, close) = if matches!(step, Step::Key(_)) { (b'{', b'}') } else { (b'[', b']') };
        if self.peek() != open {
            return false;
        }
        self.at += 1;
        let mut index = 0;
        loop {
            self.space();
            if self.at >= self.text.len() || self.peek() == close {
                return false;
            }
            let found = match step {
                Step::Index(wanted) => *wanted == index,
                Step::Key(wanted) => {
                    let start = self.at;
                    self.value();
                    let key = self.text.get(start..self.at).unwrap_or_default();
                    self.space();
                    self.at += usize::from(self.peek() == b':');
                    self.space();
                    serde_json::from_slice::<String>(key).is_ok_and(|key| key == *wanted)
                }
            };
            if found {
                return true;
            }
            self.value();
            self.space();
            self.at += usize::from(self.peek() == b',');
            index += 1;
        }
    }

    /// Moves behind a value; at least by one byte, so that no text is scanned for ever.
    fn value(&mut self) {
        let mut depth = 0_usize;
        loop {
            match self.peek() {
                b'"' => self.string(),
                b'{' | b'[' => {
                    depth += 1;
                    self.at += 1;
                }
                b'}' | b']' => {
                    depth = depth.saturating_sub(1);
                    self.at += 1;
                }
                _ => self.at += 1,
            }
            let ends = |byte: u8| byte.is_ascii_whitespace() || b",:]}".contains(&byte);
            if self.at >= self.text.len()
                || depth == 0 && (ends(self.peek()) || ends_here(self.text, self.at))
            {
                return;
            }
        }
    }

    fn string(&mut self) {
        self.at += 1;
        while self.at < self.text.len() && self.peek() != b'"' {
            self.at += 1 + usize::from(self.peek() == b'\\');
        }
        self.at += 1;
    }
}

/// Whether a string, an object or an array has just ended.
fn ends_here(text: &[u8], at: usize) -> bool {
    at.checked_sub(1).and_then(|last| text.get(last)).is_some_and(|last| b"\"}]".contains(last))
}

#[cfg(test)]
mod tests {
    use super::locate;

    #[test]
    fn values_are_found() {
        let text =
            "{ \"a\": [1, {\"b c\": \"x,]}\\\"\", \"d\": [[], {}]}],\n  \"e\": true,\n\"f\":{\"g\":-1.5}}";
        for (path, place) in [
            (".", (1, 1)),
            ("a", (1, 8)),
            ("a[0]", (1, 9)),
            ("a[1].b c", (1, 20)),
            ("a[1].d[1]", (1, 40)),
            ("e", (2, 8)),
            ("f.g", (3, 10)),
            // What is missing is said to be where it would be.
            ("f.h", (3, 5)),
            ("a[7]", (1, 8)),
            ("e.x", (2, 8)),
        ] {
            assert_eq!(locate(text, path), place, "{path}");
        }
    }

    #[test]
    fn no_text_is_scanned_for_ever() {
        for text in
            ["", "{", "[", "{\"", "{\"a", "{\"a\":", "{\"a\":1", "nonsense", "{]}", "{\"a\"}", "\\", "{\"\\"]
        {
            for path in ["a", "a.b[3]", "[0]", "[1].x"] {
                let (line, column) = locate(text, path);
                assert!(line == 1 && column <= text.len() + 1, "{text} {path}");
            }
        }
    }
}
