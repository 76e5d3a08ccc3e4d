//! `helios watch`: a frame or a video is made again whenever a file of its page or project changes, by workers that stay.

use super::{Stay, render, still};
use crate::args::{Command, RenderArgs, Unread, WatchArgs};
use crate::config::{self, Environment};
use crate::projects::{Projects, folder_of};
use crate::report::{self, Console};
use crate::settings::{Loudness, Refused};
use crate::signals::Signals;
use helios_runner::Crew;
use helios_studio::{Changes, is_source};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What one command line means.
struct Task {
    command: Command,
    /// What is watched: the folder of the page, or of the project.
    folder: PathBuf,
    /// The files and folders that it writes.
    outputs: Vec<PathBuf>,
    /// The browser, where one is named.
    browser: Option<PathBuf>,
    loudness: Loudness,
}

/// Watches until a signal ends it. What fails is told, and waits for the next change like what does not.
pub async fn watch(args: &WatchArgs, signals: &Signals) -> anyhow::Result<()> {
    let first = task(args).map_err(|unread| Refused(unread.in_a_line()))?;
    let console = Console::plain(first.loudness);
    let outputs = first.outputs.iter().map(std::path::absolute).collect::<Result<Vec<_>, _>>()?;
    let folder = first.folder.clone();
    let counts = move |path: &Path| is_source(&folder, path) && !is_output(path, &outputs);
    let watched = Changes::of(&first.folder, counts);
    let mut changes =
        watched.map_err(|error| Refused(format!("cannot watch {}: {error}", first.folder.display())))?;
    let projects = Arc::new(Projects::new(first.browser.clone()));
    let stay = Stay { crew: Crew::default(), projects };
    let mut next: Result<Task, Unread> = Ok(first);
    while !signals.stop.is_cancelled() {
        let run = signals.child();
        let work = async {
            match next {
                Ok(task) => once(task.command, &run, &stay).await,
                Err(unread) => Err(Refused(unread.in_a_line()).into()),
            }
        };
        tokio::pin!(work);
        // What is being made is out of date with the next change.
        let (result, mut changed) = tokio::select! {
            result = &mut work => (Some(result), None),
            seen = changes.next() => {
                run.stop.cancel();
                let _ = (&mut work).await;
                (None, seen)
            }
        };
        // A project is also made of what lies elsewhere, which is known once it was built.
        changes.also(stay.projects.sources());
        if let Some(Err(error)) = result.filter(|_| signals.code().is_none()) {
            report::error(&report::in_full(&error));
        }
        if changed.is_none() && !signals.stop.is_cancelled() {
            console.line("Waiting for changes. Ctrl-C ends it.");
            changed = tokio::select! {
                seen = changes.next() => seen,
                () = signals.stop.cancelled() => None,
            };
        }
        let Some(paths) = changed else { break };
        console.line(&news(&paths));
        next = task(args);
    }
    tokio::select! {
        () = stay.crew.close() => {}
        () = signals.kill.cancelled() => {}
    }
    Ok(())
}

async fn once(command: Command, signals: &Signals, stay: &Stay) -> anyhow::Result<()> {
    match command {
        Command::Render(args) => render(*args, signals, Some(stay)).await,
        Command::Still(args) => still(*args, signals, Some(stay)).await,
        // `task` makes no other.
        _ => Ok(()),
    }
}

/// Reads the command line, and helios.toml with it, which may have changed too.
fn task(args: &WatchArgs) -> Result<Task, Unread> {
    let words = ["helios", if args.render { "render" } else { "still" }].into_iter();
    let words: Vec<OsString> =
        words.chain(args.words.iter().map(String::as_str)).map(OsString::from).collect();
    let command = config::read(words, &Environment::of_process())?.command;
    let (input, outputs, browser, talk) = match &command {
        Command::Render(args) => (&args.input, outputs_of(args), &args.browser.browser, &args.talk),
        Command::Still(args) => (&args.input, vec![args.output.clone()], &args.browser.browser, &args.talk),
        _ => return Err(Refused("this can be no watch".to_owned()).into()),
    };
    let loudness = Loudness::of(talk.quiet, talk.verbose);
    let folder = folder_of(input).filter(|_| !input.contains("://")).ok_or_else(|| {
        Refused(format!(
            "cannot watch {input:?}: name an HTML file, a component, or a folder with a page or a project"
        ))
    })?;
    let browser = browser.clone();
    Ok(Task { command, folder, outputs, browser, loudness })
}

/// All that a render writes: of pictures their folder.
fn outputs_of(args: &RenderArgs) -> Vec<PathBuf> {
    let output = &args.output;
    let pictures = output.to_string_lossy().contains('%');
    let place =
        if pictures { Path::new(".").join(output.parent().unwrap_or(output)) } else { output.clone() };
    let sidecar =
        args.whole.captions.as_deref().filter(|_| args.whole.caption_mode.as_deref() == Some("sidecar"));
    let sidecar = sidecar.and_then(Path::extension).map(|extension| output.with_extension(extension));
    let others = [&args.frame_hashes, &args.trace, &args.emit_job].into_iter().flatten().cloned();
    std::iter::once(place).chain(sidecar).chain(others).collect()
}

/// Whether a path is what we write ourselves, or in a folder that we write.
fn is_output(path: &Path, outputs: &[PathBuf]) -> bool {
    outputs.iter().any(|output| {
        path.starts_with(output) || output.canonicalize().is_ok_and(|own| path.starts_with(own))
    })
}

fn news(paths: &[PathBuf]) -> String {
    let name = |path: &PathBuf| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    match paths {
        [one] => format!("{} has changed", name(one)),
        many => format!("{} files have changed", many.len()),
    }
}
