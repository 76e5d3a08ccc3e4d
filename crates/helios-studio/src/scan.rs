//! The pages of a project, as far as their files say: size, rate, length and title, without a browser.

use crate::Host;
use crate::api::CompositionView;
use crate::files::walk;
use crate::project::{PACKAGE, Project, modified_ms};
use helios_runner::is_composition;
use std::fs;
use std::io::Read as _;
use std::path::Path;
use xxhash_rust::xxh3::xxh3_64;

/// The most pages that are listed.
const MOST: usize = 1000;
/// The most files that are gone through: somebody may open the Studio for a whole disk.
const MOST_FILES: usize = 50_000;
/// So much of a page is looked at: what it declares stands in its head.
const HEAD: u64 = 64 << 10;

/// The pages by path. `details` is filled in by whoever knows them.
pub fn compositions(project: &Project, host: &(impl Host + ?Sized)) -> Vec<CompositionView> {
    let mut pages: Vec<(std::path::PathBuf, u64)> = Vec::new();
    let mut packages = Vec::new();
    let mut changed: Vec<(std::path::PathBuf, u64)> = Vec::new();
    walk(project.root(), &mut |path, metadata| {
        changed.push((path.to_path_buf(), modified_ms(metadata) ^ metadata.len()));
        if path.to_str().is_some() && is_composition(path) {
            pages.push((path.to_path_buf(), modified_ms(metadata)));
        }
        if path.ends_with(PACKAGE) {
            packages.extend(path.parent().map(|folder| (folder.to_path_buf(), modified_ms(metadata))));
        }
        pages.len() < MOST && changed.len() < MOST_FILES
    });
    // A project without any page of its own is one composition; the innermost, where projects hold others.
    packages.sort_by_key(|(folder, _)| std::cmp::Reverse(folder.components().count()));
    for (folder, modified) in packages {
        if folder.to_str().is_some()
            && !pages.iter().any(|(page, _)| page.starts_with(&folder))
            && host.is_project(&folder)
        {
            pages.push((folder, modified));
        }
    }
    pages.sort();
    let view = |(path, modified_ms): (std::path::PathBuf, u64)| {
        let head = head(&path);
        let declared = declared(&head);
        let get = |key: &str| declared.iter().find(|(name, _)| *name == key).map(|(_, value)| value.clone());
        let number = |key| get(key).and_then(|value| pixels(&value));
        let id = project.relative(&path);
        CompositionView {
            title: title(&head).unwrap_or_else(|| name(project, &path)),
            version: version(&changed, &host.folder(&path), &elsewhere(project, host, &path)),
            width: number("width"),
            height: number("height"),
            fps: get("fps"),
            duration: get("duration").and_then(|value| seconds(&value)),
            path: id.clone(),
            id,
            modified_ms,
            details: None,
        }
    };
    pages.into_iter().map(view).collect()
}

/// Whether a page has a list of compositions. Every bundle of Remotion says this before its script.
pub fn has_list(project: &Project, page: &CompositionView) -> bool {
    head(&project.root().join(&page.path)).contains("remotion_staticBase")
}

/// Changes with every file under `folder`, since a page may load any of them, and with those `elsewhere` that it was made of.
fn version(files: &[(std::path::PathBuf, u64)], folder: &Path, elsewhere: &[std::path::PathBuf]) -> String {
    let mut text = String::new();
    for (path, stamp) in files.iter().filter(|(path, _)| path.starts_with(folder)) {
        // Whatever is rendered into the folder changes no page.
        if !crate::files::mime(path).starts_with("video/") {
            text.push_str(&format!("{}:{stamp}\n", path.display()));
        }
    }
    for path in elsewhere {
        let stamp = path.metadata().map_or(0, |metadata| modified_ms(&metadata) ^ metadata.len());
        text.push_str(&format!("{}:{stamp}\n", path.display()));
    }
    format!("{:016x}", xxh3_64(text.as_bytes()))
}

/// What a page was made of besides the files of its folder that are seen here.
fn elsewhere(project: &Project, host: &(impl Host + ?Sized), page: &Path) -> Vec<std::path::PathBuf> {
    let folder = host.folder(page);
    let is_seen = |file: &Path| file.starts_with(&folder) && file.starts_with(project.root());
    host.sources(page).into_iter().filter(|file| !is_seen(file)).collect()
}

fn head(path: &Path) -> String {
    let mut bytes = Vec::new();
    let read = fs::File::open(path).and_then(|file| file.take(HEAD).read_to_end(&mut bytes));
    if read.is_err() {
        bytes.clear();
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// What `<meta name="helios" content="…">` says.
fn declared(head: &str) -> Vec<(String, String)> {
    for tag in head.split('<').filter(|tag| starts_with(tag, "meta")) {
        let tag = tag.split('>').next().unwrap_or_default();
        if attribute(tag, "name").is_some_and(|name| name.eq_ignore_ascii_case("helios")) {
            let content = attribute(tag, "content").unwrap_or_default();
            let pairs = content.split([',', ';']).filter_map(|pair| pair.split_once('='));
            return pairs
                .map(|(key, value)| (key.trim().to_ascii_lowercase(), value.trim().to_owned()))
                .collect();
        }
    }
    Vec::new()
}

fn title(head: &str) -> Option<String> {
    let start = head.split('<').find(|tag| starts_with(tag, "title"))?;
    let text = start.split_once('>')?.1.split_whitespace().collect::<Vec<_>>().join(" ");
    let text = text.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
    Some(text).filter(|text| !text.is_empty())
}

fn starts_with(tag: &str, name: &str) -> bool {
    tag.get(..name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name))
}

/// The value of an attribute, quoted or not.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let lower = tag.to_ascii_lowercase();
    let mut from = 0;
    while let Some(found) = lower.get(from..)?.find(name) {
        let at = from + found;
        let before = lower.get(..at)?.chars().last()?;
        let rest = tag.get(at + name.len()..)?.trim_start();
        if let (true, Some(value)) = (before.is_whitespace(), rest.strip_prefix('=')) {
            let value = value.trim_start();
            let quote = value.chars().next().filter(|quote| ['"', '\''].contains(quote));
            let value = match quote {
                Some(quote) => value.get(1..)?.split(quote).next()?,
                None => value.split_whitespace().next()?,
            };
            return Some(value.to_owned());
        }
        from = at + name.len();
    }
    None
}

fn pixels(text: &str) -> Option<u32> {
    text.trim_end_matches("px").trim().parse().ok().filter(|pixels| *pixels > 0)
}

fn seconds(text: &str) -> Option<f64> {
    let (number, unit) = match text.trim_end_matches(char::is_alphabetic) {
        number if text.ends_with("ms") => (number, 0.001),
        number => (number, 1.0),
    };
    number
        .trim()
        .parse::<f64>()
        .ok()
        .map(|seconds| seconds * unit)
        .filter(|seconds| seconds.is_finite() && *seconds > 0.0)
}

/// A name made of the path: `intro/index.html` is "intro".
fn name(project: &Project, path: &Path) -> String {
    if path == project.root() {
        return project.name();
    }
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    if stem != "index" {
        return stem;
    }
    match path.parent().filter(|folder| *folder != project.root()).and_then(Path::file_name) {
        Some(folder) => folder.to_string_lossy().into_owned(),
        None => project.name(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_page_declares_is_read_without_a_browser() {
        let head = "<!doctype html><TITLE>\n Launch &amp; more</TITLE>\
                    <meta name=viewport content='width=device-width'>\
                    <meta content=\"width=1280px, height=720;FPS=30000/1001,duration=500ms\" name='Helios'>";
        assert_eq!(title(head).as_deref(), Some("Launch & more"));
        let declared = declared(head);
        let get = |key: &str| declared.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str());
        assert_eq!(get("width").and_then(pixels), Some(1280));
        assert_eq!((get("height"), get("fps")), (Some("720"), Some("30000/1001")));
        assert_eq!(get("duration").and_then(seconds), Some(0.5));
        assert_eq!(super::declared("<meta name=helios><p>é<meta"), []);
        assert_eq!(seconds("2.5s"), Some(2.5));
    }
}
