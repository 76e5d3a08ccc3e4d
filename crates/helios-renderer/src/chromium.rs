//! Starting the browser for one kind of capture: which executable, which flags, which window.
//!
//! The flags that decide pixels are the same for every kind of capture, so that the pixels are.

use crate::RenderError;
use crate::begin_frame::BeginFrame;
use crate::fonts;
use crate::source::TapSource;
use crate::strip;
use helios_browser::{Browser, BrowserError, Executable, Kind, LaunchOptions, Session};
use helios_job::Scale;
use std::path::PathBuf;
use std::time::Duration;

/// How the browser paints. Measured against each other in docs/capture.md.
const PIXEL_FLAGS: &[&str] = &[
    "--hide-scrollbars",
    // Text in grey levels at exact positions, not fitted to the stripes and pixels of a screen.
    "--disable-lcd-text",
    "--font-render-hinting=none",
    // By default a small machine paints on one thread while the page, the only other worker, waits for it.
    "--num-raster-threads=2",
    // Software compositing, the same on every machine; WebGL on SwiftShader for the same reason.
    "--disable-gpu-compositing",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    // A picture shows everything of its frame: no image is left out until it is decoded, nothing moves off the main thread.
    "--disable-checker-imaging",
    "--disable-threaded-animation",
    "--disable-threaded-scrolling",
    "--disable-image-animation-resync",
    "--disable-new-content-rendering-timeout",
    // A tile that changed in part is drawn as a whole. Otherwise Skia draws the changed rectangle into the old tile where that
    // came back from the display in time, and smooths edges differently inside a clip: pixels by the luck of the moment.
    "--disable-partial-raster",
    // The same for the window: all of it is drawn for each picture, not only what changed since the buffer at hand was used.
    "--ui-disable-partial-swap",
    // No layer for a 3D transform that moves nothing in depth, such as `translateZ(0)`: layers are drawn by history (see
    // web/runtime/raster.js). The mode for weak devices is what turns it off; its coarse textures, its small JavaScript heap
    // and its slow JavaScript are not wanted.
    "--enable-low-end-device-mode",
    "--disable-rgba-4444-textures",
    "--js-flags=--no-optimize-for-size --max-old-space-size=4096 --max-semi-space-size=16",
    // The composition's frames share the host page's process, and with it one compositor and one commit.
    "--disable-site-isolation-trials",
    "--disable-features=IsolateOrigins,site-per-process,LocalNetworkAccessChecks,OverlayScrollbar",
    // A button over videos that the browser plays itself, for screens nearby.
    "--disable-blink-features=RemotePlaybackBackend",
    "--autoplay-policy=no-user-gesture-required",
    "--lang=en-US",
];

/// Chromium draws when it is told, and then everything at once.
const BEGIN_FRAME_FLAGS: &[&str] =
    &["--enable-begin-frame-control", "--run-all-compositor-stages-before-draw", "--enable-smooth-scrolling"];

/// On our clock it is the runtime that scrolls smoothly (web/runtime/scroll.js).
const SCROLL_FLAG: &str = "--disable-smooth-scrolling";

const TAP_FLAGS: &[&str] =
    &["--ozone-platform=wayland", "--kiosk", "--disable-frame-rate-limit", SCROLL_FLAG];

/// A browser on a busy machine takes its time to start, however short the waits for the page are meant to be.
const SLOW_START: Duration = Duration::from_secs(30);

/// What decides how the browser is started.
#[derive(Debug, Clone)]
pub(crate) struct BrowserChoice {
    /// An executable that the user named.
    pub(crate) explicit: Option<PathBuf>,
    /// Folder for the profile and the browser's settings, removed by whoever gave it.
    pub(crate) profile: PathBuf,
    /// Whether the window stays invisible. A visible one needs a desktop.
    pub(crate) headless: bool,
    /// Pixels for each pixel of the layout.
    pub(crate) scale: Scale,
    /// The folder of the only fonts, instead of those of the machine.
    pub(crate) fonts: Option<String>,
    /// Longest wait for the page. The start has [`SLOW_START`] at least.
    pub(crate) timeout: Duration,
}

impl BrowserChoice {
    fn options(&self, executable: Executable, args: Vec<String>) -> Result<LaunchOptions, RenderError> {
        let mut options = LaunchOptions::new(executable);
        options.args = PIXEL_FLAGS.iter().map(|flag| (*flag).to_owned()).chain(args).collect();
        options.args.push(format!("--force-device-scale-factor={}", self.scale));
        options.user_data_parent = Some(self.profile.clone());
        options.launch_timeout = self.timeout.max(SLOW_START);
        // Dates read the same on every machine.
        options.env = vec![("TZ".to_owned(), "UTC".to_owned()), ("LANGUAGE".to_owned(), "en_US".to_owned())];
        if cfg!(target_os = "linux") {
            options.env.extend(fonts::settings(&self.profile, self.fonts.as_deref())?);
        }
        Ok(options)
    }

    /// Whether the tap can work with this browser here at all; otherwise the reason why not, in words.
    pub(crate) fn tap_obstacle(&self) -> Option<String> {
        let obstacle = if !cfg!(target_os = "linux") {
            "it needs Linux"
        } else if !self.headless {
            "it has no window to show"
        } else if self.scale.as_f64() < 1.0 {
            "Chromium does not scale its windows below 1"
        } else {
            match Executable::find(self.explicit.as_deref()) {
                Ok(executable) if executable.kind == Kind::HeadlessShell => {
                    "it needs a full Chromium or Chrome, and only the headless shell was found"
                }
                _ => return None,
            }
        };
        Some(obstacle.to_owned())
    }

    /// Whether frames can be asked for one by one here at all; otherwise the reason why not, in words.
    pub(crate) fn begin_frame_obstacle(&self) -> Option<String> {
        if cfg!(target_os = "macos") {
            return Some("macOS has no frames on demand".to_owned());
        }
        if !self.headless {
            return Some("it has no window to show".to_owned());
        }
        match (Executable::find_headless_shell(self.explicit.as_deref()), &self.explicit) {
            (Ok(_), _) => None,
            (Err(_), Some(path)) if path.exists() => Some(format!(
                "{} is not the headless shell; install `chromium-headless-shell` and name that with --browser, or leave \
                 --browser out to have it found",
                path.display()
            )),
            (Err(error), _) => Some(error.to_string()),
        }
    }

    /// A browser that draws when it is told, with an empty page of `size`.
    pub(crate) async fn launch_begin_frame(
        &self,
        extra: Vec<String>,
        size: (u32, u32),
    ) -> Result<(Browser, Session, BeginFrame), RenderError> {
        let executable = Executable::find_headless_shell(self.explicit.as_deref())
            .map_err(RenderError::browser("find a browser"))?;
        let args = BEGIN_FRAME_FLAGS.iter().map(|flag| (*flag).to_owned()).chain(extra).collect();
        let browser = match Browser::launch(self.options(executable.clone(), args)?).await {
            Ok(browser) => browser,
            Err(error) => return Err(not_started(&executable, "start the headless shell", error).await),
        };
        let opened = BeginFrame::open(&browser, size, self.timeout).await;
        let (page, session) = opened.map_err(RenderError::browser("open a page in the headless shell"))?;
        Ok((browser, session, page))
    }

    /// A browser whose window for a composition of `size` is the tap's, showing `url`.
    pub(crate) async fn launch_tap(
        &self,
        url: &str,
        extra: Vec<String>,
        size: (u32, u32),
    ) -> Result<(Browser, Session, TapSource), RenderError> {
        let executable =
            Executable::find(self.explicit.as_deref()).map_err(RenderError::browser("find a browser"))?;
        let (source, socket) = TapSource::start(size, self.scale)?;
        let mut args: Vec<String> = TAP_FLAGS.iter().map(|flag| (*flag).to_owned()).chain(extra).collect();
        args.push(format!("--app={url}"));
        let mut options = self.options(executable.clone(), args)?;
        options.inherit_fd = Some((socket, helios_tap::WAYLAND_SOCKET.to_owned()));
        let browser = match Browser::launch(options).await {
            Ok(browser) => browser,
            Err(error) => return Err(not_started(&executable, "start the browser on the tap", error).await),
        };
        let session = browser
            .first_page(self.timeout.max(SLOW_START))
            .await
            .map_err(RenderError::browser("reach the browser's window"))?;
        Ok((browser, session, source))
    }

    /// A browser for screenshots (and for canvas mode), showing `url`.
    pub(crate) async fn launch_plain(
        &self,
        url: &str,
        extra: Vec<String>,
        size: (u32, u32),
    ) -> Result<(Browser, Session), RenderError> {
        let executable =
            Executable::find(self.explicit.as_deref()).map_err(RenderError::browser("find a browser"))?;
        let mut args = extra;
        args.push(SCROLL_FLAG.to_owned());
        let (width, height) = strip::window(size, self.scale).layout;
        args.push(format!("--window-size={width},{height}"));
        if self.headless && executable.kind == Kind::Full {
            args.push("--headless=new".to_owned());
        }
        let browser = match Browser::launch(self.options(executable.clone(), args)?).await {
            Ok(browser) => browser,
            Err(error) => return Err(not_started(&executable, "start the browser", error).await),
        };
        let session = browser
            .new_page(url, self.timeout)
            .await
            .map_err(RenderError::browser("open a browser window"))?;
        Ok((browser, session))
    }
}

/// Why a browser did not start. A program that ends at once may be no browser at all, and then trying again is in vain.
async fn not_started(executable: &Executable, doing: &'static str, error: BrowserError) -> RenderError {
    if matches!(error, BrowserError::Died { .. } | BrowserError::Spawn { .. }) {
        // Whatever its makers call it: Chromium's version has four parts.
        let version = executable.version().await;
        if !version.is_ok_and(|version| version.split('.').count() == 4) {
            let path = executable.path.display();
            return RenderError::Settings(format!(
                "{path} is no browser that can be used: it ended at once, and `{path} --version` does not say that it is \
                 Chromium or Chrome; name one with --browser PATH, or leave --browser out to have it found"
            ));
        }
    }
    RenderError::browser(doing)(error)
}
