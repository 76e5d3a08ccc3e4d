//! A child process that cannot outlive us, and whose last words are kept for the error message.
//!
//! Each child leads a process group of its own, so that a terminal's Ctrl-C reaches only us and we decide; dropping the
//! value kills the group. On Linux the kernel kills it too when we are killed. What the child does is not known here.

use crate::{MediaError, Result};
use std::ffi::OsString;
use std::io;
use std::os::fd::AsFd;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::{ChildStderr, ChildStdin, ChildStdout, Command};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// How much of standard error is kept: the end, where the reason stands.
const STDERR_TAIL: usize = 4096;

/// The largest pipe an unprivileged process may have: fewer hand-overs per frame than with the usual 64 KiB.
const PIPE_BYTES: usize = 1 << 20;

/// Makes the pipe that frames go through large.
pub(crate) fn enlarge(pipe: impl AsFd) {
    // Only speed depends on it; the limit may be lower in a container.
    let _ = rustix::pipe::fcntl_setpipe_size(pipe, PIPE_BYTES);
}

/// What a child gets as standard input and what becomes of its standard output.
pub(crate) struct Pipes {
    /// Whether we write to its standard input; otherwise it reads nothing.
    pub(crate) stdin: bool,
    /// Whether we read its standard output; otherwise it is thrown away.
    pub(crate) stdout: bool,
}

/// A running child.
pub(crate) struct Child {
    inner: tokio::process::Child,
    stderr: Option<JoinHandle<String>>,
    /// What it does, for messages.
    action: String,
    command: String,
    /// Ends the thread that counts as the child's parent. Dropped last.
    _parent: mpsc::Sender<()>,
}

/// How a child ended.
pub(crate) struct Outcome {
    pub(crate) status: ExitStatus,
    pub(crate) stderr: String,
}

impl Child {
    /// Starts `program`. `action` says in messages what it is to do.
    pub(crate) async fn start(
        program: &Path,
        args: &[OsString],
        pipes: Pipes,
        action: String,
    ) -> Result<Child> {
        let mut child = Child::start_with_stderr(program, args, pipes, action).await?;
        child.stderr = child.take_stderr().map(|pipe| tokio::spawn(tail(pipe)));
        Ok(child)
    }

    /// The same for a caller who reads its standard error himself, from [`Child::take_stderr`].
    pub(crate) async fn start_with_stderr(
        program: &Path,
        args: &[OsString],
        pipes: Pipes,
        action: String,
    ) -> Result<Child> {
        let line = command_line(program, args);
        let mut command = Command::new(program);
        let piped = |wanted: bool| if wanted { Stdio::piped() } else { Stdio::null() };
        command
            .args(args)
            .stdin(piped(pipes.stdin))
            .stdout(piped(pipes.stdout))
            .stderr(Stdio::piped())
            .process_group(0)
            .kill_on_drop(true)
            // libsvtav1 writes a page of settings to standard error unless told otherwise: 1 = errors only.
            .env("SVT_LOG", "1");
        let (inner, parent) =
            spawn(command).await.map_err(|source| MediaError::Start { command: line.clone(), source })?;
        tracing::debug!(command = %line, pid = inner.id(), "started");
        Ok(Child { inner, stderr: None, action, command: line, _parent: parent })
    }

    /// The writing end of the child's standard input, once.
    pub(crate) fn take_stdin(&mut self) -> Option<ChildStdin> {
        self.inner.stdin.take()
    }

    /// The reading end of the child's standard output, once.
    pub(crate) fn take_stdout(&mut self) -> Option<ChildStdout> {
        self.inner.stdout.take()
    }

    /// The reading end of the child's standard error, once.
    pub(crate) fn take_stderr(&mut self) -> Option<ChildStderr> {
        self.inner.stderr.take()
    }

    /// Waits for the end. `limit` bounds the wait; a child that takes longer is killed.
    pub(crate) async fn outcome(&mut self, limit: Duration) -> Result<Outcome> {
        match tokio::time::timeout(limit, self.ended()).await {
            Ok(outcome) => outcome,
            Err(_) => Err(self.hung(limit).await),
        }
    }

    /// Waits for the end, as long as it takes: for callers who wait for something else as well.
    pub(crate) async fn ended(&mut self) -> Result<Outcome> {
        match self.inner.wait().await {
            Ok(status) => Ok(Outcome { status, stderr: self.last_words().await }),
            Err(source) => Err(MediaError::Start { command: self.command.clone(), source }),
        }
    }

    /// Kills a child that has not done in `limit` what it should, and returns the error for it.
    pub(crate) async fn hung(&mut self, limit: Duration) -> MediaError {
        self.kill().await;
        MediaError::Hung {
            action: self.action.clone(),
            seconds: limit.as_secs(),
            stderr: self.last_words().await,
            command: self.command.clone(),
        }
    }

    /// The error that an unsuccessful outcome stands for.
    pub(crate) fn failed(&self, outcome: Outcome) -> MediaError {
        MediaError::Failed {
            action: self.action.clone(),
            status: outcome.status.to_string(),
            stderr: outcome.stderr,
            command: self.command.clone(),
        }
    }

    /// Kills the group and waits until the child is gone.
    pub(crate) async fn kill(&mut self) {
        self.kill_group();
        // SIGKILL cannot be refused, so this returns at once; an error means that it is already reaped.
        let _ = self.inner.wait().await;
    }

    async fn last_words(&mut self) -> String {
        let Some(task) = &mut self.stderr else { return String::new() };
        // A grandchild could hold the pipe open for ever; the child itself is gone, so what it said is there.
        let words = tokio::time::timeout(Duration::from_secs(1), task).await;
        self.stderr = None;
        match words {
            Ok(Ok(text)) => text,
            _ => String::new(),
        }
    }

    fn kill_group(&self) {
        // `id` is None once the child is reaped: its number may belong to somebody else by then.
        let pid =
            self.inner.id().and_then(|id| i32::try_from(id).ok()).and_then(rustix::process::Pid::from_raw);
        if let Some(pid) = pid {
            let _ = rustix::process::kill_process_group(pid, rustix::process::Signal::KILL);
        }
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        self.kill_group();
    }
}

/// Runs a child to its end and returns its standard output. For questions: one that was killed before it could answer, be it by
/// the kernel for memory, is asked once more.
pub(crate) async fn output(
    program: &Path,
    args: &[OsString],
    action: String,
    limit: Duration,
) -> Result<Vec<u8>> {
    let (child, outcome, text) = answer(program, args, &action, limit).await?;
    if outcome.status.success() {
        return Ok(text);
    }
    if !killed(outcome.status) {
        return Err(child.failed(outcome));
    }
    tracing::warn!(command = child.command, status = %outcome.status, "killed, is asked once more");
    let (child, outcome, text) = answer(program, args, &action, limit).await?;
    if outcome.status.success() { Ok(text) } else { Err(child.failed(outcome)) }
}

async fn answer(
    program: &Path,
    args: &[OsString],
    action: &str,
    limit: Duration,
) -> Result<(Child, Outcome, Vec<u8>)> {
    let pipes = Pipes { stdin: false, stdout: true };
    let mut child = Child::start(program, args, pipes, action.to_owned()).await?;
    let mut text = Vec::new();
    if let Some(mut stdout) = child.take_stdout() {
        // A read error shows as a bad status or as cut text.
        if tokio::time::timeout(limit, stdout.read_to_end(&mut text)).await.is_err() {
            return Err(child.hung(limit).await);
        }
    }
    let outcome = child.outcome(limit).await?;
    Ok((child, outcome, text))
}

fn killed(status: ExitStatus) -> bool {
    use std::os::unix::process::ExitStatusExt;
    status.signal().is_some()
}

/// Starts the command from a thread that lives until the returned sender is dropped.
///
/// The kernel's "kill me when my parent dies" (PR_SET_PDEATHSIG) means the parent *thread*. Threads of an async runtime
/// come and go, so the child gets a thread of its own as its parent.
async fn spawn(mut command: Command) -> io::Result<(tokio::process::Child, mpsc::Sender<()>)> {
    #[cfg(target_os = "linux")]
    // SAFETY: between fork and exec the closure makes one system call and neither allocates nor locks.
    unsafe {
        command.pre_exec(|| {
            rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL))?;
            Ok(())
        });
    }
    let runtime = tokio::runtime::Handle::current();
    let (alive, ended) = mpsc::channel::<()>();
    let (answer, spawned) = oneshot::channel();
    std::thread::Builder::new().name("ffmpeg-parent".to_owned()).stack_size(128 * 1024).spawn(move || {
        let _runtime = runtime.enter();
        // If nobody waits for the answer any more, the child is dropped here, which kills it.
        if answer.send(command.spawn()).is_ok() {
            let _ = ended.recv();
        }
    })?;
    let child = spawned.await.map_err(io::Error::other)??;
    Ok((child, alive))
}

/// Reads to the end and keeps the last [`STDERR_TAIL`] bytes.
async fn tail(mut pipe: impl AsyncRead + Unpin) -> String {
    let mut kept = Vec::new();
    let mut block = [0; 1024];
    while let Ok(read @ 1..) = pipe.read(&mut block).await {
        kept.extend_from_slice(&block[..read]);
        if kept.len() > 2 * STDERR_TAIL {
            kept.drain(..kept.len() - STDERR_TAIL);
        }
    }
    String::from_utf8_lossy(&kept).trim().to_owned()
}

fn command_line(program: &Path, args: &[OsString]) -> String {
    let words = std::iter::once(program.as_os_str())
        .chain(args.iter().map(OsString::as_os_str))
        .map(|word| word.to_string_lossy().into_owned())
        .collect::<Vec<_>>();
    helios_job::shell_command(&words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_never_stops_writing_is_named_as_that() {
        let args = ["-c", "while :; do echo x; sleep 0.01; done"].map(OsString::from);
        let answer = output(Path::new("sh"), &args, "list".to_owned(), Duration::from_millis(200)).await;
        assert!(matches!(&answer, Err(MediaError::Hung { action, .. }) if action == "list"), "{answer:?}");
    }
}
