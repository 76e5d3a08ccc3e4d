//! The types of the user interface are those of the server.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

fn place() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../web/studio/src/api")
}

fn files(folder: &Path) -> BTreeMap<String, String> {
    let entries = fs::read_dir(folder).map(|entries| entries.flatten().collect()).unwrap_or_default();
    let entries: Vec<fs::DirEntry> = entries;
    let read = |entry: &fs::DirEntry| fs::read_to_string(entry.path()).unwrap();
    entries.iter().map(|entry| (entry.file_name().into_string().unwrap(), read(entry))).collect()
}

fn generated() -> BTreeMap<String, String> {
    let folder = tempfile::tempdir().unwrap();
    helios_studio::api::export_typescript(folder.path()).unwrap();
    let mut files = files(folder.path());
    let index = files.keys().map(|name| {
        let name = name.trim_end_matches(".ts");
        format!("export type {{ {name} }} from \"./{name}\";\n")
    });
    let head = "// Generated from crates/helios-studio/src/api by its tests (HELIOS_BLESS=1). Do not edit.\n";
    let index = format!("{head}{}", index.collect::<String>());
    files.insert("index.ts".to_owned(), index);
    files
}

#[test]
fn typescript_types_are_those_of_the_server() {
    let wanted = generated();
    if std::env::var_os("HELIOS_BLESS").is_some() {
        let _ = fs::remove_dir_all(place());
        fs::create_dir_all(place()).unwrap();
        for (name, text) in &wanted {
            fs::write(place().join(name), text).unwrap();
        }
    }
    let found = files(&place());
    assert_eq!(
        found.keys().collect::<Vec<_>>(),
        wanted.keys().collect::<Vec<_>>(),
        "HELIOS_BLESS=1 rewrites web/studio/src/api"
    );
    for (name, text) in wanted {
        assert_eq!(found[&name], text, "{name}: HELIOS_BLESS=1 rewrites web/studio/src/api");
    }
}
