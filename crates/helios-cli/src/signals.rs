//! Signals: the first one asks for a clean stop, the second one kills. Everything below sees cancellation tokens only.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// How long a clean stop may take. With what comes after it, a cancelled command has ended within two seconds.
const GRACE: Duration = Duration::from_millis(1800);

/// Exit code for Ctrl-C: 128 and the signal's number, as shells have it.
const INTERRUPTED: u8 = 130;
/// Exit code for SIGTERM, and for SIGHUP, which asks for the same.
const TERMINATED: u8 = 143;

/// What signals have asked for so far.
#[derive(Debug, Clone, Default)]
pub struct Signals {
    /// Cancelled by the first signal: stop, and leave nothing behind.
    pub stop: CancellationToken,
    /// Cancelled by the second signal, or when the stop takes too long: give up at once.
    pub kill: CancellationToken,
    /// Cancelled by the second signal alone: for finished work that is on its way to where it counts, and may take its time.
    pub again: CancellationToken,
    code: Arc<AtomicU8>,
}

impl Signals {
    /// Takes over SIGINT, SIGTERM and SIGHUP. Must be called within a tokio runtime.
    pub fn watch() -> io::Result<Signals> {
        let signals = Signals::default();
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut terminate = signal(SignalKind::terminate())?;
        // `nohup` has the signal ignored from the start; it means that the render shall survive its terminal.
        let mut hangup = if hangup_is_ignored() { None } else { Some(signal(SignalKind::hangup())?) };
        let seen = signals.clone();
        tokio::spawn(async move {
            loop {
                let code = tokio::select! {
                    _ = interrupt.recv() => INTERRUPTED,
                    _ = terminate.recv() => TERMINATED,
                    () = received(&mut hangup) => TERMINATED,
                };
                seen.receive(code);
            }
        });
        Ok(signals)
    }

    fn receive(&self, code: u8) {
        if self.stop.is_cancelled() {
            self.again.cancel();
            self.kill.cancel();
            return;
        }
        self.code.store(code, Ordering::SeqCst);
        self.stop.cancel();
        let kill = self.kill.clone();
        tokio::spawn(async move {
            tokio::time::sleep(GRACE).await;
            kill.cancel();
        });
    }

    /// Stops as SIGTERM does.
    pub fn cancel(&self) {
        if !self.stop.is_cancelled() {
            self.receive(TERMINATED);
        }
    }

    /// The same for a part of the command, which can be stopped alone.
    pub fn child(&self) -> Signals {
        Signals { stop: self.stop.child_token(), ..self.clone() }
    }

    /// The exit code that the first signal asks for, when there was one.
    pub fn code(&self) -> Option<u8> {
        Some(self.code.load(Ordering::SeqCst)).filter(|code| *code != 0)
    }
}

async fn received(signal: &mut Option<Signal>) {
    match signal {
        Some(signal) => {
            signal.recv().await;
        }
        None => std::future::pending().await,
    }
}

/// Reads the mask of ignored signals that the kernel keeps for this process. Where there is no such file, the answer is
/// no.
fn hangup_is_ignored() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).is_some_and(|mask| mask & 1 == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn the_first_signal_stops_and_the_second_kills() {
        let signals = Signals::default();
        assert_eq!(signals.code(), None);
        signals.receive(TERMINATED);
        assert!(signals.stop.is_cancelled() && !signals.kill.is_cancelled());
        signals.receive(INTERRUPTED);
        assert!(signals.kill.is_cancelled() && signals.again.is_cancelled());
        assert_eq!(signals.code(), Some(TERMINATED), "the first signal decides");
    }

    #[tokio::test(start_paused = true)]
    async fn a_stop_that_takes_too_long_becomes_a_kill() {
        let signals = Signals::default();
        signals.receive(INTERRUPTED);
        tokio::time::sleep(GRACE - Duration::from_millis(100)).await;
        assert!(!signals.kill.is_cancelled());
        tokio::time::sleep(Duration::from_millis(200)).await;
        assert!(signals.kill.is_cancelled() && !signals.again.is_cancelled());
    }
}
