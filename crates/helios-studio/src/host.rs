//! What the program around the Studio does for it: reading flags, the desktop, the terminal. The Studio itself asks for renders in the words
//! of the command line, so that there is one way from words to settings.

use helios_job::StillAt;
use helios_runner::RenderOptions;
use std::path::{Path, PathBuf};
use std::pin::Pin;

/// The answer of [`Host::page`].
pub type Page<'a> = Pin<Box<dyn Future<Output = Result<String, String>> + Send + 'a>>;

/// The program around the Studio.
pub trait Host: Send + Sync + 'static {
    /// What `helios render …` means; `argv` begins with `helios`.
    ///
    /// # Errors
    /// Why it means nothing, in words for people.
    fn render(&self, argv: &[String]) -> Result<Planned, String>;

    /// What `helios still …` means.
    ///
    /// # Errors
    /// As [`Host::render`].
    fn still(&self, argv: &[String]) -> Result<(Planned, StillAt), String>;

    /// What is rendered for `input`: itself, or the page that it is built into when it is a project. Built anew when something
    /// that it is made of has changed.
    ///
    /// # Errors
    /// Why it cannot be built, and where, in words for people.
    fn page<'a>(&'a self, input: &'a str) -> Page<'a> {
        Box::pin(async move { Ok(input.to_owned()) })
    }

    /// The folder whose files a page may be made of: its own, or that of its project.
    fn folder(&self, page: &Path) -> PathBuf {
        page.parent().unwrap_or(page).to_owned()
    }

    /// Whether a folder without pages is a project that can be built.
    fn is_project(&self, _folder: &Path) -> bool {
        false
    }

    /// The files that a page was made of when it was last built, but for those of packages. They may lie anywhere.
    fn sources(&self, _page: &Path) -> Vec<PathBuf> {
        Vec::new()
    }

    /// The tools that renders use, where others than the usual ones are named.
    fn tools(&self) -> Tools {
        Tools::default()
    }

    /// Whether [`Host::open`] can work.
    fn can_open(&self) -> bool {
        false
    }

    /// Opens a folder or an address on the desktop.
    ///
    /// # Errors
    /// When there is nothing that can.
    fn open(&self, what: &str) -> std::io::Result<()> {
        Err(std::io::Error::new(std::io::ErrorKind::Unsupported, format!("cannot open {what}")))
    }

    /// Tells people a line.
    fn say(&self, line: &str);
}

/// Tools that were named.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tools {
    /// A Chromium.
    pub browser: Option<PathBuf>,
    /// An `ffmpeg`.
    pub ffmpeg: Option<PathBuf>,
}

/// A command line that was understood.
#[derive(Clone)]
pub struct Planned {
    /// The page, as it was given.
    pub input: String,
    /// The file to write, as it was given.
    pub output: PathBuf,
    /// Everything else; who watches and who cancels is the Studio's to say.
    pub options: RenderOptions,
}
