//! A running browser: launch, its pages, its end.

use crate::{
    BrowserError, Connection, LaunchOptions, Result, Session,
    launch::{self, Spawned},
    process::Process,
};
use serde::Deserialize;
use serde_json::{Value, json};
use std::{
    collections::BTreeSet,
    process::ExitStatus,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

/// How long a browser may take to close in good order before it is killed.
const CLOSE_GRACE: Duration = Duration::from_secs(2);

/// How long a closed pipe waits for the exit that explains it.
const EPITAPH_WAIT: Duration = Duration::from_secs(1);

/// How often the window asked for on the command line is looked for: it has no page until some time after the pipe answers.
const PAGE_POLL: Duration = Duration::from_millis(10);

/// A Chromium process with its profile and its connection.
///
/// Dropping it kills the whole process group; its profile is removed soon after, while the runtime lives. If our own process
/// is killed, the browser ends because its pipe closes (the profile folder stays then).
#[derive(Debug)]
pub struct Browser {
    process: Process,
    connection: Connection,
    closing: Arc<AtomicBool>,
    product: String,
    opens_window: bool,
}

#[derive(Deserialize)]
struct TargetInfo {
    #[serde(rename = "targetId")]
    id: String,
    #[serde(rename = "type")]
    kind: String,
}

impl Browser {
    /// Starts a browser and waits until it answers. Must be called within a tokio runtime; cancel safe (the browser is killed).
    ///
    /// Errors: [`BrowserError::Spawn`], [`BrowserError::LaunchTimeout`], [`BrowserError::Died`], each with the command line.
    pub async fn launch(options: LaunchOptions) -> Result<Self> {
        let timeout = options.launch_timeout;
        let Spawned { child, command, profile, answers, commands, opens_window } = launch::spawn(options)?;
        let gone = |command| BrowserError::Died { command, status: None, stderr: String::new() };
        let process = Process::supervise(child, command.clone(), profile).ok_or_else(|| gone(command))?;

        let closing = Arc::new(AtomicBool::new(false));
        let epitaph = epitaph(process.clone(), Arc::clone(&closing));
        let connection = Connection::with_epitaph(answers, commands, epitaph);
        let mut browser = Self { process, connection, closing, product: String::new(), opens_window };

        #[derive(Deserialize)]
        struct Version {
            product: String,
        }
        match browser.connection.root().call_as::<Version>("Browser.getVersion", json!({}), timeout).await {
            Ok(version) => browser.product = version.product,
            Err(BrowserError::CallTimeout { after, .. }) => {
                let (command, stderr) = (browser.process.command.to_string(), browser.stderr_tail());
                return Err(BrowserError::LaunchTimeout { after, command, stderr });
            }
            Err(error) => return Err(error),
        }
        Ok(browser)
    }

    /// The DevTools connection; its root session is the browser itself.
    pub fn connection(&self) -> &Connection {
        &self.connection
    }

    /// Name and version as the browser says itself: `Chrome/156.0.8078.79`.
    pub fn product(&self) -> &str {
        &self.product
    }

    /// Whether it is the headless shell, as the browser says itself; its file may have any name.
    pub fn is_headless_shell(&self) -> bool {
        self.product.starts_with("HeadlessChrome")
    }

    /// Process id of the browser process, which is its process group id too.
    pub fn pid(&self) -> u32 {
        self.process.pid
    }

    /// The files that its processes have in memory. Empty where there is no `/proc`.
    pub fn mapped_files(&self) -> BTreeSet<String> {
        self.process.mapped_files()
    }

    /// The command line it was started with, quoted for a shell.
    pub fn command(&self) -> &str {
        &self.process.command
    }

    /// The last 4 KiB of its stderr so far.
    pub fn stderr_tail(&self) -> String {
        self.process.stderr_tail()
    }

    /// Attaches to the page that the command line opened (`--app=URL` or a URL), waiting for it to appear; creates a blank page
    /// when none was asked for and none is there.
    ///
    /// Does not wait for its load, which may be under way: until it commits, the page is an empty `about:blank`.
    /// `timeout` holds for all of it. Errors: [`BrowserError::CallTimeout`] when no page appears, and those of [`Session::call`].
    pub async fn first_page(&self, timeout: Duration) -> Result<Session> {
        let deadline = Instant::now() + timeout;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            if let Some(page) = self.pages(left).await?.first() {
                return self.attach(page, deadline.saturating_duration_since(Instant::now())).await;
            }
            if !self.opens_window {
                return self.new_page("about:blank", left).await;
            }
            if left.is_zero() {
                return Err(BrowserError::CallTimeout { method: "first page".to_owned(), after: timeout });
            }
            tokio::time::sleep(PAGE_POLL.min(left)).await;
        }
    }

    /// Opens `url` in a new page and attaches to it. Does not wait for it to load.
    ///
    /// `timeout` holds for each of the two calls this takes. Errors: those of [`Session::call`].
    pub async fn new_page(&self, url: &str, timeout: Duration) -> Result<Session> {
        self.new_target(json!({ "url": url }), timeout).await
    }

    /// Like [`Browser::new_page`], with any parameters of `Target.createTarget`.
    ///
    /// Errors: those of [`Session::call`].
    pub async fn new_target(&self, params: Value, timeout: Duration) -> Result<Session> {
        #[derive(Deserialize)]
        struct Created {
            #[serde(rename = "targetId")]
            target: String,
        }
        let root = self.connection.root();
        let created: Created = root.call_as("Target.createTarget", params, timeout).await?;
        self.attach(&created.target, timeout).await
    }

    /// Attaches to a target by its id: a flattened session.
    ///
    /// Errors: those of [`Session::call`].
    pub async fn attach(&self, target: &str, timeout: Duration) -> Result<Session> {
        #[derive(Deserialize)]
        struct Attached {
            #[serde(rename = "sessionId")]
            session: String,
        }
        let params = json!({ "targetId": target, "flatten": true });
        let attached: Attached =
            self.connection.root().call_as("Target.attachToTarget", params, timeout).await?;
        Ok(self.connection.session(&attached.session).of_target(target))
    }

    async fn pages(&self, timeout: Duration) -> Result<Vec<String>> {
        #[derive(Deserialize)]
        struct Targets {
            #[serde(rename = "targetInfos")]
            infos: Vec<TargetInfo>,
        }
        let targets: Targets =
            self.connection.root().call_as("Target.getTargets", json!({}), timeout).await?;
        Ok(targets.infos.into_iter().filter(|info| info.kind == "page").map(|info| info.id).collect())
    }

    /// Resolves when the browser process has ended, for whatever reason; does not borrow the browser.
    /// `None` only when the runtime is shutting down.
    pub fn exited(&self) -> impl Future<Output = Option<ExitStatus>> + Send + use<> {
        self.process.clone().exited()
    }

    /// The error that describes how the browser ended ([`BrowserError::Died`]); for use once [`Browser::exited`] resolved.
    pub fn death(&self) -> BrowserError {
        self.process.died()
    }

    /// Closes the browser in good order; kills it when that takes more than two seconds. When this returns, its process
    /// group and its profile are gone; Chromium's crash handler, which detaches itself, ends by itself moments later.
    ///
    /// Errors: [`BrowserError::Died`] when it had ended before, by itself.
    pub async fn close(self) -> Result<()> {
        if self.process.status().is_some() {
            self.process.clone().gone().await;
            return Err(self.process.died());
        }
        self.closing.store(true, Ordering::Relaxed);
        let goodbye = async {
            // Answered or not: what counts is the exit.
            let _ = self.connection.call("Browser.close", json!({}), CLOSE_GRACE).await;
            self.exited().await
        };
        if tokio::time::timeout(CLOSE_GRACE, goodbye).await.is_err() {
            tracing::debug!(pid = self.pid(), "the browser did not close in time, killing it");
        }
        self.process.kill();
        self.process.clone().gone().await;
        Ok(())
    }

    /// Ends the browser at once, for callers that want nothing of what it might still write. When this returns, its process
    /// group and its profile are gone, as after [`Browser::close`], which takes ten times as long.
    pub async fn kill(self) {
        self.closing.store(true, Ordering::Relaxed);
        self.process.kill();
        self.process.clone().gone().await;
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        self.closing.store(true, Ordering::Relaxed);
        self.process.kill();
    }
}

/// Why the pipe closed: our wish, or the death of the browser, told with how it ended.
async fn epitaph(process: Process, closing: Arc<AtomicBool>) -> BrowserError {
    if closing.load(Ordering::Relaxed) {
        return BrowserError::Closed;
    }
    let _ = tokio::time::timeout(EPITAPH_WAIT, process.clone().exited()).await;
    // Once more: a browser that is being dropped dies first and is marked second.
    if closing.load(Ordering::Relaxed) { BrowserError::Closed } else { process.died() }
}
