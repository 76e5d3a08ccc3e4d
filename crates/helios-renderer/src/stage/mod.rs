//! The stage: one browser window with one composition in it, moved frame by frame.
//!
//! Here: what a stage is, its start and its end. [`load`] brings a composition onto it, [`frames`] draws it, [`replay`] moves it,
//! [`virtual_time`] does both where the clock is Chromium's, [`listen`] asks what is heard, [`host`] asks the page, [`readiness`] waits for what a frame needs,
//! [`trouble`] says what went wrong, [`window`] opens the browser.

mod frames;
mod host;
mod listen;
mod load;
mod readiness;
mod replay;
mod trouble;
mod virtual_time;
mod window;

use crate::RenderError;
use crate::begin_frame::BeginFrame;
use crate::chromium::BrowserChoice;
use crate::input::Input;
use crate::page_events::{Found, Listener, Notices, Originals, Place, interception};
use crate::recorder::Recorder;
use crate::runtime::{CHECK, Clock, HOST_PATH, RuntimeConfig};
use crate::server::{HOST_NAME, Server};
use crate::source::TapSource;
use crate::strip;
use helios_browser::{Browser, Session};
use helios_job::{CaptureKind, ListedComposition, Look, Mode, ShownCue, SpokenContract};
use host::ask;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use window::{encode_path, open_window, origin};

/// The page's runtime has the same time-out as we, and better words: it gets this much longer to use them.
const GRACE: Duration = Duration::from_secs(1);

/// What a stage is made for. Fixed for its life; what changes between compositions is in [`RuntimeConfig`].
pub(crate) struct StageOptions {
    pub(crate) browser: BrowserChoice,
    pub(crate) capture: CaptureKind,
    pub(crate) mode: Mode,
    pub(crate) look: Look,
    pub(crate) worker: u32,
    pub(crate) notices: Notices,
    pub(crate) recorder: Recorder,
    /// Folder for what pages post.
    pub(crate) scratch: std::path::PathBuf,
    /// An FFmpeg that the user named, for videos in the page.
    pub(crate) ffmpeg: Option<std::path::PathBuf>,
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
    /// `helios.schema`.
    pub(crate) schema: Value,
    pub(crate) canvas: Option<(u32, u32)>,
    /// The tool that it was made for, unless that is Helios.
    pub(crate) contract: Option<Box<SpokenContract>>,
    /// All compositions, when they are asked for.
    pub(crate) compositions: Option<Vec<ListedComposition>>,
    /// Which rule each value came from.
    pub(crate) source: Value,
}

enum Source {
    Tap(TapSource),
    BeginFrame(BeginFrame),
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
    recorder: Recorder,
    input: Input,
    url: String,
    /// The injected script's id, to replace it for another composition.
    injected: Option<String>,
    size: (u32, u32),
    look: Look,
    timeout: Duration,
    serial: u32,
    next_frame: u32,
    /// How many documents the page took to load.
    documents: u32,
    /// The script that the composition on stage was opened with; `None` before the first, or after a failed one.
    opened: Option<String>,
    seekable: bool,
    /// Whether an uncaught error of the page ends the render.
    strict: bool,
    /// Whether the page loads code while it runs: then no frame is passed without a look at what it asks for.
    careful: bool,
}

impl Stage {
    /// Starts the browser and the server, and shows the host page. `size` is the composition's, as far as it is known.
    pub(crate) async fn start(
        options: &StageOptions,
        input: &str,
        size: (u32, u32),
    ) -> Result<Stage, RenderError> {
        let began = Instant::now();
        let input = Input::resolve(input)?;
        let root = match &input {
            Input::Local { root, .. } => Some(root.clone()),
            Input::Remote { .. } => None,
        };
        let originals = Originals::new(root.clone());
        let server = Server::start(root, &options.scratch, options.ffmpeg.clone()).await?;
        let url = match &input {
            Input::Local { page, .. } => format!("http://{HOST_NAME}/{}", encode_path(page)),
            Input::Remote { url } => url.clone(),
        };
        let start_url = match &input {
            Input::Local { .. } => format!("http://{HOST_NAME}{HOST_PATH}"),
            Input::Remote { .. } => "about:blank".to_owned(),
        };
        let (browser, session, source) =
            open_window(options, &start_url, server.resolver_rule(), size).await?;
        let place = match source {
            Source::BeginFrame(_) => Place::Window,
            _ => Place::Iframe,
        };
        let listener = Listener::start(&session, place, options.worker, options.notices.clone(), originals);
        let timeout = options.browser.timeout;
        let mut stage = Stage {
            session,
            browser,
            source,
            server,
            listener,
            recorder: options.recorder.clone(),
            input,
            url,
            injected: None,
            size,
            look: options.look,
            timeout,
            serial: 0,
            next_frame: 0,
            documents: 0,
            opened: None,
            seekable: false,
            strict: false,
            careful: false,
        };
        stage.prepare_session().await?;
        stage.recorder.note(helios_job::Stage::Launch, None, began);
        Ok(stage)
    }

    /// The kind of capture in use.
    pub(crate) fn capture(&self) -> &'static str {
        match self.source {
            Source::Tap(_) => "tap",
            Source::BeginFrame(_) => "beginframe",
            Source::Screenshot => "screenshot",
            Source::Canvas => "canvas",
        }
    }

    /// The local files that the page was given so far. What is not UTF-8 cannot be named in a report.
    pub(crate) fn files(&self) -> Vec<String> {
        self.server.files().iter().filter_map(|file| file.to_str().map(str::to_owned)).collect()
    }

    /// Where the time that is spent here is noted.
    pub(crate) fn recorder(&self) -> Recorder {
        self.recorder.clone()
    }

    /// The browser itself.
    pub(crate) fn browser_process(&self) -> &Browser {
        &self.browser
    }

    /// Name and version of the browser.
    pub(crate) fn browser(&self) -> &str {
        self.browser.product()
    }

    /// The frame that [`Stage::draw`] or [`Stage::replay_to`] would come to next.
    pub(crate) fn next_frame(&self) -> u32 {
        self.next_frame
    }

    /// Whether an uncaught error of the page ends the render from now on.
    pub(crate) fn set_strict(&mut self, strict: bool) {
        self.strict = strict;
    }

    /// Whether the page may be jumped about in, whatever it says.
    pub(crate) fn set_seekable(&mut self, seekable: bool) {
        self.seekable = seekable;
    }

    /// What was found of the page since this was last asked.
    pub(crate) fn take_found(&self) -> Vec<Found> {
        self.listener.log().take_found()
    }

    /// Hosts that the page asks, other than its own: name, first address, and how often.
    pub(crate) fn other_hosts(&self) -> Vec<(String, String, u32)> {
        let own = origin(&self.url);
        let log = self.listener.log();
        let others = log
            .hosts()
            .iter()
            .filter(|(_, (url, _))| origin(url) != own && !url.starts_with(&format!("http://{HOST_NAME}/")));
        others.map(|(host, (url, count))| (host.clone(), url.clone(), *count)).collect()
    }

    /// Looks at the page as it stands (`web/runtime/check.js`).
    pub(crate) async fn probe<T: DeserializeOwned>(&self) -> Result<T, RenderError> {
        let composition = match self.clock() {
            Clock::Runtime => "document.querySelector('iframe').contentWindow",
            Clock::Chromium => "window",
        };
        let expression = format!("({CHECK})({composition})");
        let probing = self.session.evaluate::<T>(&expression, self.timeout).await;
        probing.map_err(|source| self.lost(RenderError::browser("look at the page")(source)))
    }

    async fn call(&self, method: &str, params: Value) -> Result<Value, RenderError> {
        let result = self.session.call(method, params, self.timeout).await;
        result.map_err(|source| self.lost(RenderError::browser("set up the page")(source)))
    }

    async fn prepare_session(&mut self) -> Result<(), RenderError> {
        self.call("Page.enable", json!({})).await?;
        self.call("Runtime.enable", json!({})).await?;
        self.call("Network.enable", json!({})).await?;
        self.call("Fetch.enable", interception(false)).await?;
        if cfg!(target_os = "linux") && self.browser.is_headless_shell() {
            // It does not ask fontconfig what `monospace` is, as the full browser does.
            let families = json!({"fontFamilies": {"fixed": "Monospace"}});
            self.call("Page.setFontFamilies", families).await?;
        }
        if self.look.alpha && !matches!(self.source, Source::Tap(_)) {
            let nothing = json!({"color": {"r": 0, "g": 0, "b": 0, "a": 0}});
            self.call("Emulation.setDefaultBackgroundColorOverride", nothing).await?;
        }
        if self.clock() == Clock::Chromium {
            return Ok(());
        }
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
        let (width, height) = strip::window(self.size, self.look.scale).layout;
        let scale = self.look.scale.as_f64();
        let metrics = json!({"width": width, "height": height, "deviceScaleFactor": scale, "mobile": false});
        self.call("Emulation.setDeviceMetricsOverride", metrics).await?;
        Ok(())
    }

    /// Whether the composition on stage was opened with this config and nothing went wrong since.
    pub(crate) fn is_open(&self, config: &RuntimeConfig) -> bool {
        self.opened.as_ref().is_some_and(|script| *script == config.script(self.clock()))
    }

    /// Loads the composition from its beginning: frame 0 comes next.
    pub(crate) async fn open(
        &mut self,
        config: &RuntimeConfig,
        size: (u32, u32),
        limit: Duration,
    ) -> Result<Described, RenderError> {
        let began = Instant::now();
        self.timeout = limit;
        let resized = size != self.size;
        self.size = size;
        match &mut self.source {
            Source::BeginFrame(_) => self.renew_page(resized).await?,
            _ if !resized => {}
            Source::Tap(source) => source.resize(size),
            Source::Screenshot | Source::Canvas => self.apply_metrics().await?,
        }
        if let Some(identifier) = self.injected.take() {
            self.call("Page.removeScriptToEvaluateOnNewDocument", json!({"identifier": identifier})).await?;
            self.forget().await?;
        }
        self.opened = None;
        let script = config.script(self.clock());
        let answer = self.call("Page.addScriptToEvaluateOnNewDocument", json!({"source": script})).await?;
        self.injected = answer["identifier"].as_str().map(str::to_owned);
        self.next_frame = 0;
        self.start_clock(config).await?;
        let described = match self.load().await? {
            Some(described) => described,
            None => {
                self.follow_redirect().await?;
                let described = self.load().await?;
                described.ok_or_else(|| self.elsewhere())?
            }
        };
        self.opened = Some(script);
        self.recorder.note(helios_job::Stage::Load, None, began);
        self.seekable = described.seekable;
        Ok(described)
    }

    /// Forgets what was kept in the browser when the page, or another, was open before: each time is the first.
    async fn forget(&self) -> Result<(), RenderError> {
        self.call("Runtime.evaluate", json!({"expression": "heliosHost.leave()"})).await?;
        let all = json!({"origin": origin(&self.url), "storageTypes": "all"});
        self.call("Storage.clearDataForOrigin", all).await?;
        self.call("Network.clearBrowserCookies", json!({})).await?;
        Ok(())
    }

    /// Has these captions drawn over the page from now on.
    pub(crate) async fn show_captions(&self, cues: &[ShownCue]) -> Result<(), RenderError> {
        let cues = serde_json::to_string(cues).unwrap_or_default();
        let shown =
            ask::<Value>(&self.session, &format!("heliosHost.showCaptions({cues})"), self.timeout).await;
        match shown {
            Ok(_) => Ok(()),
            Err(error) => Err(self.page_error(error, "the captions", None).await),
        }
    }

    /// Ends the browser and removes its profile.
    pub(crate) async fn close(self) {
        self.browser.kill().await;
    }
}
