//! What the input is: a page, a folder with an `index.html`, or a URL. Reads the page's bytes for its digest, nothing else.

use crate::RunnerError;
use std::path::Path;

/// An input that exists, as far as can be told without a browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Input {
    /// What [`helios_job::JobConfig::input`] takes.
    pub text: String,
    /// Stands for the content. Of a page only its own bytes count, not what it loads; of a URL only its text.
    pub digest: String,
}

/// Finds the page that `given` means.
pub(crate) fn resolve(given: &str) -> Result<Input, RunnerError> {
    let refused = |why: String| RunnerError::Input { given: given.to_owned(), why };
    if given.starts_with("http://") || given.starts_with("https://") {
        return Ok(Input { text: given.to_owned(), digest: given.to_owned() });
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
    let bytes = std::fs::read(&page).map_err(|error| refused(why_not(&page, &error)))?;
    let text = path.to_str().ok_or_else(|| refused("the path is not valid UTF-8".to_owned()))?;
    Ok(Input { text: text.to_owned(), digest: format!("{:032x}", xxhash_rust::xxh3::xxh3_128(&bytes)) })
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
        assert!(resolve(folder).unwrap_err().to_string().ends_with("the folder has no index.html"));
        std::fs::write(&page, "<p>").unwrap();
        let whole = resolve(folder).unwrap();
        assert_eq!(whole.text, folder);
        assert_eq!(whole.digest, resolve(page.to_str().unwrap()).unwrap().digest);
        assert_eq!(resolve("https://example.com/a?b").unwrap().text, "https://example.com/a?b");
        for bad in ["", "ftp://x", "file:///x", "/no/such/page.html"] {
            assert_eq!(resolve(bad).unwrap_err().exit_code(), 64, "{bad}");
        }
    }
}
