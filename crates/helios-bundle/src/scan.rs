//! What a script asks for, and whether a browser can run it as it stands. Parses; resolves nothing but relative paths.

use oxc::allocator::Allocator;
use oxc::parser::Parser;
use oxc::span::SourceType;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// More modules than anybody writes without a bundler.
const MOST: usize = 2000;

/// What a module says in its head.
struct Module {
    imports: Vec<String>,
    has_default: bool,
}

fn parse(text: &str, kind: SourceType) -> Option<Module> {
    let allocator = Allocator::default();
    let parsed = Parser::new(&allocator, text, kind).parse();
    if parsed.panicked || !parsed.diagnostics.is_empty() {
        return None;
    }
    let record = &parsed.module_record;
    let mut imports: Vec<String> = record.requested_modules.keys().map(ToString::to_string).collect();
    imports.sort();
    let exported = record.local_export_entries.iter().chain(&record.indirect_export_entries);
    let has_default = exported.into_iter().any(|entry| entry.export_name.is_default());
    Some(Module { imports, has_default })
}

/// Whether a script has a default export. One that cannot be parsed has: whoever builds it says what is wrong.
pub(crate) fn has_default_export(file: &Path) -> bool {
    let kind = SourceType::from_path(file).unwrap_or_default().with_module(true);
    let text = std::fs::read_to_string(file).unwrap_or_default();
    parse(&text, kind).is_none_or(|module| module.has_default)
}

/// Whether the modules that a page begins with run in a browser as they stand.
pub(crate) struct Browser<'a> {
    /// What `/` is.
    pub(crate) base: &'a Path,
    /// Whether the page says itself where packages are.
    pub(crate) has_import_map: bool,
}

impl Browser<'_> {
    /// Whether it can run a file and what that imports.
    pub(crate) fn runs_file(&self, file: PathBuf) -> bool {
        let mut seen = BTreeSet::new();
        let mut left = vec![file];
        while let Some(file) = left.pop() {
            if seen.len() >= MOST || !seen.insert(file.clone()) {
                continue;
            }
            // A file that is not there is for the browser to complain of.
            let Ok(text) = std::fs::read_to_string(&file) else { continue };
            if !is_script(&file) || !self.runs_text(&text, file.parent().unwrap_or(self.base), &mut left) {
                return false;
            }
        }
        true
    }

    /// Whether it can run a script of the page itself.
    pub(crate) fn runs_inline(&self, text: &str) -> bool {
        let mut left = Vec::new();
        self.runs_text(text, self.base, &mut left) && left.into_iter().all(|file| self.runs_file(file))
    }

    /// Whether it can run a text in `folder`; `left` gets the files that it imports.
    fn runs_text(&self, text: &str, folder: &Path, left: &mut Vec<PathBuf>) -> bool {
        let Some(module) = parse(text, SourceType::mjs()) else { return false };
        for specifier in module.imports {
            let path = specifier.split(['?', '#']).next().unwrap_or_default();
            let file = match path.chars().next() {
                _ if specifier.contains("://") || specifier.starts_with("data:") => continue,
                Some('/') => self.base.join(path.trim_start_matches('/')),
                Some('.') => folder.join(path),
                _ if self.has_import_map => continue,
                _ => return false,
            };
            let is_packaged = file.components().any(|part| part.as_os_str() == "node_modules");
            let with_attributes = text.contains("with {") || text.contains("with{");
            if is_packaged && is_script(&file) || !is_script(&file) && with_attributes && file.is_file() {
                continue;
            }
            if !is_script(&file) {
                return false;
            }
            left.push(file);
        }
        true
    }
}

/// Whether a browser runs files of this name as JavaScript.
fn is_script(file: &Path) -> bool {
    file.extension().is_some_and(|extension| extension == "js" || extension == "mjs")
}
