//! What a browser is started with, and the start itself: pipes, file descriptors, profile, environment, flags.
//!
//! The browser gets stdin and stdout from `/dev/null`, stderr to us, fd 3 to read commands from, fd 4 to write answers to,
//! and at most one more fd which the caller passes on. Everything else is close-on-exec. Ends at the spawned child; its
//! life is supervised in `process`.

use crate::{
    BrowserError, Executable, Result,
    flags::{merge, opens_window, quoted},
};
use command_fds::{CommandFdExt as _, FdMapping};
use rustix::pipe::{PipeFlags, pipe_with};
use std::{io, os::fd::OwnedFd, path::PathBuf, process::Stdio, sync::Arc, time::Duration};
use tempfile::TempDir;
use tokio::{
    net::unix::pipe,
    process::{Child, Command},
};

/// The browser's fixed numbers for the DevTools pipe, and the next free one.
const COMMANDS_FD: i32 = 3;
const ANSWERS_FD: i32 = 4;
const INHERITED_FD: i32 = 5;

/// Below this much free shared memory Chromium is told to use `TMPDIR` instead: it dies with SIGBUS when its frame buffers
/// (33 MB each in 4K, several at a time) do not fit. Docker gives 64 MB. Not always, as tmpfs is what makes them cheap.
const SHM_NEEDED: u64 = 1 << 30;

/// Room in the pipe for answers: fewer wake-ups for screenshots. The most an unprivileged process may ask for.
const PIPE_SIZE: usize = 1 << 20;

/// Longest temporary folder in which Chromium's singleton socket still has a legal name (108 bytes with all its parts).
const LONGEST_TMPDIR: usize = 60;

/// Chromium's own sandbox around the page's processes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sandbox {
    /// On, except as root, where Chromium refuses to start with it.
    #[default]
    Auto,
    /// On; as root the start fails.
    On,
    /// Off: pages can do whatever this user can. For containers without user namespaces.
    Off,
}

/// How to start a browser.
#[derive(Debug)]
#[non_exhaustive]
pub struct LaunchOptions {
    /// The browser to start.
    pub executable: Executable,
    /// Flags (and at most one URL) besides those common to all uses. Flags given here win over the common ones; the lists in
    /// `--enable-features`, `--disable-features` and their blink kin are merged.
    pub args: Vec<String>,
    /// Folder for the profile folder, which lives as long as the browser; the system's temporary folder when `None`.
    pub user_data_parent: Option<PathBuf>,
    /// A file descriptor to pass on, and the environment variable that tells its number: `WAYLAND_SOCKET`.
    pub inherit_fd: Option<(OwnedFd, String)>,
    /// Environment variables besides our own ones.
    pub env: Vec<(String, String)>,
    /// How long the browser may take until it answers its first call. Default 30 s: a cold disk under load.
    pub launch_timeout: Duration,
    /// Chromium's own sandbox.
    pub sandbox: Sandbox,
}

impl LaunchOptions {
    /// Defaults for `executable`: no extra flags, no inherited fd.
    pub fn new(executable: Executable) -> Self {
        Self {
            executable,
            args: Vec::new(),
            user_data_parent: None,
            inherit_fd: None,
            env: Vec::new(),
            launch_timeout: Duration::from_secs(30),
            sandbox: Sandbox::Auto,
        }
    }
}

/// A browser that was just started.
pub(crate) struct Spawned {
    pub(crate) child: Child,
    pub(crate) command: String,
    pub(crate) profile: TempDir,
    pub(crate) answers: pipe::Receiver,
    pub(crate) commands: pipe::Sender,
    /// Whether a page will appear without our asking.
    pub(crate) opens_window: bool,
}

/// Starts the process. Returns as soon as it exists; it has not said anything yet.
pub(crate) fn spawn(options: LaunchOptions) -> Result<Spawned> {
    let opens_window = opens_window(&options.args);
    let program = options.executable.path.clone();
    let mut command_line = quoted(&program, &options.args);
    start(options, &mut command_line).map_err(|(doing, source)| BrowserError::Spawn {
        doing,
        command: command_line,
        source: Arc::new(source),
    }).map(|mut spawned| {
        spawned.opens_window = opens_window;
        spawned
    })
}
