//! What was seen, kept between runs: a long run can be made in parts, and the table written once more when only the list of
//! exceptions has changed. What another program, or another text of the pages, gave is forgotten. Judges nothing.

use crate::ConformanceError;
use crate::check::Check;
use crate::corpus::Page;
use crate::run::Seen;
use serde::{Deserialize, Serialize};
use std::fs;
use std::hash::{DefaultHasher, Hasher as _};
use std::path::{Path, PathBuf};

/// The file's content.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Results {
    pages: Vec<Kept>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Kept {
    /// Of the program and of the page's group.
    stamp: u64,
    seen: Seen,
}

impl Results {
    /// What the file holds. One that is missing or cannot be understood holds nothing.
    pub fn read(path: &Path) -> Results {
        fs::read_to_string(path).ok().and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default()
    }

    /// # Errors
    /// When the file cannot be written.
    pub fn write(&self, path: &Path) -> Result<(), ConformanceError> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(ConformanceError::io("make", folder))?;
        }
        let text = serde_json::to_string(self).unwrap_or_default();
        let beside = path.with_extension("part");
        fs::write(&beside, text).map_err(ConformanceError::io("write", &beside))?;
        fs::rename(&beside, path).map_err(ConformanceError::io("write", path))
    }

    /// Adds what a run with this stamp saw of a page. Ways of rendering that it left out stay.
    pub fn add(&mut self, stamp: u64, mut seen: Seen) {
        let old = self.pages.iter().position(|kept| kept.seen.page.name == seen.page.name);
        let old = old.map(|index| self.pages.remove(index)).filter(|kept| kept.stamp == stamp);
        for (check, outcome) in old.map(|kept| kept.seen.outcomes).unwrap_or_default() {
            if !seen.outcomes.iter().any(|(new, _)| *new == check) {
                seen.outcomes.push((check, outcome));
            }
        }
        self.pages.push(Kept { stamp, seen });
    }

    /// Whether it is known how a page with this stamp comes out when it is rendered in this way.
    pub fn knows(&self, stamp: u64, page: &Page, check: Check) -> bool {
        self.of(stamp, page).is_some_and(|seen| seen.outcomes.iter().any(|(known, _)| *known == check))
    }

    /// What is known of a page whose stamp is this.
    pub fn of(&self, stamp: u64, page: &Page) -> Option<Seen> {
        let kept = self.pages.iter().find(|kept| kept.stamp == stamp && kept.seen.page.name == page.name)?;
        Some(Seen { page: page.clone(), ..kept.seen.clone() })
    }
}

/// Says which program rendered which text: the page's own, and the scripts and pictures beside it.
///
/// # Errors
/// When a file cannot be read.
pub fn stamp(program: &Path, page: &Page) -> Result<u64, ConformanceError> {
    let mut files = vec![program.to_owned(), page.path.clone()];
    if let Some(folder) = page.path.parent() {
        let entries = fs::read_dir(folder).map_err(ConformanceError::io("list", folder))?;
        let mut beside: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
        beside.retain(|path| path.is_file() && path.extension().is_some_and(|kind| kind != "html"));
        beside.sort();
        files.extend(beside);
    }
    let mut hasher = DefaultHasher::new();
    for file in files {
        hasher.write(&fs::read(&file).map_err(ConformanceError::io("read", &file))?);
        hasher.write_u8(0);
    }
    Ok(hasher.finish())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::Outcome;

    fn page(path: PathBuf) -> Page {
        Page { name: "a/b".to_owned(), path, title: String::new(), fast: false, still: false }
    }

    #[test]
    fn parts_of_a_run_come_together_unless_something_changed() {
        let dir = tempfile::tempdir().unwrap();
        let (program, html) = (dir.path().join("program"), dir.path().join("b.html"));
        fs::write(&program, "1").unwrap();
        fs::write(&html, "1").unwrap();
        let page = page(html.clone());
        let seen = |check, outcome| Seen {
            page: page.clone(),
            reference: Ok((60, 60)),
            complaints: Vec::new(),
            outcomes: vec![(check, outcome)],
        };
        let before = stamp(&program, &page).unwrap();
        let file = dir.path().join("results.json");
        let mut results = Results::read(&file);
        results.add(before, seen(Check::Again, Outcome::Equal));
        results.add(before, seen(Check::Workers(3), Outcome::Failed("x".to_owned())));
        results.write(&file).unwrap();
        let mut results = Results::read(&file);
        assert_eq!(results.of(before, &page).unwrap().outcomes.len(), 2);

        fs::write(&html, "2").unwrap();
        let after = stamp(&program, &page).unwrap();
        assert_eq!(results.of(after, &page), None, "another text");
        results.add(after, seen(Check::Load, Outcome::Equal));
        assert_eq!(results.of(after, &page).unwrap().outcomes.len(), 1);
        fs::write(&program, "2").unwrap();
        assert_ne!(stamp(&program, &page).unwrap(), after, "another program");
    }
}
