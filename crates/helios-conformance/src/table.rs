//! The results as a page of the documentation. The same results give the same text: no times, no dates, no paths.

use crate::broken::Sabotage;
use crate::check::Check;
use crate::exceptions::Exceptions;
use crate::outcome::Outcome;
use crate::run::Seen;
use crate::verdict::{Cell, cell};
use std::fmt::Write as _;

const HEAD: &str = "\
# Conformance

Written by `make conformance`, which renders every page of [conformance/](../conformance/README.md) in each of these ways and
compares the hashes of all frames with those of one worker on the tap. Do not edit.

| column | what is different from the reference |
|---|---|
| again | nothing: a second run |
| N=2, N=3, N=7 | so many workers, each with its own browser |
| chunks-a, chunks-b | chunks of two lengths that follow from the page's name, by one worker and by two |
| load | other processes keep every core busy |
| screenshot | frames come from screenshots over the DevTools protocol |
| beginframe | no clock of ours: Chromium's own virtual time, in the headless shell; both with a frame every 33.3 ms, since that time stops at tenths of a millisecond |

`=` all frames have the same pixels · a number: a known difference, explained below · **RED** another difference, or none where one is
listed. *Pictures* is how many of the frames are different from each other.
";

/// The whole document.
pub fn markdown(
    seen: &[Seen],
    checks: &[Check],
    exceptions: &Exceptions,
    broken: &[(Sabotage, Outcome)],
) -> String {
    let mut text = HEAD.to_owned();
    let exact = |page: &&Seen| !exceptions.list.iter().any(|exception| exception.page == page.page.name);
    let frames: u32 =
        seen.iter().filter_map(|page| page.reference.as_ref().ok()).map(|(frames, _)| frames).sum();
    let (pages, same) = (seen.len(), seen.iter().filter(exact).count());
    // Writing to a string cannot fail.
    writeln!(text, "\n{pages} pages, {frames} frames. Without a known difference: {same} pages.\n").ok();

    let names: Vec<String> = checks.iter().map(Check::to_string).collect();
    writeln!(text, "| page | frames | pictures | {} |", names.join(" | ")).ok();
    writeln!(text, "|---|---|---|{}", "---|".repeat(names.len())).ok();
    for page in seen {
        let name = &page.page.name;
        let (frames, distinct) = page.reference.as_ref().copied().unwrap_or_default();
        write!(text, "| [{name}](../conformance/{name}.html) | {frames} | {distinct} |").ok();
        for check in checks {
            let outcome = page.outcomes.iter().find(|(seen, _)| seen == check);
            let word = match outcome.map(|(_, outcome)| cell(exceptions, name, *check, outcome)) {
                None => "–".to_owned(),
                Some(Cell::Equal) => "=".to_owned(),
                Some(Cell::Red) => "**RED**".to_owned(),
                Some(Cell::Known(exception)) => {
                    let index = exceptions.list.iter().position(|other| other == exception);
                    format!("{}", index.unwrap_or_default() + 1)
                }
            };
            write!(text, " {word} |").ok();
        }
        text.push('\n');
    }

    text.push_str("\n## What each page proves\n\n");
    for page in seen {
        writeln!(text, "- `{}`: {}", page.page.name, page.page.title).ok();
    }
    text.push_str("\n## Known differences\n\n");
    if exceptions.list.is_empty() {
        text.push_str("None.\n");
    }
    for (index, exception) in exceptions.list.iter().enumerate() {
        let most =
            exception.tolerance.map(|levels| format!(", by {levels} levels at most")).unwrap_or_default();
        let frames =
            exception.frames.map(|frames| format!(", in at most {frames} frames")).unwrap_or_default();
        let often = if exception.sometimes { ", not in every run" } else { "" };
        let (page, checks) = (&exception.page, exception.checks.join(", "));
        writeln!(
            text,
            "{}. `{page}` ({checks}){most}{frames}{often}: {}",
            index + 1,
            exception.reason.trim()
        )
        .ok();
    }
    text.push_str(
        "\n## A broken clock is noticed\n\nThe same page twice, in a browser in which a part of the clock is left real on purpose:\n\n\
         | left real | page | two renders |\n|---|---|---|\n",
    );
    for (sabotage, outcome) in broken {
        let word = match outcome {
            Outcome::Equal => "equal",
            Outcome::Differs(_) => "different",
            Outcome::Failed(_) => "failed",
        };
        writeln!(text, "| {} | `{}` | {word} |", sabotage.what, sabotage.page).ok();
    }
    text
}
