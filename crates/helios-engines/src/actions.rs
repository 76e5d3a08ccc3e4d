//! GitHub Actions: a workflow with a matrix of chunks, whose parts travel as artifacts, and a job that joins. The bundle of the job
//! is in the repository; or the job is on object storage, and nothing travels.

use crate::work::ranges;
use crate::{EngineError, Exporter, Work, yaml};
use helios_job::shell_command;
use serde_json::{Value, json};

/// The most jobs that a matrix can have.
const MAX_JOBS: usize = 256;

pub(crate) struct GithubActions;

impl Exporter for GithubActions {
    fn file_name(&self) -> &'static str {
        "render.yml"
    }

    fn export(&self, work: &Work) -> Result<String, EngineError> {
        if work.is_away() {
            return Ok(yaml::text(&away(work)));
        }
        let parts = parts(work);
        let checkout = json!({ "uses": "actions/checkout@v4" });
        let chunk_files = |name: &str| format!("{}/{name}", work.dir.trim_end_matches('/'));
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
                        {
                            "uses": "actions/upload-artifact@v4",
                            "with": {
                                "name": "chunks-${{ strategy.job-index }}",
                                "path": format!("{}\n{}", chunk_files("chunk_*"), chunk_files("journal*.jsonl")),
                                "retention-days": 3,
                            },
                        },
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
                            "with": { "path": work.dir, "pattern": "chunks-*", "merge-multiple": true },
                        },
                        { "run": work.merge_command() },
                        {
                            "uses": "actions/upload-artifact@v4",
                            "with": { "name": "output", "path": chunk_files(&work.job.merge.output) },
                        },
                    ],
                },
            },
        });
        Ok(yaml::text(&workflow))
    }
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
