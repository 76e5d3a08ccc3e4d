//! `helios.toml`: where it is, and what it says. Every key is checked, also those that this command does not take.

use super::values;
use crate::args::{CONFIGURED, Flag, flags};
use crate::settings::Refused;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// How it is called.
const NAME: &str = "helios.toml";

/// The table with the presets.
const PRESETS: &str = "preset";

/// The file is written by hand: this is more than anybody types.
const MOST_BYTES: u64 = 1 << 20;

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// In the words of the command line.
    pub words: Vec<String>,
    /// Its line, from 1.
    pub line: usize,
}

/// What one file says to one command.
#[derive(Debug, Clone, Default)]
pub struct File {
    /// Its path as people know it.
    pub path: PathBuf,
    /// By flag.
    pub entries: BTreeMap<String, Entry>,
    /// The same for each preset.
    pub presets: BTreeMap<String, BTreeMap<String, Entry>>,
}

/// The file for a page: in its folder, or above it up to the root of the project. That is the folder with `.git`; where there is none,
/// the folder that helios runs in; for a page elsewhere its own folder alone.
pub fn find(input: Option<&str>, current: &Path) -> Option<PathBuf> {
    let local = input.filter(|input| !input.contains("://"));
    let page = local.map_or(current.to_owned(), |input| current.join(input));
    let start = if page.is_dir() { page.as_path() } else { page.parent().unwrap_or(current) };
    let start = start.canonicalize().ok()?;
    let current = current.canonicalize().ok()?;
    let root = start.ancestors().find(|folder| folder.join(".git").exists());
    let root =
        root.or(Some(current.as_path()).filter(|current| start.starts_with(current))).unwrap_or(&start);
    let file = start
        .ancestors()
        .take_while(|folder| folder.starts_with(root))
        .map(|folder| folder.join(NAME))
        .find(|file| file.is_file())?;
    // As it would be typed here.
    Some(file.strip_prefix(&current).map(Path::to_owned).unwrap_or(file))
}

/// What the file at `path` says to `command`.
pub fn read(path: &Path, command: &str) -> Result<File, Refused> {
    let unreadable =
        |why: String| Refused(format!("cannot read the configuration {}: {why}", path.display()));
    let metadata = path.metadata().map_err(|error| unreadable(error.to_string()))?;
    if metadata.len() > MOST_BYTES {
        return Err(unreadable(format!("it has {} bytes, and {MOST_BYTES} are allowed", metadata.len())));
    }
    let text = std::fs::read_to_string(path).map_err(|error| unreadable(error.to_string()))?;
    let folder = path.parent().unwrap_or(Path::new(""));
    let reader = Reader { path, text: &text, folder };
    let document = DeTable::parse(&text)
        .map_err(|error| reader.refused(error.span().map_or(0, |span| span.start), error.message()))?;
    reader.file(document.get_ref(), command)
}

struct Reader<'a> {
    path: &'a Path,
    text: &'a str,
    folder: &'a Path,
}

impl Reader<'_> {
    fn file(&self, document: &DeTable<'_>, command: &str) -> Result<File, Refused> {
        // As text it is the encoder's.
        let presets =
            document.iter().find(|(key, value)| key.get_ref() == PRESETS && value.get_ref().is_table());
        let mut file = File { path: self.path.to_owned(), ..File::default() };
        file.entries = self.table(document, command, if presets.is_some() { &[PRESETS] } else { &[] })?;
        for (name, preset) in
            presets.and_then(|(_, presets)| presets.get_ref().as_table()).into_iter().flatten()
        {
            let wanted = || {
                self.refused(
                    preset.span().start,
                    "presets are tables: [preset.NAME]; that of the encoder goes to [render]",
                )
            };
            let table = preset.get_ref().as_table().ok_or_else(wanted)?;
            file.presets.insert(name.get_ref().to_string(), self.table(table, command, &[])?);
        }
        Ok(file)
    }

    /// Keys for all commands, and tables for one of them, which win.
    fn table(
        &self,
        table: &DeTable<'_>,
        command: &str,
        more: &[&str],
    ) -> Result<BTreeMap<String, Entry>, Refused> {
        let (mut shared, mut own) = (BTreeMap::new(), BTreeMap::new());
        for (key, value) in table {
            let name: &str = key.get_ref();
            if more.contains(&name) {
                continue;
            }
            match value.get_ref().as_table().filter(|_| CONFIGURED.contains(&name)) {
                Some(table) => {
                    for (key, value) in table {
                        let entry = self.entry(flags(name), (key, value), &[])?;
                        if name == command {
                            own.insert(key.get_ref().to_string(), entry);
                        }
                    }
                }
                None => {
                    let all: Vec<Flag> =
                        CONFIGURED.iter().flat_map(|command| flags(command)).cloned().collect();
                    let entry = self.entry(&all, (key, value), &[&CONFIGURED[..], more].concat())?;
                    if takes(command, name) {
                        shared.insert(name.to_owned(), entry);
                    }
                }
            }
        }
        shared.extend(own);
        Ok(shared)
    }

    fn entry(
        &self,
        flags: &[Flag],
        (key, value): (&Spanned<toml::de::DeString<'_>>, &Spanned<DeValue<'_>>),
        tables: &[&str],
    ) -> Result<Entry, Refused> {
        let name: &str = key.get_ref();
        let Some(flag) = flags.iter().find(|flag| flag.name == name) else {
            let known = flags.iter().map(|flag| flag.name.as_str()).chain(tables.iter().copied());
            return Err(self.refused(
                key.span().start,
                &format!(
                    "unknown key {name:?}{}",
                    nearest(name, known).unwrap_or_else(|| "; `helios config` lists all".to_owned())
                ),
            ));
        };
        let words = values::words(flag, value.get_ref(), self.folder);
        let words = words.map_err(|why| self.refused(value.span().start, &why))?;
        Ok(Entry { words, line: self.place(key.span().start).0 })
    }

    /// Line and column, from 1.
    fn place(&self, offset: usize) -> (usize, usize) {
        let before = self.text.get(..offset).unwrap_or(self.text);
        let line = before.matches('\n').count() + 1;
        (line, before.rsplit('\n').next().unwrap_or_default().chars().count() + 1)
    }

    fn refused(&self, offset: usize, why: &str) -> Refused {
        let (line, column) = self.place(offset);
        let shown = self.text.lines().nth(line - 1).unwrap_or_default().trim();
        let shown: String = shown.chars().take(80).collect();
        Refused(format!("{}:{line}:{column}: {why}\n  {shown}", self.path.display()))
    }
}

/// Whether a key for all commands is for this one. What `--output` names is another thing in each: there it is the video.
pub fn takes(command: &str, name: &str) -> bool {
    (name != "output" || command == "render") && flags(command).iter().any(|flag| flag.name == name)
}

/// `; did you mean "width"?`, if anything is near enough.
pub fn nearest<'a>(given: &str, known: impl Iterator<Item = &'a str>) -> Option<String> {
    let given = given.replace('_', "-");
    let distance = |name: &str| strsim::damerau_levenshtein(&given, &name.replace('_', "-"));
    let close =
        known.map(|name| (distance(name), name)).filter(|(distance, _)| *distance <= 1 + given.len() / 4);
    close.min().map(|(_, name)| format!("; did you mean {name:?}?"))
}
