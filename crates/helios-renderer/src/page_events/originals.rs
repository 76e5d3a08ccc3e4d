//! Where something was written: pages that were built say so in source maps beside their scripts. Reads those of the page's own
//! folder; asks nobody else.

use crate::server::HOST_NAME;
use crate::site;
use oxc_sourcemap::SourceMap;
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

/// Larger maps are not read: an error should be told soon.
const LARGEST: u64 = 64 << 20;

/// The source maps of a page.
pub(crate) struct Originals {
    root: Option<PathBuf>,
    /// By script, as the page names it.
    known: Mutex<HashMap<String, Option<Arc<SourceMap<'static>>>>>,
}

impl Originals {
    /// For a page in `root`; without one nothing is known.
    pub(crate) fn new(root: Option<PathBuf>) -> Arc<Originals> {
        Arc::new(Originals { root, known: Mutex::default() })
    }

    /// `text` with the places in built scripts replaced by those that they were made of.
    pub(crate) fn in_text(&self, text: &str) -> String {
        let own = format!("http://{HOST_NAME}/");
        if self.root.is_none() || !text.contains(&own) {
            return text.to_owned();
        }
        let mut parts = text.split(&own);
        let mut out = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let end = part.find([')', ' ', '\n', '\'', '"']).unwrap_or(part.len());
            let (place, rest) = part.split_at(end);
            match self.original(place) {
                Some(original) => out.push_str(&original),
                None => out.extend([own.as_str(), place]),
            }
            out.push_str(rest);
        }
        out
    }

    /// `src/Title.tsx:3:5` for `assets/Title-1a2b3c4d.js:120:9`.
    fn original(&self, place: &str) -> Option<String> {
        let (place, column) = place.rsplit_once(':')?;
        let (script, line) = place.rsplit_once(':')?;
        let (line, column) = (line.parse::<u32>().ok()?, column.parse::<u32>().ok()?);
        let map = self.map(script)?;
        let table = map.generate_lookup_table();
        let token = map.lookup_source_view_token(&table, line.checked_sub(1)?, column.checked_sub(1)?)?;
        let source = token.get_source()?;
        // As seen from the folder of the project, wherever the built page is.
        let source = source.trim_start_matches("../").trim_start_matches("./");
        Some(format!("{source}:{}:{}", token.get_src_line() + 1, token.get_src_col() + 1))
    }

    fn map(&self, script: &str) -> Option<Arc<SourceMap<'static>>> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(map) = known.get(script) {
            return map.clone();
        }
        let map = self.read(script).map(Arc::new);
        known.insert(script.to_owned(), map.clone());
        map
    }

    fn read(&self, script: &str) -> Option<SourceMap<'static>> {
        let script = script.split('?').next()?;
        let file = site::find(self.root.as_deref()?, &format!("/{script}.map"))?;
        if file.metadata().ok()?.len() > LARGEST {
            return None;
        }
        let text = std::fs::read_to_string(file).ok()?;
        SourceMap::from_json(serde_json::from_str(&text).ok()?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::Originals;

    #[test]
    fn places_of_built_scripts_are_told_as_those_of_their_sources() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().canonicalize().unwrap();
        // Line 2, column 5 of the script is line 3, column 9 of the source.
        let map = r#"{"version":3,"sources":["../../src/a.tsx"],"names":[],"mappings":";IAEQ"}"#;
        std::fs::create_dir(root.join("assets")).unwrap();
        std::fs::write(root.join("assets/a.js.map"), map).unwrap();
        let originals = Originals::new(Some(root));
        let text = "no\n    at f (http://helios.localhost/assets/a.js:2:5)\n    at http://helios.localhost/assets/b.js:2:5";
        let told = "no\n    at f (src/a.tsx:3:9)\n    at http://helios.localhost/assets/b.js:2:5";
        assert_eq!(originals.in_text(text), told);
        assert_eq!(Originals::new(None).in_text(text), text);
    }
}
