//! Where the fake worker's program is, and what its output says. Starts nothing.

use crate::Script;
use std::io;
use std::path::{Path, PathBuf};

/// Its names: an example of a crate must have another one than those of other crates.
const NAMES: [&str; 2] = ["helios-fake-worker", "helios-fake-worker-studio"];

/// The program and arguments of a worker that obeys `script`.
///
/// # Errors
/// When the program has not been built. `cargo test -p helios-runner` and `cargo nextest run -p helios-runner` build it
/// as an example of helios-runner; `cargo build -p helios-testkit` builds it too.
pub fn fake_worker(script: &Script) -> io::Result<(PathBuf, Vec<String>)> {
    let program = find()?;
    let words = ["--script".to_owned(), serde_json::to_string(script)?];
    if !script.ignore_term {
        return Ok((program, words.into()));
    }
    // A signal that is ignored stays ignored across exec, so the shell can do what Rust's std cannot.
    let program = program.to_string_lossy().into_owned();
    let mut args: Vec<String> = ["-c", r#"trap "" TERM; exec "$0" "$@""#].map(str::to_owned).into();
    args.push(program);
    args.extend(words);
    Ok(("/bin/sh".into(), args))
}

/// The newest build of the program in the target folder that the caller was built into.
fn find() -> io::Result<PathBuf> {
    let current = std::env::current_exe()?;
    // Tests live in target/<profile>/deps. A doctest lives in a temporary folder: it gets the workspace's own target.
    let near = current.ancestors().skip(1).take(2).map(Path::to_path_buf);
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/debug");
    let folders = near.chain([workspace]).flat_map(|dir| [dir.join("examples"), dir]);
    let candidates = folders.flat_map(|dir| NAMES.map(|name| dir.join(name)));
    let built = candidates.filter_map(|path| Some((path.metadata().ok()?.modified().ok()?, path)));
    built.max().map(|(_, path)| path).ok_or_else(|| {
        io::Error::new(
            io::ErrorKind::NotFound,
            format!("{} is not built: cargo build -p helios-testkit", NAMES[0]),
        )
    })
}

/// The frame numbers in a file that a fake worker has written.
///
/// # Errors
/// When the file cannot be read or holds anything else.
pub fn frames_of(file: &Path) -> io::Result<Vec<u32>> {
    let text = std::fs::read_to_string(file)?;
    let number = |line: &str| line.strip_prefix("frame ").and_then(|n| n.parse().ok());
    let frames: Option<Vec<u32>> = text.lines().map(number).collect();
    frames.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, text))
}
