//! The differences we know of: `conformance/exceptions.toml`. Each has a reason, and each must still be there: one that no
//! longer happens makes the run fail, as one that is not listed does.

use crate::check::Check;
use crate::outcome::{Difference, Outcome};
use crate::{ConformanceError, check};
use serde::Deserialize;
use std::path::Path;

/// The file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exceptions {
    /// In the order of the file.
    #[serde(default, rename = "exception")]
    pub list: Vec<Exception>,
}

/// One known difference.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exception {
    /// The page's name.
    pub page: String,
    /// Columns of the table.
    pub checks: Vec<String>,
    /// The largest difference of a pixel, in levels of 255 after the conversion to YUV. Without it any difference is expected.
    pub tolerance: Option<u32>,
    /// The most frames that may differ.
    pub frames: Option<u32>,
    /// Whether some runs do not show it.
    #[serde(default)]
    pub sometimes: bool,
    /// Why it is so.
    pub reason: String,
}

impl Exceptions {
    /// Reads the file.
    ///
    /// # Errors
    /// When it cannot be read, names an unknown column, or gives no reason.
    pub fn read(path: &Path) -> Result<Exceptions, ConformanceError> {
        let text = std::fs::read_to_string(path).map_err(ConformanceError::io("read", path))?;
        let wrong = |why: String| ConformanceError::Exceptions { path: path.to_owned(), why };
        let exceptions: Exceptions = toml::from_str(&text).map_err(|error| wrong(error.to_string()))?;
        for exception in &exceptions.list {
            let known = |name: &String| check::ALL.iter().any(|check| check.to_string() == *name);
            if let Some(name) = exception.checks.iter().find(|name| !known(name)) {
                return Err(wrong(format!("{}: no column is called {name:?}", exception.page)));
            }
            if exception.reason.trim().is_empty() {
                return Err(wrong(format!("{} has no reason", exception.page)));
            }
        }
        Ok(exceptions)
    }

    /// The exception for a page and a column.
    pub fn of(&self, page: &str, check: Check) -> Option<&Exception> {
        let check = check.to_string();
        self.list.iter().find(|exception| exception.page == page && exception.checks.contains(&check))
    }
}

impl Exception {
    /// Whether this outcome is what the exception says: a difference, and not a larger one.
    pub fn covers(&self, outcome: &Outcome) -> bool {
        match outcome {
            Outcome::Equal => self.sometimes,
            Outcome::Differs(found) => self.allows(found),
            Outcome::Failed(_) => false,
        }
    }

    fn allows(&self, found: &Difference) -> bool {
        let levels = self.tolerance.is_none_or(|most| found.levels.is_some_and(|levels| levels <= most));
        levels && self.frames.is_none_or(|most| found.frames() <= most)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use helios_job::FrameRange;

    const TEXT: &str = "[[exception]]\npage = \"raster/blur\"\nchecks = [\"N=3\"]\ntolerance = 2\nframes = 3\nreason = \"why\"";

    fn differs(count: u32, levels: Option<u32>) -> Outcome {
        Outcome::Differs(Difference {
            ranges: vec![FrameRange { start: 4, count }],
            notes: Vec::new(),
            levels,
        })
    }

    #[test]
    fn an_exception_covers_what_it_says_and_no_more() {
        let exceptions: Exceptions = toml::from_str(TEXT).unwrap();
        assert_eq!(exceptions.of("raster/blur", Check::Workers(2)), None);
        assert_eq!(exceptions.of("raster/other", Check::Workers(3)), None);
        let exception = exceptions.of("raster/blur", Check::Workers(3)).unwrap();
        assert!(exception.covers(&differs(3, Some(2))));
        assert!(!exception.covers(&differs(4, Some(2))), "more frames");
        assert!(!exception.covers(&differs(3, Some(3))), "more levels");
        assert!(!exception.covers(&differs(3, None)), "nobody knows how much");
        assert!(!exception.covers(&Outcome::Equal), "an unused exception");
        assert!(!exception.covers(&Outcome::Failed("x".to_owned())));
    }

    #[test]
    fn a_list_with_mistakes_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("e.toml");
        for (text, why) in [
            (TEXT.replace("N=3", "N=4"), "no column"),
            (TEXT.replace("why", ""), "no reason"),
            (format!("{TEXT}\nextra = 1"), "extra"),
        ] {
            std::fs::write(&path, text).unwrap();
            assert!(Exceptions::read(&path).unwrap_err().to_string().contains(why), "{why}");
        }
    }
}
