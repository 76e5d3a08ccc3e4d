//! `helios check`: a page is run through, and what was found is told.

use super::{observer, preparations, supervise, worker_command};
use crate::args::CheckArgs;
use crate::report::{self, Console};
use crate::settings::{CheckSettings, Loudness, Talk};
use crate::signals::Signals;
use crate::{output, trace};
use helios_job::{CheckAnswer, Severity};
use helios_runner::RenderOrchestrator;

/// Checks and tells. Returns whether the page passes.
pub async fn check(args: CheckArgs, signals: &Signals) -> anyhow::Result<bool> {
    let mut settings = CheckSettings::try_from(args)?;
    let console = Console::plain(settings.loudness);
    trace::start(&console, settings.loudness);
    let talk = Talk { json: false, loudness: settings.loudness };
    let (browser, ffmpeg) = (settings.browser.as_deref(), settings.ffmpeg.as_deref());
    settings.options.worker = worker_command(browser, ffmpeg, settings.headless, talk)?;
    settings.options.cancel = signals.stop.clone();
    // What happens on the way is otherwise in the report, in better words.
    let is_verbose = settings.loudness == Loudness::Verbose;
    settings.options.observer = Some(if is_verbose { observer(&console) } else { preparations(&console) });
    console.line(&format!("Checking {}", settings.input));
    let work = RenderOrchestrator::check(&settings.input, &settings.options);
    let report = supervise(&console, signals, work).await?;
    if settings.json {
        let json = serde_json::to_string(&CheckAnswer::of(&settings.input, &report, settings.strict))?;
        output::write_stdout("the report", format!("{json}\n").as_bytes())?;
    } else if settings.loudness > Loudness::Quiet {
        let text = report::check_text(&settings.input, &report, report::colours_on_stdout());
        output::write_stdout("the report", text.as_bytes())?;
    }
    Ok(passes(&report, settings.strict))
}

/// Whether a page with these findings passes.
fn passes(report: &helios_job::CheckReport, strict: bool) -> bool {
    let least = if strict { Severity::Warn } else { Severity::Error };
    report.worst().is_none_or(|worst| worst < least)
}
