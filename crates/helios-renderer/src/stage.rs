//! The stage: one browser window with one composition in it, moved frame by frame.

use crate::RenderError;
use crate::chromium::BrowserChoice;
use crate::input::Input;
use crate::page_events::{DocumentError, Listener, Notices, interception};
use crate::runtime::{HOST_PATH, RuntimeConfig};
use crate::server::{CANVAS_PATH, HOST_NAME, Server};
use crate::source::{Picture, TapSource, screenshot};
use crate::strip;
use helios_browser::{Browser, BrowserError, Session};
use helios_job::{CaptureKind, Event, Level, Mode};
use serde::Deserialize;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout};

/// Replay is done in runs of this many frames, so that a stuck frame is noticed and progress can be told.
const REPLAY_RUN: u32 = 60;

/// The page's runtime has the same time-out as we, and better words: it gets this much longer to use them.
const GRACE: Duration = Duration::from_secs(1);
/// How long a page may take to say what it is waiting for. One that does not answer is busy.
const DIAGNOSIS: Duration = Duration::from_millis(500);
/// How often a page may replace itself while it loads.
const MOST_DOCUMENTS: u32 = 20;

/// Goes on where `heliosHost.open` lost the page: it has replaced itself by another document.
const REOPEN: &str = r#"(async () => {
  const frame = document.querySelector("iframe");
  const shown = frame.contentDocument;
  if (shown && shown.readyState !== "complete") {
    await new Promise((resolve) => frame.addEventListener("load", resolve, { once: true }));
  }
  try {
    await frame.contentWindow.__helios.ready();
  } catch (error) {
    if (frame.contentDocument) throw error;
  }
  return heliosHost.describe();
})()"#;

/// What the page's runtime is waiting for, in words.
const PENDING: &str = r#"(() => {
  const labels = [];
  const runtime = document.querySelector("iframe")?.contentWindow?.[Symbol.for("helios.runtime")];
  runtime?.core.pending.forEach((token) => labels.push(token.label));
  return labels;
})()"#;

/// The host page must stay: what the page in it does to the window around it comes to nothing. Frame busters
/// (`top.location = self.location`) are stopped here, before anything begins; once a navigation of the window has begun,
/// Chromium stops loading the page in it.
const KEEP_WINDOW: &str = r#"
  window.close = () => console.warn("helios: close() of the window around the page was ignored");
  navigation.addEventListener("navigate", (event) => {
    if (!event.cancelable || event.destination.sameDocument) return;
    event.preventDefault();
    console.warn(`helios: the window around the page does not go to ${event.destination.url}`);
  });
  0"#;

/// What a stage is made for. Fixed for its life; what changes between compositions is in [`RuntimeConfig`].
pub(crate) struct StageOptions {
    pub(crate) browser: BrowserChoice,
    pub(crate) capture: CaptureKind,
    pub(crate) mode: Mode,
    pub(crate) worker: u32,
    pub(crate) notices: Notices,
}

/// What the host page says of a loaded composition.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Described {
    pub(crate) width: Option<f64>,
    pub(crate) height: Option<f64>,
    pub(crate) fps: Value,
    pub(crate) duration: Option<f64>,
    pub(crate) seekable: bool,
    pub(crate) title: Option<String>,
    pub(crate) canvas: Option<(u32, u32)>,
}

enum Source {
    Tap(TapSource),
    Screenshot,
    Canvas,
}

/// See the module.
pub(crate) struct Stage {
    // Dropped first: without its browser nothing else has a purpose.
    session: Session,
    browser: Browser,
    source: Source,
    server: Server,
    listener: Listener,
    input: Input,
    url: String,
    /// The injected script's id, to replace it for another composition.
    injected: Option<String>,
    size: (u32, u32),
    timeout: Duration,
    serial: u32,
    next_frame: u32,
    /// How many documents the page took to load.
    documents: u32,
    /// The script that the composition on stage was opened with; `None` before the first, or after a failed one.
    opened: Option<String>,
    seekable: bool,
}

impl Stage {
    /// Starts the browser and the server, and shows the host page. `size` is the composition's, as far as it is known.
    pub(crate) async fn start(
        options: &StageOptions,
        input: &str,
        size: (u32, u32),
    ) -> Result<Stage, RenderError> {
        let input = Input::resolve(input)?;
        let root = match &input {
            Input::Local { root, .. } => Some(root.clone()),
            Input::Remote { .. } => None,
        };
        let server = Server::start(root).await?;
        let url = match &input {
            Input::Local { page, .. } => format!("http://{HOST_NAME}/{}", encode_path(page)),
            Input::Remote { url } => url.clone(),
        };
        let start_url = match &input {
            Input::Local { .. } => format!("http://{HOST_NAME}{HOST_PATH}"),
            Input::Remote { .. } => "about:blank".to_owned(),
        };
        let window = window_size(size);
        let (browser, session, source) =
            open_window(options, &start_url, server.resolver_rule(), window).await?;
        let listener = Listener::start(&session, options.worker, options.notices.clone());
        let timeout = options.browser.timeout;
        let mut stage = Stage {
            session,
            browser,
            source,
            server,
            listener,
            input,
            url,
            injected: None,
            size,
            timeout,
            serial: 0,
            next_frame: 0,
            documents: 0,
            opened: None,
            seekable: false,
        };
        stage.prepare_session().await?;
        Ok(stage)
    }

    /// The kind of capture in use.
    pub(crate) fn capture(&self) -> &'static str {
        match self.source {
            Source::Tap(_) => "tap",
            Source::Screenshot => "screenshot",
            Source::Canvas => "canvas",
        }
    }

    /// The frame that [`Stage::draw`] or [`Stage::replay_to`] would come to next.
    pub(crate) fn next_frame(&self) -> u32 {
        self.next_frame
    }

    async fn call(&self, method: &str, params: Value) -> Result<Value, RenderError> {
        let result = self.session.call(method, params, self.timeout).await;
        result.map_err(|source| self.lost(RenderError::browser("set up the page")(source)))
    }

    async fn prepare_session(&mut self) -> Result<(), RenderError> {
        self.call("Page.enable", json!({})).await?;
        self.call("Runtime.enable", json!({})).await?;
        self.call("Network.enable", json!({})).await?;
        self.call("Fetch.enable", interception()).await?;
        if let Input::Remote { url } = &self.input {
            self.call("Page.navigate", json!({"url": format!("{}{HOST_PATH}", origin(url))})).await?;
        }
        if !matches!(self.source, Source::Tap(_)) {
            self.apply_metrics().await?;
        }
        self.wait_for_host().await
    }

    /// Sizes the viewport where no window does.
    async fn apply_metrics(&self) -> Result<(), RenderError> {
        let (width, height) = window_size(self.size);
        let metrics = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        self.call("Emulation.setDeviceMetricsOverride", metrics).await?;
        Ok(())
    }

    /// Waits until the host page's script has run, and keeps it in its place from then on. While the page is being
    /// replaced, evaluations fail; that passes.
    async fn wait_for_host(&self) -> Result<(), RenderError> {
        self.host_is_up().await?;
        self.listener.settle(true);
        let kept = self.session.evaluate::<Value>(KEEP_WINDOW, self.timeout).await;
        kept.map(|_| ()).map_err(RenderError::browser("prepare the host page"))
    }

    async fn host_is_up(&self) -> Result<(), RenderError> {
        let deadline = Instant::now() + self.timeout;
        loop {
            let ready = self.session.evaluate::<bool>("typeof heliosHost === 'object'", self.timeout).await;
            match ready {
                Ok(true) => return Ok(()),
                Err(
                    error @ (BrowserError::Died { .. } | BrowserError::TargetCrashed | BrowserError::Closed),
                ) => {
                    return Err(RenderError::browser("load the host page")(error));
                }
                _ if Instant::now() > deadline => {
                    let document = self.listener.log().document_error.clone();
                    return Err(match document {
                        Some(error) => error.into(),
                        None => self.timed_out("the host page to load".to_owned(), None),
                    });
                }
                _ => sleep(Duration::from_millis(5)).await,
            }
        }
    }

    /// Whether the composition on stage was opened with this config and nothing went wrong since.
    pub(crate) fn is_open(&self, config: &RuntimeConfig) -> bool {
        self.opened.as_ref().is_some_and(|script| *script == config.script())
    }

    /// Loads the composition from its beginning: frame 0 comes next.
    pub(crate) async fn open(
        &mut self,
        config: &RuntimeConfig,
        size: (u32, u32),
        limit: Duration,
    ) -> Result<Described, RenderError> {
        self.timeout = limit;
        if size != self.size {
            self.size = size;
            let (width, height) = window_size(size);
            match &mut self.source {
                Source::Tap(source) => source.resize(width, height),
                _ => self.apply_metrics().await?,
            }
        }
        if let Some(identifier) = self.injected.take() {
            self.call("Page.removeScriptToEvaluateOnNewDocument", json!({"identifier": identifier})).await?;
        }
        self.opened = None;
        let script = config.script();
        let answer = self.call("Page.addScriptToEvaluateOnNewDocument", json!({"source": script})).await?;
        self.injected = answer["identifier"].as_str().map(str::to_owned);
        self.next_frame = 0;
        let described = match self.load().await {
            Err(RenderError::Page { message, .. }) if message.contains("another origin") => {
                self.follow_redirect().await?;
                self.load().await?
            }
            other => other?,
        };
        self.opened = Some(script);
        self.seekable = described.seekable;
        Ok(described)
    }

    async fn load(&mut self) -> Result<Described, RenderError> {
        self.listener.begin();
        let described = self.settle_on_a_document().await?;
        let log = self.listener.log();
        if let Some(error) = log.error() {
            let message = format!("the page failed while loading: {error}");
            return Err(RenderError::Page { frame: None, message });
        }
        self.documents = log.documents;
        Ok(described)
    }

    /// Loads the page, and what it replaces itself with while it loads, until it stays.
    async fn settle_on_a_document(&self) -> Result<Described, RenderError> {
        let deadline = Instant::now() + self.timeout + GRACE;
        let mut moved = self.listener.moved();
        let (width, height) = self.size;
        let url = serde_json::to_string(&self.url).unwrap_or_default();
        let mut expression = format!("heliosHost.open({url}, {width}, {height})");
        let mut documents = 1;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let opened = self.ask(&expression, left, &mut moved, &mut documents).await?;
            self.listener.catch_up().await;
            // What the page did may be a better explanation than what became of our question.
            let replaced = self.moved_on(&mut documents)?;
            let described = match opened {
                Some(Err(error)) if !replaced => {
                    return Err(self.page_error(error, "the page to load", None).await);
                }
                opened => opened.and_then(Result::ok),
            };
            match described {
                Some(described) if !replaced && !self.is_leaving() => return Ok(described),
                Some(_) if !replaced => self.wait_until_left(deadline, &mut documents).await?,
                _ => {}
            }
            expression = REOPEN.to_owned();
        }
    }

    /// The answer to `expression`, or `None` when another document came before it.
    async fn ask(
        &self,
        expression: &str,
        limit: Duration,
        moved: &mut watch::Receiver<()>,
        documents: &mut u32,
    ) -> Result<Option<Result<Described, BrowserError>>, RenderError> {
        let asking = self.session.evaluate::<Described>(expression, limit);
        tokio::pin!(asking);
        loop {
            tokio::select! {
                opened = &mut asking => return Ok(Some(opened)),
                Ok(()) = moved.changed() => if self.moved_on(documents)? { return Ok(None) },
            }
        }
    }

    /// Waits for the document that the page has asked for, or for the end of that wish (a download, for example).
    async fn wait_until_left(&self, deadline: Instant, documents: &mut u32) -> Result<(), RenderError> {
        let mut moved = self.listener.moved();
        while !self.moved_on(documents)? && self.is_leaving() {
            match tokio::time::timeout_at(deadline, moved.changed()).await {
                Ok(Ok(())) => {}
                // Nobody listens any more; whoever asks next is told why.
                Ok(Err(_)) => break,
                Err(_) => {
                    let to = self.listener.log().leaving.clone().unwrap_or_default();
                    return Err(self.timed_out(format!("the page to go on to {to}"), None));
                }
            }
        }
        Ok(())
    }

    fn is_leaving(&self) -> bool {
        let log = self.listener.log();
        log.leaving.is_some() || log.refreshing
    }

    /// Whether the composition's frame shows another document than the `documents`th, which is then corrected.
    fn moved_on(&self, documents: &mut u32) -> Result<bool, RenderError> {
        let log = self.listener.log();
        if let Some(error) = log.document_error.clone() {
            return Err(error.into());
        }
        if log.documents > MOST_DOCUMENTS {
            let message = format!("the page replaced itself {MOST_DOCUMENTS} times while loading");
            return Err(RenderError::Page { frame: None, message });
        }
        let before = std::mem::replace(documents, log.documents.max(*documents));
        Ok(log.documents > before)
    }

    /// The page was redirected to another origin: the host page moves there too.
    async fn follow_redirect(&mut self) -> Result<(), RenderError> {
        let landed = self.listener.log().document_url.clone();
        let landed = landed
            .filter(|url| matches!(self.input, Input::Remote { .. }) && origin(url) != origin(&self.url));
        let Some(url) = landed else {
            let message = format!("{} left for another origin while loading", self.url);
            return Err(RenderError::Page { frame: None, message });
        };
        self.listener.settle(false);
        self.call("Page.navigate", json!({"url": format!("{}{HOST_PATH}", origin(&url))})).await?;
        self.url = url;
        // The old host page answers until the new one replaces it.
        sleep(Duration::from_millis(50)).await;
        self.wait_for_host().await
    }

    /// Advances to `frame` without drawing: afterwards `frame` comes next. `told` hears of every run of frames.
    pub(crate) async fn replay_to(
        &mut self,
        frame: u32,
        mut told: impl FnMut(u32),
    ) -> Result<(), RenderError> {
        while self.next_frame < frame {
            let (from, to) = (self.next_frame, frame.min(self.next_frame + REPLAY_RUN));
            self.listener.log().replaying = Some((from, to - 1));
            let expression = format!("heliosHost.replay({from}, {to})");
            let waited_for = format!("frames {from} to {} to pass", to - 1);
            // A run's limit is that of one frame: replay has nothing to wait for but the page's own work.
            let result = self.session.evaluate::<Value>(&expression, self.timeout + GRACE).await;
            let result = match result {
                Ok(result) => result,
                Err(error) => return Err(self.page_error(error, &waited_for, None).await),
            };
            self.warn(&result, from);
            self.stays(None).await?;
            self.next_frame = to;
            told(to);
        }
        self.listener.log().replaying = None;
        Ok(())
    }

    /// Advances to the next frame and draws it.
    pub(crate) async fn draw(&mut self) -> Result<Picture, RenderError> {
        let frame = self.next_frame;
        self.listener.log().frame = Some(frame);
        self.serial = if self.serial >= strip::MAX_SERIAL { 1 } else { self.serial + 1 };
        let (result, picture) = match self.step(frame, self.serial).await {
            Ok(drawn) => drawn,
            Err(Stuck { error, waited_for }) => {
                // A page that left explains everything that went wrong after it.
                self.stays(Some(frame)).await?;
                return Err(match error {
                    Some(error) => self.page_error(error, waited_for, Some(frame)).await,
                    None => self.lost(self.timed_out(waited_for.to_owned(), Some(frame))),
                });
            }
        };
        self.warn(&result, frame);
        self.stays(Some(frame)).await?;
        let picture = match picture {
            Some(picture) => picture,
            None => self.read_canvas(frame).await?,
        };
        self.next_frame = frame + 1;
        Ok(picture)
    }

    /// The answer of the page to one step, and the picture unless the source is a canvas.
    async fn step(&mut self, frame: u32, serial: u32) -> Result<(Value, Option<Picture>), Stuck> {
        let limit = self.timeout + GRACE;
        let expression = format!("heliosHost.step({frame}, {serial})");
        let stepping = self.session.evaluate::<Value>(&expression, limit);
        let stuck = |waited_for| move |error| Stuck { error: Some(error), waited_for };
        match &mut self.source {
            Source::Tap(source) => {
                let commit = async {
                    let commit = timeout(limit, source.commit(serial)).await;
                    Ok(commit.ok().flatten())
                };
                // The commit can come before the answer or after it; a failed step ends both waits at once.
                let (result, commit) = tokio::try_join!(stepping, commit).map_err(stuck("the frame"))?;
                let commit = commit.ok_or(Stuck { error: None, waited_for: "the browser to paint" })?;
                Ok((result, Some(Picture::Shared(commit))))
            }
            Source::Screenshot => {
                let result = stepping.await.map_err(stuck("the frame"))?;
                let base64 = screenshot(&self.session, self.size, self.timeout).await;
                let base64 = base64.map_err(stuck("the screenshot"))?;
                Ok((result, Some(Picture::Png { base64, serial })))
            }
            Source::Canvas => Ok((stepping.await.map_err(stuck("the frame"))?, None)),
        }
    }

    /// Takes in what the page did up to here, and refuses to go on once it is on its way to another page.
    async fn stays(&self, frame: Option<u32>) -> Result<(), RenderError> {
        self.listener.catch_up().await;
        let log = self.listener.log();
        let there = log.documents > self.documents;
        let to = log.leaving.clone().or_else(|| log.document_url.clone().filter(|_| there));
        to.map_or(Ok(()), |to| Err(left(frame, &format!("the page goes to {to}"))))
    }

    async fn read_canvas(&mut self, frame: u32) -> Result<Picture, RenderError> {
        let expression = format!("heliosHost.postCanvas('http://{HOST_NAME}{CANVAS_PATH}')");
        let posting = self.session.evaluate::<Value>(&expression, self.timeout);
        let next = self.server.next_canvas();
        let taking = async { Ok(next.await) };
        match tokio::try_join!(posting, taking) {
            Ok((_, Some(pixels))) if pixels.len() == 4 * self.size.0 as usize * self.size.1 as usize => {
                Ok(Picture::Rgba(pixels))
            }
            Ok((posted, _)) => {
                let (width, height) = self.size;
                let message = format!(
                    "the canvas is {} x {} pixels, but the video is {width} x {height}; leave out --width and --height, \
                     and keep the canvas at one size",
                    posted["width"], posted["height"]
                );
                Err(RenderError::Page { frame: Some(frame), message })
            }
            Err(error) => Err(self.page_error(error, "the canvas", Some(frame)).await),
        }
    }

    fn warn(&self, result: &Value, frame: u32) {
        for warning in result["warnings"].as_array().into_iter().flatten() {
            self.listener.notice(Level::Warn, Some(frame), warning.as_str().unwrap_or_default());
        }
    }

    /// An evaluation that failed, as what it means for the render.
    async fn page_error(&self, error: BrowserError, waited_for: &str, frame: Option<u32>) -> RenderError {
        let error = match error {
            BrowserError::PageException { message, .. } => {
                let message = message.strip_prefix("Error: ").unwrap_or(&message).to_owned();
                if message.contains("navigated away")
                    || (frame.is_some() && message.contains("another origin"))
                {
                    return left(frame, &message);
                }
                if message.contains("was not released") || message.contains("did not ") {
                    // The error names the limit itself.
                    let limit = format!(" within {} ms", self.timeout.as_millis());
                    return self.timed_out(format!("the page: {}", message.replace(&limit, "")), frame);
                }
                return RenderError::Page { frame, message };
            }
            BrowserError::CallTimeout { .. } => {
                let waited_for = format!("{waited_for}{}", self.diagnosis().await);
                self.timed_out(waited_for, frame)
            }
            BrowserError::Protocol { message, .. } if message.contains("target navigated") => {
                left(frame, "the page replaced the window around it")
            }
            source => RenderError::Browser { frame, doing: "advance the page", source },
        };
        self.lost(error)
    }

    /// What keeps the page, as far as can be told, to be put behind what was waited for.
    async fn diagnosis(&self) -> String {
        let pending = self.session.evaluate::<Vec<String>>(PENDING, DIAGNOSIS).await;
        let unanswered = self.listener.log().unanswered();
        match pending {
            Err(BrowserError::CallTimeout { .. }) => {
                " (a script of the page has been running all the time, perhaps in an endless loop)".to_owned()
            }
            Ok(labels) if !labels.is_empty() => format!(" ({})", labels.join("; ")),
            _ if !unanswered.is_empty() => {
                let (shown, more) = unanswered.split_at(unanswered.len().min(3));
                let more = if more.is_empty() { String::new() } else { format!(" and {} more", more.len()) };
                format!(" (no complete answer from {}{more})", shown.join(", "))
            }
            _ => String::new(),
        }
    }

    fn timed_out(&self, waited_for: String, frame: Option<u32>) -> RenderError {
        RenderError::Timeout { frame, waited_for, after: self.timeout }
    }

    /// A browser that is gone explains everything else.
    fn lost(&self, error: RenderError) -> RenderError {
        match self.browser.death() {
            source @ BrowserError::Died { status: Some(_), .. } => {
                RenderError::Browser { frame: self.listener.log().frame, doing: "go on", source }
            }
            _ => error,
        }
    }

    /// Ends the browser and removes its profile.
    pub(crate) async fn close(self) {
        self.browser.kill().await;
    }
}

/// A step that came to no picture: the browser's error, or a wait in vain.
struct Stuck {
    error: Option<BrowserError>,
    waited_for: &'static str,
}

fn left(frame: Option<u32>, message: &str) -> RenderError {
    let message =
        format!("{message}; a composition must stay on its page (see --duration to end before it leaves)");
    RenderError::Page { frame, message }
}

impl From<DocumentError> for RenderError {
    fn from(error: DocumentError) -> RenderError {
        if error.passing {
            RenderError::Unreachable(error.message)
        } else {
            RenderError::Input(error.message)
        }
    }
}

/// Opens the browser window for the kind of capture wanted. With `auto`, a tap that does not come up is replaced by
/// screenshots, and said.
async fn open_window(
    options: &StageOptions,
    url: &str,
    resolver_rule: String,
    window: (u32, u32),
) -> Result<(Browser, Session, Source), RenderError> {
    let choice = &options.browser;
    let obstacle = choice.tap_obstacle();
    let tap = match (options.mode, options.capture, obstacle) {
        (Mode::Canvas, ..) | (_, CaptureKind::Screenshot, _) => false,
        (_, CaptureKind::Tap, Some(obstacle)) => {
            return Err(RenderError::Settings(format!(
                "--capture tap cannot be used: {obstacle}; use --capture auto"
            )));
        }
        (_, CaptureKind::Auto, Some(obstacle)) => {
            fall_back(options, obstacle);
            false
        }
        (_, _, None) => true,
    };
    if tap {
        match choice.launch_tap(url, vec![resolver_rule.clone()], window).await {
            Ok((browser, session, source)) => return Ok((browser, session, Source::Tap(source))),
            Err(error)
                if options.capture == CaptureKind::Tap
                    || error.kind() == helios_job::FailureKind::Invalid =>
            {
                return Err(error);
            }
            // The rest is a command line and the end of a log; if screenshots fail as well, it comes with that error.
            Err(error) => fall_back(options, error.to_string().lines().next().unwrap_or_default()),
        }
    }
    let (browser, session) = choice.launch_plain(url, vec![resolver_rule], window).await?;
    let source = if options.mode == Mode::Canvas { Source::Canvas } else { Source::Screenshot };
    Ok((browser, session, source))
}

fn fall_back(options: &StageOptions, why: &str) {
    let message = format!("capturing by screenshots, which is slower: the tap cannot be used: {why}");
    let notice = Event::Notice { worker: Some(options.worker), level: Level::Info, frame: None, message };
    options.notices.send(notice).ok();
}

/// The window around a composition: the strip below it, and at least as wide.
fn window_size((width, height): (u32, u32)) -> (u32, u32) {
    (width.max(strip::WIDTH), height + strip::HEIGHT)
}

fn origin(url: &str) -> &str {
    let after_scheme = url.find("://").map_or(0, |at| at + 3);
    let rest = url.get(after_scheme..).unwrap_or_default();
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    url.get(..after_scheme + end).unwrap_or(url)
}

/// What a path may hold as it is: a page must find the name that its author gave it.
const PLAIN: &percent_encoding::AsciiSet = &percent_encoding::NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'!')
    .remove(b'$')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b'+')
    .remove(b',')
    .remove(b'=')
    .remove(b'@');

fn encode_path(name: &str) -> String {
    percent_encoding::utf8_percent_encode(name, PLAIN).to_string()
}

#[cfg(test)]
mod tests {
    use super::{encode_path, origin};

    #[test]
    fn origins() {
        assert_eq!(origin("https://a.example:8080/b?c#d"), "https://a.example:8080");
        assert_eq!(origin("http://a.example"), "http://a.example");
        assert_eq!(origin("http://a.example?x"), "http://a.example");
    }

    #[test]
    fn names_become_paths() {
        assert_eq!(encode_path("a b#?%.html"), "a%20b%23%3F%25.html");
    }
}
