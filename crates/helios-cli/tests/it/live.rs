//! A render that is watched while it runs: in folders of its own, under a time limit, every process of it known.

use crate::run::{Answer, Place};
use std::io::Read;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Stands in the environment of every process of a render, and so tells them from all others.
const MARK: &str = "HELIOS_TEST_MARK";
/// Longer than anything here takes on a busy machine, and short enough to be called a hang.
pub const HANG: Duration = Duration::from_secs(100);
/// Chromium's crash handler detaches itself and notices a moment later that nobody is left.
const BURIAL: Duration = Duration::from_secs(5);

static SERIAL: AtomicU32 = AtomicU32::new(0);

/// A running helios.
pub struct Live {
    child: Child,
    mark: String,
    temporary: TempDir,
    stdout: Pipe,
    stderr: Pipe,
}

/// How a render ended that was not killed: nothing of it runs any more, and its temporary folder is empty.
pub struct Ended {
    pub status: ExitStatus,
    pub answer: Answer,
    /// What is left in the folder for temporary files.
    pub left: Vec<String>,
}

struct Pipe {
    text: Arc<Mutex<Vec<u8>>>,
    reader: JoinHandle<()>,
}

impl Pipe {
    fn read(mut source: impl Read + Send + 'static) -> Pipe {
        let text = Arc::new(Mutex::new(Vec::new()));
        let sink = Arc::clone(&text);
        let reader = std::thread::spawn(move || {
            let mut block = [0; 4096];
            while let Ok(length @ 1..) = source.read(&mut block) {
                sink.lock().unwrap().extend_from_slice(&block[..length]);
            }
        });
        Pipe { text, reader }
    }

    fn so_far(&self) -> String {
        String::from_utf8_lossy(&self.text.lock().unwrap()).into_owned()
    }

    fn all(self) -> String {
        self.reader.join().unwrap();
        String::from_utf8(self.text.lock().unwrap().clone()).unwrap()
    }
}

/// A process of a render.
pub struct Member {
    pub pid: u32,
    pub args: Vec<String>,
}

impl Member {
    pub fn has(&self, arg: &str) -> bool {
        self.args.iter().any(|known| known == arg)
    }

    /// Kills it, unless it has ended meanwhile.
    pub fn kill(&self) {
        let pid = rustix::process::Pid::from_raw(i32::try_from(self.pid).unwrap()).unwrap();
        let _ = rustix::process::kill_process(pid, rustix::process::Signal::KILL);
    }
}

impl Live {
    /// Starts `helios` in the place, with a folder of its own for temporary files.
    pub fn start(place: &Place, args: &[&str]) -> Live {
        Live::start_command(place.command(args))
    }

    /// The same for a command of [`Place::command`].
    pub fn start_command(mut command: Command) -> Live {
        let temporary = tempfile::tempdir().unwrap();
        command.env("TMPDIR", temporary.path());
        Live::run(command, temporary)
    }

    /// Starts `helios` in the place, with its temporary files where they are for everybody.
    pub fn start_among_others(place: &Place, args: &[&str]) -> Live {
        let mut command = place.command(args);
        command.env_remove("TMPDIR");
        Live::run(command, tempfile::tempdir().unwrap())
    }

    fn run(mut command: Command, temporary: TempDir) -> Live {
        let mark = format!("{}-{}", std::process::id(), SERIAL.fetch_add(1, Ordering::Relaxed));
        command.env(MARK, &mark);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let stdout = Pipe::read(child.stdout.take().unwrap());
        let stderr = Pipe::read(child.stderr.take().unwrap());
        Live { child, mark, temporary, stdout, stderr }
    }

    /// The living processes of this render. Chromium's own children write their title over their environment, but have
    /// the profile's place in it.
    pub fn members(&self) -> Vec<Member> {
        let mark = format!("{MARK}={}", self.mark);
        let folder = self.temporary.path().to_str().unwrap();
        let processes = std::fs::read_dir("/proc").unwrap().filter_map(|entry| {
            let entry = entry.ok()?;
            let pid = entry.file_name().to_str()?.parse().ok()?;
            // Both are empty for a process that has ended but was not waited for.
            let environment = std::fs::read(entry.path().join("environ")).ok()?;
            let line = std::fs::read(entry.path().join("cmdline")).ok()?;
            let line = String::from_utf8_lossy(&line).into_owned();
            let marked = environment.split(|byte| *byte == 0).any(|pair| pair == mark.as_bytes());
            let args = || line.split(['\0', ' ']).map(str::to_owned).collect();
            (marked || line.contains(folder)).then(|| Member { pid, args: args() })
        });
        processes.collect()
    }

    pub fn stdout(&self) -> String {
        self.stdout.so_far()
    }

    pub fn stderr(&self) -> String {
        self.stderr.so_far()
    }

    pub fn is_running(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    pub fn signal(&self, signal: rustix::process::Signal) {
        rustix::process::kill_process(rustix::process::Pid::from_child(&self.child), signal).unwrap();
    }

    /// Waits until `found` finds something in the running render; `None` when the render ends before.
    pub fn until<T>(&mut self, mut found: impl FnMut(&Live) -> Option<T>) -> Option<T> {
        let began = Instant::now();
        loop {
            if let Some(found) = found(self) {
                return Some(found);
            }
            if !self.is_running() {
                return None;
            }
            assert!(began.elapsed() < HANG, "{}", self.stderr.so_far());
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Waits for the end, and asserts that no process is left.
    #[track_caller]
    pub fn end(mut self) -> Ended {
        let _ = self.until(|_| None::<()>);
        let status = self.child.wait().unwrap();
        let began = Instant::now();
        while !self.members().is_empty() {
            let lines: Vec<_> = self.members().iter().map(|member| member.args.join(" ")).collect();
            assert!(began.elapsed() < BURIAL, "still running: {lines:#?}");
            std::thread::sleep(Duration::from_millis(5));
        }
        let left = names(self.temporary.path());
        let answer = Answer { code: status.code(), stdout: self.stdout.all(), stderr: self.stderr.all() };
        Ended { status, answer, left }
    }
}

/// The hashes in a `--frame-hashes` file.
pub fn hashes_in(text: &str) -> Vec<String> {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| line.split_once(' ').unwrap().1.to_owned()).collect()
}

fn names(folder: &std::path::Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

impl Place {
    /// `helios render` to `out.mp4` with frame hashes, which must succeed and leave nothing else behind. Returns what it
    /// said on standard error, and the hashes.
    #[track_caller]
    pub fn succeeds(&self, args: &[&str]) -> (String, Vec<String>) {
        let before = self.files();
        let common = ["render", "-o", "out.mp4", "--frame-hashes", "hashes", "--timeout", "10"];
        let ended = Live::start(self, &[&common, args].concat()).end();
        assert_eq!(ended.answer.code, Some(0), "{args:?}: {}", ended.answer.stderr);
        assert_eq!(ended.left, [""; 0], "{args:?}");
        let hashes = std::fs::read_to_string(self.path().join("hashes")).unwrap();
        for file in ["out.mp4", "hashes"] {
            std::fs::remove_file(self.path().join(file)).unwrap();
        }
        assert_eq!(self.files(), before, "{args:?}");
        (ended.answer.stderr, hashes_in(&hashes))
    }

    /// `helios` with these arguments, which must fail with this exit code, one error message that is said once, and
    /// nothing left behind. Returns what it said on standard error.
    #[track_caller]
    pub fn fails(&self, code: i32, args: &[&str]) -> String {
        let before = self.files();
        let ended = Live::start(self, args).end();
        let stderr = ended.answer.stderr;
        assert_eq!(ended.answer.code, Some(code), "{args:?}: {stderr}");
        assert_eq!(ended.left, [""; 0], "{args:?}");
        assert_eq!(self.files(), before, "{args:?}");
        let errors: Vec<&str> = stderr.lines().filter_map(|line| line.strip_prefix("error: ")).collect();
        assert_eq!(errors.len(), 1, "{args:?}: {stderr}");
        assert_eq!(stderr.matches(errors[0]).count(), 1, "said twice: {stderr}");
        stderr
    }
}
