//! The life of the browser process after its start: the end of its stderr, its exit, and that nothing of it stays behind.
//!
//! One task, the supervisor, owns the child and the profile folder. When the child ends, by itself or by our hand, the
//! supervisor kills what is left of its process group and removes the profile, whether or not anybody still holds a
//! [`crate::Browser`]. If we die without a word, the closed pipe makes Chromium end itself. Knows nothing of the protocol.

use crate::BrowserError;
use rustix::process::{
    Pid, Signal, WaitId, WaitIdOptions, kill_process_group, test_kill_process_group, waitid,
};
use std::{
    collections::BTreeSet,
    path::PathBuf,
    process::ExitStatus,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};
use tempfile::TempDir;
use tokio::{
    io::AsyncReadExt as _,
    process::{Child, ChildStderr},
    sync::watch,
};

/// How much of stderr is kept, in bytes.
const STDERR_KEPT: usize = 4096;

/// How long after the exit we wait for the last words on stderr.
const LAST_WORDS: Duration = Duration::from_millis(100);

/// How long killed processes may take to be gone. Where nobody reaps orphans (a container without an init) they stay
/// listed as zombies for ever, so this is a limit and not an error.
const BURIAL: Duration = Duration::from_millis(200);

/// How far the process has come.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Phase {
    Running,
    /// The browser process ended.
    Exited(ExitStatus),
    /// Its group is killed and its profile removed.
    Gone(ExitStatus),
}

impl Phase {
    pub(crate) fn status(self) -> Option<ExitStatus> {
        match self {
            Self::Running => None,
            Self::Exited(status) | Self::Gone(status) => Some(status),
        }
    }
}

/// A handle on the supervised process. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Process {
    pub(crate) pid: u32,
    pub(crate) command: Arc<str>,
    group: Pid,
    stderr: Arc<Mutex<Vec<u8>>>,
    phase: watch::Receiver<Phase>,
}

impl Process {
    /// Takes charge of `child`, the leader of its own group. `None` when it was reaped already.
    pub(crate) fn supervise(mut child: Child, command: String, profile: TempDir) -> Option<Self> {
        let pid = child.id()?;
        let group = Pid::from_raw(i32::try_from(pid).ok()?)?;
        let stderr = Arc::new(Mutex::new(Vec::new()));
        let (progress, phase) = watch::channel(Phase::Running);
        let listening = tokio::spawn(listen(child.stderr.take(), Arc::clone(&stderr)));
        let household = Household { child, group, profile: Some(profile) };
        tokio::spawn(household.keep(progress, listening));
        Some(Self { pid, command: command.into(), group, stderr, phase })
    }

    /// The files that the processes of the group have in memory, as far as we may look.
    pub(crate) fn mapped_files(&self) -> BTreeSet<String> {
        let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
        let group = self.pid.to_string();
        // Asked for by the text: the group of a process that came into a container from outside is 0 to getpgid().
        let is_ours = |folder: &PathBuf| {
            let stat = std::fs::read_to_string(folder.join("stat")).unwrap_or_default();
            stat.rsplit_once(") ").is_some_and(|(_, rest)| rest.split(' ').nth(2) == Some(group.as_str()))
        };
        let mut files = BTreeSet::new();
        for folder in entries.map(|entry| entry.path()).filter(is_ours) {
            let maps = std::fs::read_to_string(folder.join("maps")).unwrap_or_default();
            files.extend(maps.lines().filter_map(|line| line.find('/').map(|at| line[at..].to_owned())));
        }
        files
    }

    pub(crate) fn stderr_tail(&self) -> String {
        let tail = self.stderr.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&tail).into_owned()
    }

    /// How the process ended, if it did.
    pub(crate) fn status(&self) -> Option<ExitStatus> {
        self.phase.borrow().status()
    }

    /// Waits until the process ended; `None` when the runtime shuts down before.
    pub(crate) async fn exited(mut self) -> Option<ExitStatus> {
        self.phase.wait_for(|phase| phase.status().is_some()).await.ok().and_then(|phase| phase.status())
    }

    /// Waits until nothing is left of it.
    pub(crate) async fn gone(mut self) {
        let _ = self.phase.wait_for(|phase| matches!(phase, Phase::Gone(_))).await;
    }

    /// Kills the group. Afterwards the id may belong to others, so only while the process is known to run.
    pub(crate) fn kill(&self) {
        if matches!(*self.phase.borrow(), Phase::Running) {
            let _ = kill_process_group(self.group, Signal::KILL);
        }
    }

    /// The error which says that and how the process died.
    pub(crate) fn died(&self) -> BrowserError {
        BrowserError::Died {
            command: self.command.to_string(),
            status: self.status(),
            stderr: self.stderr_tail(),
        }
    }
}

/// Keeps the last bytes of the browser's stderr.
async fn listen(stream: Option<ChildStderr>, kept: Arc<Mutex<Vec<u8>>>) {
    let Some(mut stream) = stream else { return };
    let mut buffer = [0; STDERR_KEPT];
    while let Ok(length @ 1..) = stream.read(&mut buffer).await {
        tracing::trace!(stderr = %String::from_utf8_lossy(&buffer[..length]).trim_end(), "browser");
        let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.extend_from_slice(&buffer[..length]);
        let surplus = kept.len().saturating_sub(STDERR_KEPT);
        kept.drain(..surplus);
    }
}

/// What must be cleaned up, come what may.
struct Household {
    child: Child,
    group: Pid,
    /// `None` once removed.
    profile: Option<TempDir>,
}

impl Household {
    async fn keep(mut self, progress: watch::Sender<Phase>, mut listening: tokio::task::JoinHandle<()>) {
        let status = match self.child.wait().await {
            Ok(status) => status,
            Err(error) => {
                tracing::warn!(%error, "cannot wait for the browser");
                return;
            }
        };
        // Its helpers end by themselves when they notice, but not at once, and they hold stderr open. The group id was
        // ours until microseconds ago, and stays so while a helper lives.
        let _ = kill_process_group(self.group, Signal::KILL);
        if tokio::time::timeout(LAST_WORDS, &mut listening).await.is_err() {
            listening.abort();
        }
        progress.send_replace(Phase::Exited(status));

        let deadline = Instant::now() + BURIAL;
        while !buried(self.group) && Instant::now() < deadline {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        if let Some(profile) = self.profile.take() {
            let removed = tokio::task::spawn_blocking(move || remove(profile)).await;
            debug_assert!(removed.is_ok());
        }
        progress.send_replace(Phase::Gone(status));
    }
}

impl Drop for Household {
    /// The runtime shuts down while the browser runs: nobody will poll us again, so it has to be done here and now.
    fn drop(&mut self) {
        let Some(profile) = self.profile.take() else { return };
        if matches!(self.child.try_wait(), Ok(None)) {
            let _ = kill_process_group(self.group, Signal::KILL);
            let deadline = Instant::now() + BURIAL;
            while matches!(self.child.try_wait(), Ok(None)) && Instant::now() < deadline {
                std::thread::sleep(Duration::from_millis(2));
            }
        }
        remove(profile);
    }
}

/// Whether nothing of a killed group is listed any more. Its orphans come to us where we are their reaper, as `helios worker`
/// is; elsewhere reaping them is the work of others.
fn buried(group: Pid) -> bool {
    let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG;
    while let Ok(Some(_)) = waitid(WaitId::Pgid(Some(group)), options) {}
    test_kill_process_group(group).is_err()
}

/// Removes the profile; again while a dying process still puts files into it.
fn remove(profile: TempDir) {
    let path = profile.keep();
    let deadline = Instant::now() + BURIAL;
    while let Err(error) = std::fs::remove_dir_all(&path) {
        if error.kind() == std::io::ErrorKind::NotFound {
            return;
        }
        if Instant::now() > deadline {
            tracing::warn!(path = %path.display(), %error, "cannot remove the browser's profile");
            return;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use std::os::unix::process::CommandExt as _;
    use std::process::Command;

    #[test]
    fn orphans_of_a_killed_group_are_reaped() {
        rustix::process::set_child_subreaper(Some(rustix::process::getpid())).unwrap();
        let mut leader =
            Command::new("sh").args(["-c", "sleep 60 & sleep 60"]).process_group(0).spawn().unwrap();
        let group = Pid::from_child(&leader);
        assert!(!buried(group), "it runs");
        kill_process_group(group, Signal::KILL).unwrap();
        leader.wait().unwrap();
        let deadline = Instant::now() + Duration::from_secs(10);
        while !buried(group) {
            assert!(Instant::now() < deadline, "still listed");
            std::thread::sleep(Duration::from_millis(2));
        }
    }
}
