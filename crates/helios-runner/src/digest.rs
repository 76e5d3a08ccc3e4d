//! SHA-256 of files, read piece by piece: a chunk may be larger than the memory.

use crate::RunnerError;
use helios_job::Sha256Sum;
use sha2::{Digest as _, Sha256};
use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;
use tokio_util::sync::CancellationToken;

/// Bytes read at a time.
const PIECE: usize = 1 << 20;

/// The digest and the number of bytes of a file. Blocks; `None` when `cancel` fired meanwhile.
///
/// # Errors
/// When it cannot be read.
pub fn of_file(path: &Path, cancel: &CancellationToken) -> io::Result<Option<(Sha256Sum, u64)>> {
    let mut file = File::open(path)?;
    let (mut hasher, mut bytes) = (Sha256::new(), 0);
    let mut piece = vec![0; PIECE];
    while !cancel.is_cancelled() {
        match file.read(&mut piece) {
            Ok(0) => return Ok(Some((Sha256Sum(hasher.finalize().into()), bytes))),
            Ok(read) => {
                hasher.update(&piece[..read]);
                bytes += read as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(None)
}

/// The SHA-256 of a file; `None` when it cannot be read. Blocks.
pub fn sha256_of(path: &Path) -> Option<Sha256Sum> {
    let found = of_file(path, &CancellationToken::new()).ok()??;
    Some(found.0)
}

/// Does blocking work beside the event loop.
pub(crate) async fn beside<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, RunnerError> + Send + 'static,
) -> Result<T, RunnerError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(join) => Err(RunnerError::io("read", "the chunks")(join.into())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_digests_and_cancellation() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("file");
        let cancel = CancellationToken::new();
        std::fs::write(&path, "abc").unwrap();
        let (sum, bytes) = of_file(&path, &cancel).unwrap().unwrap();
        assert_eq!(bytes, 3);
        // FIPS 180-2, appendix B.1.
        assert_eq!(sum.to_string(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        // More than one piece: one million times the letter a, appendix B.3, and then some.
        std::fs::write(&path, "a".repeat(1_000_000)).unwrap();
        let (sum, _) = of_file(&path, &cancel).unwrap().unwrap();
        assert_eq!(sum.to_string(), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
        std::fs::write(&path, vec![7; PIECE + 1]).unwrap();
        assert_eq!(of_file(&path, &cancel).unwrap().unwrap().1, PIECE as u64 + 1);
        cancel.cancel();
        assert_eq!(of_file(&path, &cancel).unwrap(), None);
    }
}
