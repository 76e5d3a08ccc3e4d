//! `helios init`: what it says, what it refuses, and that what it writes renders at once.

use crate::run::Place;
use serde_json::{Value, json};
use std::io::Write as _;
use std::process::{Command, Stdio};

fn json_of(place: &Place, args: &[&str]) -> Value {
    let answer = place.helios(args);
    assert_eq!(answer.code, Some(0), "{args:?}: {}", answer.stderr);
    serde_json::from_str(&answer.stdout).unwrap()
}

#[test]
fn templates_are_listed_and_refused() {
    let place = Place::new();
    insta::assert_snapshot!(place.helios(&["init", "--list"]).stdout);
    let listed = json_of(&place, &["init", "--list", "--json"]);
    let three = listed.as_array().unwrap().iter().find(|template| template["name"] == "three").unwrap();
    assert_eq!(three["npm"], true);

    // Nobody is there to be asked.
    assert!(place.refused(&["init"]).contains("which template? Give one of css, canvas"));
    assert!(place.refused(&["init", "angular"]).contains(r#"no template "angular": choose one of css, "#));
    place.write("index.html", "mine");
    let refusal = place.refused(&["init", "css", "."]);
    assert!(refusal.contains(". has index.html already; choose another folder, or replace with --force"));

    let answer = place.helios(&["init", "three", "my film"]);
    assert_eq!((answer.code, answer.stdout.as_str()), (Some(0), ""), "{}", answer.stderr);
    let next = ["  cd 'my film'", "  npm install", "  helios render . -o video.mp4"];
    assert!(answer.stderr.ends_with(&format!("{}\n", next.join("\n"))), "{}", answer.stderr);
}

#[test]
fn what_needs_no_npm_renders_at_once() {
    let place = Place::new();
    for template in ["css", "canvas", "captions", "data-chart"] {
        let answer = json_of(&place, &["init", template, template, "--json"]);
        assert_eq!(answer["next"], json!([format!("cd {template}"), "helios render . -o video.mp4"]));
        assert_eq!(answer["files"], json!([".gitignore", "README.md", "index.html"]));
        // Three moments of it, which must not look alike.
        let small =
            ["--width", "320", "--height", "180", "--fps", "1", "--start-frame", "1", "--frame-count", "3"];
        let shown = place.hashes(template, &format!("{template}.mp4"), &small).hashes;
        assert_eq!(shown.len(), 3, "{template}");
        assert!(shown[0] != shown[1] && shown[1] != shown[2], "{template} moves");
        if ["captions", "data-chart"].contains(&template) {
            // They say that they can be jumped to.
            let shared =
                place.hashes(template, "2.mp4", &[&small, ["--concurrency", "3"].as_slice()].concat());
            assert_eq!(shared.hashes, shown, "{template} by three workers");
        }
    }
}

#[test]
fn what_is_printed_works_as_printed() {
    let place = Place::new();
    let program = assert_cmd::cargo::cargo_bin!("helios");
    let path = format!("{}:{}", program.parent().unwrap().display(), std::env::var("PATH").unwrap());
    for template in ["css", "react"] {
        let told = place.helios(&["init", template, template]).stderr;
        let steps: Vec<&str> = told.lines().filter_map(|line| line.strip_prefix("  ")).collect();
        assert_eq!(steps.len(), if template == "css" { 2 } else { 3 }, "{told}");
        let mut shell = Command::new("bash");
        shell.args(["-euo", "pipefail", "-c", &steps.join("\n")]).current_dir(place.path());
        // Weaker than what is said: only smaller. The packages of the examples are in npm's cache.
        shell.env("PATH", &path).env("npm_config_prefer_offline", "true");
        shell.env("XDG_CACHE_HOME", place.path().join("cache"));
        shell.envs([("HELIOS_WIDTH", "160"), ("HELIOS_HEIGHT", "90"), ("HELIOS_DURATION", "0.2")]);
        let output = shell.output().unwrap();
        assert!(output.status.success(), "{steps:?}: {}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(place.film(&format!("{template}/video.mp4")).size(), (160, 90), "{template}");
    }
}

#[test]
fn asks_in_a_terminal() {
    let place = Place::new();
    // util-linux's `script` runs it in a terminal of its own.
    let command = format!("'{}' init", assert_cmd::cargo::cargo_bin!("helios").display());
    let mut script = Command::new("script")
        .args(["-qec", &command, "/dev/null"])
        .current_dir(place.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    // No such template; the second; the folder that is offered.
    script.stdin.take().unwrap().write_all(b"nonsense\n2\n\n").unwrap();
    let output = script.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}");
    assert!(
        said.contains("What do you want to start from?") && said.contains(r#"no template "nonsense""#),
        "{said}"
    );
    let page = std::fs::read_to_string(place.path().join("my-video/index.html")).unwrap();
    assert!(page.contains("requestAnimationFrame"), "the template canvas");
}
