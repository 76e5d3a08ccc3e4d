//! What each code of a finding means: how much it matters and what to do about it. The codes are documented in
//! docs/check.md, and do not change.

use helios_job::Severity;
use helios_job::Severity::{Error, Info, Warn};

/// Severity and remedy by code.
const RULES: &[(&str, Severity, &str)] = &[
    // The render fails, or its frames are wrong.
    ("page-error", Error, "correct the script, or catch the error; --strict makes renders fail on it"),
    ("page-fails", Error, "correct the page, so that it loads and stays"),
    ("not-ready", Error, "release every hold, and serve what the page loads; --timeout gives it longer"),
    ("request-failed", Error, "put the file where the page asks for it, or do not ask for it"),
    ("font-failed", Error, "put the font file where the page asks for it"),
    ("image-failed", Error, "put the picture where the page asks for it, in a format that browsers show"),
    ("media-failed", Error, "put the file where the page asks for it, in a format that FFmpeg decodes"),
    ("no-duration", Error, "say how long the video is: helios.duration, a <meta name=helios>, or --duration"),
    ("size-refused", Error, "give the page an even size from 16 to 8192 pixels, or --width and --height"),
    ("fps-refused", Error, "give the page a rate such as 30, 29.97 or 30000/1001, or --fps"),
    ("duration-refused", Error, "give the page a length such as 5 or 2.5s, or --duration"),
    (
        "not-exact",
        Error,
        "something that is not the page's time decides this frame: look at the other findings, and at what the page reads from \
         outside",
    ),
    (
        "not-seekable",
        Error,
        "leave out helios.seekable, or make the picture depend on the time alone and not on the frames before",
    ),
    // The frames may depend on something else.
    (
        "no-size",
        Warn,
        "say the size: helios.width and helios.height, a <meta name=helios>, or --width and --height",
    ),
    ("fetch-failed", Warn, "serve what the page asks for, or see that it shows the same without it"),
    ("font-missing", Warn, "ship the font with the page (@font-face), or leave its name out"),
    (
        "other-host",
        Warn,
        "keep what the page loads in its folder: what lies elsewhere can change or be out of reach",
    ),
    ("shared-worker", Warn, "use a dedicated Worker, which is on the clock"),
    ("worker-silent", Warn, "do not block workers (Atomics.wait): they are to answer in each frame"),
    ("live-connection", Warn, "load the data with fetch() before it is shown"),
    ("no-sound", Warn, "play it from a file with <audio>, or add it with --audio"),
    ("live-media", Warn, "use a file: a stream is another one each time"),
    ("device", Warn, "give the page its data by --props"),
    ("video", Warn, "serve the video with the page: of its own origin, every frame is exact"),
    ("track", Warn, "draw the captions with the page, or give their file to --captions"),
    ("moving-image", Warn, "show moving pictures of the page's own origin with <img>"),
    ("moving-svg", Warn, "put the drawing into the page itself (<svg>), where it is on the clock"),
    ("marquee", Warn, "use a CSS animation"),
    ("endless-requests", Warn, "load what is needed once, and not again in each answer"),
    (
        "hold-before-frames",
        Warn,
        "release holds without waiting for an animation frame, or say helios.hold() in frame 0",
    ),
    ("slow-load", Warn, "close documents without a timer, and ask for large files when the page has loaded"),
    ("iframe", Warn, "look at the page in the iframe by itself"),
    ("console-error", Warn, "look at what the page complains of"),
    ("window", Warn, "leave the window around the page alone"),
    ("other-window", Warn, "leave out other windows: no video shows them"),
    ("messages-lost", Warn, "let the page write less to the console"),
    ("huge-canvas", Warn, "make the canvas as large as it is shown: each frame copies all of it"),
    ("memory", Warn, "keep less: each worker needs that much"),
    // Worth knowing.
    ("blank", Info, "see whether the page shows what it should: --time, or the seeds and props it needs"),
    (
        "system-font",
        Info,
        "ship the fonts with the page (@font-face) where other machines are to draw the same",
    ),
    ("machine", Info, "do not let the picture depend on it"),
    ("dialog", Info, "leave it out: nobody is there to answer"),
    ("large-dom", Info, "expect slow frames: each one lays out and paints the page"),
    ("huge-element", Info, "expect slow frames, if much of it is drawn"),
    (
        "frame-late",
        Warn,
        "use --capture tap: Chromium itself left out a frame of the page, as it does in a view transition",
    ),
    ("slow-frame", Info, "see what the page does there"),
    (
        "duration-from-animations",
        Info,
        "say the length in the page, so that it does not change with its style",
    ),
    (
        "replay-cost",
        Info,
        "if the picture depends on the time alone, say helios.seekable = true: workers then jump to their part",
    ),
    ("console-warning", Info, "look at what the page says"),
];

/// The rule for a code; `None` for what is not reported at all.
pub(super) fn rule(code: &str) -> Option<(Severity, &'static str)> {
    RULES.iter().find(|(known, ..)| *known == code).map(|(_, severity, fix)| (*severity, *fix))
}

#[cfg(test)]
mod tests {
    use super::RULES;

    #[test]
    fn codes_are_kebab_case_and_documented() {
        let documentation = include_str!("../../../../docs/check.md");
        let mut codes: Vec<&str> = RULES.iter().map(|(code, ..)| *code).collect();
        for code in &codes {
            assert!(code.chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{code}");
            assert!(documentation.contains(&format!("`{code}`")), "{code} is not documented");
        }
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), RULES.len());
    }
}
