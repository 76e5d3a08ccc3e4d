//! Projects as people have them, with packages that the tests write, built into pages.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail like tests")]

mod faults;
mod finding;
mod pages;

use helios_bundle::{BuildOptions, Built, BundleError, Source};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A folder with a project in it.
pub(crate) struct Place {
    folder: PathBuf,
    _whole: TempDir,
}

impl Place {
    pub(crate) fn new() -> Place {
        let whole = tempfile::tempdir().unwrap();
        // The same name each time: pages are named after the folder of their project.
        let folder = whole.path().canonicalize().unwrap().join("project");
        std::fs::create_dir(&folder).unwrap();
        Place { folder, _whole: whole }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.folder
    }

    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) -> &Place {
        let path = self.folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
        self
    }

    pub(crate) fn find(&self, name: &str) -> Source {
        helios_bundle::find(self.folder.join(name).to_str().unwrap())
    }

    pub(crate) async fn build(&self, name: &str) -> Result<Built, BundleError> {
        let Source::Project(mut project) = self.find(name) else { unreachable!("{name} is no project") };
        name.clone_into(&mut project.given);
        let env = vec![
            ("VITE_FROM".to_owned(), "the environment".to_owned()),
            ("HOME".to_owned(), "secret".to_owned()),
        ];
        let cache = self.folder.join(".cache");
        helios_bundle::build(&project, &BuildOptions { cache, place: None, browser: None, env }).await
    }
}

/// The names of the files in a folder, sorted.
pub(crate) fn names(folder: &Path) -> Vec<String> {
    let mut all = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                all.push(path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned());
            }
        }
    }
    all.sort();
    all
}

/// The script that a built page begins with.
pub(crate) fn script(folder: &Path) -> String {
    let page = std::fs::read_to_string(folder.join("index.html")).unwrap();
    let name = page.split("src=\"./").nth(1).unwrap().split('"').next().unwrap();
    std::fs::read_to_string(folder.join(name)).unwrap()
}
