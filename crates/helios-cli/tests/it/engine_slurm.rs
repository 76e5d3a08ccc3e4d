//! A job on a real Slurm: twelve chunks on three nodes, with everything that happens to tasks. `make test-engines`.

use crate::cluster::Cluster;
use crate::run::Place;
use serde_json::Value;
use std::os::unix::fs::PermissionsExt as _;

/// Two frames for each of twelve chunks; a random walk would show a chunk that began elsewhere.
const PAGE: &str = r#"<!doctype html><meta name="helios" content="width=160,height=90,fps=30,duration=0.8"><i></i>
<style>i { position: absolute; width: 9px; height: 40px; background: #c36 }</style><script>
let x = 80;
requestAnimationFrame(function step() {
  x += Math.random() * 8 - 4;
  document.querySelector("i").style.left = `${x}px`;
  requestAnimationFrame(step);
});</script>"#;

struct Job {
    place: Place,
    /// The same rendered here.
    direct: Vec<u8>,
}

impl Job {
    fn new() -> Job {
        let place = Place::new();
        place.write("page.html", PAGE);
        place.render(&["page.html", "--chunk-frames", "2", "--concurrency", "2", "-o", "direct.mp4", "-q"]);
        let direct = std::fs::read(place.path().join("direct.mp4")).unwrap();
        place.render(&["page.html", "--chunk-frames", "2", "-o", "film.mp4", "--emit-job", "job.json", "-q"]);
        Job { place, direct }
    }

    fn ask(&self, cluster: &Cluster, args: &[&str]) -> Value {
        let args = [&["job", args[0], "job.json", "--engine", "slurm", "--json"], &args[1..]].concat();
        let answer = cluster.helios(&self.place, &args);
        assert_eq!(answer.code, Some(0), "{args:?}: {answer:?}");
        serde_json::from_str(&answer.stdout).unwrap()
    }

    fn film(&self) -> Option<Vec<u8>> {
        std::fs::read(self.place.path().join("film.mp4")).ok()
    }

    /// Waits for the merge, and asserts that it made the film.
    fn joined(&self, cluster: &Cluster) {
        cluster.wait("the film", |_| self.film().is_some());
        assert!(self.film().unwrap() == self.direct, "the same bytes as a render here");
    }

    /// The chunks that tasks have begun, by their logs.
    fn begun(&self, submitted: &Value) -> Vec<u32> {
        let start = format!("slurm-{}_", submitted["chunksId"].as_str().unwrap());
        let names = self.place.files();
        let ids =
            names.iter().filter_map(|name| name.strip_prefix(&start)?.strip_suffix(".log")?.parse().ok());
        let mut ids: Vec<u32> = ids.collect();
        ids.sort_unstable();
        ids
    }
}

/// An FFmpeg that fails the first two times that it is to write chunk 3.
fn unlucky(place: &Place) -> String {
    let folder = place.path().display();
    let script = format!(
        "#!/bin/sh\ncase \"$*\" in *chunk_3.mov*)\n  mkdir '{folder}/failed-1' 2>/dev/null && exit 3\n  \
         mkdir '{folder}/failed-2' 2>/dev/null && exit 3;;\nesac\nexec ffmpeg \"$@\"\n"
    );
    program(place, "unlucky", &script)
}

/// A helios for tasks that renders with another FFmpeg.
fn helios_with_ffmpeg(place: &Place, ffmpeg: &str) -> String {
    let helios = assert_cmd::cargo::cargo_bin!("helios").display().to_string();
    let script = format!(
        "#!/bin/sh\ncase \"$2\" in run-chunk) exec '{helios}' \"$@\" --ffmpeg '{ffmpeg}';; esac\nexec '{helios}' \"$@\"\n"
    );
    program(place, "helios.sh", &script)
}

/// Writes a program into the place.
fn program(place: &Place, name: &str, script: &str) -> String {
    let path = place.path().join(name);
    std::fs::write(&path, script).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
#[ignore = "needs Slurm: make test-engines"]
fn twelve_chunks_with_everything_that_happens_to_them() {
    let cluster = Cluster::start();
    let job = Job::new();
    let file = |name: &str| job.place.path().join(name);

    // Undisturbed.
    let submitted = job.ask(&cluster, &["submit"]);
    assert_eq!(submitted["chunks"].as_array().unwrap().len(), 12);
    let status = job.ask(&cluster, &["status"]);
    assert!(!status["tasks"].as_array().unwrap().is_empty(), "{status}");
    job.joined(&cluster);
    let log = cluster.helios(&job.place, &["job", "logs", "job.json", "--engine", "slurm", "--chunk", "7"]);
    assert!(log.stdout.contains("Rendering frames 14 to 15"), "{log:?}");
    let again = cluster.helios(&job.place, &["job", "submit", "job.json", "--engine", "slurm"]);
    assert_eq!(again.code, Some(64), "{again:?}");

    // One chunk deleted, one corrupt: exactly those two are rendered.
    std::fs::remove_file(file("film.mp4")).unwrap();
    std::fs::remove_file(file("chunk_4.mov")).unwrap();
    let mut bytes = std::fs::read(file("chunk_9.mov")).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(file("chunk_9.mov"), bytes).unwrap();
    let submitted = job.ask(&cluster, &["submit"]);
    assert_eq!(submitted["chunks"], serde_json::json!([4, 9]));
    job.joined(&cluster);
    assert_eq!(job.begun(&submitted), [4, 9]);

    // Cancelled; submitted again, it goes on.
    std::fs::remove_file(file("film.mp4")).unwrap();
    assert_eq!(job.place.helios(&["job", "clean", "job.json"]).code, Some(0));
    let submitted = job.ask(&cluster, &["submit"]);
    cluster.wait("a first chunk", |_| job.place.files().iter().any(|name| name.ends_with("chunk_0.json")));
    job.ask(&cluster, &["cancel"]);
    cluster.wait("an empty queue", |cluster| cluster.ask("squeue", &["-h"]).trim().is_empty());
    assert_eq!(job.film(), None);
    let missing = job.place.helios(&["job", "missing", "job.json"]).stdout;
    assert!(missing.len() > 1 && !missing.starts_with("0,"), "{missing}");
    let rest = job.ask(&cluster, &["submit"]);
    assert_ne!(rest["chunksId"], submitted["chunksId"]);
    assert!(rest["chunks"].as_array().unwrap().len() < 12);
    job.joined(&cluster);
}

#[test]
#[ignore = "needs Slurm: make test-engines"]
fn a_node_that_dies_in_the_middle_of_a_chunk() {
    let mut cluster = Cluster::start();
    let job = Job::new();
    // The first encoder on n2 never ends: its node dies in the middle of its chunk, and not just after.
    let held = job.place.path().join("held");
    let script = format!(
        "#!/bin/sh\ncase \"$SLURMD_NODENAME $*\" in n2*chunk_*) mkdir '{}' 2>/dev/null && sleep 1000;; esac\nexec ffmpeg \"$@\"\n",
        held.display()
    );
    let helios = helios_with_ffmpeg(&job.place, &program(&job.place, "ffmpeg.sh", &script));
    let submitted = job.ask(&cluster, &["submit", "--helios", &helios]);
    cluster.wait("a chunk on n2", |_| held.exists());
    cluster.kill_node("n2");
    // Slurm notices, and lets the task wait for two minutes, which an administrator can shorten.
    let waiting = |cluster: &Cluster| cluster.ask("squeue", &["-h", "-r", "-t", "PD", "-o", "%i %r"]);
    cluster.wait("a task that is requeued", |cluster| waiting(cluster).contains("BeginTime"));
    for line in waiting(&cluster).lines().filter(|line| line.ends_with("BeginTime")) {
        let id = line.split(' ').next().unwrap();
        cluster.ask("scontrol", &["update", &format!("JobId={id}"), "StartTime=now"]);
    }
    job.joined(&cluster);
    assert_eq!(job.begun(&submitted).len(), 12, "nobody had to submit it again");
}

#[test]
#[ignore = "needs Slurm: make test-engines"]
fn a_chunk_that_fails_twice() {
    let cluster = Cluster::start();
    let job = Job::new();
    let unlucky = unlucky(&job.place);
    let helios = helios_with_ffmpeg(&job.place, &unlucky);
    let submitted = job.ask(&cluster, &["submit", "--helios", &helios, "--parallel", "2"]);
    job.joined(&cluster);
    let log = cluster.helios(&job.place, &["job", "logs", "job.json", "--engine", "slurm", "--chunk", "3"]);
    assert!(log.stdout.contains("attempt 3"), "{submitted}: {}", log.stdout);
}
