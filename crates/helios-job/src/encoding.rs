//! How frames are encoded: what was asked for, and what comes of it once everything goes together.

use crate::{BitRate, ColorSpace, HardwareEncoder, JobError, PixelFormat, VideoCodec};

/// The longest distance between key frames that can be asked for.
const MAX_GOP: u32 = 100_000;

/// What was asked for; `None` for the codec's default.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EncodingWish {
    /// CRF.
    pub quality: Option<u8>,
    /// One of [`VideoCodec::presets`].
    pub preset: Option<String>,
    /// How pixels are stored.
    pub pixel_format: Option<PixelFormat>,
    /// Whether transparency is to be kept.
    pub alpha: bool,
    /// What the numbers mean.
    pub color_space: Option<ColorSpace>,
    /// The mean bit rate, instead of a constant quality.
    pub video_bitrate: Option<BitRate>,
    /// The highest bit rate.
    pub max_rate: Option<BitRate>,
    /// The longest distance between key frames, in frames.
    pub gop: Option<u32>,
    /// The hardware to encode with, instead of software.
    pub hardware: Option<HardwareEncoder>,
}

/// Settings that go together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Encoding {
    /// The codec.
    pub codec: VideoCodec,
    /// CRF; `None` where there is no such scale, or a bit rate was asked for.
    pub quality: Option<u8>,
    /// One of [`VideoCodec::presets`]; empty where there are none.
    pub preset: String,
    /// How pixels are stored.
    pub pixel_format: PixelFormat,
    /// What the numbers mean.
    pub color_space: ColorSpace,
    /// The mean bit rate.
    pub video_bitrate: Option<BitRate>,
    /// The highest bit rate.
    pub max_rate: Option<BitRate>,
    /// The longest distance between key frames, in frames; `None` for the default.
    pub gop: Option<u32>,
    /// The hardware that encodes; `None` for software.
    pub hardware: Option<HardwareEncoder>,
}

impl Encoding {
    /// The settings for `codec` that follow from a wish.
    ///
    /// # Errors
    /// [`JobError::Choice`] or [`JobError::Conflict`] for what does not go together, and what would.
    pub fn resolve(codec: VideoCodec, wish: &EncodingWish) -> Result<Encoding, JobError> {
        let pixel_format = pixel_format(codec, wish)?;
        let color_space = color_space(codec, pixel_format, wish.color_space)?;
        check_rates(codec, wish)?;
        let quality = match (wish.quality, wish.video_bitrate) {
            (Some(quality), _) => Some(codec.check_quality(quality)?),
            (None, Some(_)) => None,
            (None, None) => codec.default_quality(),
        };
        if wish.hardware.is_some() {
            HardwareEncoder::check(codec, pixel_format, color_space, wish.preset.as_deref())?;
        }
        let preset = match &wish.preset {
            // Presets are the software's.
            None if wish.hardware.is_some() => "",
            Some(preset) => codec.check_preset(preset)?,
            // The profiles of ProRes are named by what they store.
            None if codec == VideoCodec::ProRes && pixel_format != PixelFormat::Yuv422p10 => "4444",
            None => codec.default_preset(),
        };
        Ok(Encoding {
            codec,
            quality,
            preset: preset.to_owned(),
            pixel_format,
            color_space,
            video_bitrate: wish.video_bitrate,
            max_rate: wish.max_rate,
            gop: wish.gop,
            hardware: wish.hardware,
        })
    }

    /// The settings for chunks that become this: the same, unless the codec is one that makes a file as a whole.
    pub fn for_chunks(&self) -> Encoding {
        let codec = self.codec.chunk_codec();
        if codec == self.codec {
            return self.clone();
        }
        Encoding {
            codec,
            quality: None,
            preset: String::new(),
            pixel_format: self.pixel_format,
            color_space: ColorSpace::Srgb,
            video_bitrate: None,
            max_rate: None,
            gop: None,
            hardware: None,
        }
    }
}

fn pixel_format(codec: VideoCodec, wish: &EncodingWish) -> Result<PixelFormat, JobError> {
    let formats = codec.pixel_formats();
    let usual = formats.first().copied().unwrap_or(PixelFormat::Yuv420p);
    let alpha = || codec.alpha_format().ok_or_else(|| no_alpha(codec));
    let profile_444 = codec == VideoCodec::ProRes && wish.preset.as_deref() == Some("4444");
    let format = match (wish.pixel_format, wish.alpha) {
        (Some(format), true) if !format.has_alpha() => {
            let with = alpha()?;
            return Err(JobError::Conflict(format!(
                "--alpha needs a pixel format with transparency, and {format} has none: use --pixel-format {with}, or leave it out"
            )));
        }
        (Some(format), _) if format.has_alpha() && codec.alpha_format().is_none() => {
            return Err(no_alpha(codec));
        }
        (Some(format), _) => format,
        (None, true) => alpha()?,
        (None, false) => match wish.color_space {
            Some(ColorSpace::Srgb) if formats.contains(&PixelFormat::Gbrp) => PixelFormat::Gbrp,
            // Ten bits are part of the standard.
            Some(ColorSpace::Bt2020) if formats.contains(&PixelFormat::Yuv420p10) => PixelFormat::Yuv420p10,
            _ if profile_444 => PixelFormat::Yuv444p10,
            _ => usual,
        },
    };
    if !formats.contains(&format) {
        let names: Vec<&str> = formats.iter().map(|format| format.name()).collect();
        return Err(JobError::Choice {
            what: "--pixel-format",
            given: format.to_string(),
            allowed: format!("{codec} takes {}", names.join(", ")),
        });
    }
    if let (VideoCodec::ProRes, Some(preset)) = (codec, wish.preset.as_deref())
        && (format == PixelFormat::Yuv422p10) == profile_444
    {
        return Err(JobError::Conflict(format!(
            "--preset {preset} of prores cannot store {format}: use --preset {}",
            if profile_444 { "proxy, lt, standard or hq" } else { "4444" }
        )));
    }
    Ok(format)
}

fn no_alpha(codec: VideoCodec) -> JobError {
    JobError::Conflict(format!(
        "{codec} cannot carry transparency: use --video-codec vp9 (.webm, .mkv), prores (.mov, .mkv) or ffv1 (.mkv), \
         or write .webp, .apng, .gif or pictures such as frames/%05d.png; or leave out --alpha"
    ))
}

fn color_space(
    codec: VideoCodec,
    format: PixelFormat,
    wish: Option<ColorSpace>,
) -> Result<ColorSpace, JobError> {
    let usual = codec.default_color_space(format);
    let Some(space) = wish else { return Ok(usual) };
    let refused = |why: String| Err(JobError::Conflict(format!("--color-space {space}: {why}")));
    if codec.is_picture() || codec == VideoCodec::Ffv1 {
        return match space {
            ColorSpace::Srgb => Ok(space),
            _ => refused(format!("{codec} holds the page's own colours; leave it out")),
        };
    }
    match (space, format.is_rgb()) {
        (ColorSpace::Srgb, false) if !codec.pixel_formats().contains(&PixelFormat::Gbrp) => {
            refused(format!("{codec} cannot store red, green and blue; use h264, h265 or vp9"))
        }
        (ColorSpace::Srgb, false) => {
            refused(format!("{format} holds luma and chroma; use --pixel-format gbrp, or leave it out"))
        }
        (ColorSpace::Bt709 | ColorSpace::Bt601 | ColorSpace::Bt2020, true) => {
            refused(format!("{format} holds red, green and blue; use --color-space srgb, or leave it out"))
        }
        (ColorSpace::Bt2020, false) if format.bits() < 10 => {
            refused(format!("it needs 10 bits, and {format} has 8; use a --pixel-format such as yuv420p10le"))
        }
        _ => Ok(space),
    }
}

fn check_rates(codec: VideoCodec, wish: &EncodingWish) -> Result<(), JobError> {
    use VideoCodec::Av1;
    let refused = |what: String| Err(JobError::Conflict(what));
    let inter = !codec.is_intra();
    let constant = |flag: &str| {
        refused(format!(
            "{flag}: {codec} stores every frame by itself, as large as it comes; use h264, h265, vp9 or av1, or leave it out"
        ))
    };
    match wish {
        EncodingWish { video_bitrate: Some(_), .. } if !inter => constant("--video-bitrate"),
        EncodingWish { max_rate: Some(_), .. } if !inter => constant("--max-rate"),
        EncodingWish { gop: Some(_), .. } if !inter => constant("--gop"),
        EncodingWish { gop: Some(gop), .. } if !(1..=MAX_GOP).contains(gop) => Err(JobError::Choice {
            what: "--gop",
            given: gop.to_string(),
            allowed: format!("use 1 to {MAX_GOP} frames between key frames"),
        }),
        EncodingWish { quality: Some(_), video_bitrate: Some(_), .. } => refused(
            "--quality asks for a constant quality and --video-bitrate for a size: leave out one of them (--max-rate limits \
             either)"
                .to_owned(),
        ),
        EncodingWish { max_rate: Some(max), video_bitrate, .. } => {
            if codec == Av1 {
                return refused(
                    "--max-rate: the av1 encoder has no limit; use --video-bitrate, or h264, h265 or vp9".to_owned(),
                );
            }
            match video_bitrate {
                Some(mean) if max < mean => {
                    refused(format!("--max-rate {max} is below --video-bitrate {mean}: use at least as much"))
                }
                _ => Ok(()),
            }
        }
        _ => Ok(()),
    }
}
