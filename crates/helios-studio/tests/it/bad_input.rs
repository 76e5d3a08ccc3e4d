//! Whatever is sent, the answer is a clear error in JSON, and the server stays up.

use crate::studio::Place;
use axum::body::Body;
use helios_testkit::Script;
use std::os::unix::fs::symlink;

/// Method, path, body, and what is answered.
type Case = (&'static str, &'static str, &'static str, u16, &'static str);

const CASES: &[Case] = &[
    ("GET", "/api", "", 404, "not-found"),
    ("GET", "/api/nothing", "", 404, "not-found"),
    ("GET", "/../../etc/passwd", "", 404, "not-found"),
    ("GET", "/%2e%2e/%2e%2e/etc/passwd", "", 404, "not-found"),
    ("POST", "/", "", 405, "method-not-allowed"),
    ("POST", "/api/project", "", 405, "method-not-allowed"),
    ("PATCH", "/api/jobs", "", 405, "method-not-allowed"),
    ("GET", "/api/jobs/render-1/cancel", "", 405, "method-not-allowed"),
    ("GET", "/api/jobs/render-99", "", 404, "not-found"),
    ("GET", "/api/jobs/..%2f..%2fetc", "", 404, "not-found"),
    ("GET", "/api/jobs/render-99999999999999999999999999", "", 404, "not-found"),
    ("GET", "/api/jobs/render--1/frame", "", 404, "not-found"),
    ("DELETE", "/api/jobs/render-99", "", 404, "not-found"),
    ("POST", "/api/jobs/render-99/cancel", "", 404, "not-found"),
    ("POST", "/api/jobs/render-99/retry", "", 404, "not-found"),
    ("POST", "/api/jobs/render-99/resume", "", 404, "not-found"),
    ("POST", "/api/jobs/render-99/open-folder", "", 404, "not-found"),
    ("POST", "/api/jobs/render-99/move", r#"{"to":0}"#, 404, "not-found"),
    ("GET", "/api/jobs/render-99/video", "", 404, "not-found"),
    ("GET", "/api/jobs/render-99/download", "", 404, "not-found"),
    ("GET", "/api/jobs/render-99/log", "", 404, "not-found"),
    ("GET", "/api/jobs/render-99/log?after=x", "", 400, "bad-request"),
    ("GET", "/api/jobs/render-99/log?before=1", "", 400, "bad-request"),
    ("POST", "/api/jobs/render-99/move", r#"{"to":-1}"#, 400, "bad-request"),
    ("POST", "/api/jobs/render-99/move", r#"{"to":4294967296}"#, 400, "bad-request"),
    ("POST", "/api/jobs/render-99/move", r#"{}"#, 400, "bad-request"),
    ("PUT", "/api/queue", r#"{"limit":0}"#, 400, "bad-request"),
    ("PUT", "/api/queue", r#"{"limit":9}"#, 400, "bad-request"),
    ("PUT", "/api/queue", r#"{"limit":1e9}"#, 400, "bad-request"),
    ("PUT", "/api/queue", r#"{"limit":"2"}"#, 400, "bad-request"),
    ("POST", "/api/jobs", "", 400, "bad-request"),
    ("POST", "/api/jobs", "{", 400, "bad-request"),
    ("POST", "/api/jobs", "[]", 400, "bad-request"),
    ("POST", "/api/jobs", "{} {}", 400, "bad-request"),
    ("POST", "/api/jobs", "{}", 400, "bad-path"),
    ("POST", "/api/jobs", r#"{"composition":5}"#, 400, "bad-request"),
    ("POST", "/api/jobs", r#"{"composition":""}"#, 400, "bad-path"),
    ("POST", "/api/jobs", r#"{"composition":"missing.html"}"#, 404, "not-found"),
    ("POST", "/api/jobs", r#"{"composition":"../page.html"}"#, 400, "bad-path"),
    ("POST", "/api/jobs", r#"{"composition":"/etc/passwd"}"#, 400, "bad-path"),
    ("POST", "/api/jobs", r#"{"composition":"link.html"}"#, 400, "bad-path"),
    ("POST", "/api/jobs", r#"{"composition":"inner/../../x.html"}"#, 400, "bad-path"),
    ("POST", "/api/jobs", r#"{"composition":"inner"}"#, 400, "bad-path"),
    ("POST", "/api/jobs", r#"{"composition":"notes.txt"}"#, 400, "bad-path"),
    ("POST", "/api/jobs", r#"{"composition":"page.html","surprise":1}"#, 400, "bad-request"),
    ("POST", "/api/jobs", r#"{"composition":"page.html","width":"wide"}"#, 400, "bad-request"),
    ("POST", "/api/jobs", r#"{"composition":"page.html","width":-5}"#, 400, "bad-request"),
    ("POST", "/api/jobs", r#"{"composition":"page.html","width":1e300}"#, 400, "bad-request"),
    ("POST", "/api/jobs", r#"{"composition":"page.html","fps":"fast"}"#, 400, "refused"),
    ("POST", "/api/jobs", r#"{"composition":"page.html","props":[1]}"#, 400, "bad-request"),
    ("POST", "/api/jobs", r#"{"composition":"page.html","concurrency":0}"#, 400, "bad-request"),
    ("POST", "/api/jobs", r#"{"composition":"page.html","concurrency":33}"#, 400, "bad-request"),
    ("POST", "/api/jobs", r#"{"composition":"page.html","concurrency":"many"}"#, 400, "bad-request"),
    ("POST", "/api/jobs", r#"{"composition":"page.html","concurrency":1.5}"#, 400, "bad-request"),
    ("POST", "/api/jobs", r#"{"composition":"page.html","output":"../out.mp4"}"#, 400, "bad-path"),
    ("POST", "/api/jobs", r#"{"composition":"page.html","output":"/tmp/out.mp4"}"#, 400, "bad-path"),
    ("POST", "/api/jobs", r#"{"composition":"page.html","output":".git/out.mp4"}"#, 400, "bad-path"),
    ("POST", "/api/jobs", r#"{"composition":"page.html","output":"away/out.mp4"}"#, 400, "bad-path"),
    ("POST", "/api/jobs", r#"{"composition":"page.html","output":"out.doc"}"#, 400, "refused"),
    ("POST", "/api/jobs", r#"{"composition":"page.html","extension":"doc"}"#, 400, "bad-request"),
    ("POST", "/api/jobs", r#"{"composition":"page.html","extension":"../mp4"}"#, 400, "bad-request"),
    ("POST", "/api/jobs", r#"{"composition":"page.html","captions":"../a.srt"}"#, 400, "bad-path"),
    ("POST", "/api/jobs", r#"{"composition":"page.html","fonts":"/usr/share/fonts"}"#, 400, "bad-path"),
    ("POST", "/api/jobs", r#"{"composition":"page.html","fonts":"away"}"#, 400, "bad-path"),
    ("POST", "/api/jobs", r#"{"composition":"page.html","fonts":"notes.txt"}"#, 400, "bad-path"),
    ("POST", "/api/jobs", r#"{"composition":"page.html","fonts":"missing"}"#, 404, "not-found"),
    ("POST", "/api/jobs", r#"{"composition":"page.html","loop":-1}"#, 400, "bad-request"),
    ("POST", "/api/jobs", r#"{"composition":"page.html","loop":65536}"#, 400, "bad-request"),
    ("POST", "/api/jobs", r#"{"composition":"page.html","loop":"twice"}"#, 400, "bad-request"),
    ("POST", "/api/jobs", r#"{"composition":"page.html","audio":["/etc/passwd"]}"#, 400, "bad-path"),
    ("POST", "/api/jobs", r#"{"composition":"page.html","audio":["a.mp3,volume=loud"]}"#, 400, "refused"),
    ("POST", "/api/job-spec", r#"{"composition":"../page.html"}"#, 400, "bad-path"),
    ("POST", "/api/job-spec", r#"{"composition":"page.html","fps":"x"}"#, 400, "refused"),
    ("POST", "/api/command", r#"{"composition":"page.html","fps":"x"}"#, 400, "refused"),
    ("POST", "/api/command", r#"{"composition":"page.html","quality":-1}"#, 400, "bad-request"),
    ("POST", "/api/still", r#"{"composition":"../page.html"}"#, 400, "bad-path"),
    ("POST", "/api/still", r#"{"composition":"page.html","frame":-1}"#, 400, "bad-request"),
    ("POST", "/api/still", r#"{"composition":"page.html","output":"x.png"}"#, 400, "bad-request"),
    ("GET", "/api/compositions/details", "", 400, "bad-request"),
    ("GET", "/api/compositions/details?path=../x.html", "", 400, "bad-path"),
    ("GET", "/api/compositions/details?path=link.html", "", 400, "bad-path"),
    ("GET", "/api/compositions/thumbnail?path=page.html&frame=-1", "", 400, "bad-request"),
    ("GET", "/api/compositions/thumbnail?path=page.html&width=99999", "", 400, "bad-request"),
    ("GET", "/api/compositions/thumbnail?path=page.html&height=5", "", 400, "bad-request"),
    ("GET", "/api/preview?path=%2e%2e%2fx.html", "", 400, "bad-path"),
    ("GET", "/api/preview?path=notes.txt", "", 400, "bad-path"),
    ("GET", "/api/events?since=5", "", 400, "bad-request"),
    ("GET", "/api/assets/file", "", 400, "bad-request"),
    ("GET", "/api/assets/file?path=", "", 400, "bad-path"),
    ("GET", "/api/assets/file?path=%00", "", 400, "bad-path"),
    ("GET", "/api/assets/file?path=%ff", "", 404, "not-found"),
    ("GET", "/api/assets/file?path=link.html", "", 400, "bad-path"),
    ("GET", "/api/assets/file?path=away/secret.txt", "", 400, "bad-path"),
    ("GET", "/api/assets/file?path=.env", "", 400, "bad-path"),
    ("GET", "/api/assets/file?path=.helios/studio/jobs.jsonl", "", 400, "bad-path"),
    ("GET", "/api/assets/file?path=..%5c..%5cetc", "", 400, "bad-path"),
    ("GET", "/api/assets/file?path=missing", "", 404, "not-found"),
    ("GET", "/api/waveform?path=notes.txt&buckets=0", "", 400, "bad-request"),
    ("GET", "/api/waveform?path=notes.txt&buckets=1e9", "", 400, "bad-request"),
    ("GET", "/api/waveform?path=../a.mp3", "", 400, "bad-path"),
    ("GET", "/api/captions?path=notes.txt", "", 400, "bad-path"),
    ("GET", "/api/captions?path=missing.srt", "", 404, "not-found"),
    ("PUT", "/api/captions?path=../a.srt", r#"{"cues":[]}"#, 400, "bad-path"),
    ("PUT", "/api/captions?path=page.html", r#"{"cues":[]}"#, 400, "bad-path"),
    ("PUT", "/api/captions?path=a.srt", r#"{"cues":[]}"#, 400, "bad-request"),
    (
        "PUT",
        "/api/captions?path=a.srt",
        r#"{"cues":[{"startMs":2,"endMs":1,"text":"x"}]}"#,
        400,
        "bad-request",
    ),
    (
        "PUT",
        "/api/captions?path=a.srt",
        r#"{"cues":[{"startMs":-2,"endMs":1,"text":"x"}]}"#,
        400,
        "bad-request",
    ),
    ("PUT", "/api/captions?path=away/a.srt", r#"{"cues":[]}"#, 400, "bad-path"),
];

#[tokio::test]
async fn every_route_refuses_what_means_nothing() {
    let place = Place::new(Script::default());
    let (root, outside) = (place.folder.path(), tempfile::tempdir().unwrap());
    std::fs::create_dir(root.join("inner")).unwrap();
    for (file, text) in [("notes.txt", "x"), (".env", "SECRET=1")] {
        std::fs::write(root.join(file), text).unwrap();
    }
    for file in ["secret.txt", "x.html"] {
        std::fs::write(outside.path().join(file), "secret").unwrap();
    }
    symlink(outside.path().join("x.html"), root.join("link.html")).unwrap();
    symlink(outside.path(), root.join("away")).unwrap();
    let client = place.open().await;
    for (method, path, body, status, code) in CASES {
        let answer = client.with(method, path, body).await;
        assert_eq!(answer.error(), (*status, (*code).to_owned()), "{method} {path} {body}: {answer:?}");
        assert!(!String::from_utf8_lossy(&answer.body).contains("SECRET"));
    }
    assert!(client.ok(client.get("/api/jobs").await)["jobs"].as_array().unwrap().is_empty());
    assert!(!outside.path().join("a.srt").exists() && !root.join("a.srt").exists());
}

#[tokio::test]
async fn bodies_are_json_and_of_a_size() {
    let place = Place::new(Script::default());
    let client = place.open().await;
    let body = r#"{"composition":"page.html"}"#;
    for kind in ["text/plain", "application/x-www-form-urlencoded", "", "application/jsonx"] {
        let request = client.request("POST", "/api/command").header("content-type", kind);
        let answer = client.send(request.body(Body::from(body)).unwrap()).await;
        assert_eq!(answer.error(), (415, "unsupported-media-type".to_owned()), "{kind:?}");
    }
    let large = format!(r#"{{"composition":"page.html","fps":"{}"}}"#, "9".repeat(5 << 20));
    for route in ["/api/jobs", "/api/still", "/api/job-spec", "/api/command"] {
        assert_eq!(
            client.with("POST", route, &large).await.error(),
            (413, "too-large".to_owned()),
            "{route}"
        );
    }
    let deep = format!(r#"{{"composition":"page.html","props":{{"a":{}}}}}"#, "[".repeat(100_000));
    assert_eq!(client.with("POST", "/api/command", &deep).await.error(), (400, "bad-request".to_owned()));
    client.post("/api/command", body).await;
}
