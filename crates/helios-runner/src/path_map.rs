//! Names of files in jobs and manifests, and where those files are on this machine.

use crate::RunnerError;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// A folder of the machine that planned a job, and the same folder here: `--path-map FROM=TO`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathMap {
    /// As the job names it.
    pub from: PathBuf,
    /// As this machine does.
    pub to: PathBuf,
}

impl FromStr for PathMap {
    type Err = RunnerError;

    fn from_str(text: &str) -> Result<PathMap, RunnerError> {
        let refused = |why: &str| {
            let what =
                format!("invalid --path-map {text:?}: {why}; use FROM=TO, such as /mnt/films=/srv/films");
            helios_job::JobError::Conflict(what).into()
        };
        let (from, to) = text.split_once('=').ok_or_else(|| refused("there is no ="))?;
        let (from, to) = (PathBuf::from(from), PathBuf::from(to));
        if !from.is_absolute() || !to.is_absolute() {
            return Err(refused("both are whole paths, from / on"));
        }
        Ok(PathMap { from, to })
    }
}

/// Finds files by their names in a job: relative ones in a folder, absolute ones as the maps say.
#[derive(Debug, Clone, Default)]
pub(crate) struct Finder {
    pub(crate) folder: PathBuf,
    pub(crate) maps: Vec<PathMap>,
}

impl Finder {
    /// Where the file is here. The map with the longest matching folder counts.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        let path = self.folder.join(name);
        if !Path::new(name).is_absolute() {
            return path;
        }
        let fitting = self.maps.iter().filter_map(|map| Some((map, path.strip_prefix(&map.from).ok()?)));
        match fitting.max_by_key(|(map, _)| map.from.components().count()) {
            Some((map, rest)) if rest.as_os_str().is_empty() => map.to.clone(),
            Some((map, rest)) => map.to.join(rest),
            None => path,
        }
    }

    /// The same as text.
    pub(crate) fn text(&self, name: &str) -> Result<String, RunnerError> {
        let path = self.path(name);
        let utf8 = || RunnerError::output(path.clone(), "the path is not valid UTF-8");
        path.to_str().map(str::to_owned).ok_or_else(utf8)
    }
}

/// The name of the file `path` for whoever has the folder `base`, on whatever machine: relative when it lies in it.
pub(crate) fn name_in(base: &Path, path: &str) -> String {
    let real = base.canonicalize().unwrap_or_else(|_| base.to_owned());
    let inside = [base, &real].into_iter().find_map(|base| Path::new(path).strip_prefix(base).ok());
    inside.and_then(Path::to_str).unwrap_or(path).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_find_files() {
        let map = |text: &str| text.parse::<PathMap>().unwrap();
        let finder = Finder {
            folder: "/jobs/one".into(),
            maps: vec![map("/films=/srv/films"), map("/films/old=/archive"), map("/a=/b")],
        };
        for (name, path) in [
            ("page/index.html", "/jobs/one/page/index.html"),
            ("/films/a/b.html", "/srv/films/a/b.html"),
            ("/films/old/c.mp3", "/archive/c.mp3"),
            ("/films", "/srv/films"),
            ("/filmstrip/x", "/filmstrip/x"),
        ] {
            assert_eq!(finder.path(name), Path::new(path));
        }
        for bad in ["", "/a", "a=/b", "/a=b"] {
            assert!(bad.parse::<PathMap>().unwrap_err().to_string().contains("FROM=TO"), "{bad}");
        }
        assert_eq!(name_in(Path::new("/jobs/one"), "/jobs/one/page/a.css"), "page/a.css");
        assert_eq!(name_in(Path::new("/jobs/one"), "/jobs/two/a.css"), "/jobs/two/a.css");
    }
}
