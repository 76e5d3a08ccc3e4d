//! A parent that is killed with -9 leaves no process of the browser.
//!
//! The test starts itself as the parent to be killed, told apart by an environment variable.

use crate::{
    peer::LONG,
    processes::{family, survivors},
    real::full,
};
use helios_browser::Browser;
use std::{
    io::{BufRead as _, BufReader},
    path::PathBuf,
    process::{Command, Stdio},
    time::Duration,
};

const PROFILES: &str = "HELIOS_TEST_PROFILES";
const SCRIPT: &str = "HELIOS_TEST_SCRIPT";

/// Chromium says goodbye in order when its pipe closes; measured: 0.1 s.
const PATIENCE: Duration = Duration::from_secs(5);

#[test]
fn none_of_an_idle_page() {
    parent_killed("orphans::none_of_an_idle_page", "1");
}

#[test]
fn none_of_a_page_in_an_endless_loop() {
    parent_killed("orphans::none_of_a_page_in_an_endless_loop", "setTimeout(() => { for (;;); }, 0); 1");
}

fn parent_killed(test: &str, script: &str) {
    if let Some(profiles) = std::env::var_os(PROFILES) {
        return be_the_parent(profiles.into(), &std::env::var(SCRIPT).unwrap());
    }
    let profiles = tempfile::tempdir().unwrap();
    let mut parent = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .env(PROFILES, profiles.path())
        .env(SCRIPT, script)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(parent.stdout.take().unwrap()).lines();
    let pid: u32 =
        lines.map_while(Result::ok).find_map(|line| line.strip_prefix("browser ")?.parse().ok()).unwrap();
    let family = family(pid);
    assert!(family.len() >= 3, "zygotes and a renderer are expected: {family:?}");
    parent.kill().unwrap();
    parent.wait().unwrap();
    assert_eq!(survivors(&family, PATIENCE), []);
}

#[tokio::main(flavor = "current_thread")]
async fn be_the_parent(profiles: PathBuf, script: &str) {
    let browser = Browser::launch(full(&profiles)).await.unwrap();
    let page = browser.first_page(LONG).await.unwrap();
    page.evaluate::<i32>(script, LONG).await.unwrap();
    println!("\nbrowser {}", browser.pid());
    std::future::pending::<()>().await;
}
