//! [`RenderOrchestrator::inspect`]: what a page declares of itself. Nothing is written.

use crate::dispatcher::Dispatcher;
use crate::orchestrator::finish;
use crate::task::{Answer, Work};
use crate::{RenderOptions, RenderOrchestrator, RunnerError, input, settings};
use helios_job::{Composition, Phase};

impl RenderOrchestrator {
    /// Loads `input` as a render with these options would, and says what it declares.
    ///
    /// # Errors
    /// [`RunnerError`] when the input is refused or the page cannot be read.
    pub async fn inspect(input: &str, options: &RenderOptions) -> Result<Composition, RunnerError> {
        let mut dispatcher = Dispatcher::new(options)?;
        let result = async {
            let input = input::resolve(input, options, &mut dispatcher.reporter).await?;
            let order = settings::inspect_order(&input, options)?;
            dispatcher.reporter.phase(Phase::Preparing);
            let answers = dispatcher.run(vec![Work::Inspect(order)], 1).await?;
            match answers.into_iter().next() {
                Some(Answer::Inspected(composition)) => Ok(composition),
                // A task ends with an answer or an error; only the caller can have stopped it in between.
                _ => Err(RunnerError::Cancelled),
            }
        };
        let result = result.await;
        finish(dispatcher, result).await
    }
}
