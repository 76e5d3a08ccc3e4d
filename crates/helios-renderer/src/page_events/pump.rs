//! The listening task: takes the browser's events one by one and hands each to whom it concerns.

use super::documents::interception;
use super::log::Found;
use super::{Notices, Originals, PageLog, Place, text};
use helios_browser::{BrowserError, Event as BrowserEvent, EventStream, Session};
use helios_job::{Event, Level};
use serde_json::{Value, json};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot, watch};

/// Answers to the browser's questions are a formality; if the browser is that slow, the render's own waits will say so.
pub(super) const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);
/// A page in trouble tends to say so sixty times a second. Counted apart for what is only of interest with `-v`: a chatty
/// page must not drown its own errors.
const MOST_NOTICES: u32 = 200;

/// The function of the host page that names the frame which begins.
pub(crate) const MARK: &str = "heliosMark";

/// What the task works with.
pub(super) struct Pump {
    pub(super) session: Session,
    pub(super) place: Place,
    pub(super) worker: u32,
    pub(super) notices: Notices,
    pub(super) log: Arc<Mutex<PageLog>>,
    pub(super) originals: Arc<Originals>,
    pub(super) moving: watch::Sender<()>,
    pub(super) answered: watch::Sender<()>,
    pub(super) settled: Arc<AtomicBool>,
}

impl Pump {
    pub(super) async fn run(
        self,
        mut events: EventStream,
        mut marks: mpsc::UnboundedReceiver<oneshot::Sender<()>>,
    ) {
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
        self.notice(
            Level::Warn,
            "messages-lost",
            None,
            format!("{missed} messages of the page came too fast and are lost"),
        );
        // Whether requests have been answered meanwhile nobody can say.
        self.log().requests.clear();
        self.answered.send_replace(());
        let session = self.session.clone();
        tokio::spawn(async move {
            for (method, params) in [("Fetch.disable", json!({})), ("Fetch.enable", interception(false))] {
                if let Err(error) = session.call(method, params, ANSWER_TIMEOUT).await {
                    tracing::debug!("{method}: {error}");
                }
            }
        });
    }

    pub(super) fn log(&self) -> MutexGuard<'_, PageLog> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells the user something. `code` says what it is about, `place` where in the page.
    pub(super) fn notice(&self, level: Level, code: &str, place: Option<String>, message: String) {
        let (frame, replaying, count) = {
            let mut log = self.log();
            let (code, frame) = (code.to_owned(), log.frame);
            log.find(Found { code, frame, place, message: message.clone(), count: 1 });
            let count = &mut log.notices[usize::from(level == Level::Debug)];
            *count += 1;
            let count = *count;
            (log.frame, log.replaying, count)
        };
        let message = if replaying { format!("passed, not drawn: {message}") } else { message };
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
                self.log().errors.retain(|thrown| thrown.id != Some(id));
            }
            "Runtime.executionContextCreated" => self.context(&params["context"]),
            "Runtime.bindingCalled" if params["name"] == MARK => {
                self.log().frame = text(&params["payload"]).parse().ok();
            }
            "Page.javascriptDialogOpening" => self.dialog(params),
            "Page.windowOpen" => self.other_window(params),
            "Page.frameAttached" if self.place == Place::Iframe && self.is_top(&params["parentFrameId"]) => {
                self.log().composition = params["frameId"].as_str().map(str::to_owned);
            }
            "Page.frameRequestedNavigation" => self.leaves(params),
            "Page.frameScheduledNavigation" => self.refreshes(params, true),
            "Page.frameClearedScheduledNavigation" => self.refreshes(params, false),
            "Page.frameNavigated" => self.navigated(&params["frame"]),
            "Page.frameDetached" if params["reason"] == "remove" => {
                self.log().forget_requests(text(&params["frameId"]), None);
                self.answered.send_replace(());
            }
            "Network.requestWillBeSent" => self.request(params),
            "Network.responseReceived" => self.response(params),
            "Network.loadingFinished" => self.finished(params),
            "Network.loadingFailed" => self.request_failed(params),
            "Fetch.requestPaused" => self.paused(params),
            _ => {}
        }
    }

    fn context(&self, context: &Value) {
        if context["auxData"]["isDefault"] == true && self.is_top(&context["auxData"]["frameId"]) {
            self.log().host_context = context["id"].as_i64();
        }
    }

    pub(super) fn is_top(&self, frame: &Value) -> bool {
        frame.is_string() && self.session.target_id() == frame.as_str()
    }

    pub(super) fn is_composition(&self, frame: &Value) -> bool {
        match self.place {
            Place::Iframe => frame.is_string() && self.log().composition.as_deref() == frame.as_str(),
            Place::Window => self.is_top(frame),
        }
    }

    /// Answers the browser, in a task of its own: while it waits, the page goes on talking.
    pub(super) fn answer(&self, method: &'static str, params: Value) {
        let session = self.session.clone();
        tokio::spawn(async move {
            if let Err(error) = session.call(method, params, ANSWER_TIMEOUT).await {
                tracing::debug!("{method}: {error}");
            }
        });
    }
}
