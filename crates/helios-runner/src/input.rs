//! What the input is: a page, a folder with an `index.html`, or a URL; a project is made a page before. Reads the page's bytes for its digest,
//! nothing else.

use crate::reporter::Reporter;
use crate::{RenderOptions, RunnerError, digest};
use helios_job::InputFile;
use std::path::Path;
use tokio_util::sync::CancellationToken;

/// An input that exists, as far as can be told without a browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Input {
    /// What [`helios_job::JobConfig::input`] takes.
    pub text: String,
    /// The page itself, of which only its own bytes count, not what it loads; `None` for a URL.
    pub page: Option<InputFile>,
}

/// Finds the page that `given` means, which may have to be made.
pub(crate) async fn resolve(
    given: &str,
    options: &RenderOptions,
    reporter: &mut Reporter,
) -> Result<Input, RunnerError> {
    let Some(pages) = &options.pages else { return find(given) };
    let mut tell = |level, text| reporter.notice(level, text);
    let page = tokio::select! {
        page = pages.page(given, &mut tell) => page.map_err(RunnerError::Project)?,
        () = options.cancel.cancelled() => return Err(RunnerError::Cancelled),
    };
    find(&page)
}

/// Finds a page.
fn find(given: &str) -> Result<Input, RunnerError> {
    let refused = |why: String| RunnerError::Input { given: given.to_owned(), why };
    if given.starts_with("http://") || given.starts_with("https://") {
        return Ok(Input { text: given.to_owned(), page: None });
    }
    if given.contains("://") {
        return Err(refused("give an .html file, a folder with an index.html, or an http(s) URL".to_owned()));
    }
    if given.is_empty() {
        return Err(refused("it is empty".to_owned()));
    }
    let path = std::path::absolute(given).map_err(|error| refused(error.to_string()))?;
    let metadata = path.metadata().map_err(|error| refused(why_not(&path, &error)))?;
    let page = if metadata.is_dir() { path.join("index.html") } else { path.clone() };
    if metadata.is_dir() && !page.is_file() {
        return Err(refused("the folder has no index.html".to_owned()));
    }
    let found = digest::of_file(&page, &CancellationToken::new());
    let sum = found.map_err(|error| refused(why_not(&page, &error)))?.map(|(sum, _)| sum);
    let utf8 = || refused("the path is not valid UTF-8".to_owned());
    let name = page.to_str().ok_or_else(utf8)?.to_owned();
    let text = path.to_str().ok_or_else(utf8)?.to_owned();
    Ok(Input { text, page: sum.map(|sha256| InputFile { path: name, sha256 }) })
}

fn why_not(path: &Path, error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => format!("there is no {}", path.display()),
        _ => format!("cannot read {}: {error}", path.display()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_folders_and_urls() {
        let dir = tempfile::tempdir().unwrap();
        let page = dir.path().join("index.html");
        let folder = dir.path().to_str().unwrap();
        assert!(find(folder).unwrap_err().to_string().ends_with("the folder has no index.html"));
        std::fs::write(&page, "<p>").unwrap();
        let whole = find(folder).unwrap();
        assert_eq!(whole.text, folder);
        assert_eq!(whole.page, find(page.to_str().unwrap()).unwrap().page);
        assert_eq!(find("https://example.com/a?b").unwrap().text, "https://example.com/a?b");
        for bad in ["", "ftp://x", "file:///x", "/no/such/page.html"] {
            assert_eq!(find(bad).unwrap_err().exit_code(), 64, "{bad}");
        }
    }
}
