//! All rows before anything starts: their props, outputs and settings. Whatever is wrong with any of them is said then.

use super::names::Pattern;
use super::props;
use super::rows::Row;
use crate::args::{PageArgs, RenderArgs};
use crate::settings::{Refused, RenderSettings};
use serde_json::{Map, Value};
use std::path::PathBuf;

/// What is wrong is named for this many rows.
const NAMED: usize = 10;

/// A row that can be rendered.
pub struct Job {
    /// Its number, from 1.
    pub row: usize,
    /// What it writes.
    pub output: PathBuf,
    /// Everything else.
    pub settings: RenderSettings,
    /// A digest of all that was asked, for the ledger.
    pub request: String,
}

/// The jobs of all rows, and the folder that their outputs lie in.
pub fn plan(
    args: &RenderArgs,
    rows: &[Row],
    base: &Map<String, Value>,
    schema: Option<&Value>,
) -> Result<(Vec<Job>, PathBuf), Refused> {
    let output = args.output.to_str().unwrap_or_default();
    let mut columns: Vec<&str> =
        rows.iter().flat_map(|row| row.cells.iter().map(|(name, _)| name.as_str())).collect();
    columns.sort_unstable();
    columns.dedup();
    let pattern = Pattern::of(output, &columns)?;
    let outputs = pattern.outputs(rows).map_err(|wrong| together(&wrong))?;
    let (mut jobs, mut wrong) = (Vec::new(), Vec::new());
    for (row, output) in rows.iter().zip(outputs) {
        let job = props::of_row(row, base, schema).and_then(|props| {
            let args = RenderArgs {
                output: output.clone(),
                page: PageArgs { props: Some(Value::Object(props).to_string()), ..args.page.clone() },
                ..args.clone()
            };
            let request = request(&args);
            let settings = RenderSettings::try_from(args).map_err(|refused| refused.to_string())?;
            Ok(Job { row: row.number, output, settings, request })
        });
        match job {
            Ok(job) => jobs.push(job),
            Err(why) => wrong.push((row, why)),
        }
    }
    // What is wrong with every row is wrong with the flags.
    if let Some((_, why)) = wrong
        .first()
        .filter(|(_, why)| wrong.len() == rows.len() && wrong.iter().all(|(_, other)| other == why))
    {
        return Err(Refused(why.clone()));
    }
    let wrong: Vec<String> = wrong
        .into_iter()
        .map(|(row, why)| format!("row {} (line {}): {why}", row.number, row.line))
        .collect();
    if wrong.is_empty() { Ok((jobs, pattern.folder())) } else { Err(together(&wrong)) }
}

fn together(wrong: &[String]) -> Refused {
    let mut text = wrong.iter().take(NAMED).cloned().collect::<Vec<_>>().join("\n");
    if wrong.len() > NAMED {
        text += &format!("\nand {} more", wrong.len() - NAMED);
    }
    Refused(text)
}

/// What was asked, but for what does not change the video.
fn request(args: &RenderArgs) -> String {
    let mut args = args.clone();
    args.concurrency = None;
    args.retries = None;
    (args.resume, args.keep_chunks) = (false, false);
    (args.talk, args.replace, args.configured) = Default::default();
    let text = format!("{} {args:?}", env!("CARGO_PKG_VERSION"));
    format!("{:032x}", xxhash_rust::xxh3::xxh3_128(text.as_bytes()))
}
