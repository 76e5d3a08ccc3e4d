//! [`RenderOrchestrator::still`]: one frame of a render as a picture file. Planned like the render, so that it is the same
//! frame; executed by one worker.

use crate::dispatcher::Dispatcher;
use crate::orchestrator::finish;
use crate::plan::read_page;
use crate::scratch::Scratch;
use crate::task::{Answer, Work};
use crate::{RenderOptions, RenderOrchestrator, RunnerError, input, output, settings};
use helios_job::{
    Event, Fps, FrameRange, JobConfig, JobSpec, Phase, StillAt, StillFormat, StillOrder, StillReport,
};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What the settings of the encoder are read for: pixels do not depend on them, but a config has them. Pictures can have any
/// size, and transparency.
const NO_VIDEO: &str = "still/%d.png";

/// A still that succeeded.
#[derive(Debug, Clone, PartialEq)]
pub struct StillResult {
    /// The output, absolute.
    pub output: PathBuf,
    /// What was made.
    pub report: StillReport,
    /// The frame rate, which with the index is the frame's time.
    pub fps: Fps,
    /// Wall time.
    pub elapsed: Duration,
}

impl RenderOrchestrator {
    /// Draws the frame `at` of `input` and writes it to `output`, whose extension picks the format. The pixels are those
    /// of the same frame in a render with the same options.
    ///
    /// # Errors
    /// [`RunnerError`]: see its variants, and [`RunnerError::exit_code`].
    pub async fn still(
        input: &str,
        output: &Path,
        at: StillAt,
        options: &RenderOptions,
    ) -> Result<StillResult, RunnerError> {
        let mut dispatcher = Dispatcher::new(options)?;
        let result = still(input, output, at, options, &mut dispatcher).await;
        finish(dispatcher, result).await
    }
}

async fn still(
    input: &str,
    output: &Path,
    at: StillAt,
    options: &RenderOptions,
    dispatcher: &mut Dispatcher<'_>,
) -> Result<StillResult, RunnerError> {
    let no_video = Path::new(NO_VIDEO);
    let format = StillFormat::from_path(output)?;
    if options.alpha && format == StillFormat::Jpeg {
        let what = "--alpha: a .jpg cannot carry transparency: write a .png or .webp".to_owned();
        return Err(helios_job::JobError::Conflict(what).into());
    }
    settings::check(options, no_video)?;
    let input = input::resolve(input, options, &mut dispatcher.reporter).await?;
    if let (Some(duration), Some(fps)) = (options.duration, options.fps) {
        // Refused without a browser where that is possible.
        at.resolve(duration, fps)?;
    }
    let target = output::prepare(output, options.overwrite)?;
    let page = read_page(&input, options, 1, dispatcher).await?;
    let whole = settings::config(&input, no_video, options, &page)?;
    let frame = at.resolve(whole.duration, whole.fps)?;
    let config = JobConfig { start_frame: frame, total_frames: 1, ..whole };

    let range = FrameRange { start: frame, count: 1 };
    let spec = JobSpec::new(
        config.clone(),
        &[range],
        NO_VIDEO,
        input.page.into_iter().collect(),
        env!("CARGO_PKG_VERSION"),
    );
    let scratch = Scratch::create(&target, &spec.job_id)?;
    dispatcher.reporter.emit(Event::Planned {
        job_id: spec.job_id,
        total_frames: 1,
        chunks: vec![range],
        concurrency: 1,
    });
    dispatcher.reporter.phase(Phase::Rendering);
    let fps = config.fps;
    let unfinished = scratch.file("still").with_extension(target.extension().unwrap_or_default());
    let order = StillOrder { frame, format, output: unfinished.clone(), config };
    let answers = dispatcher.run(vec![Work::Still(Box::new(order))], 1).await?;
    let Some(Answer::Still(report)) = answers.into_iter().next() else {
        return Err(RunnerError::output(target, "it was not drawn"));
    };
    if options.cancel.is_cancelled() {
        return Err(RunnerError::Cancelled);
    }
    output::install(&unfinished, &target, options.overwrite)?;
    let event = Event::Finished { output: target.display().to_string(), frames: 1, bytes: report.bytes };
    dispatcher.reporter.emit(event);
    Ok(StillResult { output: target, report, fps, elapsed: dispatcher.reporter.elapsed() })
}
