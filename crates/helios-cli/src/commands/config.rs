//! `helios config`: where the value of each flag comes from.

use crate::args::{CONFIGURED, ConfigArgs, Kind};
use crate::config::{self, Environment, Layers, Origin, Setting};
use crate::output;
use crate::settings::Refused;
use helios_job::shell_quote;
use serde::Serialize;
use serde_json::{Value, json};
use std::ffi::OsString;
use std::path::PathBuf;

/// The value of `schema` in an answer of this version.
const SCHEMA: &str = "helios.config/1";

/// Shows it.
pub fn config(args: &ConfigArgs) -> anyhow::Result<()> {
    let words = ["helios"].into_iter().chain(match args.words.is_empty() {
        true => ["render", "."].to_vec(),
        false => args.words.iter().map(String::as_str).collect(),
    });
    let words: Vec<OsString> = words.map(OsString::from).collect();
    let found = config::layers(&words, &Environment::of_process());
    let found = found.map_err(|unread| Refused(unread.in_a_line()))?;
    let layers = found.ok_or_else(|| {
        Refused(format!(
            "`helios {}` takes nothing from elsewhere: name one of {}",
            args.words.join(" "),
            CONFIGURED.join(", ")
        ))
    })?;
    let text = if args.json { serde_json::to_string(&answer(&layers))? + "\n" } else { text_of(&layers) };
    output::write_stdout("the answer", text.as_bytes())
}

/// A line for each flag: name, value, origin.
fn text_of(layers: &Layers) -> String {
    let file = layers.file.as_ref().map_or("none".to_owned(), |path| path.display().to_string());
    let rows: Vec<[String; 3]> = layers
        .settings
        .iter()
        .map(|setting| [setting.flag.name.clone(), shown(setting), setting.origin.to_string()])
        .collect();
    let width = |at: usize| rows.iter().map(|row| row[at].chars().count()).max().unwrap_or_default().min(40);
    let (first, second) = (width(0), width(1));
    let mut text = format!("# helios {}, configuration: {file}\n", layers.command);
    for [name, value, origin] in &rows {
        text += format!("{name:first$}  {value:second$}  {origin}").trim_end();
        text.push('\n');
    }
    layers.unknown.iter().for_each(|why| text += &format!("# {why}\n"));
    text
}

fn shown(setting: &Setting) -> String {
    let values = &setting.values;
    match (&setting.origin, setting.flag.kind) {
        (_, Kind::Switch) => values.first().cloned().unwrap_or_else(|| false.to_string()),
        (Origin::Default, _) if values.is_empty() => "-".to_owned(),
        (Origin::Default, _) => values.join(" "),
        _ => values.iter().map(|value| shell_quote(value)).collect::<Vec<_>>().join(" "),
    }
}

/// What `--json` writes.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
struct Answer {
    /// `helios.config/1`.
    schema: String,
    /// The command.
    command: String,
    /// The file that was read.
    file: Option<PathBuf>,
    /// Each flag, in the order of the help.
    settings: Vec<Answered>,
    /// Variables that look like ours and are not.
    remarks: Vec<String>,
}

/// One flag.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
struct Answered {
    /// Its name, without dashes.
    flag: String,
    /// Text, a list of texts for flags that can be given several times, a truth value for switches; null where a default holds.
    value: Value,
    /// default, file, preset, environment or flag.
    origin: &'static str,
    /// The file that says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<PathBuf>,
    /// The line of that file, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    /// Of the preset or the variable.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// What the help says of the default.
    #[serde(skip_serializing_if = "Option::is_none")]
    default: Option<String>,
}

fn answer(layers: &Layers) -> Answer {
    Answer {
        schema: SCHEMA.to_owned(),
        command: layers.command.clone(),
        file: layers.file.clone(),
        settings: layers.settings.iter().map(answered).collect(),
        remarks: layers.unknown.clone(),
    }
}

fn answered(setting: &Setting) -> Answered {
    let value = match (setting.flag.kind, &setting.origin) {
        (Kind::Switch, _) => json!(setting.values == ["true"]),
        // What a default is called in the help is no value.
        (_, Origin::Default) => Value::Null,
        (Kind::Value, _) => json!(setting.values.last()),
        (Kind::Values, _) => json!(setting.values),
    };
    let (origin, file, line, name) = match setting.origin.clone() {
        Origin::Default => ("default", None, None, None),
        Origin::File(path, line) => ("file", Some(path), Some(line), None),
        Origin::Preset(name, path, line) => ("preset", Some(path), Some(line), Some(name)),
        Origin::Environment(name) => ("environment", None, None, Some(name)),
        Origin::Flag => ("flag", None, None, None),
    };
    Answered {
        flag: setting.flag.name.clone(),
        value,
        origin,
        file,
        line,
        name,
        default: setting.flag.default.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_is_committed() {
        helios_testkit::assert_schema("config", SCHEMA, schemars::schema_for!(Answer));
    }
}
