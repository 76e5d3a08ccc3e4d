//! A job in a bundle: rendered elsewhere, chunk by chunk, damaged, gone on with, joined; the bytes are those of the render.

use crate::live::Live;
use crate::run::{Answer, Place};
use serde_json::Value;
use std::path::Path;

const PAGE: &str = r#"<!doctype html><meta name="helios" content="width=64,height=64,fps=30,duration=0.4">
<link rel="stylesheet" href="the look/style.css"><i></i><b style="font-family: monospace">A</b><canvas width="30" height="20"></canvas><script>
const pen = document.querySelector("canvas").getContext("2d");
pen.font = "16px 'DejaVu Serif'";
pen.fillText("Rg", 2, 16);
let x = 32;
requestAnimationFrame(function step() {
  x += Math.random() * 8 - 4;
  document.querySelector("i").style.left = `${x}px`;
  requestAnimationFrame(step);
});</script><audio src="beep.wav" autoplay></audio>"#;
const STYLE: &str = "i { position: absolute; width: 9px; height: 40px; background: #fc3 }";
const CAPTIONS: &str = "1\n00:00:00,000 --> 00:00:00,300\nHello\n";

fn tone(path: &Path, frequency: u32) {
    let source = format!("sine=frequency={frequency}:duration=1");
    let status = std::process::Command::new("ffmpeg")
        .args(["-v", "error", "-f", "lavfi", "-i", &source, "-y"])
        .arg(path)
        .status();
    assert!(status.unwrap().success());
}

/// A page with all that a job can name, and the render of it.
fn place() -> (Place, Vec<u8>) {
    let place = Place::new();
    place.write("site/the page.html", PAGE);
    place.write("site/the look/style.css", STYLE);
    place.write("talk.srt", CAPTIONS);
    tone(&place.path().join("site/beep.wav"), 440);
    tone(&place.path().join("mu sic.wav"), 660);
    place.render(&[&FLAGS, ["-o", "direct.mp4", "-q"].as_slice()].concat());
    let direct = std::fs::read(place.path().join("direct.mp4")).unwrap();
    let said =
        place.render(&[&FLAGS, ["-o", "film.mp4", "--emit-job", "out", "--bundle"].as_slice()].concat());
    assert!(said.contains("helios job run out/job.json"), "{}", said);
    let fonts = said.lines().find(|line| line.contains("Fonts of this machine in the bundle: ")).unwrap();
    assert!(fonts.contains("DejaVu Sans Mono") && fonts.contains("DejaVu Serif"), "{said}");
    (place, direct)
}

const FLAGS: [&str; 8] = [
    "site/the page.html",
    "--chunk-frames",
    "3",
    "--audio",
    "mu sic.wav@0.1s,volume=0.5",
    "--captions",
    "talk.srt",
    "--metadata=title=It's $5",
];

#[test]
fn a_bundle_renders_anywhere_in_any_order() {
    let (place, direct) = place();
    // Another machine: the same files in another place, nothing at the old one, and no fonts.
    let away = Place::without_fonts();
    std::fs::rename(place.path().join("out"), away.path().join("a job")).unwrap();
    for gone in ["site", "mu sic.wav", "talk.srt"] {
        std::fs::rename(place.path().join(gone), place.path().join(format!("{gone} gone"))).unwrap();
    }
    let job = |args: &[&str]| {
        let answer = away.helios(&[&["job", args[0], "a job/job.json"], &args[1..]].concat());
        assert_eq!(answer.code, Some(0), "{args:?}: {answer:?}");
        answer
    };
    let ask = |args: &[&str]| job(args).stdout;
    let json = |args: &[&str]| serde_json::from_str::<Value>(&ask(args)).unwrap();
    let file = |name: &str| away.path().join("a job").join(name);
    let plan = json(&["plan", "--json"]);
    let inputs: Vec<&str> =
        plan["inputs"].as_array().unwrap().iter().map(|input| input["path"].as_str().unwrap()).collect();
    let names =
        ["audio/0.wav", "captions.srt", "page/beep.wav", "page/the look/style.css", "page/the page.html"];
    let (fonts, others): (Vec<&str>, Vec<&str>) = inputs.iter().partition(|path| path.contains("/fonts/"));
    assert!(
        others.iter().zip(names).all(|(path, name)| path.ends_with(name)) && others.len() == 5,
        "{others:?}"
    );
    assert!(fonts.iter().any(|path| path.ends_with("-DejaVuSansMono.ttf")), "{fonts:?}");
    assert_eq!(ask(&["missing"]), "0,1,2,3\n");

    // Tasks of an array, one of them twice.
    for index in ["2", "0", "2"] {
        let mut command = away.command(&["job", "run-chunk", "a job/job.json", "--index-from-env"]);
        let answer: Answer = command.env("SLURM_ARRAY_TASK_ID", index).output().unwrap().into();
        assert_eq!(answer.code, Some(0), "{answer:?}");
    }
    assert_eq!(json(&["missing", "--json"])["missing"], serde_json::json!([1, 3]));
    let early = away.helios(&["job", "merge", "a job/job.json"]);
    assert_eq!(early.code, Some(75), "{early:?}");
    assert!(early.stderr.contains("chunk_1.mov: missing") && early.stderr.contains("chunk_3.mov: missing"));
    let early = away.helios(&["job", "verify", "a job/job.json"]);
    assert_eq!(early.code, Some(75), "{early:?}");

    // The rest by the job's own command, and after some damage.
    let text = std::fs::read_to_string(file("job.json")).unwrap();
    let written: Value = serde_json::from_str(&text).unwrap();
    let argv: Vec<&str> = written["partitions"][1]["argv"]
        .as_array()
        .unwrap()
        .iter()
        .map(|word| word.as_str().unwrap())
        .collect();
    let answer: Answer =
        away.command(&argv[1..]).current_dir(away.path().join("a job")).output().unwrap().into();
    assert_eq!(answer.code, Some(0), "{answer:?}");
    std::fs::remove_file(file("chunk_0.mov")).unwrap();
    let mut bytes = std::fs::read(file("chunk_2.mov")).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(file("chunk_2.mov"), bytes).unwrap();
    let answer = job(&["run", "--concurrency", "2", "--keep-chunks", "--json"]);
    let events: Vec<Value> = answer.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let of = |name: &str| events.iter().filter(|event| event["event"] == name).count();
    assert_eq!((of("chunk_kept"), of("chunk_finished")), (1, 3), "{}", answer.stderr);
    assert!(answer.stderr.contains("chunk 2 is rendered again: its SHA-256 is "), "{}", answer.stderr);
    assert!(std::fs::read(file("film.mp4")).unwrap() == direct, "the job is the render, to the byte");
    assert!(ask(&["verify"]).contains("has all 12 frames; 4 of 4 chunks are there"));

    // The clock jumps: neither the times of files nor those in journals decide anything. A journal of next century is nobody at work.
    for (name, year) in [
        ("chunk_0.mov", "1971"),
        ("chunk_0.json", "2099"),
        ("chunk_1.mov", "2099"),
        ("page/the page.html", "2099"),
    ] {
        let date = format!("{year}-01-01");
        let status = std::process::Command::new("touch").args(["-d", &date]).arg(file(name)).status();
        assert!(status.unwrap().success());
    }
    let journal = std::fs::read_to_string(file("journal-2.jsonl")).unwrap();
    let began = journal.lines().find(|line| line.contains("chunk_started")).unwrap();
    let mut began: Value = serde_json::from_str(began).unwrap();
    began["time"] = 4_102_444_800_000_u64.into();
    std::fs::write(file("journal-9.jsonl"), format!("{began}\n")).unwrap();
    std::fs::rename(file("chunk_2.json"), file("chunk_2.away")).unwrap();
    assert!(ask(&["status"]).contains("2 chunk_2.mov unfinished: "), "{began}");
    std::fs::rename(file("chunk_2.away"), file("chunk_2.json")).unwrap();
    let answer = job(&["run", "--chunk", "0-3", "--json"]);
    assert_eq!(answer.stdout.matches(r#""event":"chunk_kept""#).count(), 4, "{}", answer.stderr);

    // Joined once more, twice at a time: the same again.
    std::fs::remove_file(file("film.mp4")).unwrap();
    let merges = [0, 1].map(|_| Live::start(&away, &["job", "merge", "a job/job.json"]));
    for ended in merges.map(Live::end) {
        assert_eq!(ended.answer.code, Some(0), "{}", ended.answer.stderr);
    }
    assert!(std::fs::read(file("film.mp4")).unwrap() == direct);
    assert!(ask(&["status", "--watch"]).ends_with("3 chunk_3.mov done\n"));

    let cleaned = json(&["clean", "--json"])["removed"].as_array().unwrap().len();
    let mut left: Vec<_> = std::fs::read_dir(away.path().join("a job"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    left.sort();
    assert_eq!(
        left,
        [".film.mp4.helios.json", "audio", "captions.srt", "film.mp4", "fonts", "job.json", "page"]
    );
    assert!(cleaned >= 8, "{cleaned}");
}

#[test]
fn what_keeps_a_job_from_running_is_said() {
    let place = Place::new();
    place.write("page.html", &PAGE.replace("duration=0.4", "duration=60"));
    place.render(&["page.html", "--emit-job", "job.json", "--chunk-frames", "900", "-q"]);
    let run = ["job", "run", "job.json"];
    assert!(place.refused(&["job", "run-chunk", "job.json", "2"]).contains("chunks 0 to 1"));
    assert!(
        place.refused(&["job", "run-chunk", "job.json", "--index-from-env"]).contains("SLURM_ARRAY_TASK_ID")
    );
    assert!(place.refused(&["job", "run", "job.json", "--chunk", "1-5"]).contains("chunks 0 to 1"));
    assert!(place.refused(&["job", "run", "job.json", "--path-map", "x"]).contains("FROM=TO"));
    assert!(place.refused(&["job", "plan", "page.html"]).contains("line 1, column 1"));

    // Cancelled from elsewhere; who comes later does not begin.
    let mut live = Live::start(&place, &[&run, ["--json"].as_slice()].concat());
    live.until(|live| live.stdout().contains(r#""event":"frames""#).then_some(()));
    let status = place.helios(&["job", "status", "job.json"]);
    assert!(status.stdout.starts_with("0 chunk_0.mov rendering: "), "{status:?}");
    assert_eq!(place.helios(&["job", "cancel", "job.json"]).code, Some(0));
    let ended = live.end();
    assert_eq!(ended.answer.code, Some(143), "{}", ended.answer.stderr);
    let late = place.helios(&["job", "run-chunk", "job.json", "1"]);
    assert_eq!(late.code, Some(143), "{late:?}");
    assert!(late.stderr.contains("The job was cancelled") && !late.stderr.contains("Rendering"), "{late:?}");

    // Another page than the job was planned with, and none.
    place.write("page.html", PAGE);
    place.helios(&["job", "clean", "job.json"]);
    assert!(place.refused(&run).contains("page.html: its SHA-256 is "));
    std::fs::remove_file(place.path().join("page.html")).unwrap();
    assert!(place.refused(&run).contains("page.html: there is no such file"));
    let edited =
        std::fs::read_to_string(place.path().join("job.json")).unwrap().replace("\"seed\": 0", "\"seed\": 1");
    place.write("job.json", &edited);
    assert!(place.refused(&run).contains("jobId: "));
}

/// A page whose colour changes with the first four frames and with the last two, and stays between.
const HELD: &str = r##"<!doctype html><meta name="helios" content="width=64,height=64,fps=30,duration=2.2">
<body><script>helios.onFrame(({ frame }) => {
  document.body.style.background = ["#fff", "#c30", "#03c", "#3c0"][frame] ?? (frame < 64 ? "#fc3" : "#3cf");
});</script>"##;

fn merged(place: &Place, job: &str) -> bool {
    let answer = place.helios(&["job", "status", job, "--json"]);
    serde_json::from_str::<Value>(&answer.stdout).unwrap()["merged"].as_bool().unwrap()
}

/// What `verify` says, and its exit code.
fn verified(place: &Place, job: &str) -> (Option<i32>, String) {
    let Answer { code, stdout, stderr } = place.helios(&["job", "verify", job]);
    (code, stdout + &stderr)
}

#[test]
fn a_file_of_the_right_name_is_not_the_output() {
    let place = Place::new();
    place.write("page.html", HELD);
    let film = place.path().join("film.mp4");
    let common = ["page.html", "--frame-count", "6", "--chunk-frames", "3", "-o", "film.mp4", "-q"];
    let emit = |file: &str, more: &[&str]| place.render(&[&common[..], &["--emit-job", file], more].concat());
    // As many frames as the job's, and all the same none of its own.
    place.render(&common);
    emit("job.json", &[]);
    assert!(!merged(&place, "job.json"));
    let (code, said) = verified(&place, "job.json");
    assert!(code == Some(75) && said.contains("0 chunk_0.mov missing: there is no such file"), "{said}");
    assert!(said.contains("/film.mp4: unfinished: no record beside it"), "{said}");
    let mut watch = Live::start(&place, &["job", "status", "job.json", "--watch"]);
    watch.until(|live| live.stdout().contains("1 chunk_1.mov missing").then_some(())).unwrap();
    std::thread::sleep(std::time::Duration::from_millis(1500));
    assert!(watch.is_running(), "nothing is rendered yet");

    let run = place.helios(&["job", "run", "job.json", "--keep-chunks"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    let ended = watch.end();
    assert_eq!(ended.answer.code, Some(0), "{}", ended.answer.stderr);
    assert!(merged(&place, "job.json"));
    let (code, said) = verified(&place, "job.json");
    assert!(code == Some(0) && said.contains("has all 6 frames; 2 of 2 chunks are there"), "{said}");
    // It is that job's, and no other's with the same output.
    emit("other.json", &["--seed", "7"]);
    assert!(!merged(&place, "other.json") && merged(&place, "job.json"));

    // Joined by hand: by the job's own command, which names the job, and by one that does not.
    let whole = std::fs::read(&film).unwrap();
    let record = place.path().join(".film.mp4.helios.json");
    std::fs::remove_file(&record).unwrap();
    let plain = place.helios(&["merge", "film.mp4", "chunk_0.mov", "chunk_1.mov"]);
    assert_eq!(plain.code, Some(0), "{plain:?}");
    assert!(!merged(&place, "job.json"));
    let (code, said) = verified(&place, "job.json");
    assert!(
        code == Some(0) && said.contains("all 2 chunks are whole, the output is not there yet ("),
        "{said}"
    );
    let text = std::fs::read_to_string(place.path().join("job.json")).unwrap();
    let job: Value = serde_json::from_str(&text).unwrap();
    let argv = job["merge"]["argv"].as_array().unwrap();
    let argv: Vec<&str> = argv.iter().map(|word| word.as_str().unwrap()).collect();
    let own = place.helios(&argv[1..]);
    assert_eq!(own.code, Some(0), "{own:?}");
    assert!(merged(&place, "job.json") && std::fs::read(&film).unwrap() == whole);

    // Replaced later: by another render, by nothing.
    place.render(&["page.html", "--frame-count", "5", "-o", "film.mp4", "-q"]);
    assert!(!merged(&place, "job.json"));
    let (code, said) = verified(&place, "job.json");
    assert!(code == Some(75) && said.contains(" bytes instead of "), "{said}");
    std::fs::remove_file(&film).unwrap();
    assert!(!merged(&place, "job.json"));
    let (code, said) = verified(&place, "job.json");
    assert!(code == Some(0) && said.contains("the output is not there yet\n"), "{said}");
    std::fs::write(&film, whole).unwrap();
    assert!(merged(&place, "job.json"));
}

/// A folder of pictures, and animated pictures, in which frames that are alike are one.
#[test]
fn pictures_are_an_output_too() {
    let place = Place::new();
    place.write("page.html", HELD);
    place.write("still.html", HELD.split("<body>").next().unwrap());
    for (page, output) in [
        ("page.html", "frames/%02d.png"),
        ("page.html", "held.webp"),
        ("still.html", "still.webp"),
        ("page.html", "held.gif"),
    ] {
        place.render(&[page, "--chunk-frames", "40", "-o", output, "--emit-job", "job.json", "-q"]);
        let run = place.helios(&["job", "run", "job.json"]);
        assert_eq!(run.code, Some(0), "{output}: {run:?}");
        assert!(merged(&place, "job.json"), "{output}");
        let (code, said) = verified(&place, "job.json");
        assert!(code == Some(0) && said.contains("has all 66 frames; 0 of 2 chunks"), "{output}: {said}");
        let watch = place.helios(&["job", "status", "job.json", "--watch"]);
        assert_eq!(watch.code, Some(0), "{output}: {watch:?}");
    }
    // A picture that is lost is missed.
    place.render(&[
        "page.html",
        "--chunk-frames",
        "40",
        "-o",
        "frames/%02d.png",
        "--emit-job",
        "job.json",
        "-q",
    ]);
    assert!(merged(&place, "job.json"), "the same job has made it");
    std::fs::remove_file(place.path().join("frames/65.png")).unwrap();
    assert!(!merged(&place, "job.json"));
    let (code, said) = verified(&place, "job.json");
    assert!(code == Some(75) && said.contains("truncated: it has 65 pictures instead of 66"), "{said}");
}
