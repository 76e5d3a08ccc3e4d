//! What `helios doctor` found, in words. Pure: diagnostics in, text out.

use helios_studio::api::{CheckStatus, Diagnostics};
use std::fmt::Write as _;

/// One line for each check, the fix under it, and the whole in one sentence.
pub fn diagnostics(found: &Diagnostics, colours: bool) -> String {
    let mut text = String::new();
    let width = found.checks.iter().map(|check| check.name.len()).max().unwrap_or_default();
    for check in &found.checks {
        let (word, colour) = match check.status {
            CheckStatus::Ok => ("ok  ", "32"),
            CheckStatus::Warn => ("warn", "33"),
            CheckStatus::Fail => ("FAIL", "1;31"),
        };
        let word = if colours { format!("\x1b[{colour}m{word}\x1b[0m") } else { word.to_owned() };
        // Nothing here fails: a String takes every text.
        let _ = writeln!(text, "{word}  {:width$}  {}", check.name, check.found.replace('\n', " "));
        if !check.fix.is_empty() {
            let _ = writeln!(text, "{:1$}Fix: {2}", "", width + 8, check.fix);
        }
    }
    let verdict = if found.can_render { "This machine can render." } else { "This machine cannot render." };
    let _ = writeln!(text, "{verdict}");
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use helios_studio::api::Check;

    #[test]
    fn each_check_has_a_line_and_its_fix_another() {
        let check = |name: &str, status, found: &str, fix: &str| Check {
            id: name.to_lowercase(),
            name: name.to_owned(),
            status,
            found: found.to_owned(),
            fix: fix.to_owned(),
        };
        let found = Diagnostics {
            can_render: false,
            checks: vec![
                check("FFmpeg", CheckStatus::Fail, "not\nfound", "install it"),
                check("Disk", CheckStatus::Ok, "9 GB free", ""),
            ],
        };
        let text = "FAIL  FFmpeg  not found\n              Fix: install it\nok    Disk    9 GB free\n\
                    This machine cannot render.\n";
        assert_eq!(diagnostics(&found, false), text);
        assert!(diagnostics(&found, true).contains("\x1b[32mok  \x1b[0m"));
    }
}
