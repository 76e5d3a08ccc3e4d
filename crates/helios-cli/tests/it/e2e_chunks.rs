//! A job's chunks, rendered by its commands, and everything that can happen to them before they are joined.

use crate::film::Film;
use crate::run::{Answer, Place};
use serde_json::Value;
use std::path::PathBuf;

/// A square that moves: no two chunks have the same bytes.
const PAGE: &str = r#"<!doctype html><meta name="helios" content="width=64,height=64,fps=30,duration=1">
<style>i { position: absolute; width: 20px; height: 20px; background: #c30; animation: go 1s linear }
@keyframes go { from { left: 0; top: 0 } to { left: 44px; top: 30px } }</style><i></i>"#;

/// A job whose chunks are rendered.
struct Rendered {
    place: Place,
    job: Value,
}

impl Rendered {
    /// Nine frames in three chunks, by the commands of the job itself.
    fn new() -> Rendered {
        let place = Place::new();
        place.write("page.html", PAGE);
        let args = ["page.html", "--frame-count", "9", "--concurrency", "3", "--emit-job", "job.json", "-q"];
        place.render(&args);
        let text = std::fs::read_to_string(place.path().join("job.json")).unwrap();
        let job: Value = serde_json::from_str(&text).unwrap();
        for partition in job["partitions"].as_array().unwrap() {
            let answer = place.helios(&words(&partition["argv"])[1..]);
            assert_eq!(answer.code, Some(0), "{answer:?}");
        }
        Rendered { place, job }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.place.path().join(name)
    }

    /// The job's own merge.
    fn merge(&self) -> Answer {
        self.place.helios(&words(&self.job["merge"]["argv"])[1..])
    }

    /// Asserts that a merge fails with this code, names these, and leaves nothing.
    #[track_caller]
    fn refuses(&self, answer: Answer, code: i32, names: &[&str]) {
        assert_eq!(answer.code, Some(code), "{answer:?}");
        for name in names {
            assert!(answer.stderr.contains(name), "{name}: {}", answer.stderr);
        }
        let left = self.place.files();
        assert!(!left.iter().any(|name| name.contains("output") || name.ends_with(".part")), "{left:?}");
    }

    /// Does something to a file, looks at the merge, and takes it back.
    #[track_caller]
    fn damaged(&self, file: &str, damage: impl FnOnce(&mut Vec<u8>), code: i32, names: &[&str]) {
        let whole = std::fs::read(self.path(file)).unwrap();
        let mut bytes = whole.clone();
        damage(&mut bytes);
        assert_ne!(bytes, whole);
        std::fs::write(self.path(file), bytes).unwrap();
        self.refuses(self.merge(), code, names);
        std::fs::write(self.path(file), whole).unwrap();
    }
}

fn words(argv: &Value) -> Vec<&str> {
    argv.as_array().unwrap().iter().map(|word| word.as_str().unwrap()).collect()
}

fn replace(from: &'static str, to: &'static str) -> impl Fn(&mut Vec<u8>) {
    move |bytes| *bytes = String::from_utf8(bytes.clone()).unwrap().replacen(from, to, 1).into_bytes()
}

#[test]
fn whatever_happens_to_chunks_the_merge_says_it() {
    let it = Rendered::new();
    let manifest: Value = serde_json::from_slice(&std::fs::read(it.path("chunk_1.json")).unwrap()).unwrap();
    assert_eq!((&manifest["jobId"], &manifest["chunk"]), (&it.job["jobId"], &1.into()));
    assert_eq!((&manifest["startFrame"], &manifest["frameCount"]), (&3.into(), &3.into()));
    let size = std::fs::metadata(it.path("chunk_1.mov")).unwrap().len();
    assert_eq!(manifest["bytes"], size);
    assert!(manifest["versions"]["chromium"].as_str().unwrap().contains("Chrom"), "{manifest}");
    assert!(
        manifest["versions"]["ffmpeg"].as_str().unwrap().starts_with(|c: char| c.is_ascii_alphanumeric())
    );

    // Verify: the folder, a manifest alone, the hashes of the same render.
    it.place.hashes("page.html", "direct.mov", &["--frame-count", "9"]);
    let verify = |a: &str, b: &str| it.place.helios(&["verify", a, b]);
    let equal = verify(".", "direct.mov.hashes");
    assert_eq!(equal.code, Some(0), "{equal:?}");
    let part = verify("chunk_1.json", "direct.mov.hashes");
    assert_eq!(part.code, Some(1));
    assert!(part.stderr.contains("the 3 frames that both have are equal"), "{}", part.stderr);
    let hash = manifest["frameHashes"]["values"][1].as_str().unwrap();
    let edited = std::fs::read_to_string(it.path("chunk_1.json")).unwrap().replace(hash, &"0".repeat(32));
    it.place.write("other/chunk_1.json", &edited);
    let other = verify("chunk_1.json", "other");
    assert_eq!(other.code, Some(1));
    assert!(other.stderr.contains("1 of 3 frames differs: 4"), "{}", other.stderr);
    std::fs::copy(it.path("chunk_0.json"), it.path("other/again.json")).unwrap();
    std::fs::copy(it.path("chunk_2.json"), it.path("other/chunk_2.json")).unwrap();
    std::fs::remove_file(it.path("other/chunk_1.json")).unwrap();
    assert!(it.place.refused(&["verify", ".", "other"]).contains("chunk_2.json: gap: frames 3 to 5"));

    // Job: what is there, whatever a damaged chunk is called.
    let ask = |what: &str| it.place.helios(&["job", what, "job.json"]).stdout;
    assert_eq!(ask("missing"), "");
    assert_eq!(ask("status"), "0 chunk_0.mov done\n1 chunk_1.mov done\n2 chunk_2.mov done\n");
    std::fs::rename(it.path("chunk_0.mov"), it.path("away.mov")).unwrap();
    std::fs::rename(it.path("chunk_2.json"), it.path("away")).unwrap();
    assert_eq!(ask("missing"), "0,2\n");
    let status = ask("status");
    assert!(
        status.starts_with("0 chunk_0.mov missing: there is no such file\n1 chunk_1.mov done\n"),
        "{status}"
    );
    assert!(status.ends_with("2 chunk_2.mov unfinished: it has no manifest beside it\n"), "{status}");
    let json: Value =
        serde_json::from_str(&it.place.helios(&["job", "status", "job.json", "--json"]).stdout).unwrap();
    assert_eq!(
        (&json["done"], &json["total"], &json["chunks"][2]["state"]),
        (&1.into(), &3.into(), &"unfinished".into())
    );
    std::fs::rename(it.path("away.mov"), it.path("chunk_0.mov")).unwrap();
    std::fs::rename(it.path("away"), it.path("chunk_2.json")).unwrap();
    assert!(it.place.refused(&["job", "status", "chunk_0.json"]).contains("chunk_0.json"));

    let flip = |bytes: &mut Vec<u8>| {
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
    };
    it.damaged("chunk_1.mov", flip, 75, &["chunk_1.mov: corrupt: its SHA-256 is "]);
    it.damaged("chunk_1.mov", |bytes| bytes.truncate(100), 75, &["chunk_1.mov: truncated: it has 100 bytes"]);
    it.damaged("chunk_0.mov", |bytes| bytes.push(0), 75, &["chunk_0.mov: corrupt: it has "]);
    // The manifest edited: it is damaged itself, or no longer that of its chunk, or of this job.
    it.damaged(
        "chunk_2.json",
        |bytes| bytes.truncate(300),
        75,
        &["chunk_2.mov: bad manifest: chunk_2.json: "],
    );
    it.damaged(
        "chunk_2.json",
        replace("\"frameCount\": 3", "\"frameCount\": 2"),
        75,
        &["frameHashes.values"],
    );
    it.damaged(
        "chunk_2.json",
        replace("\"sha256\": \"", "\"sha256\": \"f"),
        75,
        &["chunk_2.mov: bad manifest"],
    );
    it.damaged("chunk_2.json", replace("helios.chunk/1", "helios.chunk/2"), 64, &["unknown version"]);
    it.damaged(
        "chunk_2.json",
        replace("\"jobId\": \"", "\"jobId\": \"x"),
        64,
        &["chunk_2.mov: foreign: it belongs to job x"],
    );
    it.damaged(
        "chunk_2.json",
        replace("\"startFrame\": 6", "\"startFrame\": 3"),
        64,
        &["duplicate", "chunk_1.mov"],
    );
    it.damaged("chunk_2.json", replace("\"startFrame\": 6", "\"startFrame\": 5"), 64, &["overlapping"]);

    // Several at once, in one message.
    std::fs::rename(it.path("chunk_0.mov"), it.path("away.mov")).unwrap();
    it.damaged("chunk_1.mov", flip, 75, &["chunk_0.mov: missing", "chunk_1.mov: corrupt", "2 of 3 cannot"]);
    std::fs::rename(it.path("away.mov"), it.path("chunk_0.mov")).unwrap();
    // Files exchanged, without their manifests and with them.
    let exchange = |extension: &str| {
        let (a, b) = (it.path(&format!("chunk_0.{extension}")), it.path(&format!("chunk_1.{extension}")));
        std::fs::rename(&a, it.path("x")).unwrap();
        std::fs::rename(&b, &a).unwrap();
        std::fs::rename(it.path("x"), &b).unwrap();
    };
    exchange("mov");
    it.refuses(it.merge(), 75, &["chunk_0.mov: ", "chunk_1.mov: "]);
    exchange("json");
    it.refuses(it.merge(), 64, &["out of order"]);
    exchange("mov");
    exchange("json");
    // The record of completion is the manifest.
    std::fs::rename(it.path("chunk_1.json"), it.path("x")).unwrap();
    it.refuses(it.merge(), 75, &["chunk_1.mov: unfinished"]);
    std::fs::rename(it.path("x"), it.path("chunk_1.json")).unwrap();

    // Without the job's id, the chunks speak for themselves.
    let plain = |chunks: &[&str]| it.place.helios(&[&["merge", "output.mp4"], chunks].concat());
    it.refuses(plain(&["chunk_0.mov", "chunk_1.mov", "chunk_1.mov"]), 64, &["duplicate"]);
    it.refuses(plain(&["chunk_0.mov", "chunk_2.mov"]), 64, &["gap: frames 3 to 5"]);
    it.refuses(plain(&["chunk_1.mov", "chunk_0.mov", "chunk_2.mov"]), 64, &["out of order"]);
    let job = ["--job-id", it.job["jobId"].as_str().unwrap(), "--frame-count", "9"];
    let tail = [&["merge", "output.mp4", "chunk_0.mov", "chunk_1.mov"], job.as_slice()].concat();
    it.refuses(it.place.helios(&tail), 64, &["gap: frames 6 to 8"]);

    // Another version is told and no obstacle.
    let text = std::fs::read_to_string(it.path("chunk_2.json")).unwrap();
    std::fs::write(it.path("chunk_2.json"), text.replacen("\"chromium\": \"", "\"chromium\": \"Other", 1))
        .unwrap();
    let answer = it.merge();
    assert_eq!(answer.code, Some(0), "{answer:?}");
    assert!(answer.stderr.contains("different versions of Chromium"), "{}", answer.stderr);
    let direct = ["page.html", "--frame-count", "9", "--chunk-frames", "3", "-o", "direct.mp4", "-q"];
    it.place.render(&direct);
    assert_eq!(Film::of(it.path("output.mp4")).frames(), 9);
    assert_eq!(it.place.film("output.mp4").decoded(), it.place.film("direct.mp4").decoded());
    let bytes = |name: &str| std::fs::read(it.path(name)).unwrap();
    assert!(bytes("output.mp4") == bytes("direct.mp4"), "the job is the render, to the byte");

    // Chunks without manifests are joined as ever, and that is said once.
    for n in 0..3 {
        std::fs::remove_file(it.path(&format!("chunk_{n}.json"))).unwrap();
    }
    let answer = plain(&["chunk_0.mov", "chunk_1.mov", "chunk_2.mov"]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    assert_eq!(answer.stderr.matches("manifest").count(), 1, "{}", answer.stderr);
    assert!(answer.stderr.contains("3 of 3 chunks have no manifest"), "{}", answer.stderr);
}

#[test]
fn a_manifest_replaces_nothing_else() {
    let place = Place::new();
    place.write("page.html", PAGE);
    place.write("film.json", "{\"schema\": \"helios.job/1\"}");
    let args =
        ["render", "page.html", "--frame-count", "1", "-o", "film.mov", "--job-id", "a", "--chunk", "0"];
    assert!(place.refused(&args).contains("film.json"));
    assert!(place.refused(&["render", "page.html", "--job-id", "a"]).contains("--chunk"));
    assert!(place.refused(&["render", "page.html", "--job-id", "a/b", "--chunk", "0"]).contains("a/b"));
}
