//! FFmpeg's arguments for one encode. Text only; nothing is started here.
//!
//! The rule behind every choice: the same frames and settings give the same bytes, whatever the machine, its core count and
//! the time of day. So threads are pinned, encoder and creation-time metadata are left out (`bitexact`), and nothing is
//! left to a default that looks at the machine.

use crate::EncodeSettings;
use crate::timing::Grid;
use helios_job::{ColorSpace, Container, HardwareEncoder, PixelFormat, VideoCodec};
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
        VideoCodec::Ffv1 => "ffv1",
        VideoCodec::Gif => "gif",
        VideoCodec::WebP => "libwebp_anim",
        VideoCodec::Apng => "apng",
        VideoCodec::Png => "png",
        VideoCodec::Jpeg => "mjpeg",
    }
}

/// The encoder for these settings: x264 has one of its own for red, green and blue.
fn encoder_for(settings: &EncodeSettings) -> &'static str {
    match (settings.codec, settings.pixel_format) {
        (codec, _) if let Some(encoder) = settings.hardware.and_then(|one| one.encoder(codec)) => encoder,
        (VideoCodec::H264, PixelFormat::Gbrp) => "libx264rgb",
        (codec, _) => encoder_name(codec),
    }
}

/// The first device that Linux has for drawing and encoding.
const VAAPI_DEVICE: &str = "/dev/dri/renderD128";

/// FFmpeg's name of the muxer for a container.
pub(crate) fn muxer_name(container: Container) -> &'static str {
    match container {
        Container::Mp4 => "mp4",
        Container::Mov => "mov",
        Container::Mkv => "matroska",
        Container::WebM => "webm",
        Container::Gif => "gif",
        Container::WebP => "webp",
        Container::Apng => "apng",
        Container::Png | Container::Jpeg => "image2",
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
    let vaapi = settings.hardware == Some(HardwareEncoder::Vaapi);
    if vaapi {
        args.pair("-vaapi_device", VAAPI_DEVICE);
    }
    args.words("-f rawvideo");
    args.pair("-pix_fmt", settings.layout().pix_fmt());
    args.pair("-s:v", format!("{}x{}", settings.width, settings.height));
    args.pair("-framerate", settings.fps);
    // One thread reads and passes frames on; the encoder's own threads come below.
    args.words("-i pipe:0 -map 0:v:0 -filter_threads 1");
    tags(&mut args, settings);
    if !vaapi {
        args.pair("-pix_fmt", stored(settings));
    }
    // Every frame that comes in goes out, exactly once.
    args.words("-fps_mode passthrough");
    args.pair("-c:v", encoder_for(settings));
    match settings.hardware {
        Some(hardware) => hardware_codec(&mut args, settings, hardware),
        None => codec(&mut args, settings),
    }
    args.pair("-threads", settings.threads);
    args.words("-map_metadata -1 -fflags +bitexact -flags:v");
    // Where every frame is a key frame, some encoders refuse to hear of groups.
    args.words(if settings.codec.is_intra() { "+bitexact" } else { "+bitexact+cgop" });
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
        // Pictures are written by other arguments (`animate`, `pictures`).
        Container::Gif | Container::WebP | Container::Apng | Container::Png | Container::Jpeg => {}
    }
    args.pair("-f", muxer_name(container));
}

/// What the pixels mean, in stream and container.
fn tags(args: &mut Args, settings: &EncodeSettings) {
    // JFIF is BT.601 in full range, which is what swscale does for this format when nothing else is said.
    if settings.codec == VideoCodec::Jpeg {
        return args.words("-sws_flags bicubic+accurate_rnd+full_chroma_int+full_chroma_inp+bitexact");
    }
    // A matrix over the primaries of BT.709 in every case but BT.2020, whose pixels were converted to its own.
    let (range, primaries, transfer, matrix) = match settings.color_space {
        ColorSpace::Bt709 => ("tv", "bt709", "bt709", "bt709"),
        ColorSpace::Bt601 => ("tv", "bt709", "bt709", "smpte170m"),
        ColorSpace::Bt2020 => ("tv", "bt2020", "bt2020-10", "bt2020nc"),
        ColorSpace::Srgb => ("pc", "bt709", "iec61966-2-1", "gbr"),
    };
    // Generic options reach the encoder's headers, but prores_ks looks at the frames themselves.
    // What VAAPI encodes must be in the device's memory.
    let upload = if settings.hardware == Some(HardwareEncoder::Vaapi) { ",format=nv12,hwupload" } else { "" };
    args.pair(
        "-vf",
        format!(
            "setparams=range={range}:color_primaries={primaries}:color_trc={transfer}:colorspace={matrix}{upload}"
        ),
    );
    args.pair("-color_range", range);
    args.pair("-color_primaries", primaries);
    args.pair("-color_trc", transfer);
    // The same matrix has another name here.
    args.pair("-colorspace", if matrix == "gbr" { "rgb" } else { matrix });
}

/// FFmpeg's name of the format that the encoder is to store. Where it is not what we feed it with, FFmpeg moves bytes about.
fn stored(settings: &EncodeSettings) -> &'static str {
    match (settings.codec, settings.pixel_format) {
        (VideoCodec::H264, PixelFormat::Gbrp) | (VideoCodec::Ffv1, PixelFormat::Rgb24) => "bgr0",
        (VideoCodec::Ffv1, PixelFormat::Rgba) => "bgra",
        (VideoCodec::Jpeg, PixelFormat::Yuv420p) => "yuvj420p",
        (VideoCodec::Jpeg, PixelFormat::Yuv422p) => "yuvj422p",
        (VideoCodec::Jpeg, _) => "yuvj444p",
        (_, format) => format.name(),
    }
}

fn codec(args: &mut Args, settings: &EncodeSettings) {
    let EncodeSettings { preset, threads, gop, pixel_format, .. } = settings;
    let quality = settings.quality.or(settings.codec.default_quality()).unwrap_or_default();
    let mov_family = matches!(settings.container, Container::Mp4 | Container::Mov);
    // Chroma of a block of four lies in its middle.
    let centred = |args: &mut Args| {
        if pixel_format.subsampling() == (2, 2) {
            args.words("-chroma_sample_location center");
        }
    };
    match settings.codec {
        VideoCodec::H264 => {
            if *pixel_format == PixelFormat::Yuv420p {
                // CRF 0 is lossless, which the High profile does not have.
                let lossless = quality == 0 && settings.video_bitrate.is_none();
                args.pair("-profile:v", if lossless { "high444" } else { "high" });
            }
            centred(args);
            args.pair("-preset", preset);
            rate(args, settings, quality);
            args.pair("-g", gop);
        }
        VideoCodec::H265 => {
            if *pixel_format == PixelFormat::Yuv420p {
                args.words("-profile:v main");
            }
            centred(args);
            args.pair("-preset", preset);
            rate(args, settings, quality);
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
            args.words("-deadline good -row-mt 1 -tile-columns 2 -tile-rows 0 -frame-parallel 0");
            // Frames that are not shown have no place for transparency.
            args.words(if pixel_format.has_alpha() { "-auto-alt-ref 0" } else { "-auto-alt-ref 1" });
            args.words("-lag-in-frames 25");
            args.pair("-cpu-used", preset);
            rate(args, settings, quality);
            args.pair("-g", gop);
        }
        VideoCodec::Av1 => {
            args.pair("-preset", preset);
            rate(args, settings, quality);
            args.pair("-g", gop);
            // `lp` is SVT-AV1's thread budget. FFmpeg's `-threads` does not reach it.
            args.pair("-svtav1-params", format!("lp={threads}"));
        }
        VideoCodec::ProRes => {
            args.pair("-profile:v", preset);
            // QuickTime decoders look at the vendor.
            args.words("-vendor apl0");
            if preset == "4444" {
                args.words(if pixel_format.has_alpha() { "-alpha_bits 16" } else { "-alpha_bits 0" });
            }
        }
        VideoCodec::Ffv1 => args.words("-level 3 -coder 1 -context 0 -g 1 -slices 4 -slicecrc 1"),
        VideoCodec::Png => args.words("-pred mixed"),
        VideoCodec::Jpeg => args.pair("-q:v", quality),
        // Made of chunks with another codec (`animate`).
        VideoCodec::Gif | VideoCodec::WebP | VideoCodec::Apng => {}
    }
}

/// The scale of `--quality` is x264's; hardware has scales of its own, which begin and end elsewhere, and no preset of ours.
/// Frames refer to earlier ones only, so that a chunk ends with its last frame.
fn hardware_codec(args: &mut Args, settings: &EncodeSettings, hardware: HardwareEncoder) {
    let quality = settings.quality.or(settings.codec.default_quality()).unwrap_or_default();
    let hevc = settings.codec == VideoCodec::H265;
    args.words(if hevc { "-profile:v main" } else { "-profile:v high" });
    args.words("-bf 0");
    args.pair("-g", settings.gop);
    match (hardware, settings.video_bitrate) {
        (HardwareEncoder::Nvenc, None) => {
            args.words("-rc vbr -b:v 0");
            args.pair("-cq", quality);
        }
        (HardwareEncoder::Vaapi, None) => {
            args.words("-rc_mode CQP");
            args.pair("-qp", quality.max(1));
        }
        // From 1 to 100, higher is better.
        (HardwareEncoder::VideoToolbox, None) => args.pair("-q:v", 100 - u32::from(quality) * 99 / 51),
        (_, Some(rate)) => args.pair("-b:v", rate.0),
    }
    if let Some(rate) = settings.max_rate {
        args.pair("-maxrate", rate.0);
        args.pair("-bufsize", 2 * rate.0);
    }
    if hardware == HardwareEncoder::Nvenc {
        // Key frames that nothing before them is needed for, where they are due and nowhere else.
        args.words("-forced-idr 1 -strict_gop 1");
    }
    if hevc && matches!(settings.container, Container::Mp4 | Container::Mov) {
        args.words("-tag:v hvc1");
    }
}

/// Constant quality or a mean bit rate, and the highest bit rate, held over two seconds.
fn rate(args: &mut Args, settings: &EncodeSettings, quality: u8) {
    match (settings.video_bitrate, settings.codec) {
        (Some(rate), _) => args.pair("-b:v", rate.0),
        (None, VideoCodec::Vp9) => {
            // Without it, CRF is but a limit to the bit rate that libvpx thinks is usual.
            args.pair("-b:v", settings.max_rate.map_or(0, |rate| rate.0));
            args.pair("-crf", quality);
        }
        (None, _) => args.pair("-crf", quality),
    }
    if let Some(rate) = settings.max_rate {
        args.pair("-maxrate", rate.0);
        args.pair("-bufsize", 2 * rate.0);
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
