//! The record of finished chunks: each gets its manifest as soon as it is done, on a thread beside the render, so that whatever
//! happens to the render, the chunk need not be made again.

use crate::inputs::{Sums, heard};
use crate::path_map::name_in;
use crate::record::Files;
use crate::{RenderOptions, RunnerError, digest, record, sound};
use helios_job::{ChunkManifest, ChunkReport, JobConfig, JobSpec};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// Writes manifests. Dropping it lets those be written that are on their way.
#[derive(Debug)]
pub(crate) struct Ledger {
    reports: mpsc::Sender<ChunkReport>,
    thread: JoinHandle<Vec<RunnerError>>,
}

impl Ledger {
    /// Begins to record chunks of `job` that lie in `folder`. Of the options, those count that say who cancels and who is told.
    pub(crate) fn start(job: &JobSpec, folder: &Path, options: &RenderOptions) -> Ledger {
        let (sender, reports) = mpsc::channel();
        let writer = Writer {
            job_id: job.job_id.clone(),
            files: job.partitions.iter().map(|partition| partition.output_file.clone()).collect(),
            config: job.config.for_chunks(),
            folder: folder.to_owned(),
            cancel: options.cancel.clone(),
        };
        let on_recorded = options.on_recorded.clone();
        let thread = tokio::task::spawn_blocking(move || {
            let mut sums = Sums::default();
            let write = |report: ChunkReport| {
                let chunk = report.chunk;
                let written = writer.write(report, &mut sums);
                if let (Ok(()), Some(tell)) = (&written, &on_recorded) {
                    tell(chunk);
                }
                written.err()
            };
            reports.into_iter().filter_map(write).collect()
        });
        Ledger { reports: sender, thread }
    }

    /// Takes note of a finished chunk.
    pub(crate) fn finished(&self, report: &ChunkReport) {
        // The thread lives as long as this does.
        let _ = self.reports.send(ChunkReport { spans: Vec::new(), ..report.clone() });
    }

    /// Waits for the last manifest. Returns what could not be recorded.
    pub(crate) async fn close(self) -> Vec<RunnerError> {
        drop(self.reports);
        self.thread.await.unwrap_or_default()
    }
}

struct Writer {
    job_id: String,
    files: Vec<String>,
    config: JobConfig,
    folder: PathBuf,
    cancel: CancellationToken,
}

impl Writer {
    fn write(&self, report: ChunkReport, sums: &mut Sums) -> Result<(), RunnerError> {
        let Some(name) = self.files.get(report.chunk as usize) else { return Ok(()) };
        let chunk = self.folder.join(name);
        let found = digest::of_file(&chunk, &self.cancel).map_err(RunnerError::io("read", &chunk))?;
        let digest = found.ok_or(RunnerError::Cancelled)?;
        let config = JobConfig {
            start_frame: report.range.start,
            total_frames: report.range.count,
            ..self.config.clone()
        };
        let files = report.files.iter().map(String::as_str).chain(heard(&report.sound));
        let mut inputs = sums.list(files, &self.cancel);
        inputs.iter_mut().for_each(|input| input.path = name_in(&self.folder, &input.path));
        inputs.sort_by(|a, b| a.path.cmp(&b.path));
        inputs.dedup();
        let id = (self.job_id.as_str(), report.chunk);
        let sound = sound::named(report.sound.clone(), &self.folder);
        let beside = sound::beside_sums(&sound, &self.folder, &self.cancel)?;
        match record::manifest(id, &config, &[report], digest, Files { sound, beside, inputs }) {
            Some(manifest) => record::write(&chunk, &manifest),
            None => Ok(()),
        }
    }
}

/// What a manifest says, in the words of a worker.
pub(crate) fn report_of(manifest: ChunkManifest) -> ChunkReport {
    ChunkReport {
        chunk: manifest.chunk,
        range: manifest.range(),
        attempt: manifest.attempt,
        bytes: manifest.bytes,
        capture: manifest.capture,
        versions: manifest.versions,
        frame_hashes: manifest.frame_hashes.values,
        times: Default::default(),
        spans: Vec::new(),
        sound: manifest.sound,
        files: manifest.inputs.into_iter().map(|input| input.path).collect(),
    }
}
