//! One running decode: a video file in, its frames out, one after the other. Holds one frame at most, however long the
//! video is. Knows nothing of what the frames are for.

use crate::encoder_args::Args;
use crate::probe::alpha_decoder;
use crate::process::{Child, Pipes, enlarge};
use crate::webp_frames::{self, Frames};
use crate::{Ffmpeg, MediaError, Result, VideoStream, pictures};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::io::AsyncReadExt;
use tokio::process::ChildStdout;

/// The longest wait for one frame: a slow disk, and a decoder that reads far ahead on a busy machine.
const FRAME_TIMEOUT: Duration = Duration::from_secs(60);

/// The wait for a decoder that has closed its output to end.
const EXIT_TIMEOUT: Duration = Duration::from_secs(10);

/// FFmpeg decoding the first video stream of a file, or a sequence of pictures, to 8 bits a channel without padding: RGB, or RGBA
/// with the colours multiplied by their alpha, as they would be seen over black. Every frame that is stored comes out once; no
/// rotation is applied. Dropping it kills FFmpeg.
///
/// Colours are converted as the file's tags say. The same stored frame gives the same pixels on every machine with the
/// same FFmpeg.
///
/// Animated WebP files, which FFmpeg cannot read, are decoded in this process.
pub struct Decoder {
    source: Source,
    frame_bytes: usize,
    alpha: bool,
    frames: u32,
    path: PathBuf,
}

/// What decodes.
enum Source {
    Ffmpeg { child: Box<Child>, stdout: ChildStdout },
    WebP(Box<Frames>),
}

impl Decoder {
    /// Starts FFmpeg. The size is the stream's; frames of another size in it are scaled. With `alpha`, pixels have four channels,
    /// which are opaque where the stream has no transparency.
    ///
    /// # Errors
    /// [`MediaError::Start`].
    pub async fn start(ffmpeg: &Ffmpeg, path: &Path, stream: &VideoStream, alpha: bool) -> Result<Decoder> {
        let (width, height) = (stream.width, stream.height);
        let channels = if alpha { 4 } else { 3 };
        let frame_bytes = channels * width as usize * height as usize;
        let made = |source: Source| Decoder { source, frame_bytes, alpha, frames: 0, path: path.to_owned() };
        if stream.codec == "webp" && webp_frames::look(path).is_ok_and(|found| found.is_some()) {
            let frames = Frames::open(path, alpha);
            let frames = frames.map_err(|why| MediaError::Unreadable { path: path.to_owned(), why })?;
            return Ok(made(Source::WebP(Box::new(frames))));
        }
        let mut args = Args::default();
        args.words("-hide_banner -nostdin -loglevel error -xerror -noautorotate");
        if let Some(decoder) = alpha_decoder(&stream.codec).filter(|_| stream.alpha) {
            args.pair("-c:v", decoder);
        }
        args.0.extend(pictures::source(path));
        args.words("-map 0:v:0 -fps_mode passthrough");
        let exact = "bicubic+accurate_rnd+full_chroma_int+full_chroma_inp+bitexact";
        args.pair("-vf", format!("scale={width}:{height}:flags={exact}"));
        args.words("-c:v rawvideo -f rawvideo -pix_fmt");
        args.words(if alpha { "rgba pipe:1" } else { "rgb24 pipe:1" });
        let action = format!("decode {}", path.display());
        let pipes = Pipes { stdin: false, stdout: true };
        let mut child = Child::start(ffmpeg.ffmpeg(), &args.0, pipes, action).await?;
        let Some(stdout) = child.take_stdout() else {
            return Err(MediaError::Start {
                command: "ffmpeg".to_owned(),
                source: io::Error::other("the child has no standard output"),
            });
        };
        enlarge(&stdout);
        Ok(made(Source::Ffmpeg { child: Box::new(child), stdout }))
    }

    /// Frames read so far.
    pub fn frames(&self) -> u32 {
        self.frames
    }

    /// Puts the next frame into `frame`. Returns `false` at the end of the video.
    ///
    /// Not cancel-safe: when the future is dropped half-way, the decoder must be dropped too.
    ///
    /// # Errors
    /// [`MediaError::Unreadable`] when the file is damaged, [`MediaError::Hung`] when no frame comes.
    pub async fn next(&mut self, frame: &mut Vec<u8>) -> Result<bool> {
        let (frames, path) = (self.frames, &self.path);
        let unreadable = |reason: String| {
            let why = format!("decoding broke off after {frames} frames: {reason}");
            MediaError::Unreadable { path: path.clone(), why }
        };
        let more = match &mut self.source {
            Source::WebP(source) => source.next(frame).map_err(unreadable)?,
            Source::Ffmpeg { child, stdout } => {
                frame.resize(self.frame_bytes, 0);
                let Ok(filled) = tokio::time::timeout(FRAME_TIMEOUT, fill(stdout, frame)).await else {
                    return Err(child.hung(FRAME_TIMEOUT).await);
                };
                match filled {
                    Err(error) => return Err(unreadable(error.to_string())),
                    Ok(filled) if filled == self.frame_bytes && filled > 0 => true,
                    Ok(filled) => {
                        let outcome = child.outcome(EXIT_TIMEOUT).await?;
                        if !outcome.status.success() {
                            let reason = outcome.stderr.lines().last().unwrap_or("FFmpeg gives no reason");
                            return Err(unreadable(reason.to_owned()));
                        }
                        if filled > 0 {
                            return Err(unreadable("it ends in the middle of a frame".to_owned()));
                        }
                        false
                    }
                }
            }
        };
        if more {
            self.frames += 1;
            if self.alpha {
                premultiply(frame);
            }
        }
        Ok(more)
    }
}

/// What a transparent pixel would be if it were not is of no account.
fn premultiply(rgba: &mut [u8]) {
    for pixel in rgba.chunks_exact_mut(4) {
        let alpha = u16::from(pixel[3]);
        for channel in &mut pixel[..3] {
            // At most 255, since neither factor is more.
            *channel = ((u16::from(*channel) * alpha + 127) / 255) as u8;
        }
    }
}

/// Reads until `buffer` is full or nothing more comes.
async fn fill(pipe: &mut ChildStdout, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match pipe.read(&mut buffer[filled..]).await? {
            0 => break,
            read => filled += read,
        }
    }
    Ok(filled)
}
