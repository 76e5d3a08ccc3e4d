//! JSON values as YAML: what people expect of Kubernetes and GitHub. Strings are quoted as JSON quotes them, which YAML reads.

use serde_json::Value;
use std::fmt::Write as _;

/// The text of a document.
pub(crate) fn text(value: &Value) -> String {
    let mut value = value.clone();
    value.sort_all_objects();
    let mut text = String::new();
    block(&value, 0, &mut text);
    text
}

/// A value that begins on a line of its own.
fn block(value: &Value, depth: usize, text: &mut String) {
    let indent = "  ".repeat(depth);
    match value {
        Value::Object(object) if !object.is_empty() => {
            for (key, value) in object {
                let _ = write!(text, "{indent}{}:", self::key(key));
                behind(value, depth + 1, text);
            }
        }
        Value::Array(array) if !array.is_empty() => {
            for value in array {
                let mut item = String::new();
                block(value, depth + 1, &mut item);
                // The first line of the item stands behind its dash.
                let rest = item.trim_start_matches(' ');
                let _ = write!(text, "{indent}- {rest}");
            }
        }
        other => {
            let _ = writeln!(text, "{indent}{}", scalar(other));
        }
    }
}

/// A value behind its key.
fn behind(value: &Value, depth: usize, text: &mut String) {
    let is_block = matches!(value, Value::Object(object) if !object.is_empty())
        || matches!(value, Value::Array(array) if !array.is_empty());
    if is_block {
        text.push('\n');
        block(value, depth, text);
    } else {
        let _ = writeln!(text, " {}", scalar(value));
    }
}

fn key(key: &str) -> String {
    let plain = key.chars().all(|c| c.is_ascii_alphanumeric() || "-_./".contains(c));
    // `on` and the like are true and false to YAML 1.1, but not to those who read this.
    if plain && !key.is_empty() { key.to_owned() } else { Value::from(key).to_string() }
}

fn scalar(value: &Value) -> String {
    match value {
        Value::String(text) if is_plain(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Whether a string is one without quotes.
fn is_plain(text: &str) -> bool {
    let safe = |c: char| c.is_ascii_alphanumeric() || "-_./".contains(c);
    let word = !matches!(
        text.to_ascii_lowercase().as_str(),
        "" | "true" | "false" | "yes" | "no" | "on" | "off" | "y" | "n" | "null" | "nan"
    );
    word && text.starts_with(|c: char| c.is_ascii_alphabetic()) && text.chars().all(safe)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn nesting_and_quotes() {
        let value = json!({"a": {"b": [1, {"c": "x", "d": []}, ["p", "q"]]}, "e": "it's: \"1\"", "f": "1", "g": "yes", "h": {}});
        insta::assert_snapshot!(super::text(&value), @r#"
        a:
          b:
            - 1
            - c: x
              d: []
            - - p
              - q
        e: "it's: \"1\""
        f: "1"
        g: "yes"
        h: {}
        "#);
    }
}
