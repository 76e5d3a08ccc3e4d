//! The binary `helios`: arguments, settings, what is told to people and programs, signals, exit codes. Everything else is
//! done by the crates below, which neither print nor exit nor read the environment of this process.

mod args;
mod batch;
mod commands;
mod config;
mod exit;
mod mcp;
mod output;
mod projects;
mod report;
mod settings;
mod signals;
mod trace;

use args::{Cli, Command};
use config::Environment;
use signals::Signals;
use std::process::ExitCode;
use std::time::Duration;

/// How long tasks that are still running at the end are waited for: they own processes, which they kill when dropped.
const LINGER: Duration = Duration::from_millis(150);

fn main() -> ExitCode {
    let cli = match config::read(std::env::args_os().collect(), &Environment::of_process()) {
        Ok(cli) => cli,
        Err(unread) => return ExitCode::from(if unread.print() { exit::WRONG } else { exit::DONE }),
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            report::error(&format!("failed to start: {error}"));
            return ExitCode::from(exit::TRY_AGAIN);
        }
    };
    // A panic has said its words. What it must not do is wait for a reader of standard input, as dropping the runtime would.
    let ran = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| runtime.block_on(run(cli))));
    let code = ran.unwrap_or(exit::TRY_AGAIN);
    runtime.shutdown_timeout(LINGER);
    ExitCode::from(code)
}

/// Runs one command and says why when it fails. Returns the exit code.
async fn run(cli: Cli) -> u8 {
    let signals = match Signals::watch() {
        Ok(signals) => signals,
        Err(error) => {
            report::error(&format!("failed to listen to signals: {error}"));
            return exit::TRY_AGAIN;
        }
    };
    let result = match cli.command {
        Command::Render(args) => commands::render(*args, &signals, None).await,
        Command::Still(args) => commands::still(*args, &signals, None).await,
        Command::Verify(args) => match commands::verify(args, &signals).await {
            Ok(true) => Ok(()),
            Ok(false) => return exit::DIFFERENT,
            Err(error) => Err(error),
        },
        Command::Check(args) => match commands::check(*args, &signals).await {
            Ok(true) => Ok(()),
            Ok(false) => return exit::FOUND,
            Err(error) => Err(error),
        },
        Command::Compositions(args) => commands::compositions(*args, &signals).await,
        Command::Studio(args) => commands::studio(args, &signals).await,
        Command::Doctor(args) => match commands::doctor(args, &signals).await {
            Ok(true) => Ok(()),
            Ok(false) => return exit::TRY_AGAIN,
            Err(error) => Err(error),
        },
        Command::Batch(args) => match commands::batch(*args, &signals).await {
            Ok(exit::DONE) => Ok(()),
            Ok(code) => return code,
            Err(error) => Err(error),
        },
        Command::Watch(args) => commands::watch(&args, &signals).await,
        Command::Mcp(args) => commands::mcp(args, &signals).await,
        Command::Docs(args) => commands::docs(&args),
        Command::Completions(args) => commands::completions(&args),
        Command::Man(args) => commands::man(&args),
        Command::Config(args) => commands::config(&args),
        Command::Init(args) => commands::init(args, &signals).await,
        Command::Merge(args) => commands::merge(args, &signals).await,
        Command::Job(args) => commands::job(args, &signals).await,
        Command::Worker(args) => commands::worker(args, &signals).await,
    };
    match (result, signals.code()) {
        (Ok(()), _) => exit::DONE,
        // Whatever failed first, it was the signal that ended the command.
        (Err(_), Some(code)) => code,
        (Err(error), None) => {
            report::error(&report::in_full(&error));
            exit::code_of(&error)
        }
    }
}
