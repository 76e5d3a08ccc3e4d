//! GNU parallel: a shell script, here or on the machines of a file with ssh logins. The same script goes on where it stopped.

use crate::{EngineError, Exporter, Work};
use helios_job::{shell_command, shell_quote};

pub(crate) struct Parallel;

impl Exporter for Parallel {
    fn file_name(&self) -> &'static str {
        "render.sh"
    }

    fn export(&self, work: &Work) -> Result<String, EngineError> {
        // parallel puts the index behind the command; the words before it are quoted for the shell that it starts.
        let mut words = work.chunk_argv("{}");
        let tail = words.split_off(5);
        words.pop();
        let render = format!("{} {{}} {}", shell_command(&words), shell_command(&tail));
        if render.matches("{}").count() != 1 {
            let why = "GNU parallel takes {} for the index of a chunk: use paths without it";
            return Err(EngineError::Refused(why.to_owned()));
        }
        let jobs = work.settings.parallel.map_or("--jobs 1".to_owned(), |most| format!("--jobs {most}"));
        let chunks: Vec<String> = work.chunks.iter().map(u32::to_string).collect();
        Ok(format!(
            "#!/bin/sh\n\
             # Renders the chunks of job {id} with GNU parallel, and joins them. Run it again to go on.\n\
             # On other machines: HOSTS=file (lines as --sshloginfile has them); {see}.\n\
             set -u\n\
             {cd}\
             hosts() {{ [ -z \"${{HOSTS-}}\" ] || printf '%s\\n' --sshloginfile \"$HOSTS\"; }}\n\
             # shellcheck disable=SC2046 # two words or none\n\
             parallel {jobs} --retries 2 --joblog {log} $(hosts) \\\n  \
             {render} \\\n  \
             ::: {chunks}\n\
             # What is missing is named by the merge, whatever parallel says.\n\
             exec {merge}\n",
            id = work.job.job_id,
            // A relative path is meant from where the script is started; object storage is no folder.
            cd = match work.dir.starts_with('/') {
                true => format!("cd -- {} || exit 64\n", shell_quote(&work.dir)),
                false => String::new(),
            },
            see = match work.is_away() {
                true => "all have the settings of the storage (AWS_ACCESS_KEY_ID, …)",
                false => "all see the folder under the same path",
            },
            log = shell_quote(&format!("{}.joblog", work.name())),
            render = shell_quote(&render),
            chunks = chunks.join(" "),
            merge = work.merge_command(),
        ))
    }
}
