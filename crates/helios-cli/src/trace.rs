//! Diagnostics of the crates below (`tracing`), for `--verbose` and for the environment variable `HELIOS_LOG`.

use crate::report::Console;
use crate::settings::Loudness;
use std::io;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

/// The filter of `--verbose`: our own crates in detail, others only when something is wrong.
const VERBOSE: &str = "warn,helios_browser=debug,helios_media=debug,helios_renderer=debug,helios_runner=debug,\
                       helios_studio=debug,helios_tap=debug";

/// Sends diagnostics to the console. Without `--verbose` and `HELIOS_LOG` there are none: what users should know
/// reaches them as an event.
pub fn start(console: &Console, loudness: Loudness) {
    let asked = std::env::var("HELIOS_LOG").ok().filter(|filter| !filter.is_empty());
    let filter = match asked {
        Some(filter) => filter,
        None if loudness == Loudness::Verbose => VERBOSE.to_owned(),
        None => return,
    };
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(filter))
        .with_writer(Lines(console.clone()))
        .with_ansi(false)
        .without_time()
        // It would complain on standard error with a macro that panics when that is a broken pipe.
        .log_internal_errors(false)
        .finish();
    // Fails when there is one already, which then does the work.
    let _ = tracing::subscriber::set_global_default(subscriber);
}

/// Diagnostics of a worker, whose standard error is read by the orchestrator: warnings at least, since its last words are
/// part of the error when it dies.
pub fn start_worker(verbose: bool) {
    let asked = std::env::var("HELIOS_LOG").ok().filter(|filter| !filter.is_empty());
    let filter = asked.unwrap_or_else(|| if verbose { VERBOSE } else { "warn" }.to_owned());
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(filter))
        .with_writer(io::stderr)
        .with_ansi(false)
        .without_time()
        .log_internal_errors(false)
        .finish();
    let _ = tracing::subscriber::set_global_default(subscriber);
}

/// Hands each diagnostic to the console as a line, so that it does not tear a progress bar apart.
struct Lines(Console);

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Line;

    fn make_writer(&'a self) -> Line {
        Line { console: self.0.clone(), text: Vec::new() }
    }
}

/// One diagnostic; told when it is complete.
struct Line {
    console: Console,
    text: Vec<u8>,
}

impl io::Write for Line {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.text.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        let text = String::from_utf8_lossy(&self.text);
        if !text.trim().is_empty() {
            self.console.line(text.trim_end());
        }
    }
}
