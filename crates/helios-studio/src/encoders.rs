//! Which encoders FFmpeg has: a render that cannot be encoded is refused when it is asked for, not once its frames are drawn. Whatever
//! else may be wrong with FFmpeg, the render says.

use crate::{ApiError, Planned};
use helios_job::{AudioFile, Container, VideoCodec};
use helios_media::{Ffmpeg, MediaError};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

/// What is known of an FFmpeg.
pub struct Encoders {
    ffmpeg: Option<PathBuf>,
    /// Those that are there. One that is missing is asked for again: somebody may install it.
    there: Mutex<Vec<VideoCodec>>,
}

impl Encoders {
    /// Of the FFmpeg that is named, or the usual one.
    pub fn new(ffmpeg: Option<PathBuf>) -> Encoders {
        Encoders { ffmpeg, there: Mutex::default() }
    }

    /// Whether there is an encoder for the output. One short process, the first time.
    ///
    /// # Errors
    /// `encoder-missing`.
    pub async fn check(&self, planned: &Planned) -> Result<(), ApiError> {
        let Some(codec) = codec(planned) else { return Ok(()) };
        if self.there.lock().unwrap_or_else(PoisonError::into_inner).contains(&codec) {
            return Ok(());
        }
        let Ok(ffmpeg) = Ffmpeg::find(self.ffmpeg.as_deref()) else { return Ok(()) };
        match ffmpeg.check_encoder(codec).await {
            Ok(()) => self.there.lock().unwrap_or_else(PoisonError::into_inner).push(codec),
            Err(missing @ MediaError::EncoderMissing { .. }) => {
                return Err(ApiError::encoder_missing(missing));
            }
            Err(error) => tracing::debug!(%error, "FFmpeg does not say what it can encode"),
        }
        Ok(())
    }
}

/// The codec that FFmpeg alone is to write; hardware has been chosen by whoever named it.
fn codec(planned: &Planned) -> Option<VideoCodec> {
    let options = &planned.options;
    let container = Container::from_path(AudioFile::planned_as(&planned.output)).ok()?;
    let (codec, _) = container.resolve(options.video_codec, options.audio_codec).ok()?;
    options.hardware.is_none().then_some(codec)
}
