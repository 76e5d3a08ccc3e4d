//! The arguments of `helios batch`.

use super::RenderArgs;
use clap::Args;
use std::path::PathBuf;

/// What is said below the flags; set where the command is listed, because the flags of `helios render` come with their own.
pub const EXAMPLES: &str = "\
Examples:
  helios batch people.csv card.html -o 'out/{name}.mp4'
  helios batch rows.jsonl card.html -o 'out/{index:3}-{city}.webm' --concurrency 4 --report report.json
  helios batch people.csv card.html -o 'out/{name}.mp4' --resume

Each row is a video: its columns are the page's helios.props, over those of --props. In the output {column} and {index} (of the row, from
1; {index:3} has three digits) are filled in. Not with --emit-job, --frame-hashes, --trace and --profile. docs/batch.md

Exit codes:
  0 all rows are done · 64 the request, or every row that failed, is wrong · 75 rows failed that may succeed when tried again";

/// Arguments of `helios batch`, as typed.
#[derive(Debug, Args)]
pub struct BatchArgs {
    /// The rows: a .csv, .tsv or .jsonl file; - for CSV or JSON lines on standard input.
    pub rows: String,
    /// Write what became of each row to FILE, as JSON.
    #[arg(long, value_name = "FILE", help_heading = "Batch")]
    pub report: Option<PathBuf>,
    /// End with the first row that fails; otherwise the others go on.
    #[arg(long, help_heading = "Batch")]
    pub fail_fast: bool,
    /// What is rendered, and how.
    #[command(flatten)]
    pub render: RenderArgs,
}
