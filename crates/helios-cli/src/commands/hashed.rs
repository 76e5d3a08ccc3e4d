//! Frame hashes from chunk manifests, for `helios verify`: one manifest, or a folder of them joined by their frames.

use crate::settings::Refused;
use helios_job::{ChunkManifest, Expected, FrameHashes, Link, check_sequence};
use std::path::Path;

/// The hashes of one manifest.
pub fn of_manifest(path: &Path, text: &str) -> Result<FrameHashes, Refused> {
    Ok(parse(path, text)?.hashes())
}

/// The hashes of all manifests in a folder, which must be of one job and have every frame from the first to the last once.
pub fn of_folder(path: &Path) -> Result<FrameHashes, Refused> {
    let refused = |why: String| Refused(format!("cannot compare {}: {why}", path.display()));
    let mut found: Vec<(String, ChunkManifest)> = Vec::new();
    for entry in std::fs::read_dir(path).map_err(|error| refused(error.to_string()))? {
        let file = entry.map_err(|error| refused(error.to_string()))?.path();
        if file.extension().is_none_or(|extension| extension != "json") || !file.is_file() {
            continue;
        }
        let bytes = std::fs::read(&file).map_err(|error| refused(format!("{}: {error}", file.display())))?;
        let text = String::from_utf8_lossy(&bytes);
        if ChunkManifest::is_meant(&text) {
            let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
            found.push((name, parse(&file, &text)?));
        }
    }
    found.sort_by_key(|(name, manifest)| (manifest.start_frame, name.clone()));
    let links: Vec<Link> =
        found.iter().map(|(name, manifest)| Link { name, manifest: Some(manifest) }).collect();
    let problems = check_sequence(&links, Expected::default());
    if !problems.is_empty() {
        let lines = problems.iter().map(|problem| {
            let name = links.get(problem.index).map_or("", |link| link.name);
            format!("{name}: {}: {}", problem.trouble.word(), problem.why)
        });
        return Err(refused(format!(
            "its chunk manifests do not make one video: {}",
            lines.collect::<Vec<_>>().join("; ")
        )));
    }
    let mut manifests = found.into_iter().map(|(_, manifest)| manifest);
    let none = || refused("it is a folder without chunk manifests; name one with, or a file".to_owned());
    let mut all = manifests.next().ok_or_else(none)?.hashes();
    all.hashes.extend(manifests.flat_map(|manifest| manifest.frame_hashes.values));
    Ok(all)
}

fn parse(path: &Path, text: &str) -> Result<ChunkManifest, Refused> {
    let refused = |error| Refused(format!("cannot compare {}: {error}", path.display()));
    ChunkManifest::parse(text).map_err(refused)
}
