//! A TOML value in the words of the command line.

use crate::args::{Flag, Kind};
use serde_json::{Map, Value};
use std::path::Path;
use toml::de::DeValue;

/// The values of `flag`; paths are those of `folder`, where the file lies. A switch has `true` or `false`.
///
/// # Errors
/// What can be written instead.
pub fn words(flag: &Flag, value: &DeValue<'_>, folder: &Path) -> Result<Vec<String>, String> {
    let one = |value: &DeValue<'_>| {
        let text = plain(value).ok_or_else(|| format!("{} takes text or a number", flag.name))?;
        Ok(located(flag, text, folder))
    };
    match (flag.kind, value) {
        (Kind::Switch, DeValue::Boolean(on)) => Ok(vec![on.to_string()]),
        (Kind::Switch, _) => Err(format!("{} is true or false", flag.name)),
        (Kind::Value, DeValue::Table(_) | DeValue::Array(_)) if flag.value_name == "JSON" => {
            Ok(vec![json(value)?.to_string()])
        }
        (Kind::Value, value) => Ok(vec![one(value)?]),
        (Kind::Values, DeValue::Array(items)) => items.iter().map(|item| one(item.get_ref())).collect(),
        (Kind::Values, DeValue::Table(pairs)) if flag.value_name.contains('=') => pairs
            .iter()
            .map(|(key, value)| Ok(format!("{}={}", key.get_ref(), one(value.get_ref())?)))
            .collect(),
        (Kind::Values, value) => Ok(vec![one(value)?]),
    }
}

/// Text and numbers as they are typed.
fn plain(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(number) if number.radix() == 10 => Some(number.as_str().replace('_', "")),
        DeValue::Integer(number) => {
            i64::from_str_radix(number.as_str(), number.radix()).ok().map(|n| n.to_string())
        }
        DeValue::Float(number) => Some(number.as_str().replace('_', "")),
        DeValue::Datetime(time) => Some(time.to_string()),
        DeValue::Boolean(_) | DeValue::Array(_) | DeValue::Table(_) => None,
    }
}

/// `text` with a path in it as seen from the folder that helios runs in.
fn located(flag: &Flag, text: String, folder: &Path) -> String {
    let file = match flag.value_name.as_str() {
        // Text, or a file that holds it.
        "JSON" => !text.trim_start().starts_with(['{', '[', '"']),
        "TRACK" => !text.contains("://"),
        // A bare name of a program is looked up in PATH.
        "PATH" => text.contains('/'),
        _ => flag.is_path && text != "-",
    };
    if !file || folder.as_os_str().is_empty() || Path::new(&text).is_absolute() {
        return text;
    }
    folder.join(&text).to_string_lossy().into_owned()
}

fn json(value: &DeValue<'_>) -> Result<Value, String> {
    Ok(match value {
        DeValue::Boolean(on) => Value::Bool(*on),
        DeValue::Array(items) => items.iter().map(|item| json(item.get_ref())).collect::<Result<_, _>>()?,
        DeValue::Table(pairs) => {
            let pair = |(key, value): (&toml::Spanned<_>, &toml::Spanned<DeValue<'_>>)| -> Result<(String, Value), String> {
                let key: &toml::de::DeString<'_> = key.get_ref();
                Ok((key.to_string(), json(value.get_ref())?))
            };
            Value::Object(pairs.iter().map(pair).collect::<Result<Map<_, _>, _>>()?)
        }
        DeValue::String(text) => Value::String(text.to_string()),
        DeValue::Datetime(time) => Value::String(time.to_string()),
        DeValue::Integer(_) | DeValue::Float(_) => {
            let text = plain(value).unwrap_or_default();
            let text = text.trim_start_matches('+');
            serde_json::from_str(text).map_err(|_| format!("{text} is no number of JSON"))?
        }
    })
}
