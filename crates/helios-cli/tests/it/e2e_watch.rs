//! A still is made again whenever its page changes; a page that fails waits; Ctrl-C ends it all.

use crate::live::Live;
use crate::run::Place;
use rustix::process::Signal;

fn page(body: &str) -> String {
    format!(
        "<!doctype html><meta name=\"helios\" content=\"width=64,height=64,fps=30,duration=1\"><body style=\"background:red\">{body}"
    )
}

#[test]
fn changes_are_seen() {
    let place = Place::new();
    place.write("page.html", &page("<script src=a.js></script>"));
    place.write("a.js", "document.body.style.background = 'red'");
    let still = || std::fs::read(place.path().join("still.png")).unwrap_or_default();
    let waits = |live: &Live| live.stderr().matches("Waiting for changes").count();
    let mut live = Live::start(&place, &["watch", "page.html", "--strict"]);
    let until = |live: &mut Live, what: &str, found: &dyn Fn(&Live) -> bool| {
        let seen = live.until(|live| found(live).then_some(()));
        assert!(seen.is_some(), "ended before {what}: {}", live.stderr());
    };
    until(&mut live, "the first picture", &|live| waits(live) == 1);
    let red = still();
    assert!(!red.is_empty());
    let browsers = |live: &Live| -> Vec<u32> {
        live.members().iter().filter(|member| member.has("worker")).map(|member| member.pid).collect()
    };
    let worker = browsers(&live);
    assert_eq!(worker.len(), 1, "it stays");

    place.write("a.js", "document.body.style.background = 'blue'");
    until(&mut live, "the second picture", &|live| waits(live) == 2);
    assert_ne!(still(), red);
    assert_eq!(browsers(&live), worker, "the same worker");

    place.write("a.js", "throw new Error('a mistake')");
    until(&mut live, "the error", &|live| waits(live) == 3);
    assert!(live.stderr().contains("a mistake"), "{}", live.stderr());

    place.write("a.js", "document.body.style.background = 'red'");
    until(&mut live, "the mended page", &|live| waits(live) == 4);
    assert_eq!(still(), red);

    live.signal(Signal::INT);
    let ended = live.end();
    assert_eq!((ended.answer.code, ended.left.len()), (Some(0), 0), "{}", ended.answer.stderr);
}

#[test]
fn a_project_is_built_again() {
    let place = crate::e2e_project::place();
    let ground = |colour: &str| place.write("shared/ground.css", &format!("body {{ background: {colour} }}"));
    ground("red");
    // Elsewhere than the project itself.
    place.write("app/ground.css", "@import '../shared/ground.css';");
    let still = || std::fs::read(place.path().join("still.png")).unwrap_or_default();
    let mut live = Live::start(&place, &["watch", "app/draw.ts"]);
    let mut pictures = Vec::new();
    let changes: [&dyn Fn(); 4] =
        [&|| {}, &|| ground("blue"), &|| place.write("app/ground.css", "body {"), &|| {
            place.write(
                "app/mark.svg",
                "<svg xmlns='http://www.w3.org/2000/svg'><rect width='9' height='9'/></svg>",
            )
        }];
    for (index, change) in changes.into_iter().enumerate() {
        change();
        let waits = |live: &Live| live.stderr().matches("Waiting for changes").count() > index;
        assert!(live.until(|live| waits(live).then_some(())).is_some(), "{}", live.stderr());
        pictures.push(still());
    }
    assert!(pictures.iter().all(|picture| !picture.is_empty()));
    let different = pictures.windows(2).filter(|two| two[0] != two[1]).count();
    assert_eq!(different, 3, "{}", live.stderr());
    live.signal(Signal::INT);
    assert_eq!(live.end().answer.code, Some(0));
}

/// The files of a render lie beside its page, and are no reason for another one.
#[test]
fn what_it_writes_is_no_change() {
    let place = Place::new();
    place.write("page.html", &page(""));
    place.write("talk.srt", "1\n00:00:00,000 --> 00:00:01,000\nHello\n");
    let args =
        ["watch", "--render", "page.html", "-o", "a.mp4", "--frame-count", "2", "--frame-hashes", "a.hashes"];
    let others = ["--trace", "a.trace.json", "--captions", "talk.srt", "--caption-mode", "sidecar"];
    let mut live = Live::start(&place, &[args.as_slice(), &others].concat());
    let waits = |live: &Live| live.stderr().matches("Waiting for changes").count();
    assert!(live.until(|live| (waits(live) == 1).then_some(())).is_some(), "{}", live.stderr());
    // What is no output comes after all that was written before it.
    place.write("page.html", &page("Other"));
    assert!(live.until(|live| (waits(live) == 2).then_some(())).is_some(), "{}", live.stderr());
    let told: Vec<String> =
        live.stderr().lines().filter(|line| line.contains("changed")).map(str::to_owned).collect();
    assert_eq!(told, ["page.html has changed"], "{}", live.stderr());
    live.signal(Signal::INT);
    assert_eq!(live.end().answer.code, Some(0));
}

#[test]
fn what_cannot_be_watched_is_refused() {
    let place = Place::new();
    assert!(place.refused(&["watch", "https://example.com"]).contains("name an HTML file"));
    assert!(place.refused(&["watch", "none/none.html"]).contains("cannot watch"));
    assert!(place.refused(&["watch", "test.html", "--fpss", "3"]).contains("--fpss"));
}
