//! What the arguments about the page and its browser mean, for every command that has them.

use super::values::{self, optional};
use super::{Refused, props};
use crate::args::{BrowserArgs, PageArgs, PictureArgs};
use helios_job::{CaptureKind, Fps, JobError, Mode, Seconds};
use helios_runner::RenderOptions;

/// Reads the values one by one. What is not given stays `None`: the page or a default decides.
pub fn page_options(
    picture: &PictureArgs,
    page: &PageArgs,
    browser: &BrowserArgs,
) -> Result<RenderOptions, Refused> {
    if browser.no_headless && browser.capture.as_deref() == Some("tap") {
        return Err(Refused(
            "--no-headless shows the browser in a window, where --capture tap cannot reach it: \
             leave out one of them"
                .to_owned(),
        ));
    }
    let capture = optional("--capture", &browser.capture, parse::<CaptureKind>)?;
    Ok(RenderOptions {
        width: optional("--width", &picture.width, |text| values::pixels("width", text))?,
        height: optional("--height", &picture.height, |text| values::pixels("height", text))?,
        fps: optional("--fps", &picture.fps, parse::<Fps>)?,
        duration: optional("--duration", &picture.duration, parse::<Seconds>)?,
        mode: optional("--mode", &picture.mode, parse::<Mode>)?,
        props: optional("--props", &page.props, props::read)?,
        seed: optional("--seed", &page.seed, values::seed)?,
        epoch_ms: optional("--epoch", &page.epoch, values::epoch_ms)?,
        timeout: optional("--timeout", &page.timeout, values::timeout)?,
        // A visible browser draws into its own window, not into the tap.
        capture: if browser.no_headless { Some(CaptureKind::Screenshot) } else { capture },
        ..RenderOptions::default()
    })
}

/// Refuses an input that cannot name anything.
pub fn check_input(input: &str) -> Result<(), Refused> {
    if input.trim().is_empty() {
        return Err(Refused("the input is empty: name an HTML file, a folder or a URL".to_owned()));
    }
    Ok(())
}

/// Reads a value by its own rules.
pub fn parse<T: std::str::FromStr<Err = JobError>>(text: &str) -> Result<T, Refused> {
    Ok(text.parse::<T>()?)
}
