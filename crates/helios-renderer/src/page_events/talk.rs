//! What the page says: uncaught errors, console output, dialogs, other windows.

use super::pump::Pump;
use super::text;
use helios_job::Level;
use serde_json::{Value, json};

impl Pump {
    pub(super) fn exception(&self, params: &Value) {
        let details = &params["exceptionDetails"];
        let description = details["exception"]["description"].as_str();
        let thrown = description.map_or_else(|| plain(&details["exception"]), str::to_owned);
        let message = if thrown.is_empty() { text(&details["text"]).to_owned() } else { thrown };
        let message = self.originals.in_text(&without_runtime(&message));
        let place = self.place(details);
        // A stack already says where.
        let message = match &place {
            Some(place) if !message.contains("\n    at ") => format!("{message} ({place})"),
            _ => message,
        };
        {
            let mut log = self.log();
            let frame = log.frame;
            log.thrown(details["exceptionId"].as_u64(), frame, message.clone());
        }
        self.notice(Level::Warn, "page-error", place_in(&message).or(place), format!("uncaught {message}"));
    }

    pub(super) fn console(&self, params: &Value) {
        let kind = text(&params["type"]);
        let level = match kind {
            "error" | "warning" | "assert" => Level::Warn,
            _ => Level::Debug,
        };
        let words = params["args"].as_array().map(Vec::as_slice).unwrap_or_default();
        let words: Vec<String> = words.iter().map(plain).collect();
        let code = match kind {
            "error" | "assert" => "console-error",
            "warning" => "console-warning",
            _ => "console",
        };
        let frame = &params["stackTrace"]["callFrames"][0];
        let said = self.originals.in_text(&words.join(" "));
        self.notice(level, code, self.place(frame), format!("console.{kind}: {said}"));
    }

    /// Address and line of something; of a built script, those of what it was made of.
    fn place(&self, at: &Value) -> Option<String> {
        let url = at["url"].as_str().filter(|url| !url.is_empty())?;
        let (line, column) = (at["lineNumber"].as_u64()? + 1, at["columnNumber"].as_u64().unwrap_or(0) + 1);
        let place = self.originals.in_text(&format!("{url}:{line}:{column}"));
        place.rsplit_once(':').map(|(place, _)| place.to_owned())
    }

    /// The runtime answers dialogs itself; this is for those that come from outside its reach, such as `beforeunload`.
    pub(super) fn dialog(&self, params: &Value) {
        let said = format!("{}() said: {}", text(&params["type"]), text(&params["message"]));
        self.notice(Level::Warn, "dialog", None, said);
        self.answer("Page.handleJavaScriptDialog", json!({"accept": true}));
    }

    pub(super) fn other_window(&self, params: &Value) {
        let url = text(&params["url"]);
        let message = format!("the page opened another window ({url}), which no video shows");
        self.notice(Level::Warn, "other-window", None, message);
    }
}

/// A stack without the frames of our own runtime, whose script has no address.
fn without_runtime(message: &str) -> String {
    let own = |line: &&str| {
        let place = line.trim_start().strip_prefix("at ").unwrap_or_default();
        let place = place.rsplit_once(" (").map_or(place, |(_, place)| place.trim_end_matches(')'));
        let place = place.strip_prefix("<anonymous>:").unwrap_or("none");
        place.chars().all(|c| c.is_ascii_digit() || c == ':')
    };
    message.lines().filter(|line| !own(line)).collect::<Vec<_>>().join("\n")
}

/// Where the first line of a stack with an address says that it is.
pub(super) fn place_in(message: &str) -> Option<String> {
    let line = message.lines().find_map(|line| line.trim_start().strip_prefix("at "))?;
    let place = line.rsplit_once('(').map_or(line, |(_, place)| place.trim_end_matches(')'));
    let (place, column) = place.rsplit_once(':')?;
    let numbered = column.chars().all(|c| c.is_ascii_digit()) && place.rsplit_once(':').is_some();
    numbered.then(|| place.to_owned())
}

/// A remote object as `console.log` would show it, briefly.
fn plain(object: &Value) -> String {
    match (&object["value"], object["description"].as_str()) {
        (Value::String(text), _) => text.clone(),
        (Value::Null, Some(description)) => description.to_owned(),
        (Value::Null, None) => object["type"].as_str().unwrap_or_default().to_owned(),
        (value, _) => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::without_runtime;

    #[test]
    fn stacks_show_the_page_alone() {
        let thrown = "Error: no\n    at f (http://a/b.js:1:2)\n    at new Function (<anonymous>)\n    at \
                      eval (eval at g (http://a/b.js:3:4), <anonymous>:1:1)\n    at <anonymous>:898:26\n    at guarded (<anonymous>:337:5)";
        let shown = "Error: no\n    at f (http://a/b.js:1:2)\n    at new Function (<anonymous>)\n    at \
                     eval (eval at g (http://a/b.js:3:4), <anonymous>:1:1)";
        assert_eq!(without_runtime(thrown), shown);
    }
}
