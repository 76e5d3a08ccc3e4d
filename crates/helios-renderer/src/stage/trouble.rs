//! What went wrong, in words that help: an error of the browser becomes one about the page, the frame and the wait.

use super::Stage;
use super::host::{HostError, Kind, Pending, Reported, ask};
use crate::RenderError;
use crate::page_events::DocumentError;
use helios_browser::BrowserError;
use std::time::Duration;

/// How long a page may take to say what it is waiting for. One that does not answer is busy.
pub(super) const DIAGNOSIS: Duration = Duration::from_millis(500);

impl Stage {
    /// An evaluation that failed, as what it means for the render.
    pub(super) async fn page_error(
        &self,
        error: HostError,
        waited_for: &str,
        frame: Option<u32>,
    ) -> RenderError {
        let error = match error {
            error if error.is_taken_away() => left(frame, "the page replaced the window around it"),
            HostError::Page(Reported { kind, message }) => {
                return match kind {
                    Kind::Left | Kind::Foreign => left(frame, &message),
                    Kind::Late => {
                        // The error names the limit itself.
                        let limit = format!(" within {} ms", self.timeout.as_millis());
                        self.timed_out(format!("the page: {}", message.replace(&limit, "")), frame)
                    }
                    Kind::Page => RenderError::Page { frame, message },
                };
            }
            HostError::Browser(BrowserError::PageException { message, .. }) => {
                return RenderError::Page { frame, message };
            }
            HostError::Browser(BrowserError::CallTimeout { .. }) => {
                let waited_for = format!("{waited_for}{}", self.diagnosis().await);
                self.timed_out(waited_for, frame)
            }
            HostError::Browser(source) => RenderError::Browser { frame, doing: "advance the page", source },
        };
        self.lost(error)
    }

    /// Why a frame came to nothing. A page that left explains everything that went wrong after it.
    pub(super) async fn explained(
        &self,
        error: HostError,
        waited_for: &str,
        frame: Option<u32>,
    ) -> RenderError {
        match self.stays(frame).await {
            Ok(()) => self.page_error(error, waited_for, frame).await,
            Err(left) => left,
        }
    }

    /// The page was ready for the frame, and the browser did not paint it.
    pub(super) async fn unpainted(&self, frame: u32) -> RenderError {
        match self.stays(Some(frame)).await {
            Ok(()) => self.lost(RenderError::Unpainted { frame: Some(frame), after: self.timeout }),
            Err(left) => left,
        }
    }

    /// What keeps the page, as far as can be told, to be put behind what was waited for.
    async fn diagnosis(&self) -> String {
        let question = format!("{}.pending()", self.respondent());
        let pending = ask::<Pending>(&self.session, &question, DIAGNOSIS).await;
        let unanswered = self.listener.log().unanswered();
        match pending {
            Err(HostError::Browser(BrowserError::CallTimeout { .. })) => {
                " (a script of the page has been running all the time, perhaps in an endless loop)".to_owned()
            }
            Ok(Pending { labels, .. }) if !labels.is_empty() => format!(" ({})", labels.join("; ")),
            _ if !unanswered.is_empty() => {
                let (shown, more) = unanswered.split_at(unanswered.len().min(3));
                let more = if more.is_empty() { String::new() } else { format!(" and {} more", more.len()) };
                format!(" (no complete answer from {}{more})", shown.join(", "))
            }
            _ => String::new(),
        }
    }

    pub(super) fn timed_out(&self, waited_for: String, frame: Option<u32>) -> RenderError {
        RenderError::Timeout { frame, waited_for, after: self.timeout }
    }

    /// A browser that is gone explains everything else.
    pub(super) fn lost(&self, error: RenderError) -> RenderError {
        match self.browser.death() {
            source @ BrowserError::Died { status: Some(_), .. } => {
                RenderError::Browser { frame: self.listener.log().frame, doing: "go on", source }
            }
            _ => error,
        }
    }
}

/// Why a step came to no picture.
pub(super) enum Stuck {
    /// An answer did not come.
    Failed { error: HostError, waited_for: &'static str },
    /// The page is ready, and the browser does not paint it.
    Unpainted,
}

pub(super) fn left(frame: Option<u32>, message: &str) -> RenderError {
    let message =
        format!("{message}; a composition must stay on its page (see --duration to end before it leaves)");
    RenderError::Page { frame, message }
}

impl From<DocumentError> for RenderError {
    fn from(error: DocumentError) -> RenderError {
        if error.passing {
            RenderError::Unreachable(error.message)
        } else {
            RenderError::Input(error.message)
        }
    }
}
