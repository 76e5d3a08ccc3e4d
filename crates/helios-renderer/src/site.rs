//! Files of a folder with pages, as a browser gets them: byte ranges, types, and nothing outside the folder, symbolic links included.

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::path::{Path, PathBuf};
use tower_http::services::ServeFile;

/// So far into a page a browser looks for the name of its encoding.
const HEAD_BYTES: usize = 1024;
const CHARSET: &[u8] = b"charset";

/// The file that a request names.
pub(crate) async fn serve(root: &Path, request: Request) -> Response {
    if request.method() != Method::GET && request.method() != Method::HEAD {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    let Some(file) = find(root, request.uri().path()) else {
        return (StatusCode::NOT_FOUND, "not found").into_response();
    };
    let utf8 = is_page(&file) && std::fs::read(&file).is_ok_and(|bytes| is_silent_utf8(&bytes));
    match ServeFile::new(file).try_call(request).await {
        Ok(mut response) => {
            if utf8 {
                response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(PAGE));
            }
            // Nothing of a render may come from an earlier one.
            response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
            response.map(Body::new)
        }
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

/// What a page in UTF-8 is called.
pub(crate) const PAGE: &str = "text/html; charset=utf-8";

pub(crate) fn is_page(file: &Path) -> bool {
    file.extension().is_some_and(|name| name == "html" || name == "htm")
}

/// Whether a page is written in UTF-8 and does not say so itself. A browser that is told nothing takes the encoding of the page around
/// a frame, and guesses where there is none: pages would read differently by the way they are captured.
pub(crate) fn is_silent_utf8(bytes: &[u8]) -> bool {
    let head = bytes[..bytes.len().min(HEAD_BYTES)].to_ascii_lowercase();
    !head.windows(CHARSET.len()).any(|word| word == CHARSET) && std::str::from_utf8(bytes).is_ok()
}

/// The file that a request path names, if it lies in `root` after all links are followed.
pub(crate) fn find(root: &Path, request_path: &str) -> Option<PathBuf> {
    let decoded = percent_encoding::percent_decode_str(request_path).decode_utf8().ok()?;
    let relative = decoded.trim_start_matches('/');
    let file = root.join(relative).canonicalize().ok()?;
    let file = if file.is_dir() { file.join("index.html").canonicalize().ok()? } else { file };
    (file.starts_with(root) && file.is_file()).then_some(file)
}

#[cfg(test)]
mod tests {
    use super::{find, is_silent_utf8};
    use std::fs;
    use std::os::unix::fs::symlink;

    #[test]
    fn a_page_that_names_no_encoding_is_utf8_when_it_can_be() {
        for (bytes, silent) in [
            ("waiting…".as_bytes(), true),
            ("<meta Charset=latin1>waiting".as_bytes(), false),
            (b"caf\xe9".as_slice(), false),
        ] {
            assert_eq!(is_silent_utf8(bytes), silent, "{bytes:?}");
        }
    }

    #[test]
    fn only_what_lies_in_the_folder_is_found() {
        let dir = tempfile::tempdir().unwrap();
        let base = dir.path().canonicalize().unwrap();
        let root = base.join("site");
        fs::create_dir_all(root.join("sub")).unwrap();
        fs::write(root.join("a b.html"), "").unwrap();
        fs::write(root.join("sub/index.html"), "").unwrap();
        fs::write(base.join("secret.txt"), "").unwrap();
        symlink(base.join("secret.txt"), root.join("link.txt")).unwrap();
        symlink(root.join("a b.html"), root.join("inside.html")).unwrap();

        assert_eq!(find(&root, "/a%20b.html"), Some(root.join("a b.html")));
        assert_eq!(find(&root, "/inside.html"), Some(root.join("a b.html")));
        assert_eq!(find(&root, "/sub/"), Some(root.join("sub/index.html")));
        for outside in
            ["/../secret.txt", "/%2e%2e/secret.txt", "/link.txt", "//etc/passwd", "/missing", "/%ff", "/"]
        {
            assert_eq!(find(&root, outside), None, "{outside}");
        }
    }
}
