//! Quoting, judged by a real /bin/sh.

use helios_job::{shell_command, shell_quote};
use proptest::prelude::*;
use std::process::Command;

/// The words that the shell makes of a command line.
fn words(line: &str) -> Vec<String> {
    // Zero bytes cannot occur in words, so they tell words apart even when words hold newlines.
    let script = format!(r#"show() {{ for word in "$@"; do printf '%s\0' "$word"; done; }}; show {line}"#);
    let output = Command::new("/bin/sh").args(["-c", &script]).output().unwrap();
    assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    text.split_terminator('\0').map(str::to_owned).collect()
}

#[test]
fn every_word_arrives_as_it_was() {
    let argv: Vec<String> = [
        "plain",
        "",
        " ",
        "two words",
        "it's",
        "''",
        "'",
        "\"double\"",
        "$HOME",
        "${x}",
        "$(id)",
        "`id`",
        "a\nb",
        "\n",
        "trailing\n",
        "tab\there",
        "ünïcödé 🎬",
        "-n",
        "--output",
        "-",
        "--",
        "*",
        "?",
        "[a]",
        "~",
        "~root",
        "a;b",
        "a&b",
        "a|b",
        ">x",
        "<x",
        "#not a comment",
        "!history",
        "\\",
        "\\n",
        "{\"title\":\"It's $5\"}",
        "a=b",
        "%s",
        "https://example.com/?a=1&b=2",
    ]
    .map(str::to_owned)
    .into();
    assert_eq!(words(&shell_command(&argv)), argv);
}

#[test]
fn safe_words_stay_readable() {
    for word in ["helios", "--width", "1280", "30000/1001", "chunk_0.mov", "/a/b-c.html", "a@b", "50%"] {
        assert_eq!(shell_quote(word), word);
    }
    assert_eq!(shell_quote("it's"), r"'it'\''s'");
}

proptest! {
    // Each case starts a shell.
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn any_words(argv in proptest::collection::vec("[^\\x00]{0,20}", 1..6)) {
        prop_assert_eq!(words(&shell_command(&argv)), argv);
    }
}
