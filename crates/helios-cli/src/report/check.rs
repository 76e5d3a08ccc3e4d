//! What `helios check` found, in words and as JSON. Pure: a report in, text out.

use helios_job::{CHECK_SCHEMA, CheckReport, CheckedPage, Finding, Severity};
use serde_json::{Value, json};
use std::fmt::Write as _;

/// For people: one finding after the other, the worst first, then what was checked.
pub fn check_text(input: &str, report: &CheckReport, colours: bool) -> String {
    let mut text = String::new();
    let width = report.findings.iter().map(|finding| finding.code.len()).max().unwrap_or_default();
    for finding in &report.findings {
        let severity = painted(finding.severity, colours);
        let (code, said) = (&finding.code, said(finding));
        // Nothing here fails: a String takes every text.
        let _ = writeln!(text, "{severity}  {code:width$}  {said}");
        let _ = writeln!(text, "{:1$}Fix: {2}", "", width + 9, finding.fix);
    }
    let checked = report.page.as_ref().map_or_else(|| "it did not load".to_owned(), page_words);
    let counts = counts(report);
    let _ = writeln!(text, "{input}: {checked}; {counts}");
    text
}

/// `frame 15, page.html:3: Error: boom (4 times)`.
fn said(finding: &Finding) -> String {
    let frame = finding.frame.map(|frame| format!("frame {frame}"));
    let place: Vec<String> = frame.into_iter().chain(finding.place.clone()).collect();
    let place = if place.is_empty() { String::new() } else { format!("{}: ", place.join(", ")) };
    let times = if finding.count > 1 { format!(" ({} times)", finding.count) } else { String::new() };
    format!("{place}{}{times}", finding.message)
}

fn page_words(page: &CheckedPage) -> String {
    let CheckedPage { width, height, fps, frames, ms_per_frame, .. } = page;
    format!("{width}x{height}, {frames} frames at {fps} frames/s, {ms_per_frame:.1} ms to pass a frame")
}

fn counts(report: &CheckReport) -> String {
    let count = |severity, one: &str, many: &str| match report.count(severity) {
        0 => None,
        1 => Some(format!("1 {one}")),
        n => Some(format!("{n} {many}")),
    };
    let counts = [
        count(Severity::Error, "error", "errors"),
        count(Severity::Warn, "warning", "warnings"),
        count(Severity::Info, "note", "notes"),
    ];
    let counts: Vec<String> = counts.into_iter().flatten().collect();
    if counts.is_empty() { "nothing found".to_owned() } else { counts.join(", ") }
}

/// The severity, as wide as the longest one.
fn painted(severity: Severity, colours: bool) -> String {
    let colour = match severity {
        Severity::Error => "1;31",
        Severity::Warn => "33",
        Severity::Info => "36",
    };
    if colours { format!("\x1b[{colour}m{severity:5}\x1b[0m") } else { format!("{severity:5}") }
}

/// For programs; docs/check.md describes it.
pub fn check_json(input: &str, report: &CheckReport, strict: bool) -> Value {
    let worst = report.worst();
    let least = if strict { Severity::Warn } else { Severity::Error };
    let mut json = json!({
        "schema": CHECK_SCHEMA,
        "input": input,
        "passed": worst.is_none_or(|worst| worst < least),
        "strict": strict,
        "errors": report.count(Severity::Error),
        "warnings": report.count(Severity::Warn),
        "notes": report.count(Severity::Info),
        "page": report.page,
        "findings": report.findings,
    });
    json.sort_all_objects();
    json
}
