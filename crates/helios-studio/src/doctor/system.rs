//! What the machine itself has: fonts, cores, memory, disk.

use super::check;
use crate::api::{Check, CheckStatus};
use helios_runner::Machine;
use std::path::Path;

/// Bytes that one browser and its encoder need.
const ENOUGH_MEMORY: u64 = 700 << 20;
/// Below this a longer render may fill the disk.
const ENOUGH_DISK: u64 = 2 << 30;
/// What Chromium keeps in /dev/shm for a page in 1080p, with room.
const ENOUGH_SHARED: u64 = 64 << 20;

/// Fonts, where fontconfig looks for them.
pub fn fonts() -> Check {
    let home = std::env::var_os("HOME").map(std::path::PathBuf::from).unwrap_or_default();
    let folders = [
        Path::new("/usr/share/fonts").to_owned(),
        Path::new("/usr/local/share/fonts").to_owned(),
        Path::new("/System/Library/Fonts").to_owned(),
        home.join(".local/share/fonts"),
        home.join(".fonts"),
    ];
    let mut files = 0;
    let mut emoji = false;
    for folder in folders {
        count(&folder, 6, &mut files, &mut emoji);
    }
    let fix = "install fonts (on Debian: apt install fonts-liberation fonts-noto-color-emoji), or ship them with the page";
    match (files, emoji) {
        (0, _) => check("fonts", "Fonts", CheckStatus::Warn, "none found: text has no letters", fix),
        (files, false) => {
            check("fonts", "Fonts", CheckStatus::Warn, format!("{files} files, none for emoji"), fix)
        }
        (files, true) => check("fonts", "Fonts", CheckStatus::Ok, format!("{files} files, with emoji"), ""),
    }
}

fn count(folder: &Path, depth: u32, files: &mut u32, emoji: &mut bool) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() && depth > 0 {
            count(&path, depth - 1, files, emoji);
        }
        let name = entry.file_name().to_string_lossy().to_ascii_lowercase();
        if [".ttf", ".otf", ".ttc", ".pfb", ".woff2"].iter().any(|end| name.ends_with(end)) {
            *files += 1;
            *emoji |= name.contains("emoji");
        }
    }
}

/// Cores and memory.
pub fn machine() -> [Check; 2] {
    let machine = Machine::detect();
    let cores = format!("{} that this process may use", machine.cores);
    let cores = check("cores", "Cores", CheckStatus::Ok, cores, "");
    let fix = "end other programs, or give the container more";
    let memory = match machine.memory {
        Some(bytes) if bytes < ENOUGH_MEMORY => {
            check("memory", "Memory", CheckStatus::Warn, format!("{} free", size(bytes)), fix)
        }
        Some(bytes) => check("memory", "Memory", CheckStatus::Ok, format!("{} free", size(bytes)), ""),
        None => check("memory", "Memory", CheckStatus::Ok, "unknown", ""),
    };
    [cores, memory]
}

/// Where chunks and temporary files go.
pub fn disk() -> Check {
    let (here, temporary) = (space(Path::new(".")), space(&std::env::temp_dir()));
    let least = here.into_iter().chain(temporary).min();
    let text = |bytes: Option<u64>| bytes.map_or("unknown".to_owned(), size);
    let found =
        format!("{} free here, {} in {}", text(here), text(temporary), std::env::temp_dir().display());
    match least {
        Some(0) => check("disk", "Disk", CheckStatus::Fail, found, "make room: nothing can be written"),
        Some(bytes) if bytes < ENOUGH_DISK => check(
            "disk",
            "Disk",
            CheckStatus::Warn,
            found,
            "make room: chunks lie beside the output until they are joined",
        ),
        _ => check("disk", "Disk", CheckStatus::Ok, found, ""),
    }
}

/// What Chromium's processes share.
pub fn shared_memory() -> Check {
    let name = "Shared memory";
    if cfg!(not(target_os = "linux")) {
        return check("shared-memory", name, CheckStatus::Ok, "not needed on this system", "");
    }
    let fix = "in a container: --shm-size=1g";
    match space(Path::new("/dev/shm")) {
        Some(bytes) if bytes >= ENOUGH_SHARED => {
            check("shared-memory", name, CheckStatus::Ok, format!("{} free in /dev/shm", size(bytes)), "")
        }
        Some(bytes) => {
            check("shared-memory", name, CheckStatus::Warn, format!("{} free in /dev/shm", size(bytes)), fix)
        }
        None => check("shared-memory", name, CheckStatus::Warn, "there is no /dev/shm", fix),
    }
}

/// Bytes that are free where `path` lies.
fn space(path: &Path) -> Option<u64> {
    let found = rustix::fs::statvfs(path).ok()?;
    found.f_bavail.checked_mul(found.f_frsize)
}

fn size(bytes: u64) -> String {
    match bytes {
        0..1_000_000_000 => format!("{} MB", bytes / 1_000_000),
        _ => format!("{:.1} GB", bytes as f64 / 1e9),
    }
}
