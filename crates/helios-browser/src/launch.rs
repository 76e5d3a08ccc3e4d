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
    let program = options.executable.path.clone();
    let mut command_line = quoted(&program, &options.args);
    let failed = |doing: &'static str, command: &str, source: io::Error| BrowserError::Spawn {
        doing,
        command: command.to_owned(),
        source: Arc::new(source),
    };

    let profile =
        make_profile(&options).map_err(|error| failed("make a profile folder", &command_line, error))?;
    let pipes = Pipes::new().map_err(|error| failed("make the DevTools pipe", &command_line, error))?;

    let args = arguments(&options, &profile);
    command_line = quoted(&program, &args);
    let mut command = Command::new(&program);
    command
        .args(&args)
        .envs(environment(&profile))
        .envs(options.env)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        // A group of its own: closing can end all of it, and Ctrl-C in a terminal reaches us alone.
        .process_group(0)
        .kill_on_drop(true);
    let mut fds = vec![
        FdMapping { parent_fd: pipes.their_commands, child_fd: COMMANDS_FD },
        FdMapping { parent_fd: pipes.their_answers, child_fd: ANSWERS_FD },
    ];
    if let Some((fd, variable)) = options.inherit_fd {
        command.env(variable, INHERITED_FD.to_string());
        fds.push(FdMapping { parent_fd: fd, child_fd: INHERITED_FD });
    }
    command
        .fd_mappings(fds)
        .map_err(|error| failed("map file descriptors", &command_line, io::Error::other(error)))?;
    let child = command.spawn().map_err(|error| failed("run it", &command_line, error))?;
    // Dropping `command` here closes our copies of the browser's pipe ends; else we would never see the pipe close.
    drop(command);

    Ok(Spawned {
        child,
        command: command_line,
        profile,
        answers: pipes.answers,
        commands: pipes.commands,
        opens_window: opens_window(&options.args),
    })
}

struct Pipes {
    commands: pipe::Sender,
    answers: pipe::Receiver,
    their_commands: OwnedFd,
    their_answers: OwnedFd,
}

impl Pipes {
    fn new() -> io::Result<Self> {
        let (their_commands, commands) = pipe_with(PipeFlags::CLOEXEC)?;
        let (answers, their_answers) = pipe_with(PipeFlags::CLOEXEC)?;
        #[cfg(target_os = "linux")]
        if let Err(error) = rustix::pipe::fcntl_setpipe_size(&answers, PIPE_SIZE) {
            tracing::debug!(%error, "the DevTools pipe keeps its default size");
        }
        Ok(Self {
            commands: pipe::Sender::from_owned_fd(commands)?,
            answers: pipe::Receiver::from_owned_fd(answers)?,
            their_commands,
            their_answers,
        })
    }
}

fn make_profile(options: &LaunchOptions) -> io::Result<TempDir> {
    let mut builder = tempfile::Builder::new();
    builder.prefix("browser-");
    match &options.user_data_parent {
        Some(parent) => builder.tempdir_in(parent),
        None => builder.tempdir(),
    }
}

fn arguments(options: &LaunchOptions, profile: &TempDir) -> Vec<String> {
    let mut own = vec!["--remote-debugging-pipe".to_owned()];
    own.push(format!("--user-data-dir={}", profile.path().join("profile").display()));
    let sandboxed = match options.sandbox {
        Sandbox::On => true,
        Sandbox::Off => false,
        Sandbox::Auto => !rustix::process::geteuid().is_root(),
    };
    if !sandboxed {
        own.push("--no-sandbox".to_owned());
    }
    if !enough_shared_memory() {
        own.push("--disable-dev-shm-usage".to_owned());
    }
    // A window nobody asked for shows the new-tab page and costs 80 ms.
    if !opens_window(&options.args) {
        own.push("--no-startup-window".to_owned());
    }
    own.extend(merge(&options.args));
    own
}

fn environment(profile: &TempDir) -> Vec<(&'static str, String)> {
    // Without keys Chromium shows a bar above the page that complains about it.
    let mut variables: Vec<_> =
        ["GOOGLE_API_KEY", "GOOGLE_DEFAULT_CLIENT_ID", "GOOGLE_DEFAULT_CLIENT_SECRET"]
            .map(|name| (name, "no".to_owned()))
            .into();
    // What Chromium leaves in TMPDIR when it is killed goes with the profile then.
    let folder = profile.path().to_string_lossy();
    if folder.len() <= LONGEST_TMPDIR {
        variables.push(("TMPDIR", folder.into_owned()));
    }
    variables
}

/// Where there is no /dev/shm (macOS) the flag has no meaning.
fn enough_shared_memory() -> bool {
    match rustix::fs::statvfs("/dev/shm") {
        Ok(stat) => stat.f_bavail.saturating_mul(stat.f_frsize) >= SHM_NEEDED,
        Err(_) => !cfg!(target_os = "linux"),
    }
}
