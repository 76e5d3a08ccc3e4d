//! A line of the journal that a run leaves on disk: an event with its time. The journal is what `--json` prints, kept: a
//! reader folds it into [`crate::Progress`] as any other listener does.

use crate::Event;
use serde::{Deserialize, Serialize};

/// An event and when it happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct JournalLine {
    /// Milliseconds since 1970.
    pub time: u64,
    /// What happened.
    #[serde(flatten)]
    pub event: Event,
}

impl JournalLine {
    /// The lines of a journal. One that cannot be read is left out: the last one is torn when its writer was killed, and a
    /// newer version may write events that this one does not know.
    pub fn read_all(text: &str) -> Vec<JournalLine> {
        text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
    }

    /// The line without its end.
    pub fn to_text(&self) -> String {
        // Events have no maps with odd keys and no foreign types.
        serde_json::to_string(self).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::JournalLine;
    use crate::{Event, Phase};

    #[test]
    fn lines_travel_and_torn_ones_are_left_out() {
        let lines = [
            JournalLine { time: 1, event: Event::Phase { phase: Phase::Rendering } },
            JournalLine { time: 2, event: Event::Frames { worker: 0, chunk: 1, done: 7 } },
        ];
        let text = lines.iter().map(|line| line.to_text() + "\n").collect::<String>();
        assert_eq!(JournalLine::read_all(&text), lines);
        assert!(text.starts_with(r#"{"time":1,"event":"phase","phase":"rendering"}"#), "{text}");
        let torn = &text[..text.len() - 9];
        assert_eq!(JournalLine::read_all(torn), lines[..1]);
    }
}
