//! How many workers a machine carries, and why. Detection reads /proc and /sys; the choice is arithmetic.

use crate::cgroup;
use std::path::Path;

/// Memory of one worker: a Chromium with a 1080p page, and its encoder.
const MEMORY_PER_WORKER: u64 = 700 << 20;

/// Fewer frames than this are rendered sooner than another browser starts.
const FRAMES_PER_WORKER: u32 = 30;

/// What this process may use of the machine it runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Machine {
    /// Processor cores, at least 1.
    pub cores: u32,
    /// Bytes of memory that are free to use, where that is known.
    pub memory: Option<u64>,
}

impl Machine {
    /// The machine this runs on, as far as this process may use it: CPU affinity, cpusets and cgroup limits (v1 and v2)
    /// count, so that a container gets its share and not the host's.
    pub fn detect() -> Machine {
        // Affinity (and with it the cpuset) is what the standard library asks for.
        let cores = std::thread::available_parallelism().map_or(1, |cores| cores.get());
        let cores = u32::try_from(cores).unwrap_or(u32::MAX);
        let limits = cgroup::read(Path::new("/"));
        let meminfo = std::fs::read_to_string("/proc/meminfo").ok();
        let available = meminfo.and_then(|text| cgroup::meminfo_available(&text));
        Machine {
            cores: limits.cores.map_or(cores, |quota| cores.min(quota)).max(1),
            memory: available.into_iter().chain(limits.memory).min(),
        }
    }

    /// The number of workers for `frames` frames, and the reason in words.
    pub fn workers(&self, frames: u32) -> (u32, String) {
        let memory = self.memory.map(|bytes| u32::try_from(bytes / MEMORY_PER_WORKER).unwrap_or(u32::MAX));
        let by_frames = (frames / FRAMES_PER_WORKER).max(1);
        let workers = self.cores.min(memory.unwrap_or(u32::MAX)).min(by_frames);
        let workers = workers.clamp(1, helios_job::MAX_CONCURRENCY);
        let memory = memory.map_or("memory is unknown".to_owned(), |n| format!("memory for {n}"));
        let why = format!(
            "{} cores, {memory}, {frames} frames are enough for {by_frames} with {FRAMES_PER_WORKER} or more each",
            self.cores
        );
        (workers, why)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scarcest_thing_decides() {
        let workers = |cores, gib: Option<u64>, frames| {
            Machine { cores, memory: gib.map(|gib| gib << 30) }.workers(frames).0
        };
        assert_eq!(workers(8, Some(32), 3000), 8);
        assert_eq!(workers(8, Some(2), 3000), 2);
        assert_eq!(workers(8, None, 3000), 8);
        assert_eq!(workers(8, Some(32), 90), 3);
        assert_eq!(workers(8, Some(0), 90), 1);
        assert_eq!(workers(64, Some(1024), 1), 1);
    }

    #[test]
    fn this_machine_has_something() {
        let machine = Machine::detect();
        assert!(machine.cores >= 1);
        assert!(machine.memory.is_none_or(|bytes| bytes > 0));
    }
}
