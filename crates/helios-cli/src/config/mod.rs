//! Flags that nobody typed: from the environment, from a preset, from `helios.toml`. They are put before the words that were
//! typed, and the whole is read as a command line: there is one way from words to settings.
//!
//! ```text
//! file         finds and reads helios.toml; what is wrong with it, with its place
//! values       a TOML value in the words of the command line
//! environment  HELIOS_ variables
//! layers       which of them wins, and where each came from
//! ```

mod environment;
mod file;
mod layers;
#[cfg(test)]
mod tests;
mod values;

pub use environment::Environment;
pub use file::nearest;
pub use layers::{Layers, Origin, Setting};

use crate::args::{Cli, Unread, typed};
use std::ffi::OsString;

/// Reads a command line, with what `environment` and files add to it. `words` begin with the name of the program.
pub fn read(words: Vec<OsString>, environment: &Environment) -> Result<Cli, Unread> {
    match layers(&words, environment)? {
        Some(layers) => Cli::of(layers.words(&words)),
        None => Cli::of(words),
    }
}

/// What is added to a command line; `None` for commands that take nothing from elsewhere.
pub fn layers(words: &[OsString], environment: &Environment) -> Result<Option<Layers>, Unread> {
    let Some(typed) = typed(words)? else { return Ok(None) };
    Ok(Some(Layers::find(typed, environment)?))
}
