//! `helios mcp`: a server of the Model Context Protocol on standard input and output.

use super::host::Binary;
use crate::args::McpArgs;
use crate::mcp::{Renders, Server, Tools};
use crate::report::Console;
use crate::settings::{Loudness, Refused};
use crate::signals::Signals;
use crate::trace;
use anyhow::Context as _;
use helios_studio::Project;

/// Serves until standard input ends, or a signal comes.
pub async fn mcp(args: McpArgs, signals: &Signals) -> anyhow::Result<()> {
    let console = Console::plain(Loudness::Normal);
    trace::start(&console, Loudness::Normal);
    let project = Project::at(&args.folder).map_err(Refused)?;
    let tools = helios_studio::Tools { browser: args.browser, ffmpeg: args.ffmpeg };
    let binary = Binary::new(tools, console, Loudness::Quiet);
    let tools = Tools { project, binary, renders: Renders::new(signals.stop.child_token()) };
    let serving = Server::new(tools, signals.stop.clone()).serve(tokio::io::stdin(), tokio::io::stdout());
    tokio::select! {
        served = serving => served.context("failed to read requests"),
        // Dropping the renders kills what they have started.
        () = signals.kill.cancelled() => Ok(()),
    }
}
