//! `--props`: JSON as text, or a file that holds it.

use super::Refused;
use serde_json::Value;
use std::path::Path;

/// Reads the value of `--props`.
///
/// Text that begins like JSON is JSON. Otherwise a file of that name is read. What is neither is reported as both, with
/// the place where the JSON breaks off.
pub fn read(text: &str) -> Result<Value, Refused> {
    let mut value = parse(text)?;
    // The same values are the same render, in whatever order they stand.
    value.sort_all_objects();
    Ok(value)
}

fn parse(text: &str) -> Result<Value, Refused> {
    if text.trim_start().starts_with(['{', '[', '"']) {
        return serde_json::from_str(text).map_err(|error| invalid("", text, &error));
    }
    let path = Path::new(text);
    if path.is_file() {
        let content = std::fs::read_to_string(path)
            .map_err(|error| Refused(format!("failed to read the --props file {text:?}: {error}")))?;
        return serde_json::from_str(&content)
            .map_err(|error| invalid(&format!(" file {text:?}"), &content, &error));
    }
    serde_json::from_str(text).map_err(|_| {
        Refused(format!(
            "invalid --props {text:?}: this is no JSON, and no file has this name; \
             use JSON such as '{{\"title\":\"Hello\"}}', or the path of a JSON file"
        ))
    })
}

/// A refusal that shows the line that serde_json complains about.
fn invalid(file: &str, text: &str, error: &serde_json::Error) -> Refused {
    let line = text.lines().nth(error.line().saturating_sub(1)).unwrap_or_default();
    // At most 60 characters up to the place, so that a long line does not hide it.
    let end = error.column().min(line.len());
    let upto = String::from_utf8_lossy(line.as_bytes().get(..end).unwrap_or_default()).into_owned();
    let skipped = upto.chars().count().saturating_sub(60);
    let shown: String = upto.chars().skip(skipped).collect();
    let ellipsis = if skipped > 0 { "…" } else { "" };
    Refused(format!("invalid --props{file}: {error}: {ellipsis}{shown} <- here"))
}
