//! Files that a page loads as they are: each is in the built page once, under a name made of its own and its content.

use crate::BundleError;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// The folder of built files.
pub(crate) const FOLDER: &str = "assets";

/// The files that were asked for so far.
#[derive(Debug, Default)]
pub(crate) struct Assets(Mutex<BTreeMap<String, PathBuf>>);

impl Assets {
    /// The address of a file, as the page asks for it.
    pub(crate) fn address(&self, file: &Path) -> Result<String, BundleError> {
        let sum = sum(file).map_err(BundleError::io("read", file))?;
        let stem = plain(&file.file_stem().unwrap_or_default().to_string_lossy());
        let extension = file.extension().map(|extension| format!(".{}", extension.to_string_lossy()));
        let name = format!("{FOLDER}/{stem}-{}{}", &sum[..8], extension.unwrap_or_default());
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(name.clone(), file.to_owned());
        Ok(format!("./{name}"))
    }

    /// All of them, by their names in the page.
    pub(crate) fn take(&self) -> BTreeMap<String, PathBuf> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A name without anything that an address would have to escape.
pub(crate) fn plain(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '-' };
    let name: String = name.chars().map(plain).take(60).collect();
    let name = name.trim_start_matches('.').to_owned();
    if name.is_empty() { "file".to_owned() } else { name }
}

/// The SHA-256 of a file, in hexadecimal digits.
fn sum(file: &Path) -> std::io::Result<String> {
    let mut digest = Sha256::new();
    let mut file = File::open(file)?;
    let mut piece = vec![0; 1 << 16];
    loop {
        match file.read(&mut piece)? {
            0 => return Ok(hex(&digest.finalize())),
            read => digest.update(&piece[..read]),
        }
    }
}

/// Bytes as hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
