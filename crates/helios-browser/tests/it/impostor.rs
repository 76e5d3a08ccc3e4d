//! Programs that are no browser: what launching them says.

use helios_browser::{Browser, BrowserError, Executable, Kind, LaunchOptions};
use std::{fs, os::unix::fs::PermissionsExt as _, path::Path, time::Duration};

fn script(folder: &Path, body: &str) -> LaunchOptions {
    let path = folder.join("browser");
    fs::write(&path, format!("#!/bin/sh\n{body}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    let mut options = LaunchOptions::new(Executable { path, kind: Kind::Full });
    options.user_data_parent = Some(folder.to_owned());
    options
}

#[tokio::test]
async fn one_that_ends_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let options = script(folder.path(), "echo 'no such display' >&2; exit 7");
    let error = Browser::launch(options).await.unwrap_err();
    assert!(matches!(error, BrowserError::Died { .. }), "{error:?}");
    let text = error.to_string();
    assert!(text.contains("no such display") && text.contains("exit status: 7"), "{text}");
    assert!(text.contains("--remote-debugging-pipe"), "{text}");
}

#[tokio::test]
async fn one_that_says_nothing_on_the_pipe() {
    let folder = tempfile::tempdir().unwrap();
    let mut options = script(folder.path(), "echo thinking >&2; sleep 60");
    options.launch_timeout = Duration::from_millis(300);
    let error = Browser::launch(options).await.unwrap_err();
    assert!(matches!(error, BrowserError::LaunchTimeout { .. }), "{error:?}");
    assert!(error.to_string().contains("thinking"), "{error}");
}

#[tokio::test]
async fn one_that_does_not_close() {
    let folder = tempfile::tempdir().unwrap();
    // Answers the version (the first call has id 1), then nothing ever again; and has a child.
    let body =
        r#"printf '{"id":1,"result":{"product":"Fake/1"}}\0' >&4; sleep 60 & trap '' TERM; wait; sleep 60"#;
    let browser = Browser::launch(script(folder.path(), body)).await.unwrap();
    assert_eq!(browser.product(), "Fake/1");
    let family = crate::processes::family(browser.pid());
    browser.close().await.unwrap();
    assert_eq!(crate::processes::survivors(&family, Duration::ZERO), []);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "the profile is still there");
}

#[tokio::test]
async fn one_that_cannot_be_run() {
    let folder = tempfile::tempdir().unwrap();
    let mut options = script(folder.path(), "");
    options.executable.path = folder.path().join("missing");
    let error = Browser::launch(options).await.unwrap_err();
    assert!(matches!(error, BrowserError::Spawn { .. }), "{error:?}");
    assert!(error.to_string().contains("missing"), "{error}");
}

#[tokio::test]
async fn one_without_a_version() {
    let folder = tempfile::tempdir().unwrap();
    let executable = script(folder.path(), "echo usage: me >&2; exit 2").executable;
    let error = executable.version().await.unwrap_err();
    assert!(matches!(error, BrowserError::NoVersion { .. }), "{error:?}");
    assert!(error.to_string().contains("usage: me"), "{error}");
}
