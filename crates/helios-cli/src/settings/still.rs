//! What the arguments of `helios still` mean.

use super::page::{check_input, page_options, parse};
use super::values::{self, optional};
use super::{Refused, Talk, overwrite};
use crate::args::StillArgs;
use crate::output::is_stdout;
use helios_job::{Moment, Scale, StillAt, StillFormat};
use helios_runner::RenderOptions;
use std::path::PathBuf;

/// The settings of `helios still`.
pub struct StillSettings {
    /// File, folder or URL.
    pub input: String,
    /// The file to write, or `-`.
    pub output: PathBuf,
    /// Which frame.
    pub at: StillAt,
    /// What the orchestrator is asked for.
    pub options: RenderOptions,
    /// Whether the browser stays invisible.
    pub headless: bool,
    /// The Chromium to use.
    pub browser: Option<PathBuf>,
    /// The FFmpeg to use.
    pub ffmpeg: Option<PathBuf>,
    /// How much is said.
    pub talk: Talk,
}

impl TryFrom<StillArgs> for StillSettings {
    type Error = Refused;

    fn try_from(args: StillArgs) -> Result<StillSettings, Refused> {
        check_input(&args.input)?;
        let frame = optional("--frame", &args.frame, values::frame)?.map(StillAt::Frame);
        let time = optional("--time", &args.time, moment)?.map(StillAt::Time);
        if frame.is_some() && time.is_some() {
            return Err(Refused(
                "--frame and --time both say which frame is meant: leave out one of them".to_owned(),
            ));
        }
        if !is_stdout(&args.output) {
            StillFormat::from_path(&args.output)?;
        } else if args.talk.json {
            return Err(Refused(
                "--json already writes to standard output: give --output a file instead of -".to_owned(),
            ));
        }
        let mut options = page_options(&args.picture, &args.page, &args.browser)?;
        options.overwrite = overwrite(&args.replace);
        options.strict = args.strict.strict;
        options.scale = optional("--scale", &args.look.scale, parse::<Scale>)?;
        options.alpha = args.look.alpha;
        options.fonts = args.look.fonts.clone();
        Ok(StillSettings {
            at: frame.or(time).unwrap_or(StillAt::Frame(0)),
            options,
            headless: !args.browser.no_headless,
            talk: Talk::from(&args.talk),
            input: args.input,
            output: args.output,
            browser: args.browser.browser,
            ffmpeg: args.browser.ffmpeg,
        })
    }
}

fn moment(text: &str) -> Result<Moment, Refused> {
    text.parse().map_err(|_| {
        Refused(format!(
            "invalid --time {text:?}: use a time from 0 to 24h, such as 0, 2.5, 5s, 1m30s or 500ms"
        ))
    })
}
