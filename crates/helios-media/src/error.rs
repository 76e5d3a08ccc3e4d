//! The one error enum of this crate. Messages read after "failed to …".

use helios_job::{Container, FailureKind, JobError, StillFormat, VideoCodec};
use std::io;
use std::path::PathBuf;

/// Why FFmpeg work failed.
#[derive(Debug, thiserror::Error)]
pub enum MediaError {
    /// There is no such executable.
    #[error(
        "find {tool}: {why}; install FFmpeg (Debian, Ubuntu: apt install ffmpeg) or name it with --ffmpeg PATH"
    )]
    NotFound {
        /// `ffmpeg` or `ffprobe`.
        tool: &'static str,
        /// Where was looked.
        why: String,
    },
    /// This FFmpeg was built without an encoder.
    #[error(
        "encode {codec}: {ffmpeg} has no encoder {encoder}; install a full build of FFmpeg, name one with --ffmpeg PATH, or choose another --video-codec"
    )]
    EncoderMissing {
        /// The codec that was asked for.
        codec: VideoCodec,
        /// FFmpeg's name of the encoder.
        encoder: &'static str,
        /// The executable that was asked.
        ffmpeg: PathBuf,
    },
    /// Hardware was asked for, and none that may be used encodes.
    #[error(
        "encode {codec} in hardware: none that was tried works here:\n{}\nuse --hardware-acceleration auto, or off (software)",
        .refused.join("\n")
    )]
    HardwareMissing {
        /// The codec that was asked for.
        codec: VideoCodec,
        /// One line for each that was tried, with the reason.
        refused: Vec<String>,
    },
    /// This FFmpeg was built without the encoder for a still.
    #[error(
        "write a {format} picture: {ffmpeg} has no encoder {encoder}; install a full build of FFmpeg, name one with --ffmpeg PATH, or write a .png"
    )]
    StillEncoderMissing {
        /// The format that was asked for.
        format: StillFormat,
        /// FFmpeg's name of the encoder.
        encoder: &'static str,
        /// The executable that was asked.
        ffmpeg: PathBuf,
    },
    /// A setting that the codec or container does not take.
    #[error("encode: {0}")]
    Settings(#[from] JobError),
    /// A picture size that the pixel layout cannot hold, or pixels that do not have the size that was promised.
    #[error("convert a frame: {0}")]
    Frame(String),
    /// The operating system refused to start the child.
    #[error("start {command}: {source}")]
    Start {
        /// The command line.
        command: String,
        /// The system's reason.
        source: io::Error,
    },
    /// A child ended without success.
    #[error("{action}: {status}: {}\ncommand: {command}", or_silent(.stderr))]
    Failed {
        /// What it was to do, such as `encode chunk_0.mov.part`.
        action: String,
        /// Its exit status or signal.
        status: String,
        /// The end of its standard error.
        stderr: String,
        /// The command line.
        command: String,
    },
    /// A child did not end in time, and was killed.
    #[error("{action}: no end after {seconds} s, killed: {}\ncommand: {command}", or_silent(.stderr))]
    Hung {
        /// What it was to do.
        action: String,
        /// How long was waited.
        seconds: u64,
        /// The end of its standard error.
        stderr: String,
        /// The command line.
        command: String,
    },
    /// There is no room left for the file.
    #[error("write {}: no space left on device; free some space or choose another folder", path.display())]
    DiskFull {
        /// The file that could not be written.
        path: PathBuf,
    },
    /// A file that is not there, or is not a whole media file.
    #[error("read {}: {why}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// Chunks that are missing or damaged; one line for each.
    #[error("merge: {} of {total} chunks cannot be used:\n{}", .problems.len(), .problems.join("\n"))]
    BadChunks {
        /// One line per bad chunk, beginning with its file name.
        problems: Vec<String>,
        /// Number of chunks in the merge.
        total: usize,
    },
    /// Chunks that were made with different settings; one line for each that differs.
    #[error("merge: {} of {total} chunks differ from the others:\n{}", .problems.len(), .problems.join("\n"))]
    Mismatch {
        /// One line per chunk that differs, with what differs.
        problems: Vec<String>,
        /// Number of chunks in the merge.
        total: usize,
    },
    /// The request as a whole makes no sense: no chunks, or chunks which the output's container cannot carry.
    #[error("merge: {0}")]
    Request(String),
    /// The joined file does not have the frames that it must have.
    #[error("merge: {} has {found} frames instead of {expected}", path.display())]
    FrameCount {
        /// The file, which is removed.
        path: PathBuf,
        /// Frames counted in it.
        found: u64,
        /// Frames that were asked for.
        expected: u64,
    },
    /// The output could not be created or put in place.
    #[error("write {}: {source}", path.display())]
    Output {
        /// The file or folder.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// The caller cancelled; nothing is left behind.
    #[error("finish: cancelled")]
    Cancelled,
}

fn or_silent(stderr: &str) -> &str {
    if stderr.trim().is_empty() { "(nothing on standard error)" } else { stderr.trim() }
}

impl MediaError {
    /// Whether the same request can succeed at another attempt.
    pub fn failure_kind(&self) -> FailureKind {
        match self {
            MediaError::NotFound { .. }
            | MediaError::EncoderMissing { .. }
            | MediaError::HardwareMissing { .. }
            | MediaError::StillEncoderMissing { .. }
            | MediaError::Settings(_)
            | MediaError::Frame(_)
            | MediaError::Mismatch { .. }
            | MediaError::Request(_) => FailureKind::Invalid,
            MediaError::Start { .. }
            | MediaError::Failed { .. }
            | MediaError::Hung { .. }
            | MediaError::DiskFull { .. }
            | MediaError::Unreadable { .. }
            | MediaError::BadChunks { .. }
            | MediaError::FrameCount { .. }
            | MediaError::Output { .. }
            | MediaError::Cancelled => FailureKind::Transient,
        }
    }

    /// The error for a container that cannot carry a codec, in the words of [`Container::resolve`].
    pub(crate) fn conflict(container: Container, codec: VideoCodec) -> Option<JobError> {
        container.resolve(Some(codec), None).err()
    }
}
