//! Concatenates the runtime's files in the order of `web/runtime/order*.txt`, so that the binary carries each list as one script.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let runtime = Path::new(&env::var("CARGO_MANIFEST_DIR").unwrap_or_default()).join("../../web/runtime");
    println!("cargo::rerun-if-changed={}", runtime.display());
    concatenate(&runtime, "order.txt", "runtime.js")?;
    concatenate(&runtime, "order-chromium.txt", "runtime-chromium.js")
}

fn concatenate(runtime: &Path, order: &str, output: &str) -> io::Result<()> {
    let mut script = String::new();
    for name in
        fs::read_to_string(runtime.join(order))?.lines().map(str::trim).filter(|name| !name.is_empty())
    {
        let file = runtime.join(name);
        let source = fs::read_to_string(&file)
            .map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", file.display())))?;
        script.push_str(&format!("// {name}\n{source}\n"));
    }
    fs::write(PathBuf::from(env::var("OUT_DIR").unwrap_or_default()).join(output), script)
}
