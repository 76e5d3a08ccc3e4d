//! What the page does on its own: errors, console output, dialogs, navigations, failed requests. One task listens; what
//! the user should know becomes a notice, what decides about the render is remembered. [`Listener::catch_up`] brings the
//! two sides together: after it, everything that the browser said before its last answer is known.

use crate::runtime::{HOST_PATH, host_page};
use crate::server::HOST_NAME;
use base64::Engine as _;
use helios_browser::{BrowserError, Event as BrowserEvent, EventStream, Session};
use helios_job::{Event, Level};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot, watch};

/// Answers to the browser's questions are a formality; if the browser is that slow, the render's own waits will say so.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);
/// A page in trouble tends to say so sixty times a second. Counted apart for what is only of interest with `-v`: a chatty
/// page must not drown its own errors.
const MOST_NOTICES: u32 = 200;
const MOST_ERRORS: usize = 20;

/// Network errors after which the same address may answer later.
const PASSING: &[&str] =
    &["ERR_CONNECTION_", "TIMED_OUT", "ERR_NETWORK_", "ERR_INTERNET_DISCONNECTED", "ERR_EMPTY_RESPONSE"];
/// Kinds of requests whose answers may be in the picture. Event streams and the like have no end.
const AWAITED: &[&str] = &["Document", "Stylesheet", "Image", "Font", "Script", "XHR", "Fetch"];
/// A refresh within this many seconds belongs to the load.
const SOON: f64 = 1.0;

/// Notices for the user.
pub(crate) type Notices = mpsc::UnboundedSender<Event>;

/// Why the composition's document could not be had.
#[derive(Debug, Clone)]
pub(crate) struct DocumentError {
    pub(crate) message: String,
    /// Whether the same address may answer better later.
    pub(crate) passing: bool,
}

/// Where the composition is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// In an iframe of the host page.
    Iframe,
    /// In the window itself.
    Window,
}

/// What is known of the page so far.
#[derive(Debug, Default)]
pub(crate) struct PageLog {
    /// The frame that is being prepared; `None` while loading.
    pub(crate) frame: Option<u32>,
    /// Frames that are passed without being drawn, first and last.
    pub(crate) replaying: Option<(u32, u32)>,
    pub(crate) document_error: Option<DocumentError>,
    /// Where the composition's frame is.
    pub(crate) document_url: Option<String>,
    /// How many documents the composition's frame has shown.
    pub(crate) documents: u32,
    /// Where the page has asked to go, while it is not there.
    pub(crate) leaving: Option<String>,
    /// Whether a `<meta http-equiv=refresh>` is about to fire.
    pub(crate) refreshing: bool,
    /// Uncaught errors by the browser's number for them.
    errors: Vec<(u64, String)>,
    /// The browser's name for the composition's frame.
    composition: Option<String>,
    /// Notices so far: those for everybody, those for `-v`.
    notices: [u32; 2],
    /// Address and kind of the requests under way.
    requests: HashMap<String, (String, String)>,
}

impl PageLog {
    /// The first uncaught error that nobody has caught since.
    pub(crate) fn error(&self) -> Option<&str> {
        self.errors.first().map(|(_, message)| message.as_str())
    }

    fn is_answered(&self) -> bool {
        !self.requests.values().any(|(_, kind)| AWAITED.contains(&kind.as_str()))
    }

    /// The addresses that have not answered completely, in a stable order.
    pub(crate) fn unanswered(&self) -> Vec<String> {
        let mut urls: Vec<String> = self.requests.values().map(|(url, _)| url.clone()).collect();
        urls.sort();
        urls
    }
}

/// The listening task; it ends with the session.
pub(crate) struct Listener {
    place: Place,
    /// The browser's name for the window.
    window: Option<String>,
    worker: u32,
    notices: Notices,
    log: Arc<Mutex<PageLog>>,
    moved: watch::Receiver<()>,
    marks: mpsc::UnboundedSender<oneshot::Sender<()>>,
    /// Whether the top window must stay where it is.
    settled: Arc<AtomicBool>,
    task: tokio::task::JoinHandle<()>,
}

impl Listener {
    pub(crate) fn start(session: &Session, place: Place, worker: u32, notices: Notices) -> Listener {
        let log = Arc::new(Mutex::new(PageLog::default()));
        let settled = Arc::new(AtomicBool::new(false));
        let (moving, moved) = watch::channel(());
        let (marks, asked) = mpsc::unbounded_channel();
        let pump = Pump {
            session: session.clone(),
            worker,
            notices: notices.clone(),
            log: Arc::clone(&log),
            moving,
            settled: Arc::clone(&settled),
        };
        let task = tokio::spawn(pump.run(session.events(), asked));
        let window = session.target_id().map(str::to_owned);
        Listener { place, window, worker, notices, log, moved, marks, settled, task }
    }

    /// Another one for another window with a composition in the same place.
    pub(crate) fn follow(&self, session: &Session) -> Listener {
        Listener::start(session, self.place, self.worker, self.notices.clone())
    }

    pub(crate) fn log(&self) -> MutexGuard<'_, PageLog> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes whenever [`PageLog`]'s view of the document does.
    pub(crate) fn moved(&self) -> watch::Receiver<()> {
        self.moved.clone()
    }

    /// Returns when everything is taken in that the browser said before its last answer.
    pub(crate) async fn catch_up(&self) {
        let (mark, passed) = oneshot::channel();
        if self.marks.send(mark).is_ok() {
            // An error means that the session is over, and with it what it had to say.
            passed.await.ok();
        }
    }

    /// Returns when the requests under way are answered: whether there were any.
    pub(crate) async fn requests_answered(&self) -> bool {
        let mut moved = self.moved();
        let mut waited = false;
        loop {
            moved.mark_unchanged();
            self.catch_up().await;
            if self.log().is_answered() || moved.changed().await.is_err() {
                return waited;
            }
            waited = true;
        }
    }

    /// From now on the top window stays where it is (or, to follow a redirect, may move again).
    pub(crate) fn settle(&self, settled: bool) {
        self.settled.store(settled, Ordering::SeqCst);
    }

    /// Tells the user something that the page's runtime found.
    pub(crate) fn notice(&self, level: Level, frame: Option<u32>, message: &str) {
        let message = message.to_owned();
        self.notices.send(Event::Notice { worker: Some(self.worker), level, frame, message }).ok();
    }

    /// Forgets the page before.
    pub(crate) fn begin(&self) {
        let composition = self.window.clone().filter(|_| self.place == Place::Window);
        *self.log() = PageLog { composition, ..PageLog::default() };
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
    moving: watch::Sender<()>,
    settled: Arc<AtomicBool>,
}

impl Pump {
    async fn run(self, mut events: EventStream, mut marks: mpsc::UnboundedReceiver<oneshot::Sender<()>>) {
        loop {
            // A mark is passed only when no event is left, hence the order; and hence unconstrained, or tokio's budget
            // could make a full queue look empty.
            let event = tokio::select! {
                biased;
                event = tokio::task::unconstrained(events.next()) => event,
                Some(mark) = marks.recv() => {
                    mark.send(()).ok();
                    continue;
                }
            };
            match event {
                Ok(event) => self.handle(&event),
                Err(BrowserError::EventsLost { missed }) => self.recover(missed),
                Err(_) => return,
            }
        }
    }

    /// The page was faster than we. What it said is lost, but a document that waits for our consent must not wait for
    /// ever: switching the interception off and on lets all of them pass.
    fn recover(&self, missed: u64) {
        self.notice(Level::Warn, format!("{missed} messages of the page came too fast and are lost"));
        let session = self.session.clone();
        tokio::spawn(async move {
            for (method, params) in [("Fetch.disable", json!({})), ("Fetch.enable", interception())] {
                if let Err(error) = session.call(method, params, ANSWER_TIMEOUT).await {
                    tracing::debug!("{method}: {error}");
                }
            }
        });
    }
    fn log(&self) -> MutexGuard<'_, PageLog> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn notice(&self, level: Level, message: String) {
        let (frame, replaying, count) = {
            let mut log = self.log();
            let count = &mut log.notices[usize::from(level == Level::Debug)];
            *count += 1;
            let count = *count;
            (log.frame, log.replaying, count)
        };
        let message = match replaying {
            Some((first, last)) => format!("frames {first} to {last}, not drawn: {message}"),
            None => message,
        };
        let message = match count {
            ..MOST_NOTICES => message,
            MOST_NOTICES => "the page says too much; the rest is left out".to_owned(),
            _ => return,
        };
        self.notices.send(Event::Notice { worker: Some(self.worker), level, frame, message }).ok();
    }

    fn handle(&self, event: &BrowserEvent) {
        let params = &event.params;
        match event.method.as_str() {
            "Runtime.exceptionThrown" => self.exception(params),
            "Runtime.consoleAPICalled" => self.console(params),
            "Runtime.exceptionRevoked" => {
                let id = params["exceptionId"].as_u64().unwrap_or_default();
                self.log().errors.retain(|(thrown, _)| *thrown != id);
            }
            "Page.javascriptDialogOpening" => self.dialog(params),
            "Page.windowOpen" => {
                let url = text(&params["url"]);
                self.notice(
                    Level::Warn,
                    format!("the page opened another window ({url}), which no video shows"),
                );
            }
            "Page.frameAttached" if self.is_top(&params["parentFrameId"]) => {
                self.log().composition = params["frameId"].as_str().map(str::to_owned);
            }
            "Page.frameRequestedNavigation" => self.leaves(params),
            "Page.frameScheduledNavigation" if self.is_composition(&params["frameId"]) => {
                self.log().refreshing = params["delay"].as_f64().is_some_and(|delay| delay < SOON);
                self.moving.send_replace(());
            }
            "Page.frameClearedScheduledNavigation" if self.is_composition(&params["frameId"]) => {
                self.log().refreshing = false;
                self.moving.send_replace(());
            }
            "Page.frameNavigated" => self.navigated(&params["frame"]),
            "Network.requestWillBeSent" => self.request(params),
            "Network.responseReceived" => self.response(params),
            "Network.loadingFinished" => {
                self.log().requests.remove(text(&params["requestId"]));
                self.moving.send_replace(());
            }
            "Network.loadingFailed" => self.request_failed(params),
            "Fetch.requestPaused" => self.paused(params),
            _ => {}
        }
    }

    fn is_top(&self, frame: &Value) -> bool {
        frame.is_string() && self.session.target_id() == frame.as_str()
    }

    fn is_composition(&self, frame: &Value) -> bool {
        frame.is_string() && self.log().composition.as_deref() == frame.as_str()
    }

    fn exception(&self, params: &Value) {
        let details = &params["exceptionDetails"];
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
        let message = format!("{}{place}", without_runtime(&message));
        let mut log = self.log();
        if log.errors.len() < MOST_ERRORS {
            log.errors.push((details["exceptionId"].as_u64().unwrap_or_default(), message.clone()));
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
    fn dialog(&self, params: &Value) {
        self.notice(Level::Warn, format!("{}() said: {}", text(&params["type"]), text(&params["message"])));
        self.answer("Page.handleJavaScriptDialog", json!({"accept": true}));
    }

    /// The page wants to go somewhere else. Its script is told so at once, the new document comes later.
    fn leaves(&self, params: &Value) {
        let url = text(&params["url"]);
        // Mail programs and the like are no place for a page, and links into a new tab leave this one alone.
        let goes =
            ["http:", "https:", "about:", "blob:", "data:"].iter().any(|scheme| url.starts_with(scheme));
        if goes && params["disposition"] == "currentTab" && self.is_composition(&params["frameId"]) {
            self.log().leaving = Some(url.to_owned());
            self.moving.send_replace(());
        }
    }

    fn navigated(&self, frame: &Value) {
        // Its own iframes are none of our business.
        if !self.is_composition(&frame["id"]) {
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

    fn request(&self, params: &Value) {
        let request = (text(&params["request"]["url"]).to_owned(), text(&params["type"]).to_owned());
        self.log().requests.insert(text(&params["requestId"]).to_owned(), request);
    }

    fn response(&self, params: &Value) {
        if params["type"] == "Fetch" {
            // Its body is finished only when it is read, which may be never.
            self.log().requests.remove(text(&params["requestId"]));
            self.moving.send_replace(());
        }
        let (status, url) =
            (params["response"]["status"].as_u64().unwrap_or(0), text(&params["response"]["url"]));
        if status >= 400 || (self.is_first_document(params) && matches!(status, 204 | 205)) {
            let passing = status >= 500 || matches!(status, 408 | 429);
            self.failed(params, text(&params["type"]), url, &format!("HTTP {status}"), passing);
        }
    }

    fn request_failed(&self, params: &Value) {
        let request = self.log().requests.remove(text(&params["requestId"]));
        let Some((url, kind)) = request else { return };
        self.moving.send_replace(());
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
            self.failed(params, &kind, &url, "it is not a page that a browser shows, but a download", false);
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
        self.notice(Level::Warn, format!("{}: {url}: {why}", kind.to_ascii_lowercase()));
    }

    /// Documents pass through here. The top window keeps the host page whatever a page does to it; a remote composition
    /// gets the host page into its own origin, and headers that forbid framing are taken off.
    fn paused(&self, params: &Value) {
        let id = &params["requestId"];
        let url = text(&params["request"]["url"]);
        let goes_on = || self.answer("Fetch.continueRequest", json!({"requestId": id}));
        if params["responseStatusCode"].is_null() && params["responseErrorReason"].is_null() {
            if self.is_top(&params["frameId"]) && self.settled.load(Ordering::SeqCst) {
                self.notice(
                    Level::Warn,
                    format!("the page asked for {url} in place of the window around it, which was refused"),
                );
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

    /// Answers the browser, in a task of its own: while it waits, the page goes on talking.
    fn answer(&self, method: &'static str, params: Value) {
        let session = self.session.clone();
        tokio::spawn(async move {
            if let Err(error) = session.call(method, params, ANSWER_TIMEOUT).await {
                tracing::debug!("{method}: {error}");
            }
        });
    }
}

/// The parameters of `Fetch.enable`: documents, when they are asked for and when they arrive.
pub(crate) fn interception() -> Value {
    let document =
        |stage: &str| json!({"urlPattern": "*", "resourceType": "Document", "requestStage": stage});
    json!({"patterns": [document("Request"), document("Response")]})
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

/// A stack without the frames of our own runtime, whose script has no address.
fn without_runtime(message: &str) -> String {
    let own = |line: &&str| {
        let place = line.trim_start().strip_prefix("at ").unwrap_or_default();
        let place = place.rsplit_once(" (").map_or(place, |(_, place)| place.trim_end_matches(')'));
        let place = place.strip_prefix("<anonymous>:").unwrap_or("none");
        place.chars().all(|c| c.is_ascii_digit() || c == ':')
    };
    message.lines().filter(|line| !own(line)).collect::<Vec<_>>().join("\n")
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

#[cfg(test)]
mod tests {
    use super::{frameable, without_runtime};
    use serde_json::json;

    #[test]
    fn stacks_show_the_page_alone() {
        let thrown = "Error: no\n    at f (http://a/b.js:1:2)\n    at new Function (<anonymous>)\n    at \
                      eval (eval at g (http://a/b.js:3:4), <anonymous>:1:1)\n    at <anonymous>:898:26\n    at guarded (<anonymous>:337:5)";
        let shown = "Error: no\n    at f (http://a/b.js:1:2)\n    at new Function (<anonymous>)\n    at \
                     eval (eval at g (http://a/b.js:3:4), <anonymous>:1:1)";
        assert_eq!(without_runtime(thrown), shown);
    }

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
