//! A sequence of pictures: chunks whose packets are whole PNG or JPEG files, each of which becomes one, by copying.

use crate::merge::{Merged, counted, run};
use crate::merge_args::Plan;
use crate::output::PartFolder;
use crate::{Ffmpeg, MediaError, Result, encoder_args};
use helios_job::FramePattern;
use std::ffi::OsString;
use std::path::Path;

/// Writes the frames, of which `first` is the first, to the folder of `output`, which appears with all of them.
pub(crate) async fn write(
    ffmpeg: &Ffmpeg,
    plan: &Plan,
    (first, expected): (u32, u64),
    output: &Path,
) -> Result<Merged> {
    let pattern = FramePattern::of(output)?;
    let failed = |source| MediaError::Output { path: output.to_owned(), source };
    let part = PartFolder::create(pattern.folder())?;
    let mut args = plan.input();
    args.words("-map 0:v:0 -c copy -fps_mode passthrough -f image2");
    args.pair("-start_number", first);
    // Names are given afterwards: what a folder is called must not be taken for a pattern.
    let mut target = OsString::from("file:");
    target.push(OsString::from(part.path().to_string_lossy().replace('%', "%%")));
    target.push("/%d");
    args.0.push(target);
    run(ffmpeg, plan, args.0, part.path()).await?;

    let folder = part.path().to_owned();
    let naming = move || -> std::io::Result<(u64, u64)> {
        let (mut found, mut bytes) = (0, 0);
        for frame in (first..).take(usize::try_from(expected).unwrap_or(usize::MAX)) {
            let from = folder.join(frame.to_string());
            match from.metadata() {
                Ok(file) => bytes += file.len(),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => break,
                Err(error) => return Err(error),
            }
            std::fs::rename(from, folder.join(pattern.name(frame)))?;
            found += 1;
        }
        Ok((found, bytes))
    };
    let (found, bytes) =
        tokio::task::spawn_blocking(naming).await.map_err(|error| failed(error.into()))?.map_err(failed)?;
    let frames = counted(found, expected, output)?;
    part.finish().await?;
    Ok(Merged { frames, bytes, warnings: Vec::new() })
}

/// FFmpeg's words for reading a file, or the pictures of a sequence from the first one on.
pub(crate) fn source(path: &Path) -> Vec<OsString> {
    let mut args = encoder_args::Args::default();
    if let Some((first, pattern)) = first_picture(path) {
        args.words("-f image2");
        args.pair("-start_number", first);
        args.words("-i");
        let folder = pattern.folder();
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        let mut url = OsString::from("file:");
        url.push(folder.to_string_lossy().replace('%', "%%"));
        url.push("/");
        url.push(path.file_name().unwrap_or_default());
        args.0.push(url);
    } else {
        args.words("-i");
        args.0.push(encoder_args::file_url(path));
    }
    args.0
}

/// The number of the first picture of a sequence, if `path` is a pattern and there are any.
pub fn first_picture(path: &Path) -> Option<(u32, FramePattern)> {
    let pattern = FramePattern::of(path).ok().filter(|_| !path.exists())?;
    let folder = if pattern.folder().as_os_str().is_empty() { Path::new(".") } else { pattern.folder() };
    let names = std::fs::read_dir(folder).ok()?.flatten().map(|entry| entry.file_name());
    let numbers = names.filter_map(|name| pattern.frame(name.to_str()?));
    numbers.min().map(|first| (first, pattern))
}
