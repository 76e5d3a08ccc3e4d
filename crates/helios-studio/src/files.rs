//! The files of the project: which there are, what they are, and how they go to a browser.

use crate::ApiError;
use crate::api::{Asset, AssetKind, Assets};
use crate::project::{Project, modified_ms};
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::Response;
use helios_runner::walk_sources;
use std::path::{Path, PathBuf};
use tower_http::services::ServeFile;

/// The most files that are listed.
const MOST: usize = 5000;
/// Folders within folders that are looked through.
const DEPTH: usize = 12;

/// Goes through the files of a project, by path; `visit` says whether to go on.
pub fn walk(root: &Path, visit: &mut dyn FnMut(&Path, &std::fs::Metadata) -> bool) {
    walk_sources(root, DEPTH, visit);
}

/// Every file that people may want to see.
pub fn assets(project: &Project) -> Assets {
    let mut found = Assets { assets: Vec::new(), more: false };
    walk(project.root(), &mut |path, metadata| {
        if found.assets.len() == MOST {
            found.more = true;
            return false;
        }
        let mime = mime(path);
        found.assets.push(Asset {
            path: project.relative(path),
            kind: kind(path, mime),
            bytes: metadata.len(),
            modified_ms: modified_ms(metadata),
            mime: mime.to_owned(),
        });
        true
    });
    found
}

/// Types that decide what the Studio does with a file. The rest is for the browser.
const MIMES: &[(&str, &str)] = &[
    ("png", "image/png"),
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
    ("gif", "image/gif"),
    ("webp", "image/webp"),
    ("avif", "image/avif"),
    ("apng", "image/apng"),
    ("svg", "image/svg+xml"),
    ("ico", "image/x-icon"),
    ("mp4", "video/mp4"),
    ("m4v", "video/mp4"),
    ("mov", "video/quicktime"),
    ("mkv", "video/x-matroska"),
    ("webm", "video/webm"),
    ("wav", "audio/wav"),
    ("mp3", "audio/mpeg"),
    ("flac", "audio/flac"),
    ("m4a", "audio/mp4"),
    ("aac", "audio/aac"),
    ("ogg", "audio/ogg"),
    ("opus", "audio/ogg"),
    ("woff2", "font/woff2"),
    ("woff", "font/woff"),
    ("ttf", "font/ttf"),
    ("otf", "font/otf"),
    ("srt", "application/x-subrip"),
    ("vtt", "text/vtt"),
    ("json", "application/json"),
    ("csv", "text/csv"),
    ("txt", "text/plain"),
    ("md", "text/markdown"),
    ("html", "text/html"),
    ("htm", "text/html"),
    ("css", "text/css"),
    ("js", "text/javascript"),
    ("mjs", "text/javascript"),
    ("ts", "text/plain"),
    ("tsx", "text/plain"),
    ("jsx", "text/plain"),
    ("svelte", "text/plain"),
    ("vue", "text/plain"),
];

fn extension(path: &Path) -> String {
    path.extension().map(|e| e.to_string_lossy().to_ascii_lowercase()).unwrap_or_default()
}

/// What a file is, by its name.
pub fn mime(path: &Path) -> &'static str {
    let extension = extension(path);
    MIMES.iter().find(|(name, _)| *name == extension).map_or("application/octet-stream", |(_, mime)| mime)
}

/// What a player is told of an output; nothing for pictures, which are a folder.
pub fn output_mime(output: &Path) -> &'static str {
    if output.to_string_lossy().contains('%') { "" } else { mime(output) }
}

fn kind(path: &Path, mime: &str) -> AssetKind {
    let extension = extension(path);
    match (mime.split('/').next().unwrap_or_default(), extension.as_str()) {
        (_, "srt" | "vtt") => AssetKind::Captions,
        (_, "json" | "csv" | "tsv" | "txt" | "md" | "xml" | "yaml" | "yml" | "toml") => AssetKind::Data,
        ("image", _) => AssetKind::Image,
        ("video", _) => AssetKind::Video,
        ("audio", _) => AssetKind::Audio,
        ("font", _) => AssetKind::Font,
        ("text", _) => AssetKind::Code,
        _ => AssetKind::Other,
    }
}

/// A file with byte ranges. Whatever it is, nothing of it runs on the Studio's origin.
///
/// # Errors
/// `failed` when it cannot be read.
pub async fn send(file: &Path, request: Request, attachment: bool) -> Result<Response, ApiError> {
    let sent = ServeFile::new(file).try_call(request).await;
    let sent = sent.map_err(|error| ApiError::failed(format!("read {}", file.display()), error))?;
    let mut response = sent.map(Body::new);
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    };
    set(header::CONTENT_TYPE, mime(file));
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::CACHE_CONTROL, "no-cache");
    set(
        header::CONTENT_SECURITY_POLICY,
        "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:",
    );
    if attachment {
        set(header::CONTENT_DISPOSITION, &disposition(file));
    }
    Ok(response)
}

/// The name for a download, in the form that takes every name (RFC 6266).
fn disposition(file: &Path) -> String {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let name = percent_encoding::utf8_percent_encode(&name, percent_encoding::NON_ALPHANUMERIC);
    format!("attachment; filename*=UTF-8''{name}")
}

/// The file of an output that can be shown: of a folder of pictures the first.
pub fn shown(output: &Path) -> Option<PathBuf> {
    if !output.to_string_lossy().contains('%') {
        return Some(output.to_path_buf()).filter(|file| file.is_file());
    }
    let folder = output.parent()?;
    let mut pictures: Vec<PathBuf> =
        std::fs::read_dir(folder).ok()?.flatten().map(|entry| entry.path()).collect();
    pictures.sort();
    pictures.into_iter().next().filter(|file| file.is_file())
}
