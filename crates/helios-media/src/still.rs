//! One picture as a JPEG or WebP file. PNG needs no FFmpeg and is written by the renderer itself.

use crate::encoder::explain;
use crate::encoder_args::{Args, file_url};
use crate::process::{Child, Pipes};
use crate::{Ffmpeg, MediaError, Result};
use helios_job::StillFormat;
use std::ffi::OsString;
use std::path::Path;
use std::time::Duration;
use tokio::io::AsyncWriteExt;

/// The longest wait for one picture: lossless WebP of 8192 x 8192 pixels on a busy core.
const STILL_TIMEOUT: Duration = Duration::from_secs(120);

impl Ffmpeg {
    /// Encodes `bgra`, rows of `width` opaque pixels without padding, to `output`, which is created or overwritten; its
    /// name needs no particular extension. WebP is lossless, JPEG has chroma at full size.
    ///
    /// # Errors
    /// [`MediaError::StillEncoderMissing`] when this FFmpeg cannot write the format, [`MediaError::Frame`] for pixels of
    /// another size, otherwise why FFmpeg ended or was killed.
    pub async fn encode_still(
        &self,
        format: StillFormat,
        bgra: &[u8],
        (width, height): (u32, u32),
        output: &Path,
    ) -> Result<()> {
        let bytes = 4 * width as usize * height as usize;
        if bgra.len() != bytes {
            let what = format!("{width} x {height} pixels are {bytes} bytes, not {}", bgra.len());
            return Err(MediaError::Frame(what));
        }
        let encoder = match format {
            StillFormat::WebP => "libwebp",
            StillFormat::Jpeg => "mjpeg",
            StillFormat::Png => return Err(MediaError::Frame("PNG is not written by FFmpeg".to_owned())),
        };
        if !self.has_encoder(encoder).await? {
            return Err(MediaError::StillEncoderMissing {
                format,
                encoder,
                ffmpeg: self.ffmpeg().to_owned(),
            });
        }
        let args = still_args(format, encoder, (width, height), output);
        let action = format!("encode {}", output.display());
        let pipes = Pipes { stdin: true, stdout: false };
        let mut child = Child::start(self.ffmpeg(), &args, pipes, action).await?;
        if let Some(mut stdin) = child.take_stdin() {
            // An encoder that has ended says why itself, and one that hangs is killed below.
            let _ = tokio::time::timeout(STILL_TIMEOUT, stdin.write_all(bgra)).await;
        }
        let outcome = child.outcome(STILL_TIMEOUT).await?;
        if outcome.status.success() { Ok(()) } else { Err(explain(&child, outcome, output)) }
    }
}

fn still_args(
    format: StillFormat,
    encoder: &str,
    (width, height): (u32, u32),
    output: &Path,
) -> Vec<OsString> {
    let mut args = Args::default();
    args.words("-hide_banner -loglevel error -xerror -y -f rawvideo -pix_fmt");
    args.words(if format == StillFormat::WebP { "bgra" } else { "bgr0" });
    args.pair("-s:v", format!("{width}x{height}"));
    args.words("-i pipe:0 -map 0:v:0 -frames:v 1");
    args.pair("-c:v", encoder);
    if format == StillFormat::WebP {
        args.words("-pix_fmt bgra -lossless 1 -compression_level 4 -quality 75 -f webp");
    } else {
        // JFIF is BT.601 in full range, which is what swscale does for this format when nothing else is said.
        args.words("-sws_flags bicubic+accurate_rnd+full_chroma_int+full_chroma_inp+bitexact");
        args.words("-pix_fmt yuvj444p -q:v 2 -f mjpeg");
    }
    args.words("-map_metadata -1 -fflags +bitexact -flags:v +bitexact");
    args.0.push(file_url(output));
    args.0
}
