//! What `helios verify` found, in words and as JSON. Pure: comparisons in, text out.

use crate::settings::Loudness;
use helios_job::{Fps, FrameHashes, FrameRange, HashComparison, ranges_text};
use helios_media::{FrameDifference, VideoComparison, VideoStream};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// Runs of frames that are named before the rest is only counted.
const RUNS: usize = 12;

/// One of the two that were compared.
pub struct Side {
    path: PathBuf,
    width: u32,
    height: u32,
    fps: Option<Fps>,
    start: u32,
    frames: u64,
}

impl Side {
    /// A frame-hash file.
    pub fn hashes(path: &Path, file: &FrameHashes) -> Side {
        Side {
            path: path.to_owned(),
            width: file.width,
            height: file.height,
            fps: Some(file.fps),
            start: file.start,
            frames: file.hashes.len() as u64,
        }
    }

    /// A video.
    pub fn video(path: &Path, stream: &VideoStream) -> Side {
        Side {
            path: path.to_owned(),
            width: stream.width,
            height: stream.height,
            fps: stream.frame_rate,
            start: 0,
            frames: stream.packets,
        }
    }

    /// `60 frames of 640x360 at 30 frames/s`.
    fn words(&self) -> String {
        let rate = self.fps.map(|fps| format!(" at {fps} frames/s")).unwrap_or_default();
        format!("{} of {}x{}{rate}", frames(self.frames), self.width, self.height)
    }

    fn json(&self) -> Value {
        json!({
            "path": self.path.display().to_string(),
            "width": self.width,
            "height": self.height,
            "fps": self.fps,
            "startFrame": self.start,
            "frames": self.frames,
        })
    }
}

/// What was compared, and what came of it.
pub enum Found {
    /// Frame hashes, which are equal or not.
    Hashes(HashComparison),
    /// Decoded pixels.
    Videos {
        /// The differences.
        found: VideoComparison,
        /// The largest one that counts as equal.
        tolerance: u8,
    },
}

/// The answer of `helios verify`.
pub struct Verdict {
    /// The first file.
    pub a: Side,
    /// The second file.
    pub b: Side,
    /// How they differ.
    pub found: Found,
    /// Where the difference picture is, if there is one.
    pub picture: Option<PathBuf>,
}

impl Verdict {
    /// Whether A and B count as equal.
    pub fn equal(&self) -> bool {
        match &self.found {
            Found::Hashes(found) => found.equal(),
            Found::Videos { found, .. } => found.equal(),
        }
    }

    /// For people, the conclusion last.
    pub fn lines(&self, loudness: Loudness) -> Vec<String> {
        let (notes, ranges, compared) = self.common();
        let differing: u32 = ranges.iter().map(|range| range.count).sum();
        let mut lines = notes.to_vec();
        if differing > 0 {
            let verb = if differing == 1 { "differs" } else { "differ" };
            let runs = ranges_text(ranges, RUNS);
            lines.push(format!("{differing} of {} {verb}: {runs}", frames(u64::from(compared))));
        } else if !notes.is_empty() && compared > 0 {
            lines.push(format!("the {} that both have are equal", frames(u64::from(compared))));
        }
        if let Found::Videos { found, .. } = &self.found {
            if loudness == Loudness::Verbose {
                lines.extend(found.frames.iter().map(frame_words));
            }
            if let (Some(first), Some(worst)) = (found.frames.first(), &found.worst) {
                lines.push(format!("First: {}", frame_words(first)));
                lines.push(format!("Worst: {}", frame_words(worst)));
                if let Some(picture) = &self.picture {
                    let picture = picture.display();
                    lines.push(format!("Frame {} of A, of B, and the difference: {picture}", worst.frame));
                }
            }
        }
        lines.push(self.conclusion());
        lines
    }

    fn conclusion(&self) -> String {
        let what = match &self.found {
            Found::Hashes(_) => "the same pixels".to_owned(),
            Found::Videos { tolerance: 0, .. } => "the same pixels".to_owned(),
            Found::Videos { found, tolerance } => format!(
                "the same pixels within {tolerance} levels (max {}, mean {:.4})",
                found.overall.max, found.overall.mean
            ),
        };
        match self.equal() {
            true => format!("Equal: {}, {what}", self.a.words()),
            false => {
                let (a, b) = (self.a.path.display(), self.b.path.display());
                format!("Different: {a} and {b}")
            }
        }
    }

    /// Notes, runs of frames that differ, and frames compared.
    fn common(&self) -> (&[String], &[FrameRange], u32) {
        match &self.found {
            Found::Hashes(found) => (&found.notes, &found.ranges, found.compared),
            Found::Videos { found, .. } => (&found.notes, &found.ranges, found.compared),
        }
    }

    /// For programs.
    pub fn json(&self) -> Value {
        let (notes, ranges, compared) = self.common();
        let mut report = json!({
            "equal": self.equal(),
            "a": self.a.json(),
            "b": self.b.json(),
            "notes": notes,
            "comparedFrames": compared,
            "differingFrames": ranges.iter().map(|range| range.count).sum::<u32>(),
            "firstFrame": ranges.first().map(|range| range.start),
            "ranges": ranges,
        });
        match &self.found {
            Found::Hashes(_) => report["kind"] = "hashes".into(),
            Found::Videos { found, tolerance } => {
                report["kind"] = "videos".into();
                report["tolerance"] = (*tolerance).into();
                report["maxError"] = found.overall.max.into();
                report["meanError"] = found.overall.mean.into();
                report["worstFrame"] = found.worst.map(|worst| worst.frame).into();
                report["frames"] = found.frames.iter().map(frame_json).collect();
                report["diff"] = self.picture.as_ref().map(|path| path.display().to_string()).into();
            }
        }
        // By name, whatever order objects have in this build.
        report.sort_all_objects();
        report
    }
}

fn frames(count: u64) -> String {
    format!("{count} frame{}", if count == 1 { "" } else { "s" })
}

fn frame_words(frame: &FrameDifference) -> String {
    let FrameDifference { frame, difference } = frame;
    format!("frame {frame} differs by {} levels at most, {:.4} on average", difference.max, difference.mean)
}

fn frame_json(frame: &FrameDifference) -> Value {
    let FrameDifference { frame, difference } = frame;
    json!({ "frame": frame, "maxError": difference.max, "meanError": difference.mean })
}
