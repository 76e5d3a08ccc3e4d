//! Where flags come from that are not on the command line.

use clap::Args;
use std::path::PathBuf;

/// The configuration file and its presets.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Configuration")]
pub struct ConfiguredArgs {
    /// Configuration file [default: helios.toml beside the page or above it].
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    pub config: Option<PathBuf>,
    /// Read neither a configuration file nor HELIOS_ variables.
    #[arg(long)]
    pub no_config: bool,
    /// Use [preset.NAME] of the configuration file; of several the last one wins.
    #[arg(long = "use", value_name = "NAME")]
    pub use_presets: Vec<String>,
}
