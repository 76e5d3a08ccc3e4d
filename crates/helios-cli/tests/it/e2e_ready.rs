//! What a page loads while it runs is there before the frame that asked for it is taken, however slowly it comes, and is
//! there in the same frame whoever draws it.

use crate::film::assert_same;
use crate::run::Place;
use crate::web::Web;
use std::process::Command;
use std::time::Duration;

const HEAD: &str = r#"<!doctype html><meta name="helios" content="width=64,height=64,fps=10,duration=1.2"><style>body{margin:0}</style><body>"#;
/// Frame 5 comes 500 ms after frame 0.
const AT: usize = 5;

/// A server that answers `path` after this long.
fn slow(millis: u64, kind: &'static str, body: &'static str) -> Web {
    Web::start(move |path| {
        if path.split('?').next() != Some("/late") {
            return Some((404, String::new(), Vec::new()));
        }
        std::thread::sleep(Duration::from_millis(millis));
        let headers =
            format!("Content-Type: {kind}\r\nAccess-Control-Allow-Origin: *\r\nCache-Control: no-store\r\n");
        Some((200, headers, body.into()))
    })
}

/// The frames of the page, whose script asks for `URL`.
#[track_caller]
fn hashes(script: &str, web: &Web, args: &[&str]) -> Vec<String> {
    let place = Place::new();
    let page = format!("{HEAD}<script>{script}</script>").replace("URL", &web.url("/late"));
    place.write("page.html", &page);
    let (stderr, hashes) = place.succeeds(&[&["page.html"], args].concat());
    assert!(!stderr.contains("uncaught"), "{stderr}");
    hashes
}

/// Renders the page with quick and slow answers, as a whole and in parts: always the same frames, and the effect is there
/// from frame [`AT`] on.
#[track_caller]
fn in_its_frame(kind: &'static str, body: &'static str, script: &str) {
    in_its_frame_by(
        &[&[], &["--concurrency", "1"], &["--concurrency", "3"], &["--capture", "screenshot"]],
        kind,
        body,
        script,
    );
}

/// Like [`in_its_frame`], by each of these ways; the first with quick answers is what is meant.
#[track_caller]
pub fn in_its_frame_by(ways: &[&[&str]], kind: &'static str, body: &'static str, script: &str) {
    let meant = hashes(script, &slow(0, kind, body), ways[0]);
    assert!(meant[..AT].iter().all(|hash| *hash == meant[0]), "too early: {meant:?}");
    assert_ne!(meant[AT], meant[0], "not in frame {AT}: {meant:?}");
    for args in ways {
        assert_eq!(hashes(script, &slow(300, kind, body), args), meant, "{args:?}");
    }
}

/// A module that draws from its first moment on, and takes its time from it.
pub const MODULE: &str =
    "document.body.style.background = '#a00'; const began = performance.now(); let n = 0;
    const bar = document.body.appendChild(document.createElement('div'));
    bar.style.cssText = `height: 20px; width: ${Math.round(began / 20)}px; background: #00a`;
    requestAnimationFrame(function f() { bar.style.marginTop = 2 * ++n + 'px'; requestAnimationFrame(f) });";

#[test]
fn a_module_that_is_imported_late() {
    in_its_frame("text/javascript", MODULE, "setTimeout(() => import('URL'), 500)");
}

#[test]
fn modules_one_after_the_other() {
    let script = "setTimeout(async () => { await import('URL?1'); await import('URL?2') }, 500)";
    in_its_frame("text/javascript", MODULE, script);
}

#[test]
fn a_module_that_comes_in_the_middle_of_the_frame_waits_for_its_end() {
    // The page is busy with the frame for so long that a quick answer comes before its animation frames, a slow one after.
    let busy = slow(150, "text/plain", "");
    let script = format!("setTimeout(() => {{ import('URL'); fetch('{}') }}, 500)", busy.url("/late"));
    in_its_frame("text/javascript", MODULE, &script);
}

#[test]
fn a_module_that_is_imported_under_a_hold() {
    let script = "setTimeout(async () => { const release = helios.hold('the module'); await import('URL'); release() }, 500)";
    in_its_frame("text/javascript", MODULE, script);
}

/// The first pass, in which nothing was waited for, leaves nothing behind, and the captions stay.
#[test]
fn a_replay_that_starts_over_finds_nothing_kept() {
    let web = slow(0, "text/javascript", MODULE);
    let place = Place::new();
    let script = r#"
        const found = [localStorage.n, sessionStorage.n, document.cookie].filter(Boolean);
        localStorage.n = sessionStorage.n = document.cookie = "n=1";
        addEventListener("pagehide", () => { sessionStorage.n = 2 });
        const done = helios.hold("the database"), request = indexedDB.open("kept");
        request.onupgradeneeded = () => { found.isNew = true };
        request.onsuccess = () => {
          if (!found.isNew) found.push("a database");
          document.body.append(found.join());
          done();
        };
        setTimeout(() => import("URL"), 500);"#;
    let page = format!("{HEAD}<script>{script}</script>").replace("URL", &web.url("/late"));
    place.write("page.html", &page);
    place.write("c.srt", "1\n00:00:00,000 --> 00:00:02,000\nIIII\n");
    let late = |captions: &[&str]| {
        let all = place.hashes("page.html", "all.mp4", &[captions, &["--concurrency", "1"]].concat()).hashes;
        let part =
            place.hashes("page.html", "part.mp4", &[captions, &["--start-frame", "8"]].concat()).hashes;
        assert_eq!(part, all[8..], "{captions:?}");
        part
    };
    assert_ne!(late(&[]), late(&["--captions", "c.srt"]));
}

/// What an observer starts begins in the frame in which there was something to observe, drawn or not.
#[test]
fn observers_of_what_only_others_change() {
    let place = Place::new();
    let page = r#"<!doctype html><meta name="helios" content="width=96,height=64,fps=30,duration=1.5">
        <style>body { margin: 0 } p { margin: 0; height: 10px } i { position: absolute; left: 0; width: 12px; height: 12px; background: #07c;
        transition: left .6s linear } .on { left: 80px }
        #fold { height: 0; overflow: hidden } #box { position: absolute; top: 12px; box-sizing: border-box; width: 60px; height: 10px; background: #ddd }</style>
        <div id=fold><p id=inside></p></div><div id=box></div><i id=a style="top: 25px"></i><i id=b style="top: 45px"></i><script>
        new IntersectionObserver(([e]) => { if (e.intersectionRatio > .5) a.className = "on" }, { threshold: .5 }).observe(inside);
        new ResizeObserver(([e]) => { if (e.contentRect.width < 60) b.className = "on" }).observe(box);
        setTimeout(() => { fold.style.height = "10px" }, 300);
        setTimeout(() => { box.style.padding = "0 5px" }, 500);
        </script>"#;
    place.write("page.html", page);
    let alone = place.hashes("page.html", "1.mp4", &["--concurrency", "1"]);
    let mut distinct = alone.hashes.clone();
    distinct.sort_by_key(|hash| hash.0);
    distinct.dedup();
    assert!(distinct.len() > 20, "it moves: {} pictures", distinct.len());
    for workers in ["2", "5"] {
        let shared = place.hashes("page.html", "n.mp4", &["--concurrency", workers]);
        assert_same(&shared, &alone, &format!("{workers} workers"));
    }
}

#[test]
fn a_script_element() {
    let script = "setTimeout(() => { const s = document.createElement('script'); s.src = 'URL'; document.body.append(s) }, 500)";
    in_its_frame("text/javascript", MODULE, script);
}

#[test]
fn a_style_sheet() {
    let link = "setTimeout(() => { const l = document.createElement('link'); l.rel = 'stylesheet'; l.href = 'URL'; document.head.append(l) }, 500)";
    in_its_frame("text/css", "body { background: #a00 }", link);
    let import = "setTimeout(() => { const s = document.createElement('style'); s.textContent = '@import \"URL\"'; document.head.append(s) }, 500)";
    in_its_frame("text/css", "body { background: #a00 }", import);
}

pub const SVG: &str = "<svg xmlns='http://www.w3.org/2000/svg' width='64' height='64'><rect width='64' height='64' fill='#a00'/></svg>";

#[test]
fn pictures() {
    for script in [
        "setTimeout(() => { document.body.append(Object.assign(new Image(), { src: 'URL' })) }, 500)",
        "setTimeout(() => { document.body.style.background = 'url(URL)' }, 500)",
        "document.head.append(Object.assign(document.createElement('style'), { textContent: '.on { background: url(URL) }' }));
         setTimeout(() => { document.body.className = 'on' }, 500)",
        "setTimeout(() => { document.body.innerHTML = '<svg width=64 height=64><image href=URL width=64 height=64 /></svg>' }, 500)",
        "setTimeout(() => { document.body.innerHTML = '<picture><source srcset=URL><img></picture>' }, 500)",
    ] {
        let meant = hashes(script, &slow(0, "image/svg+xml", SVG), &[]);
        assert_ne!(meant[AT], meant[AT - 1], "{script}");
        assert_eq!(hashes(script, &slow(300, "image/svg+xml", SVG), &["--concurrency", "2"]), meant, "{script}");
    }
}

/// A font of the page that nothing is written in for a minute: in its frame whoever draws it, also by a worker that begins after it.
#[test]
fn fonts_that_are_first_used_after_a_minute() {
    let place = Place::new();
    let found = Command::new("fc-match").args(["--format=%{file}", "DejaVu Serif:bold"]).output().unwrap();
    let font = String::from_utf8(found.stdout).unwrap();
    std::fs::copy(&font, place.path().join("late.ttf")).unwrap();
    let page = |first: &str| {
        format!(
            "<!doctype html><meta name=helios content='width=64,height=64,fps=1,duration=70'>
            <style>@font-face {{ font-family: Late; src: url(late.ttf) }} body {{ margin: 0; background: #fff }}
            p {{ margin: 0; font: 40px {first}; animation: late 100s step-end both }}
            @keyframes late {{ 60.5% {{ font-family: Late }} }}</style><p>Rag"
        )
    };
    place.write("page.html", &page("monospace"));
    place.write("early.html", &page("Late"));
    let alone = place.hashes("page.html", "1.mp4", &["--concurrency", "1"]);
    let changes: Vec<usize> =
        (1..70).filter(|frame| alone.hashes[*frame] != alone.hashes[frame - 1]).collect();
    assert_eq!(changes, [61]);
    assert_same(&place.hashes("page.html", "7.mp4", &["--concurrency", "7"]), &alone, "7 workers");
    for (page, source) in [("page.html", "tap"), ("page.html", "screenshot"), ("early.html", "tap")] {
        let args = ["--start-frame", "65", "--frame-count", "3", "--capture", source];
        assert_eq!(place.hashes(page, "part.mp4", &args).hashes, alone.hashes[65..68], "{page}, {source}");
    }
}

#[test]
fn what_is_imported_while_loading_is_there_in_frame_0() {
    let script = "import('URL')";
    let meant = hashes(script, &slow(0, "text/javascript", MODULE), &[]);
    let plain = hashes("", &slow(0, "text/javascript", ""), &[]);
    assert_ne!(meant[0], plain[0]);
    assert_eq!(hashes(script, &slow(300, "text/javascript", MODULE), &["--concurrency", "2"]), meant);
}

#[test]
fn a_module_that_never_comes_is_named() {
    let web = Web::start(|_| None);
    let place = Place::new();
    let url = web.url("/never.js");
    place.write("page.html", &format!("{HEAD}<script>setTimeout(() => import('{url}'), 500)</script>"));
    for range in [&["--start-frame", "0"], &["--start-frame", "8"]] {
        let args = ["render", "page.html", "--timeout", "2", "--retries", "0"];
        let stderr = place.fails(75, &[&args[..], range].concat());
        assert!(stderr.contains("frame 5: timed out after 2 s waiting for the script"), "{stderr}");
        assert!(stderr.contains(&url), "{stderr}");
    }
}

#[test]
fn what_never_ends_holds_nothing() {
    let web = Web::start(|path| match path {
        "/events" => Some((
            200,
            "Content-Type: text/event-stream\r\nAccess-Control-Allow-Origin: *\r\n".to_owned(),
            "data: x\n\n".into(),
        )),
        _ => None,
    });
    let place = Place::new();
    let (events, never, socket) =
        (web.url("/events"), web.url("/never"), web.url("/socket").replace("http", "ws"));
    let script = format!(
        "setTimeout(() => {{ new EventSource('{events}'); new WebSocket('{socket}'); navigator.sendBeacon('{never}') }}, 500)"
    );
    place.write("page.html", &format!("{HEAD}<script>{script}</script>"));
    let (stderr, hashes) = place.succeeds(&["page.html"]);
    assert_eq!(hashes.len(), 12);
    assert!(stderr.contains("frame 5: the page opens an EventSource"), "{stderr}");
    assert!(stderr.contains("frame 5: the page opens a WebSocket"), "{stderr}");
}

#[test]
fn the_focus_that_is_passed_on_for_ever_holds_nothing() {
    let place = Place::new();
    let page = r#"<!doctype html><meta name="helios" content="width=64,height=64,fps=10,duration=0.2"><button id=a></button><button id=b></button><script>
        const pass = (from, to) => from.addEventListener("blur", () => {
            to.hidden = false;
            to.focus();
            const later = new MessageChannel();
            later.port1.onmessage = () => { to.hidden = true };
            later.port2.postMessage(0);
        });
        pass(a, b);
        pass(b, a);
        a.focus();
        requestAnimationFrame(() => { a.hidden = true });
        </script>"#;
    place.write("page.html", page);
    let (_, hashes) = place.succeeds(&["page.html"]);
    assert_eq!(hashes.len(), 2);
}
