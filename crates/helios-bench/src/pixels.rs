//! Two renders, pixel by pixel: FFmpeg decodes both, here they are compared.

use anyhow::{Context as _, Result, bail};
use std::ffi::OsString;
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

/// A difference of a channel that nobody sees, in levels of 255.
pub const UNSEEN: u8 = 8;

/// How much brighter a difference is in the picture of it.
const BRIGHTER: u8 = 8;

/// How two renders differ.
#[derive(Debug, Clone, Default)]
pub struct Compared {
    /// Number of frames that both have.
    pub frames: u32,
    /// The mean difference over all channels of all pixels of all frames, in levels of 255.
    pub mean: f64,
    /// The largest difference of a channel.
    pub max: u8,
    /// The part of all pixels of which a channel differs by more than [`UNSEEN`].
    pub seen: f64,
    /// The frame that differs most on average, counted from 0, with that average.
    pub worst: (u32, f64),
}

/// Frames without loss.
#[derive(Debug)]
pub struct Frames<'a> {
    /// A video, or a folder of PNGs.
    pub source: &'a Path,
    /// Every so manieth frame of it counts.
    pub every: u32,
}

impl Frames<'_> {
    /// FFmpeg, which writes the pixels one after the other.
    fn decode(&self) -> Result<(Child, ChildStdout)> {
        let mut command = Command::new("ffmpeg");
        command.args(["-v", "error"]);
        if self.source.is_dir() {
            command.args(["-framerate", "30", "-pattern_type", "glob", "-i"]).arg(self.source.join("*.png"));
        } else {
            command.arg("-i").arg(self.source);
        }
        command.args(["-vf", &format!("select=not(mod(n\\,{}))", self.every), "-vsync", "passthrough"]);
        command.args(["-f", "rawvideo", "-pix_fmt", "rgb24", "-"]);
        let mut child =
            command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().context("cannot start ffmpeg")?;
        let pixels = child.stdout.take().context("ffmpeg has no output")?;
        Ok((child, pixels))
    }
}

/// Compares what both show; the frame that differs most goes to `picture`: `theirs`, `ours` and the difference, side by side.
pub fn compare(theirs: &Frames, ours: &Frames, size: (u32, u32), picture: &Path) -> Result<Compared> {
    let bytes = 3 * size.0 as usize * size.1 as usize;
    let ((mut one, mut a), (mut other, mut b)) = (theirs.decode()?, ours.decode()?);
    let (mut left, mut right) = (vec![0; bytes], vec![0; bytes]);
    let mut worst = (Vec::new(), Vec::new());
    let mut compared = Compared::default();
    let (mut sum, mut seen) = (0_u64, 0_u64);
    loop {
        let (more, more_of_ours) = (next(&mut a, &mut left)?, next(&mut b, &mut right)?);
        if !more || !more_of_ours {
            if more != more_of_ours {
                let who = if more { "Helios" } else { "the tool" };
                bail!("{who} has {} frames only", compared.frames);
            }
            break;
        }
        let mut of_frame = 0_u64;
        for (x, y) in left.chunks_exact(3).zip(right.chunks_exact(3)) {
            let largest =
                x.iter().zip(y).map(|(x, y)| x.abs_diff(*y)).inspect(|d| of_frame += u64::from(*d)).max();
            let largest = largest.unwrap_or_default();
            compared.max = compared.max.max(largest);
            seen += u64::from(largest > UNSEEN);
        }
        let mean = of_frame as f64 / bytes as f64;
        if mean > compared.worst.1 || compared.frames == 0 {
            compared.worst = (compared.frames * theirs.every.max(ours.every), mean);
            worst = (left.clone(), right.clone());
        }
        sum += of_frame;
        compared.frames += 1;
    }
    for (name, child) in [("the tool", &mut one), ("Helios", &mut other)] {
        if !child.wait()?.success() {
            bail!("the frames of {name} cannot be decoded");
        }
    }
    if compared.frames == 0 {
        bail!("there are no frames of {} x {} pixels", size.0, size.1);
    }
    let all = f64::from(compared.frames) * bytes as f64;
    compared.mean = sum as f64 / all;
    compared.seen = seen as f64 / (all / 3.0);
    draw(&worst.0, &worst.1, size, picture)?;
    Ok(compared)
}

/// Whether there was another frame.
fn next(pixels: &mut ChildStdout, frame: &mut [u8]) -> Result<bool> {
    let mut filled = 0;
    while filled < frame.len() {
        match pixels.read(&mut frame[filled..])? {
            0 if filled == 0 => return Ok(false),
            0 => bail!("a frame ends in the middle: it has another size"),
            length => filled += length,
        }
    }
    Ok(true)
}

fn draw(theirs: &[u8], ours: &[u8], size: (u32, u32), picture: &Path) -> Result<()> {
    let row = 3 * size.0 as usize;
    let mut pixels = Vec::with_capacity(3 * theirs.len());
    for (x, y) in theirs.chunks_exact(row).zip(ours.chunks_exact(row)) {
        pixels.extend_from_slice(x);
        pixels.extend_from_slice(y);
        pixels.extend(x.iter().zip(y).map(|(x, y)| x.abs_diff(*y).saturating_mul(BRIGHTER)));
    }
    let mut command = Command::new("ffmpeg");
    command.args(["-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s:v"]);
    command.arg(format!("{}x{}", 3 * size.0, size.1)).args(["-i", "-"]).arg(OsString::from(picture));
    let mut child = command.stdin(Stdio::piped()).spawn().context("cannot start ffmpeg")?;
    child.stdin.take().context("ffmpeg has no input")?.write_all(&pixels)?;
    if !child.wait()?.success() {
        bail!("cannot write {}", picture.display());
    }
    Ok(())
}
