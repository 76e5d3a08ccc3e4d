//! Signals end a render within two seconds and leave nothing behind. The browser is a script that never answers, so that
//! the render is surely in the middle of something.

use crate::run::Place;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

/// Stands in the environment of every process of a test, and so tells them from all others.
const MARK: &str = "HELIOS_TEST_MARK";

struct Render {
    place: Place,
    child: Child,
    mark: String,
}

impl Render {
    /// A render that waits for its browser.
    fn start(name: &str) -> Render {
        let place = Place::new();
        let browser = place.path().join("browser");
        let script = "#!/bin/sh\ntrap '' TERM\nwhile :; do sleep 0.1; done\n";
        std::fs::write(&browser, script).unwrap();
        std::fs::set_permissions(&browser, std::fs::Permissions::from_mode(0o755)).unwrap();
        let mark = format!("{name}-{}", std::process::id());
        let mut command = place.command(&["render", "test.html", "--browser", "./browser"]);
        let child = command.env(MARK, &mark).stdin(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let render = Render { place, child, mark };
        // helios, its worker, the browser.
        render.wait_for(|left| left >= 3);
        render
    }

    fn wait_for(&self, enough: impl Fn(usize) -> bool) {
        let began = Instant::now();
        while !enough(self.processes()) {
            assert!(began.elapsed() < Duration::from_secs(20), "{} processes", self.processes());
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// The number of living processes of this render.
    fn processes(&self) -> usize {
        let mark = format!("{MARK}={}", self.mark);
        let environments = std::fs::read_dir("/proc").unwrap().filter_map(|entry| {
            // Empty for a process that has ended but was not waited for.
            std::fs::read(entry.ok()?.path().join("environ")).ok()
        });
        environments.filter(|text| text.split(|byte| *byte == 0).any(|pair| pair == mark.as_bytes())).count()
    }

    fn signal(&self, name: &str) {
        let number = match name {
            "INT" => rustix::process::Signal::INT,
            "TERM" => rustix::process::Signal::TERM,
            "HUP" => rustix::process::Signal::HUP,
            _ => rustix::process::Signal::KILL,
        };
        let pid = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(pid, number).unwrap();
    }

    /// Waits for the end, at most as long as is allowed, and asserts that nothing is left.
    #[track_caller]
    fn ends(mut self, code: Option<i32>, within: Duration) {
        let began = Instant::now();
        let status = self.child.wait().unwrap();
        assert!(began.elapsed() < within, "ended after {:?}", began.elapsed());
        assert_eq!(status.code(), code, "{status}");
        if code.is_none() {
            assert_eq!(status.signal(), Some(9));
        }
        // What dies with its parent needs a moment to notice.
        self.wait_for(|left| left == 0);
        if code.is_some() {
            assert_eq!(self.place.files(), ["browser", "test.html"]);
        }
    }
}

impl Drop for Render {
    fn drop(&mut self) {
        // Only matters when an assertion failed; the workers end with their orchestrator.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

const SOON: Duration = Duration::from_secs(2);

#[test]
fn each_signal_has_its_exit_code() {
    for (name, code) in [("INT", 130), ("TERM", 143), ("HUP", 143)] {
        let render = Render::start(name);
        render.signal(name);
        render.ends(Some(code), SOON);
    }
}

#[test]
fn a_second_signal_does_not_wait() {
    let render = Render::start("twice");
    render.signal("INT");
    std::thread::sleep(Duration::from_millis(30));
    render.signal("INT");
    render.ends(Some(130), Duration::from_millis(900));
}

#[test]
fn nothing_survives_a_killed_helios() {
    let render = Render::start("kill");
    render.signal("KILL");
    render.ends(None, SOON);
}
