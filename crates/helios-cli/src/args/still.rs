//! The arguments of `helios still`.

use super::{BrowserArgs, LookArgs, PageArgs, PictureArgs, ReplaceArgs, StrictArgs, TalkArgs};
use clap::Args;
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  helios still page.html                     the first frame, to still.png
  helios still page.html --frame 40 -o poster.jpg
  helios still page.html --time 2.5s -o - | display";

/// Arguments of `helios still`, as typed.
#[derive(Debug, Default, Args)]
#[command(after_help = EXAMPLES)]
pub struct StillArgs {
    /// HTML file, folder, component such as Title.tsx, or http(s) URL.
    pub input: String,

    /// Which frame, from 0 [default: 0].
    #[arg(long, value_name = "N", allow_hyphen_values = true, help_heading = "Frame")]
    pub frame: Option<String>,
    /// The frame shown at this time: seconds, or 5s, 1m30s, 500ms.
    #[arg(long, value_name = "TIME", allow_hyphen_values = true, help_heading = "Frame")]
    pub time: Option<String>,

    /// File to write: .png or .webp (lossless) or .jpg; - for a PNG on standard output.
    #[arg(short, long, value_name = "FILE", default_value = "still.png", help_heading = "Output")]
    pub output: PathBuf,
    /// What becomes of an older output.
    #[command(flatten)]
    pub replace: ReplaceArgs,

    /// Size and time of the composition.
    #[command(flatten)]
    pub picture: PictureArgs,
    /// How it is drawn.
    #[command(flatten)]
    pub look: LookArgs,
    /// What the page is told.
    #[command(flatten)]
    pub page: PageArgs,
    /// What is made of its errors.
    #[command(flatten)]
    pub strict: StrictArgs,
    /// The programs behind.
    #[command(flatten)]
    pub browser: BrowserArgs,
    /// How much is said.
    #[command(flatten)]
    pub talk: TalkArgs,
}
