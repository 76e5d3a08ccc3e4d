//! AWS Step Functions: a distributed map over the chunks, each a task of AWS Batch, and a task that joins. In Amazon States
//! Language. <https://states-language.net/spec.html>

use crate::{EngineError, Exporter, Work};
use serde_json::{Value, json};

pub(crate) struct StepFunctions;

impl Exporter for StepFunctions {
    fn file_name(&self) -> &'static str {
        "state-machine.json"
    }

    fn export(&self, work: &Work) -> Result<String, EngineError> {
        // The words of the command are data of the state, and not text of an expression: nothing needs to be quoted there.
        let mark = "\u{1}";
        let words: Vec<String> = work.chunk_argv(mark).into_iter().skip(1).collect();
        let word = |(at, word): (usize, &String)| match word == mark {
            true => "States.Format('{}', $.chunk)".to_owned(),
            false => format!("$.words[{at}]"),
        };
        let command: Vec<String> = words.iter().enumerate().map(word).collect();
        let task = |name: String, command: (&str, Value)| {
            let (key, value) = command;
            json!({
                "Type": "Task",
                "Resource": "arn:aws:states:::batch:submitJob.sync",
                "Parameters": {
                    "JobName": name,
                    // Names of what an account has; the container of the definition has helios as its entry point.
                    "JobDefinition": "helios",
                    "JobQueue": "helios",
                    "ContainerOverrides": { key: value },
                },
                // A host that is gone, a throttled call; what helios itself can cure is cured within the task.
                "Retry": [{
                    "ErrorEquals": ["States.TaskFailed", "States.Timeout"],
                    "IntervalSeconds": 5,
                    "MaxAttempts": 2,
                    "BackoffRate": 2,
                }],
            })
        };
        let mut render =
            task(work.name(), ("Command.$", json!(format!("States.Array({})", command.join(", ")))));
        render["End"] = json!(true);
        let merge_words: Vec<String> = work.merge_argv().into_iter().skip(1).collect();
        let mut merge = task(format!("{}-merge", work.name()), ("Command", json!(merge_words)));
        merge["End"] = json!(true);
        let known: Vec<&str> =
            words.iter().map(|word| if word == mark { "" } else { word.as_str() }).collect();
        let mut map = json!({
            "Type": "Map",
            "ItemsPath": "$.chunks",
            "ItemSelector": { "chunk.$": "$$.Map.Item.Value", "words.$": "$.words" },
            // A chunk that fails at last must not stop the others: the merge says what is missing.
            "ToleratedFailurePercentage": 100,
            "ItemProcessor": {
                "ProcessorConfig": { "Mode": "DISTRIBUTED", "ExecutionType": "STANDARD" },
                "StartAt": "RenderChunk",
                "States": { "RenderChunk": render },
            },
            "ResultPath": null,
            "Next": "Merge",
        });
        if let Some(most) = work.settings.parallel {
            map["MaxConcurrency"] = json!(most);
        }
        let mut machine = json!({
            "Comment": format!("Helios job {}: {} chunks", work.job.job_id, work.chunks.len()),
            "StartAt": "Plan",
            "States": {
                "Plan": { "Type": "Pass", "Result": { "chunks": work.chunks, "words": known }, "Next": "Render" },
                "Render": map,
                "Merge": merge,
            },
        });
        machine.sort_all_objects();
        let text = serde_json::to_string_pretty(&machine).unwrap_or_default() + "\n";
        // The limit of a definition.
        if text.len() > 1 << 20 {
            let why =
                format!("{} chunks are too many for one state machine: use larger ones", work.chunks.len());
            return Err(EngineError::Refused(why));
        }
        Ok(text)
    }
}
