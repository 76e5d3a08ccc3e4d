//! `helios compositions`: what there is to render.

use super::{preparations, supervise, worker_command};
use crate::args::{CompositionsArgs, PictureArgs};
use crate::report::{self, Console};
use crate::settings::{Loudness, Talk, check_input, page_options};
use crate::signals::Signals;
use crate::{output, trace};
use helios_runner::RenderOrchestrator;

/// Looks and lists.
pub async fn compositions(args: CompositionsArgs, signals: &Signals) -> anyhow::Result<()> {
    check_input(&args.input)?;
    let console = Console::plain(Loudness::Normal);
    trace::start(&console, Loudness::Normal);
    let mut options = page_options(&PictureArgs::default(), &args.page, &args.browser)?;
    let (browser, ffmpeg) = (args.browser.browser.as_deref(), args.browser.ffmpeg.as_deref());
    let talk = Talk { json: false, loudness: Loudness::Normal };
    options.worker = worker_command(browser, ffmpeg, !args.browser.no_headless, talk)?;
    options.observer = Some(preparations(&console));
    options.cancel = signals.stop.clone();
    let work = RenderOrchestrator::compositions(&args.input, &options);
    let list = supervise(&console, signals, work).await?;
    let text =
        if args.json { serde_json::to_string_pretty(&list)? + "\n" } else { report::compositions(&list) };
    output::write_stdout("the list", text.as_bytes())?;
    Ok(())
}
