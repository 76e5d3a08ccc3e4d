//! `helios doctor`: whether this machine can render.

use super::host::Binary;
use crate::args::DoctorArgs;
use crate::report::{self, Console};
use crate::settings::Loudness;
use crate::signals::Signals;
use crate::{output, trace};
use helios_runner::RunnerError;
use helios_studio::Tools;
use helios_studio::doctor::diagnose;

/// Looks and tells. Returns whether rendering works.
pub async fn doctor(args: DoctorArgs, signals: &Signals) -> anyhow::Result<bool> {
    let console = Console::plain(Loudness::Normal);
    trace::start(&console, Loudness::Normal);
    let tools = Tools { browser: args.browser, ffmpeg: args.ffmpeg };
    let host = Binary::new(tools, console, Loudness::Quiet);
    let found = tokio::select! {
        found = diagnose(&host) => found,
        () = signals.stop.cancelled() => return Err(RunnerError::Cancelled.into()),
    };
    let text = if args.json {
        serde_json::to_string_pretty(&found)? + "\n"
    } else {
        report::diagnostics(&found, report::colours_on_stdout())
    };
    output::write_stdout("the answer", text.as_bytes())?;
    Ok(found.can_render)
}
