//! A job with all its files in one folder, which renders on any machine that has helios, a browser and FFmpeg.

use crate::inputs::Sums;
use crate::scratch::{self, JOB};
use crate::{RunnerError, output};
use helios_job::{FrameRange, InputFile, JobConfig, JobSpec};
use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use tokio_util::sync::CancellationToken;

/// What a page's folder may hold: more than that is somebody's home, and not a page's.
const MOST_FILES: usize = 20_000;
const MOST_BYTES: u64 = 8 << 30;

/// Writes the bundle of `job` to the new or empty folder `dir`: `job.json`, `page/`, `fonts/`, captions, `audio/`. Returns the job as it
/// is in there. Blocks.
///
/// # Errors
/// [`RunnerError`] for a folder that holds something, and a page whose folder is no page's. There is no bundle then.
pub fn write_bundle(job: &JobSpec, dir: &Path, cancel: &CancellationToken) -> Result<JobSpec, RunnerError> {
    let dir = std::path::absolute(dir).map_err(RunnerError::io("find", dir))?;
    let is_empty = || fs::read_dir(&dir).is_ok_and(|mut entries| entries.next().is_none());
    if dir.exists() && !is_empty() {
        return Err(RunnerError::output(&dir, "a bundle needs a folder of its own: name a new one"));
    }
    let parent = output::folder(&dir);
    fs::create_dir_all(parent).map_err(RunnerError::io("create", parent))?;
    let folder = tempfile::Builder::new().prefix(".helios-bundle-").tempdir_in(parent);
    let folder = folder.map_err(RunnerError::io("create a folder in", parent))?;
    let mut bundle = Bundle { root: folder.path(), out: &dir, cancel, files: Vec::new() };
    let config = bundle.fill(&job.config)?;
    let inputs = bundle.inputs()?;
    let ranges: Vec<FrameRange> = job.partitions.iter().map(|partition| partition.range()).collect();
    let output = bundled_output(&job.merge.output)?;
    let job = JobSpec::new(config, &ranges, &output, inputs, &job.versions.helios);
    let file = folder.path().join(JOB);
    fs::write(&file, job.to_text()).map_err(RunnerError::io("write", &file))?;
    // Others may read it, as any other folder; temporary ones are private.
    use std::os::unix::fs::PermissionsExt as _;
    let _ = fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755));
    if dir.exists() {
        fs::remove_dir(&dir).map_err(RunnerError::io("replace", &dir))?;
    }
    fs::rename(folder.path(), &dir).map_err(RunnerError::io("write", &dir))?;
    // It is in its place now, and nothing is left to remove.
    let _ = folder.keep();
    Ok(job)
}

/// The output lies in the bundle. Pictures have a folder of their own, which stays.
fn bundled_output(output: &str) -> Result<String, RunnerError> {
    let path = Path::new(output);
    let keep = if output::place(path) == path { 1 } else { 2 };
    let parts: Vec<_> = path.components().rev().take(keep).collect();
    let name: PathBuf = parts.into_iter().rev().collect();
    let utf8 = || RunnerError::output(path, "the path is not valid UTF-8");
    Ok(name.to_str().ok_or_else(utf8)?.to_owned())
}

struct Bundle<'a> {
    root: &'a Path,
    /// What must not be copied into itself.
    out: &'a Path,
    cancel: &'a CancellationToken,
    /// Names of the files in it.
    files: Vec<String>,
}

impl Bundle<'_> {
    /// Copies what `config` names. Returns it with the new names.
    fn fill(&mut self, config: &JobConfig) -> Result<JobConfig, RunnerError> {
        let mut config = config.clone();
        if !config.input.contains("://") {
            config.input = self.page(Path::new(&config.input))?;
        }
        if let Some(captions) = &mut config.captions {
            captions.file = self.file(Path::new(&captions.file), "captions")?;
        }
        if let Some(fonts) = &mut config.fonts {
            self.tree(Path::new(fonts), "fonts", &format!("--fonts {fonts}"))?;
            *fonts = "fonts".to_owned();
        }
        for (index, track) in config.sound.tracks.iter_mut().enumerate() {
            if !track.is_url() {
                track.file = self.file(Path::new(&track.file), &format!("audio/{index}"))?;
            }
        }
        Ok(config)
    }

    /// Copies the page with its folder, which it may load from.
    fn page(&mut self, input: &Path) -> Result<String, RunnerError> {
        let is_folder = input.is_dir();
        let root = if is_folder { input } else { output::folder(input) };
        self.tree(root, "page", &input.display().to_string())?;
        let name = if is_folder { None } else { input.file_name().and_then(|name| name.to_str()) };
        Ok(name.map_or("page".to_owned(), |name| format!("page/{name}")))
    }

    /// Copies a folder to the new one `name`. `given` is what asked for it.
    fn tree(&mut self, root: &Path, name: &str, given: &str) -> Result<(), RunnerError> {
        let root = root.canonicalize().map_err(RunnerError::io("find", root))?;
        let mut bytes = 0;
        let mut folders = vec![PathBuf::new()];
        while let Some(relative) = folders.pop() {
            let folder = root.join(&relative);
            let entries = fs::read_dir(&folder).map_err(RunnerError::io("read", &folder))?;
            for entry in entries {
                let file = entry.map_err(RunnerError::io("read", &folder))?.file_name();
                let path = root.join(&relative).join(&file);
                // As the built-in server has it: links are followed as long as they stay inside.
                let Ok(real) = path.canonicalize() else { continue };
                let hidden = file.to_str().is_none_or(|file| file.starts_with('.'));
                if hidden || !real.starts_with(&root) || real.starts_with(self.out) {
                    continue;
                }
                if real.is_dir() {
                    // A link to a folder above would never end.
                    if !path.is_symlink() {
                        folders.push(relative.join(&file));
                    }
                    continue;
                }
                bytes += real.metadata().map_or(0, |found| found.len());
                if self.files.len() >= MOST_FILES || bytes > MOST_BYTES {
                    return Err(RunnerError::Input {
                        given: given.to_owned(),
                        why: format!(
                            "its folder {} has more than {MOST_FILES} files or {} GB, all of which would be in the bundle: \
                             put the {name} in a folder of its own",
                            root.display(),
                            MOST_BYTES >> 30
                        ),
                    });
                }
                self.copy(&real, &Path::new(name).join(&relative).join(&file))?;
            }
        }
        Ok(())
    }

    /// Copies a file to `name` with its own extension.
    fn file(&mut self, from: &Path, name: &str) -> Result<String, RunnerError> {
        let extension = from.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        let name = format!("{name}.{extension}").trim_end_matches('.').to_owned();
        self.copy(from, Path::new(&name))?;
        Ok(name)
    }

    fn copy(&mut self, from: &Path, name: &Path) -> Result<(), RunnerError> {
        if self.cancel.is_cancelled() {
            return Err(RunnerError::Cancelled);
        }
        let to = self.root.join(name);
        let folder = output::folder(&to);
        fs::create_dir_all(folder).map_err(RunnerError::io("create", folder))?;
        fs::copy(from, &to).map_err(RunnerError::io("copy", from))?;
        let utf8 = || RunnerError::output(from, "the path is not valid UTF-8");
        self.files.push(name.to_str().ok_or_else(utf8)?.to_owned());
        Ok(())
    }

    fn inputs(&mut self) -> Result<Vec<InputFile>, RunnerError> {
        self.files.sort();
        let mut sums = Sums::default();
        let one = |name: &String| {
            let sum = sums.of(&self.root.join(name), self.cancel);
            sum.map(|sha256| InputFile { path: name.clone(), sha256 })
        };
        let inputs: Vec<InputFile> = self.files.iter().filter_map(one).collect();
        if inputs.len() < self.files.len() { Err(RunnerError::Cancelled) } else { Ok(inputs) }
    }
}

/// What is left in `dir` of the work on a job, its output not included: chunks, their manifests and sounds, journals, parts. Removes
/// them and returns their names.
pub fn clean_job(job: &JobSpec, dir: &Path) -> Result<Vec<String>, RunnerError> {
    let entries = fs::read_dir(dir).map_err(RunnerError::io("read", dir))?;
    let names = entries.flatten().filter_map(|entry| entry.file_name().into_string().ok());
    let names = work_of(job, names);
    names.iter().for_each(|name| scratch::remove(&dir.join(name)));
    Ok(names)
}

/// Those of `names`, in a job's folder, that the work on the job has left, its output not included; sorted.
pub fn work_of(job: &JobSpec, names: impl Iterator<Item = String>) -> Vec<String> {
    let chunks: Vec<&Path> =
        job.partitions.iter().map(|partition| Path::new(&partition.output_file)).collect();
    let stems: HashSet<&str> = chunks.iter().filter_map(|chunk| chunk.file_stem()?.to_str()).collect();
    let files: HashSet<&str> = chunks.iter().filter_map(|chunk| chunk.to_str()).collect();
    let ours = |name: &str| {
        let of_chunk = name.match_indices('.').any(|(at, _)| {
            let (stem, rest) = (&name[..at], &name[at + 1..]);
            let ours = rest == "json" || rest.starts_with("sound_") || rest.ends_with(".part");
            ours && stems.contains(stem)
        });
        is_journal(name) || name == CANCELLED || files.contains(name) || of_chunk
    };
    let mut names: Vec<String> = names.filter(|name| ours(name) && name != JOB).collect();
    names.sort();
    names
}

/// The file that asks everybody who works on a job to stop.
pub const CANCELLED: &str = "cancelled";

/// Whether a file is a journal of a run or of some chunks.
pub fn is_journal(name: &str) -> bool {
    name.starts_with("journal") && name.ends_with(".jsonl")
}
