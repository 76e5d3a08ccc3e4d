//! What the page does on its own: errors, console output, dialogs, navigations, failed requests. One task listens; what
//! the user should know becomes a notice, what decides about the render is remembered. [`Listener::catch_up`] brings the
//! two sides together: after it, everything that the browser said before its last answer is known.
//!
//! | module | what it takes in |
//! |---|---|
//! | [`pump`] | the stream of events, and who handles which |
//! | [`log`] | what is remembered |
//! | [`talk`] | errors, console output, dialogs: what the page says |
//! | [`requests`] | requests and their answers |
//! | [`originals`] | where built scripts come from |
//! | [`documents`] | where the page goes, and the documents that come through our hands |

mod documents;
mod log;
mod originals;
mod pump;
mod requests;
mod talk;

pub(crate) use documents::interception;
pub(crate) use log::{DocumentError, Found, PageLog};
pub(crate) use originals::Originals;
pub(crate) use pump::MARK;

use helios_browser::Session;
use helios_job::{Event, Level};
use pump::{ANSWER_TIMEOUT, Pump};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{mpsc, oneshot, watch};

/// Notices for the user.
pub(crate) type Notices = mpsc::UnboundedSender<Event>;

/// Where the composition is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// In an iframe of the host page.
    Iframe,
    /// In the window itself.
    Window,
}

/// The listening task; it ends with the session.
pub(crate) struct Listener {
    place: Place,
    session: Session,
    worker: u32,
    notices: Notices,
    log: Arc<Mutex<PageLog>>,
    originals: Arc<Originals>,
    moved: watch::Receiver<()>,
    answered: watch::Receiver<()>,
    marks: mpsc::UnboundedSender<oneshot::Sender<()>>,
    /// Whether the top window must stay where it is.
    settled: Arc<AtomicBool>,
    task: tokio::task::JoinHandle<()>,
}

impl Listener {
    pub(crate) fn start(
        session: &Session,
        place: Place,
        worker: u32,
        notices: Notices,
        originals: Arc<Originals>,
    ) -> Listener {
        let log = Arc::new(Mutex::new(PageLog::default()));
        let settled = Arc::new(AtomicBool::new(false));
        let (moving, moved) = watch::channel(());
        let (answering, answered) = watch::channel(());
        let (marks, asked) = mpsc::unbounded_channel();
        let pump = Pump {
            session: session.clone(),
            place,
            worker,
            notices: notices.clone(),
            log: Arc::clone(&log),
            originals: Arc::clone(&originals),
            moving,
            answered: answering,
            settled: Arc::clone(&settled),
        };
        let task = tokio::spawn(pump.run(session.events(), asked));
        let session = session.clone();
        Listener { place, session, worker, notices, log, originals, moved, answered, marks, settled, task }
    }

    /// Another one for another window with a composition in the same place.
    pub(crate) fn follow(&self, session: &Session) -> Listener {
        Listener::start(session, self.place, self.worker, self.notices.clone(), Arc::clone(&self.originals))
    }

    pub(crate) fn log(&self) -> MutexGuard<'_, PageLog> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes whenever [`PageLog`]'s view of the document does.
    pub(crate) fn moved(&self) -> watch::Receiver<()> {
        self.moved.clone()
    }

    /// Changes whenever a request ends, or waits at the gate.
    pub(crate) fn answered(&self) -> watch::Receiver<()> {
        self.answered.clone()
    }

    /// Closes the gate: scripts and style sheets that the page asks for now wait for [`Listener::open_gate`]. When they
    /// would arrive on their own, early or late in a frame, would be a matter of luck.
    pub(crate) fn close_gate(&self) {
        self.log().gate_closed = true;
    }

    /// Opens the gate.
    pub(crate) fn open_gate(&self) {
        self.log().gate_closed = false;
        self.let_in();
    }

    /// Lets in what waits at the gate, which stays as it is.
    pub(crate) fn let_in(&self) {
        let waiting = std::mem::take(&mut self.log().at_the_gate);
        for id in waiting {
            let session = self.session.clone();
            tokio::spawn(async move {
                let params = json!({"requestId": id});
                // The page may have given it up.
                session.call("Fetch.continueRequest", params, ANSWER_TIMEOUT).await.ok();
            });
        }
    }

    /// Returns when everything is taken in that the browser said before its last answer.
    pub(crate) async fn catch_up(&self) {
        let (mark, passed) = oneshot::channel();
        if self.marks.send(mark).is_ok() {
            // An error means that the session is over, and with it what it had to say.
            passed.await.ok();
        }
    }

    /// From now on the top window stays where it is (or, to follow a redirect, may move again).
    pub(crate) fn settle(&self, settled: bool) {
        self.settled.store(settled, Ordering::SeqCst);
    }

    /// Tells the user something that the page's runtime found. `code` says what it is about.
    pub(crate) fn notice(&self, level: Level, frame: Option<u32>, code: &str, message: &str) {
        let message = message.to_owned();
        let code = code.to_owned();
        self.log().find(Found { code, frame, place: None, message: message.clone(), count: 1 });
        self.notices.send(Event::Notice { worker: Some(self.worker), level, frame, message }).ok();
    }

    /// Notes something that only a check of the page reports.
    pub(crate) fn find(&self, code: &str, frame: Option<u32>, message: String) {
        let code = code.to_owned();
        self.log().find(Found { code, frame, place: None, message, count: 1 });
    }

    /// An error that nobody caught, found by the page's runtime where the browser does not tell us.
    pub(crate) fn uncaught(&self, frame: Option<u32>, message: &str) {
        let message = self.originals.in_text(message);
        self.log().thrown(None, frame, message.clone());
        let (code, place) = ("page-error".to_owned(), talk::place_in(&message));
        let message = format!("uncaught {message}");
        self.log().find(Found { code, frame, place, message: message.clone(), count: 1 });
        self.notices
            .send(Event::Notice { worker: Some(self.worker), level: Level::Warn, frame, message })
            .ok();
    }

    /// Forgets the page before. The host page around it stays.
    pub(crate) fn begin(&self) {
        let mut log = self.log();
        *log = PageLog { host_context: log.host_context, ..PageLog::default() };
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
