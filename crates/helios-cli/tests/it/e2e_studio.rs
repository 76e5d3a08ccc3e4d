//! The Studio with the real browser and the real FFmpeg: renders that are watched, cancelled, interrupted and resumed.

use crate::http::{Studio, send};
use crate::live::HANG;
use crate::run::Place;
use serde_json::{Value, json};
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::time::{Duration, Instant};

/// A page with state, so that a chunk that began in a wrong place would show it.
const PAGE: &str = r#"<!doctype html><title>Dots</title>
<meta name="helios" content="width=160,height=90,fps=30,duration=1"><style>body { margin: 0; background: #124 }</style>
<i style="position:absolute;width:20px;height:20px;background:#fc3"></i><script>
helios.schema = { type: "object", properties: { name: { type: "string" } } };
let x = 70;
requestAnimationFrame(function step() {
  x += Math.random() * 8 - 4;
  document.querySelector("i").style.left = `${x}px`;
  requestAnimationFrame(step);
});</script>"#;

fn place() -> Place {
    let place = Place::new();
    place.write("dots.html", PAGE);
    place
}

fn start(studio: &Studio, body: &Value) -> String {
    studio.json("POST", "/api/jobs", &body.to_string())["id"].as_str().unwrap().to_owned()
}

#[test]
fn renders_are_watched_and_cancelled() {
    let place = place();
    let studio = Studio::open(&place);
    let events = studio.listen();
    studio.json("PUT", "/api/queue", r#"{"limit":2}"#);
    // Two at once: one that is watched to its end, and one that is cancelled on the way.
    let id =
        start(&studio, &json!({ "composition": "dots.html", "concurrency": 2, "output": "out/dots.mp4" }));
    let other =
        start(&studio, &json!({ "composition": "dots.html", "duration": "60s", "output": "other.mp4" }));
    studio.until(&other, |job| job["frames"].as_u64() > Some(2));
    let both = studio.json("GET", "/api/jobs", "");
    assert!(both["jobs"].as_array().unwrap().iter().all(|job| job["state"] != "queued"), "{both:#}");
    studio.json("POST", &format!("/api/jobs/{other}/cancel"), "");
    studio.until(&other, |job| job["state"] == "cancelled");
    let files = place.files();
    assert!(!files.iter().any(|name| name.contains("other.mp4")), "{files:?}");
    let done = studio.until(&id, |job| job["state"] == "completed");
    assert_eq!((&done["progress"], &done["result"]["frames"]), (&json!(1.0), &json!(30)));
    let picture = studio.ask("GET", &format!("/api/jobs/{id}/frame"), "");
    assert!(picture.starts_with(b"\x89PNG"));
    // No worker is left; the Studio itself is.
    let workers = studio.live.members().into_iter().filter(|member| !member.has("studio"));
    assert_eq!(workers.map(|member| member.args.join(" ")).collect::<Vec<_>>(), [""; 0]);

    // What was told on the way: a bar that never goes back, and both workers at work.
    let events = events.lock().unwrap().clone();
    let jobs = events.iter().filter(|event| event["type"] == "job").map(|event| &event["job"]);
    let told: Vec<&Value> = jobs.filter(|job| job["id"] == id).collect();
    let progress: Vec<f64> = told.iter().map(|job| job["progress"].as_f64().unwrap()).collect();
    assert!(progress.is_sorted() && progress.len() > 5, "{progress:?}");
    for (job, progress) in told.iter().zip(&progress) {
        assert_eq!(*progress == 1.0, job["state"] == "completed", "{job}");
    }
    for worker in 0..2 {
        let lane = |job: &&&Value| job["lanes"][worker]["done"].as_u64() > Some(0);
        assert!(told.iter().any(|job| lane(&job)), "lane {worker} never moved");
    }
    let states: Vec<&Value> = told.iter().map(|job| &job["state"]).collect();
    for state in ["queued", "preparing", "rendering", "stitching", "completed"] {
        assert!(states.contains(&&json!(state)), "{state} is not in {states:?}");
    }

    // The video is the one that was asked for, whole and in parts.
    let file = std::fs::read(place.path().join("out/dots.mp4")).unwrap();
    assert_eq!(place.film("out/dots.mp4").frames(), 30);
    let video = format!("/api/jobs/{id}/video");
    assert!(studio.ask("GET", &video, "") == file);
    let part = send(&studio.address, "GET", &video, "range: bytes=4-7\r\n", "");
    assert_eq!((part.status, &part.body[..]), (206, &b"ftyp"[..]));

    // The command gives the same file, and the same job file, byte for byte.
    let request =
        json!({ "composition": "dots.html", "concurrency": 2, "output": "out/dots.mp4" }).to_string();
    let command = studio.json("POST", "/api/command", &request);
    assert_eq!(command["command"], done["command"]);
    let argv: Vec<&str> =
        command["argv"].as_array().unwrap().iter().skip(1).map(|word| word.as_str().unwrap()).collect();
    let spec = studio.ask("POST", "/api/job-spec", &request);
    assert_eq!(place.helios(&[&argv[..], &["--emit-job", "job.json"]].concat()).code, Some(0));
    let emitted = std::fs::read(place.path().join("job.json")).unwrap();
    assert_eq!(String::from_utf8(spec).unwrap(), String::from_utf8(emitted).unwrap());
    assert_eq!(place.helios(&argv).code, Some(0));
    assert!(
        std::fs::read(place.path().join("out/dots.mp4")).unwrap() == file,
        "the command gives another file"
    );
    let ended = studio.close();
    let line = format!("[RenderManager] Starting distributed render job {id} with concurrency 2");
    assert!(ended.answer.stderr.contains(&line), "{}", ended.answer.stderr);
    assert_eq!(ended.left, [""; 0]);
}

#[test]
fn a_studio_that_is_killed_goes_on() {
    let place = place();
    let studio = Studio::open(&place);
    let request =
        json!({ "composition": "dots.html", "duration": "2s", "chunkFrames": 6, "output": "long.mp4" });
    let id = start(&studio, &request);
    studio.until(&id, |job| job["lanes"][0]["chunksDone"].as_u64() > Some(1));
    studio.live.signal(rustix::process::Signal::KILL);
    studio.live.end();
    assert!(!place.path().join("long.mp4").exists());

    let studio = Studio::open(&place);
    let job = studio.json("GET", &format!("/api/jobs/{id}"), "");
    assert_eq!((&job["state"], &job["request"]), (&json!("interrupted"), &request));
    studio.json("POST", &format!("/api/jobs/{id}/resume"), "");
    let done = studio.until(&id, |job| job["state"] == "completed");
    assert_eq!((&done["result"]["frames"], &done["run"]), (&json!(60), &json!(2)));
    let log = studio.json("GET", &format!("/api/jobs/{id}/log"), "").to_string();
    assert!(log.contains("of 10 chunks are there already"), "{log}");
    assert_eq!(place.film("long.mp4").frames(), 60);
    let left: Vec<String> = place.files().into_iter().filter(|name| name.starts_with(".long")).collect();
    assert_eq!(left, [""; 0]);

    // What a browser finds out of a page, and its frames.
    let details = studio.json("GET", "/api/compositions/details?path=dots.html", "");
    assert_eq!((&details["totalFrames"], &details["title"]), (&json!(30), &json!("Dots")));
    assert_eq!(details["schema"]["properties"]["name"]["type"], "string");
    let still = studio.ask("POST", "/api/still", r#"{"composition":"dots.html","frame":7}"#);
    place.helios(&["still", "dots.html", "--frame", "7", "-o", "seven.png"]);
    assert!(
        still == std::fs::read(place.path().join("seven.png")).unwrap(),
        "another picture than `helios still`"
    );
    assert!(
        studio.ask("GET", "/api/compositions/thumbnail?path=dots.html&width=80", "").starts_with(b"\x89PNG")
    );
    let answer = send(&studio.address, "GET", "/api/compositions/details?path=test.html", "", "");
    assert_eq!(answer.status, 422, "a page without a length");
    let preview = studio.json("GET", "/api/preview?path=dots.html", "");
    let at = preview["origin"].as_str().unwrap().trim_start_matches("http://").to_owned();
    let page = String::from_utf8(send(&at, "GET", "/dots.html", "", "").body).unwrap();
    assert!(
        page.starts_with(r#"<!doctype html><script src="/__helios/preview.js"></script><title>"#),
        "{page}"
    );
    let script = String::from_utf8(send(&at, "GET", "/__helios/preview.js", "", "").body).unwrap();
    assert!(script.contains(&format!("const HELIOS_STUDIO = \"http://{}\";", studio.address)));
    for hidden in ["/.helios/studio/jobs.jsonl", "/../dots.html/x", "/%2ehelios/studio/jobs.jsonl"] {
        assert_eq!(send(&at, "GET", hidden, "", "").status, 404, "{hidden}");
    }
    // Another site cannot read it, nor play with it in a frame.
    assert_eq!(send(&at, "GET", "/dots.html", "sec-fetch-site: cross-site\r\n", "").status, 403);
    assert_eq!(send(&at, "POST", "/dots.html", "origin: http://evil.example\r\n", "").status, 403);

    // What a sound looks like: half a second of silence, half a second at half the level.
    let samples: Vec<i16> = (0..48_000).map(|at| if at < 24_000 { 0 } else { 16_384 }).collect();
    place.wav("step.wav", 48_000, 1, &samples);
    for _ in 0..2 {
        let sound = studio.json("GET", "/api/waveform?path=step.wav&buckets=4", "");
        let high: Vec<f64> =
            sound["high"].as_array().unwrap().iter().map(|high| high.as_f64().unwrap()).collect();
        assert_eq!((&sound["duration"], &high[..]), (&json!(1.0), &[0.0, 0.0, 0.5, 0.5][..]), "{sound}");
    }
    studio.close();
}

#[test]
fn pages_and_folders_are_opened_on_the_desktop() {
    let place = place();
    std::fs::create_dir(place.path().join("bin")).unwrap();
    place.write("bin/xdg-open", "#!/bin/sh\necho \"$1\" >> opened\n");
    std::fs::set_permissions(place.path().join("bin/xdg-open"), Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}/bin:{}", place.path().display(), std::env::var("PATH").unwrap());
    let mut command = place.command(&["studio", "."]);
    // There is no such display: only the program that opens things would ask it.
    command.env("PATH", path).env("DISPLAY", ":99");
    let studio = Studio::open_command(command);
    assert_eq!(studio.json("GET", "/api/project", "")["canOpenFolders"], true);
    let id = start(&studio, &json!({ "composition": "dots.html", "frameCount": 2, "output": "out/two.mp4" }));
    studio.until(&id, |job| job["state"] == "completed");
    studio.ask("POST", &format!("/api/jobs/{id}/open-folder"), "");
    let page = format!("http://{}/\n", studio.address);
    let wanted = format!("{page}{}\n", place.path().join("out").display());
    let opened = || std::fs::read_to_string(place.path().join("opened")).unwrap_or_default();
    let began = Instant::now();
    while opened() != wanted {
        assert!(began.elapsed() < HANG, "{:?} instead of {wanted:?}", opened());
        std::thread::sleep(Duration::from_millis(20));
    }
    studio.close();
}

#[test]
fn the_doctor_draws_a_frame() {
    let answer = Place::new().helios(&["doctor", "--json"]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    let found: Value = serde_json::from_str(&answer.stdout).unwrap();
    assert_eq!(found["canRender"], true, "{found:#}");
    let check = |id: &str| {
        found["checks"].as_array().unwrap().iter().find(|check| check["id"] == id).unwrap().clone()
    };
    assert!(check("render")["found"].as_str().unwrap().starts_with("frame drawn by "), "{found:#}");

    let answer = Place::new().helios(&["doctor", "--browser", "/nothing", "--ffmpeg", "/nothing"]);
    assert_eq!(answer.code, Some(75), "{answer:?}");
    assert!(answer.stdout.ends_with("This machine cannot render.\n"), "{}", answer.stdout);
    assert!(
        answer.stdout.contains("FAIL  Browser") && answer.stdout.contains("Fix: install FFmpeg"),
        "{}",
        answer.stdout
    );
}
