//! The arguments of `helios compositions`.

use super::{BrowserArgs, PageArgs};
use clap::Args;

const EXAMPLES: &str = "\
Examples:
  helios compositions build/                 all compositions of a Remotion bundle
  helios compositions videos/                all pages and components of a folder
  helios compositions page.html --json";

/// Arguments of `helios compositions`, as typed.
#[derive(Debug, Default, Args)]
#[command(after_help = EXAMPLES)]
pub struct CompositionsArgs {
    /// HTML file, folder, component such as Title.tsx, or http(s) URL.
    pub input: String,

    /// Write the list to standard output as a JSON object (schemas/compositions.schema.json).
    #[arg(long, help_heading = "Messages")]
    pub json: bool,

    /// What the page is told.
    #[command(flatten)]
    pub page: PageArgs,
    /// The programs behind.
    #[command(flatten)]
    pub browser: BrowserArgs,
}
