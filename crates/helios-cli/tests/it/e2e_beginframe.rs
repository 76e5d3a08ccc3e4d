//! Chromium's own virtual time against our clock: where both can be exact, the same pixels come out. And what the source must do
//! like any other: any number of workers, pages that fail.

use crate::film::{assert_same, example};
use crate::run::Place;
use crate::{e2e_raster, e2e_ready};
use helios_job::FrameHashes;

/// At five frames a second every frame falls on a tenth of a millisecond, the finest that Chromium's animations know.
const FPS: [&str; 2] = ["--fps", "5"];

struct Compared {
    place: Place,
    input: String,
    size: [&'static str; 4],
}

impl Compared {
    fn example(name: &str) -> Compared {
        let size = ["--width", "320", "--height", "180"];
        Compared { place: Place::new(), input: example(name), size }
    }

    fn hashes(&self, args: &[&str]) -> FrameHashes {
        self.place.hashes(&self.input, "x.mp4", &[&self.size, &FPS[..], args].concat())
    }

    /// Asserts that Chromium's clock and ours make the same frames, but for those `except`ed, which docs/capture.md explains.
    #[track_caller]
    fn same(&self, except: &[u32]) {
        let ours = self.hashes(&["--capture", "tap"]);
        let native = self.hashes(&["--capture", "beginframe"]);
        assert_eq!(native.hashes.len(), ours.hashes.len());
        let frames = (0..).zip(native.hashes.iter().zip(&ours.hashes));
        let differ: Vec<u32> = frames.filter(|(_, (a, b))| a != b).map(|(frame, _)| frame).collect();
        assert!(differ.iter().all(|frame| except.contains(frame)), "{}: {differ:?} differ", self.input);
        let shared = self.hashes(&["--capture", "beginframe", "--concurrency", "3"]);
        assert_same(&shared, &native, &format!("{} by 3 workers", self.input));
    }
}

#[test]
fn simple_canvas_animation() {
    Compared::example("simple-canvas-animation").same(&[]);
}

#[test]
fn css_title() {
    Compared::example("css-title").same(&[1, 17, 18, 19]);
}

#[test]
fn gsap_timeline() {
    Compared::example("gsap-timeline").same(&[]);
}

#[test]
fn three_scene() {
    Compared::example("three-scene").same(&[]);
}

#[test]
fn stateful_particles() {
    Compared::example("stateful-particles").same(&[]);
}

#[test]
fn timers_and_dates() {
    Compared::example("timers-and-dates").same(&[]);
}

/// Every clock that a page can read or be moved by, as text and as places.
const CLOCKS: &str = r#"<!doctype html><meta name="helios" content="width=320,height=180,fps=5,duration=4">
<style>
  body { margin: 0; background: #eee; font: 11px/13px monospace; white-space: pre }
  div { position: absolute; left: 260px; width: 9px; height: 9px; background: #c30 }
  #css { animation: fall 3s .5s ease-in-out 2 alternate both }
  #transition { left: 280px; transition: top 1.5s .25s cubic-bezier(.3, -.5, .6, 1.4) }
  #script { left: 300px }
  @keyframes fall { from { top: 5px } to { top: 160px } }
</style><body><p id=out style="margin:0"></p><div id=css></div><div id=transition style="top:5px"></div><div id=script></div>
<svg width=40 height=40 style="position:absolute;left:200px;top:120px"><circle r=8 cx=8 cy=8><animate attributeName=cx values="8;14;20;26;32" calcMode=discrete dur=2.9s /></circle></svg>
<script>
  const lines = {}, show = (name, ...values) => { lines[name] = values.map((value) => +(+value).toFixed(3)).join(" ") };
  const say = (name) => show(name, performance.now(), Date.now() - Date.UTC(2026, 0), document.timeline.currentTime);
  let ticks = 0, beats = 0;
  say("load");
  show("year", new Date().getFullYear());
  setInterval(() => { ticks++; say("interval") }, 130);
  setTimeout(function again() { beats++; say("chain"); setTimeout(again, 70 + beats % 3) }, 0);
  setTimeout(() => { transition.style.top = "150px" }, 700);
  setTimeout(() => script.animate([{ top: "10px" }, { top: "150px" }], { duration: 1700, fill: "both" }), 333);
  script.addEventListener("click", (event) => show("event", event.timeStamp));
  css.addEventListener("animationend", () => say("end"));
  helios.onFrame(({ frame, time }) => { show("frame", frame, time, performance.now()); script.click() });
  requestAnimationFrame(function draw(t) {
    say("raf");
    show("stamp", t);
    out.textContent = Object.entries(lines).map(([name, text]) => `${name} ${text}`).join("\n")
      + `\n${ticks} ${beats} ${Math.random()} ${crypto.getRandomValues(new Uint8Array(2))}`;
    requestAnimationFrame(draw);
  });
</script>"#;

#[test]
fn every_clock_of_a_page() {
    let place = Place::new();
    place.write("page.html", CLOCKS);
    let size = ["--width", "320", "--height", "180"];
    Compared { place, input: "page.html".to_owned(), size }.same(&[]);
}

const HEAD: &str = r#"<!doctype html><meta name="helios" content="width=64,height=64,fps=10,duration=0.8">"#;

fn page(body: &str) -> Place {
    let place = Place::new();
    place.write("page.html", &format!("{HEAD}{body}"));
    place.write("green.html", &format!("{HEAD}<body style='background:#0a0'>"));
    place
}

#[track_caller]
fn fails(code: i32, body: &str, words: &[&str]) {
    let args = ["render", "page.html", "--capture", "beginframe", "--timeout", "4", "--retries", "0"];
    let stderr = page(body).fails(code, &args);
    let error = stderr.split("error: ").nth(1).unwrap();
    for word in words {
        assert!(error.contains(word), "{word:?} is not in: {stderr}");
    }
}

#[test]
fn pages_that_fail() {
    fails(64, r#"<script>throw new Error("boom")</script>"#, &["while loading", "boom", "page.html:1:"]);
    fails(75, r#"<script>helios.hold("the map")</script>"#, &[r#"hold "the map" was not released"#]);
    let at_5 =
        |what: &str| format!("<script>helios.onFrame(({{frame}}) => {{ if (frame === 5) {what} }})</script>");
    fails(75, &at_5("helios.hold('late')"), &["frame 5: ", r#"hold "late" was not released"#]);
    fails(75, &at_5("for (;;);"), &["frame 5: ", "endless loop"]);
    fails(64, &at_5("location.href = 'green.html'"), &["frame 5: ", "green.html", "--duration"]);
}

#[test]
fn pages_that_move_while_they_load_or_shout() {
    let rendered = |body: &str| page(body).succeeds(&["page.html", "--capture", "beginframe"]);
    let (_, green) = rendered("<body style='background:#0a0'>");
    for body in [
        r#"<script>location.replace("green.html")</script>"#,
        r#"<script>setTimeout(() => { location.href = "green.html" })</script>"#,
        r#"<meta http-equiv="refresh" content="0;url=green.html">"#,
        "<body style='background:#0a0'><script>alert('hi'); confirm('sure'); window.close(); window.open('green.html');\
         requestAnimationFrame(() => { for (let i = 0; i < 10000; i++) console.warn('line ' + i) })</script>",
        "<script>onload = async () => { const release = helios.hold(); await fetch('green.html');\
         document.body.style.background = '#0a0'; release() }</script><body>",
    ] {
        let (stderr, hashes) = rendered(body);
        assert_eq!(hashes, green, "{body}: {stderr}");
    }
}

#[test]
fn errors_bear_the_frame_that_made_them() {
    let body = "<script>let n = 0; requestAnimationFrame(function f() { requestAnimationFrame(f); throw new Error('n ' + n++) })</script>";
    let (stderr, _) = page(body).succeeds(&["page.html", "--capture", "beginframe"]);
    for frame in 0..8 {
        let line = format!("frame {frame}: uncaught Error: n {frame}\n");
        assert!(stderr.contains(&line), "{line:?} is not in: {stderr}");
    }
    assert!(!stderr.contains("<anonymous>"), "frames of our own: {stderr}");
}

/// Elements that are groups or not by what was drawn before, in a page that is jumped about in.
#[test]
fn drawings_do_not_depend_on_history() {
    let place = Place::new();
    place.write("groups.html", e2e_raster::GROUPS);
    let hashes = |args: &[&str]| {
        place.hashes("groups.html", "x.mp4", &[&["--capture", "beginframe"], args].concat()).hashes
    };
    // Without renewals the boxes that grow would be no groups, and differ from those of the tap.
    let ours = place.hashes("groups.html", "x.mp4", &["--capture", "tap", "--fps", "10"]).hashes;
    assert_eq!(hashes(&["--fps", "10"]), ours);
    let alone = hashes(&[]);
    for start in ["12", "20", "27"] {
        assert_eq!(hashes(&["--start-frame", start]), alone[start.parse().unwrap()..], "from frame {start}");
    }
    // Passed frames are no drawings, but leave their traces in Chromium.
    place.write("groups.html", &e2e_raster::GROUPS.replace("helios.seekable = true;", ""));
    assert_eq!(hashes(&["--concurrency", "3"]), alone);
}

/// What it does comes to the frame before the frame's callbacks run, where our clock puts it after them.
#[test]
fn what_is_loaded_late_is_there_in_its_frame() {
    let one: &[&str] = &["--capture", "beginframe"];
    let three: &[&str] = &["--capture", "beginframe", "--concurrency", "3"];
    e2e_ready::in_its_frame_by(
        &[one, three],
        "text/javascript",
        e2e_ready::MODULE,
        "setTimeout(() => import('URL'), 500)",
    );
    // The name of `URL` is written so that it stays.
    let picture = "setTimeout(async () => { const image = await fetch('URL'); const blob = await image.blob();
        document.body.append(Object.assign(new Image(), { src: self['\\x55RL']['createObject\\x55RL'](blob) })) }, 500)";
    e2e_ready::in_its_frame_by(
        &[one, three, &["--capture", "tap"]],
        "image/svg+xml",
        e2e_ready::SVG,
        picture,
    );
}

#[test]
fn strict_ends_a_render_or_a_still_at_the_frame_of_the_error() {
    for script in [
        "setTimeout(() => { throw new Error('boom') }, 250)",
        "new Worker('idle.js'); requestAnimationFrame(function f(t) { if (t > 300) throw new Error('boom'); requestAnimationFrame(f) })",
        "helios.onFrame(({frame}) => { if (frame === 3) throw new Error('boom') })",
    ] {
        let place = page(&format!("<script>{script}</script>"));
        place.write("idle.js", "");
        for args in [&["render", "--start-frame", "6"], &["still", "--frame", "7"]] {
            let args = [&[args[0], "page.html", "--strict", "--capture", "beginframe"], &args[1..]].concat();
            let stderr = place.fails(64, &args);
            assert!(stderr.contains("frame 3: passed, not drawn: uncaught Error: boom"), "{stderr}");
            assert!(stderr.contains("error: frame 3: the page failed"), "{stderr}");
        }
    }
}

#[test]
fn check_looks_at_the_page_in_the_window() {
    let place = page(
        "<p style='font-family: Nowhere'>text</p><script>setTimeout(() => { throw new Error('boom') }, 250)</script>",
    );
    let answer = place.helios(&["check", "page.html", "--capture", "beginframe", "--json"]);
    assert_eq!(answer.code, Some(1), "{answer:?}");
    let report: serde_json::Value = serde_json::from_str(&answer.stdout).unwrap();
    assert_eq!(report["page"]["capture"], "beginframe");
    let found: Vec<(&str, Option<u64>)> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| (finding["code"].as_str().unwrap(), finding["frame"].as_u64()))
        .collect();
    assert!(found.contains(&("page-error", Some(3))), "{found:?}");
    assert!(found.iter().any(|(code, _)| *code == "font-missing"), "{found:?}");
    assert!(!found.iter().any(|(code, _)| *code == "not-exact"), "{found:?}");
}
