//! What the arguments about the page and its browser mean, for every command that has them.

use super::values::{self, optional};
use super::{Refused, props::props};
use crate::args::{BrowserArgs, PageArgs, PictureArgs, SoundArgs, WholeArgs};
use crate::projects::Projects;
use helios_job::{
    AudioTrack, CaptionMode, CaptureKind, Contract, Fps, JobError, Mode, Seconds, SoundSettings,
};
use helios_runner::RenderOptions;
use std::sync::Arc;

/// Reads the values one by one. What is not given stays `None`: the page or a default decides. Every command that opens pages
/// begins here, and so takes projects.
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
        contract: optional("--contract", &page.contract, parse::<Contract>)?,
        composition: page.composition.clone(),
        props: props(&page.props)?,
        seed: optional("--seed", &page.seed, values::seed)?,
        epoch_ms: optional("--epoch", &page.epoch, values::epoch_ms)?,
        timeout: optional("--timeout", &page.timeout, values::timeout)?,
        // A visible browser draws into its own window, not into the tap.
        capture: if browser.no_headless { Some(CaptureKind::Screenshot) } else { capture },
        pages: Some(Arc::new(Projects::new(browser.browser.clone()))),
        ..RenderOptions::default()
    })
}

/// The tracks, each by its whole path: a job's commands may run in any folder.
pub fn sound(args: &SoundArgs) -> Result<SoundSettings, Refused> {
    let track = |text: &String| -> Result<AudioTrack, Refused> {
        let mut track = optional("--audio", &Some(text.clone()), parse::<AudioTrack>)?
            .unwrap_or_else(|| AudioTrack::new(String::new()));
        if track.is_url() {
            return Ok(track);
        }
        let refused = |why: &str| Refused(format!("invalid --audio {text:?}: {why}"));
        let path = std::path::absolute(&track.file).map_err(|error| refused(&error.to_string()))?;
        if !path.is_file() {
            return Err(refused(&format!("{} is not a file", path.display())));
        }
        track.file =
            path.into_os_string().into_string().map_err(|_| refused("the path is not valid UTF-8"))?;
        Ok(track)
    };
    let tracks = args.audio.iter().map(track).collect::<Result<_, _>>()?;
    Ok(SoundSettings { muted: args.muted, tracks, only: false })
}

/// `options` with what goes into the file besides pictures and sound.
pub fn with_whole(options: RenderOptions, args: &WholeArgs) -> Result<RenderOptions, Refused> {
    if args.captions.is_none() {
        for (flag, given) in
            [("--caption-mode", &args.caption_mode), ("--caption-language", &args.caption_language)]
        {
            if given.is_some() {
                return Err(Refused(format!("{flag} needs captions: name their file with --captions")));
            }
        }
    }
    Ok(RenderOptions {
        metadata: values::metadata(&args.metadata)?,
        captions: args.captions.clone(),
        plays: optional("--loop", &args.plays, values::plays)?,
        caption_language: optional("--caption-language", &args.caption_language, values::language)?,
        caption_mode: optional("--caption-mode", &args.caption_mode, parse::<CaptionMode>)?,
        ..options
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
