//! A job file on this machine: read, its names of files made into paths, its inputs compared with what it was planned with.

use crate::inputs::Sums;
use crate::path_map::Finder;
use crate::{PathMap, RunnerError};
use helios_job::{InputFile, JobSpec};
use std::path::{Path, PathBuf};
use tokio_util::sync::CancellationToken;

/// A job that can be executed here.
#[derive(Debug, Clone)]
pub struct JobFile {
    /// With the paths of this machine.
    pub job: JobSpec,
    /// As it is in the file.
    pub written: JobSpec,
    /// The file, absolute.
    pub path: PathBuf,
    /// The folder of the chunks, absolute.
    pub dir: PathBuf,
}

impl JobFile {
    /// Reads the job file at `path`. Its chunks are in `dir`, or beside it.
    ///
    /// # Errors
    /// [`RunnerError::JobFile`].
    pub fn read(path: &Path, dir: Option<&Path>, maps: &[PathMap]) -> Result<JobFile, RunnerError> {
        let refused = |why: String| RunnerError::JobFile { path: path.to_owned(), why };
        let bytes = std::fs::read(path).map_err(|error| refused(error.to_string()))?;
        let text = String::from_utf8(bytes).map_err(|_| refused("it is not text in UTF-8".to_owned()))?;
        let written = JobSpec::parse(&text).map_err(|error| refused(error.to_string()))?;
        let path = std::path::absolute(path).map_err(|error| refused(error.to_string()))?;
        let home = path.parent().unwrap_or(Path::new("/")).to_owned();
        let dir = match dir {
            Some(dir) => std::path::absolute(dir).map_err(|error| refused(error.to_string()))?,
            None => home.clone(),
        };
        let job = resolved(written.clone(), &Finder { folder: home, maps: maps.to_vec() })?;
        Ok(JobFile { job, written, path, dir })
    }

    /// Compares the inputs with what they were when the job was planned. Blocks.
    ///
    /// # Errors
    /// [`RunnerError::Inputs`] names all that are missing or others.
    pub fn check_inputs(&self, cancel: &CancellationToken) -> Result<(), RunnerError> {
        let mut sums = Sums::default();
        let wrong = |input: &InputFile| {
            let path = Path::new(&input.path);
            match sums.of(path, cancel) {
                Some(sum) if sum == input.sha256 => None,
                Some(sum) => {
                    Some(format!("{}: its SHA-256 is {sum}, the job says {}", input.path, input.sha256))
                }
                None if path.exists() => Some(format!("{}: it cannot be read", input.path)),
                None => Some(format!("{}: there is no such file", input.path)),
            }
        };
        let problems: Vec<String> = self.job.inputs.iter().filter_map(wrong).collect();
        match (cancel.is_cancelled(), problems.is_empty()) {
            (true, _) => Err(RunnerError::Cancelled),
            (false, true) => Ok(()),
            (false, false) => Err(RunnerError::Inputs { job_id: self.job.job_id.clone(), problems }),
        }
    }

    /// Where the merged file goes.
    pub fn output(&self) -> PathBuf {
        self.dir.join(&self.job.merge.output)
    }
}

fn resolved(mut job: JobSpec, finder: &Finder) -> Result<JobSpec, RunnerError> {
    if !job.config.input.contains("://") {
        job.config.input = finder.text(&job.config.input)?;
    }
    if let Some(captions) = &mut job.config.captions {
        captions.file = finder.text(&captions.file)?;
    }
    if let Some(fonts) = &mut job.config.fonts {
        *fonts = finder.text(fonts)?;
    }
    for track in job.config.sound.tracks.iter_mut().filter(|track| !track.is_url()) {
        track.file = finder.text(&track.file)?;
    }
    for input in &mut job.inputs {
        input.path = finder.text(&input.path)?;
    }
    Ok(job)
}
