//! What the Studio and the doctor need of this program: the meaning of command lines, workers, the desktop, the terminal.

use super::project::Projects;
use super::worker_command;
use crate::args::{Cli, Command};
use crate::report::Console;
use crate::settings::{Loudness, RenderSettings, StillSettings, Talk};
use clap::Parser as _;
use helios_job::StillAt;
use helios_runner::RenderOptions;
use helios_studio::{Host, Page, Planned, Tools};
use std::io;
use std::process::Stdio;

/// This program.
pub struct Binary {
    /// The tools that were named.
    pub tools: Tools,
    /// Where lines go.
    pub console: Console,
    /// How much is said, by workers too.
    pub loudness: Loudness,
    /// What was built.
    pub projects: Projects,
}

impl Binary {
    fn with_worker(&self, options: RenderOptions, headless: bool) -> Result<RenderOptions, String> {
        let (browser, ffmpeg) = (self.tools.browser.as_deref(), self.tools.ffmpeg.as_deref());
        let talk = Talk { json: false, loudness: self.loudness };
        let worker = worker_command(browser, ffmpeg, headless, talk).map_err(|error| error.to_string())?;
        Ok(RenderOptions { worker, ..options })
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
        Box::pin(self.projects.page_of(input, self.tools.browser.as_deref()))
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

fn read(argv: &[String]) -> Result<Command, String> {
    Cli::try_parse_from(argv).map(|cli| cli.command).map_err(|error| {
        let text = error.to_string();
        let text = text.strip_prefix("error: ").unwrap_or(&text);
        text.lines().next().unwrap_or_default().to_owned()
    })
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
