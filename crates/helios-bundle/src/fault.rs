//! What is wrong with a project's files, and where: rolldown's diagnostics in our words.

use crate::package::{Package, installed, package_of};
use rolldown_error::{BuildDiagnostic, DiagnosticOptions, EventKind};
use std::fmt;
use std::path::Path;

/// Lines around a fault that are shown.
const AROUND: usize = 2;
/// So much of a line is shown: some are minified.
const WIDTH: usize = 160;

/// Something wrong in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The file, as seen from the project's folder, with line and column from 1 on.
    pub place: Option<(String, usize, usize)>,
    /// What is wrong, and what would do.
    pub text: String,
    /// The lines around it.
    pub frame: Option<String>,
}

impl Fault {
    /// Of a place in `source`: line and column from 1 on.
    pub(crate) fn at(file: &str, source: &str, line: usize, column: usize, text: String) -> Fault {
        Fault { place: Some((file.to_owned(), line, column)), text, frame: frame(source, line, column) }
    }

    /// Of a whole file.
    pub(crate) fn of_file(file: &str, text: String) -> Fault {
        Fault { place: None, text: format!("{file}: {text}"), frame: None }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((file, line, column)) = &self.place {
            write!(f, "{file}:{line}:{column}: ")?;
        }
        f.write_str(&self.text)?;
        if let Some(frame) = &self.frame {
            write!(f, "\n{frame}")?;
        }
        Ok(())
    }
}

/// What a diagnostic says, for people in the folder `root`.
pub(crate) fn fault(diagnostic: &BuildDiagnostic, root: &Path) -> Fault {
    let shown = diagnostic.to_diagnostic_with(&DiagnosticOptions { cwd: root.to_owned() });
    let place = shown.get_primary_location();
    let importer = diagnostic.id().unwrap_or_default();
    let said = || {
        let text = diagnostic.to_message_with(&DiagnosticOptions { cwd: root.to_owned() });
        if text.is_empty() { shown.to_string() } else { text }
    };
    let text = match (diagnostic.kind(), diagnostic.exporter()) {
        (EventKind::ResolveError | EventKind::UnresolvedImport, Some(specifier)) => {
            unresolved(&specifier, Path::new(&importer), root)
        }
        (EventKind::ParseError, _) => format!("this is not valid: {}", first_lower(&said())),
        _ => said(),
    };
    // A script of our own has no lines to correct.
    let place = place.filter(|(file, ..)| root.join(file).is_file());
    let Some((file, line, column, _)) = place else { return Fault { place: None, text, frame: None } };
    let source = std::fs::read_to_string(root.join(&file)).unwrap_or_default();
    Fault::at(&file, &source, line, column + 1, text)
}

/// Why an import leads nowhere.
fn unresolved(specifier: &str, importer: &Path, root: &Path) -> String {
    let path = specifier.split('?').next().unwrap_or_default();
    let bare = specifier.strip_prefix("node:");
    if bare.is_some() || NODE.contains(&path) {
        let name = bare.unwrap_or(path);
        return format!(
            "\"{name}\" is a part of Node, which no browser has: import what it does from a package for browsers"
        );
    }
    let Some(package) = package_of(path) else {
        return format!("there is no file \"{specifier}\"");
    };
    let folder = importer.parent().unwrap_or(root);
    if let Some(found) = installed(folder, package) {
        let version = Package::read(&found).map(|package| package.version).unwrap_or_default();
        let rest = if path == package { "nothing to import".to_owned() } else { format!("no \"{path}\"") };
        return format!("the installed package \"{package}\" ({version}) has {rest} for browsers");
    }
    let wanted = Package::read(root).is_some_and(|own| own.wants(package));
    let fix = if wanted { "npm install".to_owned() } else { format!("npm install {package}") };
    format!("the package \"{package}\" is imported, but not installed: run `{fix}` in {}", root.display())
}

/// What only Node has, as far as it is imported without `node:`.
const NODE: [&str; 22] = [
    "assert",
    "buffer",
    "child_process",
    "cluster",
    "crypto",
    "dgram",
    "dns",
    "events",
    "fs",
    "fs/promises",
    "http",
    "https",
    "module",
    "net",
    "os",
    "path",
    "process",
    "stream",
    "tls",
    "url",
    "util",
    "zlib",
];

/// The lines around a place, with a mark under it.
fn frame(source: &str, line: usize, column: usize) -> Option<String> {
    let lines: Vec<&str> = source.lines().collect();
    lines.get(line.checked_sub(1)?)?;
    let (first, last) = (line.saturating_sub(AROUND).max(1), (line + AROUND).min(lines.len()));
    let digits = last.to_string().len();
    let mut out = Vec::new();
    for number in first..=last {
        // A mark that is far to the right is of no use, nor is a line that fills the screen.
        let shown: String = lines.get(number - 1)?.replace('\t', " ").chars().take(WIDTH).collect();
        let mark = if number == line { '>' } else { ' ' };
        out.push(format!("{mark} {number:digits$} | {shown}").trim_end().to_owned());
        if number == line && column <= WIDTH {
            out.push(format!("  {:digits$} | {:>column$}", "", "^"));
        }
    }
    Some(out.join("\n"))
}

fn first_lower(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|c| c.to_lowercase().to_string()).unwrap_or_default();
    first + chars.as_str()
}
