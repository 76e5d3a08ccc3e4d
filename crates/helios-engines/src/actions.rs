//! GitHub Actions: a workflow with a matrix of chunks, whose parts travel as artifacts, and a job that joins. The bundle of the job
//! is in the repository; or the job is on object storage, and nothing travels.
//!
//! A workflow begins in a checkout: all that it names is told from there, never from this machine's root.

use crate::work::ranges;
use crate::{EngineError, Exporter, Work, yaml};
use helios_job::{CaptionFormat, CaptionMode, Container, shell_command};
use serde_json::{Value, json};
use std::path::Path;

/// The most jobs that a matrix can have.
const MAX_JOBS: usize = 256;

/// What upload-artifact takes for a pattern, or for no name of a file.
const MARKS: [char; 12] = ['*', '?', '[', ']', '\\', '"', ':', '<', '>', '|', '\n', '\r'];

pub(crate) struct GithubActions;

impl Exporter for GithubActions {
    fn file_name(&self) -> &'static str {
        "render.yml"
    }

    fn export(&self, work: &Work) -> Result<String, EngineError> {
        if work.is_away() {
            return Ok(yaml::text(&away(work)));
        }
        inside("the job file", &work.file, "say where it is there, such as --job-path film/job.json")?;
        let folder =
            inside("the folder of the chunks", &work.dir, "leave out --dir: they lie beside the job file")?;
        let files = |names: &[String]| {
            let path = |name: &String| if folder == "." { name.clone() } else { format!("{folder}/{name}") };
            names.iter().map(path).collect::<Vec<_>>().join("\n")
        };
        let chunk_files = files(&["chunk_*", "journal*.jsonl"].map(str::to_owned));
        let output_files = files(&output_files(work)?);
        let parts = parts(work);
        let checkout = json!({ "uses": "actions/checkout@v4" });
        let workflow = json!({
            "name": work.name(),
            "on": { "workflow_dispatch": {} },
            "permissions": { "contents": "read" },
            "jobs": {
                "render": {
                    "runs-on": "ubuntu-latest",
                    "container": container(work),
                    "strategy": { "fail-fast": false, "matrix": { "chunks": parts } },
                    "steps": [
                        checkout,
                        { "run": render(work), "env": { "CHUNKS": "${{ matrix.chunks }}" } },
                        upload("chunks-${{ strategy.job-index }}", &chunk_files, Some(3)),
                    ],
                },
                "merge": {
                    "needs": "render",
                    "runs-on": "ubuntu-latest",
                    "container": container(work),
                    "steps": [
                        checkout,
                        {
                            "uses": "actions/download-artifact@v4",
                            "with": { "path": folder, "pattern": "chunks-*", "merge-multiple": true },
                        },
                        { "run": work.merge_command() },
                        upload("output", &output_files, None),
                    ],
                },
            },
        });
        Ok(yaml::text(&workflow))
    }
}

/// A step that uploads files, kept for `days`. When there are none, the job has failed, and says so here.
fn upload(name: &str, files: &str, days: Option<u32>) -> Value {
    let mut with = json!({
        "name": name,
        "path": files,
        "if-no-files-found": "error",
        // Otherwise nothing is found in a folder or a repository whose name begins with a dot.
        "include-hidden-files": true,
    });
    if let Some(days) = days {
        with["retention-days"] = json!(days);
    }
    json!({ "uses": "actions/upload-artifact@v4", "with": with })
}

/// What the merge makes, by its names in the folder of the chunks: the file and the captions beside it, or the folder of the pictures.
fn output_files(work: &Work) -> Result<Vec<String>, EngineError> {
    let bundle = "plan the job as a bundle (--emit-job film --bundle), whose output lies in it";
    let output = inside("the output", &work.job.merge.output, bundle)?;
    let path = Path::new(&output);
    if let (true, Some(folder)) =
        (Container::from_path(path).is_ok_and(Container::is_pictures), path.parent())
    {
        return Ok(vec![folder.to_string_lossy().into_owned()]);
    }
    let captions = work.job.config.captions.as_ref();
    let beside = match captions.filter(|captions| captions.mode == CaptionMode::Sidecar) {
        Some(captions) => {
            let format = CaptionFormat::of(Path::new(&captions.file));
            let format = format.map_err(|error| EngineError::Refused(error.to_string()))?;
            Some(path.with_extension(format.extension()).to_string_lossy().into_owned())
        }
        None => None,
    };
    Ok([output].into_iter().chain(beside).collect())
}

/// `path` as the steps of a workflow take it: in the repository, and with nothing in it that means something else to them. `cure` says
/// what to do about one that is elsewhere.
fn inside(what: &str, path: &str, cure: &str) -> Result<String, EngineError> {
    let refused = |why: &str| Err(EngineError::Refused(format!("github-actions: {what} {path:?} {why}")));
    if path.starts_with('/') || path.split('/').any(|part| part == "..") {
        return refused(&format!("is not in the repository, which is all that a workflow sees: {cure}"));
    }
    let first = path.starts_with(['!', '#', '~']) || path.trim() != path;
    if first || path.contains(MARKS) || path.contains("${{") {
        return refused(
            "has something that steps take for a pattern or an expression: use a path without * ? [ ] \\ \" : < > | and ${{, \
             and without ! # ~ or a space at its beginning",
        );
    }
    let parts: Vec<&str> = path.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
    Ok(if parts.is_empty() { ".".to_owned() } else { parts.join("/") })
}

/// The chunks of each job of the matrix.
fn parts(work: &Work) -> Vec<String> {
    let most = work.settings.parallel.map_or(MAX_JOBS, |most| MAX_JOBS.min(most.max(1) as usize));
    let size = work.chunks.len().div_ceil(most).max(1);
    work.chunks.chunks(size).map(ranges).collect()
}

/// The command for those in the environment and not in the script: no text of an expression becomes shell.
fn render(work: &Work) -> String {
    let retries = work.settings.retries.to_string();
    let mut render: Vec<String> = vec![work.settings.helios.clone()];
    render.extend(["job", "run", &work.file, "--keep-chunks", "--retries", &retries].map(str::to_owned));
    render.extend(work.settings.helios_args.iter().cloned());
    format!("{} --chunk \"$CHUNKS\"", shell_command(&render))
}

/// The workflow for a job on object storage, with the repository's secrets as its settings.
fn away(work: &Work) -> Value {
    let secret = |name: &str| (name.to_owned(), json!(format!("${{{{ secrets.{name} }}}}")));
    let variable = |name: &str| (name.to_owned(), json!(format!("${{{{ vars.{name} }}}}")));
    let settings: serde_json::Map<String, Value> = [
        secret("AWS_ACCESS_KEY_ID"),
        secret("AWS_SECRET_ACCESS_KEY"),
        variable("AWS_REGION"),
        variable("AWS_ENDPOINT_URL"),
    ]
    .into_iter()
    .collect();
    json!({
        "name": work.name(),
        "on": { "workflow_dispatch": {} },
        "permissions": { "contents": "read" },
        "env": settings,
        "jobs": {
            "render": {
                "runs-on": "ubuntu-latest",
                "container": container(work),
                "strategy": { "fail-fast": false, "matrix": { "chunks": parts(work) } },
                "steps": [{ "run": render(work), "env": { "CHUNKS": "${{ matrix.chunks }}" } }],
            },
            "merge": {
                "needs": "render",
                "runs-on": "ubuntu-latest",
                "container": container(work),
                "steps": [{ "run": work.merge_command() }],
            },
        },
    })
}

fn container(work: &Work) -> Value {
    json!({ "image": work.settings.image, "options": "--shm-size=1g --user 0" })
}
