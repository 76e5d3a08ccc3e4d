//! Whether what was seen is what should be: equal frames, pages that move, no complaints, and only the exceptions listed.

use crate::check::Check;
use crate::corpus::Page;
use crate::exceptions::{Exception, Exceptions};
use crate::outcome::Outcome;
use crate::run::Seen;

/// A cell of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell<'a> {
    /// As it must be.
    Equal,
    /// A listed difference.
    Known(&'a Exception),
    /// A difference that is not listed, or a listed one that was not there.
    Red,
}

/// Judges one outcome.
pub fn cell<'a>(exceptions: &'a Exceptions, page: &str, check: Check, outcome: &Outcome) -> Cell<'a> {
    match (outcome, exceptions.of(page, check)) {
        (_, Some(exception)) if exception.covers(outcome) => Cell::Known(exception),
        (Outcome::Equal, None) => Cell::Equal,
        _ => Cell::Red,
    }
}

/// Everything that is wrong, as sentences; nothing when the run is green. `whole` says that all pages were rendered in all
/// ways, so that an exception for something else is a mistake.
pub fn faults(seen: &[Seen], exceptions: &Exceptions, whole: bool) -> Vec<String> {
    let mut faults = Vec::new();
    for page in seen {
        let name = &page.page.name;
        match &page.reference {
            Err(why) => faults.push(format!("{name} cannot be rendered: {why}")),
            // Frames that are all alike are equal whatever the clock does.
            Ok((frames, distinct)) if !page.page.still && distinct * 2 < *frames => {
                faults.push(format!("{name} hardly moves: {distinct} pictures in {frames} frames"));
            }
            Ok(_) => {}
        }
        faults.extend(page.complaints.iter().map(|complaint| format!("{name}: {complaint}")));
        for (check, outcome) in &page.outcomes {
            if cell(exceptions, name, *check, outcome) == Cell::Red {
                let unused = if *outcome == Outcome::Equal { "; remove the exception" } else { "" };
                faults.push(format!("{name} {check}: {outcome}{unused}"));
            }
        }
    }
    if whole {
        let known = |exception: &&Exception| !seen.iter().any(|page| page.page.name == exception.page);
        let lost = exceptions.list.iter().filter(known);
        faults.extend(
            lost.map(|exception| format!("an exception is for {}, which is no page", exception.page)),
        );
    }
    faults
}

/// Pages, and ways of rendering them, of which nothing is known: sentences as well.
pub fn gaps(seen: &[Seen], pages: &[Page], checks: &[Check]) -> Vec<String> {
    let mut gaps = Vec::new();
    for page in pages {
        let Some(found) = seen.iter().find(|seen| seen.page.name == page.name) else {
            gaps.push(format!("{} was not rendered", page.name));
            continue;
        };
        // Without a reference there is another fault.
        let missing = checks.iter().filter(|check| !found.outcomes.iter().any(|(done, _)| done == *check));
        let missing = missing.filter(|_| found.reference.is_ok());
        gaps.extend(missing.map(|check| format!("{} was not rendered by {check}", page.name)));
    }
    gaps
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::Difference;

    fn seen(distinct: u32, outcome: Outcome) -> Seen {
        let page = Page {
            name: "a/b".to_owned(),
            path: "a/b.html".into(),
            title: String::new(),
            fast: false,
            still: false,
        };
        let outcomes = vec![(Check::Workers(3), outcome)];
        Seen { page, reference: Ok((60, distinct)), complaints: Vec::new(), outcomes }
    }

    fn known(page: &str) -> Exceptions {
        let exception = Exception {
            page: page.to_owned(),
            checks: vec!["N=3".to_owned()],
            tolerance: None,
            frames: None,
            sometimes: false,
            reason: "why".to_owned(),
        };
        Exceptions { list: vec![exception] }
    }

    #[test]
    fn a_run_is_green_only_when_everything_is_as_listed() {
        let none = Exceptions::default();
        let differs = Outcome::Differs(Difference { ranges: Vec::new(), notes: Vec::new(), levels: None });
        let count = |seen: Seen, exceptions: &Exceptions| faults(&[seen], exceptions, true).len();
        assert_eq!(count(seen(60, Outcome::Equal), &none), 0);
        assert_eq!(count(seen(60, differs.clone()), &none), 1, "an unlisted difference");
        assert_eq!(count(seen(60, differs.clone()), &known("a/b")), 0);
        assert_eq!(count(seen(60, Outcome::Equal), &known("a/b")), 1, "an unused exception");
        assert_eq!(count(seen(60, Outcome::Equal), &known("a/c")), 1, "an exception for nothing");
        assert_eq!(count(seen(60, Outcome::Failed("x".to_owned())), &known("a/b")), 1, "a failure");
        assert_eq!(count(seen(20, Outcome::Equal), &none), 1, "a page that stands still");
        let mut complaining = seen(60, Outcome::Equal);
        complaining.complaints.push("uncaught".to_owned());
        assert_eq!(count(complaining, &none), 1, "an error in the page");
        let done = [seen(60, Outcome::Equal)];
        let pages = [done[0].page.clone()];
        assert_eq!(gaps(&done, &pages, &[Check::Workers(3)]), Vec::<String>::new());
        assert_eq!(gaps(&done, &pages, &[Check::Workers(3), Check::Load]).len(), 1, "a way left out");
        assert_eq!(gaps(&[], &pages, &[Check::Load]).len(), 1, "a page left out");
    }
}
