//! What a command and everything it starts uses: wall time, CPU time and memory of the process tree.
//!
//! Linux adds a child's CPU time to its parent only when the parent waits for it, which Chromium's helpers are not waited for.
//! So the tree is looked at every 20 ms, and the last CPU time of each process counts. A process that lives for less is missed.

use anyhow::{Context as _, Result, bail};
use procfs::process::{Process, Stat, all_processes};
use procfs::{CurrentSI as _, KernelStats};
use rustix::process::{Pid, Signal, kill_process};
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};
use std::io::Read;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

const PERIOD: Duration = Duration::from_millis(20);
/// Memory is looked at in every so manieth round: the kernel adds it up page by page.
const MEMORY_ROUNDS: u32 = 15;
/// Longer than anything here runs.
pub const LONGEST: Duration = Duration::from_secs(3600);
/// How much of what a command says last is told when it fails.
const LAST_WORDS: usize = 1500;

/// What one run used.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub struct Used {
    /// Seconds of wall time.
    pub wall: f64,
    /// Seconds of CPU time, all but the encoder.
    pub cpu_other: f64,
    /// Seconds of CPU time of the encoder.
    pub cpu_encoder: f64,
    /// The largest sum of the processes' proportional set sizes, in bytes: memory that is shared counts once.
    pub memory: u64,
    /// The part of the machine's CPU time that the host of a virtual machine gave to others meanwhile, 0 to 1.
    #[serde(default)]
    pub stolen: f64,
}

/// The memory of a process tree at one time.
#[derive(Debug, Clone, Copy)]
pub struct Sample {
    /// Seconds since the start.
    pub at: f64,
    /// Bytes, counted as in [`Used::memory`].
    pub memory: u64,
}

impl Used {
    /// All CPU time.
    pub fn cpu(&self) -> f64 {
        self.cpu_other + self.cpu_encoder
    }
}

/// Runs commands side by side to their ends.
///
/// # Errors
/// When one cannot be started or fails.
pub fn run(commands: &mut [Command]) -> Result<Used> {
    run_watched(commands, LONGEST, |_| ())
}

/// As [`run`], for a command that may hang: after `limit` it ends, with everything that it has started.
///
/// # Errors
/// As [`run`], and when the time is over.
pub fn run_within(limit: Duration, command: Command) -> Result<Used> {
    run_watched(&mut [command], limit, |_| ())
}

/// As [`run`]; `watch` is told of every look at the memory, about three in a second.
///
/// # Errors
/// As [`run`].
pub fn run_watched(commands: &mut [Command], limit: Duration, mut watch: impl FnMut(Sample)) -> Result<Used> {
    let began = Instant::now();
    let stolen_before = stolen()?;
    let mut children = Vec::new();
    for command in commands {
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn();
        let mut child = child.with_context(|| format!("cannot start {command:?}"))?;
        // Read while it runs: what says more than the pipe holds would wait for ever.
        let said = child.stderr.take().map(|pipe| thread::spawn(move || last_words(pipe)));
        children.push((child, said));
    }
    let mut tree = Tree::default();
    tree.known.extend(children.iter().map(|(child, _)| child.id() as i32));
    let mut wall = None;
    let mut late = false;
    for round in 0.. {
        let mut running = false;
        for (child, _) in &mut children {
            running |= child.try_wait()?.is_none();
        }
        if !running {
            wall = Some(began.elapsed());
        }
        let memory = tree.look(round % MEMORY_ROUNDS == 0)?;
        if memory > 0 {
            watch(Sample { at: began.elapsed().as_secs_f64(), memory });
        }
        if wall.is_some() {
            break;
        }
        late = began.elapsed() > limit;
        if late {
            tree.kill();
        }
        thread::sleep(PERIOD);
    }
    // What a tool leaves behind would slow down what is measured next, and may hold the pipe open.
    tree.kill();
    for (mut child, said) in children {
        let status = child.wait()?;
        let said = said.and_then(|reader| reader.join().ok()).unwrap_or_default();
        if late {
            bail!("it was not done after {} s, and was ended; it said last: {said}", limit.as_secs());
        }
        if !status.success() {
            bail!("a run failed ({status}): {said}");
        }
    }
    let wall = wall.unwrap_or_default().as_secs_f64();
    let cores = thread::available_parallelism()?.get() as f64;
    let stolen = (stolen()? - stolen_before) / (cores * began.elapsed().as_secs_f64());
    Ok(Used { wall, stolen, ..tree.used() })
}

/// Seconds of CPU time that the host has given to others since the machine started.
fn stolen() -> Result<f64> {
    let ticks = KernelStats::current()?.total.steal.unwrap_or_default();
    Ok(ticks as f64 / procfs::ticks_per_second() as f64)
}

/// The end of what is said on a pipe.
fn last_words(mut pipe: impl Read) -> String {
    let mut kept = Vec::new();
    let mut buffer = [0; 4096];
    while let Ok(length @ 1..) = pipe.read(&mut buffer) {
        kept.extend_from_slice(&buffer[..length]);
        kept.drain(..kept.len().saturating_sub(LAST_WORDS));
    }
    String::from_utf8_lossy(&kept).trim().to_owned()
}

#[derive(Default)]
struct Tree {
    known: HashSet<i32>,
    /// Seconds of CPU time, and whether it is FFmpeg's, by process and its start.
    cpu: HashMap<(i32, u64), (f64, bool)>,
    memory: u64,
}

impl Tree {
    /// Takes note of what the processes have used. The memory that they have now, when it is asked for.
    fn look(&mut self, memory: bool) -> Result<u64> {
        // Processes come and go while they are looked at.
        let now: Vec<(Process, Stat)> = all_processes()?
            .filter_map(|one| one.ok())
            .filter_map(|one| one.stat().ok().map(|stat| (one, stat)))
            .collect();
        loop {
            let before = self.known.len();
            let children =
                now.iter().filter(|(_, stat)| self.known.contains(&stat.ppid)).map(|(_, stat)| stat.pid);
            self.known.extend(children.collect::<Vec<_>>());
            if self.known.len() == before {
                break;
            }
        }
        let ticks = procfs::ticks_per_second() as f64;
        let mut sum = 0;
        for (process, stat) in now.iter().filter(|(_, stat)| self.known.contains(&stat.pid)) {
            let seconds = (stat.utime + stat.stime) as f64 / ticks;
            self.cpu.insert((stat.pid, stat.starttime), (seconds, stat.comm == "ffmpeg"));
            if memory && let Ok(rollup) = process.smaps_rollup() {
                sum += rollup
                    .memory_map_rollup
                    .iter()
                    .filter_map(|map| map.extension.map.get("Pss"))
                    .sum::<u64>();
            }
        }
        self.memory = self.memory.max(sum);
        Ok(sum)
    }

    /// Ends everything that was seen and is still there.
    fn kill(&self) {
        for (id, start) in self.cpu.keys() {
            // The number may be another process's by now.
            let same =
                Process::new(*id).and_then(|one| one.stat()).is_ok_and(|stat| stat.starttime == *start);
            if let (true, Some(pid)) = (same, Pid::from_raw(*id)) {
                kill_process(pid, Signal::KILL).ok();
            }
        }
    }

    fn used(&self) -> Used {
        let sum = |encoder| {
            let of = self.cpu.values().filter(|(_, ffmpeg)| *ffmpeg == encoder);
            // The sum of nothing is -0 otherwise.
            of.fold(0.0, |sum, (seconds, _)| sum + seconds)
        };
        Used { cpu_other: sum(false), cpu_encoder: sum(true), memory: self.memory, ..Used::default() }
    }
}
