//! The frame-hash file.

use helios_job::{FrameHash, FrameHashes};
use proptest::prelude::*;

fn file(start: u32, hashes: Vec<u128>) -> FrameHashes {
    let hashes = hashes.into_iter().map(FrameHash).collect();
    FrameHashes { width: 1280, height: 720, fps: "29.97".parse().unwrap(), start, hashes }
}

proptest! {
    #[test]
    fn survives_its_text(start in 0u32..100_000, hashes in proptest::collection::vec(any::<u128>(), 1..50)) {
        let file = file(start, hashes);
        prop_assert_eq!(file.to_string().parse::<FrameHashes>().unwrap(), file);
    }

    #[test]
    fn nothing_panics(text in "\\PC{0,80}") {
        let _ = text.parse::<FrameHashes>();
        let _ = format!("# helios.frame-hashes/1 xxh3-128 bgra {text}").parse::<FrameHashes>();
    }
}

#[test]
fn looks_like_this() {
    insta::assert_snapshot!(file(7, vec![0, 0x0f34_3b09]), @r"
    # helios.frame-hashes/1 xxh3-128 bgra 1280x720 30000/1001
    7 00000000000000000000000000000000
    8 0000000000000000000000000f343b09
    ");
}

#[test]
fn broken_files_name_the_line() {
    let good = file(0, vec![1, 2]).to_string();
    let cases = [
        (String::new(), 1),
        ("0 00000000000000000000000000000001\n".to_owned(), 1),
        (good.replace("1280x720", "1280"), 1),
        (good.replace("30000/1001", "0"), 1),
        (good.replace("\n1 ", "\n2 "), 3),
        (good.replace("\n1 ", "\nx "), 3),
        (good.replace("\n1 ", "\n1"), 3),
        // A line that was cut off, and a number with a sign, are not hashes.
        (good.trim_end().trim_end_matches('2').to_owned(), 3),
        (good.replace("00002", "0000g"), 3),
        (good.replace("\n1 0", "\n1 +"), 3),
    ];
    for (text, line) in cases {
        let error = text.parse::<FrameHashes>().unwrap_err().to_string();
        assert!(error.contains(&format!("line {line}:")), "{text}\n{error}");
    }
}
