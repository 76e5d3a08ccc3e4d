//! The arguments of `helios docs`.

use clap::Args;

const EXAMPLES: &str = "\
Examples:
  helios docs                                the topics
  helios docs cookbook | less";

/// Arguments of `helios docs`, as typed.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct DocsArgs {
    /// What to read [default: the list of topics].
    pub topic: Option<String>,
    /// Write the list, or the text, as JSON.
    #[arg(long)]
    pub json: bool,
}
