//! Finding FFmpeg, and asking it what it is and what it can do.

use crate::{MediaError, Result, encoder_args, process};
use helios_job::VideoCodec;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::OnceCell;

/// The longest wait for an answer that needs no work.
const ASK_TIMEOUT: Duration = Duration::from_secs(20);

/// The executables `ffmpeg` and `ffprobe`.
#[derive(Debug, Clone)]
pub struct Ffmpeg {
    ffmpeg: PathBuf,
    ffprobe: PathBuf,
    /// Asked once, for all clones.
    version: Arc<OnceCell<String>>,
}

impl Ffmpeg {
    /// Finds FFmpeg: the executable that is named, or else the first on `PATH`. `ffprobe` is taken from the same folder, or
    /// else from `PATH`.
    ///
    /// # Errors
    /// [`MediaError::NotFound`], which says where was looked and how to fix it.
    pub fn find(explicit: Option<&Path>) -> Result<Ffmpeg> {
        let ffmpeg = match explicit {
            Some(path) if is_executable(path) => path.to_owned(),
            Some(path) => {
                let why = format!("{} is not an executable file", path.display());
                return Err(MediaError::NotFound { tool: "ffmpeg", why });
            }
            None => on_path("ffmpeg")?,
        };
        let beside = ffmpeg.with_file_name("ffprobe");
        let ffprobe = if is_executable(&beside) { beside } else { on_path("ffprobe")? };
        Ok(Ffmpeg { ffmpeg, ffprobe, version: Arc::default() })
    }

    /// Path of `ffmpeg`.
    pub fn ffmpeg(&self) -> &Path {
        &self.ffmpeg
    }

    /// Path of `ffprobe`.
    pub fn ffprobe(&self) -> &Path {
        &self.ffprobe
    }

    /// The version, such as `5.1.9-0+deb12u1`.
    ///
    /// # Errors
    /// [`MediaError::Start`] or [`MediaError::Failed`] when it does not run.
    pub async fn version(&self) -> Result<String> {
        let asked = self.version.get_or_try_init(async || {
            let text = self.ask(["-version"], "ask FFmpeg for its version").await?;
            let first = text.lines().next().unwrap_or_default();
            let version = first.strip_prefix("ffmpeg version ").unwrap_or(first);
            Ok::<_, MediaError>(version.split(' ').next().unwrap_or_default().to_owned())
        });
        asked.await.cloned()
    }

    /// Checks that this FFmpeg can encode `codec`. One short process.
    ///
    /// # Errors
    /// [`MediaError::EncoderMissing`], which names the encoder and how to get it.
    pub async fn check_encoder(&self, codec: VideoCodec) -> Result<()> {
        let encoder = encoder_args::encoder_name(codec);
        if self.has_encoder(encoder).await? {
            return Ok(());
        }
        Err(MediaError::EncoderMissing { codec, encoder, ffmpeg: self.ffmpeg.clone() })
    }

    /// Whether it was built with this encoder.
    pub(crate) async fn has_encoder(&self, encoder: &str) -> Result<bool> {
        let question = format!("encoder={encoder}");
        // It ends with status 0 either way: what counts is the text.
        let text = self.ask(["-hide_banner", "-h", &question], "ask FFmpeg for its encoders").await?;
        Ok(text.contains(&format!("Encoder {encoder} ")))
    }

    async fn ask<const N: usize>(&self, args: [&str; N], action: &str) -> Result<String> {
        let args = args.map(OsString::from);
        let text = process::output(&self.ffmpeg, &args, action.to_owned(), ASK_TIMEOUT).await?;
        Ok(String::from_utf8_lossy(&text).into_owned())
    }
}

fn on_path(tool: &'static str) -> Result<PathBuf> {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&folders)
        .map(|folder| folder.join(tool))
        .find(|path| is_executable(path))
        .ok_or_else(|| MediaError::NotFound { tool, why: "it is in no folder of PATH".to_owned() })
}

fn is_executable(path: &Path) -> bool {
    path.is_file() && rustix::fs::access(path, rustix::fs::Access::EXEC_OK).is_ok()
}
