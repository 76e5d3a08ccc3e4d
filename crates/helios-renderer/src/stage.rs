//! The stage: one browser window with one composition in it, moved frame by frame.

use crate::RenderError;
use crate::chromium::BrowserChoice;
use crate::input::Input;
use crate::page_events::{Listener, Notices};
use crate::runtime::{HOST_PATH, RuntimeConfig};
use crate::server::{CANVAS_PATH, HOST_NAME, Server};
use crate::source::{Picture, TapSource, screenshot};
use crate::strip;
use helios_browser::{Browser, BrowserError, Session};
use helios_job::{CaptureKind, Event, Level, Mode};
use serde::Deserialize;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::{Instant, sleep, timeout};

/// Replay is done in runs of this many frames, so that a stuck frame is noticed and progress can be told.
const REPLAY_RUN: u32 = 60;

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
        if let Input::Remote { url } = &self.input {
            let origin = origin(url);
            let document =
                |stage: &str| json!({"urlPattern": "*", "resourceType": "Document", "requestStage": stage});
            let patterns = json!({"patterns": [document("Request"), document("Response")]});
            self.call("Fetch.enable", patterns).await?;
            self.call("Page.navigate", json!({"url": format!("{origin}{HOST_PATH}")})).await?;
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

    /// Waits until the host page's script has run. While the page is being replaced, evaluations fail; that passes.
    async fn wait_for_host(&self) -> Result<(), RenderError> {
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
                        Some(error) => RenderError::Input(error),
                        None => self.timed_out("the host page to load", None),
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
        let (width, height) = self.size;
        let url = serde_json::to_string(&self.url).unwrap_or_default();
        let expression = format!("heliosHost.open({url}, {width}, {height})");
        let opened = self.session.evaluate::<Described>(&expression, self.timeout).await;
        let (document_error, errors) = {
            let log = self.listener.log();
            (log.document_error.clone(), log.errors.clone())
        };
        if let Some(error) = document_error {
            return Err(RenderError::Input(error));
        }
        let described = opened.map_err(|error| self.page_error(error, "the page to load", None))?;
        if let Some(error) = errors.first() {
            let message = format!("the page failed while loading: {error}");
            return Err(RenderError::Page { frame: None, message });
        }
        Ok(described)
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
            self.listener.log().frame = Some(from);
            let expression = format!("heliosHost.replay({from}, {to})");
            let waited_for = format!("frames {from} to {} to pass", to - 1);
            // A run's limit is that of one frame: replay has nothing to wait for but the page's own work.
            let result = self.session.evaluate::<Value>(&expression, self.timeout).await;
            let result = result.map_err(|error| self.page_error(error, &waited_for, Some(from)))?;
            self.warn(&result, from);
            self.next_frame = to;
            told(to);
        }
        Ok(())
    }

    /// Advances to the next frame and draws it.
    pub(crate) async fn draw(&mut self) -> Result<Picture, RenderError> {
        let frame = self.next_frame;
        self.listener.log().frame = Some(frame);
        self.serial = if self.serial >= strip::MAX_SERIAL { 1 } else { self.serial + 1 };
        let serial = self.serial;
        let expression = format!("heliosHost.step({frame}, {serial})");
        let stepping = self.session.evaluate::<Value>(&expression, self.timeout);
        let (result, picture) = match &mut self.source {
            Source::Tap(source) => {
                let limit = self.timeout;
                let commit = async {
                    let commit = timeout(limit, source.commit(serial)).await;
                    Ok(commit.ok().flatten())
                };
                // The commit can come before the answer or after it; a failed step ends both waits at once.
                let (result, commit) = match tokio::try_join!(stepping, commit) {
                    Ok(both) => both,
                    Err(error) => return Err(self.page_error(error, "the frame", Some(frame))),
                };
                let commit =
                    commit.ok_or_else(|| self.lost(self.timed_out("the browser to paint", Some(frame))))?;
                (result, Picture::Shared(commit))
            }
            Source::Screenshot => {
                let result =
                    stepping.await.map_err(|error| self.page_error(error, "the frame", Some(frame)))?;
                let base64 = screenshot(&self.session, self.size, self.timeout).await;
                let base64 = base64.map_err(|error| self.page_error(error, "the screenshot", Some(frame)))?;
                (result, Picture::Png { base64, serial })
            }
            Source::Canvas => {
                let result =
                    stepping.await.map_err(|error| self.page_error(error, "the frame", Some(frame)))?;
                (result, self.read_canvas(frame).await?)
            }
        };
        self.warn(&result, frame);
        self.next_frame = frame + 1;
        Ok(picture)
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
            Err(error) => Err(self.page_error(error, "the canvas", Some(frame))),
        }
    }

    fn warn(&self, result: &Value, frame: u32) {
        for warning in result["warnings"].as_array().into_iter().flatten() {
            self.listener.notice(Level::Warn, Some(frame), warning.as_str().unwrap_or_default());
        }
    }

    /// An evaluation that failed, as what it means for the render.
    fn page_error(&self, error: BrowserError, waited_for: &str, frame: Option<u32>) -> RenderError {
        let left = |message: &str| RenderError::Page {
            frame,
            message: format!(
                "{message}; a composition must stay on its page (see --duration to end before it leaves)"
            ),
        };
        let error = match error {
            BrowserError::PageException { message, .. } => {
                let message = message.strip_prefix("Error: ").unwrap_or(&message).to_owned();
                if message.contains("navigated away")
                    || (frame.is_some() && message.contains("another origin"))
                {
                    return left(&message);
                }
                if message.contains("was not released") || message.contains("did not ") {
                    return RenderError::Timeout { frame, waited_for: message, after: self.timeout };
                }
                return RenderError::Page { frame, message };
            }
            BrowserError::CallTimeout { .. } => self.timed_out(waited_for, frame),
            source => RenderError::Browser { frame, doing: "advance the page", source },
        };
        self.lost(error)
    }

    fn timed_out(&self, waited_for: &str, frame: Option<u32>) -> RenderError {
        RenderError::Timeout { frame, waited_for: waited_for.to_owned(), after: self.timeout }
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
            Err(error) => fall_back(options, &error.to_string()),
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

fn encode_path(name: &str) -> String {
    percent_encoding::utf8_percent_encode(name, percent_encoding::NON_ALPHANUMERIC).to_string()
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
        assert_eq!(encode_path("a b#?%.html"), "a%20b%23%3F%25%2Ehtml");
    }
}
