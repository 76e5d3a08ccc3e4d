//! Arguments of an agent become a command line. Paths are confined to the folder, and flags to those that say what is rendered: how
//! the machine is used is for whoever started the server.

use crate::args::{Flag, Kind, flags};
use helios_studio::Project;
use serde_json::{Map, Value, json};

/// Flags that are not an agent's to say: programs, fonts, files of diagnostics, jobs, what is told; and those that are arguments of their own.
const OURS: [&str; 26] = [
    "output",
    "overwrite",
    "no-overwrite",
    "frame-hashes",
    "profile",
    "trace",
    "emit-job",
    "bundle",
    "job-id",
    "chunk",
    "job-frames",
    "frame",
    "time",
    "resume",
    "keep-chunks",
    "no-headless",
    "browser",
    "ffmpeg",
    "json",
    "quiet",
    "verbose",
    "captions",
    "audio",
    "fonts",
    "retries",
    "capture",
];

/// Flags of `command` that an agent can give.
pub fn allowed(command: &str) -> Vec<Flag> {
    flags(command).iter().filter(|flag| !OURS.contains(&flag.name.as_str())).cloned().collect()
}

/// What `settings` can be, as a JSON Schema.
pub fn schema(command: &str) -> Value {
    let of = |flag: &Flag| match (flag.kind, flag.value_name.as_str()) {
        (Kind::Switch, _) => json!({ "type": "boolean", "description": flag.help }),
        (_, "JSON") => json!({ "type": "object", "description": flag.help }),
        (Kind::Values, _) => {
            json!({ "type": "array", "items": { "type": "string" }, "description": flag.help })
        }
        (Kind::Value, _) => json!({ "type": ["string", "number"], "description": flag.help }),
    };
    let properties: Map<String, Value> =
        allowed(command).iter().map(|flag| (flag.name.clone(), of(flag))).collect();
    json!({ "type": "object", "properties": properties, "additionalProperties": false })
}

/// The words of `settings`.
///
/// # Errors
/// What is not allowed.
pub fn settings(command: &str, settings: &Value) -> Result<Vec<String>, String> {
    let all = allowed(command);
    let Some(object) = settings.as_object() else {
        return if settings.is_null() {
            Ok(Vec::new())
        } else {
            Err("settings: this is no object".to_owned())
        };
    };
    let mut words = Vec::new();
    for (name, value) in object {
        let Some(flag) = all.iter().find(|flag| flag.name == *name) else {
            let known: Vec<&str> = all.iter().map(|flag| flag.name.as_str()).collect();
            return Err(format!("settings: there is no {name:?}; there are {}", known.join(", ")));
        };
        let text = |value: &Value| match value {
            Value::String(text) => Ok(text.clone()),
            Value::Number(number) => Ok(number.to_string()),
            other => Err(format!("settings: {name}: {other} is neither text nor a number")),
        };
        match (flag.kind, value) {
            (Kind::Switch, Value::Bool(true)) => words.push(format!("--{name}")),
            (Kind::Switch, Value::Bool(false)) => {}
            (Kind::Switch, other) => {
                return Err(format!("settings: {name}: {other} is neither true nor false"));
            }
            // Never as text: that could name a file.
            (Kind::Value, Value::Object(_)) if flag.value_name == "JSON" => {
                words.push(format!("--{name}={value}"))
            }
            (Kind::Value, other) if flag.value_name == "JSON" => {
                return Err(format!("settings: {name}: {other} is no object"));
            }
            (Kind::Values, Value::Array(items)) => {
                for item in items {
                    words.push(format!("--{name}={}", text(item)?));
                }
            }
            (_, value) => words.push(format!("--{name}={}", text(value)?)),
        }
    }
    Ok(words)
}

/// The page that `arguments` name.
///
/// # Errors
/// When it does not lie in the folder.
pub fn page(project: &Project, arguments: &Value) -> Result<String, String> {
    let page = string(arguments, "page")?;
    let file = project.page(&page).map_err(|error| error.to_string())?;
    utf8(file)
}

/// The file to write.
///
/// # Errors
/// When it does not lie in the folder.
pub fn output(project: &Project, given: &str) -> Result<String, String> {
    utf8(project.target(given).map_err(|error| error.to_string())?)
}

/// An argument that is text.
///
/// # Errors
/// When it is missing, or something else.
pub fn string(arguments: &Value, name: &str) -> Result<String, String> {
    let text = arguments[name].as_str().filter(|text| !text.is_empty());
    text.map(str::to_owned).ok_or_else(|| format!("{name} is missing, or is no text"))
}

fn utf8(path: std::path::PathBuf) -> Result<String, String> {
    path.into_os_string().into_string().map_err(|_| "the path is not valid UTF-8".to_owned())
}
