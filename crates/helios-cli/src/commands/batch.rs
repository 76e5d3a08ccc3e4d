//! `helios batch`: a video for each row of a table.

use super::render::{check_tools, choose_hardware};
use super::worker_command;
use crate::args::{BatchArgs, RenderArgs};
use crate::batch::{self, BatchReport, Board, Job, Ledger, Row, RowReport, Shared};
use crate::projects::Projects;
use crate::report::Console;
use crate::settings::{Refused, RenderSettings, Talk, concurrency, props};
use crate::signals::Signals;
use crate::{exit, output, trace};
use anyhow::Context as _;
use helios_job::{Event, HardwareWish};
use helios_runner::{Concurrency, Crew, Machine, Pages as _, RenderOptions, RenderOrchestrator, RunnerError};
use serde_json::{Map, Value};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// How many of the first rows the page is tried with: one that is wrong must not hide the page's schema.
const TRIED: usize = 3;

/// Renders all rows. Returns the exit code.
pub async fn batch(mut args: BatchArgs, signals: &Signals) -> anyhow::Result<u8> {
    check_combinations(&args)?;
    let talk = Talk::from(&args.render.talk);
    let console = Console::plain(talk.loudness);
    trace::start(&console, talk.loudness);
    if let Some(file) = &args.report {
        output::check("the report", file)?;
    }
    let rows = batch::read(&args.rows)?;
    let base = base_props(&args.render)?;
    // What is wrong with names and flags is said before a browser starts.
    batch::plan(&args.render, &rows, &base, None)?;
    console.line(&format!("Preparing {} rows for {}", rows.len(), args.render.input));
    // All rows are of one page, which --resume knows by its name.
    let page = page(&args.render, &console, signals).await?;
    let given = std::mem::replace(&mut args.render.input, page);
    let crew = Crew::default();
    let schema = tokio::select! {
        schema = schema(&args.render, &rows, &base, signals, &crew) => schema?,
        () = signals.kill.cancelled() => return Err(RunnerError::Cancelled.into()),
    };
    let (mut jobs, folder) = batch::plan(&args.render, &rows, &base, schema.as_ref())?;
    prepare(&mut jobs, &console).await?;
    let (ledger, known) = Ledger::open(&folder)
        .with_context(|| format!("failed to write beside the outputs in {}", folder.display()))?;
    let all: Vec<RowReport> = jobs.iter().map(RowReport::waiting).collect();
    let (lanes, workers) = share(&args.render, all.len())?;
    let first = jobs.first().context("there are no rows")?;
    let (browser, ffmpeg) = (first.settings.browser.as_deref(), first.settings.ffmpeg.as_deref());
    let worker = worker_command(browser, ffmpeg, first.settings.headless, talk)?;
    let board = Arc::new(Board::new(talk));
    board.started(all.len(), 0, lanes * workers);
    let shared = Arc::new(Shared {
        board: Arc::clone(&board),
        waiting: Mutex::new(jobs.into()),
        over: Mutex::default(),
        known: if args.render.resume { known } else { HashMap::new() },
        ledger: Mutex::new(ledger),
        worker,
        workers,
        fail_fast: args.fail_fast,
        stop: signals.stop.child_token(),
    });
    tokio::select! {
        () = batch::run(Arc::clone(&shared), lanes, crew) => {}
        // Dropping the lanes kills their workers.
        () = signals.kill.cancelled() => {}
    }
    let over = std::mem::take(&mut *shared.over.lock().unwrap_or_else(PoisonError::into_inner));
    let mut over: HashMap<usize, RowReport> = over.into_iter().map(|row| (row.row, row)).collect();
    let rows = all.into_iter().map(|row| over.remove(&row.row).unwrap_or(row)).collect();
    let report = BatchReport::of(&given, lanes * workers, board.elapsed().as_secs_f64(), rows);
    board.finished(&report);
    if let Some(file) = &args.report {
        output::write_text("the report", file, &(serde_json::to_string_pretty(&report)? + "\n"))?;
    }
    if signals.code().is_some() {
        return Err(RunnerError::Cancelled.into());
    }
    Ok(match report.complete {
        true => exit::DONE,
        false if report.may_succeed_later() => exit::TRY_AGAIN,
        false => exit::WRONG,
    })
}

/// What `helios render` can do for one video alone.
fn check_combinations(args: &BatchArgs) -> Result<(), Refused> {
    let render = &args.render;
    let given = [
        ("--emit-job", render.emit_job.is_some()),
        ("--frame-hashes", render.frame_hashes.is_some()),
        ("--trace", render.trace.is_some()),
        ("--profile", render.profile),
        ("--job-id", render.job_id.is_some()),
    ];
    if let Some((flag, _)) = given.iter().find(|(_, given)| *given) {
        return Err(Refused(format!("{flag} is about one video: leave it out, or use `helios render`")));
    }
    if render.talk.json && args.report.as_deref().is_some_and(output::is_stdout) {
        return Err(Refused(
            "--json already writes to standard output: give --report a file instead of -".to_owned(),
        ));
    }
    Ok(())
}

/// The props that all rows have.
fn base_props(args: &RenderArgs) -> Result<Map<String, Value>, Refused> {
    match props(&args.page.props)? {
        None => Ok(Map::new()),
        Some(Value::Object(props)) => Ok(props),
        Some(other) => {
            Err(Refused(format!("invalid --props {other}: rows are put over it: use a JSON object")))
        }
    }
}

/// What a browser opens: a project is built once for all rows.
async fn page(args: &RenderArgs, console: &Console, signals: &Signals) -> Result<String, RunnerError> {
    let projects = Projects::new(args.browser.browser.clone());
    let mut tell = |level, message| {
        console.event(&Event::Notice { worker: None, level, frame: None, message });
    };
    tokio::select! {
        page = projects.page(&args.input, &mut tell) => page.map_err(RunnerError::Project),
        () = signals.stop.cancelled() => Err(RunnerError::Cancelled),
    }
}

/// The page's schema of its props, if it has one.
async fn schema(
    args: &RenderArgs,
    rows: &[Row],
    base: &Map<String, Value>,
    signals: &Signals,
    crew: &Crew,
) -> anyhow::Result<Option<Value>> {
    let (jobs, _) = batch::plan(args, rows, base, None)?;
    let mut failed = None;
    for job in jobs.into_iter().take(TRIED) {
        let RenderSettings { input, options, browser, ffmpeg, headless, talk, .. } = job.settings;
        let worker = worker_command(browser.as_deref(), ffmpeg.as_deref(), headless, talk)?;
        let options =
            RenderOptions { worker, crew: Some(crew.clone()), cancel: signals.stop.clone(), ..options };
        match RenderOrchestrator::inspect(&input, &options).await {
            Ok(page) => return Ok(Some(page.schema).filter(|schema| !schema.is_null())),
            Err(RunnerError::Cancelled) => return Err(RunnerError::Cancelled.into()),
            Err(error) => failed = failed.or(Some(error)),
        }
    }
    failed.map_or(Ok(None), |error| Err(error.into()))
}

/// Checks the tools once, and what is to encode, which is the same for all rows.
async fn prepare(jobs: &mut [Job], console: &Console) -> anyhow::Result<()> {
    let Some(first) = jobs.first_mut() else { return Ok(()) };
    if first.settings.hardware != HardwareWish::Off {
        choose_hardware(&mut first.settings, console).await?;
    }
    check_tools(&first.settings).await?;
    let hardware = first.settings.options.hardware;
    jobs.iter_mut().for_each(|job| job.settings.options.hardware = hardware);
    Ok(())
}

/// How many rows are rendered at once, and how many workers each has: whole videos where there are enough of them.
fn share(args: &RenderArgs, rows: usize) -> Result<(u32, u32), Refused> {
    let workers = match concurrency(&args.concurrency)? {
        Concurrency::Fixed(workers) => workers,
        Concurrency::Auto => Machine::detect().workers(u32::MAX).0,
    };
    let lanes = workers.min(u32::try_from(rows).unwrap_or(u32::MAX)).max(1);
    Ok((lanes, workers / lanes))
}
