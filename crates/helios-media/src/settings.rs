//! What is to be encoded, validated. FFmpeg's words for it are in `encoder_args`.

use crate::{MediaError, PixelLayout, Result};
use helios_job::{BitRate, ColorSpace, Container, Fps, HardwareEncoder, JobConfig, PixelFormat, VideoCodec};

/// Encoder threads when nothing else is said. A constant, not the number of cores: x264's and x265's bytes depend on it, and
/// chunks must be equal wherever they are made. See docs/encoding.md for the measurement.
pub const DEFAULT_THREADS: u32 = 2;

/// The longest distance between key frames, in seconds of video: a seek decodes at most this much, and a frame that a
/// transmission damaged is healed after it. Scene cuts bring key frames earlier.
pub const GOP_SECONDS: u32 = 2;

/// How to encode one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EncodeSettings {
    /// Width in pixels; even where chroma is halved.
    pub width: u32,
    /// Height in pixels; even where chroma is halved.
    pub height: u32,
    /// Frames per second; the rate is constant.
    pub fps: Fps,
    /// The codec.
    pub codec: VideoCodec,
    /// CRF; `None` for the codec's default, for a bit rate, and for codecs without such a scale.
    pub quality: Option<u8>,
    /// One of [`VideoCodec::presets`].
    pub preset: String,
    /// How pixels are stored: one of [`VideoCodec::pixel_formats`].
    pub pixel_format: PixelFormat,
    /// What their numbers mean.
    pub color_space: ColorSpace,
    /// Mean bit rate, instead of a constant quality.
    pub video_bitrate: Option<BitRate>,
    /// Highest bit rate.
    pub max_rate: Option<BitRate>,
    /// The kind of file.
    pub container: Container,
    /// Encoder threads. Part of what decides the bytes: use [`DEFAULT_THREADS`] unless the whole job agrees on another.
    pub threads: u32,
    /// Longest distance between key frames, in frames. Ignored where every frame is one.
    pub gop: u32,
    /// The hardware that encodes, instead of software.
    pub hardware: Option<HardwareEncoder>,
}

impl EncodeSettings {
    /// The settings for the chunks of a job.
    ///
    /// # Errors
    /// [`MediaError::Settings`] when the scale makes no whole number of pixels.
    pub fn for_chunk(config: &JobConfig) -> Result<EncodeSettings> {
        let (width, height) = config.output_size()?;
        let encoding = config.encoding().for_chunks();
        Ok(EncodeSettings {
            width,
            height,
            fps: config.fps,
            codec: encoding.codec,
            quality: encoding.quality,
            preset: encoding.preset,
            pixel_format: encoding.pixel_format,
            color_space: encoding.color_space,
            video_bitrate: encoding.video_bitrate,
            max_rate: encoding.max_rate,
            container: encoding.codec.chunk_container(encoding.pixel_format),
            threads: DEFAULT_THREADS,
            gop: encoding.gop.unwrap_or(EncodeSettings::default_gop(config.fps)),
            hardware: encoding.hardware,
        })
    }

    /// [`GOP_SECONDS`] in frames, rounded, at least 1.
    pub fn default_gop(fps: Fps) -> u32 {
        ((f64::from(GOP_SECONDS) * fps.as_f64()).round() as u32).max(1)
    }

    /// What the encoder must be fed with.
    pub fn layout(&self) -> PixelLayout {
        PixelLayout::of(self.codec, self.pixel_format)
    }

    /// Bytes of one frame in [`EncodeSettings::layout`].
    ///
    /// # Errors
    /// [`MediaError::Frame`] when the layout cannot hold the size.
    pub fn frame_bytes(&self) -> Result<usize> {
        self.layout().frame_bytes(self.width, self.height)
    }

    /// Checks that the parts go together.
    ///
    /// # Errors
    /// [`MediaError::Settings`] or [`MediaError::Frame`], naming what does not fit and what would.
    pub fn check(&self) -> Result<()> {
        self.pixel_format.check_size((self.width, self.height))?;
        match self.hardware {
            Some(_) => HardwareEncoder::check(self.codec, self.pixel_format, self.color_space, None)?,
            None => self.codec.check_preset_or_none(&self.preset).map(drop)?,
        }
        if let Some(quality) = self.quality {
            self.codec.check_quality(quality)?;
        }
        MediaError::conflict(self.container, self.codec).map_or(Ok(()), |conflict| Err(conflict.into()))
    }
}
