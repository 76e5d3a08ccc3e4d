//! What is known of the page: where its documents are, what it threw, which requests are under way. Data and questions
//! about it; the [`super::pump`] fills it in.

use std::collections::HashMap;

/// Why the composition's document could not be had.
#[derive(Debug, Clone)]
pub(crate) struct DocumentError {
    pub(crate) message: String,
    /// Whether the same address may answer better later.
    pub(crate) passing: bool,
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
    pub(super) errors: Vec<(u64, String)>,
    /// The browser's name for the composition's frame.
    pub(super) composition: Option<String>,
    /// Notices so far: those for everybody, those for `-v`.
    pub(super) notices: [u32; 2],
    /// Address and kind of the requests under way.
    pub(super) requests: HashMap<String, (String, String)>,
}

impl PageLog {
    /// The first uncaught error that nobody has caught since.
    pub(crate) fn error(&self) -> Option<&str> {
        self.errors.first().map(|(_, message)| message.as_str())
    }

    /// The addresses that have not answered completely, in a stable order.
    pub(crate) fn unanswered(&self) -> Vec<String> {
        let mut urls: Vec<String> = self.requests.values().map(|(url, _)| url.clone()).collect();
        urls.sort();
        urls
    }
}
