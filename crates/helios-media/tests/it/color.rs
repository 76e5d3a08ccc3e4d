//! Colours as they come back from a file.

use crate::support::{self, encode, settings, solid};
use helios_job::{ColorSpace, PixelFormat, VideoCodec};

/// Decodes the first frame to RGB with the matrix and range said aloud, and returns its middle pixel.
fn middle(path: &std::path::Path, matrix: &str, width: usize, height: usize) -> [u8; 3] {
    let filter = if matrix == "gbr" {
        "null".to_owned()
    } else {
        format!(
            "scale=in_color_matrix={matrix}:in_range=tv:out_range=pc:flags=accurate_rnd+full_chroma_int+full_chroma_inp"
        )
    };
    let rgb = support::run(
        "ffmpeg",
        &[
            "-v",
            "error",
            "-i",
            &support::url(path),
            "-frames:v",
            "1",
            "-vf",
            &filter,
            "-f",
            "rawvideo",
            "-pix_fmt",
            "rgb24",
            "-",
        ],
    );
    let at = (height / 2 * width + width / 2) * 3;
    [rgb[at], rgb[at + 1], rgb[at + 2]]
}

#[tokio::test]
async fn colours_come_back_within_two_levels() {
    let folder = tempfile::tempdir().unwrap();
    let colors = [
        [0, 0, 0],
        [255, 255, 255],
        [255, 0, 0],
        [0, 255, 0],
        [0, 0, 255],
        [255, 255, 0],
        [18, 52, 86],
        [200, 120, 40],
        [127, 127, 127],
        [250, 128, 114],
    ];
    for codec in [VideoCodec::H264, VideoCodec::H265, VideoCodec::Vp9, VideoCodec::Av1, VideoCodec::ProRes] {
        for color in colors {
            let path = folder.path().join("a.part");
            let mut settings = settings(codec, 64, 64, "25");
            // The conversion is under test, not the quantiser.
            settings.quality = codec.quality_range().map(|_| 4);
            if codec == VideoCodec::ProRes {
                settings.preset = "hq".to_owned();
            }
            encode(&settings, &path, [solid(color, 64, 64)]).await.unwrap();
            let found = middle(&path, "bt709", 64, 64);
            let far = color.iter().zip(found).any(|(want, have)| want.abs_diff(have) > 2);
            assert!(!far, "{codec}: {color:?} came back as {found:?}");
        }
    }
}

/// Every other way to store a colour, in one codec each: what comes back, and what the file says that it is.
#[tokio::test]
async fn every_space_and_depth_comes_back() {
    use ColorSpace::{Bt601, Bt709, Bt2020, Srgb};
    use PixelFormat::{Gbrp, Rgb24, Yuv420p, Yuv420p10, Yuv422p10, Yuv444p, Yuv444p10};
    use VideoCodec::{Av1, Ffv1, H264, H265, ProRes, Vp9};
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.part");
    for (codec, format, space, matrix, tag) in [
        (H264, Yuv420p, Bt601, "bt601", "smpte170m"),
        (H264, Yuv444p10, Bt709, "bt709", "bt709"),
        (H264, Gbrp, Srgb, "gbr", "gbr"),
        (H265, Yuv420p10, Bt709, "bt709", "bt709"),
        (H265, Yuv420p10, Bt2020, "bt2020", "bt2020nc"),
        (H265, Gbrp, Srgb, "gbr", "gbr"),
        (Vp9, Yuv444p, Bt709, "bt709", "bt709"),
        (Vp9, Gbrp, Srgb, "gbr", "gbr"),
        (Av1, Yuv420p10, Bt709, "bt709", "bt709"),
        (ProRes, Yuv422p10, Bt2020, "bt2020", "bt2020nc"),
        (Ffv1, Rgb24, Srgb, "gbr", ""),
    ] {
        for color in [[255, 0, 0], [18, 52, 86], [200, 120, 40]] {
            let mut settings = settings(codec, 64, 64, "25");
            settings.quality = codec.quality_range().map(|_| 4);
            (settings.pixel_format, settings.color_space) = (format, space);
            encode(&settings, &path, [solid(color, 64, 64)]).await.unwrap();
            let meant = if space == Bt2020 { wider(color) } else { color };
            let found = middle(&path, matrix, 64, 64);
            let far = meant.iter().zip(found).any(|(want, have)| want.abs_diff(have) > 2);
            assert!(!far, "{codec} {format} {space}: {color:?} came back as {found:?} instead of {meant:?}");
        }
        let info = support::ffmpeg().probe(&path).await.unwrap();
        let shown = info.picture().unwrap().color.space.clone().unwrap_or_default();
        assert!(shown == tag || tag.is_empty(), "{codec} {format} {space} is tagged {shown:?}");
    }
}

/// A colour of BT.709 in the primaries of BT.2020, by the formulas of ITU-R BT.2087 in floating point.
fn wider(color: [u8; 3]) -> [u8; 3] {
    let linear = color.map(|level| {
        let coded = f64::from(level) / 255.0;
        if coded <= 0.04045 { coded / 12.92 } else { ((coded + 0.055) / 1.055).powf(2.4) }
    });
    let matrix = [[0.6274, 0.3293, 0.0433], [0.0691, 0.9195, 0.0114], [0.0164, 0.0880, 0.8956]];
    matrix.map(|row| {
        let light: f64 = row.iter().zip(linear).map(|(a, b)| a * b).sum();
        let coded = if light <= 0.0031308 { 12.92 * light } else { 1.055 * light.powf(1.0 / 2.4) - 0.055 };
        (coded * 255.0).round() as u8
    })
}
