//! What is to be rendered: a page in a local folder, or an address on the web.

use crate::RenderError;
use std::path::{Path, PathBuf};

/// A resolved input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Input {
    /// A page in a folder; the folder is what the built-in server serves.
    Local {
        /// Canonical path of the folder.
        root: PathBuf,
        /// The page's name in it.
        page: String,
    },
    /// An http or https address.
    Remote {
        /// The address.
        url: String,
    },
}

impl Input {
    /// Understands a path (file, or folder with index.html) or an http(s) URL.
    pub(crate) fn resolve(text: &str) -> Result<Input, RenderError> {
        let scheme = text.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase());
        match scheme.as_deref() {
            Some("http" | "https") => return Ok(Input::Remote { url: text.to_owned() }),
            Some(other) if !other.contains('/') => {
                let message =
                    format!("cannot render {text}: use a file, a folder, or an http:// or https:// address");
                return Err(RenderError::Input(message));
            }
            _ => {}
        }
        let path = Path::new(text)
            .canonicalize()
            .map_err(|error| RenderError::Input(format!("cannot read {text}: {error}")))?;
        let page = if path.is_dir() { path.join("index.html") } else { path };
        if !page.is_file() {
            return Err(RenderError::Input(format!("{text} has no index.html: name the page to render")));
        }
        match (page.parent(), page.file_name().and_then(|name| name.to_str())) {
            (Some(root), Some(name)) => Ok(Input::Local { root: root.to_owned(), page: name.to_owned() }),
            _ => Err(RenderError::Input(format!("{text}: the file name is not valid UTF-8"))),
        }
    }
}
