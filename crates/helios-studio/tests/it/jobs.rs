//! Renders: the queue, what is told of them, cancelling, and what survives the Studio.

use crate::studio::{Client, Place};
use helios_testkit::{Act, At, Fault, Script, frames_of};
use serde_json::{Value, json};
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;

fn slow() -> Script {
    Script { frame_ms: vec![15], ..Script::default() }
}

fn never() -> Script {
    Script { frame_ms: vec![60_000], ..Script::default() }
}

async fn start(client: &Client, body: &Value) -> String {
    let job = client.post("/api/jobs", &body.to_string()).await;
    job["id"].as_str().unwrap().to_owned()
}

fn files(place: &Place, folder: &str) -> Vec<String> {
    let entries = std::fs::read_dir(place.folder.path().join(folder)).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries.map(|entry| entry.file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[tokio::test]
async fn a_render_is_told_of_from_beginning_to_end() {
    let place = Place::new(slow());
    let client = place.open().await;
    let id = start(&client, &json!({ "composition": "page.html", "concurrency": 2 })).await;
    let (mut last, mut lanes) = (0.0, 0);
    let done = client
        .until(&id, |job| {
            let progress = job["progress"].as_f64().unwrap();
            assert!(progress >= last, "{progress} after {last}");
            assert_eq!(progress == 1.0, job["state"] == "completed", "{job}");
            last = progress;
            let busy = job["lanes"].as_array().unwrap().iter().filter(|lane| lane["done"].as_u64() > Some(0));
            lanes = lanes.max(busy.count());
            job["state"] == "completed"
        })
        .await;
    assert_eq!(lanes, 2, "both workers were seen at work");
    assert_eq!((&done["frames"], &done["totalFrames"]), (&json!(30), &json!(30)));
    assert_eq!(done["result"]["frames"], 30);
    assert_eq!(
        done["lanes"][0]["frames"].as_u64().unwrap() + done["lanes"][1]["frames"].as_u64().unwrap(),
        30
    );
    assert_eq!(done["output"], "renders/page.mp4");
    assert_eq!(
        frames_of(&place.folder.path().join("renders/page.mp4")).unwrap(),
        (0..30).collect::<Vec<_>>()
    );
    let line = format!("[RenderManager] Starting distributed render job {id} with concurrency 2");
    assert!(place.host.said.lock().unwrap().contains(&line));
    let log = client.ok(client.get(&format!("/api/jobs/{id}/log")).await);
    let lines = log["lines"].as_array().unwrap();
    assert_eq!(lines[0]["text"], line);
    let after = client.ok(client.get(&format!("/api/jobs/{id}/log?after={}", lines.len() - 2)).await);
    assert_eq!(after["lines"].as_array().unwrap().len(), 1);
    let video = client.get(&format!("/api/jobs/{id}/video")).await;
    assert_eq!((video.status.as_u16(), &video.headers["content-type"]), (200, &"video/mp4".parse().unwrap()));
    // The next one does not replace it.
    let next = client.post("/api/jobs", r#"{"composition":"page.html"}"#).await;
    assert_eq!(next["output"], "renders/page-2.mp4");
}

#[tokio::test]
async fn a_file_that_is_not_named_replaces_none() {
    let place = Place::new(Script::default());
    let client = place.open().await;
    let id = start(&client, &json!({ "composition": "page.html", "extension": "mp4" })).await;
    client.until_state(&id, "completed").await;
    // Nobody remembers the job, but its file is there.
    client.ok(client.with("DELETE", &format!("/api/jobs/{id}"), "").await);
    let id = start(&client, &json!({ "composition": "page.html", "extension": "mp4" })).await;
    let done = client.until_state(&id, "completed").await;
    assert_eq!(done["output"], "renders/page-2.mp4");
    assert_eq!(files(&place, "renders"), ["page-2.mp4", "page.mp4"]);
    // What is tried again replaces its own file.
    client.post(&format!("/api/jobs/{id}/retry"), "").await;
    let done = client.until_state(&id, "completed").await;
    assert_eq!((&done["run"], &done["output"]), (&json!(2), &json!("renders/page-2.mp4")));
    assert_eq!(files(&place, "renders"), ["page-2.mp4", "page.mp4"]);

    let root = place.folder.path().canonicalize().unwrap();
    let named = async |body: Value| {
        let command = client.post("/api/command", &body.to_string()).await;
        let output = command["argv"][4].as_str().unwrap().to_owned();
        output.strip_prefix(&format!("{}/", root.display())).unwrap().to_owned()
    };
    assert_eq!(named(json!({ "composition": "page.html", "extension": "webm" })).await, "renders/page.webm");
    let pictures = json!({ "composition": "page.html", "extension": "png" });
    assert_eq!(named(pictures.clone()).await, "renders/page/%05d.png");
    std::fs::create_dir(root.join("renders/page")).unwrap();
    assert_eq!(named(pictures).await, "renders/page-2/%05d.png");
    // A link that leads nowhere is there too.
    std::os::unix::fs::symlink("/nowhere", root.join("renders/page-3.mp4")).unwrap();
    assert_eq!(named(json!({ "composition": "page.html" })).await, "renders/page-4.mp4");
    // A name that is given is the user's own will.
    let same = json!({ "composition": "page.html", "output": "renders/page.mp4", "extension": "webm" });
    assert_eq!(named(same).await, "renders/page.mp4");
}

#[tokio::test]
async fn a_job_keeps_its_name_until_it_is_deleted() {
    let place = Place::new(never());
    let client = place.open().await;
    let body = r#"{"composition":"page.html"}"#;
    // Two at once are not given the same name.
    let (one, other) = tokio::join!(client.post("/api/jobs", body), client.post("/api/jobs", body));
    let mut outputs = [&one, &other].map(|job| job["output"].as_str().unwrap());
    outputs.sort_unstable();
    assert_eq!(outputs, ["renders/page-2.mp4", "renders/page.mp4"]);
    let first = if one["output"] == "renders/page.mp4" { &one } else { &other };
    let path = format!("/api/jobs/{}", first["id"].as_str().unwrap());
    // Cancelled it has no file, and might be resumed.
    client.post(&format!("{path}/cancel"), "").await;
    client.until_state(first["id"].as_str().unwrap(), "cancelled").await;
    assert_eq!(client.post("/api/jobs", body).await["output"], "renders/page-3.mp4");
    client.ok(client.with("DELETE", &path, "").await);
    assert_eq!(client.post("/api/jobs", body).await["output"], "renders/page.mp4");
    client.close().await;
}

#[tokio::test]
async fn the_queue_has_a_limit_and_an_order() {
    let place = Place::new(never());
    let client = place.open().await;
    let mut ids = Vec::new();
    for _ in 0..4 {
        ids.push(start(&client, &json!({ "composition": "page.html" })).await);
    }
    let states = async |client: &Client| -> Vec<(String, Value)> {
        let list = client.ok(client.get("/api/jobs").await);
        let jobs = list["jobs"].as_array().unwrap().clone();
        jobs.iter()
            .map(|job| (job["id"].as_str().unwrap().to_owned(), job["queuePosition"].clone()))
            .collect()
    };
    let expect = |pairs: &[(usize, Value)]| -> Vec<(String, Value)> {
        pairs.iter().map(|(at, place)| (ids[*at].clone(), place.clone())).collect()
    };
    let queue = [(0, Value::Null), (1, json!(0)), (2, json!(1)), (3, json!(2))];
    assert_eq!(states(&client).await, expect(&queue));
    let moved = client.post(&format!("/api/jobs/{}/move", ids[3]), r#"{"to":0}"#).await;
    assert_eq!(moved["queuePosition"], 0);
    client.post(&format!("/api/jobs/{}/move", ids[1]), r#"{"to":4000000000}"#).await;
    let queue = [(0, Value::Null), (3, json!(0)), (2, json!(1)), (1, json!(2))];
    assert_eq!(states(&client).await, expect(&queue));
    // Two at once: the first of the queue begins.
    client.ok(client.with("PUT", "/api/queue", r#"{"limit":2}"#).await);
    client.until(&ids[3], |job| job["state"] != "queued").await;
    assert_eq!(client.job(&ids[2]).await["state"], "queued");
    // One that waits is cancelled at once, one that runs soon; then the next begins.
    let cancelled = client.post(&format!("/api/jobs/{}/cancel", ids[2]), "").await;
    assert_eq!((&cancelled["state"], &cancelled["queuePosition"]), (&json!("cancelled"), &Value::Null));
    client.post(&format!("/api/jobs/{}/cancel", ids[0]), "").await;
    client.until_state(&ids[0], "cancelled").await;
    client.until(&ids[1], |job| job["state"] != "queued").await;
    // What runs is not forgotten, what has ended is.
    let refused = client.with("DELETE", &format!("/api/jobs/{}", ids[1]), "").await;
    assert_eq!(refused.error(), (409, "wrong-state".to_owned()));
    client.ok(client.with("DELETE", &format!("/api/jobs/{}", ids[0]), "").await);
    assert_eq!(client.get(&format!("/api/jobs/{}", ids[0])).await.error(), (404, "not-found".to_owned()));
    client.close().await;
}

#[tokio::test]
async fn cancelling_leaves_no_process_and_no_file() {
    let pids = tempfile::tempdir().unwrap();
    let script = Script { leave_child: true, pids: Some(pids.path().to_owned()), ..slow() };
    let place = Place::new(script);
    let client = place.open().await;
    let id =
        start(&client, &json!({ "composition": "page.html", "concurrency": 2, "duration": "100" })).await;
    client.until(&id, |job| job["frames"].as_u64() > Some(10)).await;
    client.post(&format!("/api/jobs/{id}/cancel"), "").await;
    let job = client.until_state(&id, "cancelled").await;
    assert_eq!(job["actions"], json!(["resume", "retry", "delete"]));
    assert_eq!(files(&place, "renders"), [""; 0], "no chunk was whole");
    assert_eq!(files(&place, ".helios/cache/frames"), [""; 0]);
    let started: Vec<_> =
        std::fs::read_dir(pids.path()).unwrap().flatten().map(|entry| entry.file_name()).collect();
    assert_eq!(started.len(), 4, "two workers, each with a child");
    for pid in started {
        let status =
            std::fs::read_to_string(format!("/proc/{}/stat", pid.to_str().unwrap())).unwrap_or_default();
        assert!(status.is_empty() || status.contains(") Z "), "{pid:?} lives: {status}");
    }
}

#[tokio::test]
async fn a_cancelled_job_goes_on_with_its_whole_chunks() {
    let place = Place::new(slow());
    let client = place.open().await;
    let request = json!({ "composition": "page.html", "duration": "4", "chunkFrames": 10, "concurrency": 2 });
    let id = start(&client, &request).await;
    client.until(&id, |job| job["frames"].as_u64() > Some(40)).await;
    client.post(&format!("/api/jobs/{id}/cancel"), "").await;
    client.until_state(&id, "cancelled").await;
    assert_eq!(files(&place, "renders"), [""; 0]);
    assert_eq!(files(&place, ".helios/cache/chunks").len(), 1);
    client.post(&format!("/api/jobs/{id}/resume"), "").await;
    let done = client.until_state(&id, "completed").await;
    let lanes = done["lanes"].as_array().unwrap();
    let rendered: u64 = lanes.iter().map(|lane| lane["frames"].as_u64().unwrap()).sum();
    assert!(rendered < 120, "{rendered} of 120 frames were rendered again");
    assert_eq!(
        frames_of(&place.folder.path().join("renders/page.mp4")).unwrap(),
        (0..120).collect::<Vec<_>>()
    );
    assert_eq!(files(&place, "renders"), ["page.mp4"]);
    // Who deletes it wants nothing of it any more.
    let id = start(&client, &request).await;
    client.until(&id, |job| job["frames"].as_u64() > Some(40)).await;
    client.post(&format!("/api/jobs/{id}/cancel"), "").await;
    client.until_state(&id, "cancelled").await;
    assert_eq!(files(&place, ".helios/cache/chunks").len(), 1);
    client.ok(client.with("DELETE", &format!("/api/jobs/{id}"), "").await);
    assert_eq!(files(&place, "renders"), ["page.mp4"]);
    assert_eq!(files(&place, ".helios/cache/chunks"), [""; 0]);
}

#[tokio::test]
async fn failures_say_why_and_can_be_tried_again() {
    let marks = tempfile::tempdir().unwrap();
    let fault = Fault {
        at: At::frame(0, 1, 3),
        act: Act::Exit { code: 1, stderr: "out of paint".to_owned() },
        once: Some(marks.path().join("struck")),
    };
    let place = Place::new(Script { faults: vec![fault], ..Script::default() });
    let client = place.open().await;
    let id = start(&client, &json!({ "composition": "page.html" })).await;
    let failed = client.until_state(&id, "failed").await;
    assert!(failed["error"]["message"].as_str().unwrap().contains("out of paint"), "{failed}");
    assert!(!failed["error"]["fix"].as_str().unwrap().is_empty());
    assert!(failed["progress"].as_f64().unwrap() < 1.0);
    assert_eq!(failed["actions"], json!(["resume", "retry", "delete"]));
    client.post(&format!("/api/jobs/{id}/retry"), "").await;
    let done = client.until_state(&id, "completed").await;
    assert_eq!((&done["run"], &done["error"]), (&json!(2), &Value::Null));
    assert_eq!(files(&place, "renders"), ["page.mp4"]);
}

#[tokio::test]
async fn what_cannot_be_encoded_is_refused_before_anything_starts() {
    let tools = tempfile::tempdir().unwrap();
    let ffmpeg = tools.path().join("ffmpeg");
    std::fs::write(
        &ffmpeg,
        "#!/bin/sh\ncase \"$*\" in *libx264*) echo 'Encoder libx264 [H.264]:';; *) echo unknown;; esac",
    )
    .unwrap();
    std::fs::set_permissions(&ffmpeg, Permissions::from_mode(0o755)).unwrap();
    let place = Place::with_ffmpeg(Script::default(), Some(ffmpeg));
    let client = place.open().await;
    let refused = client.with("POST", "/api/jobs", r#"{"composition":"page.html","output":"a.webm"}"#).await;
    assert_eq!(refused.error(), (422, "encoder-missing".to_owned()));
    let message = refused.json()["error"]["message"].to_string();
    assert!(message.contains("has no encoder libvpx-vp9") && message.contains("--ffmpeg"), "{message}");
    assert_eq!(client.ok(client.get("/api/jobs").await)["jobs"], json!([]));
    let id = start(&client, &json!({ "composition": "page.html" })).await;
    client.until_state(&id, "completed").await;
    // Another machine may have it.
    client.post("/api/command", r#"{"composition":"page.html","output":"a.webm"}"#).await;
}

#[tokio::test]
async fn jobs_survive_the_studio() {
    let place = Place::new(slow());
    let client = place.open().await;
    let request = json!({ "composition": "page.html", "duration": "4", "chunkFrames": 10, "concurrency": 2 });
    let id = start(&client, &request).await;
    let waiting = start(&client, &json!({ "composition": "page.html" })).await;
    client.until(&id, |job| job["frames"].as_u64() > Some(30)).await;
    assert!(place.open_with(None).await.err().unwrap().contains("another Studio is open"));
    client.close().await;

    let client = place.open().await;
    let job = client.job(&id).await;
    assert_eq!((&job["state"], &job["request"]), (&json!("interrupted"), &request));
    let before = job["frames"].as_u64().unwrap();
    assert!(before > 30, "what was done is remembered: {job}");
    let log = client.ok(client.get(&format!("/api/jobs/{id}/log")).await);
    assert!(log["lines"].to_string().contains("Interrupted"));
    // What waited runs now by itself.
    client.until_state(&waiting, "completed").await;
    client.post(&format!("/api/jobs/{id}/resume"), "").await;
    let done = client.until_state(&id, "completed").await;
    assert_eq!(done["result"]["frames"], 120);
    assert_eq!(files(&place, "renders"), ["page-2.mp4", "page.mp4"]);
    let next = client.post("/api/jobs", r#"{"composition":"page.html"}"#).await;
    assert_eq!(next["id"], "render-3", "numbers are not used again");
}

#[tokio::test]
async fn many_jobs_are_listed() {
    let place = Place::new(never());
    let client = place.open().await;
    for _ in 0..200 {
        start(&client, &json!({ "composition": "page.html", "output": "out.mp4" })).await;
    }
    let list = client.ok(client.get("/api/jobs").await);
    assert_eq!(list["jobs"].as_array().unwrap().len(), 200);
    client.close().await;
    let client = place.open().await;
    assert_eq!(client.ok(client.get("/api/jobs").await)["jobs"].as_array().unwrap().len(), 200);
    client.close().await;
}

#[tokio::test]
async fn a_request_is_a_command() {
    let place = Place::new(Script::default());
    let client = place.open().await;
    let request = json!({
        "composition": "page.html", "output": "a b.webm", "width": 640, "alpha": true, "quality": 20, "strict": false,
        "overwrite": false, "metadata": { "title": "It's" }, "props": { "a": [1, "x"] }, "concurrency": "auto",
    });
    let root = place.folder.path().canonicalize().unwrap();
    let root = root.to_str().unwrap();
    let command = client.post("/api/command", &request.to_string()).await;
    let words = format!(
        "helios render {root}/page.html --output '{root}/a b.webm' --no-overwrite --width 640 --alpha --quality 20 \
         --metadata 'title=It'\\''s' --props '{{\"a\":[1,\"x\"]}}' --concurrency auto"
    );
    assert_eq!(command["command"], words);
    assert_eq!(command["argv"].as_array().unwrap().len(), 17);
    let spec = client.with("POST", "/api/job-spec", &request.to_string()).await;
    assert_eq!(spec.json()["merge"]["output"], format!("{root}/a b.webm"));

    std::fs::create_dir(place.folder.path().join("type")).unwrap();
    std::fs::write(place.folder.path().join("a.srt"), "").unwrap();
    let request = json!({
        "composition": "page.html", "output": "a.gif", "captions": "a.srt", "captionMode": "sidecar", "captionLanguage": "deu", "loop": 0,
        "fonts": "type",
    });
    let command = client.post("/api/command", &request.to_string()).await;
    let words = format!(
        "helios render {root}/page.html --output {root}/a.gif --captions {root}/a.srt --caption-mode sidecar \
         --caption-language deu --loop 0 --fonts {root}/type"
    );
    assert_eq!(command["command"], words);
}
