//! Whether this machine can render, and what to do where it cannot: `helios doctor`, and the Studio's diagnostics. The proof is a frame that
//! is really drawn; everything else explains it.

mod system;

use crate::api::{Check, CheckStatus, Diagnostics};
use crate::host::{Host, Tools};
use helios_browser::Executable;
use helios_job::{CaptureKind, StillAt, VideoCodec};
use helios_media::Ffmpeg;
use helios_runner::{RenderOptions, RenderOrchestrator};
use std::path::Path;

/// A page that needs nothing.
const PAGE: &str = "<!doctype html><meta name=\"helios\" content=\"width=64,height=64,fps=30,duration=1\">\
                    <body style=\"margin:0;background:#246\">";

/// Looks at everything. Takes a second or two, and leaves nothing behind.
pub async fn diagnose(host: &dyn Host) -> Diagnostics {
    let tools = host.tools();
    let mut checks = vec![browser(&tools).await, shell(&tools)];
    checks.extend(ffmpeg(&tools).await);
    let tap = drawing(host, "tap", "Tap (shared memory)", CaptureKind::Tap).await;
    // What works by the tap needs no second proof.
    let (id, name) = ("render", "Drawing a frame");
    let render = match tap.status {
        CheckStatus::Ok => check(id, name, CheckStatus::Ok, &tap.found, ""),
        _ => drawing(host, id, name, CaptureKind::Auto).await,
    };
    checks.extend([tap, render]);
    checks.push(system::fonts());
    checks.extend(system::machine());
    checks.push(system::disk());
    checks.push(system::shared_memory());
    let can_render = checks.iter().all(|check| check.status != CheckStatus::Fail);
    Diagnostics { can_render, checks }
}

fn check(id: &str, name: &str, status: CheckStatus, found: impl ToString, fix: &str) -> Check {
    let (id, name, fix) = (id.to_owned(), name.to_owned(), fix.to_owned());
    Check { id, name, status, found: found.to_string(), fix }
}

async fn browser(tools: &Tools) -> Check {
    let fix = "install Chromium (on Debian: apt install chromium), or name one with --browser";
    let found = match Executable::find(tools.browser.as_deref()) {
        Ok(executable) => executable.version().await.map(|version| (executable.path, version)),
        Err(error) => Err(error),
    };
    match found {
        Ok((path, version)) => {
            check("browser", "Browser", CheckStatus::Ok, format!("{} {version}", path.display()), "")
        }
        Err(error) => check("browser", "Browser", CheckStatus::Fail, error, fix),
    }
}

fn shell(tools: &Tools) -> Check {
    let fix =
        "only for --capture beginframe, and where the tap does not work: apt install chromium-headless-shell";
    match Executable::find_headless_shell(tools.browser.as_deref())
        .or_else(|_| Executable::find_headless_shell(None))
    {
        Ok(executable) => {
            check("headless-shell", "Headless shell", CheckStatus::Ok, executable.path.display(), "")
        }
        Err(_) => check("headless-shell", "Headless shell", CheckStatus::Warn, "not found", fix),
    }
}

async fn ffmpeg(tools: &Tools) -> Vec<Check> {
    let fix = "install FFmpeg (on Debian: apt install ffmpeg), or name one with --ffmpeg";
    let found = match Ffmpeg::find(tools.ffmpeg.as_deref()) {
        Ok(ffmpeg) => ffmpeg.version().await.map(|version| (ffmpeg, version)),
        Err(error) => Err(error),
    };
    let (ffmpeg, version) = match found {
        Ok(found) => found,
        Err(error) => return vec![check("ffmpeg", "FFmpeg", CheckStatus::Fail, error, fix)],
    };
    let path = format!("{} {version}", ffmpeg.ffmpeg().display());
    let mut checks = vec![check("ffmpeg", "FFmpeg", CheckStatus::Ok, path, "")];
    let codecs = [
        VideoCodec::H264,
        VideoCodec::H265,
        VideoCodec::Vp9,
        VideoCodec::Av1,
        VideoCodec::ProRes,
        VideoCodec::Ffv1,
    ];
    let (mut there, mut missing) = (Vec::new(), Vec::new());
    for codec in codecs {
        match ffmpeg.check_encoder(codec).await {
            Ok(()) => there.push(codec.to_string()),
            Err(_) => missing.push(codec.to_string()),
        }
    }
    let (status, fix) = match missing.as_slice() {
        [] => (CheckStatus::Ok, ""),
        // What a render writes when nothing is said.
        missing if missing.iter().any(|codec| codec == "h264") => {
            (CheckStatus::Fail, "use an FFmpeg with libx264: that of Debian has it")
        }
        _ => (CheckStatus::Warn, "use an FFmpeg with these encoders, or other codecs"),
    };
    let mut found = there.join(", ");
    if !missing.is_empty() {
        found = format!("{found}; missing: {}", missing.join(", "));
    }
    checks.push(check("encoders", "Encoders", status, found, fix));
    checks
}

/// A frame that is really drawn.
async fn drawing(host: &dyn Host, id: &str, name: &str, capture: CaptureKind) -> Check {
    let drawn = draw(host, capture).await;
    match (drawn, capture) {
        (Ok(found), _) => check(id, name, CheckStatus::Ok, found, ""),
        (Err(why), CaptureKind::Tap) => {
            let fix = "renders fall back to a slower way; a full Chromium on Linux is what it takes";
            check(id, name, CheckStatus::Warn, why, fix)
        }
        (Err(why), _) => {
            let fix = "what the message says; `helios still` with -v on a small page tells more";
            check(id, name, CheckStatus::Fail, why, fix)
        }
    }
}

async fn draw(host: &dyn Host, capture: CaptureKind) -> Result<String, String> {
    let folder = tempfile::tempdir().map_err(|error| format!("no temporary folder: {error}"))?;
    let (page, picture) = (folder.path().join("page.html"), folder.path().join("frame.png"));
    std::fs::write(&page, PAGE).map_err(|error| format!("cannot write to {}: {error}", page.display()))?;
    let text = |path: &Path| path.to_string_lossy().into_owned();
    let words = ["helios".to_owned(), "still".to_owned(), text(&page), "--output".to_owned(), text(&picture)];
    let words = [&words[..], &["--capture".to_owned(), capture.to_string()]].concat();
    let (planned, _) = host.still(&words)?;
    let options = RenderOptions { timeout: "15s".parse().ok(), retries: 0, ..planned.options };
    let began = std::time::Instant::now();
    let drawn = RenderOrchestrator::still(&planned.input, &planned.output, StillAt::Frame(0), &options).await;
    let report = drawn.map_err(|error| error.to_string())?.report;
    Ok(format!("frame drawn by {} in {:.1} s", report.capture, began.elapsed().as_secs_f64()))
}
