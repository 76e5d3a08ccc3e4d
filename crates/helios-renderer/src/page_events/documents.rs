//! Where the page goes, and the documents on their way to it: these pass through our hands, so that the window around the
//! composition stays, and pages may be framed.

use super::log::DocumentError;
use super::pump::{ANSWER_TIMEOUT, Pump};
use super::{Place, text};
use crate::runtime::{HOST_PATH, host_page};
use crate::server::HOST_NAME;
use base64::Engine as _;
use helios_job::Level;
use serde_json::{Value, json};
use std::sync::atomic::Ordering;

/// A refresh within this many seconds belongs to the load.
const SOON: f64 = 1.0;

impl Pump {
    /// The page wants to go somewhere else. Its script is told so at once, the new document comes later.
    pub(super) fn leaves(&self, params: &Value) {
        let url = text(&params["url"]);
        // Mail programs and the like are no place for a page, and links into a new tab leave this one alone.
        let goes =
            ["http:", "https:", "about:", "blob:", "data:"].iter().any(|scheme| url.starts_with(scheme));
        if goes && params["disposition"] == "currentTab" && self.is_composition(&params["frameId"]) {
            self.log().leaving = Some(url.to_owned());
            self.moving.send_replace(());
        }
    }

    /// A `<meta http-equiv=refresh>` has been `set`, or taken back.
    pub(super) fn refreshes(&self, params: &Value, set: bool) {
        if self.is_composition(&params["frameId"]) {
            self.log().refreshing = set && params["delay"].as_f64().is_some_and(|delay| delay < SOON);
            self.moving.send_replace(());
        }
    }

    pub(super) fn navigated(&self, frame: &Value) {
        self.log().forget_requests(text(&frame["id"]), frame["loaderId"].as_str());
        self.answered.send_replace(());
        // The composition's frame is the window, or the child of the host page there; its own iframes lie deeper.
        let top = match self.place {
            Place::Iframe => &frame["parentId"],
            Place::Window => &frame["id"],
        };
        if !self.is_top(top) {
            return;
        }
        let mut log = self.log();
        if let Some(url) = frame["unreachableUrl"].as_str().filter(|_| log.document_error.is_none()) {
            let message = format!("cannot load {url}: it cannot be reached");
            log.document_error = Some(DocumentError { message, passing: true });
        }
        log.document_url = frame["url"].as_str().map(str::to_owned);
        log.documents += 1;
        log.leaving = None;
        log.refreshing = false;
        drop(log);
        self.moving.send_replace(());
    }

    /// Documents pass through here. The top window keeps the host page whatever a page does to it; a remote composition
    /// gets the host page into its own origin, and headers that forbid framing are taken off.
    pub(super) fn paused(&self, params: &Value) {
        let id = &params["requestId"];
        let url = text(&params["request"]["url"]);
        if CODE.contains(&text(&params["resourceType"])) {
            let mut log = self.log();
            if !log.gate_closed {
                drop(log);
                return self.answer("Fetch.continueRequest", json!({"requestId": id}));
            }
            log.at_the_gate.push(text(id).to_owned());
            drop(log);
            self.answered.send_replace(());
            return;
        }
        let goes_on = || self.answer("Fetch.continueRequest", json!({"requestId": id}));
        if params["responseStatusCode"].is_null() && params["responseErrorReason"].is_null() {
            if self.is_top(&params["frameId"]) && self.settled.load(Ordering::SeqCst) {
                let message =
                    format!("the page asked for {url} in place of the window around it, which was refused");
                self.notice(Level::Warn, "window", Some(url.to_owned()), message);
                return self.answer("Fetch.failRequest", json!({"requestId": id, "errorReason": "Aborted"}));
            }
            if url.ends_with(HOST_PATH) && !is_local(url) {
                let body = base64::engine::general_purpose::STANDARD.encode(host_page());
                let html = json!([{"name": "Content-Type", "value": "text/html; charset=utf-8"}]);
                let answer =
                    json!({"requestId": id, "responseCode": 200, "responseHeaders": html, "body": body});
                return self.answer("Fetch.fulfillRequest", answer);
            }
            return goes_on();
        }
        let headers = params["responseHeaders"].as_array().map(Vec::as_slice).unwrap_or_default();
        let kept: Vec<Value> = headers.iter().filter_map(frameable).collect();
        if kept == headers {
            return goes_on();
        }
        // Changing headers alone is too late: Chromium has read from the network what they forbid. A whole new answer
        // is read anew.
        let (session, id, code) = (self.session.clone(), id.clone(), params["responseStatusCode"].clone());
        tokio::spawn(async move {
            let answer = async {
                let body =
                    session.call("Fetch.getResponseBody", json!({"requestId": id}), ANSWER_TIMEOUT).await?;
                let text = text(&body["body"]);
                let body = match body["base64Encoded"].as_bool() {
                    Some(true) => text.to_owned(),
                    _ => base64::engine::general_purpose::STANDARD.encode(text),
                };
                let answer =
                    json!({"requestId": id, "responseCode": code, "responseHeaders": kept, "body": body});
                session.call("Fetch.fulfillRequest", answer, ANSWER_TIMEOUT).await
            };
            if let Err(error) = answer.await {
                tracing::debug!("a document without framing headers: {error}");
                // A redirect has no body.
                session.call("Fetch.continueRequest", json!({"requestId": id}), ANSWER_TIMEOUT).await.ok();
            }
        });
    }
}

/// What runs in a page or decides how it looks, and comes at its own time when a page asks for it.
pub(super) const CODE: &[&str] = &["Script", "Stylesheet"];

/// The parameters of `Fetch.enable`: documents, when they are asked for and when they arrive; and, for the `gate`, code
/// when it is asked for.
pub(crate) fn interception(gate: bool) -> Value {
    let pattern =
        |kind: &str, stage: &str| json!({"urlPattern": "*", "resourceType": kind, "requestStage": stage});
    let mut patterns = vec![pattern("Document", "Request"), pattern("Document", "Response")];
    if gate {
        patterns.extend(CODE.iter().map(|kind| pattern(kind, "Request")));
    }
    json!({"patterns": patterns})
}

fn is_local(url: &str) -> bool {
    url.strip_prefix("http://").is_some_and(|rest| rest.starts_with(HOST_NAME))
}

/// A response header as it may pass: without X-Frame-Options and the frame-ancestors directive.
fn frameable(header: &Value) -> Option<Value> {
    let (name, value) = (text(&header["name"]), text(&header["value"]));
    if name.eq_ignore_ascii_case("x-frame-options") {
        return None;
    }
    if !name.eq_ignore_ascii_case("content-security-policy") {
        return Some(header.clone());
    }
    let ancestors = |directive: &&str| directive.trim().to_ascii_lowercase().starts_with("frame-ancestors");
    let kept: Vec<&str> = value.split(';').filter(|directive| !ancestors(directive)).collect();
    Some(json!({"name": name, "value": kept.join(";")}))
}

#[cfg(test)]
mod tests {
    use super::frameable;
    use serde_json::json;

    #[test]
    fn headers_that_forbid_framing_are_taken_off() {
        assert_eq!(frameable(&json!({"name": "X-Frame-Options", "value": "DENY"})), None);
        let policy = |value: &str| json!({"name": "Content-Security-Policy", "value": value});
        assert_eq!(
            frameable(&policy("default-src 'self'; Frame-Ancestors 'none'; img-src *")),
            Some(policy("default-src 'self'; img-src *"))
        );
        assert_eq!(frameable(&policy("default-src 'self'")), Some(policy("default-src 'self'")));
    }
}
