//! The frames of two renders as two videos without loss, compared.

use crate::tree::run;
use anyhow::{Context as _, Result, bail};
use helios_media::{CompareSettings, Ffmpeg, VideoComparison, compare as compare_videos};
use std::path::Path;
use std::process::Command;

/// A difference of a channel that nobody sees, in levels of 255.
pub const UNSEEN: u8 = 8;

/// A video, or a folder of PNGs, through a filter of FFmpeg, as a video without loss or transparency.
pub fn lossless(source: &Path, filter: &str, target: &Path) -> Result<()> {
    let mut command = Command::new("ffmpeg");
    command.args(["-v", "error", "-y"]);
    if source.is_dir() {
        command.args(["-framerate", "30", "-pattern_type", "glob", "-i"]).arg(source.join("*.png"));
    } else {
        command.arg("-i").arg(source);
    }
    // Rates are the same then, whatever is left out.
    command.args(["-vf", &format!("{filter},setpts=N/(30*TB)"), "-r", "30"]);
    command.args(["-c:v", "ffv1", "-pix_fmt", "bgr0"]).arg(target);
    run(&mut [command]).map(drop)
}

/// Compares two such videos; the frame that differs most goes to `picture`, where any differs so that it is seen.
pub fn compare(theirs: &Path, ours: &Path, picture: &Path) -> Result<VideoComparison> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let ffmpeg = Ffmpeg::find(None)?;
        let (a, b) = (ffmpeg.probe(theirs).await?, ffmpeg.probe(ours).await?);
        let a = a.picture().context("the tool has made no picture")?;
        let b = b.picture().context("Helios has made no picture")?;
        let settings = CompareSettings { tolerance: UNSEEN, keep_worst: true };
        let mut found = compare_videos(&ffmpeg, (theirs, a), (ours, b), settings, |_| {}).await?;
        if !found.notes.is_empty() {
            bail!("{} (A is the tool or FFmpeg, B is Helios or FFmpeg)", found.notes.join("; "));
        }
        if let Some(pair) = found.pair.take() {
            pair.write_png(picture).await?;
        }
        Ok(found)
    })
}
