//! Video codecs, audio codecs, containers, and which go together. Names only: FFmpeg's arguments live in helios-media.

use crate::{Fps, FramePattern, JobError, PixelFormat};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::ops::RangeInclusive;
use std::path::Path;
use std::str::FromStr;

/// A video codec.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum VideoCodec {
    /// H.264 / AVC (libx264).
    H264,
    /// H.265 / HEVC (libx265).
    H265,
    /// VP9 (libvpx-vp9).
    Vp9,
    /// AV1 (libsvtav1).
    Av1,
    /// Apple ProRes 422/4444 (prores_ks).
    ProRes,
    /// Lossless RGB (ffv1). What chunks of the animated picture formats travel in.
    Ffv1,
    /// An animated GIF: 256 colours, chosen for the whole of it.
    Gif,
    /// An animated WebP.
    WebP,
    /// An animated PNG: lossless.
    Apng,
    /// One PNG for each frame: lossless.
    Png,
    /// One JPEG for each frame.
    Jpeg,
}

const X26X_PRESETS: &[&str] = &[
    "ultrafast",
    "superfast",
    "veryfast",
    "faster",
    "fast",
    "medium",
    "slow",
    "slower",
    "veryslow",
    "placebo",
];
const VP9_PRESETS: &[&str] = &["0", "1", "2", "3", "4", "5", "6", "7", "8"];
const AV1_PRESETS: &[&str] = &["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"];
const PRORES_PRESETS: &[&str] = &["proxy", "lt", "standard", "hq", "4444"];
/// How colours that are not in the palette are made of those that are.
const GIF_PRESETS: &[&str] = &["sierra", "bayer", "none"];
const WEBP_PRESETS: &[&str] = &["lossless", "high", "medium", "low"];

impl VideoCodec {
    /// Every codec, in the order help texts list them.
    pub const ALL: [VideoCodec; 11] = [
        VideoCodec::H264,
        VideoCodec::H265,
        VideoCodec::Vp9,
        VideoCodec::Av1,
        VideoCodec::ProRes,
        VideoCodec::Ffv1,
        VideoCodec::Gif,
        VideoCodec::WebP,
        VideoCodec::Apng,
        VideoCodec::Png,
        VideoCodec::Jpeg,
    ];

    /// The name used in flags and job files.
    pub fn name(self) -> &'static str {
        match self {
            VideoCodec::H264 => "h264",
            VideoCodec::H265 => "h265",
            VideoCodec::Vp9 => "vp9",
            VideoCodec::Av1 => "av1",
            VideoCodec::ProRes => "prores",
            VideoCodec::Ffv1 => "ffv1",
            VideoCodec::Gif => "gif",
            VideoCodec::WebP => "webp",
            VideoCodec::Apng => "apng",
            VideoCodec::Png => "png",
            VideoCodec::Jpeg => "jpeg",
        }
    }

    /// The codec of the chunks that become a file with this codec. Videos are joined as they are. What an animated picture
    /// has of its own, as its palette, is of the whole: its chunks are lossless and it is made of them at the end.
    pub fn chunk_codec(self) -> VideoCodec {
        match self {
            VideoCodec::Gif | VideoCodec::WebP | VideoCodec::Apng => VideoCodec::Ffv1,
            other => other,
        }
    }

    /// The range of `--quality` (CRF; lower is better), or `None` where the codec has no such scale.
    pub fn quality_range(self) -> Option<RangeInclusive<u8>> {
        match self {
            VideoCodec::H264 | VideoCodec::H265 => Some(0..=51),
            VideoCodec::Vp9 | VideoCodec::Av1 => Some(0..=63),
            VideoCodec::Jpeg => Some(1..=31),
            _ => None,
        }
    }

    /// The quality used when none is given.
    pub fn default_quality(self) -> Option<u8> {
        match self {
            VideoCodec::H264 => Some(18),
            VideoCodec::H265 => Some(22),
            VideoCodec::Vp9 => Some(28),
            VideoCodec::Av1 => Some(30),
            VideoCodec::Jpeg => Some(2),
            _ => None,
        }
    }

    /// The values of `--preset`: speed against size, or what the codec has instead. Empty where there is nothing to choose.
    pub fn presets(self) -> &'static [&'static str] {
        match self {
            VideoCodec::H264 | VideoCodec::H265 => X26X_PRESETS,
            VideoCodec::Vp9 => VP9_PRESETS,
            VideoCodec::Av1 => AV1_PRESETS,
            VideoCodec::ProRes => PRORES_PRESETS,
            VideoCodec::Gif => GIF_PRESETS,
            VideoCodec::WebP => WEBP_PRESETS,
            VideoCodec::Ffv1 | VideoCodec::Apng | VideoCodec::Png | VideoCodec::Jpeg => &[],
        }
    }

    /// The preset used when none is given; empty where there is nothing to choose.
    pub fn default_preset(self) -> &'static str {
        match self {
            VideoCodec::H264 => "veryfast",
            VideoCodec::H265 => "fast",
            VideoCodec::Vp9 => "5",
            VideoCodec::Av1 => "8",
            VideoCodec::ProRes => "hq",
            VideoCodec::Gif => "sierra",
            VideoCodec::WebP => "lossless",
            VideoCodec::Ffv1 | VideoCodec::Apng | VideoCodec::Png | VideoCodec::Jpeg => "",
        }
    }

    /// The container of a chunk with this codec. VP9 and AV1 do not fit QuickTime, so they travel in MP4; the transparency of
    /// VP9 fits neither.
    pub fn chunk_container(self, format: PixelFormat) -> Container {
        match self {
            VideoCodec::Vp9 if format.has_alpha() => Container::WebM,
            VideoCodec::Vp9 | VideoCodec::Av1 => Container::Mp4,
            _ => Container::Mov,
        }
    }

    /// Whether every frame stands alone.
    pub fn is_intra(self) -> bool {
        !matches!(self, VideoCodec::H264 | VideoCodec::H265 | VideoCodec::Vp9 | VideoCodec::Av1)
    }

    /// Checks a `--quality` value.
    ///
    /// # Errors
    /// [`JobError::Choice`] when it is out of the codec's range, or the codec has none.
    pub fn check_quality(self, quality: u8) -> Result<u8, JobError> {
        let refused = |allowed| JobError::Choice { what: "--quality", given: quality.to_string(), allowed };
        match self.quality_range() {
            None if self.presets().is_empty() => Err(refused(format!("{self} is lossless; leave it out"))),
            None => Err(refused(format!(
                "{self} has no CRF scale; choose a profile with --preset {}",
                self.presets().join("|")
            ))),
            Some(range) if !range.contains(&quality) => Err(refused(format!(
                "{self} takes a CRF of {} to {} (lower is better; default {})",
                range.start(),
                range.end(),
                self.default_quality().unwrap_or_default()
            ))),
            Some(_) => Ok(quality),
        }
    }

    /// Checks a `--preset` value.
    ///
    /// # Errors
    /// [`JobError::Choice`] when the codec does not have it.
    pub fn check_preset(self, preset: &str) -> Result<&'static str, JobError> {
        self.presets().iter().find(|name| **name == preset).copied().ok_or_else(|| JobError::Choice {
            what: "--preset",
            given: preset.to_owned(),
            allowed: match self.presets() {
                [] => format!("{self} has no presets; leave it out"),
                presets => format!("{self} takes {}", presets.join(", ")),
            },
        })
    }

    /// Like [`VideoCodec::check_preset`], for a preset that may be empty where there are none.
    ///
    /// # Errors
    /// [`JobError::Choice`] when the codec does not have it.
    pub fn check_preset_or_none(self, preset: &str) -> Result<&'static str, JobError> {
        if preset.is_empty() && self.presets().is_empty() { Ok("") } else { self.check_preset(preset) }
    }
}

impl fmt::Display for VideoCodec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for VideoCodec {
    type Err = JobError;

    fn from_str(text: &str) -> Result<VideoCodec, JobError> {
        match text.to_ascii_lowercase().as_str() {
            "h264" | "h.264" | "avc" | "x264" | "libx264" => Ok(VideoCodec::H264),
            "h265" | "h.265" | "hevc" | "x265" | "libx265" => Ok(VideoCodec::H265),
            "vp9" | "libvpx-vp9" => Ok(VideoCodec::Vp9),
            "av1" | "libsvtav1" | "svtav1" => Ok(VideoCodec::Av1),
            "prores" | "prores_ks" => Ok(VideoCodec::ProRes),
            "ffv1" => Ok(VideoCodec::Ffv1),
            "gif" => Ok(VideoCodec::Gif),
            "webp" => Ok(VideoCodec::WebP),
            "apng" => Ok(VideoCodec::Apng),
            "png" => Ok(VideoCodec::Png),
            "jpeg" | "jpg" | "mjpeg" => Ok(VideoCodec::Jpeg),
            _ => Err(JobError::Choice {
                what: "--video-codec",
                given: text.to_owned(),
                allowed: "use h264, h265, vp9, av1, prores or ffv1".to_owned(),
            }),
        }
    }
}

/// An audio codec.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum AudioCodec {
    /// AAC-LC.
    Aac,
    /// Opus.
    Opus,
    /// MP3.
    Mp3,
    /// Uncompressed 16-bit PCM.
    Pcm,
}

impl AudioCodec {
    /// The name used in flags and job files.
    pub fn name(self) -> &'static str {
        match self {
            AudioCodec::Aac => "aac",
            AudioCodec::Opus => "opus",
            AudioCodec::Mp3 => "mp3",
            AudioCodec::Pcm => "pcm",
        }
    }
}

impl fmt::Display for AudioCodec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for AudioCodec {
    type Err = JobError;

    fn from_str(text: &str) -> Result<AudioCodec, JobError> {
        match text.to_ascii_lowercase().as_str() {
            "aac" => Ok(AudioCodec::Aac),
            "opus" | "libopus" => Ok(AudioCodec::Opus),
            "mp3" | "libmp3lame" => Ok(AudioCodec::Mp3),
            "pcm" | "pcm_s16le" => Ok(AudioCodec::Pcm),
            _ => Err(JobError::Choice {
                what: "--audio-codec",
                given: text.to_owned(),
                allowed: "use aac, opus, mp3 or pcm".to_owned(),
            }),
        }
    }
}

/// A container, chosen by the output's extension.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Container {
    /// MPEG-4 part 14, `.mp4` (also `.m4v`).
    Mp4,
    /// QuickTime, `.mov`.
    Mov,
    /// Matroska, `.mkv`.
    Mkv,
    /// WebM, `.webm`.
    WebM,
    /// An animated GIF, `.gif`.
    Gif,
    /// An animated WebP, `.webp`.
    WebP,
    /// An animated PNG, `.apng`.
    Apng,
    /// A folder of PNG files, `frame-%05d.png`: see [`crate::FramePattern`].
    Png,
    /// A folder of JPEG files, `frame-%05d.jpg`.
    Jpeg,
}

impl Container {
    /// The container that a file name asks for.
    ///
    /// # Errors
    /// [`JobError::Choice`] for a missing or unknown extension.
    pub fn from_path(path: &Path) -> Result<Container, JobError> {
        let extension =
            path.extension().map(|e| e.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
        match extension.as_str() {
            "mp4" | "m4v" => Ok(Container::Mp4),
            "mov" | "qt" => Ok(Container::Mov),
            "mkv" => Ok(Container::Mkv),
            "webm" => Ok(Container::WebM),
            "gif" => Ok(Container::Gif),
            "webp" => Ok(Container::WebP),
            "apng" => Ok(Container::Apng),
            "png" => FramePattern::to_write(path).map(|_| Container::Png),
            "jpg" | "jpeg" => FramePattern::to_write(path).map(|_| Container::Jpeg),
            _ => Err(JobError::Choice {
                what: "output extension",
                given: path.display().to_string(),
                allowed: "end the file name with .mp4, .mov, .mkv, .webm, .gif, .webp or .apng, or give a pattern for \
                          pictures such as frames/%05d.png"
                    .to_owned(),
            }),
        }
    }

    /// The usual extension, without the dot.
    pub fn extension(self) -> &'static str {
        match self {
            Container::Mp4 => "mp4",
            Container::Mov => "mov",
            Container::Mkv => "mkv",
            Container::WebM => "webm",
            Container::Gif => "gif",
            Container::WebP => "webp",
            Container::Apng => "apng",
            Container::Png => "png",
            Container::Jpeg => "jpg",
        }
    }

    /// Whether it is one picture that moves, made of lossless chunks at the end.
    pub fn is_animation(self) -> bool {
        matches!(self, Container::Gif | Container::WebP | Container::Apng)
    }

    /// Whether it is a folder with a file for each frame.
    pub fn is_pictures(self) -> bool {
        matches!(self, Container::Png | Container::Jpeg)
    }

    /// Whether it has no place for sound.
    pub fn is_silent(self) -> bool {
        self.is_animation() || self.is_pictures()
    }

    /// Checks that frames can follow each other so fast.
    ///
    /// # Errors
    /// [`JobError::Conflict`] for a GIF: browsers show its frames for two hundredths of a second at least, or else for ten.
    pub fn check_rate(self, fps: Fps) -> Result<(), JobError> {
        if self != Container::Gif || fps.as_f64() <= 50.0 {
            return Ok(());
        }
        Err(JobError::Conflict(format!(
            ".gif holds at most 50 frames per second, not {fps}: use --fps 50 or less, or write .webp or .apng"
        )))
    }

    /// Checks that it can carry pixels of this format.
    ///
    /// # Errors
    /// [`JobError::Conflict`] for the transparency of VP9, which only Matroska and WebM have a place for.
    pub fn check_format(self, codec: VideoCodec, format: PixelFormat) -> Result<(), JobError> {
        let homeless = codec == VideoCodec::Vp9 && format.has_alpha();
        if !homeless || matches!(self, Container::Mkv | Container::WebM) {
            return Ok(());
        }
        Err(JobError::Conflict(format!(
            ".{self} cannot carry the transparency of {codec}: use .webm or .mkv"
        )))
    }

    /// The video codec used when none is given.
    pub fn default_video_codec(self) -> VideoCodec {
        match self {
            Container::WebM => VideoCodec::Vp9,
            Container::Gif => VideoCodec::Gif,
            Container::WebP => VideoCodec::WebP,
            Container::Apng => VideoCodec::Apng,
            Container::Png => VideoCodec::Png,
            Container::Jpeg => VideoCodec::Jpeg,
            _ => VideoCodec::H264,
        }
    }

    /// The audio codec used when none is given.
    pub fn default_audio_codec(self) -> AudioCodec {
        match self {
            Container::WebM => AudioCodec::Opus,
            // These have no sound: what their chunks would have, if there were any.
            _ if self.audio_codecs().is_empty() => AudioCodec::Pcm,
            _ => AudioCodec::Aac,
        }
    }

    /// The video codecs this container can carry (with FFmpeg 5.1 and in common players).
    pub fn video_codecs(self) -> &'static [VideoCodec] {
        use VideoCodec::{Apng, Av1, Ffv1, Gif, H264, H265, Jpeg, Png, ProRes, Vp9, WebP};
        match self {
            Container::Mp4 => &[H264, H265, Vp9, Av1],
            Container::Mov => &[H264, H265, ProRes, Ffv1, Png, Jpeg],
            Container::Mkv => &[H264, H265, Vp9, Av1, ProRes, Ffv1],
            Container::WebM => &[Vp9, Av1],
            Container::Gif => &[Gif],
            Container::WebP => &[WebP],
            Container::Apng => &[Apng],
            Container::Png => &[Png],
            Container::Jpeg => &[Jpeg],
        }
    }

    /// The audio codecs this container can carry.
    pub fn audio_codecs(self) -> &'static [AudioCodec] {
        use AudioCodec::{Aac, Mp3, Opus, Pcm};
        match self {
            Container::Mp4 => &[Aac, Opus, Mp3],
            Container::Mov => &[Aac, Mp3, Pcm],
            Container::Mkv => &[Aac, Opus, Mp3, Pcm],
            Container::WebM => &[Opus],
            Container::Gif | Container::WebP | Container::Apng | Container::Png | Container::Jpeg => &[],
        }
    }

    /// The codecs for a file of this kind: the ones asked for, or the defaults.
    ///
    /// # Errors
    /// [`JobError::Conflict`] when the container cannot carry one of them.
    pub fn resolve(
        self,
        video: Option<VideoCodec>,
        audio: Option<AudioCodec>,
    ) -> Result<(VideoCodec, AudioCodec), JobError> {
        let video = video.unwrap_or(self.default_video_codec());
        let (wanted, audio) = (audio, audio.unwrap_or(self.default_audio_codec()));
        if !self.video_codecs().contains(&video) {
            return Err(self.conflict(
                "video",
                video.name(),
                &self.video_codecs().map_names(VideoCodec::name),
            ));
        }
        if self.audio_codecs().is_empty() {
            // Nothing was asked for, or what was asked for has no place.
            return match wanted {
                None => Ok((video, audio)),
                Some(wanted) => Err(JobError::Conflict(format!(
                    ".{self} carries no sound: leave out --audio-codec {wanted}, or use another output extension"
                ))),
            };
        }
        if !self.audio_codecs().contains(&audio) {
            return Err(self.conflict(
                "audio",
                audio.name(),
                &self.audio_codecs().map_names(AudioCodec::name),
            ));
        }
        Ok((video, audio))
    }

    fn conflict(self, kind: &str, codec: &str, allowed: &str) -> JobError {
        JobError::Conflict(format!(
            ".{} cannot carry {codec} {kind}: use {allowed}, or another output extension",
            self.extension()
        ))
    }
}

trait MapNames<T> {
    fn map_names(&self, name: fn(T) -> &'static str) -> String;
}

impl<T: Copy> MapNames<T> for [T] {
    fn map_names(&self, name: fn(T) -> &'static str) -> String {
        self.iter().map(|item| name(*item)).collect::<Vec<_>>().join(", ")
    }
}

impl fmt::Display for Container {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.extension())
    }
}
