//! Which hardware encoder works here: found out by encoding with each. FFmpeg lists those it was built with, and that says
//! nothing of devices and drivers.

use crate::{DEFAULT_THREADS, EncodeSettings, Encoder, Ffmpeg, MediaError, Result};
use helios_job::{ColorSpace, Container, Fps, HardwareEncoder, HardwareWish, PixelFormat, VideoCodec};

/// Frames of a trial, and their size: small devices refuse smaller pictures.
const FRAMES: u64 = 8;
const SIZE: (u32, u32) = (640, 360);

/// What became of a wish for hardware.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HardwareChoice {
    /// The one that works; `None` for software.
    pub encoder: Option<HardwareEncoder>,
    /// Those that do not, with the reason, in the order in which they were tried.
    pub refused: Vec<String>,
}

impl Ffmpeg {
    /// Tries what `wish` allows and takes the first that encodes.
    ///
    /// # Errors
    /// [`MediaError::HardwareMissing`] when hardware is required and none works.
    pub async fn choose_hardware(&self, codec: VideoCodec, wish: HardwareWish) -> Result<HardwareChoice> {
        let candidates = match wish {
            HardwareWish::Off => &[],
            HardwareWish::Auto | HardwareWish::Require => &HardwareEncoder::ALL[..],
            HardwareWish::Only(one) => &[one],
        };
        let mut choice = HardwareChoice::default();
        for hardware in candidates.iter().copied() {
            match self.try_hardware(codec, hardware).await {
                Ok(()) => {
                    choice.encoder = Some(hardware);
                    return Ok(choice);
                }
                Err(why) => choice.refused.push(format!("{hardware}: {why}")),
            }
        }
        if matches!(wish, HardwareWish::Off | HardwareWish::Auto) {
            return Ok(choice);
        }
        Err(MediaError::HardwareMissing { codec, refused: choice.refused })
    }

    /// A few frames, encoded and counted.
    async fn try_hardware(
        &self,
        codec: VideoCodec,
        hardware: HardwareEncoder,
    ) -> std::result::Result<(), String> {
        let Some(encoder) = hardware.encoder(codec) else {
            return Err(format!("it has no encoder for {codec}"));
        };
        let built_in = self.has_encoder(encoder).await.map_err(|error| error.to_string())?;
        if !built_in {
            return Err(format!("{} has no encoder {encoder}", self.ffmpeg().display()));
        }
        let frames = self.trial(codec, hardware).await.map_err(|error| match error {
            // The first line has the reason, the others what follows from it.
            MediaError::Failed { stderr, .. } => {
                stderr.lines().next().unwrap_or("it says nothing").trim().to_owned()
            }
            other => other.to_string(),
        })?;
        if frames == FRAMES { Ok(()) } else { Err(format!("{frames} of {FRAMES} frames came out")) }
    }

    async fn trial(&self, codec: VideoCodec, hardware: HardwareEncoder) -> Result<u64> {
        let settings = EncodeSettings {
            width: SIZE.0,
            height: SIZE.1,
            fps: Fps::DEFAULT,
            codec,
            quality: None,
            preset: String::new(),
            pixel_format: PixelFormat::Yuv420p,
            color_space: ColorSpace::Bt709,
            video_bitrate: None,
            max_rate: None,
            container: Container::Mov,
            threads: DEFAULT_THREADS,
            gop: EncodeSettings::default_gop(Fps::DEFAULT),
            hardware: Some(hardware),
        };
        let file = tempfile::NamedTempFile::new()
            .map_err(|source| MediaError::Output { path: std::env::temp_dir(), source })?;
        let mut encoder = Encoder::start(self, &settings, file.path()).await?;
        for shade in 0..FRAMES {
            encoder.write(&vec![16 + 20 * shade as u8; settings.frame_bytes()?]).await?;
        }
        encoder.finish().await?;
        let info = self.probe(file.path()).await?;
        Ok(info.picture().map_or(0, |picture| picture.packets))
    }
}
