//! `helios merge` with arguments that cannot be meant.

use crate::run::Place;

#[test]
fn wrong_arguments() {
    let place = Place::new();
    assert!(place.refused(&["merge"]).contains("<OUTPUT>"));
    assert!(place.refused(&["merge", "output.mp4"]).contains("<CHUNKS>"));
    let messages = [
        place.refused(&["merge", "output.txt", "chunk_0.mov"]),
        place.refused(&["merge", "chunk_0.mov", "chunk_0.mov", "chunk_1.mov"]),
    ];
    insta::assert_snapshot!(messages.concat());
}

#[test]
fn missing_chunks_are_named() {
    let place = Place::new();
    let message = place.refused(&["merge", "output.mp4", "chunk_0.mov", "chunk_1.mov"]);
    assert!(message.contains("chunk_0.mov"), "{message}");
}
