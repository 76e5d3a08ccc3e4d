//! What the arguments of `helios check` mean.

use super::page::{check_input, page_options};
use super::{Loudness, Refused};
use crate::args::CheckArgs;
use helios_runner::RenderOptions;
use std::path::PathBuf;

/// The settings of `helios check`.
pub struct CheckSettings {
    /// File, folder or URL.
    pub input: String,
    /// What the orchestrator is asked for.
    pub options: RenderOptions,
    /// Whether warnings count as errors.
    pub strict: bool,
    /// Whether the report is written as JSON.
    pub json: bool,
    /// How much is said.
    pub loudness: Loudness,
    /// Whether the browser stays invisible.
    pub headless: bool,
    /// The Chromium to use.
    pub browser: Option<PathBuf>,
    /// The FFmpeg to use.
    pub ffmpeg: Option<PathBuf>,
}

impl TryFrom<CheckArgs> for CheckSettings {
    type Error = Refused;

    fn try_from(args: CheckArgs) -> Result<CheckSettings, Refused> {
        check_input(&args.input)?;
        Ok(CheckSettings {
            options: page_options(&args.picture, &args.page, &args.browser)?,
            strict: args.strict,
            json: args.json,
            loudness: Loudness::of(args.quiet, args.verbose),
            headless: !args.browser.no_headless,
            input: args.input,
            browser: args.browser.browser,
            ffmpeg: args.browser.ffmpeg,
        })
    }
}
