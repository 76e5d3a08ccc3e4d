//! The files that a job reads: hashed when it is planned and when a chunk is done, compared before a chunk is taken for one of
//! this page.

use crate::path_map::Finder;
use crate::{RunnerError, digest, walk_sources};
use helios_job::{InputFile, JobConfig, Sha256Sum, SoundSource, SoundTimeline};
use std::collections::HashMap;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::time::SystemTime;
use tokio_util::sync::CancellationToken;

/// How deep fonts lie in their folder, and how many may.
const FONT_FOLDERS: usize = 8;
const MOST_FONTS: usize = 10_000;

/// What tells one content of a file from the next without reading it.
type Stamp = (u64, u64, Option<SystemTime>);

/// Digests of files, each read once as long as it stays as it is: hundreds of chunks show the same video.
#[derive(Debug, Default)]
pub(crate) struct Sums(HashMap<PathBuf, (Stamp, Sha256Sum)>);

impl Sums {
    /// The digest of a file; `None` when it cannot be read, or `cancel` fired. Blocks.
    pub(crate) fn of(&mut self, path: &Path, cancel: &CancellationToken) -> Option<Sha256Sum> {
        let found = path.metadata().ok()?;
        // A file that was put in its place is another one, whatever the clock said then.
        let stamp = (found.len(), found.ino(), found.modified().ok());
        if let Some((known, sum)) = self.0.get(path)
            && *known == stamp
        {
            return Some(*sum);
        }
        let (sum, _) = digest::of_file(path, cancel).ok()??;
        self.0.insert(path.to_owned(), (stamp, sum));
        Some(sum)
    }

    /// The files by name and digest; those that are gone meanwhile are left out.
    pub(crate) fn list<'a>(
        &mut self,
        files: impl IntoIterator<Item = &'a str>,
        cancel: &CancellationToken,
    ) -> Vec<InputFile> {
        let one = |path: &str| {
            let sha256 = self.of(Path::new(path), cancel)?;
            Some(InputFile { path: path.to_owned(), sha256 })
        };
        files.into_iter().filter_map(one).collect()
    }

    /// The first file that is not what it was.
    pub(crate) fn changed<'a>(
        &mut self,
        inputs: &'a [InputFile],
        finder: &Finder,
        cancel: &CancellationToken,
    ) -> Option<&'a str> {
        let differs = |input: &&InputFile| self.of(&finder.path(&input.path), cancel) != Some(input.sha256);
        inputs.iter().find(differs).map(|input| input.path.as_str())
    }
}

/// The files that a job names: its page, its captions, the sound beside the page, fonts.
pub(crate) fn of_job(page: Option<InputFile>, config: &JobConfig) -> Result<Vec<InputFile>, RunnerError> {
    let mut inputs: Vec<InputFile> = page.into_iter().collect();
    let captions = config.captions.iter().map(|captions| captions.file.as_str());
    let tracks = config.sound.tracks.iter().filter(|track| !track.is_url()).map(|track| track.file.as_str());
    let fonts = config.fonts.as_deref().map(fonts_in).unwrap_or_default();
    for path in captions.chain(tracks).chain(fonts.iter().map(String::as_str)) {
        if inputs.iter().any(|input| input.path == path) {
            continue;
        }
        let read = digest::of_file(Path::new(path), &CancellationToken::new());
        if let Some((sha256, _)) = read.map_err(RunnerError::io("read", path))? {
            inputs.push(InputFile { path: path.to_owned(), sha256 });
        }
    }
    Ok(inputs)
}

/// The files of a folder of fonts.
fn fonts_in(folder: &str) -> Vec<String> {
    let mut files = Vec::new();
    walk_sources(Path::new(folder), FONT_FOLDERS, &mut |path, _| {
        files.extend(path.to_str().map(str::to_owned));
        files.len() < MOST_FONTS
    });
    files
}

/// The files that are heard.
pub(crate) fn heard(sound: &SoundTimeline) -> impl Iterator<Item = &str> {
    sound.sources.iter().filter_map(|source| match source {
        SoundSource::File(path) => Some(path.as_str()),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_changes_is_noticed_and_one_that_is_gone() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.css");
        std::fs::write(&path, "red").unwrap();
        let cancel = CancellationToken::new();
        let (mut sums, finder) = (Sums::default(), Finder::default());
        let inputs = sums.list([path.to_str().unwrap(), "/no/such/file"], &cancel);
        assert_eq!(inputs.len(), 1);
        assert_eq!(sums.changed(&inputs, &finder, &cancel), None);
        std::fs::write(&path, "green").unwrap();
        assert_eq!(sums.changed(&inputs, &finder, &cancel), path.to_str());
        std::fs::write(&path, "red").unwrap();
        assert_eq!(Sums::default().changed(&inputs, &finder, &cancel), None);
        std::fs::remove_file(&path).unwrap();
        assert_eq!(sums.changed(&inputs, &finder, &cancel), path.to_str());
    }
}
