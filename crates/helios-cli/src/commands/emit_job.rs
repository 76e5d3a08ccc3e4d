//! `helios render --emit-job`: the plan as a file, for another runner to execute.

use super::job::place::{aws_settings, reach};
use super::supervise;
use crate::output;
use crate::projects::Projects;
use crate::report::Console;
use crate::settings::{Refused, RenderSettings};
use crate::signals::Signals;
use helios_job::JobSpec;
use helios_remote::{is_address, send_bundle};
use helios_runner::{Concurrency, Machine, RenderOptions, RenderOrchestrator, collect_fonts, write_bundle};
use std::path::Path;
use std::sync::Arc;

/// So much of a page is looked through for its fonts.
const LOOK: &str = "60s";

/// Plans, writes the job to `file`, and says what to do with it.
pub async fn emit_job(
    mut settings: RenderSettings,
    file: &Path,
    console: &Console,
    signals: &Signals,
) -> anyhow::Result<()> {
    if !settings.bundle {
        output::check("the job", file)?;
    }
    // A job is rendered with what it was planned with: a project's page lies beside it. A bundle copies it anyway.
    if !settings.bundle {
        let beside = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        settings.options.pages = Some(Arc::new(Projects::in_place(beside, settings.browser.clone())));
    }
    let is_project = matches!(helios_bundle::find(&settings.input), helios_bundle::Source::Project(_));
    if is_project && output::is_stdout(file) {
        let why = "a project is built into a folder beside the job: give --emit-job the name of a file instead of -";
        return Err(Refused(why.to_owned()).into());
    }
    let work = RenderOrchestrator::plan(&settings.input, &settings.output, &settings.options);
    let job = supervise(console, signals, work).await?;
    let found = tempfile::Builder::new().prefix("helios-fonts-").tempdir()?;
    let mut job = job;
    if settings.bundle
        && job.config.fonts.is_none()
        && fonts(&settings, &job, found.path(), (console, signals)).await?
    {
        let folder = found.path().to_str().ok_or_else(|| anyhow::anyhow!("TMPDIR is not valid UTF-8"))?;
        job.config.fonts = Some(folder.to_owned());
    }
    let job = if is_address(file) {
        let (url, cancel) = (file.to_string_lossy(), signals.stop.clone());
        let folder = tempfile::Builder::new().prefix("helios-bundle-").tempdir()?;
        let dir = folder.path().join("bundle");
        let there = dir.clone();
        let job = tokio::task::spawn_blocking(move || write_bundle(&job, &there, &cancel)).await??;
        reach(signals, send_bundle(&dir, &job, &url, aws_settings())).await?;
        job
    } else if settings.bundle {
        let (dir, cancel) = (file.to_owned(), signals.stop.clone());
        tokio::task::spawn_blocking(move || write_bundle(&job, &dir, &cancel)).await??
    } else {
        output::write_text("the job", file, &job.to_text())?;
        job
    };
    if settings.options.concurrency == Concurrency::Auto && settings.options.chunk_frames.is_none() {
        let (workers, why) = Machine::detect().workers(job.config.total_frames);
        console.line(&format!("concurrency auto chose {workers}: {why}"));
    }
    console.line(&if settings.bundle { bundled(&job, file) } else { next_steps(&job, file) });
    Ok(())
}

/// Copies the fonts of this machine that the page uses to the folder `to`, as far as its first minute shows them. Whether there
/// are any.
async fn fonts(
    settings: &RenderSettings,
    job: &JobSpec,
    to: &Path,
    (console, signals): (&Console, &Signals),
) -> anyhow::Result<bool> {
    let duration = job.config.duration.min(LOOK.parse()?);
    let options = RenderOptions { duration: Some(duration), observer: None, ..settings.options.clone() };
    let used = supervise(console, signals, RenderOrchestrator::fonts(&job.config.input, &options)).await?;
    let families = if used.is_empty() { None } else { collect_fonts(&used, to).await? };
    let Some(families) = families else {
        console.line(
            "warning: fonts of this machine are not in the bundle: they could not be found out, which takes Linux and fontconfig. Ship those of the page \
             with it (@font-face)",
        );
        return Ok(false);
    };
    let names: Vec<&str> = families.iter().map(String::as_str).collect();
    console.line(&format!("Fonts of this machine in the bundle: {}", names.join(", ")));
    Ok(true)
}

/// Where the job is and what to do next.
fn next_steps(job: &JobSpec, file: &Path) -> String {
    let count = job.partitions.len();
    let (plural, place) = (
        if count == 1 { "" } else { "s" },
        if output::is_stdout(file) { "standard output".to_owned() } else { file.display().to_string() },
    );
    let each = if count == 1 { "the partition's command" } else { "each partition's command, in any order" };
    format!("Job with {count} partition{plural} written to {place}. Run {each}, then: {}", job.merge.command)
}

/// The same for a bundle.
fn bundled(job: &JobSpec, dir: &Path) -> String {
    let (chunks, files, dir) = (job.partitions.len(), job.inputs.len(), dir.display());
    let (s, t) = (if chunks == 1 { "" } else { "s" }, if files == 1 { "" } else { "s" });
    format!(
        "Job with {chunks} partition{s} and {files} file{t} written to {dir}. Run it with: helios job run {dir}/job.json"
    )
}
