//! A video that is looked at: the frame whose time of showing contains a time. Decoded in order by FFmpeg, from where it is
//! needed; the last frames are kept, so that a look back costs nothing. Knows nothing of pages.

use crate::encoder_args::{Args, file_url};
use crate::probe::{self, alpha_decoder};
use crate::process::{Child, Pipes, enlarge, output};
use crate::{Ffmpeg, MediaError, Result};
use serde_json::Value;
use std::collections::VecDeque;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader, Lines};
use tokio::process::{ChildStderr, ChildStdout};

/// The longest wait for one frame: a slow disk, and a decoder that reads far ahead on a busy machine.
const FRAME_TIMEOUT: Duration = Duration::from_secs(60);

/// The longest look for the end of a video that does not say it; a page waits 30 seconds by default.
const LENGTH_TIMEOUT: Duration = Duration::from_secs(20);

/// Bytes of frames that are kept.
const KEPT_BYTES: usize = 96 << 20;

/// A look so far ahead is a jump: FFmpeg starts anew there.
const JUMP_NANOS: i64 = 4_000_000_000;

/// A jump begins so much earlier, for the frame that is being shown at its time.
const BEFORE_NANOS: i64 = 1_000_000_000;

/// The largest picture that is decoded, in pixels: 8K.
const MAX_PIXELS: u64 = 8192 * 8192;

/// What is known of a video without decoding it.
#[derive(Debug, Clone, PartialEq)]
pub struct FilmInfo {
    /// Width as it is shown, turned and with square pixels.
    pub width: u32,
    /// Height as it is shown.
    pub height: u32,
    /// Length in seconds, of pictures and sound.
    pub length: f64,
    /// Seconds of one tick of its clock.
    tick: (u32, u32),
    /// Matrix of the colours, where the file does not say.
    matrix: Option<&'static str>,
    /// A decoder that knows of transparency, where FFmpeg's own does not.
    decoder: Option<&'static str>,
}

impl FilmInfo {
    /// Looks at a video. `input` is a path or an http(s) address.
    ///
    /// # Errors
    /// [`MediaError::Unreadable`] when it is missing, no media file, encrypted, or has no pictures.
    pub async fn of(ffmpeg: &Ffmpeg, input: &FilmInput) -> Result<FilmInfo> {
        let mut args = Args::default();
        args.words("-v error");
        input.options(&mut args);
        args.words("-select_streams v:0");
        args.words(probe::FIRST_PACKET);
        let entries = "stream=codec_name,width,height,sample_aspect_ratio,time_base,duration,color_space:stream_tags=alpha_mode,ALPHA_MODE:stream_side_data=rotation:format=duration";
        args.pair("-show_entries", format!("{entries}:{}", probe::PACKET_ENTRIES));
        args.words("-of json -i");
        args.0.push(input.url());
        let action = format!("look at {}", input.name().display());
        let text = match output(ffmpeg.ffprobe(), &args.0, action, FRAME_TIMEOUT).await {
            Ok(text) => text,
            Err(MediaError::Failed { stderr, .. }) => return Err(input.unreadable(&stderr)),
            Err(other) => return Err(other),
        };
        let json: Value = serde_json::from_slice(&text).unwrap_or_default();
        if probe::is_encrypted(&json) {
            return Err(input.unreadable(probe::ENCRYPTED));
        }
        let info = FilmInfo::read(&json["streams"][0], &json["format"]);
        let info = info.ok_or_else(|| input.unreadable("it has no pictures"))?;
        if info.length > 0.0 {
            return Ok(info);
        }
        Ok(FilmInfo { length: measured(ffmpeg, input).await?, ..info })
    }

    /// The length is 0 where nothing is said of it.
    fn read(stream: &Value, format: &Value) -> Option<FilmInfo> {
        let pixels = |key: &str| stream[key].as_u64().filter(|n| (1..=16_384).contains(n));
        let (width, height) = (pixels("width")?, pixels("height")?);
        if width * height > MAX_PIXELS {
            return None;
        }
        let ratio = |text: &Value, sign: char| {
            let (num, den) = text.as_str()?.split_once(sign)?;
            Some((num.parse::<u32>().ok().filter(|n| *n > 0)?, den.parse::<u32>().ok().filter(|n| *n > 0)?))
        };
        let (num, den) = ratio(&stream["sample_aspect_ratio"], ':').unwrap_or((1, 1));
        let wide = (width * u64::from(num) + u64::from(den) / 2) / u64::from(den);
        let wide = u32::try_from(wide).ok().filter(|wide| (1..=32_768).contains(wide))?;
        let turned = stream["side_data_list"].as_array().into_iter().flatten();
        let turned =
            turned.filter_map(|data| data["rotation"].as_i64()).any(|angle| angle.rem_euclid(180) == 90);
        let tall = u32::try_from(height).ok()?;
        let seconds = |value: &Value| value.as_str().and_then(|text| text.parse::<f64>().ok());
        let (width, height) = if turned { (tall, wide) } else { (wide, tall) };
        let alpha = ["alpha_mode", "ALPHA_MODE"].iter().any(|key| stream["tags"][key] == "1");
        let decoder = stream["codec_name"].as_str().and_then(alpha_decoder).filter(|_| alpha);
        Some(FilmInfo {
            width,
            height,
            length: seconds(&format["duration"]).or(seconds(&stream["duration"])).unwrap_or_default(),
            tick: ratio(&stream["time_base"], '/')?,
            // As browsers guess.
            matrix: stream["color_space"].is_null().then_some(if tall >= 720 { "bt709" } else { "bt601" }),
            decoder,
        })
    }

    fn nanos(&self, ticks: i64) -> i64 {
        let nanos = i128::from(ticks) * i128::from(self.tick.0) * 1_000_000_000 / i128::from(self.tick.1);
        i64::try_from(nanos).unwrap_or(i64::MAX)
    }

    /// By so many nanoseconds a frame may be shown before its time: half a tick, as files round times to ticks: in WebM, of milliseconds, frame 2 at 30 frames a second begins at 67.
    pub fn tolerance(&self) -> i64 {
        self.nanos(1) / 2 + 1000
    }
}

/// Seconds to the end of the last packet, for what was written as it came (MediaRecorder, pipes) and has no length in its head.
async fn measured(ffmpeg: &Ffmpeg, input: &FilmInput) -> Result<f64> {
    let mut args = Args::default();
    args.words("-v error");
    input.options(&mut args);
    // A line for each time.
    args.words(
        "-show_entries packet=pts_time,duration_time:format=start_time -of default=noprint_wrappers=1 -i",
    );
    args.0.push(input.url());
    let action = format!("measure {}", input.name().display());
    let text = output(ffmpeg.ffprobe(), &args.0, action, LENGTH_TIMEOUT).await?;
    let (mut begins, mut end, mut start) = (0.0_f64, 0.0_f64, 0.0_f64);
    for (key, value) in String::from_utf8_lossy(&text).lines().filter_map(|line| line.split_once('=')) {
        let Ok(seconds) = value.parse::<f64>() else { continue };
        match key {
            "pts_time" => begins = seconds,
            "duration_time" => end = end.max(begins + seconds),
            "start_time" => start = seconds,
            _ => {}
        }
        end = end.max(begins);
    }
    if end > start { Ok(end - start) } else { Err(input.unreadable("its length is unknown")) }
}

/// Where a video is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum FilmInput {
    /// A file.
    File(PathBuf),
    /// An http(s) address.
    Url(String),
}

impl FilmInput {
    fn url(&self) -> OsString {
        match self {
            FilmInput::File(path) => file_url(path),
            FilmInput::Url(url) => url.into(),
        }
    }

    fn name(&self) -> &Path {
        match self {
            FilmInput::File(path) => path,
            FilmInput::Url(url) => Path::new(url),
        }
    }

    fn options(&self, args: &mut Args) {
        args.words(match self {
            FilmInput::File(_) => "-protocol_whitelist file",
            FilmInput::Url(_) => "-protocol_whitelist http,https,tcp,tls,crypto -rw_timeout 20000000",
        });
    }

    fn unreadable(&self, why: &str) -> MediaError {
        let why = why.trim().lines().last().unwrap_or("nothing in it can be decoded").to_owned();
        MediaError::Unreadable { path: self.name().to_owned(), why }
    }
}

/// A frame of a video, as it is shown from one time to another, in nanoseconds.
#[derive(Debug, Clone)]
pub struct FilmFrame {
    /// When it is first shown. The first frame counts from 0.
    pub from: i64,
    /// When it is no longer shown; `i64::MAX` for the last.
    pub to: i64,
    /// When it is first shown by the file.
    pub time: i64,
    /// BGRA rows without padding, not premultiplied.
    pub pixels: Arc<Vec<u8>>,
}

/// A video that is being looked at.
pub struct Film {
    ffmpeg: Ffmpeg,
    input: FilmInput,
    info: FilmInfo,
    decoder: Option<Decoding>,
    /// Frames that are known with their end, in the order in which they were decoded.
    kept: VecDeque<FilmFrame>,
}

struct Decoding {
    // Dropping it kills FFmpeg.
    child: Child,
    pixels: ChildStdout,
    times: Lines<BufReader<ChildStderr>>,
    /// The last frame that came, whose end the next one tells; when it is first shown, and by the file.
    last: Option<(i64, i64, Arc<Vec<u8>>)>,
    /// Whether nothing more comes.
    ended: bool,
    /// Whether it began at the beginning of the video.
    whole: bool,
    complaint: String,
}

impl Film {
    /// Opens a video; nothing is decoded yet.
    pub fn new(ffmpeg: Ffmpeg, input: FilmInput, info: FilmInfo) -> Film {
        Film { ffmpeg, input, info, decoder: None, kept: VecDeque::new() }
    }

    /// What is known of it.
    pub fn info(&self) -> &FilmInfo {
        &self.info
    }

    /// The frame that is shown at `time`, in nanoseconds. Behind the end it is the last one.
    ///
    /// Not cancel-safe: when the future is dropped half-way, the film must be dropped too.
    ///
    /// # Errors
    /// [`MediaError::Unreadable`] when nothing can be decoded there, [`MediaError::Hung`].
    pub async fn at(&mut self, time: i64) -> Result<FilmFrame> {
        let time = time.saturating_add(self.info.tolerance());
        if let Some(frame) = self.kept.iter().rev().find(|frame| frame.from <= time && time < frame.to) {
            return Ok(frame.clone());
        }
        let position = self.decoder.as_ref().and_then(|decoder| Some(decoder.last.as_ref()?.0));
        let near = position.is_some_and(|position| (position..position + JUMP_NANOS).contains(&time));
        if !near {
            let end = (self.info.length * 1e9) as i64;
            self.start(time.min(end) - BEFORE_NANOS).await?;
        }
        loop {
            let came = self.advance().await?;
            if let Some(frame) = came {
                if frame.from <= time && time < frame.to {
                    return Ok(frame);
                }
                if frame.from <= time {
                    continue;
                }
            }
            // It began too late, or nothing came at all: from the beginning there is nothing earlier.
            if self.decoder.as_ref().is_none_or(|decoder| decoder.whole) {
                let complaint = self.decoder.as_ref().map(|decoder| decoder.complaint.clone());
                self.decoder = None;
                return Err(self.input.unreadable(&complaint.unwrap_or_default()));
            }
            self.start(0).await?;
        }
    }

    async fn start(&mut self, time: i64) -> Result<()> {
        self.decoder = None;
        let whole = time <= 0;
        let mut args = Args::default();
        args.words("-hide_banner -nostdin -loglevel error -copyts -start_at_zero");
        self.input.options(&mut args);
        if !whole {
            args.pair("-ss", format!("{}us", time / 1000));
        }
        if let Some(decoder) = self.info.decoder {
            args.pair("-c:v", decoder);
        }
        args.0.extend([OsString::from("-i"), self.input.url()]);
        args.words("-map 0:v:0 -fps_mode passthrough -vf");
        let matrix = self.info.matrix.map(|matrix| format!("in_color_matrix={matrix}:")).unwrap_or_default();
        // The time of each frame goes to standard error, as a line beside its pixels.
        args.words(&format!(
            "metadata=mode=add:key=h:value=1,metadata=mode=print:file=pipe\\\\:2:direct=1,scale={}:{}:{matrix}out_range=pc:flags=bicubic+accurate_rnd+full_chroma_int+full_chroma_inp+bitexact",
            self.info.width, self.info.height
        ));
        args.words("-c:v rawvideo -pix_fmt bgra -f rawvideo pipe:1");
        let action = format!("decode {}", self.input.name().display());
        let pipes = Pipes { stdin: false, stdout: true };
        let mut child = Child::start_with_stderr(self.ffmpeg.ffmpeg(), &args.0, pipes, action).await?;
        let (Some(pixels), Some(times)) = (child.take_stdout(), child.take_stderr()) else {
            return Err(self.input.unreadable("FFmpeg has no output"));
        };
        enlarge(&pixels);
        let times = BufReader::new(times).lines();
        let complaint = String::new();
        self.decoder = Some(Decoding { child, pixels, times, last: None, ended: false, whole, complaint });
        Ok(())
    }

    /// The next frame whose end is known; `None` at the end.
    async fn advance(&mut self) -> Result<Option<FilmFrame>> {
        let Some(decoder) = &mut self.decoder else { return Ok(None) };
        loop {
            if decoder.ended {
                return Ok(None);
            }
            let bytes = 4 * self.info.width as usize * self.info.height as usize;
            let next = match tokio::time::timeout(FRAME_TIMEOUT, decoder.next(bytes)).await {
                Ok(next) => next,
                Err(_) => return Err(decoder.child.hung(FRAME_TIMEOUT).await),
            };
            let first = decoder.last.is_none() && decoder.whole;
            let next = next.map(|(ticks, pixels)| {
                let time = self.info.nanos(ticks);
                (if first { i64::MIN } else { time }, time, pixels)
            });
            decoder.ended = next.is_none();
            let to = next.as_ref().map_or(i64::MAX, |(from, ..)| *from);
            let Some((from, time, pixels)) = std::mem::replace(&mut decoder.last, next) else { continue };
            let frame = FilmFrame { from, to, time, pixels };
            self.kept.retain(|kept| kept.from != from);
            self.kept.push_back(frame.clone());
            while self.kept.len() > 2 && self.kept.len() * bytes > KEPT_BYTES {
                self.kept.pop_front();
            }
            return Ok(Some(frame));
        }
    }
}

impl Decoding {
    /// The next frame, and its time in ticks.
    async fn next(&mut self, bytes: usize) -> Option<(i64, Arc<Vec<u8>>)> {
        let mut ticks = None;
        while let Ok(Some(line)) = self.times.next_line().await {
            let Some(rest) = line.strip_prefix("frame:") else {
                if !line.starts_with("h=") {
                    self.complaint = line;
                }
                continue;
            };
            let pts = rest.split_once("pts:").and_then(|(_, rest)| rest.split_whitespace().next());
            ticks = pts.and_then(|pts| pts.parse().ok());
            break;
        }
        let mut pixels = vec![0; bytes];
        self.pixels.read_exact(&mut pixels).await.ok()?;
        Some((ticks?, Arc::new(pixels)))
    }
}
