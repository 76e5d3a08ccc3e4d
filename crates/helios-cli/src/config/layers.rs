//! Which value of a flag counts: what was typed, then the environment, then presets, then the file.

use super::environment::{Environment, variable};
use super::file::{self, Entry, File, nearest, takes};
use crate::args::{CONFIGURED, Flag, Kind, Typed, flags};
use crate::settings::Refused;
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// Where a value comes from, the weakest first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// Nobody said anything: the page decides, or a default.
    Default,
    /// A line of the file.
    File(PathBuf, usize),
    /// A line of a preset of the file.
    Preset(String, PathBuf, usize),
    /// A variable.
    Environment(String),
    /// The command line.
    Flag,
}

/// A flag, its values and where they come from. A switch has `true`, or `false` when it was said that it is off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// The flag.
    pub flag: Flag,
    /// In the words of the command line.
    pub values: Vec<String>,
    /// Who says so.
    pub origin: Origin,
}

/// Everything that is known of a command line.
#[derive(Debug)]
pub struct Layers {
    /// The command.
    pub command: String,
    /// One for each flag, in the order of the help.
    pub settings: Vec<Setting>,
    /// The file that was read.
    pub file: Option<PathBuf>,
    /// Variables that look like ours and are not.
    pub unknown: Vec<String>,
}

impl Layers {
    /// Reads what there is besides `typed`.
    pub fn find(typed: Typed, environment: &Environment) -> Result<Layers, Refused> {
        // A chunk of a job is the job's alone to say.
        let alone = typed.flags.contains_key("no-config") || typed.flags.contains_key("job-id");
        let none = Environment::default();
        let environment = if alone { &none } else { environment };
        let file = if alone { None } else { self::file(&typed, environment)? };
        let presets = presets(&typed, environment, file.as_ref())?;
        let command = typed.command.clone();
        let mut settings = Vec::new();
        for flag in flags(&command) {
            let (values, origin) = found(&typed, flag, environment, &presets, file.as_ref())?;
            settings.push(Setting { flag: flag.clone(), values, origin });
        }
        drop_excluded(&mut settings);
        let unknown = environment.unknown();
        Ok(Layers { command, settings, file: file.map(|file| file.path), unknown })
    }

    /// `words` with what is said elsewhere before them.
    pub fn words(&self, words: &[OsString]) -> Vec<OsString> {
        let mut said: Vec<&Setting> = self.settings.iter().filter(|setting| setting.is_elsewhere()).collect();
        // Of two that override each other, the stronger one comes last.
        said.sort_by(|a, b| a.origin.cmp(&b.origin));
        let said = said.into_iter().flat_map(Setting::words).map(OsString::from);
        let (head, tail) = words.split_at(words.len().min(2));
        head.iter().cloned().chain(said).chain(tail.iter().cloned()).collect()
    }
}

impl Setting {
    /// Whether it must be added to what was typed.
    fn is_elsewhere(&self) -> bool {
        !matches!(self.origin, Origin::Default | Origin::Flag)
    }

    fn words(&self) -> Vec<String> {
        let name = &self.flag.name;
        match self.flag.kind {
            Kind::Switch if self.values == ["true"] => vec![format!("--{name}")],
            Kind::Switch => Vec::new(),
            Kind::Value | Kind::Values => {
                self.values.iter().map(|value| format!("--{name}={value}")).collect()
            }
        }
    }

    /// Whether it does something.
    fn is_on(&self) -> bool {
        self.origin != Origin::Default && (self.flag.kind != Kind::Switch || self.values == ["true"])
    }
}

impl Environment {
    /// Our prefix, and nobody's name.
    fn unknown(&self) -> Vec<String> {
        let mut known: BTreeSet<String> = ["log", "config", "use"].into_iter().map(variable).collect();
        for command in CONFIGURED {
            for flag in flags(command) {
                known.insert(variable(&format!("{command}-{}", flag.name)));
                known.insert(variable(&flag.name));
            }
        }
        let names = self.names().filter(|name| !known.contains(*name));
        names
            .map(|name| {
                format!(
                    "{name} is no variable of Helios{}",
                    nearest(name, known.iter().map(String::as_str)).unwrap_or_default()
                )
            })
            .collect()
    }
}

fn file(typed: &Typed, environment: &Environment) -> Result<Option<File>, Refused> {
    let named =
        typed.value("config").map(String::as_str).or(environment.get("HELIOS_CONFIG")).map(PathBuf::from);
    let found = || {
        let current = std::env::current_dir().ok()?;
        file::find(typed.input.as_deref(), &current)
    };
    named.or_else(found).map(|path| file::read(&path, &typed.command)).transpose()
}

type Preset<'a> = (&'a str, &'a BTreeMap<String, Entry>);

/// The presets that are asked for, the strongest first.
fn presets<'a>(
    typed: &Typed,
    environment: &Environment,
    file: Option<&'a File>,
) -> Result<Vec<Preset<'a>>, Refused> {
    let in_environment = || {
        environment
            .get("HELIOS_USE")
            .into_iter()
            .flat_map(|text| text.split(','))
            .map(|name| name.trim().to_owned())
            .collect()
    };
    let names: Vec<String> = typed.flags.get("use").cloned().unwrap_or_else(in_environment);
    let one = |name: &String| {
        let Some(file) = file else {
            return Err(Refused(format!(
                "--use {name}: there is no helios.toml with presets beside the page; name it with --config"
            )));
        };
        let found = file.presets.get_key_value(name);
        found.map(|(name, entries)| (name.as_str(), entries)).ok_or_else(|| {
            let known: Vec<&str> = file.presets.keys().map(String::as_str).collect();
            let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
            Refused(format!("--use {name}: {} has no [preset.{name}]; it has: {known}", file.path.display()))
        })
    };
    names.iter().rev().map(one).collect()
}

fn found(
    typed: &Typed,
    flag: &Flag,
    environment: &Environment,
    presets: &[Preset<'_>],
    file: Option<&File>,
) -> Result<(Vec<String>, Origin), Refused> {
    if let Some(values) = typed.flags.get(&flag.name) {
        let values = if flag.kind == Kind::Switch { vec![true.to_string()] } else { values.clone() };
        return Ok((values, Origin::Flag));
    }
    let shared = takes(&typed.command, &flag.name);
    if let Some((name, values)) = environment.of_flag(&typed.command, flag, shared)? {
        return Ok((values, Origin::Environment(name)));
    }
    let path = || file.map(|file| file.path.clone()).unwrap_or_default();
    for (name, entries) in presets {
        if let Some(Entry { words, line }) = entries.get(&flag.name) {
            return Ok((words.clone(), Origin::Preset((*name).to_owned(), path(), *line)));
        }
    }
    let entry = file.and_then(|file| file.entries.get(&flag.name));
    Ok(match entry {
        Some(Entry { words, line }) => (words.clone(), Origin::File(path(), *line)),
        None => (flag.default.iter().cloned().collect(), Origin::Default),
    })
}

/// A stronger value silences the weaker ones that it cannot be given with: `-v` on the command line ends `quiet` of the file. Of
/// equal ones none gives way: the command line's own message names both.
fn drop_excluded(settings: &mut [Setting]) {
    let strength = |origin: &Origin| match origin {
        Origin::Default => 0,
        Origin::File(..) => 1,
        Origin::Preset(..) => 2,
        Origin::Environment(_) => 3,
        Origin::Flag => 4,
    };
    let on: BTreeMap<String, u8> = settings
        .iter()
        .filter(|setting| setting.is_on())
        .map(|setting| (setting.flag.name.clone(), strength(&setting.origin)))
        .collect();
    for setting in settings.iter_mut().filter(|setting| setting.is_elsewhere()) {
        let stronger = |name: &String| on.get(name).is_some_and(|other| *other > strength(&setting.origin));
        if setting.flag.excludes.iter().any(stronger) {
            setting.values = setting.flag.default.iter().cloned().collect();
            setting.origin = Origin::Default;
        }
    }
}

/// Where a value comes from, for people.
impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let place = |path: &Path, line: usize| format!("{}:{line}", path.display());
        match self {
            Origin::Default => f.write_str("default"),
            Origin::File(path, line) => f.write_str(&place(path, *line)),
            Origin::Preset(name, path, line) => write!(f, "preset {name}, {}", place(path, *line)),
            Origin::Environment(name) => f.write_str(name),
            Origin::Flag => f.write_str("flag"),
        }
    }
}
