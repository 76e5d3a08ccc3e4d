//! The arguments of `helios config`.

use clap::Args;

const EXAMPLES: &str = "\
Examples:
  helios config                              what `helios render` takes from helios.toml and HELIOS_ variables here
  helios config render page.html --use square --width 640
  helios config --json still page.html

The strongest first: flag, HELIOS_ variable, preset, helios.toml, page, default. docs/configuration.md";

/// Arguments of `helios config`, as typed.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct ConfigArgs {
    /// Write the answer to standard output as a JSON object.
    #[arg(long)]
    pub json: bool,
    /// The command line that is meant, without `helios` [default: render .].
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "COMMAND LINE")]
    pub words: Vec<String>,
}
