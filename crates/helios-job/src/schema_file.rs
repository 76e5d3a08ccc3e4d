//! For tests: the committed schemas are what the types say.

use std::path::Path;

/// Compares `schemas/NAME.schema.json`. `HELIOS_BLESS=1` writes it anew.
#[track_caller]
pub(crate) fn assert_is(name: &str, id: &str, mut schema: schemars::Schema) {
    let file = format!("schemas/{name}.schema.json");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(&file);
    schema.insert("$id".to_owned(), id.into());
    // The same in every build: crates beside this one may ask for objects in the order of their making.
    let mut value = schema.to_value();
    value.sort_all_objects();
    let schema = schemars::Schema::try_from(value).unwrap();
    let text = serde_json::to_string_pretty(&schema).unwrap() + "\n";
    if std::env::var_os("HELIOS_BLESS").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == text, "{file} is out of date: run the test with HELIOS_BLESS=1");
}
