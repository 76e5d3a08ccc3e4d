//! Other work for the cores: processes that do nothing but compute, so that a render gets its time when nobody expects it.

use crate::ConformanceError;
use std::io::Read as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};

/// The argument that turns the program into one of them.
pub const ARGUMENT: &str = "keep-a-core-busy";

/// Busy processes; they end when this is dropped, and when the program that started them ends in any way.
#[derive(Debug)]
pub struct Busy {
    children: Vec<Child>,
}

impl Busy {
    /// One for each core.
    ///
    /// # Errors
    /// When `program` cannot be started.
    pub fn start(program: &Path) -> Result<Busy, ConformanceError> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let mut busy = Busy { children: Vec::new() };
        for _ in 0..cores {
            let child =
                Command::new(program).arg(ARGUMENT).stdin(Stdio::piped()).stdout(Stdio::null()).spawn();
            busy.children.push(child.map_err(ConformanceError::io("run", program))?);
        }
        Ok(busy)
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        for child in &mut self.children {
            child.kill().ok();
            child.wait().ok();
        }
    }
}

/// What such a process does: computes until its input ends, which it does with its parent.
pub fn compute() {
    static ENDED: AtomicBool = AtomicBool::new(false);
    std::thread::spawn(|| {
        std::io::stdin().read_to_end(&mut Vec::new()).ok();
        ENDED.store(true, Ordering::Relaxed);
    });
    let mut word = 1_u64;
    while !ENDED.load(Ordering::Relaxed) {
        for _ in 0..100_000 {
            word = std::hint::black_box(word.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1));
        }
    }
}
