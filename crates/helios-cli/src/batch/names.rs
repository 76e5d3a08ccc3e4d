//! The output of each row: a pattern with `{column}` and `{index}`. A value becomes a part of one name, never a folder.

use super::rows::Row;
use crate::settings::Refused;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// The longest value in a name, in bytes: names end at 255.
const LONGEST: usize = 100;

/// What `{index:N}` can ask for.
const MOST_DIGITS: usize = 9;

/// A pattern that was understood.
#[derive(Debug, PartialEq, Eq)]
pub struct Pattern {
    parts: Vec<Part>,
    text: String,
}

#[derive(Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    /// With so many digits at least.
    Index(usize),
    Column(String),
}

impl Pattern {
    /// Reads `out/{name}.mp4`; `columns` are those of the first row.
    pub fn of(text: &str, columns: &[&str]) -> Result<Pattern, Refused> {
        let refused = |why: &str| Refused(format!("invalid --output {text:?}: {why}"));
        let (mut parts, mut rest) = (Vec::new(), text);
        while let Some((before, after)) = rest.split_once('{') {
            let (name, after) = after.split_once('}').ok_or_else(|| refused("a { has no }"))?;
            parts.push(Part::Text(before.to_owned()));
            let digits = name.strip_prefix("index").map(|rest| rest.strip_prefix(':').unwrap_or(rest));
            parts.push(match digits {
                // A column of that name would be hidden otherwise.
                _ if columns.contains(&name) => Part::Column(name.to_owned()),
                Some("") => Part::Index(1),
                Some(digits) if digits.parse().is_ok_and(|n: usize| (1..=MOST_DIGITS).contains(&n)) => {
                    Part::Index(digits.parse().unwrap_or(1))
                }
                _ => {
                    let known = columns.join("}, {");
                    return Err(refused(&format!(
                        "there is no column {name:?}; there are {{index}}, {{{known}}}"
                    )));
                }
            });
            rest = after;
        }
        parts.push(Part::Text(rest.to_owned()));
        if !parts.iter().any(|part| !matches!(part, Part::Text(_))) {
            return Err(refused("all rows would write the same file: put {index} or a {column} into it"));
        }
        Ok(Pattern { parts, text: text.to_owned() })
    }

    /// The folder that all outputs lie in.
    pub fn folder(&self) -> PathBuf {
        let fixed = self.text.split('{').next().unwrap_or_default();
        fixed.rfind('/').map_or(PathBuf::new(), |end| PathBuf::from(&fixed[..=end]))
    }

    /// The output of a row.
    fn fill(&self, row: &Row) -> Result<PathBuf, String> {
        let mut name = String::new();
        for part in &self.parts {
            match part {
                Part::Text(text) => name.push_str(text),
                Part::Index(digits) => name.push_str(&format!("{:0digits$}", row.number)),
                Part::Column(column) => {
                    let value = row
                        .text(column)
                        .ok_or_else(|| format!("it has no {column:?}, which --output needs"))?;
                    name.push_str(&safe(column, &value)?);
                }
            }
        }
        Ok(name.into())
    }

    /// The outputs of all rows, no two of them the same, whatever the file system thinks of capitals.
    pub fn outputs(&self, rows: &[Row]) -> Result<Vec<PathBuf>, Vec<String>> {
        let (mut outputs, mut wrong) = (Vec::new(), Vec::new());
        let mut taken: HashMap<String, usize> = HashMap::new();
        for row in rows {
            match self.fill(row) {
                Ok(output) => {
                    let key = normal(&output);
                    match taken.get(&key) {
                        Some(first) => wrong.push(format!(
                            "rows {first} and {} both write {}",
                            row.number,
                            output.display()
                        )),
                        None => drop(taken.insert(key, row.number)),
                    }
                    outputs.push(output);
                }
                Err(why) => wrong.push(format!("row {} (line {}): {why}", row.number, row.line)),
            }
        }
        if wrong.is_empty() { Ok(outputs) } else { Err(wrong) }
    }
}

fn normal(path: &Path) -> String {
    let parts: PathBuf = path.components().collect();
    parts.to_string_lossy().to_lowercase()
}

/// A value as a part of a file name. What no file system forbids stays; what could lead elsewhere is refused.
fn safe(column: &str, value: &str) -> Result<String, String> {
    let refused =
        |why: &str| Err(format!("column {column:?} is {value:?}, and {why}: it is used in --output"));
    if value.contains(['/', '\\']) {
        return refused("a name cannot contain a slash");
    }
    let mut name = String::new();
    for c in value.trim().chars() {
        let safe = if c.is_control() || "<>:\"|?*%{}".contains(c) { '-' } else { c };
        if name.len() + safe.len_utf8() > LONGEST {
            break;
        }
        name.push(safe);
    }
    let name = name.trim_start_matches(['.', '-', ' ']).trim_end_matches(['.', ' ']);
    if name.is_empty() {
        return refused("nothing of it can be in a name");
    }
    Ok(name.to_owned())
}
