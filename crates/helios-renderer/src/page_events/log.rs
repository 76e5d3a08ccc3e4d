//! What is known of the page: where its documents are, what it threw, which requests are under way. Data and questions
//! about it; the [`super::pump`] fills it in.

use std::collections::{BTreeMap, HashMap};

/// Errors that are remembered.
const MOST_ERRORS: usize = 20;

/// Why the composition's document could not be had.
#[derive(Debug, Clone)]
pub(crate) struct DocumentError {
    pub(crate) message: String,
    /// Whether the same address may answer better later.
    pub(crate) passing: bool,
}

/// An error that the page did not catch.
#[derive(Debug, Clone)]
pub(crate) struct Thrown {
    /// The browser's number for it; `None` where the page's runtime reports it.
    pub(super) id: Option<u64>,
    /// The frame that was being prepared; `None` while loading.
    pub(crate) frame: Option<u32>,
    /// What was thrown, and where.
    pub(crate) message: String,
}

/// More findings than anybody reads.
const MOST_FOUND: usize = 500;

/// Something about the page, as a check reports it.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    pub(crate) code: String,
    pub(crate) frame: Option<u32>,
    /// An address, with the line where it is known.
    pub(crate) place: Option<String>,
    pub(crate) message: String,
    pub(crate) count: u32,
}

/// A request under way.
#[derive(Debug, Clone)]
pub(super) struct Request {
    pub(super) url: String,
    /// The browser's name for the kind, such as `Script`.
    pub(super) kind: String,
    /// The browser's names for the frame that asks and for its document.
    pub(super) asked_by: [String; 2],
    /// Whether a frame is not complete without its answer.
    pub(super) holds: bool,
    /// Whether an answer has begun that is saved instead of shown.
    pub(super) download: bool,
}

/// What is known of the page so far.
#[derive(Debug, Default)]
pub(crate) struct PageLog {
    /// The frame that is being prepared; `None` while loading.
    pub(crate) frame: Option<u32>,
    /// Whether frames are passed without being drawn.
    pub(crate) replaying: bool,
    pub(crate) document_error: Option<DocumentError>,
    /// Where the composition's frame is.
    pub(crate) document_url: Option<String>,
    /// How many documents the composition's frame has shown.
    pub(crate) documents: u32,
    /// Where the page has asked to go, while it is not there.
    pub(crate) leaving: Option<String>,
    /// Whether a `<meta http-equiv=refresh>` is about to fire.
    pub(crate) refreshing: bool,
    /// Uncaught errors, those taken back left out.
    pub(super) errors: Vec<Thrown>,
    /// The browser's number for the script context of the host page.
    pub(super) host_context: Option<i64>,
    /// The browser's name for the composition's frame.
    pub(super) composition: Option<String>,
    /// What the user should know, each once.
    pub(super) found: Vec<Found>,
    /// Hosts that the page asks, with the first address asked for and how often.
    pub(super) hosts: BTreeMap<String, (String, u32)>,
    /// Notices so far: those for everybody, those for `-v`.
    pub(super) notices: [u32; 2],
    /// The requests under way, by the browser's names for them.
    pub(super) requests: HashMap<String, Request>,
    /// Whether scripts and style sheets that the page asks for have to wait.
    pub(super) gate_closed: bool,
    /// The browser's names for those that do.
    pub(super) at_the_gate: Vec<String>,
    /// Whether the page has asked for a script or a style sheet since this was last set to false.
    pub(crate) asked_for_code: bool,
}

impl PageLog {
    /// The first uncaught error that nobody has caught since.
    pub(crate) fn error(&self) -> Option<&Thrown> {
        self.errors.first()
    }

    pub(crate) fn host_context(&self) -> Option<i64> {
        self.host_context
    }

    /// What was found so far.
    pub(crate) fn take_found(&mut self) -> Vec<Found> {
        std::mem::take(&mut self.found)
    }

    /// Hosts that the page asks, with the first address asked for and how often.
    pub(crate) fn hosts(&self) -> &BTreeMap<String, (String, u32)> {
        &self.hosts
    }

    /// Forgets what `frame` has asked for, unless for its `document`: of a document that is gone, the end of a request need
    /// not be told.
    pub(super) fn forget_requests(&mut self, frame: &str, document: Option<&str>) {
        self.requests.retain(|_, Request { asked_by: [asker, for_document], .. }| {
            asker != frame || document == Some(for_document)
        });
    }

    /// Notes something, or that it came again.
    pub(super) fn find(&mut self, new: Found) {
        let same =
            |old: &&mut Found| old.code == new.code && old.message == new.message && old.place == new.place;
        if let Some(known) = self.found.iter_mut().find(same) {
            known.count += 1;
        } else if self.found.len() < MOST_FOUND {
            self.found.push(new);
        }
    }

    /// Remembers an error, unless there are too many. `id` is the browser's number for it.
    pub(super) fn thrown(&mut self, id: Option<u64>, frame: Option<u32>, message: String) {
        if self.errors.len() < MOST_ERRORS {
            self.errors.push(Thrown { id, frame, message });
        }
    }

    /// The addresses that have not answered completely, in a stable order.
    pub(crate) fn unanswered(&self) -> Vec<String> {
        let mut urls: Vec<String> = self.requests.values().map(|request| request.url.clone()).collect();
        urls.sort();
        urls
    }

    /// Kind and address of something without which a frame is not complete, if anything of the kind is under way. In a
    /// stable order, so that the same wait has the same words.
    pub(crate) fn holds_the_frame(&self) -> Option<String> {
        let holding = self.requests.values().filter(|request| request.holds);
        holding.map(|request| format!("the {} {}", request.kind.to_ascii_lowercase(), request.url)).min()
    }

    /// Whether something waits at the gate.
    pub(crate) fn is_at_the_gate(&self) -> bool {
        !self.at_the_gate.is_empty()
    }
}
