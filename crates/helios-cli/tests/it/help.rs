//! What helios says of itself.

use crate::run::Place;

fn help(args: &[&str]) -> String {
    let answer = Place::new().helios(args);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    assert_eq!(answer.stderr, "");
    answer.stdout
}

#[test]
fn main_help() {
    insta::assert_snapshot!(help(&["--help"]));
}

#[test]
fn render_help() {
    insta::assert_snapshot!(help(&["render", "--help"]));
}

#[test]
fn still_help() {
    insta::assert_snapshot!(help(&["still", "--help"]));
}

#[test]
fn verify_help() {
    insta::assert_snapshot!(help(&["verify", "--help"]));
}

#[test]
fn merge_help() {
    insta::assert_snapshot!(help(&["merge", "--help"]));
}

#[test]
fn job_help() {
    insta::assert_snapshot!(help(&["job", "--help"]) + &help(&["job", "status", "--help"]));
}

#[test]
fn init_help() {
    insta::assert_snapshot!(help(&["init", "--help"]));
}

#[test]
fn version() {
    assert_eq!(help(&["--version"]), concat!("helios ", env!("CARGO_PKG_VERSION"), "\n"));
}

#[test]
fn usage_errors_are_wrong_requests() {
    let place = Place::new();
    assert!(place.refused(&["render"]).contains("<INPUT>"));
    assert!(place.refused(&["render", "test.html", "--no-such-flag"]).contains("--no-such-flag"));
    assert!(place.refused(&["sing"]).contains("sing"));
    assert!(place.refused(&["render", "test.html", "-q", "-v"]).contains("--verbose"));
    assert_eq!(place.helios(&[]).code, Some(64));
}

#[test]
fn help_into_a_broken_pipe_does_not_panic() {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let place = Place::new();
    let mut command = place.command(&["render", "--help"]);
    let output = command.stdout(writer).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[test]
fn check_help() {
    insta::assert_snapshot!(help(&["check", "--help"]));
}

#[test]
fn studio_help() {
    insta::assert_snapshot!(help(&["studio", "--help"]) + &help(&["doctor", "--help"]));
}
