//! The arguments of `helios mcp`.

use clap::Args;
use std::path::PathBuf;

const EXAMPLES: &str = "\
An agent's configuration names it as a server on standard input and output:
  { \"mcpServers\": { \"helios\": { \"command\": \"helios\", \"args\": [\"mcp\", \"/path/to/project\"] } } }

Pages and files outside of FOLDER, and addresses in the network, are refused. docs/agents.md";

/// Arguments of `helios mcp`, as typed.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct McpArgs {
    /// Folder with the pages; nothing outside of it is read or written for the agent.
    #[arg(default_value = ".")]
    pub folder: PathBuf,
    /// Chromium to use [default: the first one found].
    #[arg(long, value_name = "PATH")]
    pub browser: Option<PathBuf>,
    /// FFmpeg to use [default: ffmpeg in PATH].
    #[arg(long, value_name = "PATH")]
    pub ffmpeg: Option<PathBuf>,
}
