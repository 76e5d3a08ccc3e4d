//! The fast part of the corpus with the built program, and a clock broken on purpose, which must turn it red.

use helios_conformance::broken::Sabotage;
use helios_conformance::corpus::{self, Page};
use helios_conformance::exceptions::Exceptions;
use helios_conformance::outcome::Outcome;
use helios_conformance::render::Renderer;
use helios_conformance::run::{Run, Seen};
use helios_conformance::{check, verdict};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../conformance")
}

fn pages() -> Vec<Page> {
    corpus::find(&folder()).unwrap_or_default()
}

fn conformance() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_helios-conformance"))
}

/// The program of the same build: cargo puts all of a workspace beside each other, and builds it with the workspace.
fn renderer(scratch: &Path) -> Renderer {
    let helios = conformance().with_file_name("helios");
    assert!(helios.is_file(), "cargo build -p helios-cli comes first");
    Renderer { helios, scratch: scratch.to_owned() }
}

#[test]
fn the_corpus_is_large_and_says_what_it_proves() {
    let pages = pages();
    assert!(pages.len() >= 60, "{} pages", pages.len());
    let mute: Vec<&Page> = pages.iter().filter(|page| page.title.len() < 5).collect();
    assert!(mute.is_empty(), "without a title: {mute:?}");
    let fast = pages.iter().filter(|page| page.fast).count();
    assert!((10..=14).contains(&fast), "{fast} pages in the fast part");
    let exceptions = Exceptions::read(&folder().join("exceptions.toml")).unwrap();
    for exception in exceptions.list {
        assert!(pages.iter().any(|page| page.name == exception.page), "{}", exception.page);
    }
}

#[test]
fn the_fast_part_is_green() {
    let scratch = tempfile::tempdir().unwrap();
    let fast = pages().into_iter().filter(|page| page.fast);
    let run = Run {
        renderer: renderer(scratch.path()),
        pages: fast.map(|page| (page, check::FAST.to_vec())).collect(),
        jobs: 2,
        busy: conformance(),
        keep: false,
    };
    let all = Mutex::new(Vec::new());
    let known = |seen: &Seen| {
        all.lock().unwrap().push(seen.clone());
        Ok(())
    };
    run.all(&|line| eprintln!("{line}"), &known).unwrap();
    let seen = all.into_inner().unwrap();
    let exceptions = Exceptions::read(&folder().join("exceptions.toml")).unwrap();
    let faults = verdict::faults(&seen, &exceptions, false);
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn timers_left_real_turn_it_red() {
    let scratch = tempfile::tempdir().unwrap();
    let renderer = renderer(scratch.path());
    let program = PathBuf::from(env!("CARGO_BIN_EXE_helios-broken-browser"));
    // The way through the other program changes nothing, or the difference would prove nothing.
    let none = Sabotage::called("none").unwrap().seen(&renderer, &pages(), &program).unwrap();
    assert_eq!(none, Outcome::Equal);
    let timers = Sabotage::called("timers").unwrap().seen(&renderer, &pages(), &program).unwrap();
    assert!(matches!(timers, Outcome::Differs(_)), "{timers}");
}
