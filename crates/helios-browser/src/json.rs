//! JSON as Chromium writes it.
//!
//! Chromium escapes UTF-16 code unit by code unit, so a page that logs half an emoji makes it write a lone surrogate
//! (`"\ud83d"`), which is not Unicode and which serde_json rejects. One odd character must not lose an event or a
//! result, so such escapes are replaced by U+FFFD, as every browser does when it shows them. Only ever done after the
//! strict parse failed: no cost for proper text.

use serde::de::DeserializeOwned;

/// Parses `json`; lone surrogates become U+FFFD.
pub(crate) fn parse<T: DeserializeOwned>(json: &[u8]) -> Result<T, serde_json::Error> {
    serde_json::from_slice(json).or_else(|error| match without_lone_surrogates(json) {
        Some(repaired) => serde_json::from_slice(&repaired),
        None => Err(error),
    })
}

/// `None` when there was nothing to repair.
fn without_lone_surrogates(json: &[u8]) -> Option<Vec<u8>> {
    let mut out = json.to_vec();
    let mut changed = false;
    let mut at = 0;
    while let Some(found) = memchr::memchr(b'\\', &out[at..]) {
        at += found;
        match unit(&out, at) {
            Some(0xD800..=0xDBFF) if matches!(unit(&out, at + 6), Some(0xDC00..=0xDFFF)) => at += 12,
            Some(0xD800..=0xDFFF) => {
                out[at + 2..at + 6].copy_from_slice(b"fffd");
                changed = true;
                at += 6;
            }
            Some(_) => at += 6,
            // Two bytes, so that the second backslash of `\\` does not start an escape.
            None => at = (at + 2).min(out.len()),
        }
    }
    changed.then_some(out)
}

/// The code unit of the escape `\uXXXX` at `at`.
fn unit(json: &[u8], at: usize) -> Option<u16> {
    let digits = json.get(at..at + 6)?.strip_prefix(b"\\u")?;
    u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn lone_surrogates_become_replacement_characters_and_pairs_stay() {
        let text: String = parse(br#""a\ud83d b\udc00 \ud83d\ude00 \\ud83d \ud83d""#).unwrap();
        assert_eq!(text, "a\u{fffd} b\u{fffd} \u{1f600} \\ud83d \u{fffd}");
    }

    #[test]
    fn other_errors_stay_errors() {
        assert!(parse::<String>(br#""\u12"#).is_err());
        assert!(parse::<String>(b"{\\").is_err());
    }
}
