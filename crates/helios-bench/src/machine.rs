//! What the numbers were measured on.

use anyhow::{Context as _, Result};
use procfs::Current as _;
use std::path::Path;
use std::process::Command;

/// A line for the head of the tables.
///
/// # Errors
/// When the machine or a program does not answer.
pub fn describe(helios: &Path) -> Result<String> {
    let cpu = procfs::CpuInfo::current()?;
    let model = cpu.model_name(0).unwrap_or("unknown processor").to_owned();
    let memory = procfs::Meminfo::current()?.mem_total >> 30;
    let load = procfs::LoadAverage::current()?.one;
    Ok(format!(
        "{} x {model}, {memory} GiB, load {load:.1} at the end; {}; {}; {}",
        cpu.num_cores(),
        version(helios.as_os_str(), "--version")?,
        version("chromium".as_ref(), "--version")?,
        version("ffmpeg".as_ref(), "-version")?,
    ))
}

fn version(program: &std::ffi::OsStr, flag: &str) -> Result<String> {
    let output = Command::new(program).arg(flag).output();
    let output = output.with_context(|| format!("cannot start {}", program.display()))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let line = text.lines().next().unwrap_or_default();
    Ok(line.split(" Copyright").next().unwrap_or(line).trim().to_owned())
}
