//! A font family that a page takes from the machine, as it was where the job was made. Fonts are looked for elsewhere.

use crate::InputFile;
use serde::{Deserialize, Serialize};

/// A family in the page, and what the machine has for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Font {
    /// As the page names it, such as `sans-serif`.
    pub family: String,
    /// The family that is drawn, such as `DejaVu Sans`.
    pub name: String,
    /// The files of that family, by their names without a folder.
    pub files: Vec<InputFile>,
}
