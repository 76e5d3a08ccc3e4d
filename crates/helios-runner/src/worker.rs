//! One worker process: started with pipes and its own process group, listened to, given orders, ended. What its lines
//! mean is decided by `task`; which order it gets, by `dispatcher`.

use crate::group::Group;
use crate::scratch::{Place, Places};
use crate::wire::{Line, Lines, MAX_LINE};
use crate::{RunnerError, WorkerCommand};
use helios_job::{Failure, FailureKind};
use std::collections::VecDeque;
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::process::{Child, ChildStderr, ChildStdin, Command};
use tokio::sync::{mpsc, watch};
use tokio_util::sync::CancellationToken;

/// What a worker has to say after its end: lines of standard error kept, and the longest kept line.
const STDERR_LINES: usize = 20;
const STDERR_LINE: usize = 4096;

/// After a worker's end, its pipes may be held open by a child of its own; what is in them by now is all that counts.
const DRAIN: Duration = Duration::from_millis(200);

/// Something a worker did.
#[derive(Debug)]
pub(crate) enum Signal {
    /// It wrote a line to standard output.
    Line(Line),
    /// It wrote a line to standard error.
    Stderr(String),
    /// It ended. Always the last signal.
    Ended(Exit),
}

/// How a worker ended.
#[derive(Debug, Clone)]
pub(crate) struct Exit {
    pub code: Option<i32>,
    /// The exit status in words, and the end of standard error.
    pub words: String,
}

impl Exit {
    /// Why it ended, as the failure of its task. Exit code 64 is a worker's way of refusing before it can speak the protocol.
    pub fn last_words(&self) -> Failure {
        let kind = if self.code == Some(64) { FailureKind::Invalid } else { FailureKind::Transient };
        Failure { kind, message: format!("the worker ended before it was done: {}", self.words) }
    }
}

/// A signal with the process it came from: a slot's worker may be replaced while old signals are still queued.
#[derive(Debug)]
pub(crate) struct Message {
    pub serial: u64,
    pub signal: Signal,
}

/// How long a worker gets to end by itself: after the end of its input, and again after SIGTERM.
const PATIENT: Duration = Duration::from_secs(3);
const HURRIED: Duration = Duration::from_millis(400);

/// How long the kernel gets to end a killed group.
const KILLED: Duration = Duration::from_secs(1);

/// A running worker. Dropping it kills its whole process group.
#[derive(Debug)]
pub(crate) struct Worker {
    pub index: u32,
    pub serial: u64,
    pub pid: u32,
    orders: mpsc::UnboundedSender<String>,
    group: Arc<Group>,
    ended: watch::Receiver<bool>,
    place: Place,
}

impl Worker {
    /// Starts a worker. Must be called within a tokio runtime.
    pub fn start(
        command: &WorkerCommand,
        (index, serial): (u32, u64),
        places: &Places,
        messages: mpsc::Sender<Message>,
    ) -> Result<Worker, RunnerError> {
        let place = places.of(index, serial)?;
        let mut child = Command::new(&command.program);
        child.args(&command.args).arg("--index").arg(index.to_string()).arg("--scratch").arg(&place.files);
        if let Some(folder) = &place.profile {
            child.arg("--profile").arg(folder);
        }
        child.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        child.process_group(0).kill_on_drop(true);
        let spawn = |source| RunnerError::Spawn { command: describe(command), source };
        let mut child = child.spawn().map_err(spawn)?;
        let pid = child.id().unwrap_or_default();
        let group = Arc::new(Group::new(pid));
        let (orders, queue) = mpsc::unbounded_channel();
        let (ended_sender, ended) = watch::channel(false);
        if let Some(stdin) = child.stdin.take() {
            tokio::spawn(write_orders(stdin, queue));
        }
        let supervisor = Supervisor { serial, group: Arc::clone(&group), messages };
        tokio::spawn(async move {
            supervisor.run(child).await;
            // Nobody may be waiting for it any more.
            let _ = ended_sender.send(true);
        });
        Ok(Worker { index, serial, pid, orders, group, ended, place })
    }

    /// Hands an order to the worker. When it is gone already, its end is reported as a signal.
    pub fn order(&self, line: String) {
        let _ = self.orders.send(line);
    }

    /// Ends the worker: end of input, SIGTERM, SIGKILL, with some time in between, and little of it once `hurry` is
    /// cancelled. A worker that is `broken` is killed at once. Its folders are removed.
    pub async fn stop(mut self, broken: bool, hurry: CancellationToken) {
        if broken {
            self.group.kill();
        }
        // The end of the worker's input.
        self.orders = mpsc::unbounded_channel().0;
        if !self.ends(&hurry).await {
            self.group.terminate();
            if !self.ends(&hurry).await {
                self.group.kill();
                if tokio::time::timeout(KILLED, self.ended.wait_for(|ended| *ended)).await.is_err() {
                    tracing::warn!(pid = self.pid, "waited {KILLED:?} for a killed worker to end");
                }
            }
        }
        // Whatever the worker has not removed itself.
        let place = self.place.clone();
        let _ = tokio::task::spawn_blocking(move || place.remove()).await;
    }

    async fn ends(&mut self, hurry: &CancellationToken) -> bool {
        let hurried = async {
            hurry.cancelled().await;
            tokio::time::sleep(HURRIED).await;
        };
        tokio::select! {
            _ = self.ended.wait_for(|ended| *ended) => true,
            () = hurried => false,
            () = tokio::time::sleep(PATIENT) => false,
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.group.kill();
    }
}

fn describe(command: &WorkerCommand) -> String {
    let mut words = vec![command.program.display().to_string()];
    words.extend(command.args.iter().cloned());
    helios_job::shell_command(&words)
}

/// Writes orders until there are no more, which the worker sees as the end of its input. A separate task, so that a
/// worker that does not read cannot keep us from listening to it.
async fn write_orders(mut stdin: ChildStdin, mut queue: mpsc::UnboundedReceiver<String>) {
    while let Some(mut line) = queue.recv().await {
        line.push('\n');
        if stdin.write_all(line.as_bytes()).await.is_err() || stdin.flush().await.is_err() {
            return;
        }
    }
}

struct Supervisor {
    serial: u64,
    group: Arc<Group>,
    messages: mpsc::Sender<Message>,
}

type Tail = Arc<Mutex<VecDeque<String>>>;

impl Supervisor {
    /// Listens until the process has ended, then ends its group.
    async fn run(self, mut child: Child) {
        let tail = Tail::default();
        let stderr = child.stderr.take().map(|stderr| {
            tokio::spawn(read_stderr(stderr, Arc::clone(&tail), self.messages.clone(), self.serial))
        });
        let status = match child.stdout.take() {
            None => child.wait().await,
            Some(stdout) => {
                let mut lines = Lines::new(stdout, MAX_LINE);
                loop {
                    tokio::select! {
                        line = lines.next() => match line {
                            Some(line) => self.send(Signal::Line(line)).await,
                            None => break child.wait().await,
                        },
                        status = child.wait() => {
                            // What a worker said before its end counts.
                            let rest = async {
                                while let Some(line) = lines.next().await {
                                    self.send(Signal::Line(line)).await;
                                }
                            };
                            let _ = tokio::time::timeout(DRAIN, rest).await;
                            break status;
                        }
                    }
                }
            }
        };
        self.group.finish().await;
        if let Some(stderr) = stderr {
            let abort = stderr.abort_handle();
            if tokio::time::timeout(DRAIN, stderr).await.is_err() {
                abort.abort();
            }
        }
        self.send(Signal::Ended(exit(status, &tail))).await;
    }

    async fn send(&self, signal: Signal) {
        // The receiver is closed when the render is over: then nobody wants to know.
        let _ = self.messages.send(Message { serial: self.serial, signal }).await;
    }
}

fn exit(status: std::io::Result<ExitStatus>, tail: &Tail) -> Exit {
    let mut words = match &status {
        Ok(status) => status.to_string(),
        Err(error) => format!("unknown exit status: {error}"),
    };
    let tail = tail.lock().map(|tail| tail.iter().cloned().collect::<Vec<_>>()).unwrap_or_default();
    if !tail.is_empty() {
        words.push_str("; the end of its standard error:\n");
        words.push_str(&tail.join("\n"));
    }
    Exit { code: status.ok().and_then(|status| status.code()), words }
}

async fn read_stderr(stderr: ChildStderr, tail: Tail, messages: mpsc::Sender<Message>, serial: u64) {
    let mut lines = Lines::new(stderr, STDERR_LINE);
    while let Some(Line::Whole(line) | Line::TooLong(line)) = lines.next().await {
        if let Ok(mut tail) = tail.lock() {
            tail.push_back(line.clone());
            if tail.len() > STDERR_LINES {
                tail.pop_front();
            }
        }
        let _ = messages.send(Message { serial, signal: Signal::Stderr(line) }).await;
    }
}
