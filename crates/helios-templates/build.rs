//! Lists the texts of `examples/` and `web/packages/`, so that the binary carries them. What npm installs and what is generated from the
//! examples (media, lock files) stays behind.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

const TEXTS: [&str; 12] =
    ["css", "html", "js", "json", "jsx", "md", "svelte", "svg", "ts", "tsx", "vtt", "vue"];
const LEFT_OUT: [&str; 4] = ["node_modules", "package-lock.json", "dist", "tsconfig.json"];

fn main() -> io::Result<()> {
    let root = Path::new(&env::var("CARGO_MANIFEST_DIR").unwrap_or_default()).join("../..").canonicalize()?;
    let mut files = Vec::new();
    for folder in ["examples", "web/packages"] {
        println!("cargo::rerun-if-changed={}", root.join(folder).display());
        collect(&root.join(folder), &mut files)?;
    }
    files.sort();
    let mut list = String::from("pub(crate) const FILES: &[(&str, &str)] = &[\n");
    for file in files {
        let name = file.strip_prefix(&root).unwrap_or(&file).display().to_string();
        list.push_str(&format!("    ({name:?}, include_str!({:?})),\n", file.display().to_string()));
    }
    list.push_str("];\n");
    fs::write(PathBuf::from(env::var("OUT_DIR").unwrap_or_default()).join("files.rs"), list)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if LEFT_OUT.iter().any(|name| path.file_name().is_some_and(|file| file == *name)) {
            continue;
        }
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|extension| TEXTS.iter().any(|text| extension == *text)) {
            files.push(path);
        }
    }
    Ok(())
}
