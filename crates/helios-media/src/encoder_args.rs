//! FFmpeg's arguments for one encode. Text only; nothing is started here.
//!
//! The rule behind every choice: the same frames and settings give the same bytes, whatever the machine, its core count and
//! the time of day. So threads are pinned, encoder and creation-time metadata are left out (`bitexact`), and nothing is
//! left to a default that looks at the machine.

use crate::EncodeSettings;
use crate::timing::Grid;
use helios_job::{Container, VideoCodec};
use std::ffi::OsString;
use std::path::Path;

/// FFmpeg's name of the encoder for a codec.
pub(crate) fn encoder_name(codec: VideoCodec) -> &'static str {
    match codec {
        VideoCodec::H264 => "libx264",
        VideoCodec::H265 => "libx265",
        VideoCodec::Vp9 => "libvpx-vp9",
        VideoCodec::Av1 => "libsvtav1",
        VideoCodec::ProRes => "prores_ks",
    }
}

/// FFmpeg's name of the muxer for a container.
pub(crate) fn muxer_name(container: Container) -> &'static str {
    match container {
        Container::Mp4 => "mp4",
        Container::Mov => "mov",
        Container::Mkv => "matroska",
        Container::WebM => "webm",
    }
}

/// `file:PATH`: keeps a path that looks like an option, a URL or a pipe from being taken for one.
pub(crate) fn file_url(path: &Path) -> OsString {
    let mut url = OsString::from("file:");
    url.push(path);
    url
}

/// The whole argument list: raw frames on standard input, one file out.
pub(crate) fn encode(settings: &EncodeSettings, output: &Path) -> Vec<OsString> {
    let mut args = Args::default();
    args.words("-hide_banner -loglevel error -xerror -y");
    args.words("-f rawvideo");
    args.pair("-pix_fmt", settings.layout().pix_fmt());
    args.pair("-s:v", format!("{}x{}", settings.width, settings.height));
    args.pair("-framerate", settings.fps);
    // One thread reads and passes frames on; the encoder's own threads come below.
    args.words("-i pipe:0 -map 0:v:0 -filter_threads 1");
    // Generic options reach the encoder's headers, but prores_ks looks at the frames themselves.
    args.words("-vf setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709");
    args.words("-color_range tv -color_primaries bt709 -color_trc bt709 -colorspace bt709");
    args.pair("-pix_fmt", settings.layout().pix_fmt());
    // Every frame that comes in goes out, exactly once.
    args.words("-fps_mode passthrough");
    args.pair("-c:v", encoder_name(settings.codec));
    codec(&mut args, settings);
    args.pair("-threads", settings.threads);
    args.words("-map_metadata -1 -fflags +bitexact -flags:v +bitexact+cgop");
    muxer(&mut args, settings.container, Grid::new(settings.fps));
    args.0.push(file_url(output));
    args.0
}

/// The muxer's arguments, shared by encoding and merging.
pub(crate) fn muxer(args: &mut Args, container: Container, grid: Grid) {
    match container {
        Container::Mp4 | Container::Mov => {
            args.pair("-video_track_timescale", grid.timescale());
            // The edit list that hides the B-frame delay is written in movie ticks: with the default of 1000 per second
            // its length would be rounded to milliseconds.
            args.pair("-movie_timescale", grid.timescale());
        }
        // These store no decoding times, so the negative ones need no shift, which would move the first frame off 0.
        Container::Mkv | Container::WebM => args.words("-avoid_negative_ts disabled"),
    }
    args.pair("-f", muxer_name(container));
}

fn codec(args: &mut Args, settings: &EncodeSettings) {
    let EncodeSettings { preset, threads, gop, .. } = settings;
    let quality = settings.quality.or(settings.codec.default_quality()).unwrap_or_default();
    let mov_family = matches!(settings.container, Container::Mp4 | Container::Mov);
    match settings.codec {
        VideoCodec::H264 => {
            // CRF 0 is lossless, which the High profile does not have.
            args.pair("-profile:v", if quality == 0 { "high444" } else { "high" });
            args.words("-chroma_sample_location center");
            args.pair("-preset", preset);
            args.pair("-crf", quality);
            args.pair("-g", gop);
        }
        VideoCodec::H265 => {
            args.words("-profile:v main -chroma_sample_location center");
            args.pair("-preset", preset);
            args.pair("-crf", quality);
            args.pair("-g", gop);
            // x265 opens GOPs and takes every core unless told otherwise, and prints its settings to standard error.
            args.pair(
                "-x265-params",
                format!(
                    "open-gop=0:pools={threads}:frame-threads={}:log-level=error:info=0",
                    threads.min(&2)
                ),
            );
            if mov_family {
                // Apple's players refuse `hev1`.
                args.words("-tag:v hvc1");
            }
        }
        VideoCodec::Vp9 => {
            args.words("-b:v 0 -deadline good -row-mt 1 -tile-columns 2 -tile-rows 0 -frame-parallel 0");
            args.words("-auto-alt-ref 1 -lag-in-frames 25");
            args.pair("-cpu-used", preset);
            args.pair("-crf", quality);
            args.pair("-g", gop);
        }
        VideoCodec::Av1 => {
            args.pair("-preset", preset);
            args.pair("-crf", quality);
            args.pair("-g", gop);
            // `lp` is SVT-AV1's thread budget. FFmpeg's `-threads` does not reach it.
            args.pair("-svtav1-params", format!("lp={threads}"));
        }
        VideoCodec::ProRes => {
            args.pair("-profile:v", preset);
            // QuickTime decoders look at the vendor.
            args.words("-vendor apl0");
            if preset == "4444" {
                args.words("-alpha_bits 0");
            }
        }
    }
}

/// An argument list under construction.
#[derive(Default)]
pub(crate) struct Args(pub(crate) Vec<OsString>);

impl Args {
    /// Words without spaces in them.
    pub(crate) fn words(&mut self, words: &str) {
        self.0.extend(words.split(' ').map(OsString::from));
    }

    /// An option and its value.
    pub(crate) fn pair(&mut self, name: &str, value: impl ToString) {
        self.0.extend([OsString::from(name), OsString::from(value.to_string())]);
    }
}
