//! What a project may know of its surroundings: `NODE_ENV`, `import.meta.env`, the variables of its `.env` files that are meant
//! for pages. Anything else of the environment stays outside: a video shows what it was given.

use crate::BundleError;
use std::collections::BTreeMap;
use std::path::Path;

/// Only variables with these beginnings are for pages.
pub(crate) const PREFIXES: [&str; 2] = ["VITE_", "HELIOS_"];
/// Later files win.
pub(crate) const FILES: [&str; 4] = [".env", ".env.local", ".env.production", ".env.production.local"];

/// The variables of the files in `root`, and those of `given`, which win.
pub(crate) fn variables(
    root: &Path,
    given: &[(String, String)],
) -> Result<BTreeMap<String, String>, BundleError> {
    let mut all = BTreeMap::new();
    for name in FILES {
        let file = root.join(name);
        if !file.is_file() {
            continue;
        }
        let wrong = |error: dotenvy::Error| BundleError::Project {
            project: root.display().to_string(),
            why: format!("{} cannot be read: {error}", file.display()),
        };
        for pair in dotenvy::from_path_iter(&file).map_err(wrong)? {
            let (name, value) = pair.map_err(wrong)?;
            all.insert(name, value);
        }
    }
    all.extend(given.iter().cloned());
    all.retain(|name, _| PREFIXES.iter().any(|prefix| name.starts_with(prefix)));
    Ok(all)
}

/// What rolldown puts in the place of these expressions.
pub(crate) fn defines(variables: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let text = |value: &str| serde_json::Value::from(value).to_string();
    let mut process = serde_json::Map::from_iter([("NODE_ENV".to_owned(), "production".into())]);
    let mut meta = serde_json::Map::from_iter([
        ("BASE_URL".to_owned(), "./".into()),
        ("DEV".to_owned(), false.into()),
        ("MODE".to_owned(), "production".into()),
        ("PROD".to_owned(), true.into()),
        ("SSR".to_owned(), false.into()),
    ]);
    for (name, value) in variables {
        process.insert(name.clone(), value.as_str().into());
        meta.insert(name.clone(), value.as_str().into());
    }
    let mut all = BTreeMap::new();
    for (object, values) in [("process.env", process), ("import.meta.env", meta)] {
        for (name, value) in &values {
            let value = value.as_str().map_or(value.to_string(), text);
            all.insert(format!("{object}.{name}"), value);
        }
        all.insert(object.to_owned(), serde_json::Value::Object(values).to_string());
    }
    // What Vue asks to be told.
    for (name, value) in [
        ("OPTIONS_API__", "true"),
        ("PROD_DEVTOOLS__", "false"),
        ("PROD_HYDRATION_MISMATCH_DETAILS__", "false"),
    ] {
        all.insert(format!("__VUE_{name}"), value.to_owned());
    }
    // No module is ever replaced in a video.
    all.insert("import.meta.hot".to_owned(), "undefined".to_owned());
    all
}
