//! A page in which compilers run: they are JavaScript, and the browser is there anyway.

use helios_browser::{Browser, BrowserError, Executable, LaunchOptions, Session};
use serde_json::Value;
use std::path::Path;
use std::time::Duration;

/// The longest wait for one file: a compiler that is that slow hangs.
const TIMEOUT: Duration = Duration::from_secs(60);

/// A browser with an empty page.
#[derive(Debug)]
pub(super) struct Machine {
    // Dropped before the browser.
    session: Session,
    _browser: Browser,
}

impl Machine {
    /// Starts it.
    pub(super) async fn start(browser: Option<&Path>) -> Result<Machine, BrowserError> {
        let mut options = LaunchOptions::new(Executable::find(browser)?);
        options.args = vec!["--headless".to_owned(), "--disable-gpu".to_owned(), "about:blank".to_owned()];
        let browser = Browser::launch(options).await?;
        let session = browser.first_page(TIMEOUT).await?;
        Ok(Machine { session, _browser: browser })
    }

    /// Gives it another compiler, which defines `heliosCompile`.
    pub(super) async fn load(&self, script: &str) -> Result<(), BrowserError> {
        let expression = format!("{script}\n;typeof heliosCompile");
        self.session.evaluate::<Value>(&expression, TIMEOUT).await.map(drop)
    }

    /// What the compiler makes of a file.
    pub(super) async fn compile(&self, file: &str, source: &str, id: &str) -> Result<Value, BrowserError> {
        let text = |text: &str| Value::from(text).to_string();
        let (file, source, id) = (text(file), text(source), text(id));
        // Errors have their places in properties that a description does not show.
        let expression = format!(
            "(() => {{
              const plain = (map) => map ? (typeof map === 'string' ? map : JSON.stringify(map)) : null;
              try {{
                const made = heliosCompile({file}, {source}, {id});
                return {{ ...made, map: plain(made.map) }};
              }} catch (error) {{
                const at = error.start ?? error.loc?.start ?? error.loc ?? {{}};
                return {{ error: String(error.message ?? error), line: at.line ?? null, column: at.column ?? null }};
              }}
            }})()"
        );
        self.session.evaluate::<Value>(&expression, TIMEOUT).await
    }
}
