//! Kubernetes: an Indexed Job whose pods render one chunk each, and a Job that waits for them and joins. The job's folder is a
//! volume that all of them see.

use crate::{EngineError, Exporter, Work, yaml};
use helios_job::shell_command;
use serde_json::{Value, json};

/// Where the volume is in the containers.
const MOUNT: &str = "/job";
/// The one container of each pod.
const CONTAINER: &str = "helios";

pub(crate) struct Kubernetes;

impl Exporter for Kubernetes {
    fn file_name(&self) -> &'static str {
        "job.yaml"
    }

    fn export(&self, work: &Work) -> Result<String, EngineError> {
        let name = work.name();
        let count = work.job.partitions.len();
        let parallel = work.settings.parallel.map_or(count, |most| count.min(most as usize));
        let file = format!("{MOUNT}/{}", work.file.rsplit('/').next().unwrap_or("job.json"));
        // The index is that of the chunk: chunks that are whole already are left as they are.
        let mut render: Vec<String> = work.chunk_argv_for(&file, "--index-from-env");
        let program = render.remove(0);
        let container = |args: Value| {
            json!({
                "name": CONTAINER,
                "image": work.settings.image,
                "command": [program],
                "args": args,
                "volumeMounts": [
                    { "name": "job", "mountPath": MOUNT },
                    { "name": "shm", "mountPath": "/dev/shm" },
                ],
                "resources": {
                    "requests": { "cpu": "2", "memory": "2Gi" },
                    "limits": { "memory": "4Gi" },
                },
            })
        };
        let volumes = json!([
            { "name": "job", "persistentVolumeClaim": { "claimName": "helios-jobs" } },
            { "name": "shm", "emptyDir": { "medium": "Memory", "sizeLimit": "1Gi" } },
        ]);
        let security = json!({ "runAsNonRoot": true, "runAsUser": 1000, "fsGroup": 1000 });
        let labels = json!({ "app.kubernetes.io/name": "helios", "helios/job": work.job.job_id });
        // Exit code 64: the request is wrong, and will be for every other chunk.
        let failures = json!({ "rules": [{
            "action": "FailJob",
            "onExitCodes": { "containerName": CONTAINER, "operator": "In", "values": [64] },
        }] });
        let pod = |container: Value| {
            json!({
                "metadata": { "labels": labels },
                "spec": {
                    "restartPolicy": "Never",
                    "securityContext": security,
                    "containers": [container],
                    "volumes": volumes,
                },
            })
        };
        let chunks = json!({
            "apiVersion": "batch/v1",
            "kind": "Job",
            "metadata": { "name": format!("{name}-chunks"), "labels": labels },
            "spec": {
                "completionMode": "Indexed",
                "completions": count,
                "parallelism": parallel,
                // A pod that is evicted, or whose node dies, is tried again elsewhere.
                "backoffLimitPerIndex": 3,
                "maxFailedIndexes": count,
                "podFailurePolicy": failures,
                "template": pod(container(json!(render))),
            },
        });
        let mut wait = vec![work.settings.helios.clone()];
        wait.extend(["job", "status", &file, "--watch"].map(str::to_owned));
        let script = format!("{} && {}", shell_command(&wait), shell_command(&work.merge_argv_for(&file)));
        let mut merging = container(json!(["-c", script]));
        merging["command"] = json!(["/bin/sh"]);
        let merge = json!({
            "apiVersion": "batch/v1",
            "kind": "Job",
            "metadata": { "name": format!("{name}-merge"), "labels": labels },
            "spec": {
                "backoffLimit": 6,
                "podFailurePolicy": failures,
                "template": pod(merging),
            },
        });
        let head = "# The job's folder is the volume of the claim helios-jobs (ReadWriteMany). Apply: kubectl apply -f job.yaml\n\
                    # Progress: kubectl get jobs. Stop: kubectl delete -f job.yaml; what is finished stays.\n";
        Ok(format!("{head}{}---\n{}", yaml::text(&chunks), yaml::text(&merge)))
    }
}
