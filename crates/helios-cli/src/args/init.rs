//! The arguments of `helios init`.

use clap::Args;
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  helios init                    asks what to start from, in a terminal
  helios init react my-video     a project in the folder my-video
  helios init --list             the templates

Exit codes:
  0 done · 64 no such template, or files are there already · 75 failed, may succeed when tried again · 130, 143 cancelled";

/// Arguments of `helios init`, as typed.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct InitArgs {
    /// What to start from; --list says what there is.
    pub template: Option<String>,
    /// Folder of the project, made where it is missing [default: my-video].
    pub folder: Option<PathBuf>,
    /// Replace files that are there already.
    #[arg(long)]
    pub force: bool,
    /// List the templates.
    #[arg(long, conflicts_with_all = ["template", "force"])]
    pub list: bool,
    /// Write the answer to standard output as a JSON object.
    #[arg(long)]
    pub json: bool,
}
