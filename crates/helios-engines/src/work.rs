//! What is to be done, in the words that all engines share: the commands of chunks and merge.

use helios_job::{JobSpec, shell_command};

/// A job and where its file is for those who do the work.
#[derive(Debug, Clone)]
pub struct Work<'a> {
    /// The job.
    pub job: &'a JobSpec,
    /// Path of the job file on the machines that work, or its address on object storage.
    pub file: String,
    /// Folder of the chunks on those machines, or of the objects.
    pub dir: String,
    /// The chunks to render, at least one, in order.
    pub chunks: Vec<u32>,
    /// How.
    pub settings: Settings,
}

/// What an engine is told besides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The program helios on the machines that work.
    pub helios: String,
    /// How many chunks may be rendered at a time; no limit of ours without.
    pub parallel: Option<u32>,
    /// How often a chunk is tried again within its task.
    pub retries: u32,
    /// The container image, for engines that run one.
    pub image: String,
    /// Further arguments: for Slurm, those of `sbatch`.
    pub options: Vec<String>,
    /// What is said to each helios besides, such as `--path-map`.
    pub helios_args: Vec<String>,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            helios: "helios".to_owned(),
            parallel: None,
            retries: 2,
            image: "helios:latest".to_owned(),
            options: Vec::new(),
            helios_args: Vec::new(),
        }
    }
}

impl Work<'_> {
    /// The command of a chunk, whose index the engine puts in the place of `index`.
    pub fn chunk_argv(&self, index: &str) -> Vec<String> {
        self.chunk_argv_for(&self.file, index)
    }

    /// The same for a job file in another place.
    pub fn chunk_argv_for(&self, file: &str, index: &str) -> Vec<String> {
        let retries = self.settings.retries.to_string();
        let words = [self.settings.helios.as_str(), "job", "run-chunk", file, index, "--retries", &retries];
        words.map(str::to_owned).into_iter().chain(self.settings.helios_args.iter().cloned()).collect()
    }

    /// The command that joins.
    pub fn merge_argv(&self) -> Vec<String> {
        self.merge_argv_for(&self.file)
    }

    /// The same for a job file in another place.
    pub fn merge_argv_for(&self, file: &str) -> Vec<String> {
        let words = [self.settings.helios.as_str(), "job", "merge", file];
        words.map(str::to_owned).into_iter().chain(self.settings.helios_args.iter().cloned()).collect()
    }

    /// The same for a shell.
    pub fn merge_command(&self) -> String {
        shell_command(&self.merge_argv())
    }

    /// The job's name for an engine, of characters that all of them take.
    pub fn name(&self) -> String {
        format!("helios-{}", self.job.job_id.to_ascii_lowercase().replace(['_', '.'], "-"))
    }

    /// Whether the job is on object storage: the machines that work share no folder then.
    pub fn is_away(&self) -> bool {
        self.file.contains("://")
    }

    /// Whether all chunks of the job are to be rendered.
    pub fn is_all(&self) -> bool {
        self.chunks.len() == self.job.partitions.len()
    }
}

/// Chunks as `1,3-5`.
pub(crate) fn ranges(chunks: &[u32]) -> String {
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for &chunk in chunks {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == chunk => *last = chunk,
            _ => runs.push((chunk, chunk)),
        }
    }
    let word = |(first, last): &(u32, u32)| match first == last {
        true => first.to_string(),
        false => format!("{first}-{last}"),
    };
    runs.iter().map(word).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::ranges;

    #[test]
    fn chunks_in_short() {
        assert_eq!(ranges(&[0]), "0");
        assert_eq!(ranges(&[0, 1, 2, 5, 7, 8]), "0-2,5,7-8");
        assert_eq!(ranges(&[]), "");
    }
}
