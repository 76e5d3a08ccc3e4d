//! Where the files of an execution are: the folder beside the output that belongs to one render, or the folder of a job. Here it
//! is decided what of an earlier run can be gone on with, and said why not.

use crate::path_map::Finder;
use crate::scratch::{JOB, JOURNAL, Keep, Scratch};
use crate::{RenderOptions, RunnerError, output};
use helios_job::{JobSpec, Level};
use std::path::{Path, PathBuf};

/// The folders of one execution.
#[derive(Debug)]
pub(crate) struct Site {
    /// Beside the output: what is being joined and, unless the job has its own folder, the chunks.
    pub(crate) scratch: Scratch,
    /// Where the chunks are.
    pub(crate) chunks: PathBuf,
    /// Where the journal is.
    pub(crate) journal: PathBuf,
    /// Whether chunks are in the folder of a job, where others work too.
    pub(crate) shared: bool,
    /// Whether chunks get manifests.
    pub(crate) recorded: bool,
    /// Whether chunks may be there already.
    pub(crate) resumed: bool,
}

/// What is to be said about an earlier run.
pub(crate) type Remarks = Vec<(Level, String)>;

impl Site {
    /// The folder of a render of `job` to `target`. With `options.resume` it may hold chunks, and the job is then cut as theirs
    /// was.
    pub(crate) fn of_render(
        job: JobSpec,
        target: &Path,
        options: &RenderOptions,
    ) -> Result<(JobSpec, Site, Remarks), RunnerError> {
        let place = output::place(target);
        let recorded = options.resume || options.keep_chunks || options.resumable && job.partitions.len() > 1;
        let (mut scratch, mut job, mut remarks) = (Scratch::open(place, &job.job_id)?, job, Vec::new());
        let mut resumed = false;
        if options.resume {
            match before(&scratch) {
                Some(old) => (job, resumed) = recut(job, old, options, &mut remarks),
                None => remarks.extend(why_anew(&job, place)),
            }
        }
        scratch.tidy(resumed)?;
        if options.resumable || options.keep_chunks || options.resume {
            scratch.keep(Keep::Chunks);
        }
        if recorded {
            let file = scratch.file(JOB);
            std::fs::write(&file, job.to_text()).map_err(RunnerError::io("write", &file))?;
        }
        let chunks = scratch.path().to_owned();
        let journal = scratch.file(JOURNAL);
        let site = Site { scratch, chunks, journal, shared: false, recorded, resumed };
        Ok((job, site, remarks))
    }

    /// The folder `dir` of a job, whose chunks lie there under the names that its commands give them.
    pub(crate) fn of_job(job: &JobSpec, dir: &Path, target: &Path) -> Result<Site, RunnerError> {
        let chunks = std::path::absolute(dir).map_err(RunnerError::io("find", dir))?;
        std::fs::create_dir_all(&chunks).map_err(RunnerError::io("create", &chunks))?;
        let scratch = Scratch::create(output::place(target), &job.job_id)?;
        let journal = chunks.join(JOURNAL);
        Ok(Site { scratch, chunks, journal, shared: true, recorded: true, resumed: true })
    }

    /// The same for chunks that are not joined here. Whoever renders them has a journal of its own: on a shared file system, lines
    /// of two machines in one file may be lost.
    pub(crate) fn of_chunks(job: &JobSpec, ids: &[u32], dir: &Path) -> Result<Site, RunnerError> {
        let names = ids.iter().map(u32::to_string).collect::<Vec<_>>().join("-");
        let names = &names[..names.len().min(40)];
        let mut site = Site::of_job(job, dir, &dir.join(format!("chunks {names}")))?;
        site.journal = site.chunks.join(format!("journal-{names}.jsonl"));
        Ok(site)
    }

    /// Where a chunk is.
    pub(crate) fn chunk(&self, name: &str) -> PathBuf {
        self.chunks.join(name)
    }

    /// Finds what manifests name.
    pub(crate) fn finder(&self, options: &RenderOptions) -> Finder {
        Finder { folder: self.chunks.clone(), maps: options.path_map.clone() }
    }

    /// The unfinished output: its extension is that of the output, because it says which container is meant.
    pub(crate) fn unfinished(&self, target: &Path) -> PathBuf {
        unfinished(&self.scratch, target)
    }
}

/// See [`Site::unfinished`].
pub(crate) fn unfinished(scratch: &Scratch, target: &Path) -> PathBuf {
    if output::place(target) != target {
        return scratch.file("merged").join(target.file_name().unwrap_or_default());
    }
    scratch.file("merged").with_extension(target.extension().unwrap_or_default())
}

/// The job that a folder is about.
fn before(scratch: &Scratch) -> Option<JobSpec> {
    JobSpec::parse(&std::fs::read_to_string(scratch.file(JOB)).ok()?).ok()
}

/// The job cut as it was before, unless another size of chunks is asked for. Whether chunks may be gone on with.
fn recut(job: JobSpec, old: JobSpec, options: &RenderOptions, remarks: &mut Remarks) -> (JobSpec, bool) {
    let differences = job.differences(&old);
    if !differences.is_empty() || crate::plan::check(&old).is_err() {
        remarks.push((Level::Warn, anew(&differences)));
        return (job, false);
    }
    if job.partitions == old.partitions {
        return (job, true);
    }
    let (was, is) = (old.partitions.len(), job.partitions.len());
    if options.chunk_frames.is_some() {
        let why = format!("chunks were {was} and are {is}");
        remarks.push((Level::Warn, anew(&[why])));
        return (job, false);
    }
    remarks.push((Level::Info, format!("Going on with {was} chunks, as the earlier render was cut")));
    (JobSpec { partitions: old.partitions, merge: old.merge, ..job }, true)
}

fn anew(differences: &[String]) -> String {
    let why =
        if differences.is_empty() { "its job file is damaged".to_owned() } else { differences.join(", ") };
    format!("The earlier render cannot be gone on with: {why}. Everything is rendered anew")
}

/// Why nothing is there to go on with: other renders to the same output are compared with this one.
fn why_anew(job: &JobSpec, place: &Path) -> Remarks {
    let others = Scratch::others(place, &job.job_id);
    let why = |path: &PathBuf| {
        let old = JobSpec::parse(&std::fs::read_to_string(path.join(JOB)).ok()?).ok()?;
        let differences = job.differences(&old);
        let text = format!("{}. The chunks in {} stay there", anew(&differences), path.display());
        (!differences.is_empty()).then_some((Level::Warn, text))
    };
    let told: Remarks = others.iter().filter_map(why).collect();
    if told.is_empty() {
        return vec![(
            Level::Info,
            "There is no earlier render to go on with: everything is rendered".to_owned(),
        )];
    }
    told
}
