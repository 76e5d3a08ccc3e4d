//! [`RenderOrchestrator::check`]: a page is looked through by one worker. Nothing is written.

use crate::dispatcher::Dispatcher;
use crate::orchestrator::finish;
use crate::task::{Answer, Work};
use crate::{RenderOptions, RenderOrchestrator, RunnerError, input, settings};
use helios_job::{CheckReport, Phase};

impl RenderOrchestrator {
    /// Runs through `input` as a render with these options would, and reports what could go wrong. What is wrong with the
    /// page is in the report; an error means that it could not be looked at.
    ///
    /// # Errors
    /// [`RunnerError`]: see its variants, and [`RunnerError::exit_code`].
    pub async fn check(input: &str, options: &RenderOptions) -> Result<CheckReport, RunnerError> {
        let mut dispatcher = Dispatcher::new(options)?;
        let result = check(input, options, &mut dispatcher).await;
        finish(dispatcher, result).await
    }
}

async fn check(
    input: &str,
    options: &RenderOptions,
    dispatcher: &mut Dispatcher<'_>,
) -> Result<CheckReport, RunnerError> {
    let input = input::resolve(input, options, &mut dispatcher.reporter).await?;
    let order = settings::check_order(&input, options)?;
    dispatcher.reporter.phase(Phase::Preparing);
    let answers = dispatcher.run(vec![Work::Check(Box::new(order))], 1).await?;
    match answers.into_iter().next() {
        Some(Answer::Checked(report)) if !options.cancel.is_cancelled() => Ok(report),
        // A task ends with an answer or an error; only the caller can have stopped it in between.
        _ => Err(RunnerError::Cancelled),
    }
}
