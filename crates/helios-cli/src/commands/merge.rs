//! `helios merge`: chunks become one file, without encoding again.

use super::{observer, supervise, worker_command};
use crate::args::MergeArgs;
use crate::report::{self, Console};
use crate::settings::MergeSettings;
use crate::signals::Signals;
use crate::trace;
use helios_runner::{RenderOptions, RenderOrchestrator};

/// Joins the chunks and tells the result.
pub async fn merge(args: MergeArgs, signals: &Signals) -> anyhow::Result<()> {
    let settings = MergeSettings::try_from(args)?;
    let console = Console::new(settings.talk);
    trace::start(&console, settings.talk.loudness);
    let options = RenderOptions {
        worker: worker_command(None, settings.ffmpeg.as_deref(), true, settings.talk)?,
        observer: Some(observer(&console)),
        cancel: signals.stop.clone(),
        ..settings.options
    };
    console.line(&format!("Joining {} chunks", settings.chunks.len()));
    let work = RenderOrchestrator::merge(&settings.chunks, &settings.output, &options);
    let report = supervise(&console, signals, work).await?;
    let wall = console.elapsed();
    console.line(&report::summary(&settings.output, report.frames, None, report.bytes, wall));
    Ok(())
}
