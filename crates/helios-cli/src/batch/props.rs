//! Columns become props. What the page's schema says of a property decides how its text is read; without a word of it, text that is JSON
//! is JSON.

use super::rows::{Cell, Row};
use serde_json::{Map, Value};

/// The props of a row, over those that all rows have.
///
/// # Errors
/// What is wrong with a value.
pub fn of_row(
    row: &Row,
    base: &Map<String, Value>,
    schema: Option<&Value>,
) -> Result<Map<String, Value>, String> {
    let properties = schema.and_then(|schema| schema["properties"].as_object());
    let closed = schema.is_some_and(|schema| schema["additionalProperties"] == Value::Bool(false));
    let mut props = base.clone();
    for (name, cell) in &row.cells {
        let about = properties.and_then(|all| all.get(name));
        // A column that is there for the names of files alone.
        if closed && about.is_none() {
            continue;
        }
        let wrong = |why: String| format!("column {name:?}: {why}");
        let value = match cell {
            // An empty cell says nothing: the page's own default holds.
            Cell::Text(text) if text.is_empty() => continue,
            Cell::Text(text) => typed(text, about).map_err(wrong)?,
            Cell::Json(value) => value.clone(),
        };
        if let Some(about) = about {
            check(&value, about).map_err(wrong)?;
        }
        props.insert(name.clone(), value);
    }
    let required = schema.and_then(|schema| schema["required"].as_array()).into_iter().flatten();
    let missing = required.filter_map(Value::as_str).find(|name| !props.contains_key(*name));
    missing
        .map_or(Ok(props), |name| Err(format!("the page's schema requires {name:?}, and no column has it")))
}

/// The types that a schema allows a value to have; none are named when it does not say.
fn types(about: &Value) -> Vec<&str> {
    match &about["type"] {
        Value::String(one) => vec![one],
        Value::Array(all) => all.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

fn typed(text: &str, about: Option<&Value>) -> Result<Value, String> {
    let types = about.map(types).unwrap_or_default();
    let as_json = serde_json::from_str::<Value>(text).ok();
    let text_value = || Value::String(text.to_owned());
    if types.is_empty() {
        return Ok(as_json.unwrap_or_else(text_value));
    }
    // What is not text is more special, and comes first.
    let fits = |value: &Value| types.iter().any(|kind| *kind != "string" && is(value, kind));
    if let Some(value) = as_json.filter(fits) {
        return Ok(value);
    }
    if types.contains(&"string") {
        return Ok(text_value());
    }
    match text.trim().to_ascii_lowercase().as_str() {
        "true" | "yes" | "1" if types.contains(&"boolean") => Ok(true.into()),
        "false" | "no" | "0" if types.contains(&"boolean") => Ok(false.into()),
        trimmed => match serde_json::from_str::<Value>(trimmed).ok().filter(fits) {
            Some(value) => Ok(value),
            None => Err(format!("{text:?} is no {}", types.join(" or "))),
        },
    }
}

fn check(value: &Value, about: &Value) -> Result<(), String> {
    let types = types(about);
    if !types.is_empty() && !types.iter().any(|kind| is(value, kind)) {
        return Err(format!("{value} is no {}", types.join(" or ")));
    }
    match about["enum"].as_array() {
        Some(choices) if !choices.contains(value) => {
            let choices: Vec<String> = choices.iter().map(Value::to_string).collect();
            Err(format!("{value} is none of {}", choices.join(", ")))
        }
        _ => Ok(()),
    }
}

/// Whether a value has a type of JSON Schema.
fn is(value: &Value, kind: &str) -> bool {
    match kind {
        "string" => value.is_string(),
        "number" => value.is_number(),
        "integer" => value.as_f64().is_some_and(|number| number.fract() == 0.0),
        "boolean" => value.is_boolean(),
        "object" => value.is_object(),
        "array" => value.is_array(),
        "null" => value.is_null(),
        _ => true,
    }
}
