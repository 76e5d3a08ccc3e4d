//! The browser window: which one is opened for which kind of capture, how large, and at which address.

use super::{Source, StageOptions};
use crate::RenderError;
use helios_browser::{Browser, BrowserError, Session};
use helios_job::{CaptureKind, Event, FailureKind, Level, Mode};

/// Opens the browser window for the kind of capture wanted, showing `url` where there is a host page. With `auto`, what cannot
/// be used is replaced by the next best, and said.
pub(super) async fn open_window(
    options: &StageOptions,
    url: &str,
    resolver_rule: String,
    size: (u32, u32),
) -> Result<(Browser, Session, Source), RenderError> {
    let (choice, rule) = (&options.browser, vec![resolver_rule]);
    let wanted = match options.mode {
        Mode::Dom => options.capture,
        // Its pixels come from inside the page.
        Mode::Canvas => CaptureKind::Screenshot,
    };
    let mut obstacles = String::new();
    if matches!(wanted, CaptureKind::Auto | CaptureKind::Tap) {
        let launching = choice.launch_tap(url, rule.clone(), size);
        match attempt(wanted, CaptureKind::Tap, choice.tap_obstacle(), launching).await? {
            Ok((browser, session, source)) => return Ok((browser, session, Source::Tap(source))),
            Err(why) => obstacles = format!("the tap cannot be used: {why}"),
        }
    }
    // Captions are drawn by the host page, which there is none of.
    let hosted = options.look.captions && wanted == CaptureKind::Auto;
    if matches!(wanted, CaptureKind::Auto | CaptureKind::BeginFrame) && !hosted {
        let launching = choice.launch_begin_frame(rule.clone(), size);
        match attempt(wanted, CaptureKind::BeginFrame, choice.begin_frame_obstacle(), launching).await? {
            Ok((browser, session, page)) => {
                say_fall_back(options, "beginframe", &obstacles);
                return Ok((browser, session, Source::BeginFrame(page)));
            }
            Err(why) => obstacles += &format!("; nor can beginframe: {why}"),
        }
    }
    let (browser, session) = choice.launch_plain(url, rule, size).await?;
    say_fall_back(options, "screenshots", &obstacles);
    let source = if options.mode == Mode::Canvas { Source::Canvas } else { Source::Screenshot };
    Ok((browser, session, source))
}

/// What `launching` makes, unless `auto` should go on to the next kind of capture: then why, in a line.
async fn attempt<T>(
    wanted: CaptureKind,
    kind: CaptureKind,
    obstacle: Option<String>,
    launching: impl Future<Output = Result<T, RenderError>>,
) -> Result<Result<T, String>, RenderError> {
    let error = match obstacle {
        Some(obstacle) if wanted == CaptureKind::Auto => return Ok(Err(obstacle)),
        Some(obstacle) => {
            let message = format!("--capture {kind} cannot be used: {obstacle}; use --capture auto");
            return Err(RenderError::Settings(message));
        }
        None => match launching.await {
            Ok(launched) => return Ok(Ok(launched)),
            Err(error) => error,
        },
    };
    // Another try may do where this one was too slow, and gives the pixels of the other workers.
    let slow = matches!(
        error,
        RenderError::Browser {
            source: BrowserError::LaunchTimeout { .. } | BrowserError::CallTimeout { .. },
            ..
        }
    );
    if wanted != CaptureKind::Auto || slow || error.kind() == FailureKind::Invalid {
        return Err(error);
    }
    // The rest is a command line and the end of a log; if nothing else works, it comes with that error.
    Ok(Err(error.to_string().lines().next().unwrap_or_default().to_owned()))
}

fn say_fall_back(options: &StageOptions, to: &str, obstacles: &str) {
    if obstacles.is_empty() {
        return;
    }
    let message = format!("capturing by {to}, which is slower: {obstacles}");
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
