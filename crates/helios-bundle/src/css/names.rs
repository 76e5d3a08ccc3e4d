//! The names of a CSS module: classes, ids and animations get names that no other sheet has, and scripts are told which.

use super::{Sheet, span};
use crate::assets::{hex, plain};
use crate::entry::quoted;
use css_module_lexer::{Dependency, DependencyContext};
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// What makes the names of a CSS module its own.
pub(super) struct Own<'a, 's> {
    /// As people call it.
    pub(super) file: String,
    pub(super) found: &'a DependencyContext<'s>,
    pub(super) sheet: &'a mut Sheet,
    pub(super) places: &'a mut Vec<(std::ops::Range<usize>, String)>,
}

impl Own<'_, '_> {
    /// Renames what the sheet declares, and notes what it exports.
    pub(super) fn rename(&mut self) {
        let keyframes: BTreeSet<&str> = (self.found.iter())
            .filter_map(|found| match found {
                Dependency::LocalKeyframesDecl { name, .. } => Some(*name),
                _ => None,
            })
            .collect();
        let values: BTreeMap<&str, &str> = (self.found.iter())
            .filter_map(|found| match found {
                Dependency::ICSSExportValue { prop, value, .. } => Some((*prop, value.trim())),
                _ => None,
            })
            .collect();
        for (name, value) in &values {
            self.sheet.names.insert((*name).to_owned(), quoted(value));
        }
        for found in self.found.iter() {
            match found {
                Dependency::LocalClass { name, range, .. } | Dependency::LocalId { name, range, .. } => {
                    let (mark, name) = name.split_at(1);
                    let own = self.own(name);
                    self.places.push((span(range), format!("{mark}{own}")));
                    self.export(name);
                }
                Dependency::LocalKeyframesDecl { name, range } => {
                    self.places.push((span(range), self.own(name)));
                    self.export(name);
                }
                Dependency::LocalKeyframes { name, range } if keyframes.contains(name) => {
                    self.places.push((span(range), self.own(name)));
                }
                Dependency::ICSSSymbol { name, range } => {
                    if let Some(value) = values.get(name) {
                        self.places.push((span(range), (*value).to_owned()));
                    }
                }
                Dependency::Replace { content, range } => {
                    self.places.push((span(range), (*content).to_owned()))
                }
                _ => {}
            }
        }
        for found in self.found.iter() {
            if let Dependency::Composes { local_classes, names, from, from_is_global, .. } = found {
                for class in self.found.composes_local_classes(*local_classes) {
                    for name in self.found.composes_names(*names) {
                        self.compose(class, name, from.filter(|_| !from_is_global), *from_is_global);
                    }
                }
            }
        }
    }

    fn export(&mut self, name: &str) {
        let own = quoted(&self.own(name));
        self.sheet.names.entry(unescaped(name)).or_insert(own);
    }

    fn compose(&mut self, class: &str, name: &str, from: Option<&str>, is_global: bool) {
        let more = match from {
            Some(from) => {
                let request = from.trim_matches(['"', '\'']).to_owned();
                let known = self.sheet.imports.iter().position(|import| *import == request);
                let index = known.unwrap_or_else(|| {
                    self.sheet.imports.push(request);
                    self.sheet.imports.len() - 1
                });
                format!("names{index}[{}]", quoted(name))
            }
            None if is_global => quoted(name),
            None => self.sheet.names.get(name).cloned().unwrap_or_else(|| quoted(&self.own(name))),
        };
        if let Some(value) = self.sheet.names.get_mut(class) {
            value.push_str(&format!(" + \" \" + {more}"));
        }
    }

    /// A name that no other module has.
    fn own(&self, name: &str) -> String {
        let digest = Sha256::digest(format!("{}\n{name}", self.file));
        format!("{}_{}", plain(&unescaped(name)).replace('.', "-"), &hex(&digest)[..6])
    }
}

fn unescaped(name: &str) -> String {
    name.replace('\\', "")
}
