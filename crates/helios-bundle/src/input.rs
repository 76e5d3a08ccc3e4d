//! What an input is: a page that a browser runs as it stands, one that another tool has built, or a project for us to build.

use crate::html::{Code, Html};
use crate::package::{Package, root_of};
use crate::scan::Browser;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Files that are entries of projects.
const SCRIPTS: [&str; 9] = ["tsx", "ts", "jsx", "js", "mts", "mjs", "vue", "svelte", "cts"];
/// Where an entry is when nothing says so.
const USUAL: [&str; 6] = ["src/main", "src/index", "src/App", "main", "index", "App"];
/// The most files that are looked at to find out whether a build is new.
const MOST_FILES: usize = 20_000;

/// What an input is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// To be rendered as it stands.
    Page {
        /// The input, or the page of the project's own build.
        input: String,
        /// What the user should know of it.
        note: Option<String>,
    },
    /// To be built.
    Project(Project),
}

/// A project to build.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    /// As it was given.
    pub given: String,
    /// The folder with `package.json`.
    pub root: PathBuf,
    /// What it begins with: a page, or a script.
    pub entry: PathBuf,
    /// What the user should know of it.
    pub note: Option<String>,
}

impl Project {
    fn new(given: &str, entry: &Path, note: Option<String>) -> Option<Project> {
        let entry = entry.canonicalize().ok()?;
        Some(Project { given: given.to_owned(), root: root_of(&entry), entry, note })
    }

    /// A short name.
    pub fn name(&self) -> String {
        let stem = |path: &Path| path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let own = stem(&self.entry);
        let folder = self.entry.ancestors().skip(1).map(stem).find(|name| !name.is_empty() && name != "src");
        match own.as_str() {
            "index" | "main" | "App" => folder.unwrap_or(own),
            _ => own,
        }
    }
}

/// Says what `given` is. Whatever is no project is left to those who open pages, who say what is wrong with it. Reads files.
pub fn find(given: &str) -> Source {
    let page = |note| Source::Page { input: given.to_owned(), note };
    if given.contains("://") {
        return page(None);
    }
    let path = Path::new(given);
    let project = |entry: &Path, note: Option<String>| {
        Project::new(given, entry, note)
            .map_or(Source::Page { input: given.to_owned(), note: None }, Source::Project)
    };
    if path.is_dir() {
        return match index(path) {
            Index::Runs => page(None),
            Index::Built(html) => match html.to_str() {
                Some(html) => Source::Page {
                    input: html.to_owned(),
                    note: Some(format!("Taking {html}, which the project's own build has made")),
                },
                None => page(None),
            },
            Index::Entry(entry, note) => project(&entry, note),
            Index::None => page(None),
        };
    }
    match extension(path) {
        Some("html" | "htm") if !runs(path) => project(path, None),
        Some(extension) if SCRIPTS.contains(&extension) => project(path, None),
        _ => page(None),
    }
}

fn extension(path: &Path) -> Option<&str> {
    path.extension().and_then(|extension| extension.to_str())
}

/// What a folder has.
enum Index {
    /// A page that runs as it stands.
    Runs,
    /// The page that its own build has made.
    Built(PathBuf),
    /// Something to build.
    Entry(PathBuf, Option<String>),
    None,
}

fn index(folder: &Path) -> Index {
    let html = folder.join("index.html");
    if html.is_file() && runs(&html) {
        return Index::Runs;
    }
    let package = Package::read(folder);
    let mut note = None;
    let built = folder.join("dist").join("index.html");
    if package.as_ref().is_some_and(|package| package.scripts.contains_key("build")) && built.is_file() {
        match newer_than(folder, &built) {
            None => return Index::Built(built),
            Some(file) => note = Some(format!("dist/ is older than {}: building anew", file.display())),
        }
    }
    if html.is_file() {
        return Index::Entry(html, note);
    }
    let named = package.and_then(|package| package.source.or(package.main)).map(|name| folder.join(name));
    let usual =
        USUAL.iter().flat_map(|name| SCRIPTS.map(|extension| folder.join(format!("{name}.{extension}"))));
    let is_entry =
        |file: &PathBuf| file.is_file() && extension(file).is_some_and(|name| SCRIPTS.contains(&name));
    match named.into_iter().chain(usual).find(is_entry) {
        Some(entry) => Index::Entry(entry, note),
        None => Index::None,
    }
}

/// Whether a browser runs a page's modules as they stand. It has to try those that cannot be read.
fn runs(html: &Path) -> bool {
    let Ok(text) = std::fs::read_to_string(html) else { return true };
    let page = Html::read(&text);
    let base = html.parent().unwrap_or(Path::new("."));
    let browser = Browser { base, has_import_map: page.has_import_map };
    page.scripts.iter().all(|script| match &script.code {
        Code::Inline(text) => browser.runs_inline(text),
        Code::File(name) => page_path(base, name).is_none_or(|file| browser.runs_file(file)),
    })
}

/// The file that an address in a page names; `None` for one elsewhere.
pub(crate) fn page_path(base: &Path, address: &str) -> Option<PathBuf> {
    let path = address.split(['?', '#']).next().unwrap_or_default().trim();
    if path.is_empty() || path.contains(':') || path.starts_with("//") {
        return None;
    }
    let path = percent_encoding::percent_decode_str(path).decode_utf8().ok()?;
    Some(base.join(path.trim_start_matches('/')))
}

/// A source file that was changed after `built` was made, as seen from `folder`.
fn newer_than(folder: &Path, built: &Path) -> Option<PathBuf> {
    let modified =
        |path: &Path| path.metadata().and_then(|found| found.modified()).unwrap_or(SystemTime::UNIX_EPOCH);
    let made = modified(built);
    let (mut folders, mut seen) = (vec![folder.to_owned()], 0);
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).into_iter().flatten().flatten() {
            let (path, name) = (entry.path(), entry.file_name());
            let name = name.to_string_lossy();
            let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
            seen += 1;
            if name.starts_with('.')
                || name == "node_modules"
                || path == folder.join("dist")
                || seen > MOST_FILES
            {
                continue;
            }
            if is_folder {
                folders.push(path);
            } else if is_source(&path) && modified(&path) > made {
                return Some(path.strip_prefix(folder).unwrap_or(&path).to_owned());
            }
        }
    }
    None
}

/// Whether a change of a file changes a build.
fn is_source(path: &Path) -> bool {
    let more = ["html", "css", "scss", "less", "json"];
    extension(path).is_some_and(|name| SCRIPTS.contains(&name) || more.contains(&name))
}
