//! The files of a folder that people write: not hidden, not installed, not made. Which of them are compositions.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

/// Folders with what tools make, not people.
const SKIPPED: &[&str] = &["node_modules", "target", "__pycache__"];

/// Whether a file or folder of this name is one that people write.
pub fn is_source_name(name: &str) -> bool {
    !name.starts_with('.') && !SKIPPED.contains(&name)
}

/// So much of a component is looked at: what it exports as its composition stands early.
const HEAD: u64 = 64 << 10;

/// Whether a file name is that of a page.
pub fn is_page(path: &Path) -> bool {
    has_extension(path, &["html", "htm"])
}

/// Whether a file name is that of a component, which has a page once it is built.
pub fn is_component(path: &Path) -> bool {
    has_extension(path, &["tsx", "jsx", "vue", "svelte"])
}

/// Whether a file is a composition: a page, or a component that says so. Other components are parts of those.
pub fn is_composition(path: &Path) -> bool {
    let says = || {
        let mut head = Vec::new();
        let read = File::open(path).and_then(|file| file.take(HEAD).read_to_end(&mut head));
        let head = String::from_utf8_lossy(&head);
        read.is_ok()
            && ["export const composition", "export const helios"].iter().any(|words| head.contains(words))
    };
    is_page(path) || is_component(path) && says()
}

fn has_extension(path: &Path, extensions: &[&str]) -> bool {
    let own = path.extension().map(|extension| extension.to_string_lossy().to_ascii_lowercase());
    own.is_some_and(|own| extensions.contains(&own.as_str()))
}

/// Goes through the files in `folder` and `depth` folders down, by path; `visit` says whether to go on. Returns whether it did to
/// the end.
pub fn walk_sources(
    folder: &Path,
    depth: usize,
    visit: &mut dyn FnMut(&Path, &std::fs::Metadata) -> bool,
) -> bool {
    let mut entries: Vec<_> = std::fs::read_dir(folder).into_iter().flatten().flatten().collect();
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let name = entry.file_name();
        // A link may lead anywhere, also back: only what lies here is listed.
        let (Some(name), Ok(metadata)) = (name.to_str(), entry.metadata()) else { continue };
        let more = if metadata.is_dir() {
            !is_source_name(name) || depth == 0 || walk_sources(&entry.path(), depth - 1, visit)
        } else {
            name.starts_with('.') || !metadata.is_file() || visit(&entry.path(), &metadata)
        };
        if !more {
            return false;
        }
    }
    true
}
