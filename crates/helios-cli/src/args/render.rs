//! The arguments of `helios render`.

use super::{
    BrowserArgs, LookArgs, PageArgs, PictureArgs, ReplaceArgs, SoundArgs, StrictArgs, TalkArgs, WholeArgs,
};
use clap::Args;
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  helios render page.html                    size, rate and length as the page declares
  helios render examples/css-title -o title.mp4 --concurrency auto
  helios render https://example.com --duration 5s --width 1280 --height 720
  helios render page.html --props '{\"name\":\"Ada\"}' -o ada.webm
  helios render page.html -o sticker.webm --alpha
  helios render page.html -o frames/%05d.png --scale 2
  helios render page.html --captions talk.srt --caption-mode track
  helios render page.html --emit-job job.json --concurrency 8";

/// Arguments of `helios render`, as typed.
///
/// Values that begin with a dash are let through (`allow_hyphen_values`): `--concurrency -1` is answered by our own
/// message, which says what is allowed.
#[derive(Debug, Default, Args)]
#[command(after_help = EXAMPLES)]
pub struct RenderArgs {
    /// HTML file, folder, component such as Title.tsx, or http(s) URL.
    pub input: String,

    /// File to write; its extension picks the format: .mp4, .mov, .mkv, .webm, .gif, .webp, .apng; pictures such as
    /// frames/%05d.png (.jpg); sound alone .wav, .flac, .mp3, .m4a, .aac, .opus.
    #[arg(short, long, value_name = "FILE", default_value = "output.mp4", help_heading = "Output")]
    pub output: PathBuf,
    /// What becomes of an older output.
    #[command(flatten)]
    pub replace: ReplaceArgs,
    /// Write one hash per frame to FILE (- for standard output).
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub frame_hashes: Option<PathBuf>,
    /// Say at the end where the time went, and what would make it faster.
    #[arg(long, conflicts_with = "emit_job", help_heading = "Output")]
    pub profile: bool,
    /// Write when what was done, frame by frame, to FILE: for chrome://tracing or ui.perfetto.dev.
    #[arg(long, value_name = "FILE", conflicts_with = "emit_job", help_heading = "Output")]
    pub trace: Option<PathBuf>,
    /// Write the job as JSON to FILE (- for standard output) instead of rendering.
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub emit_job: Option<PathBuf>,

    /// Write the job to the new folder FILE, with the page and all else that it needs: for other machines.
    #[arg(long, requires = "emit_job", help_heading = "Output")]
    pub bundle: bool,

    /// The job that this render is a chunk of: leaves a manifest beside the output (job commands set it).
    #[arg(
        long,
        value_name = "ID",
        allow_hyphen_values = true,
        requires = "chunk",
        conflicts_with = "emit_job",
        help_heading = "Output"
    )]
    pub job_id: Option<String>,
    /// Index of the chunk in its job.
    #[arg(long, value_name = "N", allow_hyphen_values = true, requires = "job_id", help_heading = "Output")]
    pub chunk: Option<String>,
    /// The frames of its job, as FIRST-LAST.
    #[arg(
        long,
        value_name = "FRAMES",
        allow_hyphen_values = true,
        requires = "job_id",
        help_heading = "Output"
    )]
    pub job_frames: Option<String>,

    /// Size and time of the composition.
    #[command(flatten)]
    pub picture: PictureArgs,
    /// How it is drawn.
    #[command(flatten)]
    pub look: LookArgs,
    /// First frame to render, from 0 [default: 0].
    #[arg(long, value_name = "N", allow_hyphen_values = true, help_heading = "Picture and time")]
    pub start_frame: Option<String>,
    /// Number of frames to render [default: all from the first].
    #[arg(long, value_name = "N", allow_hyphen_values = true, help_heading = "Picture and time")]
    pub frame_count: Option<String>,

    /// h264, h265, vp9, av1, prores or ffv1 (lossless) [default: h264; vp9 for .webm].
    #[arg(long, value_name = "CODEC", allow_hyphen_values = true, help_heading = "Encoding")]
    pub video_codec: Option<String>,
    /// aac, opus, mp3 or pcm [default: aac; opus for .webm].
    #[arg(long, value_name = "CODEC", allow_hyphen_values = true, help_heading = "Encoding")]
    pub audio_codec: Option<String>,
    /// CRF, lower is better [default: h264 18, h265 22, vp9 28, av1 30, jpeg 2].
    #[arg(long, value_name = "CRF", allow_hyphen_values = true, help_heading = "Encoding")]
    pub quality: Option<String>,
    /// Encoder speed, or the ProRes profile [default: h264 veryfast, h265 fast, vp9 5, av1 8, prores hq]; .gif: sierra, bayer
    /// or none (dither); .webp: lossless, high, medium or low.
    #[arg(long, value_name = "NAME", allow_hyphen_values = true, help_heading = "Encoding")]
    pub preset: Option<String>,
    /// How pixels are stored: yuv420p, yuv422p10le, yuva420p, gbrp, ... [default: the codec's usual].
    #[arg(long, value_name = "FORMAT", allow_hyphen_values = true, help_heading = "Encoding")]
    pub pixel_format: Option<String>,
    /// What colours mean: bt709, bt601, bt2020 (10 bits) or srgb [default: bt709; pictures srgb].
    #[arg(long, value_name = "SPACE", allow_hyphen_values = true, help_heading = "Encoding")]
    pub color_space: Option<String>,
    /// Mean bits per second, such as 4M or 800k, instead of a constant quality.
    #[arg(long, value_name = "RATE", allow_hyphen_values = true, help_heading = "Encoding")]
    pub video_bitrate: Option<String>,
    /// Highest bits per second, over two seconds.
    #[arg(long, value_name = "RATE", allow_hyphen_values = true, help_heading = "Encoding")]
    pub max_rate: Option<String>,
    /// Longest distance between key frames, in frames [default: two seconds].
    #[arg(long, value_name = "FRAMES", allow_hyphen_values = true, help_heading = "Encoding")]
    pub gop: Option<String>,
    /// off (the same bytes everywhere), auto, require, or one of nvenc, vaapi and videotoolbox [default: off].
    #[arg(long, value_name = "WHICH", allow_hyphen_values = true, help_heading = "Encoding")]
    pub hardware_acceleration: Option<String>,
    /// What goes into the file besides.
    #[command(flatten)]
    pub whole: WholeArgs,
    /// What is heard.
    #[command(flatten)]
    pub sound: SoundArgs,
    /// What the page is told.
    #[command(flatten)]
    pub page: PageArgs,
    /// What is made of its errors.
    #[command(flatten)]
    pub strict: StrictArgs,

    /// Number of workers, or auto for what this machine carries [default: 1].
    #[arg(long, value_name = "N", allow_hyphen_values = true, help_heading = "Work")]
    pub concurrency: Option<String>,
    /// Frames per chunk: the file then has the same bytes for every concurrency [default: all frames / workers].
    #[arg(long, value_name = "N", allow_hyphen_values = true, help_heading = "Work")]
    pub chunk_frames: Option<String>,
    /// Go on from the chunks that the same render has left when it failed or was stopped.
    #[arg(long, conflicts_with_all = ["emit_job", "job_id"], help_heading = "Work")]
    pub resume: bool,
    /// Keep the chunks when the output is there.
    #[arg(long, conflicts_with_all = ["emit_job", "job_id"], help_heading = "Work")]
    pub keep_chunks: bool,
    /// How often a failed chunk is tried again [default: 2].
    #[arg(long, value_name = "N", allow_hyphen_values = true, help_heading = "Work")]
    pub retries: Option<String>,
    /// The programs behind.
    #[command(flatten)]
    pub browser: BrowserArgs,

    /// How much is said.
    #[command(flatten)]
    pub talk: TalkArgs,
}
