//! Kubernetes: an Indexed Job whose pods render one chunk each, and a Job that waits for them and joins. The job's folder is a
//! volume that all of them see; or the job is on object storage, and they need nothing but its address and a secret.
//!
//! Kubernetes knows no order of Jobs, so the second one is there from the start. It must not keep the first one from its room: it asks for
//! little, waits for a while and then makes room, and gives up when chunks do not come.

use crate::{EngineError, Exporter, Work, yaml};
use helios_job::shell_command;
use serde_json::{Value, json};

/// Where the volume is in the containers.
const MOUNT: &str = "/job";
/// The secret whose entries are AWS_ACCESS_KEY_ID and the like. Pods with a role do without.
const SECRET: &str = "helios-s3";
/// The one container of each pod.
const CONTAINER: &str = "helios";
/// How long a pod waits for the chunks before it makes room for them, in seconds. The next one comes some minutes later.
const WAIT: u32 = 30 * 60;
/// How long the merge takes at most, with all that it waits, in seconds: a chunk that has failed for good never comes.
const DEADLINE: u32 = 24 * 60 * 60;
/// The exit code of `timeout` for a command that it has ended.
const TIMED_OUT: u8 = 124;

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
        let container = |args: Value, requests: Value| {
            let mut container = json!({
                "name": CONTAINER,
                "image": work.settings.image,
                "command": [program],
                "args": args,
                "volumeMounts": mounts,
                "resources": {
                    "requests": requests,
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
        // Exit code 64: the request is wrong, and will be for every other chunk. 130: the job was cancelled.
        let wrong = rule("FailJob", &[64, 130]);
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
                "podFailurePolicy": { "rules": [wrong] },
                "template": pod(container(json!(render), json!({ "cpu": "2", "memory": "2Gi" }))),
            },
        });
        // Streams are copied, which takes little. What encodes an animated picture has the room that the chunks have left: requests are
        // no limits.
        let requests = json!({ "cpu": "250m", "memory": "512Mi" });
        let mut merging = container(json!(["-c", wait_and_merge(work, &file)]), requests);
        merging["command"] = json!(["/bin/sh"]);
        let merge = json!({
            "apiVersion": "batch/v1",
            "kind": "Job",
            "metadata": { "name": format!("{name}-merge"), "labels": labels },
            "spec": {
                "activeDeadlineSeconds": DEADLINE,
                "backoffLimit": 6,
                // To have waited is no failure: another pod waits.
                "podFailurePolicy": { "rules": [wrong, rule("Ignore", &[TIMED_OUT])] },
                "template": pod(merging),
            },
        });
        let place = match away {
            true => format!(
                "The job is {}; its settings (AWS_ACCESS_KEY_ID, …) are the secret {SECRET}",
                work.file
            ),
            false => "The job's folder is the volume of the claim helios-jobs (ReadWriteMany)".to_owned(),
        };
        let head = format!(
            "# {place}. Apply: kubectl apply -f job.yaml\n\
             # Progress: kubectl get jobs. Stop: kubectl delete -f job.yaml; what is finished stays.\n\
             # Go on: kubectl replace --force -f job.yaml. The merge gives up after {} hours: activeDeadlineSeconds.\n",
            DEADLINE / 3600
        );
        Ok(format!("{head}{}---\n{}", yaml::text(&chunks), yaml::text(&merge)))
    }
}

/// The script of the merge. Whoever waits looks where the chunks are made, and holds no room for ever: they may need it.
fn wait_and_merge(work: &Work, file: &str) -> String {
    let seconds = WAIT.to_string();
    let wait = ["timeout", &seconds, &work.settings.helios, "job", "status", file, "--watch"];
    let mut wait: Vec<String> = wait.map(str::to_owned).into();
    wait.extend(work.settings.helios_args.iter().cloned());
    // `exec`: signals reach helios itself.
    format!("{} && exec {}", shell_command(&wait), shell_command(&work.merge_argv_for(file)))
}

/// What becomes of a Job when a pod ends with one of these codes, which are in order.
fn rule(action: &str, codes: &[u8]) -> Value {
    let codes = json!({ "containerName": CONTAINER, "operator": "In", "values": codes });
    json!({ "action": action, "onExitCodes": codes })
}
