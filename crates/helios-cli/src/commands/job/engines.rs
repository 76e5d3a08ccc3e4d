//! `helios job export`, `submit`, `logs`, and what `status` and `cancel` ask of an engine.

use super::answer;
use super::look::look;
use super::place::Place;
use super::state::{Chunk, missing};
use crate::args::{EngineArgs, JobExportArgs, JobFileArgs, JobLogsArgs, JobSubmitArgs};
use crate::output;
use crate::settings::{Refused, chunks, optional, retries, workers};
use crate::signals::Signals;
use anyhow::Context as _;
use helios_engines::{Engine as _, Format, Settings, Slurm, Submitted, TaskState, Work};
use helios_runner::{CANCELLED, JobFile};
use serde_json::json;
use std::path::{Path, PathBuf};

/// What is remembered of tasks that were handed over, beside the chunks.
const SUBMITTED: &str = "slurm.json";

/// `helios job export`.
pub async fn export(args: &JobExportArgs, signals: &Signals) -> anyhow::Result<()> {
    let format: Format = args.format.parse()?;
    let place = Place::open(&args.place, signals).await?;
    let file = &place.file;
    let mut settings = settings(&args.engine, &args.place.path_map, file)?;
    settings.image = args.image.clone().unwrap_or(settings.image);
    let all = file.job.partitions.iter().map(|partition| partition.id).collect();
    let work = Work {
        job: &file.job,
        file: args.job_path.clone().map_or_else(|| job_name(&place), Ok)?,
        dir: folder(args, &place)?,
        chunks: all,
        settings,
    };
    let written = format.exporter().export(&work)?;
    let name = format.exporter().file_name();
    let usual = || if place.away.is_some() { PathBuf::from(name) } else { file.path.with_file_name(name) };
    let path = args.output.clone().unwrap_or_else(usual);
    output::write_text("the export", &path, &written)?;
    if output::is_stdout(&path) {
        return Ok(());
    }
    let object = json!({ "jobId": file.job.job_id, "format": format.name(), "file": path });
    answer(args.json, &object, format!("{}\n", path.display()))
}

/// `helios job submit`.
pub async fn submit(args: &JobSubmitArgs, signals: &Signals) -> anyhow::Result<()> {
    check_engine(&args.engine)?;
    Place::here(&args.file.place, "Slurm")?;
    let (Place { file, .. }, found) = look(&args.file, signals).await?;
    let inputs = file.clone();
    let cancel = signals.stop.clone();
    tokio::task::spawn_blocking(move || inputs.check_inputs(&cancel)).await??;
    let mut settings = settings(&args.how, &args.file.place.path_map, &file)?;
    if args.how.helios.is_none() {
        settings.helios =
            text(&std::env::current_exe().context("failed to find the program file of helios")?)?;
    }
    settings.options = args.option.clone();
    let wanted = missing(&found);
    if wanted.is_empty() {
        return Err(Refused("all chunks are whole: `helios job merge` is all that is left".to_owned()).into());
    }
    let (job_path, dir) = (text(&file.path)?, text(&file.dir)?);
    let work = Work { job: &file.job, file: job_path, dir, chunks: wanted, settings };
    // Whoever submits the job means that it shall go on.
    let _ = std::fs::remove_file(file.dir.join(CANCELLED));
    let submitted = Slurm.submit(&work).await?;
    let record = serde_json::to_string_pretty(&submitted)? + "\n";
    output::write_text("the record of the submission", &file.dir.join(SUBMITTED), &record)?;
    let words = format!(
        "{} chunks as Slurm job {}, the merge as {}\n",
        submitted.chunks.len(),
        submitted.chunks_id,
        submitted.merge_id
    );
    answer(args.file.json, &serde_json::to_value(&submitted)?, words)
}

/// `helios job status --engine`.
pub async fn status(args: &JobFileArgs, engine: &str, signals: &Signals) -> anyhow::Result<()> {
    check_engine(engine)?;
    Place::here(&args.place, "Slurm")?;
    let (place, found) = look(args, signals).await?;
    let told = match submitted(&place.file)? {
        Some(submitted) => Slurm.status(&submitted).await?,
        None => Vec::new(),
    };
    let of = |chunk: Option<u32>| told.iter().find(|task| task.chunk == chunk);
    let word = |task: Option<&TaskState>| {
        task.map(|task| format!(" [{} {}]", task.state, task.place)).unwrap_or_default()
    };
    let line = |chunk: &Chunk| format!("{}{}\n", chunk.line().trim_end(), word(of(Some(chunk.partition.id))));
    let words = found.iter().map(line).chain([format!("merge{}\n", word(of(None)))]).collect();
    let tasks: Vec<_> = told
        .iter()
        .map(|task| json!({ "chunk": task.chunk, "state": task.state, "place": task.place }))
        .collect();
    let mut object = super::look::status_json(&place, &found, place.is_merged().await?);
    object["tasks"] = tasks.into();
    answer(args.json, &object, words)
}

/// `helios job cancel --engine`.
pub async fn cancel(args: &JobFileArgs, engine: &str) -> anyhow::Result<()> {
    check_engine(engine)?;
    let file = Place::here(&args.place, "Slurm")?;
    match submitted(&file)? {
        Some(submitted) => Ok(Slurm.cancel(&submitted).await?),
        None => Err(Refused(format!("the job was not submitted from {}", file.dir.display())).into()),
    }
}

/// `helios job logs`.
pub fn logs(args: &JobLogsArgs) -> anyhow::Result<()> {
    check_engine(&args.engine)?;
    let file = Place::here(&args.file.place, "Slurm")?;
    let count = file.job.partitions.len();
    let chunk = match &args.chunk {
        Some(text) => chunks(text, count)?.first().copied(),
        None => None,
    };
    let Some(submitted) = submitted(&file)? else {
        return Err(Refused(format!("the job was not submitted from {}", file.dir.display())).into());
    };
    let path = file.dir.join(Slurm::log_name(&submitted, chunk));
    let bytes = std::fs::read(&path).with_context(|| format!("failed to read {}", path.display()))?;
    let log = String::from_utf8_lossy(&bytes).into_owned();
    let object = json!({ "jobId": file.job.job_id, "chunk": chunk, "file": path, "log": log });
    answer(args.file.json, &object, log)
}

fn check_engine(name: &str) -> Result<(), Refused> {
    let refused = || {
        Refused(format!(
            "invalid --engine {name:?}: use slurm; for other engines, `helios job export` writes what they take"
        ))
    };
    if name == "slurm" { Ok(()) } else { Err(refused()) }
}

fn submitted(file: &JobFile) -> anyhow::Result<Option<Submitted>> {
    let path: PathBuf = file.dir.join(SUBMITTED);
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error).with_context(|| format!("failed to read {}", path.display())),
    };
    let damaged = |error| Refused(format!("{} is damaged: {error}; submit the job again", path.display()));
    Ok(Some(serde_json::from_str(&text).map_err(damaged)?))
}

fn settings(args: &EngineArgs, maps: &[String], file: &JobFile) -> Result<Settings, Refused> {
    let usual = Settings::default();
    let mut helios_args: Vec<String> =
        maps.iter().flat_map(|map| ["--path-map".to_owned(), map.clone()]).collect();
    if is_apart(file) {
        helios_args.extend(["--dir".to_owned(), text(&file.dir)?]);
    }
    Ok(Settings {
        helios: args.helios.clone().unwrap_or(usual.helios),
        parallel: optional("--parallel", &args.parallel, workers)?,
        retries: optional("--retries", &args.retries, retries)?.unwrap_or(usual.retries),
        helios_args,
        ..usual
    })
}

/// The job file, as those are told who have it under the same name.
fn job_name(place: &Place) -> Result<String, Refused> {
    match &place.away {
        Some(away) => Ok(away.address.clone()),
        None => text(&place.file.path),
    }
}

/// The folder of the chunks, as the same people have it: beside the job file, or where `--dir` says in each command.
fn folder(args: &JobExportArgs, place: &Place) -> Result<String, Refused> {
    match (&args.job_path, &place.away) {
        (Some(path), _) if !is_apart(&place.file) => Ok(parent(path).to_owned()),
        (_, Some(away)) => Ok(away.url("")),
        (_, None) => text(&place.file.dir),
    }
}

/// Whether the chunks are elsewhere than the job file.
fn is_apart(file: &JobFile) -> bool {
    file.path.parent() != Some(&file.dir)
}

/// The folder of a file on another machine, or of an object.
fn parent(path: &str) -> &str {
    match path.rsplit_once('/') {
        Some(("", _)) => "/",
        Some((folder, _)) => folder,
        None => ".",
    }
}

fn text(path: &Path) -> Result<String, Refused> {
    let utf8 = || Refused(format!("the path {} is not valid UTF-8", path.display()));
    path.to_str().map(str::to_owned).ok_or_else(utf8)
}

#[cfg(test)]
mod tests {
    use super::parent;

    #[test]
    fn folders_of_files_elsewhere() {
        for (path, folder) in [
            ("job.json", "."),
            ("/job.json", "/"),
            ("film/job.json", "film"),
            ("/mnt/films/a b/job.json", "/mnt/films/a b"),
            ("s3://films/one/job.json", "s3://films/one"),
        ] {
            assert_eq!(parent(path), folder);
        }
    }
}
