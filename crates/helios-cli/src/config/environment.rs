//! `HELIOS_` variables: `HELIOS_CHUNK_FRAMES` is `--chunk-frames` of every command that has it, `HELIOS_STILL_OUTPUT` is
//! `--output` of `helios still`.

use crate::args::{Flag, Kind};
use crate::settings::Refused;
use std::collections::BTreeMap;

const PREFIX: &str = "HELIOS_";

/// The variables that may be ours.
#[derive(Debug, Clone, Default)]
pub struct Environment(BTreeMap<String, String>);

impl Environment {
    /// Those of this process. What is no text is none of ours.
    pub fn of_process() -> Environment {
        let text = std::env::vars_os().filter_map(|(name, value)| {
            let name = name.into_string().ok().filter(|name| name.starts_with(PREFIX))?;
            Some((name, value.into_string().ok()?))
        });
        Environment(text.collect())
    }

    /// These.
    #[cfg(test)]
    pub fn of(pairs: &[(&str, &str)]) -> Environment {
        Environment(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    /// A variable that says something.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// All names.
    pub fn names(&self) -> impl Iterator<Item = &String> {
        self.0.keys()
    }

    /// The variable that fills in `flag` of `command`, and the values. `shared`: whether the flag means the same in all commands.
    pub fn of_flag(
        &self,
        command: &str,
        flag: &Flag,
        shared: bool,
    ) -> Result<Option<(String, Vec<String>)>, Refused> {
        let own = variable(&format!("{command}-{}", flag.name));
        let common = Some(variable(&flag.name)).filter(|_| shared);
        let found = [Some(own), common]
            .into_iter()
            .flatten()
            .find_map(|name| self.get(&name).map(|text| (name.clone(), text)));
        let Some((name, text)) = found else { return Ok(None) };
        let values = match flag.kind {
            Kind::Value => vec![text.to_owned()],
            Kind::Values => text.lines().map(str::to_owned).collect(),
            Kind::Switch => match text.to_ascii_lowercase().as_str() {
                "1" | "true" | "yes" | "on" => vec![true.to_string()],
                "0" | "false" | "no" | "off" => vec![false.to_string()],
                _ => return Err(Refused(format!("invalid {name} {text:?}: use 1 or 0"))),
            },
        };
        Ok(Some((name, values)))
    }
}

/// The variable of a flag.
pub fn variable(flag: &str) -> String {
    format!("{PREFIX}{}", flag.replace('-', "_").to_ascii_uppercase())
}
