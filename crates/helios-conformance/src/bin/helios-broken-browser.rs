//! Stands between Helios and Chromium and breaks the clock on its way into the page; see `helios_conformance::broken`.
//!
//! `helios-broken-browser SABOTAGE CHROMIUM MARK FLAG…`: starts CHROMIUM with the flags. What Helios writes into the DevTools
//! pipe passes through here, everything else is the browser's own. Writes the file MARK when something was broken.

use command_fds::{CommandFdExt as _, FdMapping};
use helios_conformance::broken::Sabotage;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

/// Where a browser reads DevTools commands.
const COMMANDS_FD: i32 = 3;

fn main() -> io::Result<ExitCode> {
    let mut args = std::env::args_os().skip(1);
    let mut word = |name: &str| args.next().ok_or_else(|| io::Error::other(format!("{name} is missing")));
    let (name, chromium, mark) = (word("SABOTAGE")?, word("CHROMIUM")?, PathBuf::from(word("MARK")?));
    let sabotage = name.to_str().and_then(Sabotage::called);
    let sabotage = sabotage.ok_or_else(|| io::Error::other("unknown sabotage"))?;
    let flags: Vec<OsString> = args.collect();

    // A second opening of our own input, which is closed when the browser is started, as the first one is not.
    let mut commands = File::open(format!("/proc/self/fd/{COMMANDS_FD}"))?;
    let (theirs, mut ours) = io::pipe()?;
    let mut command = Command::new(chromium);
    command.args(flags);
    let mapping = vec![FdMapping { parent_fd: theirs.into(), child_fd: COMMANDS_FD }];
    command.fd_mappings(mapping).map_err(io::Error::other)?;
    let mut browser = command.spawn()?;
    // Our copy of the browser's end.
    drop(command);
    std::thread::spawn(move || {
        let found = || {
            fs::write(&mark, "").ok();
        };
        // Ends when Helios closes the pipe, or the browser does; the browser's pipe then closes with `ours`.
        sabotage.pass_on(&mut commands, &mut ours, found).ok();
    });
    let code = browser.wait()?.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}
