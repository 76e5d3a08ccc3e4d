//! `helios check` with the real browser: good pages pass, and each kind of trouble is found, with its frame and its place.

use crate::film::example;
use crate::run::{Answer, Place};
use crate::web::{Web, html};
use serde_json::Value;

const HEAD: &str = r#"<!doctype html><meta name="helios" content="width=64,height=64,fps=10,duration=1.2">"#;
/// Something to look at in every frame.
const SPIN: &str = "<style>@keyframes s { to { transform: rotate(360deg) } } div { width: 30px; height: 30px; background: #a00; \
                    animation: s 1s infinite linear }</style><div></div>";

fn checked(place: &Place, args: &[&str]) -> (Answer, Value) {
    let answer = place.helios(&[&["check", "--json"], args].concat());
    let report =
        serde_json::from_str(&answer.stdout).map_err(|error| format!("{error}: {answer:?}")).unwrap();
    (answer, report)
}

fn page(body: &str) -> Place {
    let place = Place::new();
    place.write("page.html", &format!("{HEAD}<body>{SPIN}{body}"));
    place
}

fn find<'a>(report: &'a Value, code: &str) -> Option<&'a Value> {
    report["findings"].as_array().unwrap().iter().find(|finding| finding["code"] == code)
}

/// Checks the page: the finding must be there with this severity and frame, all `words` in its message or its place, and the
/// exit code must fit.
#[track_caller]
fn finds(place: &Place, severity: &str, code: &str, frame: Option<u32>, words: &[&str]) {
    // What is waited for in vain is not waited for long; everything else has time enough on a busy machine.
    let timeout = if code == "not-ready" { "3" } else { "30" };
    let (answer, report) = checked(place, &["page.html", "--timeout", timeout]);
    let finding = find(&report, code).ok_or_else(|| format!("no {code} in {report:#}")).unwrap();
    assert_eq!((&finding["severity"], &finding["frame"]), (&severity.into(), &frame.into()), "{report:#}");
    for word in words {
        let said = [&finding["message"], &finding["place"]].map(|text| text.as_str().unwrap_or_default());
        assert!(said.iter().any(|text| text.contains(word)), "{word:?} is not in {finding:#}");
    }
    assert!(finding["fix"].as_str().unwrap().len() > 10);
    let errors = report["findings"].as_array().unwrap().iter().any(|finding| finding["severity"] == "error");
    assert_eq!(answer.code, Some(i32::from(errors)), "{report:#}");
    assert_eq!(report["passed"], !errors);
}

#[test]
fn every_example_passes() {
    for name in [
        "css-title",
        "gsap-timeline",
        "simple-canvas-animation",
        "stateful-particles",
        "three-scene",
        "timers-and-dates",
    ] {
        let answer = Place::new().helios(&["check", &example(name), "--width", "320", "--height", "180"]);
        assert_eq!(answer.code, Some(0), "{name}: {answer:?}");
        assert!(!answer.stdout.contains("warn "), "{name}: {}", answer.stdout);
        assert!(answer.stdout.contains("320x180, "), "{name}: {}", answer.stdout);
    }
}

#[test]
fn a_good_page_and_the_forms_of_the_report() {
    let place = page("");
    let (answer, report) = checked(&place, &["page.html", "--fps", "20"]);
    assert_eq!(answer.code, Some(0));
    assert_eq!(report["schema"], "helios.check/1");
    assert_eq!(report["findings"], serde_json::json!([]), "{report:#}");
    assert_eq!((&report["page"]["width"], &report["page"]["fps"]), (&64.into(), &"20".into()));
    assert_eq!(report["page"]["drawn"], serde_json::json!([0, 12, 23]));
    let answer = place.helios(&["check", "page.html"]);
    assert!(answer.stdout.starts_with("page.html: 64x64, 12 frames at 10 frames/s, "), "{answer:?}");
    assert!(answer.stdout.ends_with("; nothing found\n"), "{answer:?}");
    let answer = place.helios(&["check", "page.html", "-q"]);
    assert_eq!((answer.code, answer.stdout.as_str(), answer.stderr.as_str()), (Some(0), "", ""));
    assert_eq!(place.files(), ["page.html", "test.html"], "nothing is written");
}

#[test]
fn findings_are_aligned_and_warnings_fail_when_strict() {
    let place =
        page("<script>setTimeout(() => console.error('oh'), 500)</script><script src=nope.js></script>");
    let answer = place.helios(&["check", "page.html"]);
    assert_eq!(answer.code, Some(1), "{answer:?}");
    let lines: Vec<&str> = answer.stdout.lines().collect();
    assert_eq!(lines[0], "error  request-failed  nope.js: script: nope.js: HTTP 404");
    assert!(lines[1].starts_with("                       Fix: "), "{answer:?}");
    assert_eq!(lines[2], "warn   console-error   frame 5, page.html:1: console.error: oh");
    let warning = page("<script>setTimeout(() => console.error('oh'), 500)</script>");
    assert_eq!(warning.helios(&["check", "page.html", "-q"]).code, Some(0));
    assert_eq!(warning.helios(&["check", "page.html", "-q", "--strict"]).code, Some(1));
}

#[test]
fn errors_of_the_page() {
    finds(
        &page("<script>setTimeout(() => { throw new Error('boom') }, 700)</script>"),
        "error",
        "page-error",
        Some(7),
        &["Error: boom", "page.html:1"],
    );
    let rejected = "<script>setTimeout(async () => { throw new Error('boom') }, 300)</script>";
    finds(&page(rejected), "error", "page-error", Some(3), &["boom"]);
    let loading = page("<script>throw new Error('boom')</script>");
    finds(&loading, "error", "page-error", None, &["boom", "page.html:1"]);
    let (_, report) = checked(&loading, &["page.html"]);
    assert_eq!(
        (&report["page"], report["findings"].as_array().unwrap().len()),
        (&Value::Null, 1),
        "{report:#}"
    );
    let worker = page("<script>new Worker('w.js')</script>");
    worker.write("w.js", "setTimeout(() => {\nthrow new Error('boom') }, 400)");
    finds(&worker, "error", "page-error", Some(4), &["boom", "w.js:2"]);
}

#[test]
fn frames_that_never_become_ready() {
    let hold = "<script>helios.onFrame(({frame}) => { if (frame === 4) helios.hold('the map') })</script>";
    finds(&page(hold), "error", "not-ready", Some(4), &["the map", "3 s"]);
    let web = Web::start(|_| None);
    let never = format!("<script>setTimeout(() => import('{}'), 500)</script>", web.url("/never.js"));
    finds(&page(&never), "error", "not-ready", Some(5), &["/never.js"]);
    finds(&page("<script>helios.hold('nothing')</script>"), "error", "not-ready", None, &["nothing"]);
    let leaves = "<script>setTimeout(() => { location.href = 'test.html' }, 500)</script>";
    finds(&page(leaves), "error", "page-fails", Some(5), &["test.html"]);
}

#[test]
fn what_a_page_says_of_itself() {
    let place = Place::new();
    place.write("page.html", "<!doctype html><p>text");
    finds(&place, "error", "no-duration", None, &["5 s"]);
    finds(&place, "warn", "no-size", None, &["1920 x 1080"]);
    place.write(
        "page.html",
        r#"<!doctype html><meta name="helios" content="width=63,height=64,duration=0.3">"#,
    );
    finds(&place, "error", "size-refused", None, &["63", "even"]);
    let (_, report) = checked(&place, &["page.html", "--width", "64"]);
    assert!(find(&report, "size-refused").is_none(), "{report:#}");
    place.write(
        "page.html",
        r#"<!doctype html><meta name="helios" content="width=64,height=64,fps=fast,duration=0.3">"#,
    );
    finds(&place, "error", "fps-refused", None, &["fast"]);
    finds(&place, "info", "blank", None, &["one colour"]);
}

#[test]
fn what_lives_in_real_time() {
    for (script, code, word) in [
        ("new WebSocket('ws://helios.localhost/x')", "live-connection", "WebSocket"),
        ("new EventSource('x')", "live-connection", "EventSource"),
        ("new RTCPeerConnection()", "live-connection", "RTCPeerConnection"),
        ("new SharedWorker('shared.js')", "shared-worker", "SharedWorker"),
        ("navigator.geolocation.getCurrentPosition(() => {})", "device", "where it is"),
    ] {
        let place = page(&format!("<script>setTimeout(() => {{ {script} }}, 200)</script>"));
        place.write("shared.js", "");
        let (_, report) = checked(&place, &["page.html"]);
        let finding = find(&report, code).ok_or_else(|| format!("no {code} in {report:#}")).unwrap();
        assert_eq!(finding["severity"], "warn", "{script}");
        assert!(finding["message"].as_str().unwrap().contains(word), "{finding:#}");
    }
    let machine = "<script>document.title = navigator.hardwareConcurrency</script>";
    finds(&page(machine), "info", "machine", Some(0), &["hardwareConcurrency"]);
}

#[test]
fn fonts_and_hosts() {
    let place = page(
        "<p style='font-family: Nonesuch, monospace'>text</p><p style='font-family: -apple-system, sans-serif'>text</p>\
         <div><template shadowrootmode=open><p style='font-family: Shadowed'>text</p></template></div>\
         <iframe srcdoc=\"<p style='font-family: Framed'>text\"></iframe>",
    );
    finds(&place, "warn", "font-missing", Some(0), &["Nonesuch", "drawn in monospace"]);
    finds(&place, "info", "system-font", Some(0), &["monospace, sans-serif"]);
    let (_, report) = checked(&place, &["page.html"]);
    assert!(!report.to_string().contains("apple"), "{report:#}");
    assert!(report.to_string().contains("Shadowed") && report.to_string().contains("Framed"), "{report:#}");

    let web = Web::start(|_| html(""));
    let place = page(&format!("<iframe src='{}'></iframe>", web.url("/inner.html")));
    finds(&place, "warn", "other-host", None, &["1 request to 127.0.0.1", "/inner.html"]);
}

#[test]
fn media_and_sizes() {
    finds(
        &page("<audio autoplay src=a.mp3></audio>"),
        "error",
        "media-failed",
        Some(0),
        &["<audio>", "a.mp3"],
    );
    let processor = "<script>new AudioContext().createScriptProcessor(256, 1, 1)</script>";
    finds(&page(processor), "warn", "no-sound", Some(0), &["ScriptProcessorNode"]);
    finds(
        &page("<canvas id=c width=4000 height=4000>"),
        "warn",
        "huge-canvas",
        Some(0),
        &["<canvas#c>", "4000 x 4000"],
    );
    let place = page("<img src=m.svg>");
    place.write("m.svg", "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><rect width='9' height='9'><animate attributeName='x' to='9' dur='1s'/></rect></svg>");
    finds(&place, "warn", "moving-svg", Some(0), &["m.svg"]);
    finds(&page("<script>alert('hi')</script>"), "info", "dialog", Some(0), &["alert"]);
    finds(&page("<marquee>text</marquee>"), "warn", "marquee", Some(0), &[]);
}

#[test]
fn a_page_that_is_another_one_each_time() {
    // The server counts how often the page was asked for, and so does the page.
    let count = std::sync::atomic::AtomicU32::new(0);
    let web = Web::start(move |_| {
        let count = count.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let colour = ["#a00", "#0a0", "#00a", "#aa0"][count as usize % 4];
        html(&format!("{HEAD}<body style='background:{colour}'><p>text"))
    });
    let place = Place::new();
    let (answer, report) = checked(&place, &[&web.url("/")]);
    assert_eq!(answer.code, Some(1), "{report:#}");
    assert_eq!(find(&report, "not-exact").unwrap()["frame"], 6, "{report:#}");

    let counts = "<script>helios.seekable = true; let n = 0; helios.onFrame(() => { \
                  document.body.style.background = `rgb(${20 * n++} 0 0)` })</script>";
    finds(&page(counts), "error", "not-seekable", Some(6), &["jumped to"]);
}

#[test]
fn what_cannot_be_looked_at() {
    let place = Place::new();
    assert!(place.refused(&["check", "nothing.html"]).contains("nothing.html"));
    assert!(place.refused(&["check", "test.html", "--fps", "fast"]).contains("fast"));
    assert!(
        place.refused(&["check", "test.html", "--browser", "no-such-browser"]).contains("no-such-browser")
    );
}
