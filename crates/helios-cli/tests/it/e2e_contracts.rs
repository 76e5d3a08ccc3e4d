//! Pages that speak the contracts of other tools: the same frames as a page of our own that draws the same, from every worker; their
//! sound; what is said of those that go wrong. The pages are written by hand; docs/adapters.md has the real tools.

use crate::e2e_video::{X264, number, source};
use crate::run::Place;
use crate::sounds::{RATE, Sum, tone};
use helios_job::{FrameHash, FrameHashes};

const SIZE: &str = "width=64,height=64,fps=10,duration=0.8";

/// What every page here draws for a frame: a bar that grows, and the text that is set, on black.
const DRAW: &str = r#"<style>body { margin: 0; background: #000 }</style><body><div id=bar style="height: 20px; background: #0a0"></div>
<i id=box style="position: absolute; top: 30px; left: 8px; width: 20px; height: 20px; background: #fa0"></i>
<script>const draw = (frame) => { bar.style.width = 4 + 7 * frame + "px"; box.style.visibility = frame >= 2 && frame < 5 ? "visible" : "hidden"; };</script>"#;

/// A bundle as `remotion bundle` writes it, of which every part takes its time: what is released comes by timers and animation frames.
const BUNDLE: &str = r##"
const handles = new Set(); let number = 0;
window.remotion_renderReady = false; window.remotion_delayRenderTimeouts = {}; window.remotion_delayRenderHandles = [];
const delayRender = (label) => { const id = ++number; handles.add(id); remotion_delayRenderTimeouts[id] = { label }; window.remotion_renderReady = false; return id; };
const continueRender = (id) => { handles.delete(id); delete remotion_delayRenderTimeouts[id]; if (handles.size === 0) window.remotion_renderReady = true; };
const root = delayRender("Loading root component");
setTimeout(() => continueRender(root), 30);
const props = () => ({ offset: 0, ...JSON.parse(window.remotion_inputProps) });
const metas = {
  Main: { width: 64, height: 64, fps: 10, durationInFrames: 8 },
  Wide: { width: 128, height: 64, fps: 25, durationInFrames: 50 },
  Stuck: { width: 64, height: 64, fps: 10, durationInFrames: 2 },
  Film: { width: 128, height: 64, fps: 10, durationInFrames: 8 },
};
const meta = (id) => ({ id, ...metas[id], serializedResolvedPropsWithCustomSchema: JSON.stringify(props()), serializedDefaultPropsWithCustomSchema: '{"offset":0}' });
window.remotion_getCompositionNames = () => Object.keys(metas);
window.getStaticCompositions = async () => Object.keys(metas).map(meta);
window.remotion_calculateComposition = (id) => new Promise((resolve) => setTimeout(() => resolve(meta(id)), 20));
// As <OffthreadVideo> does.
let shown = null;
const film = async (time) => {
  const id = delayRender("the video");
  const src = encodeURIComponent(location.origin + "/a.mp4");
  const answer = await fetch(`http://localhost:${window.remotion_proxyPort}/proxy?src=${src}&time=${time}&transparent=false`, { cache: "no-store" });
  if (answer.status !== 200) throw new Error((await answer.json()).error);
  const image = new Image();
  image.style = "position: absolute; left: 0; top: 0";
  image.src = URL.createObjectURL(await answer.blob());
  await image.decode();
  document.body.append(image);
  if (shown) {
    shown.remove();
    URL.revokeObjectURL(shown.src);
  }
  shown = image;
  continueRender(id);
};
let assets = [];
window.remotion_collectAssets = () => { const now = assets; assets = []; return now; };
window.remotion_setBundleMode = (mode) => {
  const id = delayRender("Waiting for root component");
  requestAnimationFrame(() => continueRender(id));
  if (mode.type !== "composition") return;
  const { offset } = JSON.parse(mode.serializedResolvedPropsWithSchema);
  const paint = (frame) => { draw(frame + offset); if (frame >= 2) assets = [{
    type: "audio", id: "audio-1", src: location.origin + "/tone.wav", frame, mediaFrame: frame - 2, volume: frame < 6 ? 0.5 : 0.25, playbackRate: 1, toneFrequency: 1, audioStartFrame: 0 }]; };
  paint(0);
  window.remotion_setFrame = (frame, name) => {
    const id = delayRender("Setting the current frame to " + frame);
    if (name === "Stuck") delayRender("the answer of the oracle");
    if (name === "Film") film([0, .1, .2, .3, 1.2, 1.3, .5, .6][frame]);
    setTimeout(() => { paint(frame); requestAnimationFrame(() => continueRender(id)); }, 15);
  };
};
"##;

fn remotion() -> Place {
    let place = Place::new();
    std::fs::remove_file(place.path().join("test.html")).unwrap();
    place.write(
        "build/index.html",
        &format!(
            "<!doctype html>{DRAW}<script>window.remotion_staticBase = '/static';</script>\
             <script>window.siteVersion = '11'; window.remotion_version = '4.0.1';</script>\
             <script src=bundle.js></script>"
        ),
    );
    place.write("build/bundle.js", BUNDLE);
    place.wav("build/tone.wav", RATE as u32, 1, &tone(28_800));
    place
}

/// Renders to x.mov. What was said, and the frames.
#[track_caller]
fn rendered(place: &Place, args: &[&str]) -> (String, Vec<FrameHash>) {
    let common = ["-o", "x.mov", "--audio-codec", "pcm", "--frame-hashes", "hashes", "--timeout", "10"];
    let stderr = place.render(&[args, &common].concat());
    let hashes: FrameHashes = std::fs::read_to_string(place.path().join("hashes")).unwrap().parse().unwrap();
    (stderr, hashes.hashes)
}

/// The frames of the page of our own that draws the same.
fn meant() -> Vec<FrameHash> {
    let place = Place::new();
    let page = format!(
        "<!doctype html><meta name=helios content='{SIZE}'>{DRAW}<script>helios.onFrame(({{ frame }}) => draw(frame))</script>"
    );
    place.write("page.html", &page);
    rendered(&place, &["page.html"]).1
}

#[test]
fn a_remotion_bundle() {
    let place = remotion();
    let meant = meant();
    for workers in ["1", "2"] {
        let args = ["build", "--composition", "Main", "--concurrency", workers];
        let (stderr, hashes) = rendered(&place, &args);
        assert!(stderr.contains(r#"The page is made for remotion 4.0.1, composition "Main""#), "{stderr}");
        assert_eq!(hashes, meant, "{workers} workers");
        let mut heard = Sum::silence(38_400);
        heard.add(9600, &tone(28_800)[..19_200], 0, 0.5);
        heard.add(28_800, &tone(28_800), 19_200, 0.25);
        // The change of volume takes 10 ms, because a step would be heard as a click.
        heard.assert_heard_but(&place.samples("x.mov"), 28_800..29_280, workers);
    }
    let (_, moved) = rendered(&place, &["build", "--composition", "Main", "--props", r#"{"offset":1}"#]);
    assert_eq!(moved[..7], meant[1..], "input props reach the composition");
}

/// Frames of a video: one after the other, then back, then on.
#[test]
fn a_video_of_a_remotion_bundle() {
    let place = remotion();
    source(&place, "build/a.mp4", "25", "2", X264);
    let flags = ["--composition", "Film", "--quality", "4"];
    let mut first = None;
    for workers in ["1", "3"] {
        let args = [flags.as_slice(), &["--concurrency", workers]].concat();
        let hashes = place.hashes("build", "x.mp4", &args);
        let shown: Vec<u32> =
            place.film("x.mp4").pixels().iter().map(|picture| number(picture, 0, 32, 16)).collect();
        assert_eq!(shown, [0, 2, 5, 7, 30, 32, 12, 15], "{workers} workers");
        assert_eq!(&hashes, first.get_or_insert_with(|| hashes.clone()), "{workers} workers");
    }
}

#[test]
fn what_goes_wrong_in_a_remotion_bundle() {
    let place = remotion();
    let none = place.refused(&["render", "build"]);
    assert!(none.contains("4 compositions, name one with --composition: Main, Wide, Stuck, Film"), "{none}");
    let missing = place.refused(&["render", "build", "--composition", "Mian"]);
    assert!(
        missing.contains(r#"no composition "Mian", name one with --composition: Main, Wide, Stuck, Film"#),
        "{missing}"
    );
    let stuck =
        place.helios(&["render", "build", "--composition", "Stuck", "--timeout", "2", "--retries", "0"]);
    assert_eq!(stuck.code, Some(75), "{stuck:?}");
    assert!(stuck.stderr.contains(r#"delayRender() "the answer of the oracle""#), "{stuck:?}");
    let other = place.refused(&["render", "build", "--contract", "hyperframes"]);
    assert!(other.contains("does not speak the contract hyperframes"), "{other}");
    assert!(
        place
            .refused(&["render", "build", "--contract", "flash"])
            .contains("helios-ts, hyperframes, remotion")
    );
}

#[test]
fn compositions_of_a_bundle_and_of_a_folder() {
    let place = remotion();
    let answer = place.helios(&["compositions", "build", "--json"]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    let list: serde_json::Value = serde_json::from_str(&answer.stdout).unwrap();
    assert_eq!(list["schema"], "helios.compositions/1");
    let (page, all) = (&list["pages"][0], &list["pages"][0]["compositions"]);
    assert_eq!((page["contract"].as_str(), all.as_array().map(Vec::len)), (Some("remotion"), Some(4)));
    let wide = serde_json::json!(
        {"id": "Wide", "width": 128.0, "height": 64.0, "fps": 25.0, "duration": 2.0, "frames": 50.0, "props": {"offset": 0}}
    );
    assert_eq!(all[1], wide);
    let checked = place.helios(&["check", "build", "--composition", "Main", "--json"]);
    let report: serde_json::Value = serde_json::from_str(&checked.stdout).unwrap();
    let spoken = serde_json::json!({"name": "remotion", "version": "4.0.1", "composition": "Main"});
    assert_eq!((checked.code, &report["page"]["contract"]), (Some(0), &spoken), "{report}");
    place.write(
        "pages/one.html",
        &format!("<!doctype html><title>One</title><meta name=helios content='{SIZE}'>"),
    );
    let table = place.helios(&["compositions", "pages"]);
    assert_eq!(table.code, Some(0), "{table:?}");
    assert!(table.stdout.lines().any(|line| line.starts_with("One  64x64")), "{table:?}");
}

#[test]
fn a_hyperframes_composition() {
    let place = Place::new();
    // The bar is in a composition of its own file, whose times count from its host's start; the box says when it is there.
    place.write(
        "page.html",
        r#"<!doctype html><style>body { margin: 0; background: #000 } .bar { height: 20px; background: #0a0 }</style><body>
        <div data-composition-id="main" data-start="0" data-duration="0.8" data-fps="10" data-width="64" data-height="64">
          <div id="host" data-composition-id="part" data-composition-src="parts/part.html" data-start="0" data-duration="0.8"></div>
          <i id="box" class="clip" data-start="0.2" data-duration="0.3" style="position: absolute; top: 30px; left: 8px; width: 20px; height: 20px; background: #fa0"></i>
          <audio src="tone.wav" data-start="0.2" data-duration="0.4" data-media-start="0.1" data-volume="0.5"></audio>
        </div>
        <script>window.__timelines["main"] = { pause() {}, totalTime() {}, duration: () => 0.8 };</script>"#,
    );
    place.write(
        "parts/part.html",
        r#"<html data-composition-variables='[{"id": "step", "default": 7}]'><template id="part-template"><div data-composition-id="part">
        <div class="bar"></div><script>
        const { step } = window.__hyperframes.getVariables();
        const bar = document.querySelector('[data-composition-id="part"] .bar');
        window.__timelines["part"] = { paused: false, pause() {}, totalTime(t) { bar.style.width = 4 + step * Math.round(t * 10) + "px"; } };
        </script></div></template></html>"#,
    );
    place.wav("tone.wav", RATE as u32, 1, &tone(38_400));
    let mut meant_sound = Sum::silence(38_400);
    meant_sound.add(9600, &tone(38_400)[..4800 + 19_200], 4800, 0.5);
    let meant = meant();
    for workers in ["1", "2"] {
        let (stderr, hashes) = rendered(&place, &["page.html", "--concurrency", workers]);
        assert!(stderr.contains("The page is made for hyperframes"), "{stderr}");
        assert_eq!(hashes, meant, "{workers} workers");
        meant_sound.assert_heard(&place.samples("x.mov"), workers);
    }
    let (_, doubled) = rendered(&place, &["page.html", "--props", r#"{"step":14}"#, "--frame-count", "2"]);
    assert_ne!(doubled[1], meant[1], "variables reach the composition");
    assert_eq!(doubled[0], meant[0]);
}

#[test]
fn an_instance_of_the_typescript_helios() {
    let place = Place::new();
    let page = format!(
        r#"<!doctype html>{DRAW}<audio id=a src="tone.wav" data-helios-offset="0.2"></audio><script>
        class Helios {{
          fps = {{ value: 10 }}; duration = {{ value: 0.8 }}; width = {{ value: 64 }}; height = {{ value: 64 }}; inputProps = {{ value: {{}} }};
          getState() {{ return {{}}; }}
          seek(frame) {{ this.wanted = frame; a.pause(); a.currentTime = frame / 10; }}
          waitUntilStable() {{ return new Promise((resolve) => setTimeout(() => {{ draw(this.wanted); resolve(); }}, 20)); }}
        }}
        window.helios = new Helios();</script>"#
    );
    place.write("page.html", &page);
    place.wav("tone.wav", RATE as u32, 1, &tone(38_400));
    let mut heard = Sum::silence(38_400);
    heard.add(9600, &tone(38_400), 0, 1.0);
    let meant = meant();
    for workers in ["1", "2"] {
        let (stderr, hashes) = rendered(&place, &["page.html", "--concurrency", workers]);
        assert!(stderr.contains("The page is made for helios-ts"), "{stderr}");
        assert_eq!(hashes, meant, "{workers} workers");
        heard.assert_heard(&place.samples("x.mov"), workers);
    }
}

/// timecut's pages know nothing of it: they draw by the clock, and the flags say how long.
#[test]
fn a_page_of_timecut() {
    let place = Place::new();
    let page = format!(
        "<!doctype html>{DRAW}<script>const began = performance.now();
        (function turn() {{ draw(Math.round((performance.now() - began) / 100)); requestAnimationFrame(turn); }})();</script>"
    );
    place.write("page.html", &page);
    let flags =
        ["--width", "64", "--height", "64", "--fps", "10", "--duration", "0.8", "--contract", "timecut"];
    for workers in ["1", "2"] {
        let (_, hashes) =
            rendered(&place, &[&["page.html", "--concurrency", workers], flags.as_slice()].concat());
        assert_eq!(hashes, meant(), "{workers} workers");
    }
}
