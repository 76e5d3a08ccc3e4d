//! GitHub Actions: a workflow with a matrix of chunks, whose parts travel as artifacts, and a job that joins. The bundle of the job
//! is in the repository.

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
        let most = work.settings.parallel.map_or(MAX_JOBS, |most| MAX_JOBS.min(most.max(1) as usize));
        let size = work.chunks.len().div_ceil(most).max(1);
        let parts: Vec<String> = work.chunks.chunks(size).map(ranges).collect();
        let checkout = json!({ "uses": "actions/checkout@v4" });
        // In the environment and not in the script: no text of an expression becomes shell.
        let retries = work.settings.retries.to_string();
        let mut render: Vec<String> = vec![work.settings.helios.clone()];
        render.extend(["job", "run", &work.file, "--keep-chunks", "--retries", &retries].map(str::to_owned));
        render.extend(work.settings.helios_args.iter().cloned());
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
                        {
                            "run": format!("{} --chunk \"$CHUNKS\"", shell_command(&render)),
                            "env": { "CHUNKS": "${{ matrix.chunks }}" },
                        },
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

fn container(work: &Work) -> Value {
    json!({ "image": work.settings.image, "options": "--shm-size=1g --user 0" })
}
