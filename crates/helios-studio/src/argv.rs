//! Requests in the words of the command line. Nothing is checked here but paths: what a flag may say is for the code that reads flags.

use crate::api::{ConcurrencyWish, RenderRequest, StillRequest};
use crate::project::Project;
use crate::{ApiError, MAX_WORKERS};
use helios_job::AudioTrack;
use std::path::{Path, PathBuf};

/// A command line in the making.
struct Words(Vec<String>);

impl Words {
    /// A command on a composition.
    fn on(command: &str, project: &Project, composition: &str) -> Result<Words, ApiError> {
        let (page, name) = project.composition(composition)?;
        let mut words = Words(vec!["helios".to_owned(), command.to_owned(), text(&page)?]);
        words.maybe("composition", name.as_ref());
        Ok(words)
    }

    fn flag(&mut self, name: &str, value: impl ToString) {
        self.0.extend([format!("--{name}"), value.to_string()]);
    }

    fn maybe(&mut self, name: &str, value: Option<&impl ToString>) {
        if let Some(value) = value {
            self.flag(name, value.to_string());
        }
    }

    fn switch(&mut self, name: &str, on: Option<bool>) {
        if on == Some(true) {
            self.0.push(format!("--{name}"));
        }
    }
}

/// `helios render …` for a request, with whole paths, so that it means the same wherever it runs. `output` is a path in the project.
///
/// # Errors
/// For paths that do not lie in the project, and more workers than the Studio starts.
pub fn render(project: &Project, request: &RenderRequest, output: &str) -> Result<Vec<String>, ApiError> {
    let mut words = Words::on("render", project, &request.composition)?;
    words.flag("output", text(&project.target(output)?)?);
    words.switch("no-overwrite", request.overwrite.map(|overwrite| !overwrite));
    words.maybe("width", request.width.as_ref());
    words.maybe("height", request.height.as_ref());
    words.maybe("fps", request.fps.as_ref());
    words.maybe("duration", request.duration.as_ref());
    words.maybe("mode", request.mode.as_ref());
    words.maybe("scale", request.scale.as_ref());
    words.switch("alpha", request.alpha);
    words.maybe("start-frame", request.start_frame.as_ref());
    words.maybe("frame-count", request.frame_count.as_ref());
    words.maybe("video-codec", request.video_codec.as_ref());
    words.maybe("audio-codec", request.audio_codec.as_ref());
    words.maybe("quality", request.quality.as_ref());
    words.maybe("preset", request.preset.as_ref());
    words.maybe("pixel-format", request.pixel_format.as_ref());
    words.maybe("color-space", request.color_space.as_ref());
    words.maybe("video-bitrate", request.video_bitrate.as_ref());
    words.maybe("max-rate", request.max_rate.as_ref());
    words.maybe("gop", request.gop.as_ref());
    for (key, value) in request.metadata.iter().flatten() {
        words.flag("metadata", format!("{key}={value}"));
    }
    if let Some(captions) = &request.captions {
        words.flag("captions", text(&project.file(captions)?)?);
    }
    words.maybe("caption-mode", request.caption_mode.as_ref());
    words.maybe("caption-language", request.caption_language.as_ref());
    words.maybe("loop", request.plays.as_ref());
    if let Some(fonts) = &request.fonts {
        words.flag("fonts", text(&project.folder(fonts)?)?);
    }
    for track in request.audio.iter().flatten() {
        words.flag("audio", audio(project, track)?);
    }
    words.switch("muted", request.muted);
    if let Some(props) = &request.props {
        words.flag("props", serde_json::to_string(props).unwrap_or_default());
    }
    words.maybe("seed", request.seed.as_ref());
    words.maybe("epoch", request.epoch.as_ref());
    words.maybe("timeout", request.timeout.as_ref());
    words.switch("strict", request.strict);
    words.maybe("concurrency", concurrency(request)?.as_ref());
    words.maybe("chunk-frames", request.chunk_frames.as_ref());
    words.maybe("retries", request.retries.as_ref());
    words.maybe("capture", request.capture.as_ref());
    Ok(words.0)
}

/// `helios still …` for a request, to a PNG.
///
/// # Errors
/// For paths that do not lie in the project.
pub fn still(project: &Project, request: &StillRequest, output: &Path) -> Result<Vec<String>, ApiError> {
    let mut words = Words::on("still", project, &request.composition)?;
    words.flag("output", text(output)?);
    words.maybe("frame", request.frame.as_ref());
    words.maybe("width", request.width.as_ref());
    words.maybe("height", request.height.as_ref());
    words.maybe("fps", request.fps.as_ref());
    words.maybe("duration", request.duration.as_ref());
    words.maybe("mode", request.mode.as_ref());
    words.maybe("scale", request.scale.as_ref());
    words.switch("alpha", request.alpha);
    words.maybe("capture", request.capture.as_ref());
    if let Some(props) = &request.props {
        words.flag("props", serde_json::to_string(props).unwrap_or_default());
    }
    words.maybe("seed", request.seed.as_ref());
    Ok(words.0)
}

fn concurrency(request: &RenderRequest) -> Result<Option<String>, ApiError> {
    let refused = |given: &dyn std::fmt::Display| {
        let message = format!("concurrency: {given} workers are not possible");
        ApiError::bad_request(message, &format!("use a whole number from 1 to {MAX_WORKERS}, or \"auto\""))
    };
    match &request.concurrency {
        None => Ok(None),
        Some(ConcurrencyWish::Named(name)) if name == "auto" => Ok(Some(name.clone())),
        Some(ConcurrencyWish::Named(name)) => Err(refused(&format!("{name:?}"))),
        Some(ConcurrencyWish::Workers(n)) if (1..=MAX_WORKERS).contains(n) => Ok(Some(n.to_string())),
        Some(ConcurrencyWish::Workers(n)) => Err(refused(n)),
    }
}

/// A track with the whole path of its file.
fn audio(project: &Project, text: &str) -> Result<String, ApiError> {
    let mut track: AudioTrack = text.parse().map_err(ApiError::refused)?;
    if !track.is_url() {
        track.file = self::text(&project.file(&track.file)?)?;
    }
    Ok(track.to_string())
}

fn text(path: &Path) -> Result<String, ApiError> {
    let refused = |path: PathBuf| ApiError::bad_path(&path.to_string_lossy(), "it is not valid UTF-8");
    path.to_path_buf().into_os_string().into_string().map_err(|path| refused(path.into()))
}
