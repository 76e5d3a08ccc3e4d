//! Fonts that a page takes from the machine: what fontconfig has for their families, here and where the job was made. Text in another
//! font is another picture, and nothing else would tell.

use crate::digest;
use helios_job::{Font, InputFile, JobSpec};
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;
use tokio::process::Command;
use tokio_util::sync::CancellationToken;

/// Fontconfig answers at once, unless it has to make its cache.
const PATIENCE: Duration = Duration::from_secs(60);

/// A job file may name any number of families; a page uses a few.
const MOST: usize = 100;

/// What this machine has for font families; `None` when it has no fontconfig that could be asked.
pub async fn fonts_of(families: impl IntoIterator<Item = String>) -> Option<Vec<Font>> {
    let mut fonts = Vec::new();
    for family in families {
        let name = ask("fc-match", &["-f", "%{family[0]}", &pattern(&family)]).await?;
        let list = ask("fc-list", &["-f", "%{file}\\n", &format!(":family={}", pattern(&name))]).await?;
        let mut files = Vec::new();
        for path in list.lines().map(Path::new) {
            let (Some(name), here) = (path.file_name().and_then(|name| name.to_str()), path.to_owned())
            else {
                continue;
            };
            let sum = tokio::task::spawn_blocking(move || digest::of_file(&here, &CancellationToken::new()));
            if let Ok(Ok(Some((sha256, _)))) = sum.await {
                files.push(InputFile { path: name.to_owned(), sha256 });
            }
        }
        files.sort_by(|a, b| a.path.cmp(&b.path));
        files.dedup();
        fonts.push(Font { family, name, files });
    }
    Some(fonts)
}

/// In which of its fonts the machine on which `job` was made and this one differ, each as a sentence.
pub async fn other_fonts(job: &JobSpec) -> Vec<String> {
    let families: Vec<String> = job.fonts.iter().take(MOST).map(|font| font.family.clone()).collect();
    if families.is_empty() {
        return Vec::new();
    }
    let Some(here) = fonts_of(families).await else {
        return vec![
            "whether the fonts are those of the job cannot be told: there is no fc-match (fontconfig)"
                .to_owned(),
        ];
    };
    let difference = |(meant, is): (&Font, &Font)| {
        let Font { family, name, .. } = meant;
        if is.name != *name {
            return Some(format!(
                "the font {family} is {} here and was {name} where the job was made: text will differ",
                is.name
            ));
        }
        let other = meant.files.iter().find(|file| !is.files.contains(file))?;
        Some(format!("the font {name} is of another version here ({}): text may differ", other.path))
    };
    job.fonts.iter().zip(&here).filter_map(difference).collect()
}

/// A family as fontconfig reads it.
fn pattern(family: &str) -> String {
    let escaped = |c: char| if "\\-:,".contains(c) { format!("\\{c}") } else { c.to_string() };
    family.chars().map(escaped).collect()
}

async fn ask(program: &str, args: &[&str]) -> Option<String> {
    let mut command = Command::new(program);
    command.args(args).stdin(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
    let output = tokio::time::timeout(PATIENCE, command.output()).await.ok()?.ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}
