//! Concatenates the files of the runtime in the order of `web/runtime/order*.txt`, and those of the preview around them, so that
//! the binary carries each list as one script.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let runtime = Path::new(&env::var("CARGO_MANIFEST_DIR").unwrap_or_default()).join("../../web/runtime");
    println!("cargo::rerun-if-changed={}", runtime.display());
    let preview = runtime.with_file_name("preview");
    println!("cargo::rerun-if-changed={}", preview.display());
    let plain = concatenate(&runtime, "order.txt")?;
    write("runtime-chromium.js", &concatenate(&runtime, "order-chromium.txt")?)?;
    write("preview.js", &concatenate(&preview, "order.txt")?.replace("@runtime\n", &plain))?;
    write("runtime.js", &plain)
}

/// The files that `order` lists; the line `@runtime` is kept for the runtime's.
fn concatenate(folder: &Path, order: &str) -> io::Result<String> {
    let mut script = String::new();
    for name in fs::read_to_string(folder.join(order))?.lines().map(str::trim).filter(|name| !name.is_empty())
    {
        if name.starts_with('@') {
            script.push_str(&format!("{name}\n"));
            continue;
        }
        let file = folder.join(name);
        let source = fs::read_to_string(&file)
            .map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", file.display())))?;
        script.push_str(&format!("// {name}\n{source}\n"));
    }
    Ok(script)
}

fn write(output: &str, script: &str) -> io::Result<()> {
    fs::write(PathBuf::from(env::var("OUT_DIR").unwrap_or_default()).join(output), script)
}
