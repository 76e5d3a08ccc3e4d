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
        let mut text = format!(
            "# Job {}: `make -j4 -k`, also with -f and -C from elsewhere. What is there already is kept.\n\
             # A chunk is made when its manifest is there; `make check` looks at the bytes too, and makes damaged ones again.\n\
             .PHONY: all check\nall: merged\n",
            work.job.job_id
        );
        let mut manifests = Vec::new();
        for partition in &work.job.partitions {
            let manifest = ChunkManifest::path_of(Path::new(&partition.output_file));
            let name = manifest.to_string_lossy().into_owned();
            if !name.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c)) {
                let why = format!("make takes no file name such as {name:?}: use letters, digits, and . _ -");
                return Err(EngineError::Refused(why));
            }
            let command = recipe(&work.chunk_argv(&partition.id.to_string()));
            let _ = write!(text, "\n{name}:\n\t{command}\n");
            manifests.push(name);
        }
        let merge = recipe(&work.merge_argv());
        let mut run = vec![work.settings.helios.clone()];
        run.extend(["job", "run", &work.file, "--keep-chunks"].map(str::to_owned));
        let _ = write!(
            text,
            "\n.PHONY: merged\nmerged: {}\n\t{merge}\n\ncheck:\n\t{}\n",
            manifests.join(" "),
            recipe(&run)
        );
        Ok(text)
    }
}

/// A command as a line of a Makefile.
fn recipe(argv: &[String]) -> String {
    shell_command(argv).replace('$', "$$")
}
