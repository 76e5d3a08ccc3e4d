//! The flags of a command as data, read off the definitions that parse them, so that whoever lists or fills them in cannot fall
//! behind. What was typed, told apart from defaults.

use super::{Cli, Unread};
use clap::parser::ValueSource;
use clap::{Arg, ArgAction, Command, CommandFactory as _};
use std::any::TypeId;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::OnceLock;

/// Commands whose flags can come from elsewhere than the command line.
pub const CONFIGURED: [&str; 4] = ["render", "still", "check", "batch"];

/// Flags that say where the others come from.
const ABOUT_CONFIGURATION: [&str; 3] = ["config", "no-config", "use"];

/// How often a flag takes a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Never: it is there or not.
    Switch,
    /// Once.
    Value,
    /// As often as it is given.
    Values,
}

/// One flag of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flag {
    /// Its long name, without dashes.
    pub name: String,
    /// What it takes.
    pub kind: Kind,
    /// What the value is called in the help.
    pub value_name: String,
    /// Whether the value is the path of a file.
    pub is_path: bool,
    /// What it does, in the words of its help.
    pub help: String,
    /// What holds without it, in the words of its help.
    pub default: Option<String>,
    /// The flags that it cannot be given with.
    pub excludes: Vec<String>,
}

/// What a command line says itself.
#[derive(Debug)]
pub struct Typed {
    /// The command.
    pub command: String,
    /// The values of every flag that was typed, by its name; none for switches.
    pub flags: BTreeMap<String, Vec<String>>,
    /// The page.
    pub input: Option<String>,
}

impl Typed {
    /// The last value of a flag.
    pub fn value(&self, name: &str) -> Option<&String> {
        self.flags.get(name)?.last()
    }
}

/// The flags of a command that can come from elsewhere, in the order of its help.
pub fn flags(command: &str) -> &'static [Flag] {
    static FLAGS: OnceLock<BTreeMap<String, Vec<Flag>>> = OnceLock::new();
    let all = FLAGS.get_or_init(|| {
        let mut cli = Cli::command();
        cli.build();
        let commands = cli.get_subcommands().filter(|command| CONFIGURED.contains(&command.get_name()));
        commands.map(|command| (command.get_name().to_owned(), of_command(command))).collect()
    });
    all.get(command).map_or(&[], Vec::as_slice)
}

fn of_command(command: &Command) -> Vec<Flag> {
    let conflicts = |arg: &Arg| -> Vec<String> {
        let others = command.get_arg_conflicts_with(arg);
        others.iter().filter_map(|other| other.get_long().map(str::to_owned)).collect()
    };
    let named = |arg: &&Arg| {
        arg.get_long().is_some_and(|name| name != "help" && !ABOUT_CONFIGURATION.contains(&name))
    };
    let mut flags: Vec<Flag> = command
        .get_arguments()
        .filter(named)
        .map(|arg| Flag {
            name: arg.get_long().unwrap_or_default().to_owned(),
            kind: match arg.get_action() {
                ArgAction::SetTrue => Kind::Switch,
                ArgAction::Append => Kind::Values,
                _ => Kind::Value,
            },
            value_name: arg
                .get_value_names()
                .and_then(|names| names.first())
                .map(ToString::to_string)
                .unwrap_or_default(),
            is_path: arg.get_value_parser().type_id() == TypeId::of::<PathBuf>(),
            help: arg.get_help().map(ToString::to_string).unwrap_or_default(),
            default: default(arg),
            excludes: conflicts(arg),
        })
        .collect();
    // Said of one, it holds for both.
    let said: Vec<(String, Vec<String>)> =
        flags.iter().map(|flag| (flag.name.clone(), flag.excludes.clone())).collect();
    for flag in &mut flags {
        let by_others = said.iter().filter(|(_, excludes)| excludes.contains(&flag.name));
        flag.excludes.extend(by_others.map(|(name, _)| name.clone()));
    }
    flags
}

/// The default that clap knows, or the one that the help names in brackets at its end.
fn default(arg: &Arg) -> Option<String> {
    if let Some(value) = arg.get_default_values().first().filter(|_| arg.get_action().takes_values()) {
        return Some(value.to_string_lossy().into_owned());
    }
    let help = arg.get_help()?.to_string();
    let (_, rest) = help.rsplit_once("[default: ")?;
    Some(rest.split_once(']')?.0.to_owned())
}

/// What `words` say themselves.
pub fn typed(words: &[OsString]) -> Result<Option<Typed>, Unread> {
    let matches = Cli::command().try_get_matches_from(words).map_err(Unread::Clap)?;
    let Some((command, matches)) = matches.subcommand() else { return Ok(None) };
    if !CONFIGURED.contains(&command) {
        return Ok(None);
    }
    let definitions = Cli::command();
    let arguments = definitions.find_subcommand(command).into_iter().flat_map(|found| found.get_arguments());
    let mut typed = Typed { command: command.to_owned(), flags: BTreeMap::new(), input: None };
    for arg in arguments {
        let id = arg.get_id().as_str();
        if matches.value_source(id) != Some(ValueSource::CommandLine) {
            continue;
        }
        let values = || -> Vec<String> {
            let raw = matches.get_raw(id).into_iter().flatten();
            raw.map(|value| value.to_string_lossy().into_owned()).collect()
        };
        match arg.get_long() {
            Some(name) if arg.get_action().takes_values() => {
                drop(typed.flags.insert(name.to_owned(), values()))
            }
            Some(name) => drop(typed.flags.insert(name.to_owned(), Vec::new())),
            None if id == "input" => typed.input = values().pop(),
            None => {}
        }
    }
    Ok(Some(typed))
}
