//! How much is said, and in what form.

use crate::args::TalkArgs;

/// How much is said on standard error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Loudness {
    /// Errors only.
    Quiet,
    /// What a person wants to know.
    Normal,
    /// Everything.
    Verbose,
}

/// The messages of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Talk {
    /// How much is said on standard error.
    pub loudness: Loudness,
    /// Whether events go to standard output.
    pub json: bool,
}

impl From<&TalkArgs> for Talk {
    fn from(args: &TalkArgs) -> Talk {
        let loudness = match (args.quiet, args.verbose) {
            (true, _) => Loudness::Quiet,
            (_, true) => Loudness::Verbose,
            _ => Loudness::Normal,
        };
        Talk { loudness, json: args.json }
    }
}
