//! The browser window: which one is opened for which kind of capture, how large, and at which address.

use super::{Source, StageOptions};
use crate::RenderError;
use helios_browser::{Browser, Session};
use helios_job::{CaptureKind, Event, Level, Mode};

/// Opens the browser window for the kind of capture wanted. With `auto`, a tap that does not come up is replaced by
/// screenshots, and said.
pub(super) async fn open_window(
    options: &StageOptions,
    url: &str,
    resolver_rule: String,
    size: (u32, u32),
) -> Result<(Browser, Session, Source), RenderError> {
    let choice = &options.browser;
    let obstacle = choice.tap_obstacle();
    let tap = match (options.mode, options.capture, obstacle) {
        (Mode::Canvas, ..) | (_, CaptureKind::Screenshot, _) => false,
        (_, CaptureKind::Tap, Some(obstacle)) => {
            return Err(RenderError::Settings(format!(
                "--capture tap cannot be used: {obstacle}; use --capture auto"
            )));
        }
        (_, CaptureKind::Auto, Some(obstacle)) => {
            fall_back(options, obstacle);
            false
        }
        (_, _, None) => true,
    };
    if tap {
        match choice.launch_tap(url, vec![resolver_rule.clone()], size).await {
            Ok((browser, session, source)) => return Ok((browser, session, Source::Tap(source))),
            Err(error)
                if options.capture == CaptureKind::Tap
                    || error.kind() == helios_job::FailureKind::Invalid =>
            {
                return Err(error);
            }
            // The rest is a command line and the end of a log; if screenshots fail as well, it comes with that error.
            Err(error) => fall_back(options, error.to_string().lines().next().unwrap_or_default()),
        }
    }
    let (browser, session) = choice.launch_plain(url, vec![resolver_rule], size).await?;
    let source = if options.mode == Mode::Canvas { Source::Canvas } else { Source::Screenshot };
    Ok((browser, session, source))
}

fn fall_back(options: &StageOptions, why: &str) {
    let message = format!("capturing by screenshots, which is slower: the tap cannot be used: {why}");
    let notice = Event::Notice { worker: Some(options.worker), level: Level::Info, frame: None, message };
    options.notices.send(notice).ok();
}

pub(super) fn origin(url: &str) -> &str {
    let after_scheme = url.find("://").map_or(0, |at| at + 3);
    let rest = url.get(after_scheme..).unwrap_or_default();
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    url.get(..after_scheme + end).unwrap_or(url)
}

/// What a path may hold as it is: a page must find the name that its author gave it.
const PLAIN: &percent_encoding::AsciiSet = &percent_encoding::NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'!')
    .remove(b'$')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b'+')
    .remove(b',')
    .remove(b'=')
    .remove(b'@');

pub(super) fn encode_path(name: &str) -> String {
    percent_encoding::utf8_percent_encode(name, PLAIN).to_string()
}

#[cfg(test)]
mod tests {
    use super::{encode_path, origin};

    #[test]
    fn origins() {
        assert_eq!(origin("https://a.example:8080/b?c#d"), "https://a.example:8080");
        assert_eq!(origin("http://a.example"), "http://a.example");
        assert_eq!(origin("http://a.example?x"), "http://a.example");
    }

    #[test]
    fn names_become_paths() {
        assert_eq!(encode_path("a b#?%.html"), "a%20b%23%3F%25.html");
    }
}
