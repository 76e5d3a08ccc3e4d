//! What the Studio and the doctor need of this program: the meaning of command lines, workers, the desktop, the terminal.

use super::worker_command;
use crate::args::Command;
use crate::config::{self, Environment};
use crate::projects::{Projects, folder_of, is_project};
use crate::report::Console;
use crate::settings::{Loudness, RenderSettings, StillSettings, Talk};
use helios_job::StillAt;
use helios_runner::{Pages as _, RenderOptions};
use helios_studio::{Host, Page, Planned, Tools};
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;

/// This program.
pub struct Binary {
    tools: Tools,
    console: Console,
    loudness: Loudness,
    projects: Arc<Projects>,
}

impl Binary {
    /// With the tools that were named; `loudness` says how much workers tell the console.
    pub fn new(tools: Tools, console: Console, loudness: Loudness) -> Binary {
        let projects = Arc::new(Projects::new(tools.browser.clone()));
        Binary { tools, console, loudness, projects }
    }

    /// `options` with workers of this program, and what it has built.
    pub fn with_worker(&self, options: RenderOptions, headless: bool) -> Result<RenderOptions, String> {
        let (browser, ffmpeg) = (self.tools.browser.as_deref(), self.tools.ffmpeg.as_deref());
        let talk = Talk { json: false, loudness: self.loudness };
        let worker = worker_command(browser, ffmpeg, headless, talk).map_err(|error| error.to_string())?;
        Ok(RenderOptions { worker, pages: Some(self.projects.clone()), ..options })
    }
}

impl Host for Binary {
    fn render(&self, argv: &[String]) -> Result<Planned, String> {
        let Command::Render(args) = read(argv)? else { return Err("this is no `helios render`".to_owned()) };
        let settings = RenderSettings::try_from(*args).map_err(|refused| refused.to_string())?;
        let RenderSettings { input, output, options, headless, .. } = settings;
        Ok(Planned { input, output, options: self.with_worker(options, headless)? })
    }

    fn still(&self, argv: &[String]) -> Result<(Planned, StillAt), String> {
        let Command::Still(args) = read(argv)? else { return Err("this is no `helios still`".to_owned()) };
        let settings = StillSettings::try_from(*args).map_err(|refused| refused.to_string())?;
        let StillSettings { input, output, at, options, headless, .. } = settings;
        Ok((Planned { input, output, options: self.with_worker(options, headless)? }, at))
    }

    fn page<'a>(&'a self, input: &'a str) -> Page<'a> {
        Box::pin(async move {
            let page = self.projects.page(input, &mut |_, _| {}).await;
            page.map_err(|failure| failure.message)
        })
    }

    fn folder(&self, page: &Path) -> PathBuf {
        let folder = page.to_str().and_then(folder_of);
        folder.unwrap_or_else(|| page.parent().unwrap_or(page).to_owned())
    }

    fn is_project(&self, folder: &Path) -> bool {
        folder.to_str().is_some_and(is_project)
    }

    fn sources(&self, page: &Path) -> Vec<PathBuf> {
        page.to_str().map(|page| self.projects.sources_of(page)).unwrap_or_default()
    }

    fn tools(&self) -> Tools {
        self.tools.clone()
    }

    fn can_open(&self) -> bool {
        opener().is_some()
    }

    fn open(&self, what: &str) -> io::Result<()> {
        let opener = opener().ok_or(io::ErrorKind::Unsupported)?;
        let mut command = std::process::Command::new(opener);
        command.arg(what).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn()?;
        // It may live as long as what it opens; somebody has to take note of its end.
        std::thread::spawn(move || child.wait());
        Ok(())
    }

    fn say(&self, line: &str) {
        self.console.line(line);
    }
}

/// Reads words as if they were typed here: what is said elsewhere counts too.
fn read(argv: &[String]) -> Result<Command, String> {
    let words = argv.iter().map(OsString::from).collect();
    let cli = config::read(words, &Environment::of_process()).map_err(|unread| unread.in_a_line())?;
    Ok(cli.command)
}

/// The program that opens things on this desktop, if there is a desktop.
fn opener() -> Option<&'static str> {
    if cfg!(target_os = "macos") {
        return Some("open");
    }
    let desktop = ["WAYLAND_DISPLAY", "DISPLAY"].iter().any(|name| std::env::var_os(name).is_some());
    let path = std::env::var_os("PATH").unwrap_or_default();
    let there = std::env::split_paths(&path).any(|folder| folder.join("xdg-open").is_file());
    Some("xdg-open").filter(|_| desktop && there)
}
