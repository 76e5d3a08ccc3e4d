//! The file of captions: read, checked, and made into what the output needs. What is in it is helios-job's to say.

use crate::{RenderOptions, RunnerError};
use helios_job::{
    CaptionConfig, CaptionFormat, CaptionMode, Captions, CaptureKind, Container, Fps, FrameRange, JobError,
    Mode,
};
use std::path::{Path, PathBuf};

/// What does not go together with captions, and what is wrong with their file.
pub(crate) fn check(options: &RenderOptions, container: Container) -> Result<(), RunnerError> {
    let Some(file) = &options.captions else { return Ok(()) };
    let mode = options.caption_mode.unwrap_or_default();
    let refused = |what: &str| Err(JobError::Conflict(format!("--caption-mode {mode}: {what}")).into());
    match mode {
        CaptionMode::Track if container.is_animation() || container.is_pictures() => {
            return refused(&format!(".{container} has no tracks: use burn or sidecar"));
        }
        CaptionMode::Sidecar if container.is_pictures() => {
            return refused("pictures in a folder have no file beside them: use burn");
        }
        CaptionMode::Burn if options.mode == Some(Mode::Canvas) => {
            return refused("--mode canvas records the canvas alone: use track or sidecar, or --mode dom");
        }
        CaptionMode::Burn if options.capture == Some(CaptureKind::BeginFrame) => {
            return refused(
                "--capture beginframe has the page alone to draw: use --capture tap or screenshot",
            );
        }
        _ => {}
    }
    if options.caption_language.is_some() && mode != CaptionMode::Track {
        return refused("--caption-language is that of a track: leave it out, or use track");
    }
    read(file).map(drop)
}

/// What the job says of the captions.
pub(crate) fn config(options: &RenderOptions) -> Result<Option<CaptionConfig>, RunnerError> {
    let Some(file) = &options.captions else { return Ok(None) };
    let path = std::path::absolute(file).map_err(RunnerError::io("find", file))?;
    let bytes = std::fs::read(&path).map_err(RunnerError::io("read", &path))?;
    let text = path.to_str().ok_or_else(|| bad(file, "the path is not valid UTF-8".to_owned()))?;
    Ok(Some(CaptionConfig {
        file: text.to_owned(),
        mode: options.caption_mode.unwrap_or_default(),
        digest: format!("{:032x}", xxhash_rust::xxh3::xxh3_128(&bytes)),
        language: options.caption_language.clone(),
    }))
}

/// The captions of a file.
pub(crate) fn read(file: &Path) -> Result<(Captions, CaptionFormat), RunnerError> {
    let format = CaptionFormat::of(file)?;
    let bytes = std::fs::read(file).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => bad(file, "there is no such file".to_owned()),
        _ => bad(file, error.to_string()),
    })?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let good = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = 1 + good.iter().filter(|byte| **byte == b'\n').count();
        bad(file, format!("line {line}: it is not UTF-8; save it as UTF-8"))
    })?;
    Ok((Captions::parse(&text, format).map_err(|error| bad(file, error.to_string()))?, format))
}

fn bad(file: &Path, why: String) -> RunnerError {
    JobError::Conflict(format!("cannot use the captions {}: {why}", file.display())).into()
}

/// What a join does with captions: a file that becomes a track, or one that ends up beside the output.
#[derive(Debug, Default)]
pub(crate) struct Placed {
    /// For FFmpeg.
    pub(crate) track: Option<PathBuf>,
    /// Where it is, and where it goes.
    pub(crate) sidecar: Option<(PathBuf, PathBuf)>,
}

/// Writes the captions of `range` to the folder `scratch`, in the form that `target` needs. `None` for the whole of them.
pub(crate) fn place(
    file: &Path,
    mode: CaptionMode,
    range: Option<(FrameRange, Fps)>,
    (scratch, target): (&Path, &Path),
) -> Result<Placed, RunnerError> {
    if mode == CaptionMode::Burn {
        return Ok(Placed::default());
    }
    let (captions, format) = read(file)?;
    let captions = range.map_or(captions.clone(), |(range, fps)| captions.part(range, fps));
    let mov_family = matches!(Container::from_path(target), Ok(Container::Mp4 | Container::Mov));
    let format = match mode {
        CaptionMode::Sidecar => format,
        _ if mov_family => CaptionFormat::Srt,
        _ => CaptionFormat::Vtt,
    };
    // A part of a video in which nothing is said has no track.
    if mode == CaptionMode::Track && captions.cues.is_empty() {
        return Ok(Placed::default());
    }
    let path = scratch.join("captions").with_extension(format.extension());
    std::fs::write(&path, captions.to_text(format)).map_err(RunnerError::io("write", &path))?;
    Ok(match mode {
        CaptionMode::Sidecar => Placed { sidecar: Some((path, beside(target, format))), ..Placed::default() },
        _ => Placed { track: Some(path), ..Placed::default() },
    })
}

/// The name of the captions beside an output.
pub(crate) fn beside(target: &Path, format: CaptionFormat) -> PathBuf {
    target.with_extension(format.extension())
}
