//! The words of the reporters. Pure: events and progress in, text out.

use crate::output::is_stdout;
use crate::settings::Loudness;
use helios_job::{Event, Fps, Level, Phase, Progress, StillReport, human_line};
use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;

/// The same notice is told this often: a page that throws in every frame would bury everything else.
const REPEATS: u32 = 3;
/// Notices that are remembered. A page that never repeats itself must not fill the memory.
const REMEMBERED: usize = 1000;

/// Picks the events that have a log line at a loudness.
pub struct Log {
    loudness: Loudness,
    /// How often each notice was told.
    told: HashMap<String, u32>,
}

impl Log {
    /// Nothing was told yet.
    pub fn new(loudness: Loudness) -> Log {
        Log { loudness, told: HashMap::new() }
    }

    /// The log line of an event.
    pub fn line(&mut self, event: &Event) -> Option<String> {
        let told_otherwise = match event {
            // The summary, and the error or the signal that ended the command.
            Event::Finished { .. } | Event::Failed { .. } | Event::Cancelled => true,
            Event::ChunkFailed { will_retry, .. } => !will_retry,
            _ => false,
        };
        let least = match self.loudness {
            Loudness::Quiet => return None,
            Loudness::Normal => Level::Info,
            Loudness::Verbose => Level::Debug,
        };
        if told_otherwise || event.level() < least {
            return None;
        }
        let line = human_line(event)?;
        match self.repeats(event) {
            ..REPEATS => Some(line),
            REPEATS => Some(format!("{line}\nThe same message again will not be shown (-v shows all)")),
            _ => None,
        }
    }

    /// How often this notice of the page was told, this time included. Without `--verbose` only.
    fn repeats(&mut self, event: &Event) -> u32 {
        let Event::Notice { worker: Some(_), message, .. } = event else { return 0 };
        if self.loudness == Loudness::Verbose {
            return 0;
        }
        if self.told.len() >= REMEMBERED && !self.told.contains_key(message) {
            return 0;
        }
        let count = self.told.entry(message.clone()).or_default();
        *count += 1;
        *count
    }
}

/// Where the render stands: `Rendering: 45 of 150 frames (30 %), 36.2 frames/s, about 3 s left`.
pub fn progress(progress: &Progress, now: Duration) -> String {
    match progress.phase() {
        Phase::Preparing => format!("Preparing ({})", duration(now)),
        // `helios merge` has no plan, and learns the number of frames at the end.
        Phase::Stitching if progress.total() == 0 => format!("Stitching ({})", duration(now)),
        Phase::Stitching => format!("Stitching {} frames", progress.total()),
        Phase::Rendering => {
            // Rounded down: 100 % is for the end.
            let percent = (progress.value() * 100.0) as u32;
            let mut text =
                format!("Rendering: {} of {} frames ({percent} %)", progress.frames(), progress.total());
            let speed = progress.speed(now);
            if speed > 0.0 {
                text += &format!(", {speed:.1} frames/s");
            }
            // With all frames done, what is left is the end of the encoder, which nobody can tell.
            if let Some(left) = progress.eta(now).filter(|left| !left.is_zero()) {
                // Rounded up: "0 s left" would be a promise that was just broken.
                text += &format!(", about {} left", duration(Duration::from_secs(left.as_secs() + 1)));
            }
            text
        }
    }
}

/// The last line of a successful render.
pub fn summary(output: &Path, frames: u32, fps: Option<Fps>, bytes: u64, wall: Duration) -> String {
    let plural = if frames == 1 { "" } else { "s" };
    let length = fps.map(|fps| format!(", {:.2} s", f64::from(frames) / fps.as_f64())).unwrap_or_default();
    let speed = f64::from(frames) / wall.as_secs_f64().max(0.001);
    format!(
        "{}: {frames} frame{plural}{length}, {}, in {} ({speed:.1} frames/s)",
        output.display(),
        size(bytes),
        duration(wall)
    )
}

/// The last line of a successful still: `still.png: frame 40 at 1.333 s, 640x360, 12.3 kB, in 1.2 s`.
pub fn still_summary(output: &Path, still: &StillReport, fps: Fps, wall: Duration) -> String {
    let output = if is_stdout(output) { "standard output".into() } else { output.to_string_lossy() };
    let StillReport { frame, width, height, bytes, .. } = still;
    let time = fps.frame_time_ms(*frame) / 1000.0;
    let (bytes, wall) = (size(*bytes), duration(wall));
    format!("{output}: frame {frame} at {time:.3} s, {width}x{height}, {bytes}, in {wall}")
}

/// `850 B`, `12.3 kB`, `4.56 MB`: three digits, powers of ten.
fn size(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["kB", "MB", "GB", "TB"];
    if bytes < 1000 {
        return format!("{bytes} B");
    }
    let mut value = bytes as f64 / 1000.0;
    let mut unit = 0;
    while value >= 999.5 && unit + 1 < UNITS.len() {
        value /= 1000.0;
        unit += 1;
    }
    let decimals = if value < 9.995 { 2 } else { usize::from(value < 99.95) };
    format!("{value:.decimals$} {}", UNITS[unit])
}

/// `0.8 s`, `12 s`, `2 min 05 s`, `1 h 02 min`.
fn duration(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        0..10 if time.subsec_millis() >= 50 => format!("{:.1} s", time.as_secs_f64()),
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{} min {:02} s", seconds / 60, seconds % 60),
        _ => format!("{} h {:02} min", seconds / 3600, seconds % 3600 / 60),
    }
}
