//! A folder with pages for people to look at: served as in a render, but with the preview's script in every page, which has the clock of
//! a render and takes its orders from the page around (`web/preview/`).

use crate::films::{Films, Question};
use crate::site;
use axum::extract::{Query, Request};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::path::{Path, PathBuf};

/// Where the script is.
const SCRIPT_PATH: &str = "/__helios/preview.js";
/// Where the script asks for frames of videos.
const FILM_PATH: &str = "/__helios/film";

const SCRIPT: &str = include_str!(concat!(env!("OUT_DIR"), "/preview.js"));

/// Pages larger than this come as they are.
const LARGEST_PAGE: u64 = 64 << 20;

/// One folder.
pub struct Preview {
    root: PathBuf,
    films: Films,
}

/// Where a request has come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreviewAt {
    /// The origin of this folder.
    pub own: String,
    /// The origin of the page that may give orders.
    pub orders_from: String,
}

impl Preview {
    /// Serves `root`, which must be canonical. `ffmpeg` decodes videos.
    pub fn new(root: PathBuf, ffmpeg: Option<PathBuf>) -> Preview {
        Preview { root, films: Films::new(ffmpeg) }
    }

    /// The folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Answers a browser.
    pub async fn answer(&self, at: &PreviewAt, request: Request) -> Response {
        let path = request.uri().path();
        if path == SCRIPT_PATH {
            let kind = (header::CONTENT_TYPE, "text/javascript; charset=utf-8");
            return ([kind, (header::CACHE_CONTROL, "no-store")], script(at)).into_response();
        }
        if path == FILM_PATH {
            let own = format!("{}/", at.own);
            return match Query::<Question>::try_from_uri(request.uri()) {
                Ok(question) => self.films.answer(Some(&self.root), &own, &[], question).await,
                Err(error) => (StatusCode::BAD_REQUEST, error.to_string()).into_response(),
            };
        }
        // What a project hides from its tools it hides from its pages.
        if path.split('/').any(|part| part.starts_with('.') || part.to_ascii_lowercase().starts_with("%2e")) {
            return (StatusCode::NOT_FOUND, "not found").into_response();
        }
        match self.page(&request) {
            Some(page) => page,
            None => site::serve(&self.root, request).await,
        }
    }

    /// The page that is asked for, with the script in it.
    fn page(&self, request: &Request) -> Option<Response> {
        let reads = request.method() == Method::GET || request.method() == Method::HEAD;
        let file =
            site::find(&self.root, request.uri().path()).filter(|file| reads && site::is_page(file))?;
        if file.metadata().ok()?.len() > LARGEST_PAGE {
            return None;
        }
        let bytes = std::fs::read(&file).ok()?;
        let kind = if site::is_silent_utf8(&bytes) { site::PAGE } else { "text/html" };
        let mut response = with_script(bytes).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        Some(response)
    }
}

fn script(at: &PreviewAt) -> String {
    let text = |value: &str| serde_json::to_string(value).unwrap_or_default();
    let films = format!("{}{FILM_PATH}", at.own);
    format!(
        "(() => {{\n\"use strict\";\nconst HELIOS_STUDIO = {};\nconst HELIOS_FILMS = {};\n{SCRIPT}\n}})();",
        text(&at.orders_from),
        text(&films)
    )
}

/// Puts the script before everything of the page that can run.
fn with_script(mut page: Vec<u8>) -> Vec<u8> {
    // In UTF-16 a tag has other bytes; such a page plays on the browser's clock.
    if !page.starts_with(&[0xff, 0xfe]) && !page.starts_with(&[0xfe, 0xff]) {
        let at = head_of(&page);
        page.splice(at..at, format!("<script src=\"{SCRIPT_PATH}\"></script>").into_bytes());
    }
    page
}

/// Where a script can stand so that it is the first thing of the head: behind the doctype, comments, `<html>` and `<head>`.
fn head_of(page: &[u8]) -> usize {
    let mut at = if page.starts_with(&[0xef, 0xbb, 0xbf]) { 3 } else { 0 };
    let mut best = at;
    loop {
        let rest = &page[at..];
        let blank = rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        let rest = &rest[blank..];
        let (end, counts): (&[u8], bool) = if rest.starts_with(b"<!--") {
            (b"-->", false)
        } else if rest.starts_with(b"<!")
            || rest.starts_with(b"<?")
            || tag(rest, b"html")
            || tag(rest, b"head")
        {
            (b">", true)
        } else {
            return best;
        };
        let Some(length) = rest.windows(end.len()).position(|window| window == end) else { return best };
        at += blank + length + end.len();
        if counts {
            best = at;
        }
        if tag(rest, b"head") {
            return best;
        }
    }
}

/// Whether `text` begins with this opening tag.
fn tag(text: &[u8], name: &[u8]) -> bool {
    let end = text.get(1 + name.len()).copied().unwrap_or(b'>');
    text.first() == Some(&b'<')
        && text.get(1..=name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name))
        && (end == b'>' || end == b'/' || end.is_ascii_whitespace())
}

#[cfg(test)]
mod tests {
    use super::{SCRIPT_PATH, with_script};

    #[test]
    fn the_script_is_the_first_thing_of_the_head() {
        for (before, after) in [
            ("<!doctype html><html lang=en><head ><title>a", "<!doctype html><html lang=en><head >|<title>a"),
            ("<!-- > --><!DOCTYPE html>\n<HTML>\n<script>", "<!-- > --><!DOCTYPE html>\n<HTML>|\n<script>"),
            ("<!doctype html><meta charset=utf-8>", "<!doctype html>|<meta charset=utf-8>"),
            ("<header>a</header>", "|<header>a</header>"),
            ("<!doctype html", "|<!doctype html"),
            ("<html><!-- <head> --><head><b>", "<html><!-- <head> --><head>|<b>"),
            ("", "|"),
            ("\u{feff}<p>", "\u{feff}|<p>"),
        ] {
            let tag = format!("<script src=\"{SCRIPT_PATH}\"></script>");
            let text = String::from_utf8(with_script(before.into())).unwrap();
            assert_eq!(text.replace(&tag, "|"), after);
        }
        assert_eq!(with_script(vec![0xff, 0xfe, b'<', 0]), [0xff, 0xfe, b'<', 0]);
    }
}
