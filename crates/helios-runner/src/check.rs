//! [`RenderOrchestrator::check`]: a page is looked through by one worker. Nothing is written.

use crate::dispatcher::Dispatcher;
use crate::orchestrator::finish;
use crate::task::{Answer, Work};
use crate::{RenderOptions, RenderOrchestrator, RunnerError, captions, input, settings};
use helios_job::{CaptionMode, CheckOrder, CheckReport, FontLook, Phase};

/// So many frames show which fonts a page uses.
const FONT_FRAMES: u32 = 24;

impl RenderOrchestrator {
    /// Runs through `input` as a render with these options would, and reports what could go wrong. What is wrong with the
    /// page is in the report; an error means that it could not be looked at.
    ///
    /// # Errors
    /// [`RunnerError`]: see its variants, and [`RunnerError::exit_code`].
    pub async fn check(input: &str, options: &RenderOptions) -> Result<CheckReport, RunnerError> {
        let mut dispatcher = Dispatcher::new(options)?;
        let result = check(input, options, None, &mut dispatcher).await;
        finish(dispatcher, result).await
    }

    /// The files of this machine's fonts that the browser takes for `input`, as far as frames spread over its length show.
    ///
    /// # Errors
    /// As [`RenderOrchestrator::check`].
    pub async fn fonts(input: &str, options: &RenderOptions) -> Result<Vec<String>, RunnerError> {
        let burnt = options.caption_mode.unwrap_or_default() == CaptionMode::Burn;
        let captions = if burnt { captions::config(options)? } else { None };
        let look = FontLook { frames: FONT_FRAMES, captions };
        let mut dispatcher = Dispatcher::new(options)?;
        let result = check(input, options, Some(look), &mut dispatcher).await;
        Ok(finish(dispatcher, result).await?.font_files)
    }
}

async fn check(
    input: &str,
    options: &RenderOptions,
    fonts: Option<FontLook>,
    dispatcher: &mut Dispatcher<'_>,
) -> Result<CheckReport, RunnerError> {
    let input = input::resolve(input, options, &mut dispatcher.reporter).await?;
    let order = CheckOrder { fonts, ..settings::check_order(&input, options)? };
    dispatcher.reporter.phase(Phase::Preparing);
    let answers = dispatcher.run(vec![Work::Check(Box::new(order))], 1).await?;
    match answers.into_iter().next() {
        Some(Answer::Checked(report)) if !options.cancel.is_cancelled() => Ok(report),
        // A task ends with an answer or an error; only the caller can have stopped it in between.
        _ => Err(RunnerError::Cancelled),
    }
}
