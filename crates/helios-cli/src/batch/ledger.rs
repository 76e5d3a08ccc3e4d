//! Which rows are done: a line for each finished output, in a file beside the outputs. `--resume` believes a line only as far as the
//! output and every file that the page was given are what they were.

use super::plan::Job;
use helios_job::{FramePattern, Sha256Sum};
use helios_runner::{RenderReport, digest_of_file};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use tokio_util::sync::CancellationToken;

/// How it is called.
const NAME: &str = ".helios-batch.jsonl";

/// One row that is done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Done {
    /// Its output, as `--output` names it.
    pub output: PathBuf,
    /// What was asked: [`Job::request`].
    request: String,
    /// Its frames.
    pub frames: u32,
    /// Its bytes.
    pub bytes: u64,
    /// The output, or each picture of it, and what the page was given.
    files: BTreeMap<PathBuf, Sha256Sum>,
}

impl Done {
    /// What is to be remembered of a row. Reads all files.
    pub fn of(job: &Job, report: &RenderReport) -> io::Result<Done> {
        let mut paths: BTreeSet<PathBuf> =
            report.chunks.iter().flat_map(|chunk| chunk.files.iter().map(PathBuf::from)).collect();
        paths.extend(report.job.inputs.iter().map(|input| PathBuf::from(&input.path)));
        let config = &report.job.config;
        match FramePattern::of(&report.output) {
            Ok(pattern) if report.output.to_string_lossy().contains('%') => {
                let frames = config.start_frame..config.start_frame.saturating_add(config.total_frames);
                paths.extend(frames.map(|frame| pattern.folder().join(pattern.name(frame))));
            }
            _ => drop(paths.insert(report.output.clone())),
        }
        let files = paths.into_iter().filter(|path| path.is_absolute());
        let files = files.map(|path| Ok((path.clone(), digest(&path)?))).collect::<io::Result<_>>()?;
        let (output, request) = (job.output.clone(), job.request.clone());
        Ok(Done { output, request, frames: report.frames, bytes: report.bytes, files })
    }

    /// Why the row must be rendered again, if it must. Reads all files.
    pub fn outdated(&self, job: &Job) -> Option<String> {
        if self.request != job.request {
            return Some("something else was asked then".to_owned());
        }
        self.files.iter().find_map(|(path, then)| match digest(path) {
            Ok(now) if now == *then => None,
            Ok(_) => Some(format!("{} has changed", path.display())),
            Err(error) => Some(format!("{}: {error}", path.display())),
        })
    }
}

fn digest(path: &Path) -> io::Result<Sha256Sum> {
    let found = digest_of_file(path, &CancellationToken::new())?;
    found.map(|(sum, _)| sum).ok_or_else(|| io::ErrorKind::Interrupted.into())
}

/// The file, open for more lines.
#[derive(Debug)]
pub struct Ledger {
    file: File,
}

impl Ledger {
    /// Opens that of `folder`, and says what it knows: the last word about each output. Lines that are damaged, as the last one of a
    /// batch that was killed, are passed over.
    pub fn open(folder: &Path) -> io::Result<(Ledger, HashMap<PathBuf, Done>)> {
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        std::fs::create_dir_all(folder)?;
        let path = folder.join(NAME);
        let bytes = match std::fs::read(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            read => read?,
        };
        let text = String::from_utf8_lossy(&bytes);
        let lines = text.lines().filter_map(|line| serde_json::from_str::<Done>(line).ok());
        let known = lines.map(|done| (done.output.clone(), done)).collect();
        let mut file = OpenOptions::new().create(true).append(true).open(&path)?;
        if !text.is_empty() && !text.ends_with('\n') {
            file.write_all(b"\n")?;
        }
        Ok((Ledger { file }, known))
    }

    /// Adds a line, which is on the disk when this returns.
    pub fn add(&mut self, done: &Done) -> io::Result<()> {
        let mut line = serde_json::to_string(done)?;
        line.push('\n');
        self.file.write_all(line.as_bytes())?;
        self.file.sync_data()
    }
}
