//! One module per subcommand: settings in, work done by the crates below, words out.

mod batch;
mod check;
mod compositions;
mod config;
mod docs;
mod doctor;
mod emit_job;
mod generated;
mod hashed;
mod host;
mod init;
mod job;
mod mcp;
mod merge;
mod render;
mod still;
mod studio;
mod verify;
mod watch;
mod worker;

pub use batch::batch;
pub use check::check;
pub use compositions::compositions;
pub use config::config;
pub use docs::docs;
pub use doctor::doctor;
pub use generated::{completions, man};
pub use host::Binary;
pub use init::init;
pub use job::job;
pub use mcp::mcp;
pub use merge::merge;
pub use render::render;
pub use still::still;
pub use studio::studio;
pub use verify::verify;
pub use watch::watch;
pub use worker::worker;

use crate::projects::Projects;
use crate::report::Console;
use crate::settings::{Loudness, Talk};
use crate::signals::Signals;
use anyhow::Context as _;
use helios_job::Event;
use helios_runner::{Crew, Observer, RenderOptions, RunnerError, WorkerCommand};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What stays from one command to the next, where several are run.
#[derive(Default)]
pub struct Stay {
    /// Workers.
    pub crew: Crew,
    /// What was built.
    pub projects: Arc<Projects>,
}

impl Stay {
    /// `options` with what is there already.
    fn with(&self, options: RenderOptions) -> RenderOptions {
        RenderOptions { crew: Some(self.crew.clone()), pages: Some(self.projects.clone()), ..options }
    }
}

/// Does `work` while the console ticks, until it is done or a signal kills it.
///
/// The first signal reaches the work through its own cancellation token, and the work ends by itself. When it is to be
/// killed, it is dropped: whatever owns a process group kills it then.
async fn supervise<T, E: From<RunnerError>>(
    console: &Console,
    signals: &Signals,
    work: impl Future<Output = Result<T, E>>,
) -> Result<T, E> {
    let background = async {
        tokio::join!(console.keep_ticking(), async {
            signals.stop.cancelled().await;
            if signals.code().is_none() {
                return;
            }
            console.line("Stopping. Ctrl-C again ends everything at once.");
        });
    };
    let result = tokio::select! {
        // A render that is complete is complete, even when the signal comes in the same moment.
        biased;
        result = work => result,
        () = signals.kill.cancelled() => Err(RunnerError::Cancelled.into()),
        () = background => Err(RunnerError::Cancelled.into()),
    };
    console.close();
    if result.is_err() && signals.code().is_some() {
        console.line("Cancelled: nothing was written.");
    }
    result
}

/// Tells the console every event.
fn observer(console: &Console) -> Observer {
    let console = console.clone();
    Arc::new(move |event| console.event(event))
}

/// Tells the console what is said before there is a worker: that a project is built, and what is to be known of it.
fn preparations(console: &Console) -> Observer {
    let console = console.clone();
    Arc::new(move |event| {
        if matches!(event, Event::Notice { worker: None, .. }) {
            console.event(event);
        }
    })
}

/// The command that starts a worker: this program, with the tools it is to use.
fn worker_command(
    browser: Option<&Path>,
    ffmpeg: Option<&Path>,
    headless: bool,
    talk: Talk,
) -> anyhow::Result<WorkerCommand> {
    let program = std::env::current_exe().context("failed to find the program file of helios")?;
    let mut args = vec!["worker".to_owned()];
    for (flag, path) in [("--browser", browser), ("--ffmpeg", ffmpeg)] {
        if let Some(path) = path {
            args.extend([flag.to_owned(), tool(path)?]);
        }
    }
    if !headless {
        args.push("--no-headless".to_owned());
    }
    if talk.loudness == Loudness::Verbose {
        args.push("--verbose".to_owned());
    }
    Ok(WorkerCommand { program, args })
}

/// A tool's path as an argument. A bare name is looked up in PATH; anything else must not depend on the folder that the
/// worker runs in.
fn tool(path: &Path) -> anyhow::Result<String> {
    let bare = path.components().count() == 1 && !path.exists();
    let path = if bare { path.to_owned() } else { std::path::absolute(path)? };
    path.into_os_string()
        .into_string()
        .map_err(|path| anyhow::anyhow!("the path {} is not valid UTF-8", PathBuf::from(path).display()))
}
