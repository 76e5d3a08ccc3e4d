//! Any text is a chunk manifest or an error; what was read is written and read again as it was.
#![no_main]

use helios_job::ChunkManifest;

libfuzzer_sys::fuzz_target!(|text: &str| {
    if let Ok(manifest) = ChunkManifest::parse(text) {
        assert!(ChunkManifest::parse(&manifest.to_text()).is_ok_and(|again| again == manifest));
    }
});
