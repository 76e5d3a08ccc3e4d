//! A job on object storage: chunks of several machines, of which none sees the others' folders; damaged objects; the bytes of a render.
//! Here the storage is a folder by its address; `engine_s3` tells the same story with an S3 server.

use crate::film::TINY;
use crate::live::Live;
use crate::run::{Answer, Place};
use rustix::process::Signal;
use serde_json::{Value, json};
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::Command;

/// A page that keeps state, loads a file, and makes a sound of its own, which lies beside its chunk.
const PAGE: &str = r#"<!doctype html><meta name="helios" content="width=64,height=64,fps=30,duration=0.3">
<link rel="stylesheet" href="the look/style#1.css"><i></i><audio id=a></audio><script>
let x = 32;
requestAnimationFrame(function step() {
  x += Math.random() * 8 - 4;
  document.querySelector("i").style.left = `${x}px`;
  requestAnimationFrame(step);
});
const release = helios.hold("the sound");
fetch("beep.wav").then((answer) => answer.blob()).then((blob) => { a.src = URL.createObjectURL(blob); a.play(); release(); });
</script>"#;

/// Where the objects are.
pub trait Storage {
    /// The address of the job's folder.
    fn url(&self) -> String;
    fn get(&self, name: &str) -> Vec<u8>;
    fn put(&self, name: &str, bytes: &[u8]);
    /// The storage's settings.
    fn settings(&self, command: &mut Command);
}

struct Folder(PathBuf);

impl Storage for Folder {
    fn url(&self) -> String {
        format!("file://{}", self.0.display())
    }

    fn get(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.0.join(name)).unwrap()
    }

    fn put(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.0.join(name), bytes).unwrap();
    }

    fn settings(&self, _: &mut Command) {}
}

/// Three chunks by three machines, two of them at the same time, one chunk twice, some damage, one film.
pub fn story(storage: &dyn Storage) {
    let place = Place::new();
    place.write("site/page.html", PAGE);
    place.write(
        "site/the look/style#1.css",
        "i { position: absolute; width: 9px; height: 40px; background: #fc3 }",
    );
    let status = Command::new("ffmpeg")
        .args(["-v", "error", "-f", "lavfi", "-i", "sine=frequency=440:duration=0.05"])
        .arg(place.path().join("site/beep.wav"))
        .status();
    assert!(status.unwrap().success());
    place.write("site/talk.srt", "1\n00:00:00,100 --> 00:00:00,200\nHello\n");
    let captions = ["--captions", "site/talk.srt", "--caption-mode", "track"];
    let direct = ["site/page.html", "--chunk-frames", "3", "-o", "direct.mp4", "-q"];
    place.render(&[&direct[..], &captions].concat());
    let direct = std::fs::read(place.path().join("direct.mp4")).unwrap();

    let url = storage.url();
    let command = |args: &[&str]| {
        let mut command = place.command(args);
        storage.settings(&mut command);
        command
    };
    let helios = |args: &[&str]| -> Answer { command(args).output().unwrap().into() };
    let job = |args: &[&str]| helios(&[&["job", args[0], &format!("{url}/job.json")], &args[1..]].concat());
    let ask = |args: &[&str]| {
        let answer = job(args);
        assert_eq!(answer.code, Some(0), "{args:?}: {answer:?}");
        answer.stdout
    };
    let json = |args: &[&str]| serde_json::from_str::<Value>(&ask(args)).unwrap();

    // Without the bundle nobody else could render it; another job in the same place is not replaced.
    let emit =
        ["render", "site/page.html", "--chunk-frames", "3", "-o", "film.mp4", "-q", "--emit-job", &url];
    let emit = [&emit[..], &captions].concat();
    let bare = helios(&emit);
    assert!(bare.code == Some(64) && bare.stderr.contains("--bundle"), "{bare:?}");
    let emit = [&emit[..], &["--bundle"]].concat();
    for _ in 0..2 {
        let answer = helios(&emit);
        assert_eq!(answer.code, Some(0), "{answer:?}");
    }
    let other = helios(&[&emit[..], &["--seed", "7"]].concat());
    assert!(other.code == Some(64) && other.stderr.contains("another job is there already"), "{other:?}");
    std::fs::rename(place.path().join("site"), place.path().join("gone")).unwrap();

    assert_eq!(ask(&["missing"]), "0,1,2\n");
    // An earlier film in the place of the output is not the job's.
    storage.put("film.mp4", &direct);
    assert_eq!(json(&["status", "--json"])["merged"], false);
    let early = job(&["verify"]);
    assert!(early.code == Some(75) && early.stderr.contains("/film.mp4: unfinished: no record"), "{early:?}");
    let file = format!("{url}/job.json");
    let first = [["0"], ["1"]].map(|index| {
        let mut command = command(&["job", "run-chunk", &file, index[0]]);
        command.stderr(std::process::Stdio::piped()).spawn().unwrap()
    });
    for child in first {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    assert_eq!(json(&["status", "--json"])["done"], 2);
    let early = job(&["merge"]);
    assert_eq!(early.code, Some(75), "{early:?}");
    assert!(early.stderr.contains(&format!("{url}/chunk_2.mov: missing")), "{early:?}");

    // A task that is run twice renders once.
    assert!(job(&["run-chunk", "2"]).stderr.contains("Rendering frames 6 to 8"));
    let again = job(&["run-chunk", "2"]);
    assert!(again.code == Some(0) && !again.stderr.contains("Rendering frames"), "{again:?}");

    // Damage of every kind is named, and cured by the chunk's command.
    let whole = storage.get("chunk_1.mov");
    let mut flipped = whole.clone();
    flipped[whole.len() / 2] ^= 1;
    storage.put("chunk_1.mov", &flipped);
    storage.put("chunk_2.mov", &whole[..whole.len() / 2]);
    let sound = storage.get("chunk_0.sound_0");
    storage.put("chunk_0.sound_0", &sound[..sound.len() - 2]);
    let bad = job(&["merge"]);
    assert_eq!(bad.code, Some(75), "{bad:?}");
    for line in [
        "chunk_0.mov: corrupt: the SHA-256 of its sound chunk_0.sound_0 is ",
        "chunk_1.mov: corrupt: its SHA-256 is ",
    ] {
        assert!(bad.stderr.contains(&format!("{url}/{line}")), "{line}: {bad:?}");
    }
    assert!(
        bad.stderr.contains("chunk_2.mov: truncated: it has ")
            || bad.stderr.contains("chunk_2.mov: corrupt: it has "),
        "{bad:?}"
    );
    assert_eq!(ask(&["missing"]), "0,1,2\n");
    storage.put("chunk_0.sound_0", &sound);
    storage.put("chunk_1.mov", &whole);
    // Whoever was killed before the manifest was sent has sent nothing.
    let manifest = storage.get("chunk_1.json");
    storage.put("chunk_1.json", b"");
    assert!(ask(&["status"]).contains("1 chunk_1.mov unfinished"));
    storage.put("chunk_1.json", &manifest);
    assert_eq!(json(&["missing", "--json"])["missing"], json!([2]));
    assert!(ask(&["run", "--chunk", "0-2", "--json"]).contains("chunk_kept"));
    assert!(helios(&["job", "merge", &url]).code == Some(0), "the folder is enough of an address");
    assert!(storage.get("film.mp4") == direct, "the same bytes as a render here");
    assert!(ask(&["verify"]).contains("has all 9 frames; 3 of 3 chunks are there"));
    assert_eq!(json(&["status", "--json"])["merged"], true);

    // Cancelled, who comes does not begin; run, it goes on.
    assert_eq!(json(&["clean", "--json"])["removed"].as_array().unwrap().len(), 7);
    ask(&["cancel"]);
    let late = job(&["run-chunk", "1"]);
    assert_eq!(late.code, Some(143), "{late:?}");
    ask(&["run", "--concurrency", "2"]);
    assert!(storage.get("film.mp4") == direct);
    assert_eq!(ask(&["missing"]), "0,1,2\n", "chunks go when the film is there");
    assert_eq!(json(&["status", "--json"])["merged"], true, "and are not missed");
    assert!(ask(&["verify"]).contains("has all 9 frames; 0 of 3 chunks are there"));
    assert!(ask(&["status", "--watch"]).contains("0 chunk_0.mov missing"), "it ends");
    // Something else in its place is noticed.
    storage.put("film.mp4", &direct[1..]);
    assert_eq!(json(&["status", "--json"])["merged"], false);
    let other = job(&["verify"]);
    assert!(other.code == Some(75) && other.stderr.contains("/film.mp4: truncated: it has "), "{other:?}");
    storage.put("film.mp4", &direct);
    // An input that is not what it was.
    storage.put("page/page.html", b"<!doctype html>");
    let changed = job(&["run-chunk", "1"]);
    assert!(
        changed.code == Some(64) && changed.stderr.contains("page/page.html: its SHA-256 is "),
        "{changed:?}"
    );
}

#[test]
fn a_job_in_a_folder_by_its_address() {
    let folder = tempfile::tempdir().unwrap();
    story(&Folder(folder.path().join("a film")));
}

/// Chunks are on the storage when they are finished, and not when all are: whoever is killed loses those alone that were not.
#[test]
fn what_is_finished_survives_a_kill() {
    let place = Place::new();
    place.write("tiny.html", TINY);
    let folder = place.path().join("a film");
    let url = format!("file://{}", folder.display());
    place.render(&["tiny.html", "--chunk-frames", "30", "--emit-job", &url, "--bundle", "-q"]);
    let file = format!("{url}/job.json");
    let mut live = Live::start(&place, &["job", "run", &file, "--json"]);
    let sent = live.until(|_| folder.join("chunk_1.json").exists().then_some(()));
    assert!(sent.is_some(), "{}", live.stderr());
    let finished = live.stdout().matches(r#""event":"chunk_finished""#).count();
    assert!(finished < 10, "all chunks were finished before the first was sent");
    live.signal(Signal::KILL);
    let _ = live.end();
    let status = place.helios(&["job", "status", &file]).stdout;
    assert!(status.starts_with("0 chunk_0.mov done\n1 chunk_1.mov done\n"), "{status}");
    assert!(status.ends_with("9 chunk_9.mov missing: there is no such object\n"), "{status}");
    let again = place.helios(&["job", "run", &file, "--json"]);
    assert_eq!(again.code, Some(0), "{again:?}");
    assert!(again.stdout.matches(r#""event":"chunk_kept""#).count() >= 2, "{}", again.stdout);
    assert!(place.helios(&["job", "verify", &file]).stdout.contains("has all 300 frames"));
}

/// A server that gives every request this answer; its address.
fn server(status: &'static str, body: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.read(&mut [0; 4096]);
            let length = body.len();
            let _ = write!(
                stream,
                "HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
            );
        }
    });
    address
}

/// What storage does not do is told in words, with the exit code that says whether trying again helps.
#[test]
fn what_storage_refuses_is_said() {
    let place = Place::new();
    let ask = |endpoint: &str, url: &str| -> Answer {
        let mut command = place.command(&["job", "missing", url]);
        command
            .env("AWS_ENDPOINT_URL", endpoint)
            .env("AWS_ACCESS_KEY_ID", "who")
            .env("AWS_SECRET_ACCESS_KEY", "knows");
        command.output().unwrap().into()
    };
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let cases = [
        (
            server("404 Not Found", "<Error><Code>NoSuchBucket</Code><Message>No</Message></Error>"),
            64,
            "there is no such bucket",
        ),
        (
            server("404 Not Found", "<Error><Code>NoSuchKey</Code><Message>No</Message></Error>"),
            64,
            "there is no such object",
        ),
        (
            server("403 Forbidden", "<Error><Code>AccessDenied</Code></Error>"),
            64,
            "the storage denies access: AccessDenied",
        ),
        (
            server("403 Forbidden", "<Error><Code>ExpiredToken</Code></Error>"),
            75,
            "the credentials have expired",
        ),
        (server("200 OK", "<html>"), 64, "line 1, column 1"),
        (format!("http://{nobody}"), 75, "onnection refused"),
    ];
    for (endpoint, code, words) in cases {
        let answer = ask(&endpoint, "s3://films/one/job.json");
        assert_eq!(answer.code, Some(code), "{words}: {answer:?}");
        assert!(
            answer.stderr.contains(words) && answer.stderr.contains("s3://films/one/job.json"),
            "{answer:?}"
        );
    }
    for (url, words) in [("s3:///job.json", "there is no bucket"), ("file://films/job.json", "from / on")] {
        let answer = ask("http://127.0.0.1:9", url);
        assert!(answer.code == Some(64) && answer.stderr.contains(words), "{answer:?}");
    }
    // A job that names files of one machine is no job for others.
    place.write("page.html", PAGE);
    place.render(&["page.html", "--emit-job", "job.json", "-q"]);
    let url = format!("file://{}/job.json", place.path().display());
    let refused = place.helios(&["job", "run", &url]);
    assert!(refused.code == Some(64) && refused.stderr.contains("outside of its folder"), "{refused:?}");
    let refused = place.helios(&["job", "submit", &url, "--engine", "slurm"]);
    assert!(refused.code == Some(64) && refused.stderr.contains("not on object storage"), "{refused:?}");
}
