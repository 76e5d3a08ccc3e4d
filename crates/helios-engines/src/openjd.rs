//! Open Job Description: a template with a step of tasks and one that joins. AWS Deadline Cloud takes it as a bundle.
//! <https://github.com/OpenJobDescription/openjd-specifications/wiki/2023-09-Template-Schemas>

use crate::work::ranges;
use crate::{EngineError, Exporter, Work};
use serde_json::{Value, json};

/// The longest name of a job.
const MAX_NAME: usize = 64;

pub(crate) struct OpenJd;

impl Exporter for OpenJd {
    fn file_name(&self) -> &'static str {
        "template.json"
    }

    fn export(&self, work: &Work) -> Result<String, EngineError> {
        let action = |argv: Vec<String>| {
            let mut words = argv.into_iter().map(Value::from);
            let command = words.next().unwrap_or_default();
            json!({ "actions": { "onRun": { "command": command, "args": words.collect::<Vec<_>>() } } })
        };
        let file = "{{Param.JobFile}}";
        let index = "{{Task.Param.Chunk}}";
        if work
            .settings
            .helios_args
            .iter()
            .chain([&work.settings.helios, &work.file])
            .any(|word| word.contains("{{"))
        {
            let why =
                "Open Job Description takes {{ for the beginning of an expression: use paths without it";
            return Err(EngineError::Refused(why.to_owned()));
        }
        let mut name = work.name();
        name.truncate(MAX_NAME);
        let mut template = json!({
            "specificationVersion": "jobtemplate-2023-09",
            "name": name,
            "parameterDefinitions": [{
                "name": "JobFile",
                "type": "PATH",
                "objectType": "FILE",
                "dataFlow": "INOUT",
                // Relative to the template, which lies beside the job file.
                "default": work.file.rsplit('/').next(),
                "description": "The job file. Chunks and output lie in its folder.",
            }],
            "steps": [
                {
                    "name": "Render",
                    "parameterSpace": {
                        "taskParameterDefinitions": [
                            { "name": "Chunk", "type": "INT", "range": ranges(&work.chunks) },
                        ],
                    },
                    "script": action(work.chunk_argv_for(file, index)),
                },
                {
                    "name": "Merge",
                    "dependencies": [{ "dependsOn": "Render" }],
                    "script": action(work.merge_argv_for(file)),
                },
            ],
        });
        template.sort_all_objects();
        Ok(serde_json::to_string_pretty(&template).unwrap_or_default() + "\n")
    }
}
