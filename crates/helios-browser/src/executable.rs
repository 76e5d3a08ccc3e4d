//! Finding a browser on this machine.
//!
//! The order is: what the caller names, the well-known places, `PATH`. Distributions put a shell script on `PATH` which
//! reads settings and adds flags of its own; frames must not depend on those, so the real binary behind it is preferred.
//! Does not download anything, and does not judge versions.

use crate::{BrowserError, Result, flags::quoted};
use std::{
    fs::{self, File},
    io::Read as _,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::Stdio,
    sync::Arc,
    time::Duration,
};

/// Printing a version takes some 20 ms; a cold disk takes a second.
const VERSION_TIMEOUT: Duration = Duration::from_secs(20);

/// What a browser binary can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Chromium or Chrome: has windows, and with `--headless` none.
    Full,
    /// chromium-headless-shell (the old headless mode): no windows, but `HeadlessExperimental.beginFrame`.
    HeadlessShell,
}

/// A browser binary.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Executable {
    /// The binary to start; not a wrapper script if that could be helped.
    pub path: PathBuf,
    /// What it can do.
    pub kind: Kind,
}

const FULL_PLACES: &[&str] = &[
    "/usr/lib/chromium/chromium",
    "/usr/lib64/chromium-browser/chromium-browser",
    "/usr/lib/chromium-browser/chromium-browser",
    "/opt/google/chrome/chrome",
    "/opt/google/chrome-beta/chrome",
    "/opt/google/chrome-unstable/chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];
const FULL_NAMES: &[&str] = &[
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
    "chrome",
    "google-chrome-beta",
];
const SHELL_PLACES: &[&str] = &[
    "/usr/lib/chromium/chromium-headless-shell",
    "/usr/lib64/chromium-browser/headless_shell",
    "/usr/lib/chromium-browser/headless_shell",
    "/headless-shell/headless-shell",
];
const SHELL_NAMES: &[&str] =
    &["chromium-headless-shell", "chrome-headless-shell", "headless-shell", "headless_shell"];

impl Executable {
    /// The browser at `explicit`, or the best one of this machine: full Chromium or Chrome first, headless shell last.
    ///
    /// Errors: [`BrowserError::NotFound`] with every place tried. `explicit` that is no executable file is an error too:
    /// silently taking another browser would be worse.
    pub fn find(explicit: Option<&Path>) -> Result<Self> {
        let mut looked_in = Vec::new();
        let found = match explicit {
            Some(path) => Self::named(path, &mut looked_in),
            None => Self::search(FULL_PLACES, FULL_NAMES, &mut looked_in)
                .or_else(|| Self::search(SHELL_PLACES, SHELL_NAMES, &mut looked_in)),
        };
        found.ok_or(BrowserError::NotFound { wanted: "Chromium or Chrome", package: "chromium", looked_in })
    }

    /// The headless shell at `explicit`, or the first of this machine.
    ///
    /// Errors: [`BrowserError::NotFound`], also when `explicit` is a browser of the other kind.
    pub fn find_headless_shell(explicit: Option<&Path>) -> Result<Self> {
        let mut looked_in = Vec::new();
        let found = match explicit {
            Some(path) => Self::named(path, &mut looked_in).filter(|found| found.kind == Kind::HeadlessShell),
            None => Self::search(SHELL_PLACES, SHELL_NAMES, &mut looked_in),
        };
        found.ok_or(BrowserError::NotFound {
            wanted: "headless shell of Chromium",
            package: "chromium-headless-shell",
            looked_in,
        })
    }

    /// The version, e.g. `156.0.8078.79`, as printed by `--version`.
    ///
    /// Errors: [`BrowserError::Spawn`], [`BrowserError::LaunchTimeout`], or [`BrowserError::NoVersion`] when it is no browser.
    pub async fn version(&self) -> Result<String> {
        let command = quoted(&self.path, &["--version".to_owned()]);
        let running = tokio::process::Command::new(&self.path)
            .arg("--version")
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .output();
        let output = match tokio::time::timeout(VERSION_TIMEOUT, running).await {
            Err(_) => {
                return Err(BrowserError::LaunchTimeout {
                    after: VERSION_TIMEOUT,
                    command,
                    stderr: String::new(),
                });
            }
            Ok(Err(source)) => {
                return Err(BrowserError::Spawn { doing: "run it", command, source: Arc::new(source) });
            }
            Ok(Ok(output)) => output,
        };
        let text = String::from_utf8_lossy(&output.stdout);
        match text.split_whitespace().find(|word| is_version(word)) {
            Some(version) => Ok(version.to_owned()),
            None => {
                let output_text = format!("{text}{}", String::from_utf8_lossy(&output.stderr));
                Err(BrowserError::NoVersion { command, status: output.status, output: output_text })
            }
        }
    }

    fn search(places: &[&str], names: &[&str], looked_in: &mut Vec<PathBuf>) -> Option<Self> {
        let search_path = std::env::var_os("PATH").unwrap_or_default();
        let on_path = std::env::split_paths(&search_path)
            .filter(|folder| folder.is_absolute())
            .flat_map(|folder| names.iter().map(move |name| folder.join(name)).collect::<Vec<_>>());
        places.iter().map(PathBuf::from).chain(on_path).find_map(|path| Self::named(&path, looked_in))
    }

    /// The browser at `path`, if there is one; through a wrapper script to the real binary, if that can be found.
    fn named(path: &Path, looked_in: &mut Vec<PathBuf>) -> Option<Self> {
        looked_in.push(path.to_owned());
        if !is_executable(path) {
            return None;
        }
        let path = behind_wrapper(path).unwrap_or_else(|| path.to_owned());
        let kind = kind_of(&path);
        Some(Self { path, kind })
    }
}

fn kind_of(path: &Path) -> Kind {
    let name = path.file_name().map(|name| name.to_string_lossy().replace('_', "-")).unwrap_or_default();
    if name.contains("headless-shell") { Kind::HeadlessShell } else { Kind::Full }
}

/// `None` when `path` is no script, or nobody knows what it starts; then the script itself has to do (it usually ends in `exec`).
fn behind_wrapper(path: &Path) -> Option<PathBuf> {
    // `/usr/bin/google-chrome` is a chain of links to a script which lies next to the binary.
    let script = fs::canonicalize(path).ok()?;
    if !is_script(&script) {
        return None;
    }
    let name = script.file_name()?;
    let kind = kind_of(&script);
    let shell_of_debian = Path::new("/usr/lib/chromium").join(name);
    let beside = script.parent()?.join(if kind == Kind::Full { "chrome" } else { "headless_shell" });
    let in_lib = |lib: &str| Path::new(lib).join(name).join(name);
    [shell_of_debian, in_lib("/usr/lib"), in_lib("/usr/lib64"), beside]
        .into_iter()
        .find(|candidate| *candidate != script && is_executable(candidate) && !is_script(candidate))
}

fn is_executable(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}

fn is_script(path: &Path) -> bool {
    let mut start = [0; 2];
    File::open(path).and_then(|mut file| file.read_exact(&mut start)).is_ok() && start == *b"#!"
}

fn is_version(word: &str) -> bool {
    let mut parts = word.split('.');
    parts.clone().count() >= 2
        && parts.all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
}
