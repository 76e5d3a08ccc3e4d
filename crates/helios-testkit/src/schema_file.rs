//! The committed schemas of what is written are what the types say.

use schemars::Schema;
use std::path::Path;

/// Compares `schemas/NAME.schema.json` with `schema`. `HELIOS_BLESS=1` writes it anew.
///
/// # Panics
/// When they are different, as tests do.
#[track_caller]
#[expect(clippy::panic, reason = "this is for tests")]
pub fn assert_schema(name: &str, id: &str, mut schema: Schema) {
    let file = format!("schemas/{name}.schema.json");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(&file);
    schema.insert("$id".to_owned(), id.into());
    // The same in every build: crates beside this one may ask for objects in the order of their making.
    let mut value = schema.to_value();
    value.sort_all_objects();
    let text = Schema::try_from(value).and_then(|schema| serde_json::to_string_pretty(&schema));
    let text = text.unwrap_or_else(|error| panic!("{file}: {error}")) + "\n";
    if std::env::var_os("HELIOS_BLESS").is_some()
        && let Err(error) = std::fs::write(&path, &text)
    {
        panic!("{file}: {error}");
    }
    if std::fs::read_to_string(&path).unwrap_or_default() != text {
        panic!("{file} is out of date: run the test with HELIOS_BLESS=1");
    }
}
