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

impl Loudness {
    /// What the flags say; at most one of them is given.
    pub fn of(quiet: bool, verbose: bool) -> Loudness {
        match (quiet, verbose) {
            (true, _) => Loudness::Quiet,
            (_, true) => Loudness::Verbose,
            _ => Loudness::Normal,
        }
    }
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
        Talk { loudness: Loudness::of(args.quiet, args.verbose), json: args.json }
    }
}
