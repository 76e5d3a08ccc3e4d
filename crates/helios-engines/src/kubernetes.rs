//! Kubernetes: an Indexed Job whose pods render one chunk each, and a Job that waits for them and joins. The job's folder is a
//! volume that all of them see; or the job is on object storage, and they need nothing but its address and a secret.

use crate::{EngineError, Exporter, Work, yaml};
use helios_job::shell_command;
use serde_json::{Value, json};

/// Where the volume is in the containers.
const MOUNT: &str = "/job";
/// The secret whose entries are AWS_ACCESS_KEY_ID and the like. Pods with a role do without.
const SECRET: &str = "helios-s3";
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
        let away = work.is_away();
        let file = match away {
            true => work.file.clone(),
            false => format!("{MOUNT}/{}", work.file.rsplit('/').next().unwrap_or("job.json")),
        };
        // The index is that of the chunk: chunks that are whole already are left as they are.
        let mut render: Vec<String> = work.chunk_argv_for(&file, "--index-from-env");
        let program = render.remove(0);
        let mut mounts = json!([{ "name": "shm", "mountPath": "/dev/shm" }]);
        let mut volumes = json!([{ "name": "shm", "emptyDir": { "medium": "Memory", "sizeLimit": "1Gi" } }]);
        if let (false, Some(mounts), Some(volumes)) = (away, mounts.as_array_mut(), volumes.as_array_mut()) {
            mounts.insert(0, json!({ "name": "job", "mountPath": MOUNT }));
            let claim = json!({ "name": "job", "persistentVolumeClaim": { "claimName": "helios-jobs" } });
            volumes.insert(0, claim);
        }
        let container = |args: Value| {
            let mut container = json!({
                "name": CONTAINER,
                "image": work.settings.image,
                "command": [program],
                "args": args,
                "volumeMounts": mounts,
                "resources": {
                    "requests": { "cpu": "2", "memory": "2Gi" },
                    "limits": { "memory": "4Gi" },
                },
            });
            if away {
                container["envFrom"] = json!([{ "secretRef": { "name": SECRET, "optional": true } }]);
            }
            container
        };
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
        let place = match away {
            true => format!(
                "The job is at {}; its settings (AWS_ACCESS_KEY_ID, …) are the secret {SECRET}",
                work.dir
            ),
            false => "The job's folder is the volume of the claim helios-jobs (ReadWriteMany)".to_owned(),
        };
        let head = format!(
            "# {place}. Apply: kubectl apply -f job.yaml\n\
             # Progress: kubectl get jobs. Stop: kubectl delete -f job.yaml; what is finished stays.\n"
        );
        Ok(format!("{head}{}---\n{}", yaml::text(&chunks), yaml::text(&merge)))
    }
}
