//! `helios completions` and `helios man`: what is made of the definitions of the command line.

use crate::args::{self, CompletionsArgs, ManArgs};
use crate::output;
use anyhow::Context as _;

/// Prints the script for a shell.
pub fn completions(args: &CompletionsArgs) -> anyhow::Result<()> {
    output::write_stdout("the script", &args::completions(args))
}

/// Prints the man page, or writes all of them.
pub fn man(args: &ManArgs) -> anyhow::Result<()> {
    let pages = args::man_pages().context("failed to make the man pages")?;
    let Some(folder) = &args.folder else {
        let (_, first) = pages.first().context("there is no man page")?;
        return output::write_stdout("the man page", first);
    };
    for (name, page) in &pages {
        output::write_text("the man page", &folder.join(name), &String::from_utf8_lossy(page))?;
    }
    Ok(())
}
