//! Runs the binary in a folder of its own.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

/// A folder with a page in it, where helios is run.
pub struct Place {
    folder: TempDir,
    /// What helios and its browser keep from one time to the next.
    cache: TempDir,
    /// Settings of fontconfig, if there are others than the machine's.
    fonts: Option<PathBuf>,
}

/// What helios answered.
#[derive(Debug)]
pub struct Answer {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Place {
    /// A folder with `test.html`, and nothing else.
    pub fn new() -> Place {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("test.html"), "<!doctype html><title>Test</title>").unwrap();
        Place { folder, cache: tempfile::tempdir().unwrap(), fonts: None }
    }

    /// The same on a machine without any fonts.
    pub fn without_fonts() -> Place {
        let place = Place::new();
        let settings = place.cache.path().join("none.conf");
        std::fs::write(&settings, "<?xml version=\"1.0\"?>\n<fontconfig></fontconfig>\n").unwrap();
        let list = Command::new("fc-list").env("FONTCONFIG_FILE", &settings).output().unwrap();
        assert_eq!(list.stdout, b"");
        Place { fonts: Some(settings), ..place }
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Empties the cache.
    pub fn forget(&self) {
        std::fs::remove_dir_all(self.cache.path()).unwrap();
    }

    /// Runs helios with these arguments.
    pub fn helios(&self, args: &[&str]) -> Answer {
        self.command(args).output().unwrap().into()
    }

    /// helios with these arguments, not yet run. The environment says nothing about how it should talk.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("helios"));
        command.args(args).current_dir(self.path()).env("NO_COLOR", "1");
        // What is built for a test is of no use to anybody else.
        command.env("XDG_CACHE_HOME", self.cache.path());
        command.envs(self.fonts.iter().map(|settings| ("FONTCONFIG_FILE", settings)));
        // Help is wrapped to the terminal that the tests happen to run in.
        command.env_remove("HELIOS_LOG").env_remove("COLUMNS");
        command
    }

    /// The names in the folder, sorted.
    pub fn files(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.path()).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// Asserts that helios refuses these arguments: exit code 64, one message on standard error, which is returned,
    /// nothing on standard output, nothing written.
    #[track_caller]
    pub fn refused(&self, args: &[&str]) -> String {
        let before = self.files();
        let answer = self.helios(args);
        assert_eq!(answer.code, Some(64), "{args:?}: {answer:?}");
        assert_eq!(answer.stdout, "", "{args:?}");
        assert_eq!(self.files(), before, "{args:?}");
        let errors = answer.stderr.lines().filter(|line| line.starts_with("error: ")).count();
        assert_eq!(errors, 1, "{args:?}: {}", answer.stderr);
        answer.stderr
    }
}

impl From<Output> for Answer {
    fn from(output: Output) -> Answer {
        Answer {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}
