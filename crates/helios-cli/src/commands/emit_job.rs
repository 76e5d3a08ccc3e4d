//! `helios render --emit-job`: the plan as a file, for another runner to execute.

use super::job::place::{aws_settings, reach};
use super::supervise;
use crate::output;
use crate::projects::Projects;
use crate::report::Console;
use crate::settings::{Refused, RenderSettings};
use crate::signals::Signals;
use helios_job::{Font, JobSpec};
use helios_remote::{is_address, send_bundle};
use helios_runner::{Concurrency, Machine, RenderOptions, RenderOrchestrator, fonts_of, write_bundle};
use std::path::Path;
use std::sync::Arc;

/// So much of a page is looked through for its fonts.
const LOOK: &str = "10s";

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
    let job = match settings.bundle {
        true => JobSpec { fonts: fonts(&settings, &job, console, signals).await?, ..job },
        false => job,
    };
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

/// The fonts of this machine that the page uses, as far as its first seconds show: they are in no bundle.
async fn fonts(
    settings: &RenderSettings,
    job: &JobSpec,
    console: &Console,
    signals: &Signals,
) -> anyhow::Result<Vec<Font>> {
    let duration = job.config.duration.min(LOOK.parse()?);
    let options = RenderOptions { duration: Some(duration), observer: None, ..settings.options.clone() };
    let report = supervise(console, signals, RenderOrchestrator::check(&job.config.input, &options)).await?;
    let Some(fonts) = fonts_of(report.system_fonts()).await else {
        let why = "the fonts that the page takes from this machine are not in the job: there is no fc-match (fontconfig)";
        console.line(&format!("warning: {why}"));
        return Ok(Vec::new());
    };
    if !fonts.is_empty() {
        let names: Vec<String> =
            fonts.iter().map(|font| format!("{} ({})", font.family, font.name)).collect();
        let told = format!(
            "The page takes fonts from this machine: {}. They are not in the bundle: machines that",
            names.join(", ")
        );
        console.line(&format!("{told} have others will say so, or ship them with the page (@font-face)"));
    }
    Ok(fonts)
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
