//! Ninja: an edge for each chunk and one that joins. `ninja -k 0` renders what is missing; a chunk's manifest is what it makes.

use crate::make::{check, manifests};
use crate::{EngineError, Exporter, Work};
use helios_job::shell_command;
use std::fmt::Write as _;

pub(crate) struct Ninja;

impl Exporter for Ninja {
    fn file_name(&self) -> &'static str {
        "build.ninja"
    }

    fn export(&self, work: &Work) -> Result<String, EngineError> {
        let manifests = manifests(work, "ninja")?;
        let mut text = format!(
            "# Job {}: `ninja -k 0`, also with -C from elsewhere. What is there already is kept.\n\
             # A chunk is made when its manifest is there; `ninja check` looks at the bytes too, and makes damaged ones again.\n\
             rule run\n  command = $words\n  description = $what\n",
            work.job.job_id
        );
        // Ninja makes again what it does not remember to have made; a chunk that is whole is left as it is by its command.
        for (partition, name) in work.job.partitions.iter().zip(&manifests) {
            let words = command(&work.chunk_argv(&partition.id.to_string()))?;
            let _ = write!(text, "\nbuild {name}: run\n  words = {words}\n  what = chunk {}\n", partition.id);
        }
        // `merged` and `check` are no files: they are made each time.
        let _ = write!(
            text,
            "\nbuild merged: run | {}\n  words = {}\n  what = merge\n\nbuild check: run\n  words = {}\n  what = check\n\
             \ndefault merged\n",
            manifests.join(" "),
            command(&work.merge_argv())?,
            command(&check(work))?,
        );
        Ok(text)
    }
}

/// A command as a value in Ninja's file.
fn command(argv: &[String]) -> Result<String, EngineError> {
    let words = shell_command(argv);
    if words.contains('\n') {
        let why = "ninja takes no command of several lines: use paths without line breaks";
        return Err(EngineError::Refused(why.to_owned()));
    }
    Ok(words.replace('$', "$$"))
}
