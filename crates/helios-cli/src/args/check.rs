//! The arguments of `helios check`.

use super::{BrowserArgs, PageArgs, PictureArgs};
use clap::Args;

const EXAMPLES: &str = "\
Runs through the page and reports what could make frames fail or differ. The codes of findings are in docs/check.md.

Examples:
  helios check page.html
  helios check examples/css-title --strict
  helios check https://example.com --duration 5s --json

Exit codes:
  0 no errors found · 1 errors found (with --strict: or warnings) · 64 the request is wrong · 75 failed, may succeed when \
tried again · 130, 143 cancelled";

/// Arguments of `helios check`, as typed.
#[derive(Debug, Default, Args)]
#[command(after_help = EXAMPLES)]
pub struct CheckArgs {
    /// HTML file, folder, component such as Title.tsx, or http(s) URL.
    pub input: String,

    /// Count warnings as errors.
    #[arg(long, help_heading = "Messages")]
    pub strict: bool,
    /// Write the report to standard output as a JSON object.
    #[arg(long, help_heading = "Messages")]
    pub json: bool,
    /// Say nothing but errors: the exit code tells.
    #[arg(short, long, conflicts_with = "verbose", help_heading = "Messages")]
    pub quiet: bool,
    /// Say more: what the page says while it runs, what the programs behind do.
    #[arg(short, long, help_heading = "Messages")]
    pub verbose: bool,

    /// Size and time of the composition.
    #[command(flatten)]
    pub picture: PictureArgs,
    /// What the page is told.
    #[command(flatten)]
    pub page: PageArgs,
    /// The programs behind.
    #[command(flatten)]
    pub browser: BrowserArgs,
}
