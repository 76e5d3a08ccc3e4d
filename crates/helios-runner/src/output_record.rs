//! The record of a job's output: a small hidden file beside it that says of which job it is, and how large. It is written when the output
//! is in its place, and asked instead of the output's name, under which an earlier render may lie. Nothing is decoded here.

use crate::output::{pattern, place, sizes, write_whole};
use crate::scratch::hidden;
use crate::{JobFile, RenderOptions, RunnerError};
use helios_job::{JobSpec, Trouble};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// The value of `schema` in a record of this version.
const SCHEMA: &str = "helios.output/1";

/// What a record says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OutputRecord {
    schema: String,
    job_id: String,
    /// As counted when it was joined.
    frames: u32,
    /// Of the file, or of all pictures.
    bytes: u64,
}

impl OutputRecord {
    /// Where the record of an output lies: beside the file, or beside the folder of pictures, which holds nothing else.
    pub fn path_of(output: &Path) -> PathBuf {
        let place = place(output);
        place.with_file_name(hidden(place, "helios.json"))
    }

    /// What is wrong with the output of `job`, if anything is, by the text of its record and the bytes of each of its files.
    pub fn trouble(job: &JobSpec, record: Option<&[u8]>, files: &[u64]) -> Option<(Trouble, String)> {
        if files.is_empty() {
            return Some((Trouble::Missing, "there is no such file".to_owned()));
        }
        let read = record.and_then(|text| serde_json::from_slice::<OutputRecord>(text).ok());
        let Some(record) = read.filter(|record| record.schema == SCHEMA) else {
            let why = "no record beside it says of which job it is, so an earlier render may have made it";
            return Some((Trouble::Unfinished, why.to_owned()));
        };
        let OutputRecord { job_id, frames, bytes, .. } = record;
        if job_id != job.job_id {
            return Some((Trouble::Foreign, format!("it belongs to job {job_id}, this is {}", job.job_id)));
        }
        let (found, total) = (files.iter().sum::<u64>(), job.config.total_frames);
        let of_size = |found: u64, meant: u64, what: &str| {
            let trouble = if found < meant { Trouble::Truncated } else { Trouble::Corrupt };
            (found != meant).then(|| (trouble, format!("it has {found} {what} instead of {meant}")))
        };
        let pictures = pattern(Path::new(&job.merge.output)).is_some();
        of_size(frames.into(), total.into(), "frames")
            .or_else(|| of_size(files.len() as u64, total.into(), "pictures").filter(|_| pictures))
            .or_else(|| of_size(found, bytes, "bytes"))
    }
}

impl JobFile {
    /// What is wrong with the output, if anything is: it is not there, or is not what this job has made. Blocks.
    pub fn output_trouble(&self) -> Option<(Trouble, String)> {
        let output = self.output();
        let record = std::fs::read(OutputRecord::path_of(&output)).ok();
        OutputRecord::trouble(&self.job, record.as_deref(), &sizes(&output).unwrap_or_default())
    }
}

/// Records an output that is in its place, when it is that of a job: not a chunk, which has a manifest, and not what nobody has given a
/// job's id.
pub(crate) fn record(
    options: &RenderOptions,
    output: &Path,
    (frames, bytes): (u32, u64),
) -> Result<(), RunnerError> {
    let (Some(job_id), None) = (&options.job_id, options.chunk) else { return Ok(()) };
    let record = OutputRecord { schema: SCHEMA.to_owned(), job_id: job_id.clone(), frames, bytes };
    let path = OutputRecord::path_of(output);
    // Nothing in it can fail: no maps, no foreign types.
    let text = serde_json::to_string_pretty(&record).unwrap_or_default() + "\n";
    write_whole(&path, text.as_bytes()).map_err(RunnerError::io("write", &path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        let name = |output: &str| OutputRecord::path_of(Path::new(output)).display().to_string();
        assert_eq!(name("film.mp4"), ".film.mp4.helios.json");
        assert_eq!(name("/films/a b.mp4"), "/films/.a b.mp4.helios.json");
        assert_eq!(name("out/frames/%05d.png"), "out/.frames.helios.json");
        assert_eq!(name("frames/%05d.png"), ".frames.helios.json");
        assert!(name(&"é".repeat(125)).len() < 200, "no name is too long for a file system");
    }
}
