//! The real Chromium: full (headless) and headless shell.

use helios_browser::{Browser, Executable, LaunchOptions};
use std::time::{Duration, Instant};

const LONG: Duration = Duration::from_secs(20);

fn full() -> LaunchOptions {
    let mut options = LaunchOptions::new(Executable::find(None).unwrap());
    options.args = vec!["--headless".to_owned(), "--disable-gpu".to_owned()];
    options
}

#[tokio::test]
async fn launches_evaluates_and_closes() {
    let start = Instant::now();
    let browser = Browser::launch(full()).await.unwrap();
    eprintln!("launch {:?}", start.elapsed());
    assert!(browser.product().starts_with("Chrome/"), "{}", browser.product());
    let page = browser.first_page(LONG).await.unwrap();
    eprintln!("page {:?}", start.elapsed());
    assert_eq!(page.evaluate::<i32>("Promise.resolve(20 + 22)", LONG).await.unwrap(), 42);
    eprintln!("evaluate {:?}", start.elapsed());
    browser.close().await.unwrap();
    eprintln!("close {:?}", start.elapsed());
}
