//! The pages: `conformance/<group>/<name>.html`, and what each says about itself. Looks at their text, runs nothing.

use crate::ConformanceError;
use serde::{Deserialize, Serialize};
use std::fs;
use std::path::{Path, PathBuf};

/// One page of the corpus.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    /// `group/name`.
    pub name: String,
    /// The file.
    pub path: PathBuf,
    /// Its title: what it proves.
    pub title: String,
    /// Whether it belongs to the fast part.
    pub fast: bool,
    /// Whether most of its frames are alike on purpose.
    pub still: bool,
}

/// All pages in the groups of `folder`, by name.
///
/// # Errors
/// When a folder or a page cannot be read.
pub fn find(folder: &Path) -> Result<Vec<Page>, ConformanceError> {
    let mut pages = Vec::new();
    for group in list(folder)? {
        if !group.is_dir() {
            continue;
        }
        for path in list(&group)? {
            // Whatever has no length is a part of another page: an iframe, a worker's module.
            if path.extension().is_some_and(|extension| extension == "html") {
                let text = fs::read_to_string(&path).map_err(ConformanceError::io("read", &path))?;
                pages.extend(page(&path, &text));
            }
        }
    }
    pages.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(pages)
}

fn list(folder: &Path) -> Result<Vec<PathBuf>, ConformanceError> {
    let entries = fs::read_dir(folder).map_err(ConformanceError::io("list", folder))?;
    entries
        .map(|entry| entry.map(|entry| entry.path()).map_err(ConformanceError::io("list", folder)))
        .collect()
}

fn page(path: &Path, text: &str) -> Option<Page> {
    text.contains("<meta name=\"helios\"").then(|| {
        let word = |part: Option<&std::ffi::OsStr>| part.unwrap_or_default().to_string_lossy().into_owned();
        let flags = between(text, "<meta name=\"conformance\" content=\"", "\"").unwrap_or_default();
        Page {
            name: format!("{}/{}", word(path.parent().and_then(Path::file_name)), word(path.file_stem())),
            path: path.to_owned(),
            title: between(text, "<title>", "</title>").unwrap_or_default().trim().to_owned(),
            fast: flags.split(' ').any(|flag| flag == "fast"),
            still: flags.split(' ').any(|flag| flag == "still"),
        }
    })
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let rest = text.split_once(before)?.1;
    Some(rest.split_once(after)?.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_says_what_it_is() {
        let text = "<title>Timers in order</title><meta name=\"helios\" content=\"duration=1\">\
                    <meta name=\"conformance\" content=\"fast still\">";
        let found = page(Path::new("x/clock/timers.html"), text).unwrap();
        assert_eq!((found.name.as_str(), found.title.as_str()), ("clock/timers", "Timers in order"));
        assert!(found.fast && found.still);
        assert_eq!(page(Path::new("x/clock/frame.html"), "<title>An iframe</title>"), None);
    }
}
