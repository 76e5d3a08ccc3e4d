//! A table is read: CSV with a line of names, or an object of JSON on each line. Values stay as they are written.

use crate::settings::Refused;
use serde_json::{Map, Value};
use std::io::{Cursor, Read as _};
use std::path::Path;

/// More videos than anybody makes at once.
const MOST_ROWS: usize = 100_000;
const MOST_BYTES: u64 = 256 << 20;

/// One row.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// From 1.
    pub number: usize,
    /// Where it begins in the file, from 1.
    pub line: u64,
    /// By column.
    pub cells: Vec<(String, Cell)>,
}

/// A value as the table has it.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// CSV knows text alone.
    Text(String),
    /// JSON says what it is.
    Json(Value),
}

/// The rows of a file, or of standard input for `-`. At least one.
pub fn read(given: &str) -> Result<Vec<Row>, Refused> {
    let refused = |why: String| Refused(format!("cannot read the rows {given}: {why}"));
    let mut text = String::new();
    let read = match given {
        "-" => std::io::stdin().take(MOST_BYTES + 1).read_to_string(&mut text),
        path => {
            std::fs::File::open(path).and_then(|file| file.take(MOST_BYTES + 1).read_to_string(&mut text))
        }
    };
    read.map_err(|error| refused(error.to_string()))?;
    if text.len() as u64 > MOST_BYTES {
        return Err(refused(format!("it has more than {MOST_BYTES} bytes")));
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let extension = Path::new(given).extension().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    let rows = match extension.as_str() {
        "csv" => csv(text, b','),
        "tsv" => csv(text, b'\t'),
        "jsonl" | "ndjson" => json_lines(text),
        "" if given == "-" && text.trim_start().starts_with('{') => json_lines(text),
        "" if given == "-" => csv(text, b','),
        other => Err(format!("{other:?} is no kind of table that is known: use .csv, .tsv or .jsonl")),
    };
    let rows = rows.map_err(refused)?;
    match rows.len() {
        0 => Err(refused("it has no rows".to_owned())),
        MOST_ROWS.. => Err(refused(format!("it has {} rows, and {MOST_ROWS} are allowed", rows.len()))),
        _ => Ok(rows),
    }
}

/// CSV as RFC 4180 has it.
fn csv(text: &str, delimiter: u8) -> Result<Vec<Row>, String> {
    let mut reader = ::csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .trim(::csv::Trim::Headers)
        .from_reader(Cursor::new(text));
    let names: Vec<String> =
        reader.headers().map_err(|error| error.to_string())?.iter().map(str::to_owned).collect();
    for (at, name) in names.iter().enumerate() {
        if name.is_empty() {
            return Err(format!("line 1: column {} has no name", at + 1));
        }
        if names[..at].contains(name) {
            return Err(format!("line 1: two columns are called {name:?}"));
        }
    }
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| error.to_string())?;
        let line = record.position().map_or(0, ::csv::Position::line);
        let cells =
            names.iter().cloned().zip(record.iter().map(|cell| Cell::Text(cell.to_owned()))).collect();
        rows.push(Row { number: rows.len() + 1, line, cells });
    }
    Ok(rows)
}

fn json_lines(text: &str) -> Result<Vec<Row>, String> {
    let mut rows = Vec::new();
    for (line, text) in (1..).zip(text.lines()).filter(|(_, text)| !text.trim().is_empty()) {
        let object: Map<String, Value> = serde_json::from_str(text).map_err(|error| {
            format!("line {line}: {error}; each line is an object such as {{\"name\":\"Ada\"}}")
        })?;
        let cells = object.into_iter().map(|(name, value)| (name, Cell::Json(value))).collect();
        rows.push(Row { number: rows.len() + 1, line, cells });
    }
    Ok(rows)
}

impl Row {
    /// A cell as a part of a file name.
    pub fn text(&self, column: &str) -> Option<String> {
        self.cells.iter().find(|(name, _)| name == column).map(|(_, cell)| match cell {
            Cell::Text(text) | Cell::Json(Value::String(text)) => text.clone(),
            Cell::Json(value) => value.to_string(),
        })
    }
}
