//! The one error type of this crate.
//!
//! Messages are lower-case and read after "failed to …: ". Where the browser process is involved they carry its command
//! line, its exit status and the end of its stderr, because that is where Chromium says what went wrong.

use std::{path::PathBuf, process::ExitStatus, sync::Arc, time::Duration};

/// Shorthand for results of this crate.
pub type Result<T, E = BrowserError> = std::result::Result<T, E>;

/// Everything that can go wrong between us and a browser.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum BrowserError {
    /// No usable browser executable. `looked_in` lists every place tried.
    #[error("no {wanted} found (looked for {}); install `{package}` or pass `--browser PATH`", list(.looked_in))]
    NotFound {
        /// What was looked for, in words.
        wanted: &'static str,
        /// The package which has it.
        package: &'static str,
        /// Every path tried, in order.
        looked_in: Vec<PathBuf>,
    },
    /// The process could not be started, or what it needs (pipes, a profile directory) could not be made.
    #[error("could not start the browser: {doing}: {source}\n  command: {command}")]
    Spawn {
        /// The step that failed.
        doing: &'static str,
        /// The command line, quoted for a shell.
        command: String,
        /// What the system said.
        source: Arc<std::io::Error>,
    },
    /// The process started but did not answer on its pipe in time.
    #[error("the browser did not answer within {after:?} of its start\n  command: {command}{}", tail(.stderr))]
    LaunchTimeout {
        /// How long we waited.
        after: Duration,
        /// The command line, quoted for a shell.
        command: String,
        /// The end of its stderr.
        stderr: String,
    },
    /// The browser process ended while it was needed.
    #[error("the browser died ({})\n  command: {command}{}", ended(.status), tail(.stderr))]
    Died {
        /// The command line, quoted for a shell.
        command: String,
        /// How it ended; `None` when the pipe closed but the process has not been seen to end.
        status: Option<ExitStatus>,
        /// The end of its stderr.
        stderr: String,
    },
    /// `--version` printed something without a version in it.
    #[error("`{command}` printed no version ({})\n  output: {output:?}", ended(&Some(*.status)))]
    NoVersion {
        /// The command line, quoted for a shell.
        command: String,
        /// How it ended.
        status: ExitStatus,
        /// What it printed on stdout, then stderr.
        output: String,
    },
    /// One call was not answered in time. The session stays usable; a late answer is dropped.
    #[error("`{method}` was not answered within {after:?}")]
    CallTimeout {
        /// The DevTools method, or what was waited for.
        method: String,
        /// How long we waited.
        after: Duration,
    },
    /// The browser answered a call with an error.
    #[error("`{method}` was refused: {message} (code {code})")]
    Protocol {
        /// The DevTools method.
        method: String,
        /// JSON-RPC error code, e.g. -32601 for an unknown method.
        code: i64,
        /// The browser's words, with its `data` when there is any.
        message: String,
    },
    /// The answer does not have the shape the caller asked for.
    #[error("`{method}` answered something unexpected: {source}")]
    Decode {
        /// The DevTools method or event.
        method: String,
        /// What did not fit.
        source: Arc<serde_json::Error>,
    },
    /// Parameters of a call could not be turned into JSON.
    #[error("parameters of `{method}` are not JSON: {source}")]
    Encode {
        /// The DevTools method.
        method: String,
        /// What did not fit.
        source: Arc<serde_json::Error>,
    },
    /// JavaScript run by [`crate::Session::evaluate`] threw, or its promise was rejected.
    #[error("the page threw: {message}{}", on_its_own_lines(.stack))]
    PageException {
        /// First line: class and message, or the thrown value as text.
        message: String,
        /// One line per call frame; empty when the engine gave none.
        stack: String,
    },
    /// The process behind the session crashed. Every pending and later call on the session fails with this.
    #[error("the page crashed (its renderer process ended)")]
    TargetCrashed,
    /// The target was closed, or we were detached from it.
    #[error("the page is gone: {reason}")]
    TargetClosed {
        /// The browser's reason, or ours.
        reason: String,
    },
    /// A listener fell so far behind that events were dropped; it must start over.
    #[error("{missed} events were lost because nobody read them in time")]
    EventsLost {
        /// How many events are gone.
        missed: u64,
    },
    /// The browser wrote something that is not the DevTools protocol. The connection ends, as nothing after it can be trusted.
    #[error("the browser wrote something that is not a protocol message: {excerpt:?}: {reason}")]
    Garbage {
        /// The start of the offending message.
        excerpt: String,
        /// Why it is not a message.
        reason: String,
    },
    /// The connection was closed, by us or by the peer.
    #[error("the connection to the browser is closed")]
    Closed,
}

fn list(paths: &[PathBuf]) -> String {
    paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ")
}

fn tail(stderr: &str) -> String {
    match stderr.trim() {
        "" => "\n  stderr: (empty)".to_owned(),
        text => format!("\n  end of stderr:\n    {}", text.replace('\n', "\n    ")),
    }
}

fn ended(status: &Option<ExitStatus>) -> String {
    status.map_or_else(|| "exit status not known yet".to_owned(), |status| status.to_string())
}

fn on_its_own_lines(stack: &str) -> String {
    if stack.is_empty() { String::new() } else { format!("\n{stack}") }
}
