//! What the page does on its own: errors, console output, dialogs, navigations, failed requests. One task listens; what
//! the user should know becomes a notice, what decides about the render is remembered.

use crate::runtime::{HOST_PATH, host_page};
use base64::Engine as _;
use helios_browser::{Event as BrowserEvent, Session};
use helios_job::{Event, Level};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::mpsc;

/// Answers to the browser's questions are a formality; if the browser is that slow, the render's own waits will say so.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);
/// A page in trouble tends to say so sixty times a second.
const MOST_NOTICES: u32 = 200;
const MOST_ERRORS: usize = 20;

/// Notices for the user.
pub(crate) type Notices = mpsc::UnboundedSender<Event>;

/// What is known of the page so far.
#[derive(Debug, Default)]
pub(crate) struct PageLog {
    /// The frame that is being prepared; `None` while loading.
    pub(crate) frame: Option<u32>,
    /// Uncaught errors since the last [`Listener::begin`].
    pub(crate) errors: Vec<String>,
    /// Why the composition's document could not be had.
    pub(crate) document_error: Option<String>,
    /// Where the composition's frame is.
    pub(crate) document_url: Option<String>,
    notices: u32,
    /// Address and kind of the requests under way.
    requests: HashMap<String, (String, String)>,
}

/// The listening task; it ends with the session.
pub(crate) struct Listener {
    worker: u32,
    notices: Notices,
    log: Arc<Mutex<PageLog>>,
    task: tokio::task::JoinHandle<()>,
}

impl Listener {
    pub(crate) fn start(session: &Session, worker: u32, notices: Notices) -> Listener {
        let log = Arc::new(Mutex::new(PageLog::default()));
        let pump = Pump { session: session.clone(), worker, notices: notices.clone(), log: Arc::clone(&log) };
        let mut events = session.events();
        let task = tokio::spawn(async move {
            while let Ok(event) = events.next().await {
                pump.handle(&event).await;
            }
        });
        Listener { worker, notices, log, task }
    }

    pub(crate) fn log(&self) -> MutexGuard<'_, PageLog> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells the user something that the page's runtime found.
    pub(crate) fn notice(&self, level: Level, frame: Option<u32>, message: &str) {
        let message = message.to_owned();
        self.notices.send(Event::Notice { worker: Some(self.worker), level, frame, message }).ok();
    }

    /// Forgets the page before.
    pub(crate) fn begin(&self) {
        *self.log() = PageLog::default();
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.task.abort();
    }
}

struct Pump {
    session: Session,
    worker: u32,
    notices: Notices,
    log: Arc<Mutex<PageLog>>,
}

impl Pump {
    fn log(&self) -> MutexGuard<'_, PageLog> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn notice(&self, level: Level, message: String) {
        let (frame, count) = {
            let mut log = self.log();
            log.notices += 1;
            (log.frame, log.notices)
        };
        let message = match count {
            ..MOST_NOTICES => message,
            MOST_NOTICES => "the page says too much; the rest is left out".to_owned(),
            _ => return,
        };
        self.notices.send(Event::Notice { worker: Some(self.worker), level, frame, message }).ok();
    }

    async fn handle(&self, event: &BrowserEvent) {
        let params = &event.params;
        match event.method.as_str() {
            "Runtime.exceptionThrown" => self.exception(&params["exceptionDetails"]),
            "Runtime.consoleAPICalled" => self.console(params),
            "Page.javascriptDialogOpening" => self.dialog(params).await,
            "Page.frameNavigated" => self.navigated(&params["frame"]),
            "Network.requestWillBeSent" => self.request(params),
            "Network.responseReceived" => self.response(params),
            "Network.loadingFinished" => {
                self.log().requests.remove(text(&params["requestId"]));
            }
            "Network.loadingFailed" => self.request_failed(params),
            "Fetch.requestPaused" => self.paused(params).await,
            _ => {}
        }
    }

    fn exception(&self, details: &Value) {
        let description = details["exception"]["description"].as_str();
        let thrown = description.map_or_else(|| plain(&details["exception"]), str::to_owned);
        let message = if thrown.is_empty() { text(&details["text"]).to_owned() } else { thrown };
        let place = match (details["url"].as_str(), details["lineNumber"].as_u64()) {
            // A stack already says where.
            (Some(url), Some(line)) if !url.is_empty() && !message.contains("\n    at ") => {
                format!(" ({url}:{})", line + 1)
            }
            _ => String::new(),
        };
        let message = format!("{message}{place}");
        let mut log = self.log();
        if log.errors.len() < MOST_ERRORS {
            log.errors.push(message.clone());
        }
        drop(log);
        self.notice(Level::Warn, format!("uncaught {message}"));
    }

    fn console(&self, params: &Value) {
        let kind = text(&params["type"]);
        let level = match kind {
            "error" | "warning" | "assert" => Level::Warn,
            _ => Level::Debug,
        };
        let words = params["args"].as_array().map(Vec::as_slice).unwrap_or_default();
        let words: Vec<String> = words.iter().map(plain).collect();
        self.notice(level, format!("console.{kind}: {}", words.join(" ")));
    }

    /// The runtime answers dialogs itself; this is for those that come from outside its reach, such as `beforeunload`.
    async fn dialog(&self, params: &Value) {
        self.notice(Level::Warn, format!("{}() said: {}", text(&params["type"]), text(&params["message"])));
        self.answer("Page.handleJavaScriptDialog", json!({"accept": true})).await;
    }

    fn navigated(&self, frame: &Value) {
        // The composition's frame is the child of the host page; its own iframes lie deeper.
        if frame["parentId"].is_string() && self.session.target_id() == frame["parentId"].as_str() {
            let unreachable = frame["unreachableUrl"].as_str();
            let mut log = self.log();
            if let Some(url) = unreachable.filter(|_| log.document_error.is_none()) {
                log.document_error = Some(format!("{url} cannot be reached"));
            }
            log.document_url = frame["url"].as_str().map(str::to_owned);
        }
    }

    fn request(&self, params: &Value) {
        let request = (text(&params["request"]["url"]).to_owned(), text(&params["type"]).to_owned());
        self.log().requests.insert(text(&params["requestId"]).to_owned(), request);
    }

    fn response(&self, params: &Value) {
        let (status, url) =
            (params["response"]["status"].as_u64().unwrap_or(0), text(&params["response"]["url"]));
        if status >= 400 {
            self.failed(text(&params["type"]), url, &format!("HTTP {status}"));
        }
    }

    fn request_failed(&self, params: &Value) {
        let request = self.log().requests.remove(text(&params["requestId"]));
        let Some((url, kind)) = request.filter(|_| !params["canceled"].as_bool().unwrap_or(false)) else {
            return;
        };
        self.failed(&kind, &url, text(&params["errorText"]));
    }

    fn failed(&self, kind: &str, url: &str, why: &str) {
        let mut log = self.log();
        if kind == "Document" && log.document_url.as_deref().is_none_or(|url| url == "about:blank") {
            log.document_error = Some(format!("cannot load {url}: {why}"));
            return;
        }
        drop(log);
        self.notice(Level::Warn, format!("{}: {url}: {why}", kind.to_ascii_lowercase()));
    }

    /// Documents of a remote composition pass through here: the host page is put into the page's own origin, and headers
    /// that forbid framing are taken off.
    async fn paused(&self, params: &Value) {
        let id = &params["requestId"];
        let url = text(&params["request"]["url"]);
        let headers = params["responseHeaders"].as_array();
        if params["responseStatusCode"].is_null() && params["responseErrorReason"].is_null() {
            if url.ends_with(HOST_PATH) {
                let body = base64::engine::general_purpose::STANDARD.encode(host_page());
                let html = json!([{"name": "Content-Type", "value": "text/html; charset=utf-8"}]);
                let answer =
                    json!({"requestId": id, "responseCode": 200, "responseHeaders": html, "body": body});
                return self.answer("Fetch.fulfillRequest", answer).await;
            }
            return self.answer("Fetch.continueRequest", json!({"requestId": id})).await;
        }
        let Some(headers) = headers else {
            return self.answer("Fetch.continueRequest", json!({"requestId": id})).await;
        };
        let kept: Vec<Value> = headers.iter().filter_map(frameable).collect();
        let answer = json!({
            "requestId": id,
            "responseCode": params["responseStatusCode"],
            "responseHeaders": kept,
        });
        self.answer("Fetch.continueResponse", answer).await;
    }

    async fn answer(&self, method: &str, params: Value) {
        if let Err(error) = self.session.call(method, params, ANSWER_TIMEOUT).await {
            tracing::debug!("{method}: {error}");
        }
    }
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

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// A remote object as `console.log` would show it, briefly.
fn plain(object: &Value) -> String {
    match (&object["value"], object["description"].as_str()) {
        (Value::String(text), _) => text.clone(),
        (Value::Null, Some(description)) => description.to_owned(),
        (Value::Null, None) => object["type"].as_str().unwrap_or_default().to_owned(),
        (value, _) => value.to_string(),
    }
}
