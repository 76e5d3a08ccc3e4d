//! What `helios job simulate` predicts for a job on one, two and three nodes of a real Slurm, and what it takes there. A measurement:
//! it prints a table for docs/planning.md, and asserts nothing about time. `make bench-slurm`.

use crate::cluster::Cluster;
use crate::run::Place;
use serde_json::Value;
use std::process::Command;
use std::time::Instant;

/// A page that keeps state: 240 frames.
const PAGE: &str = r#"<!doctype html><meta name="helios" content="width=320,height=180,fps=30,duration=8">
<canvas id="c" width="320" height="180"></canvas><script>
const pen = c.getContext("2d");
let x = 160;
requestAnimationFrame(function step() {
  x += Math.random() * 8 - 4;
  pen.fillStyle = `hsl(${x} 80% 50%)`;
  for (let i = 0; i < 200; i++) pen.fillRect(Math.random() * 320, Math.random() * 180, 4, 4);
  requestAnimationFrame(step);
});</script>"#;

const CHUNKS: u32 = 12;
const FRAMES: u32 = 20;

/// Wall time and processor time of a command, in seconds, the median of three.
fn cost(place: &Place, args: &[&str]) -> (f64, f64) {
    let mut costs = [0; 3].map(|_| {
        let _ = place.helios(&["job", "clean", "job.json"]);
        once(place, args)
    });
    costs.sort_by(|a, b| a.0.total_cmp(&b.0));
    costs[1]
}

fn once(place: &Place, args: &[&str]) -> (f64, f64) {
    let began = Instant::now();
    let output = Command::new("/bin/sh")
        .args(["-c", "\"$@\" && times", "sh"])
        .arg(assert_cmd::cargo::cargo_bin!("helios"))
        .args(args)
        .current_dir(place.path())
        .output()
        .unwrap();
    let wall = began.elapsed().as_secs_f64();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    // The second line is that of the children: `0m1.23s 0m0.45s`.
    let text = String::from_utf8(output.stdout).unwrap();
    let seconds = |word: &str| {
        let (minutes, seconds) = word.trim_end_matches('s').split_once('m').unwrap();
        minutes.parse::<f64>().unwrap() * 60.0 + seconds.parse::<f64>().unwrap()
    };
    (wall, text.lines().last().unwrap().split(' ').map(seconds).sum())
}

#[test]
#[ignore = "a measurement: make bench-slurm"]
fn predicted_and_measured() {
    let place = Place::new();
    place.write("page.html", PAGE);
    place.render(&["page.html", "--chunk-frames", "20", "-o", "film.mp4", "--emit-job", "job.json", "-q"]);
    // What one task takes alone: the first chunk has nothing to pass, the last one all others.
    let (first, busy) = cost(&place, &["job", "run-chunk", "job.json", "0", "-q"]);
    let (last, _) = cost(&place, &["job", "run-chunk", "job.json", "11", "-q"]);
    let replay = ((last - first) / f64::from(FRAMES * (CHUNKS - 1))).max(0.0);
    let cores = std::thread::available_parallelism().unwrap().get() as f64 / (busy / first);

    let cluster = Cluster::start();
    let mut direct: Option<Vec<u8>> = None;
    let mut walls = Vec::new();
    for exclude in [Some("--option=--exclude=n2,n3"), Some("--option=--exclude=n3"), None] {
        let _ = place.helios(&["job", "clean", "job.json"]);
        let film = place.path().join("film.mp4");
        let _ = std::fs::remove_file(&film);
        let args: Vec<&str> =
            ["job", "submit", "job.json", "--engine", "slurm"].into_iter().chain(exclude).collect();
        let began = Instant::now();
        let answer = cluster.helios(&place, &args);
        assert_eq!(answer.code, Some(0), "{answer:?}");
        cluster.wait("the film", |_| film.exists());
        walls.push(began.elapsed().as_secs_f64());
        let bytes = std::fs::read(&film).unwrap();
        assert!(
            direct.get_or_insert_with(|| bytes.clone()) == &bytes,
            "the same bytes on any number of nodes"
        );
        cluster.wait("an empty queue", |cluster| cluster.ask("squeue", &["-h"]).trim().is_empty());
    }
    std::fs::remove_file(place.path().join("film.mp4")).unwrap();
    let (stitch, _) = once(&place, &["job", "merge", "job.json", "-q"]);
    // The engine's own time is what is left of the run on one node.
    let passed = f64::from(FRAMES * (CHUNKS - 1) * CHUNKS / 2);
    let dispatch =
        ((walls[0] - f64::from(CHUNKS) * first - passed * replay - stitch) / f64::from(CHUNKS)).max(0.0);
    let times = [
        ("--dispatch", dispatch),
        ("--startup", first),
        ("--replay", replay),
        ("--stitch", stitch),
        ("--cores", cores),
    ];
    let mut args: Vec<String> =
        ["job", "simulate", "job.json", "--json", "--workers", "1,2,3", "--frame", "0", "--finish", "0"]
            .map(str::to_owned)
            .into();
    args.extend(["--stitch-chunk", "0", "--stitch-frame", "0"].map(str::to_owned));
    args.extend(times.iter().flat_map(|(flag, value)| [(*flag).to_owned(), format!("{value:.4}")]));
    let answer = place.helios(&args.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(answer.code, Some(0), "{answer:?}");
    let mut table = format!("{args:?}\n| nodes | predicted | measured | ratio |\n|---|---|---|---|\n");
    for (line, wall) in answer.stdout.lines().zip(&walls) {
        let row: Value = serde_json::from_str(line).unwrap();
        let predicted = row["wallSeconds"].as_f64().unwrap();
        table +=
            &format!("| {} | {predicted:.1} s | {wall:.1} s | {:.2} |\n", row["workers"], wall / predicted);
    }
    // For whoever reads: cargo captures what tests print.
    let to = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/planning.md");
    std::fs::write(to, table).unwrap();
}
