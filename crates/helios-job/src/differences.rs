//! In what two jobs differ, in words: why chunks of the one are no use to the other.

use crate::JobSpec;
use serde_json::{Map, Value};

/// Longer values are cut: props may be a book.
const SHOWN: usize = 60;

impl JobSpec {
    /// What is another than in `before`, each as a phrase such as `fps was 30 and is 60`. Empty for jobs whose chunks have the
    /// same frames.
    pub fn differences(&self, before: &JobSpec) -> Vec<String> {
        let object = |job: &JobSpec| match serde_json::to_value(&job.config) {
            Ok(Value::Object(config)) => config,
            _ => Map::new(),
        };
        let (was, is) = (object(before), object(self));
        let keys = was.keys().chain(is.keys().filter(|key| !was.contains_key(*key)));
        let mut found: Vec<String> = keys
            .filter(|key| was.get(*key) != is.get(*key))
            .map(|key| format!("{key} was {} and is {}", shown(was.get(key)), shown(is.get(key))))
            .collect();
        for input in &self.inputs {
            match before.inputs.iter().find(|other| other.path == input.path) {
                Some(other) if other.sha256 != input.sha256 => {
                    found.push(format!("{} has changed", input.path));
                }
                _ => {}
            }
        }
        let (was, is) = (&before.versions.helios, &self.versions.helios);
        if was != is {
            found.push(format!("helios was {was} and is {is}"));
        }
        found
    }
}

fn shown(value: Option<&Value>) -> String {
    let text = match value {
        None => "not given".to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    };
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
