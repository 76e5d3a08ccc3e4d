//! Planning: options and page become a job, and a job is checked before it is executed. Starts workers only to read the page.

use crate::dispatcher::Dispatcher;
use crate::input::Input;
use crate::task::{Answer, Work};
use crate::{Concurrency, Machine, RenderOptions, RunnerError, inputs, settings};
use helios_job::{Composition, JobError, JobSpec, Level, MAX_CONCURRENCY, Phase, Split, split};
use std::path::Path;

/// More chunks than anybody needs, and few enough to hold their plan in memory.
const MAX_CHUNKS: u32 = 100_000;
/// The longest chunk: what a worker says of one, 35 bytes a frame and 335 with a trace, fits into a line ([`crate::wire::MAX_LINE`]).
const MAX_CHUNK_FRAMES: u32 = 40_000;

/// The job that a render with these options, which were checked, executes. `browsers` are started meanwhile for what comes next.
pub(crate) async fn plan(
    input: Input,
    output: &Path,
    options: &RenderOptions,
    browsers: u32,
    dispatcher: &mut Dispatcher<'_>,
) -> Result<JobSpec, RunnerError> {
    let page = read_page(&input, options, browsers, dispatcher).await?;
    let config = settings::config(&input, output, options, &page)?;
    let (workers, _) = concurrency(options, config.total_frames);
    // The page's sound is heard by passing all frames, which cannot be shared.
    let by = match options.chunk_frames {
        _ if config.sound.only => Split::Count(1),
        Some(frames) => Split::Frames(frames),
        None => Split::Count(workers.max(config.total_frames.div_ceil(MAX_CHUNK_FRAMES))),
    };
    if let Split::Frames(frames) = by
        && frames.min(config.total_frames) > MAX_CHUNK_FRAMES
    {
        let what = format!("--chunk-frames {frames}: a chunk has at most {MAX_CHUNK_FRAMES} frames");
        return Err(JobError::Conflict(what).into());
    }
    if let Split::Frames(frames) = by
        && config.total_frames.div_ceil(frames.max(1)) > MAX_CHUNKS
    {
        let what = format!(
            "--chunk-frames {frames} makes more than {MAX_CHUNKS} chunks of {} frames: use a larger number",
            config.total_frames
        );
        return Err(JobError::Conflict(what).into());
    }
    let chunks = split(config.range(), by);
    let inputs = inputs::of_job(input.page, &config)?;
    let path = output.to_str().ok_or_else(|| RunnerError::output(output, "the path is not valid UTF-8"))?;
    Ok(JobSpec::new(config, &chunks, path, inputs, env!("CARGO_PKG_VERSION")))
}

/// What the page declares, asked only where the options leave something open. Meanwhile the `browsers` for what comes next are
/// started, that of the worker who reads included.
pub(crate) async fn read_page(
    input: &Input,
    options: &RenderOptions,
    browsers: u32,
    dispatcher: &mut Dispatcher<'_>,
) -> Result<Composition, RunnerError> {
    dispatcher.reporter.phase(Phase::Preparing);
    let mut page = Composition::default();
    if settings::needs_page(options) {
        let order = settings::inspect_order(input, options)?;
        let mut work = vec![Work::Inspect(order.clone())];
        work.resize(browsers.max(1) as usize, Work::Warm(order));
        let keep = work.len();
        for answer in dispatcher.run_keeping(work, browsers, keep).await? {
            if let Answer::Inspected(composition) = answer {
                if let Some(spoken) = &composition.contract {
                    dispatcher.reporter.notice(Level::Info, format!("The page is made for {spoken}"));
                }
                page = composition;
            }
        }
    }
    Ok(page)
}

/// Refuses a number of workers that is none.
pub(crate) fn check_concurrency(options: &RenderOptions) -> Result<(), RunnerError> {
    match options.concurrency {
        Concurrency::Fixed(n) if !(1..=MAX_CONCURRENCY).contains(&n) => {
            Err(RunnerError::Concurrency { given: n.to_string() })
        }
        _ => Ok(()),
    }
}

/// How many browsers to start before the number of frames is known: no more at a time than cores that carry them.
pub(crate) fn browsers(options: &RenderOptions) -> u32 {
    let machine = options.machine.unwrap_or_else(Machine::detect);
    concurrency(options, u32::MAX).0.min(machine.cores)
}

/// The number of workers for `frames` frames, and what to say about it.
pub(crate) fn concurrency(options: &RenderOptions, frames: u32) -> (u32, Option<String>) {
    let machine = options.machine.unwrap_or_else(Machine::detect);
    match options.concurrency {
        Concurrency::Fixed(n) if n > machine.cores => {
            let hint = format!(
                "{n} workers on {} cores: they take turns; --concurrency auto chooses what the machine carries",
                machine.cores
            );
            (n, Some(hint))
        }
        Concurrency::Fixed(n) => (n, None),
        Concurrency::Auto => {
            let (workers, why) = machine.workers(frames);
            (workers, Some(format!("concurrency auto chose {workers}: {why}")))
        }
    }
}

/// Checks what an executed job relies on.
pub(crate) fn check(job: &JobSpec) -> Result<(), RunnerError> {
    let wrong =
        |(field, why)| RunnerError::Job { job_id: job.job_id.clone(), why: format!("{field}: {why}") };
    job.check().map_err(wrong)
}
