//! What is made of the definitions of the command line for others: completions of shells, man pages.

use super::Cli;
use clap::{Args, Command, CommandFactory as _};
use clap_complete::Shell;
use std::io;
use std::path::PathBuf;

const COMPLETIONS: &str = "\
Examples:
  helios completions bash > ~/.local/share/bash-completion/completions/helios
  helios completions zsh > ~/.zfunc/_helios
  helios completions fish > ~/.config/fish/completions/helios.fish";

/// Arguments of `helios completions`, as typed.
#[derive(Debug, Args)]
#[command(after_help = COMPLETIONS)]
pub struct CompletionsArgs {
    /// Which shell.
    pub shell: Shell,
}

const MAN: &str = "\
Examples:
  helios man | man -l -
  helios man /usr/local/share/man/man1";

/// Arguments of `helios man`, as typed.
#[derive(Debug, Args)]
#[command(after_help = MAN)]
pub struct ManArgs {
    /// Folder for a page of every command [default: the page of helios to standard output].
    pub folder: Option<PathBuf>,
}

/// The script that completes command lines in a shell.
pub fn completions(args: &CompletionsArgs) -> Vec<u8> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "helios", &mut script);
    script
}

/// The man pages by their names, that of helios first.
pub fn man_pages() -> io::Result<Vec<(String, Vec<u8>)>> {
    let mut cli = Cli::command();
    cli.build();
    let mut pages = Vec::new();
    pages_of(&cli, &mut pages)?;
    Ok(pages)
}

fn pages_of(command: &Command, pages: &mut Vec<(String, Vec<u8>)>) -> io::Result<()> {
    let name = command.get_display_name().unwrap_or(command.get_name()).to_owned();
    let mut page = Vec::new();
    clap_mangen::Man::new(command.clone()).render(&mut page)?;
    pages.push((format!("{name}.1"), page));
    command.get_subcommands().filter(|sub| !sub.is_hide_set()).try_for_each(|sub| pages_of(sub, pages))
}
