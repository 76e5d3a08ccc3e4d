//! Whether chunks can be joined: all there, all whole, all alike. Every chunk that is not is named, all of them at once.

use crate::merge::Chunks;
use crate::timing::Grid;
use crate::{Ffmpeg, MediaError, MediaInfo, Result, VideoStream};
use helios_job::{AudioCodec, Container, Fps, MergeOrder, VideoCodec};
use std::path::Path;
use tokio::task::JoinSet;

/// Probes at a time: enough to keep the cores of a small machine busy and short enough in memory everywhere.
const PROBES: usize = 4;

/// Probes every chunk and compares it with the first.
pub(crate) async fn inspect(ffmpeg: &Ffmpeg, order: &MergeOrder, container: Container) -> Result<Chunks> {
    let total = order.inputs.len();
    let probed = probe_all(ffmpeg, order).await?;
    let mut infos = Vec::with_capacity(total);
    let mut problems = Vec::new();
    let wanted = order.chunk_frames.iter().copied().chain(std::iter::repeat(None));
    for ((path, info), wanted) in order.inputs.iter().zip(probed).zip(wanted) {
        match info {
            Ok(info) if wanted.is_some_and(|wanted| u64::from(wanted) != packets(&info)) => {
                let (has, wanted) = (packets(&info), wanted.unwrap_or_default());
                problems.push(format!("{}: it has {has} frames instead of {wanted}", path.display()));
            }
            Ok(info) if info.picture().is_some_and(|video| video.packets > 0) => infos.push((path, info)),
            Ok(_) => problems.push(format!("{}: it has no video frames", path.display())),
            Err(MediaError::Unreadable { why, .. }) => problems.push(format!("{}: {why}", path.display())),
            Err(error) => return Err(error),
        }
    }
    if !problems.is_empty() {
        return Err(MediaError::BadChunks { problems, total });
    }
    let Some((first_path, first)) = infos.first() else {
        return Err(MediaError::Request("no chunks were given".to_owned()));
    };
    let Some(video) = first.picture() else {
        return Err(MediaError::Request("the chunks have no video".to_owned()));
    };
    let fps = order.fps.or(video.frame_rate).ok_or_else(|| {
        MediaError::Request(format!("{} does not say its frame rate; name it with --fps", name(first_path)))
    })?;
    for (path, info) in &infos {
        if let Some(what) = difference(info, first, first_path, fps, order.fps.is_some()) {
            problems.push(format!("{}: {what}", name(path)));
        }
    }
    if !problems.is_empty() {
        return Err(MediaError::Mismatch { problems, total });
    }
    let codec = codec(video, first_path)?;
    check_container(container, codec, order.audio_codec)?;
    let own_clock = Grid::on_clock(fps, video.time_base.1).filter(|_| video.time_base.0 == 1);
    let files = infos.iter().map(|(path, info)| ((*path).clone(), packets(info))).collect::<Vec<_>>();
    Ok(Chunks {
        frames: files.iter().map(|(_, frames)| frames).sum(),
        files,
        codec,
        delay: infos
            .iter()
            .filter_map(|(_, info)| info.picture())
            .map(|video| video.delay)
            .max()
            .unwrap_or(0),
        on_grid: own_clock.is_some(),
        grid: own_clock.unwrap_or(Grid::new(fps)),
        alpha: video.alpha,
        audio: first.audio.first().map(|audio| audio.codec.clone()),
    })
}

/// Whether chunks with this codec become a file of this kind.
fn check_container(container: Container, codec: VideoCodec, audio: Option<AudioCodec>) -> Result<()> {
    let made_of = container.default_video_codec().chunk_codec();
    if container.is_animation() && codec != made_of {
        return Err(MediaError::Request(format!(
            ".{container} is made of lossless chunks, {made_of}, and these are {codec}: render them with \
             --video-codec {made_of}, or use another output extension"
        )));
    }
    let codec = if container.is_animation() { container.default_video_codec() } else { codec };
    // An order names a codec for sound whether there is any or not.
    container.resolve(Some(codec), audio.filter(|_| !container.audio_codecs().is_empty()))?;
    Ok(())
}

/// The answers in the order of the inputs.
async fn probe_all(ffmpeg: &Ffmpeg, order: &MergeOrder) -> Result<Vec<Result<MediaInfo>>> {
    let mut answers: Vec<Option<Result<MediaInfo>>> = order.inputs.iter().map(|_| None).collect();
    let mut waiting = order.inputs.iter().cloned().enumerate();
    let mut running = JoinSet::new();
    loop {
        while running.len() < PROBES
            && let Some((index, path)) = waiting.next()
        {
            let ffmpeg = ffmpeg.clone();
            running.spawn(async move { (index, ffmpeg.probe(&path).await) });
        }
        match running.join_next().await {
            None => break,
            Some(Ok((index, answer))) => answers[index] = Some(answer),
            Some(Err(join)) => {
                return Err(MediaError::Request(format!("a probe ended unexpectedly: {join}")));
            }
        }
    }
    Ok(answers.into_iter().flatten().collect())
}

/// In what `info` differs from the first chunk, in words, or `None`.
fn difference(
    info: &MediaInfo,
    first: &MediaInfo,
    first_path: &Path,
    fps: Fps,
    fps_is_asked: bool,
) -> Option<String> {
    let (Some(video), Some(reference)) = (info.picture(), first.picture()) else {
        return Some("no video".to_owned());
    };
    let mut found = Vec::new();
    let mut compare = |mine: String, other: String| {
        if mine != other {
            found.push(format!("{mine}, but {} is {other}", name(first_path)));
        }
    };
    compare(size(video), size(reference));
    compare(video.codec.clone(), reference.codec.clone());
    compare(video.pix_fmt.clone(), reference.pix_fmt.clone());
    compare(transparency(video), transparency(reference));
    compare(sound(info), sound(first));
    if video.frame_rate.is_some_and(|rate| rate != fps) {
        let rate = video.frame_rate.map(|rate| rate.to_string()).unwrap_or_default();
        let whose = if fps_is_asked {
            "the output is to have".to_owned()
        } else {
            format!("{} has", name(first_path))
        };
        found.push(format!("{rate} fps, but {whose} {fps} fps"));
    }
    // A difference in headers alone: another profile, level or encoder version. A copy would not decode.
    if found.is_empty() && video.headers != reference.headers {
        found.push(format!("encoded with other settings than {}", name(first_path)));
    }
    (!found.is_empty()).then(|| found.join("; "))
}

fn size(video: &VideoStream) -> String {
    format!("{}x{}", video.width, video.height)
}

fn transparency(video: &VideoStream) -> String {
    if video.alpha { "with transparency" } else { "opaque" }.to_owned()
}

fn sound(info: &MediaInfo) -> String {
    if info.audio.is_empty() {
        return "without sound".to_owned();
    }
    let streams = info
        .audio
        .iter()
        .map(|audio| format!("{} {} Hz {} ch", audio.codec, audio.sample_rate, audio.channels));
    format!("with sound ({})", streams.collect::<Vec<_>>().join(", "))
}

fn packets(info: &MediaInfo) -> u64 {
    info.picture().map_or(0, |video| video.packets)
}

fn codec(video: &VideoStream, path: &Path) -> Result<VideoCodec> {
    match video.codec.as_str() {
        "h264" => Ok(VideoCodec::H264),
        "hevc" => Ok(VideoCodec::H265),
        "vp9" => Ok(VideoCodec::Vp9),
        "av1" => Ok(VideoCodec::Av1),
        "prores" => Ok(VideoCodec::ProRes),
        "ffv1" => Ok(VideoCodec::Ffv1),
        "png" => Ok(VideoCodec::Png),
        "mjpeg" => Ok(VideoCodec::Jpeg),
        other => Err(MediaError::Request(format!(
            "{} is {other} video; chunks are h264, h265, vp9, av1, prores, ffv1, png or jpeg",
            name(path)
        ))),
    }
}

/// File names are enough to tell chunks apart, and lines stay short.
fn name(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}
