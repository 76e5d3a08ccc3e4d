//! The real Chromium: full (headless) and headless shell.

use crate::{
    peer::LONG,
    processes::{family, kill9, open_files, survivors},
};
use helios_browser::{Browser, BrowserError, Executable, LaunchOptions, Session};
use serde_json::json;
use std::{
    fs,
    os::unix::process::ExitStatusExt as _,
    path::Path,
    time::{Duration, Instant},
};

/// After a kill nothing may take longer.
const SOON: Duration = Duration::from_secs(3);

pub fn full(profiles: &Path) -> LaunchOptions {
    let mut options = LaunchOptions::new(Executable::find(None).unwrap());
    options.args = vec!["--headless".to_owned(), "--disable-gpu".to_owned()];
    options.user_data_parent = Some(profiles.to_owned());
    options
}

fn shell(profiles: &Path) -> LaunchOptions {
    let mut options = LaunchOptions::new(Executable::find_headless_shell(None).unwrap());
    options.user_data_parent = Some(profiles.to_owned());
    options
}

async fn page(options: LaunchOptions) -> (Browser, Session) {
    let browser = Browser::launch(options).await.unwrap();
    let page = browser.first_page(LONG).await.unwrap();
    (browser, page)
}

fn is_empty(folder: &Path) -> bool {
    fs::read_dir(folder).unwrap().next().is_none()
}

#[tokio::test]
async fn full_browser_launches_evaluates_and_closes_without_a_trace() {
    let profiles = tempfile::tempdir().unwrap();
    closes_without_a_trace(full(profiles.path()), profiles.path()).await;
}

#[tokio::test]
async fn headless_shell_launches_evaluates_and_closes_without_a_trace() {
    let profiles = tempfile::tempdir().unwrap();
    closes_without_a_trace(shell(profiles.path()), profiles.path()).await;
}

async fn closes_without_a_trace(options: LaunchOptions, profiles: &Path) {
    let version = options.executable.version().await.unwrap();
    let start = Instant::now();
    let browser = Browser::launch(options).await.unwrap();
    println!("launched after {:?}", start.elapsed());
    assert!(browser.product().ends_with(&version), "{} is not {version}", browser.product());
    let page = browser.first_page(LONG).await.unwrap();
    println!("page after {:?}", start.elapsed());
    assert_eq!(page.evaluate::<i32>("Promise.resolve(20 + 22)", LONG).await.unwrap(), 42);
    println!("evaluated after {:?}", start.elapsed());

    let family = family(browser.pid());
    println!("{} processes", family.len());
    assert!(family.len() >= 3, "zygotes and a renderer are expected: {family:?}");
    assert!(!is_empty(profiles));
    let start = Instant::now();
    browser.close().await.unwrap();
    println!("closed after {:?}", start.elapsed());
    // Not at once: the crash handler is outside the group, and ends when it sees the browser gone.
    assert_eq!(survivors(&family, SOON), []);
    assert!(is_empty(profiles), "the profile is still there");
    assert!(matches!(page.evaluate::<i32>("1", LONG).await, Err(BrowserError::Closed)));
}

#[tokio::test]
async fn values_and_exceptions_come_out_of_the_page() {
    let profiles = tempfile::tempdir().unwrap();
    let (browser, page) = page(full(profiles.path())).await;
    assert_eq!(
        page.evaluate::<serde_json::Value>("({a: [1, 'x', null]})", LONG).await.unwrap(),
        json!({ "a": [1, "x", null] })
    );
    page.evaluate::<()>("undefined", LONG).await.unwrap();
    assert_eq!(page.evaluate::<String>("0/0", LONG).await.unwrap(), "NaN");
    assert_eq!(page.evaluate::<String>("'\\ud83d'", LONG).await.unwrap(), "\u{fffd}");
    assert!(matches!(page.evaluate::<i32>("'x'", LONG).await, Err(BrowserError::Decode { .. })));

    let thrown = async |expression| match page.evaluate::<()>(expression, LONG).await {
        Err(BrowserError::PageException { message, stack }) => (message, stack),
        other => panic!("{expression} gave {other:?}"),
    };
    let (message, stack) = thrown("function deep() { throw new TypeError('no\\nway') }; deep()").await;
    assert_eq!(message, "TypeError: no\nway");
    assert!(stack.starts_with("    at deep ("), "{stack}");
    assert_eq!(thrown("Promise.reject(new Error('later'))").await.0, "Error: later");
    assert_eq!(thrown("throw 'just text'").await.0, "just text");
    assert_eq!(thrown("throw {a: 1}").await.0, "Uncaught Object");
    assert!(thrown("a b").await.0.starts_with("SyntaxError: "));
    browser.close().await.unwrap();
}

#[tokio::test]
async fn refused_and_unanswered_calls_name_the_method() {
    let profiles = tempfile::tempdir().unwrap();
    let (browser, page) = page(shell(profiles.path())).await;
    let refused = page.call("Page.noSuchThing", json!({}), LONG).await.unwrap_err();
    assert!(
        matches!(&refused, BrowserError::Protocol { method, code: -32601, .. } if method == "Page.noSuchThing"),
        "{refused}"
    );
    let late = page.evaluate::<()>("new Promise(() => {})", Duration::from_millis(100)).await.unwrap_err();
    assert!(
        matches!(&late, BrowserError::CallTimeout { method, .. } if method == "Runtime.evaluate"),
        "{late}"
    );
    assert_eq!(page.evaluate::<i32>("1", LONG).await.unwrap(), 1);
    browser.close().await.unwrap();
}

#[tokio::test]
async fn the_page_of_the_command_line_is_the_first_page() {
    let profiles = tempfile::tempdir().unwrap();
    let mut options = full(profiles.path());
    options.args.push("--app=data:text/html,<title>mine</title>".to_owned());
    let (browser, page) = page(options).await;
    // Its own load may still be under way: first the empty document answers, or an evaluation is cut off by the new one.
    let start = Instant::now();
    while page.evaluate::<String>("document.title", LONG).await.ok().as_deref() != Some("mine") {
        assert!(start.elapsed() < LONG, "the page never came");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    // A new document in a new renderer, as flags have broken that before.
    let mut events = page.events();
    page.call("Page.enable", json!({}), LONG).await.unwrap();
    page.call("Page.navigate", json!({ "url": "data:text/html,<title>next</title>" }), LONG).await.unwrap();
    while page.evaluate::<String>("document.title", LONG).await.ok().as_deref() != Some("next") {
        assert!(start.elapsed() < LONG, "the next page never came");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    events.wait_for("Page.loadEventFired", LONG).await.unwrap();
    let targets = browser.connection().call("Target.getTargets", json!({}), LONG).await.unwrap();
    let pages =
        targets["targetInfos"].as_array().unwrap().iter().filter(|target| target["type"] == "page").count();
    assert_eq!(pages, 1, "{targets}");
    browser.close().await.unwrap();
}

#[tokio::test]
async fn a_crashed_renderer_fails_its_session_and_leaves_the_browser_usable() {
    for options in [full, shell] {
        let profiles = tempfile::tempdir().unwrap();
        let (browser, page) = page(options(profiles.path())).await;
        let start = Instant::now();
        let pending = page.evaluate::<()>("new Promise(() => {})", LONG);
        let crash = page.call("Page.navigate", json!({ "url": "chrome://crash" }), LONG);
        let (pending, crash) = tokio::join!(pending, crash);
        // A navigation that crashes is answered or cut off, whichever comes first.
        println!("{pending:?} {crash:?} after {:?}", start.elapsed());
        assert!(matches!(pending, Err(BrowserError::TargetCrashed)), "{pending:?}");
        assert!(matches!(page.evaluate::<i32>("1", LONG).await, Err(BrowserError::TargetCrashed)));
        assert!(start.elapsed() < SOON);
        let other = browser.new_page("about:blank", LONG).await.unwrap();
        assert_eq!(other.evaluate::<i32>("2", LONG).await.unwrap(), 2);
        browser.close().await.unwrap();
    }
}

#[tokio::test]
async fn a_closed_page_is_gone() {
    let profiles = tempfile::tempdir().unwrap();
    let (browser, page) = page(shell(profiles.path())).await;
    let target = json!({ "targetId": page.target_id().unwrap() });
    let close = browser.connection().call("Target.closeTarget", target, LONG);
    let (pending, closed) = tokio::join!(page.evaluate::<()>("new Promise(() => {})", LONG), close);
    closed.unwrap();
    assert!(matches!(pending, Err(BrowserError::TargetClosed { .. })), "{pending:?}");
    browser.close().await.unwrap();
}

#[tokio::test]
async fn a_killed_browser_is_reported_with_status_command_and_stderr() {
    let profiles = tempfile::tempdir().unwrap();
    let mut options = full(profiles.path());
    // One that says something at its start.
    options.args.extend(["--enable-logging=stderr".to_owned(), "--v=1".to_owned()]);
    let (browser, page) = page(options).await;
    let family = family(browser.pid());
    let mut events = page.events();
    let start = Instant::now();
    let killer = async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        kill9(browser.pid());
    };
    let (pending, ()) = tokio::join!(page.evaluate::<()>("new Promise(() => {})", LONG), killer);
    let error = pending.unwrap_err();
    let BrowserError::Died { command, status, stderr } = &error else { panic!("{error:?}") };
    assert_eq!(status.unwrap().signal(), Some(9));
    assert!(command.contains("--remote-debugging-pipe"));
    assert!(!stderr.is_empty() && stderr.len() <= 4096);
    assert!(error.to_string().contains("signal: 9"), "{error}");
    assert!(start.elapsed() < SOON);
    while let Ok(_event) = events.next().await {}
    assert_eq!(browser.exited().await.unwrap().signal(), Some(9));
    assert!(matches!(browser.close().await, Err(BrowserError::Died { .. })));
    assert_eq!(survivors(&family, SOON), []);
    assert!(is_empty(profiles.path()));
}

#[tokio::test]
async fn dropping_the_browser_kills_it() {
    let profiles = tempfile::tempdir().unwrap();
    let (browser, page) = page(full(profiles.path())).await;
    let family = family(browser.pid());
    let exited = browser.exited();
    drop(browser);
    assert_eq!(survivors(&family, SOON), []);
    exited.await.unwrap();
    assert!(matches!(page.evaluate::<i32>("1", LONG).await, Err(BrowserError::Closed)));
    let start = Instant::now();
    while !is_empty(profiles.path()) && start.elapsed() < SOON {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert!(is_empty(profiles.path()), "the profile is still there");
}

#[test]
fn the_end_of_the_runtime_is_the_end_of_the_browser() {
    let profiles = tempfile::tempdir().unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (browser, _page) = runtime.block_on(page(full(profiles.path())));
    let family = family(browser.pid());
    drop(runtime);
    assert_eq!(survivors(&family, SOON), []);
    assert!(is_empty(profiles.path()), "the profile is still there");
    drop(browser);
}

#[tokio::test]
async fn browsers_inherit_their_own_pipe_the_fd_given_and_nothing_else() {
    let profiles = tempfile::tempdir().unwrap();
    let first = Browser::launch(shell(profiles.path())).await.unwrap();
    let (ours, theirs) = std::os::unix::net::UnixStream::pair().unwrap();
    let mut options = shell(profiles.path());
    options.inherit_fd = Some((theirs.into(), "HELIOS_TEST_FD".to_owned()));
    options.env.push(("HELIOS_TEST_ENV".to_owned(), "yes".to_owned()));
    let second = Browser::launch(options).await.unwrap();

    let (one, two) = (open_files(first.pid()), open_files(second.pid()));
    assert!(two[&5].starts_with("socket:"), "{two:?}");
    for number in [3, 4] {
        assert!(one[&number].starts_with("pipe:"));
        assert!(
            !two.values().any(|file| *file == one[&number]),
            "the second browser holds the first one's pipe"
        );
    }
    let ours_too = open_files(std::process::id());
    for pipe in [&one[&3], &one[&4], &two[&3], &two[&4]] {
        let count = ours_too.values().filter(|file| *file == pipe).count();
        assert_eq!(count, 1, "of each pipe we hold our own end only");
    }
    let environment = fs::read(format!("/proc/{}/environ", second.pid())).unwrap();
    let environment = String::from_utf8_lossy(&environment);
    assert!(environment.contains("HELIOS_TEST_FD=5\0") && environment.contains("HELIOS_TEST_ENV=yes\0"));
    drop(ours);
    first.close().await.unwrap();
    second.close().await.unwrap();
}
