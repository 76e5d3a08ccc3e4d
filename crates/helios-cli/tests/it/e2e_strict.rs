//! Errors of the page: each is reported with the frame that made it, wherever it was thrown, and ends the render with
//! `--strict`.

use crate::run::Place;

const HEAD: &str = r#"<!doctype html><meta name="helios" content="width=64,height=64,fps=10,duration=0.8">"#;

/// Ways to throw an error in frame 5, which comes 500 ms after frame 0, with the place that must be named.
const WAYS: &[(&str, &str, &str)] = &[
    (
        "animation frame",
        "let n = 0; requestAnimationFrame(function f() { if (n++ === 5) boom(); requestAnimationFrame(f) })",
        "page.html:1:",
    ),
    ("timer", "setTimeout(() => boom(), 500)", "page.html:1:"),
    ("frame callback", "helios.onFrame(({frame}) => { if (frame === 5) boom() })", "page.html:1:"),
    (
        "event",
        "addEventListener('custom', () => boom()); setTimeout(() => dispatchEvent(new Event('custom')), 500)",
        "page.html:1:",
    ),
    ("promise", "setTimeout(async () => { await null; boom() }, 500)", "page.html:1:"),
    ("worker", "const w = new Worker('timer.js')", "timer.js:2:"),
    ("module worker", "const w = new Worker('timer.js', {type: 'module'})", "timer.js:2:"),
    ("promise of a worker", "const w = new Worker('promise.js')", "promise.js:1:"),
    (
        "iframe",
        "document.write('<iframe srcdoc=\"<script>setTimeout(() => { throw new Error(`boom`) }, 500)</scr' + 'ipt>\"></iframe>')",
        "about:srcdoc:1:",
    ),
];

fn place(script: &str) -> Place {
    let place = Place::new();
    let boom = "function boom() { throw new Error('boom') }";
    place.write("page.html", &format!("{HEAD}<script>{boom}; {script}</script>"));
    place.write("timer.js", "setTimeout(() => {\n  throw new Error('boom');\n}, 500);");
    place.write("promise.js", "setTimeout(() => { Promise.reject(new Error('boom')) }, 500);");
    place
}

#[test]
fn an_error_is_reported_at_its_frame_and_the_page_goes_on() {
    for (what, script, at) in WAYS {
        let (stderr, hashes) = place(script).succeeds(&["page.html"]);
        assert_eq!(hashes.len(), 8, "{what}");
        let line = stderr.lines().find(|line| line.contains("boom")).unwrap_or_default();
        assert!(line.contains("frame 5: uncaught Error: boom"), "{what}: {stderr}");
        assert_eq!(stderr.matches("uncaught").count(), 1, "{what}: {stderr}");
        assert!(stderr.contains(at), "{what}: {stderr}");
        assert!(!stderr.contains("blob:"), "{what}: lines of our own: {stderr}");
    }
}

#[test]
fn strict_ends_the_render_there() {
    for (what, script, at) in WAYS {
        let stderr = place(script).fails(64, &["render", "page.html", "--strict"]);
        let error = stderr.split("error: ").nth(1).unwrap();
        for word in ["frame 5: the page failed", "Error: boom", at, "--strict"] {
            assert!(error.contains(word), "{what}: {word:?} is not in: {stderr}");
        }
        assert!(!stderr.contains("trying again"), "{what}: {stderr}");
    }
}

#[test]
fn a_worker_that_only_passes_the_frame_names_it_too() {
    let place = place("setTimeout(() => boom(), 250)");
    let stderr = place.fails(64, &["render", "page.html", "--strict", "--start-frame", "6"]);
    assert!(stderr.contains("frame 3: passed, not drawn: uncaught Error: boom"), "{stderr}");
    assert!(stderr.contains("error: frame 3: the page failed"), "{stderr}");
    let stderr = place.fails(64, &["still", "page.html", "--strict", "--frame", "7"]);
    assert!(stderr.contains("error: frame 3: the page failed"), "{stderr}");
    // What comes later is of no concern to a still.
    let answer = place.helios(&["still", "page.html", "--strict", "--frame", "2"]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
}

#[test]
fn what_the_page_answers_for_itself_is_no_error() {
    for script in [
        "addEventListener('error', (event) => event.preventDefault()); setTimeout(() => boom(), 500)",
        "addEventListener('unhandledrejection', (event) => event.preventDefault()); setTimeout(async () => boom(), 500)",
        "const p = Promise.reject(new Error('late')); setTimeout(() => p.catch(() => {}))",
        "const w = new Worker('quiet.js')",
    ] {
        let place = place(script);
        place.write("quiet.js", "onerror = () => true; setTimeout(() => { throw new Error('boom') }, 500)");
        let (stderr, _) = place.succeeds(&["page.html", "--strict"]);
        // What was thrown, and taken back later, was news at the time.
        assert!(!stderr.contains("uncaught") || script.contains("late"), "{script}: {stderr}");
    }
}

#[test]
fn jobs_say_strict() {
    let place = place("");
    let argv = |args: &[&str]| {
        place.render(&[&["page.html", "--emit-job", "job.json"], args].concat());
        let text = std::fs::read_to_string(place.path().join("job.json")).unwrap();
        let job: serde_json::Value = serde_json::from_str(&text).unwrap();
        (
            job["partitions"][0]["command"].as_str().unwrap().contains(" --strict"),
            job["config"]["strict"].clone(),
        )
    };
    assert_eq!(argv(&[]), (false, serde_json::Value::Null));
    assert_eq!(argv(&["--strict"]), (true, true.into()));
}
