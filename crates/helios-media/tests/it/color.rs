//! Colours as they come back from a file.

use crate::support::{self, encode, settings, solid};
use helios_job::VideoCodec;

/// Decodes the first frame to RGB with the matrix and range said aloud, and returns its middle pixel.
fn middle(path: &std::path::Path, width: usize, height: usize) -> [u8; 3] {
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
            "scale=in_color_matrix=bt709:in_range=tv:out_range=pc:flags=accurate_rnd+full_chroma_int+full_chroma_inp",
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
            let found = middle(&path, 64, 64);
            let far = color.iter().zip(found).any(|(want, have)| want.abs_diff(have) > 2);
            assert!(!far, "{codec}: {color:?} came back as {found:?}");
        }
    }
}
