//! `helios init`: a project to start from. Asks what was not said, when somebody is there to answer.

use crate::args::InitArgs;
use crate::output;
use crate::report::Console;
use crate::settings::{Loudness, Refused};
use crate::signals::Signals;
use anyhow::Context as _;
use helios_runner::RunnerError;
use helios_templates::{TEMPLATES, Template, TemplateError, write};
use serde_json::json;
use std::io::{self, IsTerminal as _};
use std::path::{Path, PathBuf};

/// Where a project goes when nothing is said.
const FOLDER: &str = "my-video";

/// Lists the templates, or writes a project and says what comes next.
pub async fn init(args: InitArgs, signals: &Signals) -> anyhow::Result<()> {
    let console = Console::plain(Loudness::Normal);
    if args.list {
        return output::write_stdout("the templates", list(args.json)?.as_bytes());
    }
    let asks = args.template.is_none() && io::stdin().is_terminal() && io::stderr().is_terminal();
    let template = match &args.template {
        Some(name) => named(name)?,
        None if asks => ask_template(&console, signals).await?,
        None => return Err(Refused(format!("which template? Give one of {}", names())).into()),
    };
    let folder = match args.folder {
        Some(folder) => folder,
        None if asks => {
            let answer = ask(&console, &format!("Folder [{FOLDER}]:"), signals).await?;
            PathBuf::from(if answer.is_empty() { FOLDER } else { answer.as_str() })
        }
        None => PathBuf::from(FOLDER),
    };
    let files = write(template, &folder, args.force).map_err(|error| match error {
        TemplateError::Exists { .. } => anyhow::Error::from(Refused(error.to_string())),
        TemplateError::Io { .. } => anyhow::Error::from(error).context("failed to write the project"),
    })?;
    let next = next(template, &folder);
    if args.json {
        let answer = json!({ "template": template.name, "folder": folder.to_string_lossy(), "files": files, "next": next });
        return output::write_stdout("the answer", format!("{answer:#}\n").as_bytes());
    }
    console.line(&format!("{}: {}. Next:", folder.display(), template.description));
    for command in next {
        console.line(&format!("  {command}"));
    }
    Ok(())
}

/// The commands that lead to the first video.
fn next(template: &Template, folder: &Path) -> Vec<String> {
    let mut commands = Vec::new();
    if folder != Path::new(".") {
        commands.push(format!("cd {}", helios_job::shell_quote(&folder.to_string_lossy())));
    }
    if template.needs_npm() {
        commands.push("npm install".to_owned());
    }
    commands.push("helios render . -o video.mp4".to_owned());
    commands
}

fn list(as_json: bool) -> anyhow::Result<String> {
    if as_json {
        let all = TEMPLATES.iter().map(
            |template| json!({ "name": template.name, "description": template.description, "npm": template.needs_npm() }),
        );
        return Ok(serde_json::to_string_pretty(&all.collect::<Vec<_>>())? + "\n");
    }
    Ok(TEMPLATES.iter().map(|template| line(template) + "\n").collect())
}

fn line(template: &Template) -> String {
    let npm = if template.needs_npm() { " (npm)" } else { "" };
    format!("{:11} {}{npm}", template.name, template.description)
}

fn named(name: &str) -> Result<&'static Template, Refused> {
    Template::find(name).ok_or_else(|| Refused(format!("no template {name:?}: choose one of {}", names())))
}

fn names() -> String {
    TEMPLATES.iter().map(|template| template.name).collect::<Vec<_>>().join(", ")
}

/// Asks until the answer is a template, by its number or its name. The first is the default.
async fn ask_template(console: &Console, signals: &Signals) -> anyhow::Result<&'static Template> {
    console.line("What do you want to start from?");
    for (number, template) in (1..).zip(TEMPLATES) {
        console.line(&format!("  {number}  {}", line(template)));
    }
    loop {
        let answer = ask(console, "Template [1]:", signals).await?;
        let by_number = match answer.as_str() {
            "" => TEMPLATES.first(),
            text => text.parse::<usize>().ok().and_then(|number| TEMPLATES.get(number.wrapping_sub(1))),
        };
        match by_number.map_or_else(|| named(&answer), Ok) {
            Ok(template) => return Ok(template),
            Err(refused) => console.line(&refused.to_string()),
        }
    }
}

/// One answer from the terminal, which may take as long as somebody thinks; a signal ends it.
async fn ask(console: &Console, question: &str, signals: &Signals) -> anyhow::Result<String> {
    console.line(question);
    let answer = tokio::task::spawn_blocking(|| {
        let mut line = String::new();
        io::stdin().read_line(&mut line).map(|read| (read > 0).then_some(line))
    });
    let line = tokio::select! {
        line = answer => line?.context("failed to read the answer")?,
        () = signals.stop.cancelled() => None,
    };
    Ok(line.ok_or(RunnerError::Cancelled)?.trim().to_owned())
}
