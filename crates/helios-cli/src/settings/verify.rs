//! What the arguments of `helios verify` mean. The files are looked at by the command.

use super::values::{self, optional};
use super::{Loudness, Refused};
use crate::args::VerifyArgs;
use std::path::PathBuf;

/// The settings of `helios verify`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifySettings {
    /// One file.
    pub a: PathBuf,
    /// The other.
    pub b: PathBuf,
    /// Levels by which channels may differ; `None` when nothing was said.
    pub tolerance: Option<u8>,
    /// Where the difference picture goes.
    pub diff: Option<PathBuf>,
    /// The FFmpeg to use.
    pub ffmpeg: Option<PathBuf>,
    /// Whether the report goes to standard output as JSON.
    pub json: bool,
    /// How much is said on standard error.
    pub loudness: Loudness,
}

impl TryFrom<VerifyArgs> for VerifySettings {
    type Error = Refused;

    fn try_from(args: VerifyArgs) -> Result<VerifySettings, Refused> {
        let tolerance = optional("--tolerance", &args.tolerance, values::tolerance)?;
        if let Some(diff) = &args.diff {
            let png = diff.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("png"));
            if !png {
                let given = diff.display();
                return Err(Refused(format!(
                    "invalid --diff {given}: it is a PNG; end the file name with .png"
                )));
            }
        }
        Ok(VerifySettings {
            a: args.a,
            b: args.b,
            tolerance,
            diff: args.diff,
            ffmpeg: args.ffmpeg,
            json: args.json,
            loudness: Loudness::of(args.quiet, args.verbose),
        })
    }
}
