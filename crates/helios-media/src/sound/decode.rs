//! One source as samples on disk: 48 kHz, stereo, 32-bit floats, sample 0 at the source's time 0. FFmpeg does the work.

use crate::encoder_args::{Args, file_url};
use crate::probe;
use crate::process::{Child, Pipes, output};
use crate::{Ffmpeg, MediaError, Result};
use helios_job::{MILLION, SAMPLE_RATE, SoundSource};
use serde_json::Value;
use std::ffi::OsString;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Bytes of one sample of both channels.
const SAMPLE_BYTES: u64 = 8;

/// The longest wait for the first look at a source, which may lie on the web.
const LOOK_TIMEOUT: Duration = Duration::from_secs(60);

/// The longest wait for a source to be decoded: an hour of it takes seconds, an address on the web may be slow.
const DECODE_TIMEOUT: Duration = Duration::from_secs(1800);

/// How long a server may be silent, in FFmpeg's microseconds.
const SILENT_MICROS: &str = "20000000";

/// What is known of a source without decoding it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SoundInfo {
    /// Channels of its first sound; 0 when it has none.
    pub channels: u32,
    /// Its length in nanoseconds, if it says.
    pub length: Option<u64>,
}

/// A source that was decoded.
pub(super) struct Decoded {
    file: Option<File>,
    samples: u64,
    /// What FFmpeg had to say of it.
    pub(super) complaint: Option<String>,
}

impl Decoded {
    /// Fills `samples` with what lies at `start` and behind; silence where there is nothing.
    pub(super) fn read(&self, start: i64, samples: &mut [[f32; 2]]) -> io::Result<()> {
        samples.fill([0.0; 2]);
        let Some(file) = &self.file else { return Ok(()) };
        let skip = usize::try_from(-start).unwrap_or_default().min(samples.len());
        let first = u64::try_from(start).unwrap_or_default();
        let there = usize::try_from(self.samples.saturating_sub(first)).unwrap_or(usize::MAX);
        let count = there.min(samples.len() - skip);
        let mut bytes = vec![0; count * SAMPLE_BYTES as usize];
        file.read_exact_at(&mut bytes, first * SAMPLE_BYTES)?;
        for (sample, bytes) in samples[skip..].iter_mut().zip(bytes.chunks_exact(8)) {
            let channel = |at: usize| {
                let value = f32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
                if value.is_finite() { value } else { 0.0 }
            };
            *sample = [channel(0), channel(4)];
        }
        Ok(())
    }
}

/// Looks at the sound of a source.
///
/// # Errors
/// [`MediaError::Unreadable`] when it is missing, no media file, or encrypted.
pub async fn sound_info(ffmpeg: &Ffmpeg, source: &SoundSource) -> Result<SoundInfo> {
    let mut args = Args::default();
    args.words("-v error");
    input_options(&mut args, source);
    args.words(probe::FIRST_PACKET);
    args.pair(
        "-show_entries",
        format!("stream=codec_type,channels,duration:format=duration:{}", probe::PACKET_ENTRIES),
    );
    args.words("-of json -i");
    args.0.push(input(source));
    let action = format!("look at {}", name(source).display());
    let text = match output(ffmpeg.ffprobe(), &args.0, action, LOOK_TIMEOUT).await {
        Ok(text) => text,
        Err(MediaError::Failed { stderr, .. }) => return Err(unreadable(source, &stderr)),
        Err(MediaError::Hung { .. }) => return Err(unreadable(source, "it does not answer")),
        Err(other) => return Err(other),
    };
    let json: Value = serde_json::from_slice(&text).unwrap_or_default();
    if probe::is_encrypted(&json) {
        return Err(unreadable(source, probe::ENCRYPTED));
    }
    let streams = json["streams"].as_array().map(Vec::as_slice).unwrap_or_default();
    if streams.is_empty() {
        return Err(unreadable(source, "it has neither sound nor pictures"));
    }
    let sound = streams.iter().find(|stream| stream["codec_type"] == "audio");
    let seconds = |value: &Value| value.as_str().and_then(|text| text.parse::<f64>().ok());
    let length = sound.and_then(|sound| seconds(&sound["duration"])).or(seconds(&json["format"]["duration"]));
    let channels = sound.and_then(|sound| sound["channels"].as_u64()).unwrap_or_default();
    Ok(SoundInfo {
        channels: u32::try_from(channels).unwrap_or(u32::MAX),
        length: length.filter(|seconds| *seconds > 0.0).map(|seconds| (seconds * 1e9).round() as u64),
    })
}

/// Decodes the first `until` nanoseconds of `source`, played at `speed` millionths with its pitch kept, to `place`.
pub(super) async fn decode(
    ffmpeg: &Ffmpeg,
    source: &SoundSource,
    speed: u32,
    until: u64,
    place: &Path,
) -> Result<Decoded> {
    let info = sound_info(ffmpeg, source).await?;
    if info.channels == 0 || until == 0 || speed == 0 {
        return Ok(Decoded { file: None, samples: 0, complaint: None });
    }
    let mut args = Args::default();
    args.words("-hide_banner -nostdin -loglevel error -y");
    input_options(&mut args, source);
    args.0.extend([OsString::from("-i"), input(source)]);
    args.words("-map 0:a:0 -vn -sn -dn -af");
    args.0.push(filters(info.channels, speed).into());
    args.pair("-ar", SAMPLE_RATE);
    // One sample more than needed does no harm, one less would.
    args.pair("-t", format!("{}us", until / 1000 + 1));
    args.words("-c:a pcm_f32le -f f32le");
    args.0.push(file_url(place));
    let action = format!("decode the sound of {}", name(source).display());
    let mut child =
        Child::start(ffmpeg.ffmpeg(), &args.0, Pipes { stdin: false, stdout: false }, action).await?;
    let outcome = child.outcome(DECODE_TIMEOUT).await?;
    if crate::encoder::is_disk_full(&outcome.stderr) {
        return Err(MediaError::DiskFull { path: place.to_owned() });
    }
    let opened = File::open(place).and_then(|file| Ok((file.metadata()?.len() / SAMPLE_BYTES, file)));
    let (samples, file) = match opened {
        Ok((samples, file)) if samples > 0 => (samples, file),
        _ => return Err(unreadable(source, &outcome.stderr)),
    };
    let complaint = outcome.stderr.lines().last().filter(|_| !outcome.status.success()).map(|line| {
        format!("the sound of {} is damaged; what could be decoded is heard: {line}", name(source).display())
    });
    Ok(Decoded { file: Some(file), samples, complaint })
}

/// Mono goes to both sides at full level, as in browsers; more than two channels are mixed down by ITU-R BS.775. Gaps and a
/// late beginning become silence.
fn filters(channels: u32, speed: u32) -> String {
    let mono = if channels == 1 { "pan=stereo|c0=c0|c1=c0," } else { "" };
    let even = format!(
        "{mono}aresample={SAMPLE_RATE}:async=1:first_pts=0,aformat=sample_fmts=flt:channel_layouts=stereo"
    );
    let mut tempo = f64::from(speed) / f64::from(MILLION);
    let mut text = even;
    if speed != MILLION {
        // The filter takes no less than a half.
        while tempo < 0.5 {
            text.push_str(",atempo=0.5");
            tempo *= 2.0;
        }
        text.push_str(&format!(",atempo={tempo:.6}"));
    }
    text
}

fn input_options(args: &mut Args, source: &SoundSource) {
    match source {
        SoundSource::Url(_) => {
            args.words("-protocol_whitelist http,https,tcp,tls,crypto -rw_timeout");
            args.words(SILENT_MICROS);
        }
        SoundSource::File(_) | SoundSource::Beside(_) => args.words("-protocol_whitelist file"),
    }
}

fn input(source: &SoundSource) -> OsString {
    match source {
        SoundSource::Url(url) => url.into(),
        SoundSource::File(path) | SoundSource::Beside(path) => file_url(Path::new(path)),
    }
}

fn name(source: &SoundSource) -> PathBuf {
    let (SoundSource::Url(name) | SoundSource::File(name) | SoundSource::Beside(name)) = source;
    PathBuf::from(name)
}

/// FFmpeg begins its reason with the name, which the message has already.
fn unreadable(source: &SoundSource, stderr: &str) -> MediaError {
    let path = name(source);
    let line = stderr.trim().lines().last().unwrap_or_default();
    let address = input(source).to_string_lossy().into_owned();
    let why = line.strip_prefix(&address).map_or(line, |rest| rest.trim_start_matches([':', ' ']));
    let why = if why.is_empty() { "nothing in it can be decoded" } else { why };
    MediaError::Unreadable { path, why: why.to_owned() }
}
