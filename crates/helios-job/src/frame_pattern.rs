//! The name of a sequence of pictures, such as `frames/%05d.png`. Text only: no folder is looked at here.

use crate::JobError;
use std::path::{Path, PathBuf};

/// The most digits that `%0Nd` may ask for.
const MAX_DIGITS: usize = 9;

/// Where the pictures of a sequence go: a folder of their own, and a name with the frame's index in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FramePattern {
    folder: PathBuf,
    before: String,
    digits: usize,
    after: String,
}

impl FramePattern {
    /// Reads a path whose file name has one `%d` or `%05d`.
    ///
    /// # Errors
    /// [`JobError::Choice`] when it has none, several, or a `%` that means something else.
    pub fn of(path: &Path) -> Result<FramePattern, JobError> {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let refused = || {
            let extension = path.extension().unwrap_or_default().to_string_lossy();
            JobError::Choice {
                what: "output",
                given: path.display().to_string(),
                allowed: format!(
                    "a .{extension} holds one picture; give a pattern with the frame's number, such as \
                     frames/%05d.{extension}, or use `helios still` for one frame"
                ),
            }
        };
        let (before, rest) = name.split_once('%').ok_or_else(refused)?;
        let (digits, after) = rest.split_once('d').ok_or_else(refused)?;
        let width = match digits.strip_prefix('0') {
            _ if digits.is_empty() => 1,
            Some(width) if width.len() == 1 => {
                width.parse().ok().filter(|n| (1..=MAX_DIGITS).contains(n)).ok_or_else(refused)?
            }
            _ => return Err(refused()),
        };
        if after.contains('%') {
            return Err(refused());
        }
        Ok(FramePattern {
            folder: path.parent().unwrap_or(Path::new("")).to_owned(),
            before: before.to_owned(),
            digits: width,
            after: after.to_owned(),
        })
    }

    /// The same for pictures that are to be written: they get a folder of their own.
    ///
    /// # Errors
    /// [`JobError::Choice`] as [`FramePattern::of`], or when no folder is named.
    pub fn to_write(path: &Path) -> Result<FramePattern, JobError> {
        let pattern = FramePattern::of(path)?;
        if pattern.folder.file_name().is_some() {
            return Ok(pattern);
        }
        let given = path.display().to_string();
        let allowed = format!("the pictures need a folder of their own; name one, such as frames/{given}");
        Err(JobError::Choice { what: "output", given, allowed })
    }

    /// The folder of the pictures: empty where they would lie in the current one.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The file name of a frame.
    pub fn name(&self, frame: u32) -> String {
        format!("{}{frame:0width$}{}", self.before, self.after, width = self.digits)
    }

    /// The index of the frame whose file has this name.
    pub fn frame(&self, name: &str) -> Option<u32> {
        let number = name.strip_prefix(&self.before).and_then(|rest| rest.strip_suffix(&self.after))?;
        let plain = number.len() >= self.digits && number.bytes().all(|byte| byte.is_ascii_digit());
        plain.then(|| number.parse().ok()).flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        let pattern = FramePattern::of(Path::new("out/frame-%05d.png")).unwrap();
        assert_eq!(pattern.folder(), Path::new("out"));
        assert_eq!(
            (pattern.name(7), pattern.name(123_456)),
            ("frame-00007.png".into(), "frame-123456.png".into())
        );
        assert_eq!(
            (pattern.frame("frame-00007.png"), pattern.frame("frame-123456.png")),
            (Some(7), Some(123_456))
        );
        for other in ["frame-7.png", "frame-0000x.png", "frame-00007.jpg", "x-frame-00007.png", "frame-.png"]
        {
            assert_eq!(pattern.frame(other), None, "{other}");
        }
        assert_eq!(FramePattern::of(Path::new("%d.jpg")).unwrap().name(12), "12.jpg");
    }

    #[test]
    fn what_is_no_pattern() {
        for bad in
            ["x.png", "out/%05d/x.png", "%s.png", "%5d.png", "%00d.png", "%010d.png", "%d-%d.png", "100%.png"]
        {
            let error = FramePattern::of(Path::new(bad)).unwrap_err().to_string();
            assert!(error.contains("frames/%05d.png"), "{bad}: {error}");
        }
    }
}
