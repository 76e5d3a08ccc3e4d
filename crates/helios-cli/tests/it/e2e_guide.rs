//! The guide is true: its files are written, its commands run. Links lead somewhere, and llms.txt knows all pages.
//!
//! A block ```` ```html name.html ```` is a file; every ```` ```sh ```` block is run, in the order of the page, in one folder of its own, with the
//! sizes of the variables below; ```` ```sh not-run: why ```` is not.

use crate::run::Place;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Pages whose commands are run.
const GUIDE: [&str; 7] =
    ["start.md", "page.md", "cookbook.md", "batch.md", "configuration.md", "deploying.md", "agents.md"];

/// Blocks that cannot run here.
const NOT_RUN: usize = 2;

/// Small pictures, few frames. They are weaker than what a command says itself.
const SMALL: [(&str, &str); 4] =
    [("HELIOS_WIDTH", "160"), ("HELIOS_HEIGHT", "120"), ("HELIOS_FPS", "10"), ("HELIOS_DURATION", "0.6")];

fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs").canonicalize().unwrap()
}

struct Block {
    /// What stands behind the backticks.
    info: String,
    text: String,
    line: usize,
}

fn blocks(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    for (line, text) in (1..).zip(text.lines()) {
        match (&mut open, text.strip_prefix("```")) {
            (None, Some(info)) => open = Some(Block { info: info.to_owned(), text: String::new(), line }),
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (Some(block), None) => block.text += &format!("{text}\n"),
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a block has no end");
    blocks
}

/// Does all that a page says. Returns how many blocks were run.
fn follow(page: &str) -> usize {
    let place = Place::new();
    let text = std::fs::read_to_string(docs().join(page)).unwrap();
    let mut ran = 0;
    for Block { info, text, line } in blocks(&text) {
        match info.split_once(' ') {
            None if info == "sh" => {
                let mut command = std::process::Command::new("bash");
                let program = assert_cmd::cargo::cargo_bin!("helios");
                let path =
                    format!("{}:{}", program.parent().unwrap().display(), std::env::var("PATH").unwrap());
                command.args(["-euo", "pipefail", "-c", &text]).current_dir(place.path());
                command.env("PATH", path).envs(SMALL);
                let output = command.output().unwrap();
                let said = String::from_utf8_lossy(&output.stderr);
                assert!(output.status.success(), "{page}:{line}: {}\n{text}\n{said}", output.status);
                ran += 1;
            }
            Some(("sh", _)) | None => {}
            Some((_, name)) => place.write(name, &text),
        }
    }
    ran
}

#[test]
fn the_start() {
    assert!(follow("start.md") >= 4);
}

#[test]
fn pages() {
    assert!(follow("page.md") >= 3);
}

#[test]
fn the_cookbook() {
    assert!(follow("cookbook.md") >= 7);
}

#[test]
fn batches_and_configuration() {
    assert!(follow("batch.md") >= 3);
    assert!(follow("configuration.md") >= 3);
}

#[test]
fn deploying_and_agents() {
    assert!(follow("deploying.md") >= 4);
    assert!(follow("agents.md") >= 1);
}

#[test]
fn few_commands_are_not_run() {
    let texts = GUIDE.map(|page| std::fs::read_to_string(docs().join(page)).unwrap());
    let not_run = texts.iter().flat_map(|text| blocks(text)).filter(|block| block.info.starts_with("sh "));
    let reasons: Vec<String> = not_run.map(|block| block.info).collect();
    assert!(reasons.iter().all(|reason| reason.starts_with("sh not-run: ")), "{reasons:?}");
    assert_eq!(reasons.len(), NOT_RUN, "{reasons:?}");
}

/// What is in `](…)` in a text.
fn links(text: &str) -> Vec<String> {
    let targets = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    targets
        .map(|target| target.split('#').next().unwrap().to_owned())
        .filter(|target| !target.is_empty())
        .collect()
}

#[test]
fn links_lead_somewhere() {
    let summary = std::fs::read_to_string(docs().join("SUMMARY.md")).unwrap();
    let listed: BTreeSet<String> = links(&summary).into_iter().collect();
    for page in GUIDE {
        assert!(listed.contains(page), "{page} is not in SUMMARY.md");
    }
    for page in listed.iter().map(String::as_str).chain(["SUMMARY.md"]) {
        let text =
            std::fs::read_to_string(docs().join(page)).unwrap_or_else(|error| panic!("{page}: {error}"));
        for target in links(&text).iter().filter(|target| !target.contains("://")) {
            assert!(docs().join(target).exists(), "{page}: {target}");
        }
    }
}

#[test]
fn llms_txt_knows_all_pages() {
    let place = Place::new();
    let printed = place.helios(&["docs", "llms.txt"]);
    assert_eq!(printed.code, Some(0), "{printed:?}");
    let file = docs().join("llms.txt");
    if std::env::var_os("HELIOS_BLESS").is_some() {
        std::fs::write(&file, &printed.stdout).unwrap();
    }
    let committed = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(committed == printed.stdout, "docs/llms.txt is out of date: run the test with HELIOS_BLESS=1");
    for page in GUIDE {
        assert!(committed.contains(&format!("({page})")), "{page}");
        let text = place.helios(&["docs", page.trim_end_matches(".md")]).stdout;
        assert_eq!(text, std::fs::read_to_string(docs().join(page)).unwrap());
    }
    assert!(place.refused(&["docs", "cokbook"]).contains("did you mean \"cookbook\"?"));
    let list: serde_json::Value = serde_json::from_str(&place.helios(&["docs", "--json"]).stdout).unwrap();
    let topics: Vec<String> = list
        .as_array()
        .unwrap()
        .iter()
        .map(|page| format!("{}.md", page["topic"].as_str().unwrap()))
        .collect();
    let summary = std::fs::read_to_string(docs().join("SUMMARY.md")).unwrap();
    let listed: Vec<String> = links(&summary);
    assert_eq!(topics, listed, "PAGES of commands/docs.rs and SUMMARY.md");
}
