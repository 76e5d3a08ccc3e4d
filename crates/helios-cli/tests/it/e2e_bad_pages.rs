//! Pages that throw, hang, leave, shout or fight the frame they are in: an error that says what to do, or a video and a
//! warning. Nothing hangs, nothing stays behind.

use crate::live::Live;
use crate::run::Place;
use crate::web::Web;
use std::sync::OnceLock;

const HEAD: &str = r#"<!doctype html><meta name="helios" content="width=64,height=64,fps=10,duration=0.8">"#;
/// The page next to the page: what navigations lead to, and what undisturbed pictures look like.
const GREEN: &str = r#"<body style="background:#0a0">"#;

/// The frames of the green page.
static UNDISTURBED: OnceLock<Vec<String>> = OnceLock::new();

/// A place with a page made of `body`, and the green page beside it.
fn place(body: &str) -> Place {
    let place = Place::new();
    std::fs::write(place.path().join("page.html"), format!("{HEAD}{body}")).unwrap();
    std::fs::write(place.path().join("green.html"), format!("{HEAD}{GREEN}")).unwrap();
    place
}

/// Renders the page, which must fail; every one of `words` must be in the error. One attempt: waiting takes time.
#[track_caller]
fn fails(code: i32, body: &str, args: &[&str], words: &[&str]) {
    let common = ["render", "page.html", "--timeout", "4", "--retries", "0"];
    let stderr = place(body).fails(code, &[&common, args].concat());
    let error = stderr.split("error: ").nth(1).unwrap();
    for word in words {
        assert!(error.contains(word), "{word:?} is not in: {stderr}");
    }
}

/// Renders the page, which must succeed. Returns what was said, and whether it looks as the green page does.
#[track_caller]
fn succeeds(body: &str) -> (String, bool) {
    let place = place(body);
    let (stderr, hashes) = place.succeeds(&["page.html"]);
    let green = UNDISTURBED.get_or_init(|| place.succeeds(&["green.html"]).1);
    (stderr, hashes == *green)
}

#[test]
fn errors_while_loading() {
    fails(
        64,
        r#"<script>throw new Error("boom")</script>"#,
        &[],
        &["while loading", "Error: boom", "page.html:1:"],
    );
    fails(
        64,
        r#"<script type="module">await Promise.reject(new Error("no data"))</script>"#,
        &[],
        &["no data"],
    );
    fails(64, "<script>let a = ;</script>", &[], &["SyntaxError", "page.html"]);
}

#[test]
fn a_rejection_that_is_caught_late_is_no_error() {
    let late =
        "<script>const p = Promise.reject(new Error('late')); setTimeout(() => p.catch(() => {}))</script>";
    let (stderr, green) = succeeds(&format!("{GREEN}{late}"));
    assert!(green, "{stderr}");
}

#[test]
fn waits_in_vain_name_what_was_waited_for() {
    let web = Web::start(|_| None);
    let script = format!(r#"<script src="{}"></script>"#, web.url("/x.js"));
    fails(75, &script, &[], &["4 s", "no complete answer from", &web.url("/x.js"), "--timeout"]);
    let hold = r#"<script>helios.hold("the map tiles")</script>"#;
    fails(75, hold, &[], &[r#"hold "the map tiles" was not released"#, "--timeout"]);
    let late =
        r#"<script>helios.onFrame(({frame}) => { if (frame === 5) helios.hold("late data") })</script>"#;
    fails(75, late, &[], &["frame 5: ", r#"hold "late data" was not released"#]);
}

#[test]
fn endless_loops() {
    fails(75, "<script>for (;;);</script>", &[], &["the page to load", "endless loop", "--timeout"]);
    let later = "<script>helios.onFrame(({frame}) => { if (frame === 6) for (;;); })</script>";
    fails(75, later, &[], &["frame 6: ", "endless loop"]);
}

#[test]
fn a_page_that_does_not_load_is_tried_twice_and_no_more() {
    let place = place(r#"<script>helios.hold("nothing")</script>"#);
    let stderr = place.fails(75, &["render", "page.html", "--timeout", "3"]);
    assert_eq!(stderr.matches("trying again").count(), 1, "{stderr}");
    assert!(stderr.contains("(2 attempts)"), "{stderr}");
}

#[test]
fn a_page_that_leaves_later_is_refused() {
    let at_frame_5 =
        |what: &str| format!("<script>helios.onFrame(({{frame}}) => {{ if (frame === 5) {what} }})</script>");
    fails(64, &at_frame_5("location.href = 'green.html'"), &[], &["frame 5: ", "green.html", "--duration"]);
    fails(64, &at_frame_5("location.reload()"), &[], &["frame 5: ", "page.html"]);
    let screenshot = ["--capture", "screenshot"];
    fails(64, &at_frame_5("location.href = 'green.html'"), &screenshot, &["frame 5: ", "green.html"]);
}

#[test]
fn a_page_that_never_settles_is_refused() {
    fails(
        64,
        "<script>location.replace(location.href + 'x')</script>",
        &["--duration", "1"],
        &["x: HTTP 404"],
    );
    let turning = "<script>location.replace('?' + (Number(location.search.slice(1)) + 1))</script>";
    fails(64, turning, &[], &["replaced itself 20 times while loading"]);
}

#[test]
fn canvas_mode() {
    fails(64, "<p>no canvas", &["--mode", "canvas"], &["no canvas", "--mode dom"]);
    let grows = "<canvas id=c width=64 height=64></canvas>\
                 <script>helios.onFrame(({frame}) => { if (frame === 5) c.width = 128 })</script>";
    fails(64, grows, &["--mode", "canvas"], &["frame 5: ", "128 x 64", "64 x 64"]);
}

#[test]
fn a_page_whose_process_dies_is_tried_again_and_then_given_up() {
    let web = Web::start(|_| None);
    let place = place(&format!(r#"<script src="{}"></script>"#, web.url("/x.js")));
    let live = Live::start(&place, &["render", "page.html", "--timeout", "20"]);
    for _ in 0..2 {
        // Asked for by the page: it is its process, and not a spare one, that is killed now.
        web.asked.recv().unwrap();
        let members = live.members();
        let renderers: Vec<_> = members.iter().filter(|member| member.has("--type=renderer")).collect();
        assert!(!renderers.is_empty());
        renderers.iter().for_each(|renderer| renderer.kill());
    }
    let ended = live.end();
    assert_eq!(ended.answer.code, Some(75), "{}", ended.answer.stderr);
    assert!(
        ended.answer.stderr.contains("error: failed to read the page (2 attempts)"),
        "{}",
        ended.answer.stderr
    );
    assert!(ended.answer.stderr.contains("the page crashed"), "{}", ended.answer.stderr);
    assert_eq!(ended.left, [""; 0]);
    assert_eq!(place.files(), ["green.html", "page.html", "test.html"]);
}

#[test]
fn dialogs_do_not_block() {
    let (stderr, green) = succeeds(&format!(
        "{GREEN}<script>alert('hi'); if (!confirm('sure')) throw 1; prompt('name');\
         onbeforeunload = (event) => {{ event.preventDefault(); return 'stay' }}</script>"
    ));
    assert!(green, "{stderr}");
    for dialog in [r#"alert("hi")"#, r#"confirm("sure")"#, r#"prompt("name")"#] {
        assert!(stderr.contains(dialog), "{stderr}");
    }
}

#[test]
fn a_page_may_move_while_it_loads() {
    for moving in [
        r#"<meta http-equiv="refresh" content="0;url=green.html"><p>old"#,
        r#"<script>location.replace("green.html")</script><p>old"#,
        r#"<script>onload = () => { location.href = "green.html" }</script><p>old"#,
        r#"<script>setTimeout(() => { location.href = "green.html" })</script><p>old"#,
    ] {
        let (stderr, green) = succeeds(moving);
        assert!(green, "{moving}: {stderr}");
    }
}

#[test]
fn the_window_around_the_page_stays() {
    for (attack, said) in [
        (
            "if (top !== self) top.location = self.location",
            "does not go to http://helios.localhost/page.html",
        ),
        ("onload = () => { parent.location.reload() }", "does not go to"),
        ("top.close(); window.close()", "close() of the window"),
        (
            "document.write('<base target=_top><a id=a href=green.html></a>'); onload = () => a.click()",
            "green.html",
        ),
    ] {
        let (stderr, green) = succeeds(&format!("{GREEN}<script>{attack}</script>"));
        assert!(green, "{attack}: {stderr}");
        assert!(stderr.contains(said), "{attack}: {stderr}");
    }
}

#[test]
fn other_windows_are_named_and_change_nothing() {
    let (stderr, green) = succeeds(&format!(
        "{GREEN}<a target=_blank href=page.html id=a></a><script>window.open('green.html?popup'); if (!opener) a.click();\
         helios.onFrame(({{frame}}) => {{ if (frame === 3) window.open('about:blank', 'x', 'width=300') }})</script>"
    ));
    assert!(green, "{stderr}");
    assert!(stderr.contains("opened another window (http://helios.localhost/green.html?popup)"), "{stderr}");
    assert!(stderr.contains("frame 3: the page opened another window (about:blank)"), "{stderr}");
}

#[test]
fn moving_within_the_page_is_no_leaving() {
    let (stderr, green) = succeeds(&format!(
        "{GREEN}<script>history.pushState({{}}, '', '/other/path'); helios.onFrame(({{frame}}) => {{\
         history.pushState({{}}, '', '/f' + frame); location.hash = 'h' + frame }})</script>"
    ));
    assert!(green, "{stderr}");
}

#[test]
fn a_document_that_is_written_anew_goes_on() {
    let written = "<style>body { background: white; font: 30px sans-serif }</style><body><script>let n = 0;\
                   requestAnimationFrame(function f() { document.body.textContent = ++n; requestAnimationFrame(f) })</scr";
    let page = format!(
        "<script>onload = () => {{ document.open(); document.write({written:?} + 'ipt>'); document.close() }}</script>"
    );
    let args = ["page.html", "--width", "64", "--height", "64", "--fps", "10", "--duration", "0.8"];
    let (stderr, mut hashes) = place(&page).succeeds(&args);
    hashes.sort();
    hashes.dedup();
    assert!(hashes.len() >= 7, "the animation stands still: {hashes:?} {stderr}");
}

#[test]
fn a_page_of_20000_pixels_shows_its_top() {
    let (stderr, green) = succeeds(&format!("{GREEN}<div style='height:20000px'></div>"));
    assert!(green, "{stderr}");
}

#[test]
fn errors_bear_the_frame_that_made_them() {
    for (kind, how) in [
        ("thrown", "throw new Error('thrown ' + n++)"),
        ("rejected", "Promise.reject(new Error('rejected ' + n++))"),
    ] {
        for capture in ["tap", "screenshot"] {
            let page = format!(
                "<script>let n = 0; requestAnimationFrame(function f() {{ requestAnimationFrame(f); {how} }})</script>"
            );
            let (stderr, _) = place(&page).succeeds(&["page.html", "--capture", capture]);
            // The first callback may run in the first frame or before it; from then on it is one for each frame.
            let first = usize::from(!stderr.contains(&format!("frame 0: uncaught Error: {kind} 0")));
            for frame in 0..8 - first {
                let line = format!("frame {frame}: uncaught Error: {kind} {}", frame + first);
                assert!(stderr.contains(&line), "{line:?} is not in: {stderr}");
            }
            assert!(!stderr.contains("<anonymous>"), "frames of our own: {stderr}");
        }
    }
}

#[test]
fn ten_thousand_lines_hide_no_warning() {
    let (stderr, green) = succeeds(&format!(
        "{GREEN}<script>for (let i = 0; i < 10000; i++) console.log('line ' + i); console.warn('odd');\
         requestAnimationFrame(() => {{ for (let i = 0; i < 10000; i++) console.warn('warn ' + i) }})</script>"
    ));
    assert!(green, "{stderr}");
    assert!(stderr.contains("console.warning: odd") || stderr.contains("came too fast"), "{stderr}");
    assert!(stderr.contains("too much") || stderr.contains("came too fast"), "{stderr}");
    assert!(stderr.lines().count() < 450, "{} lines", stderr.lines().count());
}

#[test]
fn a_script_that_is_not_there_is_a_warning() {
    let (stderr, green) = succeeds(&format!("{GREEN}<script src='nope.js'></script>"));
    assert!(green, "{stderr}");
    assert!(stderr.contains("script: http://helios.localhost/nope.js: HTTP 404"), "{stderr}");
}
