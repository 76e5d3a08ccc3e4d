//! Arguments that several commands have: about the page and its browser, about the output.

use clap::Args;
use std::path::PathBuf;

/// Size and time of the composition.
#[derive(Debug, Clone, Default, Args)]
pub struct PictureArgs {
    /// Width of the page in pixels [default: the page's, else 1920].
    #[arg(long, value_name = "PX", allow_hyphen_values = true, help_heading = "Picture and time")]
    pub width: Option<String>,
    /// Height of the page in pixels [default: the page's, else 1080].
    #[arg(long, value_name = "PX", allow_hyphen_values = true, help_heading = "Picture and time")]
    pub height: Option<String>,
    /// Frames per second: 30, 29.97, 30000/1001 [default: the page's, else 30].
    #[arg(long, value_name = "RATE", allow_hyphen_values = true, help_heading = "Picture and time")]
    pub fps: Option<String>,
    /// Length: seconds, or 5s, 1m30s, 500ms [default: the page's].
    #[arg(long, value_name = "TIME", allow_hyphen_values = true, help_heading = "Picture and time")]
    pub duration: Option<String>,
    /// What to record: dom (the whole page) or canvas (its canvas alone) [default: dom].
    #[arg(long, value_name = "MODE", allow_hyphen_values = true, help_heading = "Picture and time")]
    pub mode: Option<String>,
}

/// How the page is drawn.
#[derive(Debug, Clone, Default, Args)]
pub struct LookArgs {
    /// Pixels of the output for each pixel of the page, 0.5 to 8: the same layout, sharper [default: 1].
    #[arg(long, value_name = "N", allow_hyphen_values = true, help_heading = "Picture and time")]
    pub scale: Option<String>,
    /// Draw text with the fonts in this folder and the page's own alone [default: those of this machine].
    #[arg(long, value_name = "DIR", help_heading = "Picture and time")]
    pub fonts: Option<PathBuf>,
    /// Keep transparency: nothing is behind the page [default: white].
    #[arg(long, help_heading = "Picture and time")]
    pub alpha: bool,
}

/// What the page is told, and how long it is waited for.
#[derive(Debug, Clone, Default, Args)]
pub struct PageArgs {
    /// Values for the page's helios.props: JSON, or a file with JSON.
    #[arg(long, value_name = "JSON", allow_hyphen_values = true, help_heading = "Page")]
    pub props: Option<String>,
    /// The tool that the page was made for: helios, helios-ts, hyperframes, remotion or timecut [default: auto, what is found].
    #[arg(long, value_name = "TOOL", allow_hyphen_values = true, help_heading = "Page")]
    pub contract: Option<String>,
    /// Which composition of a page that has several (`helios compositions` lists them).
    #[arg(long, value_name = "ID", allow_hyphen_values = true, help_heading = "Page")]
    pub composition: Option<String>,
    /// Seed of the page's random numbers [default: 0].
    #[arg(long, value_name = "N", allow_hyphen_values = true, help_heading = "Page")]
    pub seed: Option<String>,
    /// The page's date at frame 0: milliseconds since 1970, or a date-time [default: 2026-01-01T00:00:00Z].
    #[arg(long, value_name = "TIME", allow_hyphen_values = true, help_heading = "Page")]
    pub epoch: Option<String>,
    /// Longest wait for the page to load, and for a frame to become ready [default: 30s].
    #[arg(long, value_name = "TIME", allow_hyphen_values = true, help_heading = "Page")]
    pub timeout: Option<String>,
}

/// What is made of errors in the page.
#[derive(Debug, Clone, Default, Args)]
pub struct StrictArgs {
    /// Fail when the page throws an error that it does not catch; otherwise it is reported and the page goes on.
    #[arg(long, help_heading = "Page")]
    pub strict: bool,
}

/// The programs behind.
#[derive(Debug, Clone, Default, Args)]
pub struct BrowserArgs {
    /// Frame source: tap (shared memory), beginframe (headless shell), screenshot, or auto for the first that works [default: auto].
    #[arg(long, value_name = "SOURCE", allow_hyphen_values = true, help_heading = "Work")]
    pub capture: Option<String>,
    /// Show the browser (captures by screenshot).
    #[arg(long, help_heading = "Work")]
    pub no_headless: bool,
    /// Chromium to use [default: the first one found].
    #[arg(long, value_name = "PATH", help_heading = "Work")]
    pub browser: Option<PathBuf>,
    /// FFmpeg to use [default: ffmpeg in PATH].
    #[arg(long, value_name = "PATH", help_heading = "Work")]
    pub ffmpeg: Option<PathBuf>,
}

/// What is heard.
#[derive(Debug, Clone, Default, Args)]
pub struct SoundArgs {
    /// Add a sound file, also several times: FILE[@OFFSET][,volume=V][,seek=T][,fade-in=T][,fade-out=T][,loop].
    #[arg(long, value_name = "TRACK", allow_hyphen_values = true, help_heading = "Sound")]
    pub audio: Vec<String>,
    /// Leave out all sound, that of the page too.
    #[arg(long, conflicts_with = "audio", help_heading = "Sound")]
    pub muted: bool,
}

/// What becomes of an older output.
#[derive(Debug, Clone, Default, Args)]
pub struct ReplaceArgs {
    /// Replace the output file when it exists (the default).
    #[arg(long, overrides_with = "no_overwrite", help_heading = "Output")]
    pub overwrite: bool,
    /// Stop with an error when the output file exists.
    #[arg(long, overrides_with = "overwrite", help_heading = "Output")]
    pub no_overwrite: bool,
}

/// What goes into a file besides pictures and sound.
#[derive(Debug, Clone, Default, Args)]
pub struct WholeArgs {
    /// Write a title, artist, comment, ... into the file; may be given several times.
    #[arg(long, value_name = "KEY=VALUE", allow_hyphen_values = true, help_heading = "Encoding")]
    pub metadata: Vec<String>,
    /// How often a .gif, .webp or .apng plays, 0 to 65535; 0 is for ever [default: 0].
    #[arg(long = "loop", value_name = "N", allow_hyphen_values = true, help_heading = "Encoding")]
    pub plays: Option<String>,
    /// Captions: a SubRip (.srt) or WebVTT (.vtt) file.
    #[arg(long, value_name = "FILE", help_heading = "Captions")]
    pub captions: Option<PathBuf>,
    /// burn (drawn into the picture; a render alone can), track (of the file) or sidecar (a file beside it) [default: burn; of a merge
    /// track].
    #[arg(long, value_name = "MODE", allow_hyphen_values = true, help_heading = "Captions")]
    pub caption_mode: Option<String>,
    /// Language of the track: three letters (ISO 639-2), such as eng, deu or fra.
    #[arg(long, value_name = "CODE", allow_hyphen_values = true, help_heading = "Captions")]
    pub caption_language: Option<String>,
}
