//! What the tests share: pictures, encodes, and reading files back. No assertions about Helios itself.

use helios_job::{Fps, MergeOrder, VideoCodec};
use helios_media::{DEFAULT_THREADS, EncodeSettings, Encoder, Ffmpeg, FrameConverter, MediaError};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Those of video files; the others are tested where they are made.
pub const CODECS: [VideoCodec; 5] =
    [VideoCodec::H264, VideoCodec::H265, VideoCodec::Vp9, VideoCodec::Av1, VideoCodec::ProRes];

pub fn ffmpeg() -> Ffmpeg {
    Ffmpeg::find(None).expect("the tests need ffmpeg and ffprobe on PATH")
}

pub fn fps(text: &str) -> Fps {
    text.parse().unwrap()
}

/// Settings as for a chunk, at the fastest preset.
pub fn settings(codec: VideoCodec, width: u32, height: u32, rate: &str) -> EncodeSettings {
    let preset = match codec {
        VideoCodec::H264 => "veryfast",
        VideoCodec::H265 => "ultrafast",
        VideoCodec::Vp9 => "8",
        VideoCodec::Av1 => "12",
        VideoCodec::ProRes => "proxy",
        _ => "",
    };
    let pixel_format = codec.pixel_formats()[0];
    EncodeSettings {
        width,
        height,
        fps: fps(rate),
        codec,
        quality: None,
        preset: preset.to_owned(),
        pixel_format,
        color_space: codec.default_color_space(pixel_format),
        video_bitrate: None,
        max_rate: None,
        container: codec.chunk_container(pixel_format),
        threads: DEFAULT_THREADS,
        gop: EncodeSettings::default_gop(fps(rate)),
        hardware: None,
    }
}

/// A moving bar over a gradient: frame `n` differs from every other, and is cheap to encode.
pub fn picture(n: u64, width: u32, height: u32) -> Vec<u8> {
    let bar = (n * 5 % u64::from(width)) as u32;
    let mut bgra = Vec::with_capacity((width * height * 4) as usize);
    for y in 0..height {
        for x in 0..width {
            let lit = x.abs_diff(bar) < 6;
            let shade = (x * 160 / width + y * 64 / height) as u8;
            bgra.extend(if lit { [40, 220, 250, 255] } else { [shade + 20, shade, 200 - shade / 2, 255] });
        }
    }
    bgra
}

pub fn solid(color: [u8; 3], width: u32, height: u32) -> Vec<u8> {
    let [r, g, b] = color;
    [b, g, r, 255].repeat((width * height) as usize)
}

/// Encodes the given BGRA frames.
pub async fn encode(
    settings: &EncodeSettings,
    path: &Path,
    frames: impl IntoIterator<Item = Vec<u8>>,
) -> Result<u64, MediaError> {
    let converter = FrameConverter::new(settings.layout(), settings.width, settings.height)?;
    let converter = converter.into_space(settings.color_space);
    let mut encoder = Encoder::start(&ffmpeg(), settings, path).await?;
    let mut planes = Vec::new();
    for frame in frames {
        converter.convert(&frame, settings.width as usize * 4, &mut planes)?;
        encoder.write(&planes).await?;
    }
    encoder.finish().await
}

/// Encodes frames `from..to` of the moving picture.
pub async fn chunk(settings: &EncodeSettings, path: &Path, from: u64, to: u64) {
    let frames = (from..to).map(|n| picture(n, settings.width, settings.height));
    let written = encode(settings, path, frames).await.unwrap();
    assert_eq!(written, to - from);
}

pub fn order(inputs: &[PathBuf], output: &Path) -> MergeOrder {
    MergeOrder { inputs: inputs.to_vec(), output: output.to_owned(), ..MergeOrder::default() }
}

/// Runs a tool and returns its standard output.
pub fn run(program: &str, args: &[&str]) -> Vec<u8> {
    let output = Command::new(program).args(args).output().unwrap();
    assert!(output.status.success(), "{program} {args:?}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// `(pts, dts)` of every video packet in file order, in ticks.
pub fn packets(path: &Path) -> Vec<(i64, i64)> {
    let text = run(
        "ffprobe",
        &[
            "-v",
            "error",
            "-select_streams",
            "v:0",
            "-show_entries",
            "packet=pts,dts",
            "-of",
            "csv=p=0",
            &url(path),
        ],
    );
    String::from_utf8(text)
        .unwrap()
        .lines()
        .map(|line| {
            let mut fields = line.split(',').map(|field| field.parse().unwrap_or(i64::MIN));
            (fields.next().unwrap(), fields.next().unwrap())
        })
        .collect()
}

/// One hash per decoded frame, with its time: `pts, hash`.
pub fn frame_hashes(path: &Path) -> Vec<String> {
    let text = run("ffmpeg", &["-v", "error", "-i", &url(path), "-map", "0:v", "-f", "framemd5", "-"]);
    let text = String::from_utf8(text).unwrap();
    text.lines()
        .filter(|line| !line.starts_with('#'))
        .map(|l| l.rsplit(',').next().unwrap().trim().to_owned())
        .collect()
}

pub fn url(path: &Path) -> String {
    format!("file:{}", path.to_str().unwrap())
}

/// Names in a folder, sorted.
pub fn listing(folder: &Path) -> Vec<String> {
    let mut names = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect::<Vec<_>>();
    names.sort();
    names
}
