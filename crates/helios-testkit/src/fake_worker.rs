//! The fake worker itself: reads orders, renders text, strikes its faults. Everything it does comes from its script.

use crate::script::{Act, At, Op, Script};
use helios_job::{
    CheckReport, ChunkOrder, ChunkReport, Command, Event, Failure, FailureKind, FrameHash, MergeOrder,
    StillOrder, StillReport,
};
use std::io::{self, BufRead, Write};
use std::path::Path;
use std::process::ExitCode;
use std::sync::mpsc;
use std::time::Duration;

/// How long a fake worker and its children live when nobody ends them, so that a failed test leaves nothing for good.
const LIFETIME: Duration = Duration::from_secs(120);

/// The whole program: `helios-fake-worker --script JSON --index N --scratch DIR`.
pub fn run() -> ExitCode {
    let args: Vec<String> = std::env::args().collect();
    let value = |flag: &str| args.iter().position(|arg| arg == flag).and_then(|at| args.get(at + 1));
    let script = value("--script").and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default();
    let index = value("--index").and_then(|index| index.parse().ok()).unwrap_or_default();
    match (Fake { script, index }).work(value("--scratch").map(Path::new)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Stop::Exit(code)) => ExitCode::from(u8::try_from(code).unwrap_or(1)),
        Err(Stop::Io(error)) => {
            // The other end may be gone, in which case nobody misses these words.
            let _ = writeln!(io::stderr(), "helios-fake-worker: {error}");
            ExitCode::FAILURE
        }
    }
}

struct Fake {
    script: Script,
    index: u32,
}

enum Stop {
    Exit(i32),
    Io(io::Error),
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Stop {
        Stop::Io(error)
    }
}

/// What a fault leaves of the operation it struck.
enum Struck {
    No,
    Failed(Failure),
    Lied,
}

impl Fake {
    fn work(&self, scratch: Option<&Path>) -> Result<(), Stop> {
        self.register(std::process::id())?;
        if let Some(scratch) = scratch {
            // Stands for a browser profile: somebody must remove it when this process is killed.
            std::fs::create_dir_all(scratch)?;
            std::fs::write(scratch.join("profile"), "fake")?;
        }
        if self.script.leave_child {
            let child = std::process::Command::new("sleep").arg(LIFETIME.as_secs().to_string()).spawn()?;
            self.register(child.id())?;
        }
        self.strike(At::op(Op::Start))?;
        let orders = self.listen();
        while let Ok(line) = orders.recv_timeout(LIFETIME) {
            match serde_json::from_str(&line).map_err(io::Error::from)? {
                Command::Inspect(_) => match self.strike(At::op(Op::Inspect))? {
                    Struck::Failed(failure) => self.say(&Event::Failed { failure })?,
                    _ => self.say(&Event::Inspected { composition: self.script.composition.clone() })?,
                },
                Command::Warm(_) => self.say(&Event::Warmed { worker: self.index })?,
                Command::Render(order) => self.render(&order)?,
                Command::Still(order) => self.still(&order)?,
                Command::Check(_) => {
                    let report = CheckReport { page: None, findings: Vec::new(), font_files: Vec::new() };
                    self.say(&Event::Checked { worker: self.index, report })?;
                }
                Command::Merge(order) => self.merge(&order)?,
            }
        }
        Ok(())
    }

    fn register(&self, pid: u32) -> io::Result<()> {
        self.script.pids.as_ref().map_or(Ok(()), |folder| std::fs::write(folder.join(pid.to_string()), ""))
    }

    /// Orders as they come. When they end, so does the process, in the middle of whatever it does.
    fn listen(&self) -> mpsc::Receiver<String> {
        let (sender, receiver) = mpsc::channel();
        let ignore_eof = self.script.ignore_eof;
        std::thread::spawn(move || {
            for line in io::stdin().lock().lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    return;
                }
            }
            if ignore_eof {
                std::thread::sleep(LIFETIME);
            }
            #[allow(clippy::exit, reason = "the main thread may be asleep in a fault")]
            std::process::exit(0);
        });
        receiver
    }

    fn render(&self, order: &ChunkOrder) -> Result<(), Stop> {
        let (chunk, attempt, range) = (order.chunk, order.attempt, order.range);
        let now = At { op: Op::Render, chunk: Some(chunk), attempt: Some(attempt), frame: None };
        let pace = self.script.frame_ms.get(self.index as usize).or(self.script.frame_ms.last());
        let pace = Duration::from_millis(pace.copied().unwrap_or(0));
        let mut text = String::new();
        for done in 0..=range.count {
            match self.strike(At { frame: Some(done), ..now })? {
                Struck::No => {}
                Struck::Failed(failure) => {
                    let event =
                        Event::ChunkFailed { worker: self.index, chunk, attempt, failure, will_retry: false };
                    return self.say(&event);
                }
                Struck::Lied => return self.finished(order, 1),
            }
            if done > 0 {
                self.say(&Event::Frames { worker: self.index, chunk, done })?;
            }
            if done < range.count {
                std::thread::sleep(pace);
                text.push_str(&format!("frame {}\n", range.start + done));
            }
        }
        replace(&order.output, &text)?;
        self.finished(order, text.len() as u64)
    }

    fn finished(&self, order: &ChunkOrder, bytes: u64) -> Result<(), Stop> {
        let frames = order.range.start..order.range.end();
        let report = ChunkReport {
            chunk: order.chunk,
            range: order.range,
            attempt: order.attempt,
            bytes,
            capture: "fake".to_owned(),
            versions: helios_job::ChunkVersions::default(),
            frame_hashes: frames.map(|frame| FrameHash(u128::from(frame))).collect(),
            times: Default::default(),
            spans: Vec::new(),
            sound: helios_job::SoundTimeline::default(),
            files: vec![order.config.input.clone()],
        };
        self.say(&Event::ChunkFinished { worker: self.index, report })
    }

    fn still(&self, order: &StillOrder) -> Result<(), Stop> {
        let text = format!("frame {}\n", order.frame);
        match self.strike(At::op(Op::Still))? {
            Struck::No => replace(&order.output, &text)?,
            Struck::Failed(failure) => return self.say(&Event::Failed { failure }),
            Struck::Lied => {}
        }
        let report = StillReport {
            frame: order.frame,
            width: order.config.width,
            height: order.config.height,
            bytes: text.len() as u64,
            capture: "fake".to_owned(),
            hash: FrameHash(u128::from(order.frame)),
        };
        self.say(&Event::StillFinished { worker: self.index, report })
    }

    fn merge(&self, order: &MergeOrder) -> Result<(), Stop> {
        match self.strike(At::op(Op::Merge))? {
            Struck::No => {}
            Struck::Failed(failure) => return self.say(&Event::Failed { failure }),
            Struck::Lied => return self.say(&Event::Merged { frames: 1, bytes: 1 }),
        }
        let texts: io::Result<Vec<String>> = order.inputs.iter().map(std::fs::read_to_string).collect();
        let text = texts?.concat();
        let frames = u32::try_from(text.lines().count()).unwrap_or(u32::MAX);
        if order.frames.is_some_and(|expected| expected != frames) {
            let message = format!("{frames} frames instead of {:?}", order.frames);
            let failure = Failure { kind: FailureKind::Transient, message };
            return self.say(&Event::Failed { failure });
        }
        replace(&order.output, &text)?;
        self.say(&Event::Merged { frames, bytes: text.len() as u64 })
    }

    fn say(&self, event: &Event) -> Result<(), Stop> {
        let line = serde_json::to_string(event).map_err(io::Error::from)?;
        self.line(&line)
    }

    fn line(&self, line: &str) -> Result<(), Stop> {
        let mut out = io::stdout().lock();
        writeln!(out, "{line}")?;
        Ok(out.flush()?)
    }

    fn strike(&self, now: At) -> Result<Struck, Stop> {
        for fault in self.script.faults.iter().filter(|fault| fault.at.matches(&now)) {
            if let Some(mark) = &fault.once
                && std::fs::File::create_new(mark).is_err()
            {
                continue;
            }
            match &fault.act {
                Act::Exit { code, stderr } => {
                    writeln!(io::stderr(), "{stderr}")?;
                    return Err(Stop::Exit(*code));
                }
                Act::Die => {
                    let pid = std::process::id().to_string();
                    std::process::Command::new("/bin/sh").args(["-c", &format!("kill -9 {pid}")]).status()?;
                }
                Act::Hang => std::thread::sleep(LIFETIME),
                Act::Say(line) => self.line(line)?,
                Act::Babble(bytes) => self.line(&"x".repeat(*bytes))?,
                Act::Fail(failure) => return Ok(Struck::Failed(failure.clone())),
                Act::Lie => return Ok(Struck::Lied),
            }
        }
        Ok(Struck::No)
    }
}

/// Writes beside the target and renames, as a real worker does.
fn replace(target: &Path, text: &str) -> io::Result<()> {
    // Of its own: two workers may render the same chunk.
    let part = target.with_extension(format!("{}.part", std::process::id()));
    std::fs::write(&part, text)?;
    std::fs::rename(part, target)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frame_zero_and_before_the_first_frame_are_the_same_moment() {
        assert!(At::op(Op::Render).matches(&At::frame(3, 1, 0)));
        assert!(!At::op(Op::Render).matches(&At::frame(3, 1, 1)));
        assert!(!At::frame(3, 2, 1).matches(&At::frame(3, 1, 1)));
    }

    #[test]
    fn scripts_travel_as_json() {
        let script = Script { frame_ms: vec![1, 2], ignore_eof: true, ..Script::default() };
        let text = serde_json::to_string(&script).unwrap();
        assert_eq!(serde_json::from_str::<Script>(&text).unwrap(), script);
    }
}
