//! Finding the browser of this machine.

use helios_browser::{BrowserError, Executable, Kind};
use std::path::Path;

#[tokio::test]
async fn finds_a_full_browser_that_is_no_script() {
    let found = Executable::find(None).unwrap();
    assert_eq!(found.kind, Kind::Full);
    assert!(!std::fs::read(&found.path).unwrap().starts_with(b"#!"), "{found:?}");
    let version = found.version().await.unwrap();
    assert!(version.split('.').count() == 4, "{version}");
}

#[test]
fn finds_the_headless_shell() {
    let found = Executable::find_headless_shell(None).unwrap();
    assert_eq!(found.kind, Kind::HeadlessShell);
    assert_eq!(Executable::find(Some(&found.path)).unwrap(), found);
}

#[test]
fn looks_behind_the_scripts_of_debian() {
    let found = Executable::find(Some(Path::new("/usr/bin/chromium"))).unwrap();
    assert_eq!(found, Executable { path: "/usr/lib/chromium/chromium".into(), kind: Kind::Full });
    let found = Executable::find(Some(Path::new("/usr/bin/chromium-headless-shell"))).unwrap();
    assert_eq!(found.path, Path::new("/usr/lib/chromium/chromium-headless-shell"));
}

#[test]
fn a_named_browser_that_is_missing_is_not_replaced_by_another() {
    let error = Executable::find(Some(Path::new("/nowhere/chrome"))).unwrap_err();
    assert!(matches!(error, BrowserError::NotFound { .. }));
    assert_eq!(
        error.to_string(),
        "no Chromium or Chrome found (looked for /nowhere/chrome); install `chromium` or pass `--browser PATH`"
    );
    assert!(Executable::find_headless_shell(Some(Path::new("/usr/bin/chromium"))).is_err());
}
