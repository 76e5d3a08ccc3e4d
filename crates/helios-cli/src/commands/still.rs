//! `helios still`: one frame of a page becomes a picture.

use super::{Stay, observer, supervise, worker_command};
use crate::args::StillArgs;
use crate::report::{self, Console};
use crate::settings::StillSettings;
use crate::signals::Signals;
use crate::{output, trace};
use anyhow::Context as _;
use helios_runner::RenderOrchestrator;

/// Draws the frame, with what is there from before if there is anything, and tells the result.
pub async fn still(args: StillArgs, signals: &Signals, stay: Option<&Stay>) -> anyhow::Result<()> {
    let mut settings = StillSettings::try_from(args)?;
    let console = Console::new(settings.talk);
    trace::start(&console, settings.talk.loudness);
    let (browser, ffmpeg) = (settings.browser.as_deref(), settings.ffmpeg.as_deref());
    settings.options.worker = worker_command(browser, ffmpeg, settings.headless, settings.talk)?;
    settings.options.observer = Some(observer(&console));
    settings.options.cancel = signals.stop.clone();
    if let Some(stay) = stay {
        settings.options = stay.with(settings.options);
    }
    console.line(&format!("Preparing {}", settings.input));
    // Standard output gets the whole picture or nothing, like any other output.
    let folder = if output::is_stdout(&settings.output) {
        Some(tempfile::tempdir().context("failed to create a temporary folder")?)
    } else {
        None
    };
    let file = folder.as_ref().map_or(settings.output.clone(), |folder| folder.path().join("still.png"));
    let work = RenderOrchestrator::still(&settings.input, &file, settings.at, &settings.options);
    let result = supervise(&console, signals, work).await?;
    if folder.is_some() {
        let png = std::fs::read(&file).context("failed to read the picture back")?;
        output::write_stdout("the picture", &png)?;
    }
    let wall = console.elapsed();
    console.line(&report::still_summary(&settings.output, &result.report, result.fps, wall));
    Ok(())
}
