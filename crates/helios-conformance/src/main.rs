//! `helios-conformance`: what `make conformance` runs. Progress and faults go to standard error, the table to docs/.

use clap::Parser;
use helios_conformance::broken::{self, Sabotage};
use helios_conformance::check;
use helios_conformance::exceptions::Exceptions;
use helios_conformance::outcome::Outcome;
use helios_conformance::render::Renderer;
use helios_conformance::results::{self, Results};
use helios_conformance::run::{Run, Seen};
use helios_conformance::{ConformanceError, busy, corpus, table, verdict};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};

/// Renders the pages of the conformance corpus in every way that must not matter, and compares the frames.
#[derive(Debug, Parser)]
struct Args {
    /// Only pages whose name (group/name) contains this.
    #[arg(long, value_name = "SUBSTRING", default_value = "")]
    only: String,
    /// Only the fast part: the pages that say so, by three workers and by screenshots.
    #[arg(long)]
    fast: bool,
    /// Only these ways of rendering, by the names of the table's columns: N=7,load.
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    checks: Vec<String>,
    /// Render nothing: judge what earlier runs saw, and write the table.
    #[arg(long)]
    table: bool,
    /// Go on with a run that was ended: render only what has not been seen of this build.
    #[arg(long, conflicts_with = "table")]
    missing: bool,
    /// Keep the videos, the hashes and the logs, and say where they are.
    #[arg(long)]
    keep: bool,
    /// Pages that are rendered at a time.
    #[arg(long, value_name = "N", default_value_t = 2)]
    jobs: usize,
    /// The program to test [default: the one beside this].
    #[arg(long, value_name = "PATH")]
    helios: Option<PathBuf>,
    /// The corpus.
    #[arg(long, value_name = "FOLDER", default_value = "conformance")]
    corpus: PathBuf,
    /// What the runs of this build saw of these pages, page by page and way by way.
    #[arg(long, value_name = "FILE", default_value = "target/conformance.json")]
    results: PathBuf,
    /// Where the table goes after a run of everything.
    #[arg(long, value_name = "FILE", default_value = "docs/conformance.md")]
    report: PathBuf,
}

fn main() -> ExitCode {
    if std::env::args().nth(1).is_some_and(|word| word == busy::ARGUMENT) {
        busy::compute();
        return ExitCode::SUCCESS;
    }
    match run(&Args::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            say(&format!("error: {error}"));
            ExitCode::from(2)
        }
    }
}

/// Returns whether everything is as it should be.
fn run(args: &Args) -> Result<bool, ConformanceError> {
    let whole = args.table || (args.only.is_empty() && !args.fast && args.checks.is_empty());
    let io = |doing, path: &Path| {
        let path = path.to_owned();
        move |source| ConformanceError::Io { doing, path, source }
    };
    let here = std::env::current_exe().map_err(io("find", Path::new("helios-conformance")))?;
    let exceptions = Exceptions::read(&args.corpus.join("exceptions.toml"))?;
    let mut pages = corpus::find(&args.corpus)?;
    let all = pages.clone();
    pages.retain(|page| page.name.contains(&args.only) && (page.fast || !args.fast));
    if pages.is_empty() {
        return Err(ConformanceError::NoPages { folder: args.corpus.clone(), only: args.only.clone() });
    }
    let scratch = tempfile::Builder::new().prefix("helios-conformance-").disable_cleanup(args.keep).tempdir();
    let scratch = scratch.map_err(io("make a folder in", &std::env::temp_dir()))?;
    let renderer = Renderer {
        helios: args.helios.clone().unwrap_or_else(|| here.with_file_name("helios")),
        scratch: scratch.path().to_owned(),
    };
    let mut checks = if args.fast { check::FAST.to_vec() } else { check::ALL.to_vec() };
    if !args.checks.is_empty() {
        checks = check::ALL.into_iter().filter(|check| args.checks.contains(&check.to_string())).collect();
    }
    let results = Results::read(&args.results);
    let stamp = |page: &corpus::Page| results::stamp(&renderer.helios, page);
    let mut todo = Vec::new();
    for page in pages.iter().filter(|_| !args.table) {
        let stamp = stamp(page)?;
        let wanted = |check: &check::Check| !args.missing || !results.knows(stamp, page, *check);
        let checks: Vec<check::Check> = checks.iter().copied().filter(wanted).collect();
        if !checks.is_empty() {
            todo.push((page.clone(), checks));
        }
    }
    let steps = todo.iter().map(|(_, checks)| 1 + checks.len()).sum::<usize>();
    let count = AtomicU32::new(0);
    let tell = |text: &str| say(&format!("[{}/{steps}] {text}", count.fetch_add(1, Ordering::Relaxed) + 1));
    let results = Mutex::new(results);
    let known = |seen: &Seen| {
        let mut results = results.lock().unwrap_or_else(PoisonError::into_inner);
        results.add(stamp(&seen.page)?, seen.clone());
        results.write(&args.results)
    };
    let run =
        Run { renderer: renderer.clone(), pages: todo, jobs: args.jobs, busy: here.clone(), keep: args.keep };
    run.all(&tell, &known)?;
    let results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
    let mut seen = Vec::new();
    for page in &pages {
        seen.extend(results.of(stamp(page)?, page));
    }
    for page in &mut seen {
        page.outcomes.retain(|(check, _)| checks.contains(check));
        page.outcomes.sort_by_key(|(check, _)| checks.iter().position(|other| other == check));
    }
    let mut faults = verdict::faults(&seen, &exceptions, whole);
    if whole {
        faults.extend(verdict::gaps(&seen, &all, &checks));
    }
    let broken = if whole { sabotages(&renderer, &all, &here, &mut faults)? } else { Vec::new() };
    if whole {
        let text = table::markdown(&seen, &checks, &exceptions, &broken);
        std::fs::write(&args.report, text).map_err(io("write", &args.report))?;
        say(&format!("The table is in {}", args.report.display()));
    }
    if args.keep {
        say(&format!("Videos, hashes and logs are in {}", scratch.path().display()));
    }
    for fault in &faults {
        say(&format!("RED: {fault}"));
    }
    say(&format!("{} pages, {} faults", seen.len(), faults.len()));
    Ok(faults.is_empty())
}

/// Breaks the clock in every way; each must be seen, and the first, which breaks nothing, must not.
fn sabotages(
    renderer: &Renderer,
    pages: &[corpus::Page],
    here: &Path,
    faults: &mut Vec<String>,
) -> Result<Vec<(Sabotage, Outcome)>, ConformanceError> {
    let program = here.with_file_name("helios-broken-browser");
    let mut seen = Vec::new();
    for sabotage in broken::ALL {
        let outcome = sabotage.seen(renderer, pages, &program)?;
        say(&format!("{} left real, {}: {outcome}", sabotage.what, sabotage.page));
        if !sabotage.noticed(&outcome) {
            faults.push(format!("with {} left real, {} shows: {outcome}", sabotage.what, sabotage.page));
        }
        seen.push((sabotage, outcome));
    }
    Ok(seen)
}

fn say(text: &str) {
    writeln!(std::io::stderr().lock(), "{text}").ok();
}
