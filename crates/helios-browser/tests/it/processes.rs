//! Looking at processes through /proc: the kernel's view, not ours, is what the tests are about.

use std::{
    collections::HashMap,
    fs,
    time::{Duration, Instant},
};

/// A process, told apart from a later one with the same id by the time of its start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    pub pid: u32,
    started: String,
    group: u32,
    parent: u32,
}

fn look(pid: u32) -> Option<Member> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name, in parentheses, may hold anything.
    let fields: Vec<&str> = stat.rsplit_once(") ")?.1.split(' ').collect();
    let number = |field: &str| field.parse().ok();
    if matches!(fields[0], "Z" | "X") {
        return None;
    }
    Some(Member {
        pid,
        parent: number(fields[1])?,
        group: number(fields[2])?,
        started: fields[19].to_owned(),
    })
}

/// The variable in the environment of all processes of one browser, and of no other: it names the profile.
fn mark(pid: u32) -> Option<Vec<u8>> {
    let environment = fs::read(format!("/proc/{pid}/environ")).ok()?;
    environment.split(|byte| *byte == 0).find(|variable| variable.starts_with(b"TMPDIR=")).map(<[u8]>::to_vec)
}

/// `root`, all its descendants, all of its process group, and what detached itself from both but carries its mark.
pub fn family(root: u32) -> Vec<Member> {
    let pids =
        fs::read_dir("/proc").unwrap().flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    let all: HashMap<u32, Member> = pids.filter_map(look).map(|member| (member.pid, member)).collect();
    let descends = |member: &Member| {
        let mut at = Some(member);
        while let Some(ancestor) = at {
            if ancestor.pid == root {
                return true;
            }
            at = all.get(&ancestor.parent);
        }
        false
    };
    let mark_of_root = mark(root).filter(|mark| String::from_utf8_lossy(mark).contains("browser-"));
    let marked = |member: &Member| mark_of_root.is_some() && mark(member.pid) == mark_of_root;
    all.values()
        .filter(|member| member.group == root || descends(member) || marked(member))
        .cloned()
        .collect()
}

/// Those of `members` that still run after `patience`; returns as soon as there is none.
pub fn survivors(members: &[Member], patience: Duration) -> Vec<Member> {
    let deadline = Instant::now() + patience;
    loop {
        let alive = |member: &&Member| look(member.pid).is_some_and(|now| now.started == member.started);
        let left: Vec<Member> = members.iter().filter(alive).cloned().collect();
        if left.is_empty() || Instant::now() > deadline {
            return left;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

pub fn kill9(pid: u32) {
    let pid = rustix::process::Pid::from_raw(i32::try_from(pid).unwrap()).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
}

/// What the open files of a process are, by number.
pub fn open_files(pid: u32) -> HashMap<u32, String> {
    let entries = fs::read_dir(format!("/proc/{pid}/fd")).unwrap().flatten();
    entries
        .filter_map(|entry| {
            let number = entry.file_name().to_str()?.parse().ok()?;
            Some((number, fs::read_link(entry.path()).ok()?.to_string_lossy().into_owned()))
        })
        .collect()
}
