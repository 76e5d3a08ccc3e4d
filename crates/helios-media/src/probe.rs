//! What is in a media file, by ffprobe. Counts packets: one for each video frame in every format that Helios writes, exact,
//! and much faster than decoding.

use crate::{Ffmpeg, MediaError, Result, pictures, process, webp, webp_frames};
use helios_job::{Container, Fps};
use serde_json::Value;
use std::ffi::OsString;
use std::path::Path;
use std::time::Duration;

/// The longest wait for a probe: reading a large file from a slow disk.
const PROBE_TIMEOUT: Duration = Duration::from_secs(300);

/// A media file.
#[derive(Debug, Clone, PartialEq)]
pub struct MediaInfo {
    /// Video streams in file order; cover pictures are among them.
    pub video: Vec<VideoStream>,
    /// Audio streams in file order.
    pub audio: Vec<AudioStream>,
    /// What the first track of captions says of its language.
    pub caption_language: Option<String>,
    /// Seconds.
    pub duration: Option<f64>,
    /// Time of the first frame or sample shown, in seconds.
    pub start_time: Option<f64>,
}

/// Colour tags in FFmpeg's names; `None` where the file says nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Color {
    /// `tv` (limited) or `pc` (full).
    pub range: Option<String>,
    /// The matrix, such as `bt709`.
    pub space: Option<String>,
    /// The transfer characteristic, such as `bt709`.
    pub transfer: Option<String>,
    /// The primaries, such as `bt709`.
    pub primaries: Option<String>,
    /// Where chroma samples lie, such as `center` or `left`.
    pub chroma_location: Option<String>,
}

/// A video stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VideoStream {
    /// FFmpeg's name, such as `h264`.
    pub codec: String,
    /// The container's four letters for it, such as `hvc1`.
    pub tag: String,
    /// Such as `High`.
    pub profile: Option<String>,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Such as `yuv420p`.
    pub pix_fmt: String,
    /// Frames divided by duration, exact in MP4 and QuickTime files.
    pub frame_rate: Option<Fps>,
    /// Seconds per tick, as a ratio.
    pub time_base: (u32, u32),
    /// Frames by which decoding runs ahead of showing (B-frames).
    pub delay: u32,
    /// Whether there is transparency.
    pub alpha: bool,
    /// Colour tags.
    pub color: Color,
    /// Packets, which are frames.
    pub packets: u64,
    /// Digest of the codec's headers: streams can be joined by copying only when it is equal.
    pub headers: Option<String>,
}

/// An audio stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AudioStream {
    /// FFmpeg's name, such as `pcm_s16le`.
    pub codec: String,
    /// Samples per second.
    pub sample_rate: u32,
    /// Channels.
    pub channels: u32,
    /// Packets.
    pub packets: u64,
}

impl MediaInfo {
    /// The first video stream, if there is one.
    pub fn picture(&self) -> Option<&VideoStream> {
        self.video.first()
    }
}

impl Ffmpeg {
    /// Reads a file from end to end and says what is in it.
    ///
    /// # Errors
    /// [`MediaError::Unreadable`] when it does not exist or is not a whole media file; [`MediaError::Start`],
    /// [`MediaError::Hung`].
    pub async fn probe(&self, path: &Path) -> Result<MediaInfo> {
        let unreadable = |why: String| MediaError::Unreadable { path: path.to_owned(), why };
        match tokio::fs::metadata(path).await {
            Err(_) if pictures::first_picture(path).is_some() => {}
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Err(unreadable("no such file".to_owned()));
            }
            Err(error) => return Err(unreadable(error.to_string())),
            Ok(meta) if meta.len() == 0 => return Err(unreadable("the file is empty".to_owned())),
            Ok(_) => {}
        }
        if let Ok(Some(info)) = webp_frames::look(path) {
            return Ok(info);
        }
        let mut args: Vec<OsString> =
            "-v error -of json -count_packets -show_streams -show_format -show_data_hash crc32"
                .split(' ')
                .map(OsString::from)
                .collect();
        args.extend(pictures::source(path));
        let action = format!("probe {}", path.display());
        let text = match process::output(self.ffprobe(), &args, action, PROBE_TIMEOUT).await {
            Ok(text) => text,
            // ffprobe repeats the path in front of its reason.
            Err(MediaError::Failed { stderr, .. }) => {
                let reason = stderr.lines().last().unwrap_or_default();
                return Err(unreadable(reason.rsplit(": ").next().unwrap_or(reason).to_owned()));
            }
            Err(error) => return Err(error),
        };
        parse(&text).ok_or_else(|| unreadable("ffprobe's answer makes no sense".to_owned()))
    }
}

impl Ffmpeg {
    /// The number of frames of a video or an animated picture that was joined from `expected` frames, counted as the join counts them.
    ///
    /// # Errors
    /// As [`Ffmpeg::probe`].
    pub async fn count_frames(&self, path: &Path, (fps, expected): (Fps, u64)) -> Result<u64> {
        match Container::from_path(path) {
            Ok(container) if container.is_animation() => {
                self.count_animation(container, path, (fps, expected)).await
            }
            _ => Ok(self.probe(path).await?.picture().map_or(0, |video| video.packets)),
        }
    }

    /// The number of frames of an animated picture. What FFmpeg cannot read is measured by how long it is shown: there,
    /// frames that are alike are one.
    pub(crate) async fn count_animation(
        &self,
        container: Container,
        path: &Path,
        (fps, expected): (Fps, u64),
    ) -> Result<u64> {
        if container != Container::WebP {
            return Ok(self.probe(path).await?.picture().map_or(0, |video| video.packets));
        }
        let bytes = tokio::fs::read(path)
            .await
            .map_err(|error| MediaError::Unreadable { path: path.to_owned(), why: error.to_string() })?;
        // Where all frames are alike, it is a picture that does not move: shown for as long as wanted.
        let Some(animation) = webp::read(&bytes) else { return Ok(expected) };
        let ms = animation.total_ms();
        let frames = (u128::from(ms) * u128::from(fps.num())).div_ceil(1000 * u128::from(fps.den()));
        Ok(u64::try_from(frames).unwrap_or(u64::MAX))
    }
}

/// What is asked of ffprobe for [`is_encrypted`]: what it says of the first packet. It names the codec of an encrypted stream as if it were none.
pub(crate) const FIRST_PACKET: &str = "-read_intervals %+#1";
/// And what is shown of it.
pub(crate) const PACKET_ENTRIES: &str = "packet_side_data=side_data_type";
/// What cannot be done then.
pub(crate) const ENCRYPTED: &str = "it is encrypted (DRM), and cannot be decoded";

/// Whether a file is encrypted (ISO/IEC 23001-7), by an answer of ffprobe. FFmpeg would decode noise.
pub(crate) fn is_encrypted(json: &Value) -> bool {
    let list = |value: &'_ Value| value.as_array().cloned().unwrap_or_default();
    let packets = list(&json["packets"]);
    packets
        .iter()
        .flat_map(|packet| list(&packet["side_data_list"]))
        .any(|data| data["side_data_type"] == "Encryption info")
}

fn parse(text: &[u8]) -> Option<MediaInfo> {
    let json: Value = serde_json::from_slice(text).ok()?;
    let streams = json.get("streams")?.as_array()?;
    let of_type = |kind: &'static str| streams.iter().filter(move |stream| stream["codec_type"] == kind);
    Some(MediaInfo {
        video: of_type("video").map(video).collect::<Option<_>>()?,
        audio: of_type("audio").map(audio).collect(),
        caption_language: of_type("subtitle").next().and_then(language),
        duration: number(&json["format"]["duration"]),
        start_time: number(&json["format"]["start_time"]),
    })
}

fn video(stream: &Value) -> Option<VideoStream> {
    Some(VideoStream {
        codec: text(&stream["codec_name"])?,
        tag: text(&stream["codec_tag_string"]).unwrap_or_default(),
        profile: text(&stream["profile"]),
        width: number(&stream["width"])?,
        height: number(&stream["height"])?,
        pix_fmt: text(&stream["pix_fmt"]).unwrap_or_default(),
        frame_rate: [&stream["avg_frame_rate"], &stream["r_frame_rate"]].into_iter().find_map(rate),
        time_base: ratio(&stream["time_base"]).unwrap_or((0, 1)),
        alpha: has_alpha(stream),
        delay: number(&stream["has_b_frames"]).unwrap_or_default(),
        color: Color {
            range: text(&stream["color_range"]),
            space: text(&stream["color_space"]),
            transfer: text(&stream["color_transfer"]),
            primaries: text(&stream["color_primaries"]),
            chroma_location: text(&stream["chroma_location"]).filter(|location| location != "unspecified"),
        },
        packets: number(&stream["nb_read_packets"]).unwrap_or_default(),
        headers: text(&stream["extradata_hash"]),
    })
}

/// VP9 says it by a tag, everything else by its pixels.
fn has_alpha(stream: &Value) -> bool {
    let tag = |key: &str| stream["tags"][key].as_str() == Some("1");
    let format = stream["pix_fmt"].as_str().unwrap_or_default();
    let with = ["yuva", "gbrap", "rgba", "bgra", "argb", "abgr", "ya8", "ya16"];
    tag("alpha_mode") || tag("ALPHA_MODE") || with.iter().any(|name| format.starts_with(name))
}

/// The decoder that a stream with transparency needs: FFmpeg's own leave it out of these.
pub(crate) fn alpha_decoder(codec: &str) -> Option<&'static str> {
    match codec {
        "vp9" => Some("libvpx-vp9"),
        "vp8" => Some("libvpx"),
        _ => None,
    }
}

fn language(stream: &Value) -> Option<String> {
    text(&stream["tags"]["language"])
}

fn audio(stream: &Value) -> AudioStream {
    AudioStream {
        codec: text(&stream["codec_name"]).unwrap_or_default(),
        sample_rate: number(&stream["sample_rate"]).unwrap_or_default(),
        channels: number(&stream["channels"]).unwrap_or_default(),
        packets: number(&stream["nb_read_packets"]).unwrap_or_default(),
    }
}

fn text(value: &Value) -> Option<String> {
    value.as_str().filter(|text| *text != "unknown").map(str::to_owned)
}

/// ffprobe writes some numbers as numbers and others as text.
fn number<T: std::str::FromStr>(value: &Value) -> Option<T> {
    match value {
        Value::String(text) => text.parse().ok(),
        Value::Number(number) => number.to_string().parse().ok(),
        _ => None,
    }
}

fn ratio(value: &Value) -> Option<(u32, u32)> {
    let (num, den) = value.as_str()?.split_once('/')?;
    Some((num.parse().ok()?, den.parse().ok()?))
}

fn rate(value: &Value) -> Option<Fps> {
    let (num, den) = ratio(value)?;
    Fps::new(num, den).ok()
}
