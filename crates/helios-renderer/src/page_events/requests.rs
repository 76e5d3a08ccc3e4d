//! Requests of the page: which are under way, which failed, and whether it was the composition's own document.

use super::documents::CODE;
use super::log::{DocumentError, Request};
use super::pump::Pump;
use super::{Place, text};
use crate::server::{FILM_PATH, HOST_NAME};
use helios_job::Level;
use serde_json::Value;

/// Network errors after which the same address may answer later.
const PASSING: &[&str] =
    &["ERR_CONNECTION_", "TIMED_OUT", "ERR_NETWORK_", "ERR_INTERNET_DISCONNECTED", "ERR_EMPTY_RESPONSE"];

/// What a frame waits for: the rest of what a page may load either shows nothing or, like a stream, may never end.
const HOLDING: &[&str] = &["Script", "Stylesheet", "Image", "Font"];
/// And what it waits for where no runtime of ours stands between the page and the network.
const HOLDING_BARE: &[&str] = &["Document", "XHR", "Fetch"];

impl Pump {
    pub(super) fn request(&self, params: &Value) {
        let (url, kind) = (text(&params["request"]["url"]).to_owned(), text(&params["type"]).to_owned());
        if self.place == Place::Iframe && kind == "Script" && self.is_top(&params["frameId"]) {
            // The host page's own.
            return;
        }
        let mut log = self.log();
        if let Some(host) = host_of(&url) {
            log.hosts.entry(host.to_owned()).or_insert_with(|| (url.clone(), 0)).1 += 1;
        }
        log.asked_for_code |= CODE.contains(&kind.as_str()) && !url.starts_with("blob:");
        // Nobody tells us here of the answer to the script of a worker, which belongs to no document.
        let holds = params["loaderId"] != "" && self.holds(&url, &kind);
        let asked_by = [text(&params["frameId"]).to_owned(), text(&params["loaderId"]).to_owned()];
        let request = Request { url, kind, asked_by, holds, download: false };
        log.requests.insert(text(&params["requestId"]).to_owned(), request);
    }

    /// Whether a frame is not complete without the answer from `url`.
    fn holds(&self, url: &str, kind: &str) -> bool {
        // The runtime knows of pictures and fonts that are there already, but not of `import()`.
        let known = kind != "Script" && ["data:", "blob:"].iter().any(|scheme| url.starts_with(scheme));
        match self.place {
            Place::Iframe => HOLDING.contains(&kind) && !known,
            Place::Window => HOLDING.contains(&kind) || HOLDING_BARE.contains(&kind),
        }
    }

    pub(super) fn finished(&self, params: &Value) {
        self.log().requests.remove(text(&params["requestId"]));
        self.answered.send_replace(());
    }

    pub(super) fn response(&self, params: &Value) {
        // The end of these may never come: pictures of a camera; what fetch() asks for ends when the page reads it.
        if text(&params["response"]["mimeType"]).starts_with("multipart/") || params["type"] == "Fetch" {
            if let Some(request) = self.log().requests.get_mut(text(&params["requestId"])) {
                request.holds = false;
            }
            self.answered.send_replace(());
        }
        if text(&params["type"]) == "Document"
            && is_download(&params["response"])
            && let Some(request) = self.log().requests.get_mut(text(&params["requestId"]))
        {
            request.download = true;
        }
        let (status, url) =
            (params["response"]["status"].as_u64().unwrap_or(0), text(&params["response"]["url"]));
        if status >= 400 || (self.is_first_document(params) && matches!(status, 204 | 205)) {
            let passing = status >= 500 || matches!(status, 408 | 429);
            self.failed(params, text(&params["type"]), url, &format!("HTTP {status}"), passing);
        }
    }

    pub(super) fn request_failed(&self, params: &Value) {
        let request = self.log().requests.remove(text(&params["requestId"]));
        let Some(Request { url, kind, download, .. }) = request else { return };
        self.answered.send_replace(());
        let why = text(&params["errorText"]);
        if !params["canceled"].as_bool().unwrap_or(false) {
            let passing = PASSING.iter().any(|error| why.contains(error));
            return self.failed(params, &kind, &url, why, passing);
        }
        if kind != "Document" {
            return;
        }
        // A document that is not shown: a download, or an answer without a body.
        if self.is_first_document(params) {
            let why = match download {
                true => "it is not a page that a browser shows, but a download",
                // As when its process ends.
                false => "the browser gave it up while it loaded",
            };
            self.failed(params, &kind, &url, why, !download);
        }
        self.log().leaving = None;
        self.moving.send_replace(());
    }

    /// Whether an event is about the first document of the composition.
    fn is_first_document(&self, params: &Value) -> bool {
        let frame = &params["frameId"];
        let documents = self.log().documents;
        // The event for a failure names no frame; the host page's own documents are there before the composition begins.
        text(&params["type"]) == "Document"
            && documents == 0
            && (frame.is_null() || self.is_composition(frame))
    }

    fn failed(&self, params: &Value, kind: &str, url: &str, why: &str, passing: bool) {
        if kind == "Document" && (self.is_first_document(params) || self.is_composition(&params["frameId"])) {
            let message = format!("cannot load {url}: {why}");
            self.log().document_error.get_or_insert(DocumentError { message, passing });
            self.moving.send_replace(());
            return;
        }
        if url.starts_with(&format!("http://{HOST_NAME}{FILM_PATH}")) {
            // Our own question about a video; what comes of it is said by who asked.
            return;
        }
        let code = match kind {
            "XHR" | "Fetch" | "EventSource" | "WebSocket" => "fetch-failed",
            "Other" | "Ping" | "Prefetch" | "Manifest" => "side-request-failed",
            _ => "request-failed",
        };
        let message = format!("{}: {url}: {why}", kind.to_ascii_lowercase());
        self.notice(Level::Warn, code, Some(url.to_owned()), message);
    }
}

/// Whether an answer is saved, and not shown: the server says so, or its type is none of a page.
fn is_download(response: &Value) -> bool {
    let kind = text(&response["mimeType"]);
    let shown = ["text/", "image/", "video/", "audio/"].iter().any(|start| kind.starts_with(start))
        || ["application/xhtml+xml", "application/xml", "application/json", "application/pdf"]
            .contains(&kind);
    let headers = response["headers"].as_object().into_iter().flatten();
    let attached = headers
        .filter(|(name, _)| name.eq_ignore_ascii_case("content-disposition"))
        .any(|(_, value)| text(value).trim_start().to_ascii_lowercase().starts_with("attachment"));
    attached || !shown
}

/// Host and port of an address on the network.
fn host_of(url: &str) -> Option<&str> {
    let (scheme, rest) = url.split_once("://")?;
    matches!(scheme, "http" | "https" | "ws" | "wss")
        .then(|| rest.split(['/', '?', '#']).next().unwrap_or(rest))
}
