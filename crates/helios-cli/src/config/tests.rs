//! Which value counts, for every flag; what a file may say.

use super::{Environment, Layers, Origin, environment::variable, layers};
use crate::args::{CONFIGURED, Flag, Kind, flags};
use std::ffi::OsString;
use std::path::Path;

fn words(text: &[&str]) -> Vec<OsString> {
    text.iter().map(OsString::from).collect()
}

fn found(text: &[&str], environment: &[(&str, &str)]) -> Result<Layers, String> {
    let layers = layers(&words(text), &Environment::of(environment)).map_err(|unread| unread.in_a_line())?;
    Ok(layers.expect("a command that is configured"))
}

fn of(layers: &Layers, name: &str) -> (String, Origin) {
    let setting = layers.settings.iter().find(|setting| setting.flag.name == name).expect(name);
    (setting.values.join("|"), setting.origin.clone())
}

/// A folder with a page and this configuration, and the page's path.
fn project(toml: &str) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("helios.toml"), toml).unwrap();
    std::fs::write(folder.path().join("page.html"), "").unwrap();
    let page = folder.path().join("page.html").to_str().unwrap().to_owned();
    (folder, page)
}

/// A value that the flag's own parser takes, in TOML.
fn sample(flag: &Flag) -> &'static str {
    match (flag.kind, flag.value_name.as_str()) {
        (Kind::Switch, _) => "true",
        (_, "N" | "PX" | "CRF" | "FRAMES") => "64",
        (Kind::Values, _) => "[\"a=1\", \"b=2\"]",
        (Kind::Value, "JSON") => "{ name = \"Ada\", list = [1, 2.5, true] }",
        (Kind::Value, _) => "\"text\"",
    }
}

#[test]
fn every_flag_has_a_key_and_a_variable() {
    for command in CONFIGURED {
        let all = flags(command);
        assert!(all.len() > 15, "{command}: {}", all.len());
        for flag in all {
            let (_folder, page) = project(&format!("[{command}]\n{} = {}\n", flag.name, sample(flag)));
            let line: &[&str] = if command == "batch" {
                &["helios", command, "rows.csv", &page]
            } else {
                &["helios", command, &page]
            };
            let layers = found(line, &[]).unwrap();
            assert!(matches!(of(&layers, &flag.name).1, Origin::File(_, 2)), "{command} {}", flag.name);
            assert!(layers.words(&words(line)).len() > 3, "{command} {}", flag.name);
            let name = variable(&format!("{command}-{}", flag.name));
            let layers = found(line, &[(&name, "1")]).unwrap();
            assert_eq!(of(&layers, &flag.name).1, Origin::Environment(name), "{command} {}", flag.name);
        }
    }
}

#[test]
fn the_strongest_counts() {
    let (_folder, page) = project(
        "width = 1\nfps = 1\nseed = 1\nheight = 1\n[still]\nfps = 9\n[preset.a]\nwidth = 2\nfps = 2\nseed = 2\n[preset.b]\nwidth = 3\n",
    );
    let line = ["helios", "render", &page, "--use", "a", "--use", "b", "--width", "5"];
    let environment = [
        ("HELIOS_WIDTH", "4"),
        ("HELIOS_FPS", "4"),
        ("HELIOS_RENDER_QUALITY", "4"),
        ("HELIOS_STILL_FPS", "8"),
    ];
    let layers = found(&line, &environment).unwrap();
    assert_eq!(of(&layers, "width"), ("5".to_owned(), Origin::Flag));
    assert_eq!(of(&layers, "fps"), ("4".to_owned(), Origin::Environment("HELIOS_FPS".to_owned())));
    assert_eq!(of(&layers, "quality").0, "4");
    assert!(
        matches!(of(&layers, "seed"), (value, Origin::Preset(name, _, 10)) if value == "2" && name == "a")
    );
    assert!(matches!(of(&layers, "height"), (value, Origin::File(_, 4)) if value == "1"));
    assert_eq!(of(&layers, "scale"), ("1".to_owned(), Origin::Default));
    // What was typed stays as it was, after all else, and is not said twice.
    let read = layers.words(&words(&line));
    assert_eq!(read[read.len() - 7..], words(&line)[2..]);
    assert_eq!(read.iter().filter(|word| word.to_string_lossy().starts_with("--width")).count(), 1);
    // The last preset wins; the table of a command wins over the keys for all.
    assert_eq!(of(&found(&line[..7], &[]).unwrap(), "width").0, "3");
    assert_eq!(of(&found(&["helios", "still", &page], &[]).unwrap(), "fps").0, "9");
    // Nothing but what was typed.
    let layers = found(&["helios", "render", &page, "--no-config"], &environment).unwrap();
    assert_eq!(of(&layers, "fps").1, Origin::Default);
    let layers = found(&["helios", "render", &page, "--job-id", "a", "--chunk", "0"], &environment).unwrap();
    assert_eq!(of(&layers, "width").1, Origin::Default);
}

#[test]
fn what_cannot_be_together_gives_way_to_the_stronger() {
    let (_folder, page) = project("quiet = true\nno-overwrite = true\nmuted = true\n");
    let typed = ["helios", "render", &page, "-v", "--audio", "a.wav"];
    let layers = found(&typed, &[("HELIOS_OVERWRITE", "1"), ("HELIOS_ALPHA", "0")]).unwrap();
    let read: Vec<String> =
        layers.words(&words(&typed)).iter().map(|word| word.to_string_lossy().into_owned()).collect();
    assert_eq!(read[2..4], ["--no-overwrite", "--overwrite"]);
    assert_eq!(read[4], page);
}

#[test]
fn values_are_written_as_toml_has_them() {
    let (folder, page) = project(
        "duration = 2.5\nepoch = 2026-01-01T00:00:00Z\noutput = \"out/a.mp4\"\naudio = [\"a.wav@1s\", \"https://x/b.mp3\"]\n\
         browser = \"chromium\"\nffmpeg = \"./ffmpeg\"\nprops = { a = [1, true], b = \"x\" }\n[metadata]\ntitle = \"A = B\"\n",
    );
    let layers = found(&["helios", "render", &page], &[]).unwrap();
    let here = |name: &str| folder.path().canonicalize().unwrap().join(name).to_str().unwrap().to_owned();
    for (name, value) in [
        ("duration", "2.5".to_owned()),
        ("epoch", "2026-01-01T00:00:00Z".to_owned()),
        ("output", here("out/a.mp4")),
        ("audio", format!("{}|https://x/b.mp3", here("a.wav@1s"))),
        ("browser", "chromium".to_owned()),
        ("ffmpeg", here("./ffmpeg")),
        ("props", r#"{"a":[1,true],"b":"x"}"#.to_owned()),
        ("metadata", "title=A = B".to_owned()),
    ] {
        assert_eq!(of(&layers, name).0, value, "{name}");
    }
    // The video's name is none for a picture.
    assert_eq!(of(&found(&["helios", "still", &page], &[]).unwrap(), "output").0, "still.png");
}

#[test]
fn mistakes_have_a_place_and_a_hint() {
    for (toml, place, why) in [
        ("# a\nwidht = 5\n", ":2:1: ", r#"did you mean "width"?"#),
        ("[still]\nframe_count = 5\n", ":2:1: ", "unknown key"),
        ("[preset.x]\nchunk_frames = 5\n", ":2:1: ", r#"did you mean "chunk-frames"?"#),
        ("width = [5]\n", ":1:9: ", "takes text or a number"),
        ("alpha = 1\n", ":1:9: ", "true or false"),
        ("[preset]\nx = \"slow\"\n", ":2:5: ", "[preset.NAME]"),
        ("width = \n", ":1:9: ", ""),
        ("[rendr]\nwidth = 1\n", ":1:2: ", r#"did you mean "render"?"#),
        ("config = \"b.toml\"\n", ":1:1: ", "unknown key"),
    ] {
        let (_folder, page) = project(toml);
        let refused = found(&["helios", "render", &page], &[]).unwrap_err();
        assert!(refused.contains(place) && refused.contains(why), "{toml}: {refused}");
    }
    let (_folder, page) = project("[preset.square]\nwidth = 2\n");
    let refused = found(&["helios", "render", &page, "--use", "sqare"], &[]).unwrap_err();
    assert!(refused.contains("it has: square"), "{refused}");
    let refused = found(&["helios", "render", &page], &[("HELIOS_ALPHA", "maybe")]).unwrap_err();
    assert!(refused.contains("HELIOS_ALPHA"), "{refused}");
    let layers =
        found(&["helios", "render", &page], &[("HELIOS_WITDH", "5"), ("HELIOS_LOG", "info")]).unwrap();
    assert_eq!(layers.unknown.len(), 1);
    assert!(layers.unknown[0].contains(r#"did you mean "HELIOS_WIDTH"?"#), "{:?}", layers.unknown);
}

#[test]
fn the_file_is_looked_for_up_to_the_root_of_the_project() {
    let (folder, _) = project("width = 7\n");
    let deep = folder.path().join("a/b");
    std::fs::create_dir_all(&deep).unwrap();
    std::fs::write(deep.join("page.html"), "").unwrap();
    let page = deep.join("page.html");
    let file = |current: &Path| super::file::find(page.to_str(), current);
    assert_eq!(file(Path::new("/usr")), None, "a page elsewhere: its own folder alone");
    assert_eq!(file(folder.path()), Some("helios.toml".into()));
    std::fs::create_dir(folder.path().join(".git")).unwrap();
    assert!(file(Path::new("/usr")).unwrap().ends_with("helios.toml"));
    std::fs::create_dir(folder.path().join("a/.git")).unwrap();
    assert_eq!(file(Path::new("/usr")), None);
}
