//! Fonts of the machine for a bundle: the families that the browser took, and the rules by which fontconfig chose them. With both
//! another machine draws the same text in the same letters, whatever is installed there.

use crate::RunnerError;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;
use tokio::process::Command;

/// Fontconfig answers at once, unless it has to make its cache.
const PATIENCE: Duration = Duration::from_secs(60);

/// What of fontconfig's settings says where fonts are; in a bundle they are in the bundle.
const PLACES: [&str; 5] = ["dir", "cachedir", "include", "remap-dir", "reset-dirs"];

/// Copies the families of `used`, files of fonts, to the new folder `to`, and fontconfig's rules to `rules/` in it. Returns the
/// families; `None` when there is no fontconfig that could be asked.
///
/// # Errors
/// [`RunnerError::Io`]: a file that cannot be copied.
pub async fn collect_fonts(used: &[String], to: &Path) -> Result<Option<BTreeSet<String>>, RunnerError> {
    let list = ask("fc-list", &["-f", "%{file}\\t%{family[0]}\\n"]).await;
    let rules = ask("fc-conflist", &[]).await;
    let (Some(list), Some(rules)) = (list, rules) else { return Ok(None) };
    let fonts: BTreeMap<&str, &str> = list.lines().filter_map(|line| line.split_once('\t')).collect();
    let families: BTreeSet<&str> = used.iter().filter_map(|file| fonts.get(file.as_str()).copied()).collect();
    let folder = to.join("rules");
    std::fs::create_dir_all(&folder).map_err(RunnerError::io("create", &folder))?;
    let files =
        fonts.iter().filter(|(_, family)| families.contains(*family)).map(|(file, _)| Path::new(*file));
    for (at, file) in files.enumerate() {
        // Folders may have files of the same name.
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        std::fs::copy(file, to.join(format!("{at:02}-{name}"))).map_err(RunnerError::io("copy", file))?;
    }
    for (at, file) in rules_in_use(&rules).enumerate() {
        // Fontconfig reads a folder by name, and files that begin with a digit.
        let text = std::fs::read_to_string(file).map_err(RunnerError::io("read", file))?;
        let copy = folder.join(format!("{at:03}.conf"));
        std::fs::write(&copy, without_places(&text)).map_err(RunnerError::io("write", &copy))?;
    }
    Ok(Some(families.into_iter().map(str::to_owned).collect()))
}

/// The files of `fc-conflist` that count, in the order in which they do.
fn rules_in_use(list: &str) -> impl Iterator<Item = &str> {
    let files = list.lines().filter_map(|line| line.strip_prefix("+ ")?.split_once(": "));
    files.map(|(file, _)| file)
}

/// A file of settings without what says where fonts are.
fn without_places(text: &str) -> String {
    let mut text = text.to_owned();
    for name in PLACES {
        let opening = format!("<{name}");
        let mut from = 0;
        while let Some(found) = text[from..].find(&opening) {
            let start = from + found;
            let rest = &text[start + opening.len()..];
            // Another element whose name only begins alike.
            if !rest.starts_with([' ', '\t', '\n', '\r', '>', '/']) {
                from = start + opening.len();
                continue;
            }
            let Some(tag) = rest.find('>') else { break };
            let closing = format!("</{name}>");
            // A tag in a comment has no end, or that of another.
            let inner = rest[tag..].find('<').filter(|at| rest[tag + at..].starts_with(&closing));
            let length = inner.map_or(tag + 1, |at| tag + at + closing.len());
            text.replace_range(start..start + opening.len() + length, "");
            from = start;
        }
    }
    text
}

/// Asks as the browser does: without the user's settings (see `fonts` of helios-renderer).
async fn ask(program: &str, args: &[&str]) -> Option<String> {
    let mut command = Command::new(program);
    command.args(args).env("XDG_CONFIG_HOME", "/nonexistent").stdin(Stdio::null()).stderr(Stdio::null());
    let output = tokio::time::timeout(PATIENCE, command.kill_on_drop(true).output()).await.ok()?.ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_lose_their_places() {
        let text = "<fontconfig>\n<!-- fonts -->\n<dir>/usr/share/fonts</dir><dir prefix=\"xdg\">fonts</dir>\n\
            <reset-dirs />\n<include ignore_missing=\"yes\">conf.d</include><cachedir>/var</cachedir>\n\
            <match target=\"font\"><directory>kept</directory></match></fontconfig>";
        let kept = "<fontconfig>\n<!-- fonts -->\n\n\n\n<match target=\"font\"><directory>kept</directory></match></fontconfig>";
        assert_eq!(without_places(text), kept);
        assert_eq!(without_places("<dir"), "<dir");
        assert_eq!(without_places("<!-- a <dir> --><dir>/a</dir>"), "<!-- a  -->");
    }

    #[test]
    fn only_rules_in_use_are_taken() {
        let list = "+ /etc/fonts/conf.d/10-a.conf: Some words: more\n- /usr/b.conf: No\n+ /etc/fonts/fonts.conf: Default\n";
        assert_eq!(
            rules_in_use(list).collect::<Vec<_>>(),
            ["/etc/fonts/conf.d/10-a.conf", "/etc/fonts/fonts.conf"]
        );
    }
}
