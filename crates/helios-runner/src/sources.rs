//! The files of a folder that people write: not hidden, not installed, not made.

use std::path::Path;

/// Folders with what tools make, not people.
const SKIPPED: &[&str] = &["node_modules", "target", "__pycache__"];

/// Whether a file or folder of this name is one that people write.
pub fn is_source_name(name: &str) -> bool {
    !name.starts_with('.') && !SKIPPED.contains(&name)
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
