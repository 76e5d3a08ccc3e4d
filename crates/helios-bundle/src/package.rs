//! What `package.json` says of a project, and where the project begins.

use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The files with the settings of a project. Those of TypeScript may lie in any folder.
pub(crate) const SETTINGS: [&str; 4] =
    ["package.json", "tsconfig.json", "jsconfig.json", "tsconfig.app.json"];

/// The part of `package.json` that matters here.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Package {
    pub(crate) version: String,
    pub(crate) main: Option<String>,
    pub(crate) source: Option<String>,
    pub(crate) scripts: BTreeMap<String, String>,
    pub(crate) dependencies: BTreeMap<String, String>,
    #[serde(rename = "devDependencies")]
    pub(crate) dev_dependencies: BTreeMap<String, String>,
}

impl Package {
    /// That of `folder`. A file that cannot be understood says nothing: rolldown complains of it where it matters.
    pub(crate) fn read(folder: &Path) -> Option<Package> {
        let text = std::fs::read_to_string(folder.join("package.json")).ok()?;
        serde_json::from_str(&text).ok()
    }

    /// Whether the project itself asks for `name`.
    pub(crate) fn wants(&self, name: &str) -> bool {
        self.dependencies.contains_key(name) || self.dev_dependencies.contains_key(name)
    }
}

/// The folder of the project that `file` is in: the nearest with a `package.json` or a `node_modules`, or else its own.
pub(crate) fn root_of(file: &Path) -> PathBuf {
    let folder = file.parent().unwrap_or(Path::new("/"));
    let begins =
        |folder: &&Path| folder.join("package.json").is_file() || folder.join("node_modules").is_dir();
    folder.ancestors().find(begins).unwrap_or(folder).to_owned()
}

/// The installed package `name` as seen from `folder`.
pub(crate) fn installed(folder: &Path, name: &str) -> Option<PathBuf> {
    folder.ancestors().map(|folder| folder.join("node_modules").join(name)).find(|found| found.is_dir())
}

/// The package that an import names: `three/addons/x.js` is of `three`, `@a/b/c` of `@a/b`. `None` for a path.
pub(crate) fn package_of(specifier: &str) -> Option<&str> {
    if specifier.starts_with(['.', '/', '#']) || specifier.contains(':') || specifier.is_empty() {
        return None;
    }
    let parts = if specifier.starts_with('@') { 2 } else { 1 };
    let end = specifier.match_indices('/').nth(parts - 1).map_or(specifier.len(), |(at, _)| at);
    specifier.get(..end)
}

#[cfg(test)]
mod tests {
    use super::package_of;

    #[test]
    fn packages_of_imports() {
        for (specifier, package) in [
            ("three/addons/x.js", Some("three")),
            ("@a/b/c", Some("@a/b")),
            ("@a/b", Some("@a/b")),
            ("react", Some("react")),
            ("./x", None),
            ("/x", None),
            ("#x", None),
            ("https://x/y", None),
            ("node:fs", None),
        ] {
            assert_eq!(package_of(specifier), package, "{specifier}");
        }
    }
}
