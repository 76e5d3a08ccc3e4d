//! make: a target for each chunk and one that joins. `make -j8 -k` renders what is missing; a chunk's manifest is its target.

use crate::{EngineError, Exporter, Work};
use helios_job::{ChunkManifest, shell_command};
use std::fmt::Write as _;
use std::path::Path;

pub(crate) struct Make;

impl Exporter for Make {
    fn file_name(&self) -> &'static str {
        "Makefile"
    }

    fn export(&self, work: &Work) -> Result<String, EngineError> {
        let manifests = manifests(work, "make")?;
        let mut text = format!(
            "# Job {}: `make -j4 -k`, also with -f and -C from elsewhere. What is there already is kept.\n\
             # A chunk is made when its manifest is there; `make check` looks at the bytes too, and makes damaged ones again.\n\
             .PHONY: all check\nall: merged\n",
            work.job.job_id
        );
        for (partition, name) in work.job.partitions.iter().zip(&manifests) {
            let command = recipe(&work.chunk_argv(&partition.id.to_string()));
            let _ = write!(text, "\n{name}:\n\t{command}\n");
        }
        let merge = recipe(&work.merge_argv());
        let _ = write!(
            text,
            "\n.PHONY: merged\nmerged: {}\n\t{merge}\n\ncheck:\n\t{}\n",
            manifests.join(" "),
            recipe(&check(work))
        );
        Ok(text)
    }
}

/// The chunks' manifests, which are what a program that makes files makes.
pub(crate) fn manifests(work: &Work, program: &str) -> Result<Vec<String>, EngineError> {
    if work.is_away() {
        let why =
            format!("{program} looks at files: export the job in a folder, not the one on object storage");
        return Err(EngineError::Refused(why));
    }
    let name = |file: &String| {
        let name = ChunkManifest::path_of(Path::new(file)).to_string_lossy().into_owned();
        match name.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c)) {
            true => Ok(name),
            false => {
                let why =
                    format!("{program} takes no file name such as {name:?}: use letters, digits, and . _ -");
                Err(EngineError::Refused(why))
            }
        }
    };
    work.job.partitions.iter().map(|partition| name(&partition.output_file)).collect()
}

/// The command that looks at the bytes of all chunks, and makes damaged ones again.
pub(crate) fn check(work: &Work) -> Vec<String> {
    let run = [work.settings.helios.as_str(), "job", "run", &work.file, "--keep-chunks"];
    run.map(str::to_owned).into_iter().chain(work.settings.helios_args.iter().cloned()).collect()
}

/// A command as a line of a Makefile.
fn recipe(argv: &[String]) -> String {
    shell_command(argv).replace('$', "$$")
}
