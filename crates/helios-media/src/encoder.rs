//! One running encode: raw frames in, one file out. Does not convert pixels and does not name or rename files.

use crate::process::{Child, Outcome, Pipes, enlarge};
use crate::{EncodeSettings, Ffmpeg, MediaError, Result, encoder_args};
use helios_job::VideoCodec;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::process::ChildStdin;

/// The longest wait for an encoder to write what it still holds once it has every frame. Slow presets look 60 frames ahead
/// and may need seconds for each at 8K; a healthy encoder ends far sooner.
pub const FINISH_TIMEOUT: Duration = Duration::from_secs(600);

/// The wait for an encoder which closed its input to say why.
const EXIT_TIMEOUT: Duration = Duration::from_secs(5);

/// FFmpeg encoding the frames that are written to it. Dropping it kills FFmpeg and leaves the output unfinished: the caller
/// removes it (see [`crate::PartFile`]).
pub struct Encoder {
    stdin: ChildStdin,
    frame_bytes: usize,
    frames: u64,
    process: Process,
}

/// FFmpeg, and what is needed to say why it ended.
struct Process {
    child: Child,
    output: PathBuf,
    ffmpeg: Ffmpeg,
    codec: VideoCodec,
}

impl Encoder {
    /// Starts FFmpeg. `output` is created or overwritten; its name needs no particular extension, the container is that of
    /// the settings.
    ///
    /// # Errors
    /// [`MediaError::Settings`] or [`MediaError::Frame`] for settings that do not go together, [`MediaError::Start`].
    pub async fn start(ffmpeg: &Ffmpeg, settings: &EncodeSettings, output: &Path) -> Result<Encoder> {
        settings.check()?;
        let args = encoder_args::encode(settings, output);
        let action = format!("encode {}", output.display());
        let mut child =
            Child::start(ffmpeg.ffmpeg(), &args, Pipes { stdin: true, stdout: false }, action).await?;
        let Some(stdin) = child.take_stdin() else {
            return Err(MediaError::Start {
                command: "ffmpeg".to_owned(),
                source: io::Error::other("the child has no standard input"),
            });
        };
        enlarge(&stdin);
        let (output, ffmpeg, codec) = (output.to_owned(), ffmpeg.clone(), settings.codec);
        Ok(Encoder {
            stdin,
            frame_bytes: settings.frame_bytes()?,
            frames: 0,
            process: Process { child, output, ffmpeg, codec },
        })
    }

    /// Waits until FFmpeg ends by itself, which it only does when something is wrong: for those who have no frame yet.
    /// Cancel-safe.
    pub async fn ended(&mut self) -> MediaError {
        match self.process.child.ended().await {
            Ok(outcome) => self.process.explain(outcome).await,
            Err(error) => error,
        }
    }

    /// Hands over one frame in the layout of the settings; waits while the encoder is busy.
    ///
    /// Not cancel-safe: when the future is dropped half-way, the frame is cut and the encoder must be dropped too.
    ///
    /// # Errors
    /// [`MediaError::Frame`] when the frame does not have the exact size; otherwise why the encoder ended, which is
    /// [`MediaError::EncoderMissing`] where FFmpeg has no such encoder.
    pub async fn write(&mut self, frame: &[u8]) -> Result<()> {
        if frame.len() != self.frame_bytes {
            return Err(MediaError::Frame(format!(
                "the encoder takes frames of {} bytes, not {}",
                self.frame_bytes,
                frame.len()
            )));
        }
        match self.stdin.write_all(frame).await {
            Ok(()) => {
                self.frames += 1;
                Ok(())
            }
            Err(_) => {
                let outcome = self.process.child.outcome(EXIT_TIMEOUT).await?;
                Err(self.process.explain(outcome).await)
            }
        }
    }

    /// Frames written so far.
    pub fn frames(&self) -> u64 {
        self.frames
    }

    /// Ends the input, waits until the file is complete and returns the number of frames written.
    ///
    /// # Errors
    /// Why the encoder ended without success, or [`MediaError::Hung`] after [`FINISH_TIMEOUT`].
    pub async fn finish(self) -> Result<u64> {
        let Encoder { stdin, frames, mut process, .. } = self;
        drop(stdin);
        let outcome = process.child.outcome(FINISH_TIMEOUT).await?;
        if outcome.status.success() && !is_disk_full(&outcome.stderr) {
            if !outcome.stderr.is_empty() {
                tracing::warn!(stderr = %outcome.stderr, output = %process.output.display(), "the encoder complained");
            }
            return Ok(frames);
        }
        Err(process.explain(outcome).await)
    }
}

impl Process {
    /// Why it ended. Whether there is such an encoder at all is asked only now: before, it would delay every render.
    async fn explain(&self, outcome: Outcome) -> MediaError {
        match self.ffmpeg.check_encoder(self.codec).await {
            Err(missing @ MediaError::EncoderMissing { .. }) => missing,
            _ => explain(&self.child, outcome, &self.output),
        }
    }
}

/// The error for a child that was to write `output` and ended too early.
pub(crate) fn explain(child: &Child, outcome: Outcome, output: &Path) -> MediaError {
    if is_disk_full(&outcome.stderr) {
        return MediaError::DiskFull { path: output.to_owned() };
    }
    child.failed(outcome)
}

/// Whether FFmpeg ran out of room; it says so in the C library's words, and may still end with status 0.
pub(crate) fn is_disk_full(stderr: &str) -> bool {
    ["No space left on device", "Disk quota exceeded", "File too large"]
        .iter()
        .any(|words| stderr.contains(words))
}
