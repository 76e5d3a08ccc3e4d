//! Asking the host page (`web/runtime/host.js`), or the page itself where its clock is Chromium's (`chromium-step.js`). What goes wrong in the page comes back as an answer with a kind, so that
//! nothing is read out of the wording of an error; what goes wrong on the way is the browser's error.

use helios_browser::{BrowserError, Session};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::time::Duration;

/// Why the host page gave no answer.
#[derive(Debug)]
pub(super) enum HostError {
    /// The page, or its runtime, says what is wrong.
    Page(Reported),
    /// The question or the answer did not get through.
    Browser(BrowserError),
}

impl HostError {
    /// Whether there was no answer because the document that was asked is gone.
    pub(super) fn is_taken_away(&self) -> bool {
        matches!(self, HostError::Browser(BrowserError::Protocol { message, .. }) if message.contains("target navigated"))
    }
}

/// What the host page reports.
#[derive(Debug, Deserialize)]
pub(super) struct Reported {
    pub(super) kind: Kind,
    pub(super) message: String,
}

/// What the renderer does about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Kind {
    /// Something was waited for too long; the message says what.
    Late,
    /// The composition was replaced by another document.
    Left,
    /// The composition is in another origin than the host page, which cannot reach it there.
    Foreign,
    /// Anything else that the page is at fault for.
    #[serde(other)]
    Page,
}

/// What the composition's runtime is waiting for.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Pending {
    /// In words.
    pub(super) labels: Vec<String>,
    /// Whether that is all that is left to do of the frame.
    pub(super) resting: bool,
}

impl From<BrowserError> for HostError {
    fn from(error: BrowserError) -> HostError {
        HostError::Browser(error)
    }
}

/// The answer of the page to `expression`.
pub(super) async fn ask<T: DeserializeOwned>(
    session: &Session,
    expression: &str,
    limit: Duration,
) -> Result<T, HostError> {
    #[derive(Deserialize)]
    struct Failed {
        failed: Reported,
    }
    let answer = session.evaluate::<Value>(expression, limit).await?;
    if answer.get("failed").is_some()
        && let Ok(Failed { failed }) = serde_json::from_value(answer.clone())
    {
        return Err(HostError::Page(failed));
    }
    serde_json::from_value(answer).map_err(|error| {
        let message = format!("the page's runtime answered something unexpected: {error}");
        HostError::Page(Reported { kind: Kind::Page, message })
    })
}
