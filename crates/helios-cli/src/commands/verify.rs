//! `helios verify`: two renders side by side. What is compared and how is decided by what the files are.

use super::hashed;
use crate::args::VerifyArgs;
use crate::output;
use crate::report::{Console, Found, Side, Verdict};
use crate::settings::{Refused, VerifySettings};
use crate::signals::Signals;
use crate::trace;
use anyhow::Context as _;
use helios_job::{ChunkManifest, FrameHashes, FramePattern};
use helios_media::{
    CompareSettings, Ffmpeg, MediaError, MediaInfo, VideoComparison, VideoStream, compare, first_picture,
};
use helios_runner::RunnerError;
use std::io::Read as _;
use std::path::Path;
use std::time::{Duration, Instant};

/// How every frame-hash file begins.
const HASHES_BEGIN: &[u8] = b"# helios.frame-hashes/";

/// The longest silence while videos are compared.
const SILENCE: Duration = Duration::from_secs(5);

/// A file to compare.
enum Content {
    Hashes(FrameHashes),
    /// Anything else: FFmpeg says whether it is one.
    Video,
}

/// Compares and tells. Returns whether A and B are equal.
pub async fn verify(args: VerifyArgs, signals: &Signals) -> anyhow::Result<bool> {
    let settings = VerifySettings::try_from(args)?;
    let console = Console::plain(settings.loudness);
    trace::start(&console, settings.loudness);
    let verdict = tokio::select! {
        verdict = judge(&settings, &console) => verdict?,
        // Dropping the work kills the decoders.
        () = signals.stop.cancelled() => return Err(RunnerError::Cancelled.into()),
    };
    for line in verdict.lines(settings.loudness) {
        console.line(&line);
    }
    if settings.json {
        output::write_stdout("the report", format!("{}\n", verdict.json()).as_bytes())?;
    }
    Ok(verdict.equal())
}

async fn judge(settings: &VerifySettings, console: &Console) -> anyhow::Result<Verdict> {
    let (a, b) = (settings.a.as_path(), settings.b.as_path());
    let refused = |why: String| Err(Refused(why).into());
    match (content(a)?, content(b)?) {
        (Content::Hashes(hashes_a), Content::Hashes(hashes_b)) => {
            let flag = match (&settings.diff, settings.tolerance) {
                (Some(_), _) => Some("--diff"),
                (None, Some(_)) => Some("--tolerance"),
                (None, None) => None,
            };
            if let Some(flag) = flag {
                return refused(format!(
                    "{flag} needs pixels, and frame hashes have none: leave it out, or compare two videos"
                ));
            }
            let found = Found::Hashes(hashes_a.compare(&hashes_b));
            let (a, b) = (Side::hashes(a, &hashes_a), Side::hashes(b, &hashes_b));
            Ok(Verdict { a, b, found, picture: None })
        }
        (Content::Video, Content::Video) => videos(settings, console).await,
        (Content::Hashes(_), Content::Video) => refused(mixed(a, b)),
        (Content::Video, Content::Hashes(_)) => refused(mixed(b, a)),
    }
}

fn mixed(hashes: &Path, other: &Path) -> String {
    let (hashes, other) = (hashes.display(), other.display());
    format!(
        "{hashes} holds frame hashes and {other} does not: hashes are of the pixels before the encoder, which changes \
         them (it is lossy), so a video cannot be checked against them; compare it with another video, or render with \
         --frame-hashes and compare the hashes"
    )
}

/// Looks at a file. Hash files are read whole; of others only the beginning is.
fn content(path: &Path) -> Result<Content, Refused> {
    let refused = |why: String| Refused(format!("cannot compare {}: {why}", path.display()));
    if path.is_dir() {
        return hashed::of_folder(path).map(Content::Hashes);
    }
    let unreadable = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound if FramePattern::of(path).is_ok() => {
            refused("there are no pictures with such names".to_owned())
        }
        std::io::ErrorKind::NotFound => refused("there is no such file".to_owned()),
        _ => refused(error.to_string()),
    };
    if first_picture(path).is_some() {
        return Ok(Content::Video);
    }
    let mut file = std::fs::File::open(path).map_err(unreadable)?;
    let mut bytes = Vec::new();
    let length = HASHES_BEGIN.len() as u64;
    std::io::Read::by_ref(&mut file).take(length).read_to_end(&mut bytes).map_err(unreadable)?;
    // No video begins like this, so a text that goes on like a manifest is one.
    if bytes.starts_with(b"{") {
        file.read_to_end(&mut bytes).map_err(unreadable)?;
        let text = String::from_utf8_lossy(&bytes);
        if ChunkManifest::is_meant(&text) {
            return hashed::of_manifest(path, &text).map(Content::Hashes);
        }
        return Ok(Content::Video);
    }
    if bytes != HASHES_BEGIN {
        return Ok(Content::Video);
    }
    file.read_to_end(&mut bytes).map_err(unreadable)?;
    let text = String::from_utf8(bytes).map_err(|_| refused("it is not text".to_owned()))?;
    let hashes: FrameHashes =
        text.parse().map_err(|error: helios_job::JobError| refused(error.to_string()))?;
    // Two files without frames would be equal, and prove nothing.
    if hashes.hashes.is_empty() {
        return Err(refused("it has no frames".to_owned()));
    }
    Ok(Content::Hashes(hashes))
}

async fn videos(settings: &VerifySettings, console: &Console) -> anyhow::Result<Verdict> {
    if let Some(file) = &settings.diff {
        for video in [&settings.a, &settings.b] {
            if std::path::absolute(video)? == std::path::absolute(file)? {
                let name = file.display();
                return Err(
                    Refused(format!("--diff {name} is one of the videos: choose another name")).into()
                );
            }
        }
        output::check("the difference picture", file)?;
    }
    let ffmpeg = Ffmpeg::find(settings.ffmpeg.as_deref())?;
    let (a, b) = tokio::try_join!(probe(&ffmpeg, &settings.a), probe(&ffmpeg, &settings.b))?;
    let stream_a = picture(&settings.a, &a)?;
    let stream_b = picture(&settings.b, &b)?;
    let tolerance = settings.tolerance.unwrap_or_default();
    let how = CompareSettings { tolerance, keep_worst: settings.diff.is_some() };
    let total = stream_a.packets.min(stream_b.packets);
    let mut spoke = Instant::now();
    let told = |done: u32| {
        if spoke.elapsed() >= SILENCE {
            spoke = Instant::now();
            console.line(&format!("Compared {done} of {total} frames"));
        }
    };
    let compared = compare(&ffmpeg, (&settings.a, stream_a), (&settings.b, stream_b), how, told).await;
    let mut found: VideoComparison = compared.map_err(wrong_file)?;
    let picture = match (&settings.diff, found.pair.take()) {
        (Some(file), Some(pair)) => {
            let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
            if let Some(folder) = folder {
                std::fs::create_dir_all(folder)
                    .with_context(|| format!("failed to create the folder {}", folder.display()))?;
            }
            pair.write_png(file).await?;
            Some(file.clone())
        }
        _ => None,
    };
    let (a, b) = (Side::video(&settings.a, stream_a), Side::video(&settings.b, stream_b));
    Ok(Verdict { a, b, found: Found::Videos { found, tolerance }, picture })
}

async fn probe(ffmpeg: &Ffmpeg, path: &Path) -> anyhow::Result<MediaInfo> {
    let unknown = |error| match error {
        MediaError::Unreadable { path, why } => {
            let why = format!("it is neither a frame-hash file nor a whole video: {why}");
            MediaError::Unreadable { path, why }
        }
        other => other,
    };
    let mut info = ffmpeg.probe(path).await.map_err(unknown).map_err(wrong_file)?;
    if first_picture(path).is_some() {
        // FFmpeg says 25: nobody knows.
        info.video.iter_mut().for_each(|stream| stream.frame_rate = None);
    }
    Ok(info)
}

/// The video stream of a file that has one with frames in it.
fn picture<'a>(path: &Path, info: &'a MediaInfo) -> Result<&'a VideoStream, Refused> {
    let refused = || Refused(format!("cannot compare {}: it has no video in it", path.display()));
    info.picture().filter(|stream| stream.packets > 0).ok_or_else(refused)
}

/// A file that cannot be read is a wrong request here: unlike a chunk of a render, nobody will make it again.
fn wrong_file(error: MediaError) -> anyhow::Error {
    match error {
        MediaError::Unreadable { path, why } => {
            Refused(format!("cannot compare {}: {why}", path.display())).into()
        }
        other => anyhow::Error::new(other).context("failed to compare the videos"),
    }
}
