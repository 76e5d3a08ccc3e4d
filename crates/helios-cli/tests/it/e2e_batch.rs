//! Many videos of one page: killed, gone on with, a bad row among them.

use crate::live::Live;
use crate::run::Place;
use rustix::process::Signal;
use serde_json::Value;

/// Its colour and length are the row's. `hue` is declared as text: 7 and "7" are told apart.
const PAGE: &str = r#"<!doctype html><meta name="helios" content="width=64,height=64,fps=30,duration=0.4">
<body><script>
helios.schema = { type: "object", properties: { hue: { type: "string" }, name: {} }, required: ["hue"] };
const { hue, name } = helios.props;
if (name === "Bad") throw new Error("this row is bad");
helios.onFrame(({ frame }) => document.body.style.background = `hsl(${typeof hue === "string" ? hue : 0} 80% ${30 + frame * 3}%)`);
</script>"#;

const ROWS: &str = "name,hue\nAda,0\nBob,72\nBad,144\nCid,216\nDan,288\n";

const BATCH: [&str; 10] = [
    "batch",
    "rows.csv",
    "page.html",
    "-o",
    "out/{index}-{name}.mp4",
    "--concurrency",
    "2",
    "--strict",
    "--json",
    "--resume",
];

fn report(place: &Place) -> Value {
    serde_json::from_slice(&std::fs::read(place.path().join("report.json")).unwrap()).unwrap()
}

fn states(report: &Value) -> Vec<&str> {
    report["rows"].as_array().unwrap().iter().map(|row| row["state"].as_str().unwrap()).collect()
}

fn names(place: &Place) -> Vec<String> {
    let entries = std::fs::read_dir(place.path().join("out")).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_batch_is_killed_and_goes_on() {
    let place = Place::new();
    place.write("page.html", PAGE);
    place.write("rows.csv", ROWS);

    // kill -9 when the first rows are done.
    let mut live = Live::start(&place, &BATCH);
    let seen = live.until(|live| (live.stdout().matches(r#""state":"rendered""#).count() >= 2).then_some(()));
    assert!(seen.is_some(), "the batch ended too early: {}", live.stderr());
    live.signal(Signal::KILL);
    live.end();

    let ended = Live::start(&place, &[&BATCH[..], &["--report", "report.json"]].concat()).end();
    assert_eq!(ended.answer.code, Some(64), "{}", ended.answer.stderr);
    assert_eq!(ended.left, [""; 0]);
    let found = report(&place);
    let all = states(&found);
    assert_eq!(all[2], "failed", "{found}");
    assert!(found["rows"][2]["error"].as_str().unwrap().contains("this row is bad"), "{found}");
    assert!(
        found["kept"].as_u64().unwrap() >= 2
            && found["kept"].as_u64().unwrap() + found["rendered"].as_u64().unwrap() == 4,
        "{found}"
    );
    assert!(ended.answer.stderr.contains("5 rows: "), "{}", ended.answer.stderr);
    let names_then = names(&place);
    assert_eq!(names_then, [".helios-batch.jsonl", "1-Ada.mp4", "2-Bob.mp4", "4-Cid.mp4", "5-Dan.mp4"]);

    // One progress, from 0 to 1.
    let lines: Vec<Value> =
        ended.answer.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let progress: Vec<f64> = lines
        .iter()
        .filter(|line| line["event"] == "batch_progress")
        .map(|line| line["value"].as_f64().unwrap())
        .collect();
    assert!(progress.is_sorted() && progress.last() == Some(&1.0), "{progress:?}");
    assert_eq!(lines.last().unwrap()["event"], "batch_finished");

    // A video of the batch, from a browser that has made others, is that of a plain render.
    place.render(&["page.html", "--props", r#"{"name":"Dan","hue":"288"}"#, "-o", "plain.mp4", "--strict"]);
    assert_eq!(place.film("out/5-Dan.mp4").decoded(), place.film("plain.mp4").decoded());

    // The bad row is mended, and a video damaged: both are rendered, and nothing else.
    place.write("rows.csv", &ROWS.replace("Bad,", "Eve,"));
    let damaged = place.path().join("out/2-Bob.mp4");
    let whole = std::fs::read(&damaged).unwrap();
    std::fs::write(&damaged, &whole[..whole.len() / 2]).unwrap();
    let answer = place.helios(&[&BATCH[..], &["--report", "report.json"]].concat());
    assert_eq!(answer.code, Some(0), "{}", answer.stderr);
    assert_eq!(
        states(&report(&place)),
        ["kept", "rendered", "rendered", "kept", "kept"],
        "{}",
        answer.stderr
    );
    assert_eq!(std::fs::read(&damaged).unwrap(), whole);
    assert!(answer.stderr.contains("Row 2 is rendered again: "), "{}", answer.stderr);
    assert!(names(&place).contains(&"3-Eve.mp4".to_owned()));
}

#[test]
fn no_row_finds_what_another_has_kept() {
    let place = Place::new();
    place.write(
        "page.html",
        r#"<!doctype html><meta name="helios" content="width=32,height=32,fps=10,duration=0.3"><script>
const found = [localStorage.n, sessionStorage.n, document.cookie].filter(Boolean);
localStorage.n = sessionStorage.n = document.cookie = "n=1";
const done = helios.hold("the database"), request = indexedDB.open("kept");
request.onupgradeneeded = () => { found.isNew = true; request.result.createObjectStore("rows"); };
request.onsuccess = async () => {
  if (!found.isNew) found.push("a database");
  if (self.caches) { found.push(...await caches.keys()); await caches.open("a cache"); }
  done();
  if (found.length > 0) throw new Error("somebody was here: " + found);
};
</script>"#,
    );
    place.write("rows.csv", "name\na\nb\n");
    for capture in ["tap", "screenshot"] {
        let batch =
            ["batch", "rows.csv", "page.html", "-o", "out/{name}.mp4", "--strict", "--capture", capture];
        let answer = place.helios(&batch);
        assert!(answer.stderr.contains("2 rows: 2 rendered"), "{capture}: {}", answer.stderr);
    }
    // Each worker renders two chunks.
    place.render(&["page.html", "-o", "a.mp4", "--strict", "--chunk-frames", "1", "--concurrency", "2"]);
}

#[test]
fn the_first_failure_can_be_the_end() {
    let place = Place::new();
    place.write("page.html", PAGE);
    place.write("rows.csv", &ROWS.replace("Ada,", "Bad,").replace("Bad,144", "Fay,144"));
    let answer = place.helios(&[
        "batch",
        "rows.csv",
        "page.html",
        "-o",
        "out/{name}.mp4",
        "--strict",
        "--fail-fast",
        "--report",
        "report.json",
    ]);
    assert_eq!(answer.code, Some(75), "rows are left: {}", answer.stderr);
    assert_eq!(
        states(&report(&place)),
        ["failed", "waiting", "waiting", "waiting", "waiting"],
        "{}",
        answer.stderr
    );
}

#[test]
fn what_is_wrong_is_said_before_anything_starts() {
    let place = Place::new();
    place.write("page.html", PAGE);
    place.write("rows.csv", "name\na\nA\n");
    place.write("bad.jsonl", "{\"name\": \"../x\"}\n");
    let refused = |args: &[&str]| place.refused(&[&["batch"], args].concat());
    assert!(refused(&["rows.csv", "page.html", "-o", "out/{name}.mp4"]).contains("rows 1 and 2 both write"));
    assert!(refused(&["rows.csv", "page.html"]).contains("{index}"));
    assert!(refused(&["rows.csv", "page.html", "-o", "{index}.txt"]).contains(".txt"));
    assert!(
        refused(&["rows.csv", "page.html", "-o", "{index}.mp4", "--emit-job", "a.json"])
            .contains("--emit-job")
    );
    let said = refused(&["rows.csv", "page.html", "-o", "{index}.mp4", "--fps", "0"]);
    assert!(said.contains("\"0\"") && !said.contains("row 2"), "once, not for each row: {said}");
    assert!(refused(&["bad.jsonl", "page.html", "-o", "{name}.mp4"]).contains("slash"));
    assert!(refused(&["none.csv", "page.html", "-o", "{name}.mp4"]).contains("none.csv"));
}
