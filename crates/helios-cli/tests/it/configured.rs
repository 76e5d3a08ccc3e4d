//! helios.toml, HELIOS_ variables, completions and man pages, as users have them. No browser.

use crate::run::Place;
use serde_json::Value;

const TOML: &str = "width = 640\nfps = 25\nduration = 2\n[preset.square]\nheight = 640\n";

#[test]
fn a_job_has_what_was_said_elsewhere() {
    let place = Place::new();
    place.write("helios.toml", TOML);
    let mut command = place.command(&[
        "render",
        "test.html",
        "--use",
        "square",
        "--emit-job",
        "-",
        "--quiet",
        "--width",
        "320",
    ]);
    command.env("HELIOS_FPS", "50").env("HELIOS_WIDTH", "10");
    let output = command.output().unwrap();
    let job: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{output:?}"));
    let config = &job["config"];
    assert_eq!(
        (&config["width"], &config["height"], &config["totalFrames"]),
        (&320.into(), &640.into(), &100.into()),
        "{config}"
    );
    // A chunk of a job is what the job says, wherever it is rendered.
    let chunk = job["partitions"][0]["argv"].as_array().unwrap();
    assert!(chunk.iter().any(|word| word == "--job-id"));
}

#[test]
fn mistakes_are_wrong_requests() {
    let place = Place::new();
    place.write("helios.toml", "width = 640\nheigth = 5\n");
    for command in ["render", "still", "check"] {
        let refused = place.refused(&[command, "test.html"]);
        assert!(
            refused.contains("helios.toml:2:1: unknown key \"heigth\"; did you mean \"height\"?"),
            "{refused}"
        );
    }
    let refused = place.refused(&["render", "test.html", "--config", "none.toml"]);
    assert!(refused.contains("none.toml"), "{refused}");
    let refused = place.refused(&["render", "test.html", "--no-config", "--use", "square"]);
    assert!(refused.contains("--use square"), "{refused}");
}

#[test]
fn origins_are_shown() {
    let place = Place::new();
    place.write("helios.toml", TOML);
    let mut command = place.command(&["config", "render", "test.html", "--use", "square", "--mode", "dom"]);
    let output = command
        .env("HELIOS_ALPHA", "1")
        .env_remove("HELIOS_TEST_MARK")
        .env_remove("HELIOS_BLESS")
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    insta::assert_snapshot!(text);
    let answer = place.helios(&["config", "--json", "still", "test.html"]);
    let json: Value = serde_json::from_str(&answer.stdout).unwrap();
    let width =
        json["settings"].as_array().unwrap().iter().find(|setting| setting["flag"] == "width").unwrap();
    assert_eq!(
        (&width["value"], &width["origin"], &width["line"]),
        (&"640".into(), &"file".into(), &1.into())
    );
    assert!(place.refused(&["config", "merge", "a.mp4", "b.mov"]).contains("takes nothing from elsewhere"));
}

#[test]
fn every_shell_has_completions() {
    let place = Place::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let answer = place.helios(&["completions", shell]);
        assert_eq!((answer.code, answer.stderr.as_str()), (Some(0), ""));
        for word in ["still", "chunk-frames", "completions"] {
            assert!(answer.stdout.contains(word), "{shell}: {word}");
        }
    }
    // As a shell reads it.
    let script = place.helios(&["completions", "bash"]).stdout;
    place.write("helios.bash", &script);
    let check = "source ./helios.bash; COMP_WORDS=(helios stu); COMP_CWORD=1; _helios helios stu helios; echo ${COMPREPLY[@]}";
    let output =
        std::process::Command::new("bash").args(["-c", check]).current_dir(place.path()).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), "studio", "{output:?}");
}

#[test]
fn every_command_has_a_man_page() {
    let place = Place::new();
    let answer = place.helios(&["man"]);
    assert!(answer.stdout.contains(".TH") && answer.stdout.contains("helios"), "{answer:?}");
    assert_eq!(place.helios(&["man", "man1"]).code, Some(0));
    let pages = std::fs::read_dir(place.path().join("man1")).unwrap();
    let names: Vec<String> = pages.map(|page| page.unwrap().file_name().into_string().unwrap()).collect();
    for name in ["helios.1", "helios-render.1", "helios-job-run.1", "helios-mcp.1"] {
        assert!(names.contains(&name.to_owned()), "{names:?}");
    }
    assert!(!names.contains(&"helios-worker.1".to_owned()));
    let render = std::fs::read_to_string(place.path().join("man1/helios-render.1")).unwrap();
    assert!(
        render.contains("\\-\\-chunk\\-frames") && render.contains("helios\\-render"),
        "{}",
        &render[..500]
    );
}
