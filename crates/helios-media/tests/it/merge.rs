//! Joins that work: counts, timestamps, pictures, names, sound.

use crate::encode::on_grid;
use crate::support::{self, chunk, ffmpeg, fps, frame_hashes, listing, order, settings};
use helios_job::{AudioCodec, VideoCodec};
use helios_media::{EncodeSettings, merge};
use std::path::{Path, PathBuf};
use tokio_util::sync::CancellationToken;

/// Chunks of the moving picture with the given lengths.
async fn chunks(folder: &Path, settings: &EncodeSettings, lengths: &[u64]) -> Vec<PathBuf> {
    let mut start = 0;
    let mut paths = Vec::new();
    for (index, length) in lengths.iter().enumerate() {
        let path = folder.join(format!("chunk_{index}.{}", settings.container));
        chunk(settings, &path, start, start + length).await;
        start += length;
        paths.push(path);
    }
    paths
}

async fn join(inputs: &[PathBuf], output: &Path) -> helios_media::Merged {
    merge(&ffmpeg(), &order(inputs, output), &CancellationToken::new()).await.unwrap()
}

#[tokio::test]
async fn joins_are_exact_for_every_codec_and_container() {
    let folder = tempfile::tempdir().unwrap();
    let pairs = [
        (VideoCodec::H264, "mp4"),
        (VideoCodec::H264, "mov"),
        (VideoCodec::H265, "mp4"),
        (VideoCodec::H265, "mov"),
        (VideoCodec::Vp9, "webm"),
        (VideoCodec::Vp9, "mp4"),
        (VideoCodec::Av1, "mp4"),
        (VideoCodec::Av1, "webm"),
        (VideoCodec::ProRes, "mov"),
        (VideoCodec::ProRes, "mkv"),
        (VideoCodec::H264, "mkv"),
    ];
    for (codec, extension) in pairs {
        let settings = settings(codec, 96, 64, "30000/1001");
        for lengths in [&[6][..], &[5, 1, 7, 2, 12, 1, 3]] {
            let inputs = chunks(folder.path(), &settings, lengths).await;
            let output = folder.path().join(format!("out.{extension}"));
            let merged = join(&inputs, &output).await;
            let total = lengths.iter().sum::<u64>();
            assert_eq!(u64::from(merged.frames), total, "{codec} {extension}");
            assert_eq!(merged.bytes, std::fs::metadata(&output).unwrap().len());
            let info = ffmpeg().probe(&output).await.unwrap();
            assert_eq!(info.start_time, Some(0.0), "{codec} {extension} {lengths:?}");
            assert_eq!(info.picture().unwrap().color.space.as_deref(), Some("bt709"), "{codec} {extension}");
            if matches!(extension, "mp4" | "mov") {
                on_grid(&output, "30000/1001", total as usize);
                assert_eq!(info.picture().unwrap().frame_rate, Some(fps("30000/1001")));
                if codec == VideoCodec::H265 {
                    assert_eq!(info.picture().unwrap().tag, "hvc1");
                }
            }
            if matches!(extension, "mkv" | "webm") {
                // Whole milliseconds are all that Matroska holds: every frame within one of its place, in file order or not.
                let mut times = support::packets(&output).into_iter().map(|(pts, _)| pts).collect::<Vec<_>>();
                times.sort_unstable();
                assert_eq!(times.len() as u64, total);
                for (frame, time) in times.iter().enumerate() {
                    let exact = frame as f64 * 1001.0 / 30.0;
                    assert!(
                        (*time as f64 - exact).abs() <= 1.0,
                        "{codec} {extension} frame {frame} at {time} ms"
                    );
                }
            }
            let separate = inputs.iter().flat_map(|input| frame_hashes(input)).collect::<Vec<_>>();
            assert_eq!(frame_hashes(&output), separate, "{codec} {extension} {lengths:?}: pictures changed");
        }
    }
}

/// The test that microsecond arithmetic fails: 200 seams at 30000/1001, with B-frames.
#[tokio::test]
async fn two_hundred_chunks_do_not_drift() {
    let folder = tempfile::tempdir().unwrap();
    let settings = settings(VideoCodec::H264, 64, 48, "30000/1001");
    // A few distinct chunks, used again and again: their bytes do not matter here, their seams do.
    let distinct = chunks(folder.path(), &settings, &[7, 5, 1, 11]).await;
    let inputs = (0..200).map(|index| distinct[index % 4].clone()).collect::<Vec<_>>();
    let output = folder.path().join("out.mp4");
    let merged = join(&inputs, &output).await;
    assert_eq!(merged.frames, 50 * 24);
    on_grid(&output, "30000/1001", 1200);
    assert!(
        support::packets(&output).iter().any(|(pts, dts)| pts != dts),
        "there are no B-frames to test with"
    );
    let decoded = frame_hashes(&output);
    assert_eq!(decoded.len(), 1200);
    assert_eq!(&decoded[..24], &decoded[1176..]);
}

#[tokio::test]
async fn odd_rates_stay_on_the_grid() {
    let folder = tempfile::tempdir().unwrap();
    for rate in ["24000/1001", "23", "1/2", "1000", "60"] {
        let settings = settings(VideoCodec::H264, 64, 48, rate);
        let inputs = chunks(folder.path(), &settings, &[7, 6, 5]).await;
        let output = folder.path().join("out.mp4");
        assert_eq!(join(&inputs, &output).await.frames, 18);
        on_grid(&output, rate, 18);
    }
}

#[tokio::test]
async fn equal_chunks_give_equal_files() {
    let folder = tempfile::tempdir().unwrap();
    let settings = settings(VideoCodec::H264, 64, 48, "30");
    let inputs = chunks(folder.path(), &settings, &[7, 6]).await;
    let (a, b) = (folder.path().join("a.mp4"), folder.path().join("b.mp4"));
    join(&inputs, &a).await;
    join(&inputs, &b).await;
    assert!(std::fs::read(a).unwrap() == std::fs::read(b).unwrap());
}

#[tokio::test]
async fn any_file_name_works() {
    let folder = tempfile::tempdir().unwrap();
    let settings = settings(VideoCodec::H264, 64, 48, "30");
    let plain = folder.path().join("plain.mov");
    chunk(&settings, &plain, 0, 4).await;
    let odd = [
        "it's.mov",
        "two  spaces .mov",
        "ünïcödé 火.mov",
        "-y.mov",
        "a:b.mov",
        "back\\slash.mov",
        "line\nbreak.mov",
        "%03d#?.mov",
        "'.mov",
    ];
    let mut inputs = Vec::new();
    for name in odd {
        let path = folder.path().join(name);
        std::fs::copy(&plain, &path).unwrap();
        // Alone as well: a single chunk takes another way.
        let output = folder.path().join(format!("alone {name}.mp4"));
        assert_eq!(join(std::slice::from_ref(&path), &output).await.frames, 4, "{name:?}");
        inputs.push(path);
    }
    let output = folder.path().join("it's an \n odd:name 火.mp4");
    assert_eq!(join(&inputs, &output).await.frames, 36);
    assert!(listing(folder.path()).iter().all(|name| !name.ends_with(".part")));
}

/// Gives a chunk a sound track: a tone of `samples` samples at 48 kHz.
fn with_tone(chunk: &Path, path: &Path, codec: &str, samples: u64) {
    let tone = format!("sine=frequency=440:sample_rate=48000,atrim=end_sample={samples}");
    support::run(
        "ffmpeg",
        &[
            "-v",
            "error",
            "-y",
            "-i",
            &support::url(chunk),
            "-f",
            "lavfi",
            "-i",
            &tone,
            "-map",
            "0:v",
            "-map",
            "1:a",
            "-c:v",
            "copy",
            "-c:a",
            codec,
            &support::url(path),
        ],
    );
}

/// Samples of the decoded sound.
fn samples(path: &Path) -> u64 {
    let pcm = support::run(
        "ffmpeg",
        &["-v", "error", "-i", &support::url(path), "-map", "0:a", "-f", "s16le", "-ac", "1", "-"],
    );
    pcm.len() as u64 / 2
}

#[tokio::test]
async fn sound_slices_are_joined_to_the_sample() {
    let folder = tempfile::tempdir().unwrap();
    let settings = settings(VideoCodec::H264, 64, 48, "30000/1001");
    let silent = chunks(folder.path(), &settings, &[7, 6, 5]).await;
    let mut inputs = Vec::new();
    let mut frame = 0;
    for (path, length) in silent.iter().zip([7, 6, 5]) {
        let at = |frame: u64| (frame * 48_000 * 1001 + 15_000) / 30_000;
        let sounding = path.with_extension("sound.mov");
        with_tone(path, &sounding, "pcm_s16le", at(frame + length) - at(frame));
        frame += length;
        inputs.push(sounding);
    }
    let total = 18 * 48_000 * 1001 / 30_000;
    for (extension, codec) in [("mov", "pcm_s16le"), ("mp4", "aac"), ("mkv", "pcm_s16le")] {
        let output = folder.path().join(format!("out.{extension}"));
        let mut order = order(&inputs, &output);
        // MP4 takes its usual codec; uncompressed sound in the output must be asked for.
        order.audio_codec = (codec == "pcm_s16le").then_some(AudioCodec::Pcm);
        let merged = merge(&ffmpeg(), &order, &CancellationToken::new()).await.unwrap();
        assert_eq!(merged.frames, 18);
        let info = ffmpeg().probe(&output).await.unwrap();
        assert_eq!(info.audio[0].codec, codec);
        if codec == "pcm_s16le" {
            assert!(
                samples(&output).abs_diff(total) <= 1,
                "{extension}: {} instead of {total}",
                samples(&output)
            );
        } else {
            // AAC comes in packets of 1024 samples; the edit list cuts the padding to within one.
            assert!(
                samples(&output).abs_diff(total) <= 1024,
                "{extension}: {} instead of {total}",
                samples(&output)
            );
        }
        if extension != "mkv" {
            on_grid(&output, "30000/1001", 18);
        }
    }
}

#[tokio::test]
async fn sound_that_fits_is_copied_and_pcm_becomes_opus_in_webm() {
    let folder = tempfile::tempdir().unwrap();
    let settings = settings(VideoCodec::Vp9, 64, 48, "25");
    let silent = chunks(folder.path(), &settings, &[10, 10]).await;
    let mut inputs = Vec::new();
    for path in &silent {
        let sounding = path.with_extension("mkv");
        with_tone(path, &sounding, "pcm_s16le", 19_200);
        inputs.push(sounding);
    }
    let output = folder.path().join("out.webm");
    join(&inputs, &output).await;
    assert_eq!(ffmpeg().probe(&output).await.unwrap().audio[0].codec, "opus");

    let mut inputs = Vec::new();
    for path in &silent {
        let sounding = path.with_extension("aac.mp4");
        with_tone(path, &sounding, "aac", 19_200);
        inputs.push(sounding);
    }
    let output = folder.path().join("out.mp4");
    join(&inputs, &output).await;
    assert_eq!(ffmpeg().probe(&output).await.unwrap().audio[0].codec, "aac");
    on_grid(&output, "25", 20);
    let output = folder.path().join("aac.webm");
    let error = merge(&ffmpeg(), &order(&inputs, &output), &CancellationToken::new()).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "merge: .webm cannot carry aac audio: use opus, pcm, or another output extension"
    );
}
