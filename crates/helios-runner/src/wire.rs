//! Lines from a pipe, bounded: a worker that babbles must not fill our memory. Knows nothing of what the lines mean.

use tokio::io::{AsyncRead, AsyncReadExt};

/// Longest line of worker output. A report of the longest chunk fits (see `plan`).
pub(crate) const MAX_LINE: usize = 16 * 1024 * 1024;

/// How much of a bad line is shown.
const SHOWN: usize = 120;

/// One line without its end.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Line {
    /// A whole line; bytes that are not UTF-8 are replaced.
    Whole(String),
    /// The beginning of a line that is longer than allowed.
    TooLong(String),
}

/// Splits a stream into lines.
pub(crate) struct Lines<R> {
    source: R,
    buffer: Vec<u8>,
    /// How much of the buffer holds no line end for sure.
    searched: usize,
    limit: usize,
}

impl<R: AsyncRead + Unpin> Lines<R> {
    pub fn new(source: R, limit: usize) -> Lines<R> {
        Lines { source, buffer: Vec::new(), searched: 0, limit }
    }

    /// The next line, or `None` at the end or after an error. Safe to cancel: what was read stays.
    pub async fn next(&mut self) -> Option<Line> {
        loop {
            if let Some(at) = self.buffer[self.searched..].iter().position(|byte| *byte == b'\n') {
                let rest = self.buffer.split_off(self.searched + at + 1);
                let line = std::mem::replace(&mut self.buffer, rest);
                self.searched = 0;
                return Some(Line::Whole(text(&line)));
            }
            self.searched = self.buffer.len();
            if self.buffer.len() > self.limit {
                let start = excerpt(&text(&self.buffer));
                self.buffer = Vec::new();
                self.searched = 0;
                return Some(Line::TooLong(start));
            }
            if self.source.read_buf(&mut self.buffer).await.unwrap_or(0) == 0 {
                let last = text(&std::mem::take(&mut self.buffer));
                self.searched = 0;
                return (!last.is_empty()).then_some(Line::Whole(last));
            }
        }
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).trim_end_matches(['\n', '\r']).to_owned()
}

/// The beginning of `line`, for an error message.
pub(crate) fn excerpt(line: &str) -> String {
    let mut start: String = line.chars().take(SHOWN).collect();
    if start.len() < line.len() {
        start.push('…');
    }
    start
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn lines_are_split_and_bounded() {
        let source = format!("one\r\n\n{}\nlast", "x".repeat(5000));
        let mut lines = Lines::new(source.as_bytes(), 1000);
        assert_eq!(lines.next().await, Some(Line::Whole("one".to_owned())));
        assert_eq!(lines.next().await, Some(Line::Whole(String::new())));
        let mut lines = Lines::new("y".repeat(5000).into_bytes().leak() as &[u8], 1000);
        assert_eq!(lines.next().await, Some(Line::TooLong("y".repeat(SHOWN) + "…")));
        let mut lines = Lines::new("a\nlast".as_bytes(), 1000);
        assert_eq!(lines.next().await, Some(Line::Whole("a".to_owned())));
        assert_eq!(lines.next().await, Some(Line::Whole("last".to_owned())));
        assert_eq!(lines.next().await, None);
    }
}
