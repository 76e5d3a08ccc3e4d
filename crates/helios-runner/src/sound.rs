//! The sound of chunks between the workers that record it and the merge that mixes it: files beside chunks are found, and
//! move with their chunk. Mixes nothing.

use crate::path_map::{Finder, name_in};
use crate::{RunnerError, digest};
use helios_job::{ChunkReport, InputFile, SoundSource, SoundTimeline};
use std::path::{Path, PathBuf};
use tokio_util::sync::CancellationToken;

/// `timeline` with its files by their whole paths: those beside its chunk, in the folder of `finder`, and those that the page
/// has played.
pub(crate) fn found(timeline: &SoundTimeline, finder: &Finder) -> Result<SoundTimeline, RunnerError> {
    let mut timeline = timeline.clone();
    for source in &mut timeline.sources {
        match source {
            SoundSource::Beside(name) => {
                *source = SoundSource::File(path_text(&beside(&finder.folder, name)?)?);
            }
            SoundSource::File(name) => *name = finder.text(name)?,
            SoundSource::Url(_) => {}
        }
    }
    Ok(timeline)
}

/// `timeline` as the manifest of a chunk in `folder` has it: files in there are named so that they are found when the folder is
/// elsewhere.
pub(crate) fn named(mut timeline: SoundTimeline, folder: &Path) -> SoundTimeline {
    for source in &mut timeline.sources {
        if let SoundSource::File(path) = source {
            *path = name_in(folder, path);
        }
    }
    timeline
}

/// What is heard in all chunks.
pub(crate) fn of_all(reports: &[ChunkReport], finder: &Finder) -> Result<SoundTimeline, RunnerError> {
    let mut all = SoundTimeline::default();
    for report in reports {
        all.append(found(&report.sound, finder)?);
    }
    Ok(all)
}

/// Moves the files of `timeline` out of `scratch` to the place beside `chunk`, and names them so.
pub(crate) fn moved(
    mut timeline: SoundTimeline,
    scratch: &Path,
    chunk: &Path,
) -> Result<SoundTimeline, RunnerError> {
    for (index, source) in timeline.sources.iter_mut().enumerate() {
        let SoundSource::File(path) = &*source else { continue };
        let from = PathBuf::from(path);
        if !from.starts_with(scratch) {
            continue;
        }
        let to = chunk.with_extension(format!("sound_{index}"));
        std::fs::rename(&from, &to).map_err(RunnerError::io("write", &to))?;
        *source = SoundSource::Beside(to.file_name().unwrap_or_default().to_string_lossy().into_owned());
    }
    Ok(timeline)
}

/// The digests of the files that lie beside a chunk in `folder`. Blocks.
pub(crate) fn beside_sums(
    timeline: &SoundTimeline,
    folder: &Path,
    cancel: &CancellationToken,
) -> Result<Vec<InputFile>, RunnerError> {
    let names = timeline.sources.iter().filter_map(|source| match source {
        SoundSource::Beside(name) => Some(name),
        _ => None,
    });
    let one = |name: &String| {
        let path = folder.join(name);
        let found = digest::of_file(&path, cancel).map_err(RunnerError::io("read", &path))?;
        let (sha256, _) = found.ok_or(RunnerError::Cancelled)?;
        Ok(InputFile { path: name.clone(), sha256 })
    };
    names.map(one).collect()
}

/// A file beside a chunk. A manifest may come from anywhere: it names no other.
fn beside(folder: &Path, name: &str) -> Result<PathBuf, RunnerError> {
    let path = folder.join(name);
    let plain = Path::new(name).file_name() == Some(name.as_ref());
    if plain && path.is_file() {
        return std::path::absolute(&path).map_err(RunnerError::io("find", path));
    }
    Err(RunnerError::Chunks {
        problems: vec![format!(
            "{}: missing: there is no such file; a chunk's sound is in it",
            path.display()
        )],
        bad: 1,
        total: 1,
        kind: helios_job::FailureKind::Transient,
    })
}

fn path_text(path: &Path) -> Result<String, RunnerError> {
    let text = path.to_str().map(str::to_owned);
    text.ok_or_else(|| RunnerError::output(path, "the path is not valid UTF-8"))
}
