//! A disk that is full in the middle of a render, and one that cannot be written to: in a mount of the test's own.

use crate::run::Place;
use std::process::Command;

/// Noise, which takes room.
const PAGE: &str = r#"<!doctype html><meta name="helios" content="width=160,height=90,fps=30,duration=0.4">
<body style="margin:0"><canvas id="c" width="160" height="90"></canvas><script>
const pen = c.getContext("2d");
requestAnimationFrame(function draw() {
  requestAnimationFrame(draw);
  for (let i = 0; i < 900; i++) {
    pen.fillStyle = `hsl(${Math.random() * 360} 80% 50%)`;
    pen.fillRect(Math.random() * 160, Math.random() * 90, 3, 3);
  }
});
</script>"#;

/// Prints the exit code of each step, and what is on the disk then.
const SCRIPT: &str = r#"
render() { "$HELIOS" render page.html -o disk/film.mkv --video-codec ffv1 --chunk-frames 4 --retries 0 "$@"; echo "code $?"; ls disk; }
mount -t tmpfs -o size=260k tmpfs disk && render
mount -o remount,size=4m disk && render --resume
cp disk/film.mkv film.mkv
mount -o remount,ro disk && render
"$HELIOS" render page.html --emit-job disk/job.json -q; echo "code $?"
"#;

#[test]
fn a_full_disk_and_one_that_cannot_be_written() {
    let place = Place::new();
    place.write("page.html", PAGE);
    place.render(&["page.html", "-o", "direct.mkv", "--video-codec", "ffv1", "--chunk-frames", "4", "-q"]);
    std::fs::create_dir(place.path().join("disk")).unwrap();
    let mut command = Command::new("unshare");
    // Who is not root is so in a name space of their own.
    if !rustix::process::geteuid().is_root() {
        command.args(["--user", "--map-root-user"]);
    }
    let output = command
        .args(["--mount", "/bin/sh", "-c", SCRIPT])
        .current_dir(place.path())
        .env("HELIOS", assert_cmd::cargo::cargo_bin!("helios"))
        .output()
        .unwrap();
    let (stdout, stderr) =
        (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    let steps: Vec<&str> = stdout.lines().filter(|line| line.starts_with("code ")).collect();
    assert_eq!(steps, ["code 75", "code 0", "code 64", "code 64"], "{stdout}{stderr}");
    assert!(stderr.contains("no space left on device; free some space"), "{stderr}");
    assert!(stderr.contains("1 of 3 chunks are finished and kept in "), "{stderr}");
    assert!(stderr.contains("1 of 3 chunks are there already"), "{stderr}");
    assert!(stderr.contains("its folder is not writable"), "{stderr}");
    let bytes = |name: &str| std::fs::read(place.path().join(name)).unwrap();
    assert!(bytes("film.mkv") == bytes("direct.mkv"), "the same bytes as an undisturbed render");
}
