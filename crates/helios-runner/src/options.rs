//! What a caller asks for. Nothing is validated here beyond what the types say; see `settings` and `input`.

use crate::{Crew, Machine, Pages, PathMap};
use helios_job::{
    AudioCodec, BitRate, CaptionMode, CaptureKind, ColorSpace, Contract, Event, Fps, FrameRange,
    HardwareEncoder, MAX_CONCURRENCY, Mode, PixelFormat, Scale, Seconds, SoundSettings, VideoCodec,
};
use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How many workers render at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Concurrency {
    /// This many, though never more than there are chunks.
    Fixed(u32),
    /// As many as the machine's cores and memory carry and the number of frames justifies.
    Auto,
}

impl Default for Concurrency {
    fn default() -> Concurrency {
        Concurrency::Fixed(1)
    }
}

impl FromStr for Concurrency {
    type Err = crate::RunnerError;

    /// Reads `auto` or a number from 1 to [`MAX_CONCURRENCY`].
    fn from_str(text: &str) -> Result<Concurrency, crate::RunnerError> {
        if text == "auto" {
            return Ok(Concurrency::Auto);
        }
        let number = text.parse().ok().filter(|n| (1..=MAX_CONCURRENCY).contains(n));
        let refused = || crate::RunnerError::Concurrency { given: format!("{text:?}") };
        number.map(Concurrency::Fixed).ok_or_else(refused)
    }
}

impl fmt::Display for Concurrency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Concurrency::Fixed(n) => write!(f, "{n}"),
            Concurrency::Auto => f.write_str("auto"),
        }
    }
}

/// How a worker process is started. `--index N --scratch DIR` is appended, and maybe `--profile DIR`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkerCommand {
    /// The program; looked up in `PATH` when it is a bare name.
    pub program: PathBuf,
    /// Its first arguments.
    pub args: Vec<String>,
}

impl Default for WorkerCommand {
    fn default() -> WorkerCommand {
        WorkerCommand { program: "helios".into(), args: vec!["worker".to_owned()] }
    }
}

/// Called with every event, in order, from the task that runs the render. It must not block.
pub type Observer = Arc<dyn Fn(&Event) + Send + Sync>;

/// Called with the index of a chunk that is in its place and has its manifest, from a thread beside the render. It must not block.
pub type OnRecorded = Arc<dyn Fn(u32) + Send + Sync>;

/// Called with the progress of the whole render, from 0 to 1, whenever it has grown.
pub type OnProgress = Arc<dyn Fn(f64) + Send + Sync>;

/// The settings of one render. `None` means: what the page declares, or else a default.
///
/// ```
/// use helios_runner::{Concurrency, RenderOptions};
/// let options = RenderOptions { concurrency: Concurrency::Auto, width: Some(1280), ..Default::default() };
/// assert_eq!(options.retries, 2);
/// ```
#[derive(Clone)]
pub struct RenderOptions {
    /// Width in pixels. Default: the page's, or 1920.
    pub width: Option<u32>,
    /// Height in pixels. Default: the page's, or 1080.
    pub height: Option<u32>,
    /// Frame rate. Default: the page's, or 30.
    pub fps: Option<Fps>,
    /// Length of the whole composition. Default: the page's.
    pub duration: Option<Seconds>,
    /// First frame to render (for a merge: of the job). Default: 0.
    pub start_frame: Option<u32>,
    /// Number of frames to render (for a merge: of the job). Default: all from the first.
    pub frame_count: Option<u32>,
    /// CRF. Default: the codec's.
    pub quality: Option<u8>,
    /// Encoder preset. Default: the codec's.
    pub preset: Option<String>,
    /// How pixels are stored. Default: the codec's usual way, or what `alpha` and `color_space` need.
    pub pixel_format: Option<PixelFormat>,
    /// Whether the page has nothing behind it, instead of white, and the output keeps that.
    pub alpha: bool,
    /// What the output's numbers mean. Default: BT.709, or sRGB where pixels are stored as they are.
    pub color_space: Option<ColorSpace>,
    /// Mean bit rate, instead of a constant quality.
    pub video_bitrate: Option<BitRate>,
    /// Highest bit rate.
    pub max_rate: Option<BitRate>,
    /// Longest distance between key frames, in frames. Default: two seconds.
    pub gop: Option<u32>,
    /// The hardware to encode with, one that works. Default: software.
    pub hardware: Option<HardwareEncoder>,
    /// Pixels of the output for each pixel of the page's layout. Default: 1.
    pub scale: Option<Scale>,
    /// Title, author and the like, by FFmpeg's names.
    pub metadata: BTreeMap<String, String>,
    /// A SubRip or WebVTT file.
    pub captions: Option<PathBuf>,
    /// What becomes of the captions. Default: they are drawn into the picture.
    pub caption_mode: Option<CaptionMode>,
    /// The language of their track: three letters. Default: none is named.
    pub caption_language: Option<String>,
    /// How often an animated picture plays; 0 is for ever, the default.
    pub plays: Option<u16>,
    /// A folder with the only fonts that there are besides the page's own. Default: those of the machine.
    pub fonts: Option<PathBuf>,
    /// What becomes the picture. Default: the page.
    pub mode: Option<Mode>,
    /// Default: by the output's extension.
    pub video_codec: Option<VideoCodec>,
    /// Default: by the output's extension.
    pub audio_codec: Option<AudioCodec>,
    /// What is heard beside the page, and whether anything is.
    pub sound: SoundSettings,
    /// Values for `helios.props`: a JSON object.
    pub props: Option<serde_json::Value>,
    /// Which tool the page was made for. Default: what it is found to be.
    pub contract: Option<Contract>,
    /// Which composition of the page, where it has several.
    pub composition: Option<String>,
    /// Seed of the page's random numbers. Default: 0.
    pub seed: Option<u32>,
    /// `Date.now()` at frame 0. Default: [`helios_job::DEFAULT_EPOCH_MS`].
    pub epoch_ms: Option<i64>,
    /// Where frames come from. Default: the fastest way that works.
    pub capture: Option<CaptureKind>,
    /// Longest wait for the page, and for one frame. Default: 30 s.
    pub timeout: Option<Seconds>,
    /// Whether an error that the page does not catch ends the render.
    pub strict: bool,
    /// The job that the output is a chunk of, for its manifest; for a merge, the job that all chunks must belong to.
    pub job_id: Option<String>,
    /// The index of that chunk. With it and the job's id, the output gets a manifest beside it.
    pub chunk: Option<u32>,
    /// The frames of that job.
    pub job_frames: Option<FrameRange>,
    /// How many workers render at once.
    pub concurrency: Concurrency,
    /// Chunks of this many frames, instead of one chunk per worker.
    pub chunk_frames: Option<u32>,
    /// Whether the report is to say when what was done, frame by frame ([`crate::Profile::chrome_trace`]).
    pub trace: bool,
    /// A folder that gets a small picture of each worker's newest frame now and then ([`Event::Preview`]).
    pub preview: Option<PathBuf>,
    /// Whether an existing output may be replaced. It is replaced at the very end.
    pub overwrite: bool,
    /// Whether to go on from the chunks that an earlier run of the same job has left.
    pub resume: bool,
    /// Whether finished chunks of a render that fails or is cancelled are left for [`RenderOptions::resume`].
    pub resumable: bool,
    /// Whether the chunks are left when the output is there.
    pub keep_chunks: bool,
    /// Where files are that jobs and manifests name by the paths of other machines.
    pub path_map: Vec<PathMap>,
    /// How many more attempts a chunk gets after the first.
    pub retries: u32,
    /// What makes pages of inputs that are none. Default: inputs are pages.
    pub pages: Option<Arc<dyn Pages>>,
    /// How workers are started.
    pub worker: WorkerCommand,
    /// Workers that an earlier render has left, and that stay for a later one. Default: they end with the render.
    pub crew: Option<Crew>,
    /// Sees every event.
    pub observer: Option<Observer>,
    /// Sees the one progress value.
    pub on_progress: Option<OnProgress>,
    /// Sees which chunks are recorded, as soon as they are. Those that were there before are not told of.
    pub on_recorded: Option<OnRecorded>,
    /// Cancelling this ends the render, its processes and its files, within two seconds.
    pub cancel: CancellationToken,
    /// A worker that has said nothing for its `timeout` and this much more is taken for dead.
    pub stall_margin: Duration,
    /// What [`Concurrency::Auto`] goes by. Default: the machine this runs on.
    pub machine: Option<Machine>,
}

impl Default for RenderOptions {
    fn default() -> RenderOptions {
        RenderOptions {
            width: None,
            height: None,
            fps: None,
            duration: None,
            start_frame: None,
            frame_count: None,
            quality: None,
            preset: None,
            pixel_format: None,
            alpha: false,
            color_space: None,
            video_bitrate: None,
            max_rate: None,
            gop: None,
            hardware: None,
            scale: None,
            metadata: BTreeMap::new(),
            captions: None,
            caption_mode: None,
            caption_language: None,
            plays: None,
            fonts: None,
            mode: None,
            video_codec: None,
            audio_codec: None,
            sound: SoundSettings::default(),
            props: None,
            contract: None,
            composition: None,
            seed: None,
            epoch_ms: None,
            capture: None,
            timeout: None,
            strict: false,
            job_id: None,
            chunk: None,
            job_frames: None,
            concurrency: Concurrency::default(),
            chunk_frames: None,
            trace: false,
            preview: None,
            overwrite: false,
            resume: false,
            resumable: false,
            keep_chunks: false,
            path_map: Vec::new(),
            retries: 2,
            pages: None,
            worker: WorkerCommand::default(),
            crew: None,
            observer: None,
            on_progress: None,
            on_recorded: None,
            cancel: CancellationToken::new(),
            stall_margin: Duration::from_secs(30),
            machine: None,
        }
    }
}

impl RenderOptions {
    /// Whether these options make sense for this output, as far as that can be said without the page. A render checks it by
    /// itself; this is for telling it earlier.
    ///
    /// # Errors
    /// [`crate::RunnerError`] for what does not go together.
    pub fn check(&self, output: &std::path::Path) -> Result<(), crate::RunnerError> {
        crate::settings::check(self, output)
    }
}
