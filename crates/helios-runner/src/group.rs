//! The process group of a worker: the worker and whatever it started.

use rustix::process::{Pid, Signal, kill_process_group, test_kill_process_group};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// How long the kernel gets to end what a dead worker has left behind, and whoever inherited it to take note.
const ORPHANS: Duration = Duration::from_millis(300);

/// A process group. [`crate::worker::Worker`] sees to it that nobody in it outlives the worker.
#[derive(Debug)]
pub(crate) struct Group {
    leader: Option<Pid>,
    /// Once the leader is reaped its number may belong to somebody else.
    gone: AtomicBool,
}

impl Group {
    /// The group led by process `pid`.
    pub fn new(pid: u32) -> Group {
        Group { leader: i32::try_from(pid).ok().and_then(Pid::from_raw), gone: AtomicBool::new(false) }
    }

    /// Asks every process of the group to end.
    pub fn terminate(&self) {
        self.signal(Signal::TERM);
    }

    /// Ends every process of the group.
    pub fn kill(&self) {
        self.signal(Signal::KILL);
    }

    /// Ends what the leader, which has just been reaped, has left behind, and returns when that is gone; no signal is sent from
    /// then on.
    pub async fn finish(&self) {
        self.kill();
        let deadline = Instant::now() + ORPHANS;
        while self.leader.is_some_and(|leader| test_kill_process_group(leader).is_ok()) {
            if Instant::now() > deadline {
                tracing::debug!(leader = ?self.leader, "what a worker has left behind is still there after {ORPHANS:?}");
                break;
            }
            sleep(Duration::from_millis(1)).await;
        }
        self.gone.store(true, Ordering::SeqCst);
    }

    fn signal(&self, signal: Signal) {
        if let Some(leader) = self.leader.filter(|_| !self.gone.load(Ordering::SeqCst)) {
            // The only error that can occur is that nobody is left.
            let _ = kill_process_group(leader, signal);
        }
    }
}
