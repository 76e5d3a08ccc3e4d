//! Chunks on disk against their manifests: which are whole, and whether they make one video. Reads files; decodes nothing.

use crate::output::folder;
use crate::path_map::Finder;
use crate::{PathMap, RunnerError, digest, sound};
use helios_job::{
    ChunkManifest, ChunkProblem, Expected, Fps, InputFile, JobError, JobSpec, Link, Partition, Sha256Sum,
    SoundTimeline, Trouble, check_sequence, maker_differences,
};
use std::io;
use std::path::{Path, PathBuf};
use tokio_util::sync::CancellationToken;

/// What a chunk's place holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChunkFound {
    /// The file that its manifest describes.
    Whole(Box<ChunkManifest>),
    /// A file, and no manifest beside it.
    Bare,
    /// Nothing that can be used.
    Bad(Trouble, String),
}

impl ChunkFound {
    /// Looks at a chunk: reads it from end to end when it has a manifest. Blocks.
    ///
    /// # Errors
    /// [`RunnerError::Cancelled`].
    pub fn at(path: &Path, cancel: &CancellationToken) -> Result<ChunkFound, RunnerError> {
        let bad = |trouble, why: String| Ok(ChunkFound::Bad(trouble, why));
        let size = match path.metadata() {
            Ok(found) if found.is_file() => found.len(),
            Ok(_) => return bad(Trouble::Missing, "it is not a file".to_owned()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return bad(Trouble::Missing, "there is no such file".to_owned());
            }
            Err(error) => return bad(Trouble::Missing, error.to_string()),
        };
        let manifest = match read_manifest(path) {
            Ok(Some(manifest)) => manifest,
            Ok(None) => return Ok(ChunkFound::Bare),
            Err(wrong) => return Ok(wrong),
        };
        if let Some(wrong) = ChunkFound::of_size(&manifest, size) {
            return Ok(wrong);
        }
        match digest::of_file(path, cancel) {
            Err(error) => return bad(Trouble::Corrupt, format!("it cannot be read: {error}")),
            Ok(None) => return Err(RunnerError::Cancelled),
            Ok(Some((sum, _))) if sum != manifest.sha256 => return Ok(ChunkFound::of_sum(&manifest, sum)),
            Ok(Some(_)) => {}
        }
        for file in &manifest.beside {
            let sum = match digest::of_file(&folder(path).join(&file.path), cancel) {
                Ok(None) => return Err(RunnerError::Cancelled),
                Ok(Some((sum, _))) => Some(sum),
                Err(_) => None,
            };
            if let Some(wrong) = ChunkFound::of_beside(file, sum) {
                return Ok(wrong);
            }
        }
        Ok(ChunkFound::Whole(Box::new(manifest)))
    }
}

/// The same judgements for chunks that are read elsewhere.
impl ChunkFound {
    /// A file of another size than its manifest says.
    pub fn of_size(manifest: &ChunkManifest, size: u64) -> Option<ChunkFound> {
        let meant = manifest.bytes;
        let trouble = if size < meant { Trouble::Truncated } else { Trouble::Corrupt };
        (size != meant).then(|| ChunkFound::Bad(trouble, format!("it has {size} bytes instead of {meant}")))
    }

    /// A file with another digest than its manifest says.
    pub fn of_sum(manifest: &ChunkManifest, sum: Sha256Sum) -> ChunkFound {
        let why = format!("its SHA-256 is {sum}, the manifest says {}", manifest.sha256);
        ChunkFound::Bad(Trouble::Corrupt, why)
    }

    /// A file beside the chunk with this digest, or that is not there.
    pub fn of_beside(file: &InputFile, sum: Option<Sha256Sum>) -> Option<ChunkFound> {
        let InputFile { path, sha256 } = file;
        match sum {
            Some(sum) if sum == *sha256 => None,
            Some(sum) => {
                let why = format!("the SHA-256 of its sound {path} is {sum}, the manifest says {sha256}");
                Some(ChunkFound::Bad(Trouble::Corrupt, why))
            }
            None => {
                Some(ChunkFound::Bad(Trouble::Unfinished, format!("its sound {path} is not there beside it")))
            }
        }
    }

    /// The manifest that `bytes` are; `None` when they are none, or what they are instead.
    pub fn manifest(bytes: &[u8], name: &str) -> Result<Option<ChunkManifest>, ChunkFound> {
        // What is not UTF-8 is refused by the parser where it matters, and may as well be no manifest at all.
        let text = String::from_utf8_lossy(bytes);
        if !ChunkManifest::is_meant(&text) {
            return Ok(None);
        }
        ChunkManifest::parse(&text).map(Some).map_err(|error| {
            let is_version = matches!(error, JobError::ManifestVersion { .. });
            let trouble = if is_version { Trouble::Version } else { Trouble::BadManifest };
            ChunkFound::Bad(trouble, format!("{name}: {error}"))
        })
    }

    /// Why a whole chunk is not the one that `partition` is.
    pub fn misplaced(job: &JobSpec, partition: &Partition, manifest: &ChunkManifest) -> Option<String> {
        if manifest.job_id != job.job_id {
            return Some(format!("it belongs to job {}, this is {}", manifest.job_id, job.job_id));
        }
        let (is, meant) = ((manifest.chunk, manifest.range()), (partition.id, partition.range()));
        (is != meant).then(|| format!("it is chunk {} with {}", manifest.chunk, manifest.range()))
    }
}

/// The manifest beside a chunk, or `None` when there is none.
fn read_manifest(chunk: &Path) -> Result<Option<ChunkManifest>, ChunkFound> {
    let path = ChunkManifest::path_of(chunk);
    let name = path.display().to_string();
    match std::fs::read(&path) {
        Ok(bytes) => ChunkFound::manifest(&bytes, &name),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(ChunkFound::Bad(Trouble::BadManifest, format!("{name}: {error}"))),
    }
}

/// Chunks that may be joined, as far as their manifests tell.
#[derive(Debug, Default)]
pub(crate) struct Verified {
    /// The frames of each chunk; `None` for chunks without a manifest.
    pub frames: Vec<Option<u32>>,
    /// What is heard in all of them, and whether any of them knows.
    pub sound: SoundTimeline,
    /// Index of the first frame of all, and the rate, as far as chunks know.
    pub start: Option<(u32, Fps)>,
    /// What should be said: chunks that could not be checked, versions that differ.
    pub warnings: Vec<String>,
}

/// Verifies chunks in the order in which they will be joined. Blocks.
pub(crate) fn verify(
    paths: &[PathBuf],
    job_id: Option<&str>,
    range: Option<helios_job::FrameRange>,
    maps: &[PathMap],
    cancel: &CancellationToken,
) -> Result<Verified, RunnerError> {
    let names: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
    let found: Vec<ChunkFound> =
        paths.iter().map(|path| ChunkFound::at(path, cancel)).collect::<Result<_, _>>()?;
    let bare: Vec<&str> = named(&names, &found, |found| *found == ChunkFound::Bare);
    // Without any manifest, and nobody who expects one, names that lead nowhere are a mistyped request.
    let unmanaged = job_id.is_none()
        && found.iter().all(|found| matches!(found, ChunkFound::Bare | ChunkFound::Bad(Trouble::Missing, _)));
    let missing = named(&names, &found, |found| matches!(found, ChunkFound::Bad(..)));
    if unmanaged && !missing.is_empty() {
        return Err(RunnerError::Input {
            given: missing.join(", "),
            why: "there is no such file".to_owned(),
        });
    }
    let links: Vec<Link> = names.iter().zip(&found).map(|(name, found)| link(name, found)).collect();
    let mut problems: Vec<ChunkProblem> = found
        .iter()
        .enumerate()
        .filter_map(|(index, found)| {
            own_problem(found, job_id.is_some()).map(|(trouble, why)| ChunkProblem { index, trouble, why })
        })
        .collect();
    problems.extend(check_sequence(&links, Expected { job_id, range }));
    problems.sort_by_key(|problem| problem.index);
    if !problems.is_empty() {
        return Err(refused(&names, &problems));
    }
    let mut warnings = maker_differences(&links);
    if !bare.is_empty() {
        let (count, total) = (bare.len(), names.len());
        let which = if count == total { String::new() } else { format!(" ({})", bare.join(", ")) };
        warnings.insert(0, format!(
            "{count} of {total} chunks have no manifest beside them{which}: whether their bytes, frames and job are right cannot be checked"
        ));
    }
    let frames = links.iter().map(|link| link.manifest.map(|manifest| manifest.frame_count)).collect();
    let known = || links.iter().filter_map(|link| link.manifest);
    let start = known().next().map(|first| (first.start_frame, first.fps));
    let mut sound = SoundTimeline::default();
    for (path, link) in paths.iter().zip(&links) {
        let Some(manifest) = link.manifest else { continue };
        let folder = std::path::absolute(folder(path)).map_err(RunnerError::io("find", path))?;
        sound.append(sound::found(&manifest.sound, &Finder { folder, maps: maps.to_vec() })?);
    }
    Ok(Verified { frames, sound, start, warnings })
}

fn named<'a>(names: &'a [String], found: &[ChunkFound], which: impl Fn(&ChunkFound) -> bool) -> Vec<&'a str> {
    names.iter().zip(found).filter(|(_, found)| which(found)).map(|(name, _)| name.as_str()).collect()
}

fn link<'a>(name: &'a str, found: &'a ChunkFound) -> Link<'a> {
    match found {
        ChunkFound::Whole(manifest) => Link { name, manifest: Some(manifest) },
        _ => Link { name, manifest: None },
    }
}

/// What is wrong with a chunk whatever the others are. A job's chunk without a manifest is not known to be complete.
fn own_problem(found: &ChunkFound, managed: bool) -> Option<(Trouble, String)> {
    match found {
        ChunkFound::Bad(trouble, why) => Some((*trouble, why.clone())),
        ChunkFound::Bare if managed => {
            Some((Trouble::Unfinished, "it has no manifest beside it, so it may not be complete".to_owned()))
        }
        _ => None,
    }
}

/// One message that names every chunk concerned.
fn refused(names: &[String], problems: &[ChunkProblem]) -> RunnerError {
    let problem = |ChunkProblem { index, trouble, why }: &ChunkProblem| {
        (names.get(*index).cloned().unwrap_or_default(), *trouble, why.clone())
    };
    let mut indices: Vec<usize> = problems.iter().map(|problem| problem.index).collect();
    indices.dedup();
    RunnerError::chunks(problems.iter().map(problem), indices.len(), names.len())
}
