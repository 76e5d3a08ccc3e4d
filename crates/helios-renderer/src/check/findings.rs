//! Findings as they are collected: what the page's log, the probe and the run say, each once, in the words of the rules.

use super::rules::rule;
use crate::page_events::Found;
use crate::server::HOST_NAME;
use helios_job::Finding;

/// Everything found so far.
#[derive(Debug, Default)]
pub(super) struct Findings {
    list: Vec<Finding>,
}

impl Findings {
    /// Adds a finding that stands for itself.
    pub(super) fn add(
        &mut self,
        code: &str,
        frame: Option<u32>,
        place: Option<String>,
        message: impl Into<String>,
    ) {
        self.take(Found { code: code.to_owned(), frame, place, message: message.into(), count: 1 });
    }

    /// Adds what the page's log has, unless it is not worth reporting.
    pub(super) fn take(&mut self, found: Found) {
        let Some((severity, fix)) = rule(&found.code) else { return };
        let own = format!("http://{HOST_NAME}/");
        let place = found.place.map(|place| place.replace(&own, ""));
        let message = found.message.lines().next().unwrap_or_default().replace(&own, "");
        // The place is said beside the message.
        let message = match &place {
            Some(place) => message.replace(&format!(" ({place})"), ""),
            None => message,
        };
        // Of many slow frames the first is enough.
        let once = found.code == "slow-frame";
        let same = |known: &&mut Finding| {
            known.code == found.code && (once || (known.message == message && known.place == place))
        };
        if let Some(known) = self.list.iter_mut().find(same) {
            known.count = known.count.saturating_add(found.count);
            return;
        }
        let (code, fix) = (found.code, fix.to_owned());
        self.list.push(Finding {
            severity,
            code,
            frame: found.frame,
            place,
            message,
            fix,
            count: found.count.max(1),
        });
    }

    pub(super) fn has(&self, code: &str) -> bool {
        self.list.iter().any(|finding| finding.code == code)
    }

    /// The worst first, then as the frames come.
    pub(super) fn sorted(mut self) -> Vec<Finding> {
        self.list.sort_by(|a, b| {
            b.severity.cmp(&a.severity).then(a.frame.cmp(&b.frame)).then(a.code.cmp(&b.code))
        });
        self.list
    }
}
