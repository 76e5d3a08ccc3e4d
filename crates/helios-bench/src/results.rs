//! Measurements kept between runs, scene by scene: a long run can be made in parts, each scene in one. What another program
//! gave, or the same with other settings, is forgotten.

use crate::scene::Scene;
use crate::table::{Measured, Row};
use crate::tree::Used;
use crate::way::{Bench, Way};
use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};
use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};

/// A file of measurements.
pub struct Results {
    path: PathBuf,
    kept: Vec<Kept>,
}

#[derive(Serialize, Deserialize)]
struct Kept {
    stamp: u64,
    scene: String,
    measured: Vec<Measured>,
    one_frame: Vec<Used>,
}

impl Results {
    /// What the file holds. One that is missing or cannot be understood holds nothing.
    pub fn read(path: &Path) -> Results {
        let text = fs::read_to_string(path).ok();
        let kept = text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
        Results { path: path.to_owned(), kept }
    }

    /// What is known of a scene.
    pub fn of(&self, stamp: u64, scene: &Scene) -> Option<Row> {
        let kept = self.kept.iter().find(|kept| kept.stamp == stamp && kept.scene == scene.name)?;
        Some(Row { scene: *scene, measured: kept.measured.clone(), one_frame: kept.one_frame.clone() })
    }

    /// Adds the measurements of a scene, and writes the file.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn keep(&mut self, stamp: u64, row: &Row) -> Result<()> {
        let scene = row.scene.name.to_owned();
        self.kept.retain(|kept| kept.stamp == stamp && kept.scene != scene);
        let Row { measured, one_frame, .. } = row.clone();
        self.kept.push(Kept { stamp, scene, measured, one_frame });
        let write = |path: &Path| -> Result<()> {
            fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))?;
            let beside = path.with_extension("part");
            fs::write(&beside, serde_json::to_vec(&self.kept)?)?;
            Ok(fs::rename(&beside, path)?)
        };
        write(&self.path).with_context(|| format!("cannot write {}", self.path.display()))
    }
}

/// Says what is measured: the program, the pages, the ways, and how much of each.
///
/// # Errors
/// When a file cannot be read.
pub fn stamp(bench: &Bench, scenes: &[Scene], ways: &[Way], rounds: u32) -> Result<u64> {
    let mut hasher = DefaultHasher::new();
    let pages = scenes.iter().map(|scene| bench.scenes.join(scene.page));
    for file in std::iter::once(bench.helios.clone()).chain(pages) {
        hasher.write(&fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?);
    }
    (bench.frames, rounds, format!("{ways:?}")).hash(&mut hasher);
    Ok(hasher.finish())
}
