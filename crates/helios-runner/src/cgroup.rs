//! The limits of control groups, versions 1 and 2: which group this process is in, what it and its ancestors may use.

use std::fs::read_to_string;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// What control groups allow. `None`: no limit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Limits {
    /// Whole cores' worth of processor time, at least 1.
    pub cores: Option<u32>,
    /// Bytes that are still free.
    pub memory: Option<u64>,
}

/// The tightest limits of this process's groups, with the file system under `root`.
pub(crate) fn read(root: &Path) -> Limits {
    let groups = read_to_string(root.join("proc/self/cgroup")).unwrap_or_default();
    let mount = root.join("sys/fs/cgroup");
    let mut limits = Limits::default();
    for (controllers, path) in groups.lines().filter_map(group) {
        if controllers.is_empty() {
            // In the hybrid layout version 2 is mounted below; it has no limits there.
            for folder in ancestors(&mount, path) {
                limits.tighten(v2(&folder));
            }
        }
        for controller in controllers.split(',').filter(|name| !name.is_empty()) {
            // `cpu` and `cpuacct` are mounted together, with a link for each.
            for folder in ancestors(&mount.join(controller), path) {
                limits.tighten(v1(&folder, controller));
            }
        }
    }
    limits
}

impl Limits {
    fn tighten(&mut self, other: Limits) {
        self.cores = self.cores.into_iter().chain(other.cores).min();
        self.memory = self.memory.into_iter().chain(other.memory).min();
    }
}

/// `id:controllers:path` of /proc/self/cgroup; version 2 has no controllers there.
fn group(line: &str) -> Option<(&str, &str)> {
    let mut fields = line.splitn(3, ':');
    let (_, controllers, path) = (fields.next()?, fields.next()?, fields.next()?);
    Some((controllers, path.trim_start_matches('/')))
}

/// The folder of the group and of every group around it. In a container the path is often that of the host and does not
/// exist; the mount itself is then the container's group.
fn ancestors(mount: &Path, path: &str) -> Vec<PathBuf> {
    let inside = Path::new(path).ancestors().map(|part| mount.join(part));
    inside.filter(|folder| folder.is_dir()).collect()
}

fn v2(folder: &Path) -> Limits {
    let text = |name: &str| read_to_string(folder.join(name)).unwrap_or_default();
    Limits {
        cores: cpu_max(&text("cpu.max")),
        memory: free(number(&text("memory.max")), &text("memory.current"), &text("memory.stat")),
    }
}

fn v1(folder: &Path, controller: &str) -> Limits {
    let text = |name: &str| read_to_string(folder.join(name)).unwrap_or_default();
    match controller {
        "cpu" => Limits {
            cores: cores(number(&text("cpu.cfs_quota_us")), number(&text("cpu.cfs_period_us"))),
            memory: None,
        },
        "memory" => {
            // No limit is written as the largest multiple of a page.
            let limit = number(&text("memory.limit_in_bytes")).filter(|bytes| *bytes < 1 << 62);
            Limits { cores: None, memory: free(limit, &text("memory.usage_in_bytes"), &text("memory.stat")) }
        }
        _ => Limits::default(),
    }
}

/// `quota period` or `max period`, in microseconds.
fn cpu_max(text: &str) -> Option<u32> {
    let (quota, period) = text.trim().split_once(' ')?;
    cores(number(quota), number(period))
}

/// Rounded down: a worker on a throttled core slows its neighbours.
fn cores(quota: Option<u64>, period: Option<u64>) -> Option<u32> {
    let whole = quota?.checked_div(period?)?;
    u32::try_from(whole.max(1)).ok()
}

/// The limit less what is in use, file cache that the kernel would give back not counted.
fn free(limit: Option<u64>, current: &str, stat: &str) -> Option<u64> {
    let cache = stat.lines().find_map(|line| line.strip_prefix("inactive_file ")).and_then(number);
    let used = number::<u64>(current).unwrap_or(0).saturating_sub(cache.unwrap_or(0));
    Some(limit?.saturating_sub(used))
}

/// A number; not `max`, and not the `-1` of version 1.
fn number<T: FromStr>(text: &str) -> Option<T> {
    text.trim().parse().ok()
}

/// `MemAvailable` of /proc/meminfo, in bytes.
pub(crate) fn meminfo_available(text: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    number::<u64>(line.trim().strip_suffix("kB")?).map(|kib| kib << 10)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    /// A file system that holds only what is given.
    fn limits(files: &[(&str, &str)]) -> Limits {
        let root = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = root.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        read(root.path())
    }

    #[test]
    fn version_2_counts_the_tightest_of_all_ancestors() {
        let found = limits(&[
            ("proc/self/cgroup", "0::/user.slice/job.scope\n"),
            ("sys/fs/cgroup/user.slice/job.scope/cpu.max", "max 100000\n"),
            ("sys/fs/cgroup/user.slice/cpu.max", "250000 100000\n"),
            ("sys/fs/cgroup/user.slice/job.scope/memory.max", "4000\n"),
            ("sys/fs/cgroup/user.slice/job.scope/memory.current", "1500\n"),
            ("sys/fs/cgroup/user.slice/job.scope/memory.stat", "anon 1\ninactive_file 500\n"),
            ("sys/fs/cgroup/user.slice/memory.max", "max\n"),
        ]);
        assert_eq!(found, Limits { cores: Some(2), memory: Some(3000) });
    }

    #[test]
    fn in_a_container_the_mount_is_the_group() {
        let found = limits(&[
            ("proc/self/cgroup", "0::/../../kubepods/pod1\n"),
            ("sys/fs/cgroup/cpu.max", "50000 100000\n"),
            ("sys/fs/cgroup/memory.max", "1000\n"),
        ]);
        assert_eq!(found, Limits { cores: Some(1), memory: Some(1000) });
    }

    #[test]
    fn version_1() {
        let found = limits(&[
            ("proc/self/cgroup", "4:memory:/docker/x\n3:cpu,cpuacct:/docker/x\n2:cpuset:/\n"),
            ("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "400000"),
            ("sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000"),
            ("sys/fs/cgroup/memory/memory.limit_in_bytes", "9000"),
            ("sys/fs/cgroup/memory/memory.usage_in_bytes", "1000"),
        ]);
        assert_eq!(found, Limits { cores: Some(4), memory: Some(8000) });
    }

    #[test]
    fn no_limits() {
        assert_eq!(limits(&[]), Limits::default());
        let v1 = limits(&[
            ("proc/self/cgroup", "4:memory:/\n3:cpu,cpuacct:/\n"),
            ("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "-1"),
            ("sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000"),
            ("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712"),
        ]);
        assert_eq!(v1, Limits::default());
    }

    #[test]
    fn meminfo() {
        let text = "MemTotal:        8000 kB\nMemAvailable:    2 kB\n";
        assert_eq!(meminfo_available(text), Some(2048));
        assert_eq!(meminfo_available("MemFree: 1 kB"), None);
    }
}
