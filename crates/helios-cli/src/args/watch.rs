//! The arguments of `helios watch`.

use clap::Args;

const EXAMPLES: &str = "\
Examples:
  helios watch page.html                     still.png, again whenever a file of the page changes
  helios watch page.html --time 2.5s -o poster.png
  helios watch --render page.html -o draft.mp4 --fps 10

The flags are those of `helios still`, with --render those of `helios render`. Ctrl-C ends it.";

/// Arguments of `helios watch`, as typed.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct WatchArgs {
    /// Render the video instead of one frame.
    #[arg(long)]
    pub render: bool,
    /// The page and flags, as of `helios still` or `helios render`.
    #[arg(
        required = true,
        trailing_var_arg = true,
        allow_hyphen_values = true,
        value_name = "PAGE AND FLAGS"
    )]
    pub words: Vec<String>,
}
