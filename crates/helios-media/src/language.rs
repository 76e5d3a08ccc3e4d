//! The letters by which a kind of file knows a language. ISO 639-2 has two sets of them for twenty languages, and QuickTime,
//! as FFmpeg writes it, a list of its own, which lacks most languages.

use helios_job::Container;
use std::borrow::Cow;

/// By their English names (639-2/B), by their own (639-2/T).
const TWICE: [(&str, &str); 20] = [
    ("alb", "sqi"),
    ("arm", "hye"),
    ("baq", "eus"),
    ("bur", "mya"),
    ("chi", "zho"),
    ("cze", "ces"),
    ("dut", "nld"),
    ("fre", "fra"),
    ("geo", "kat"),
    ("ger", "deu"),
    ("gre", "ell"),
    ("ice", "isl"),
    ("mac", "mkd"),
    ("mao", "mri"),
    ("may", "msa"),
    ("per", "fas"),
    ("rum", "ron"),
    ("slo", "slk"),
    ("tib", "bod"),
    ("wel", "cym"),
];

/// Of these QuickTime has the second set, as of all others of [`TWICE`] the first.
const QUICKTIME_OWN_NAMES: [&str; 4] = ["ces", "fra", "ron", "slk"];

/// These have neither there.
const QUICKTIME: [(&str, &str); 6] =
    [("fao", "fo "), ("gle", "iri"), ("hrv", "hr "), ("pan", "pa "), ("srp", "sr "), ("swe", "sve")];

/// What to write for a language of three letters.
pub(crate) fn code(language: &str, container: Container) -> &str {
    let own = TWICE.iter().find(|(english, _)| *english == language).map_or(language, |(_, own)| own);
    let english = || TWICE.iter().find(|(_, other)| *other == own).map_or(own, |(english, _)| english);
    match container {
        Container::Mp4 => own,
        Container::Mov if QUICKTIME_OWN_NAMES.contains(&own) => own,
        Container::Mov => {
            QUICKTIME.iter().find(|(ours, _)| *ours == own).map_or_else(english, |(_, theirs)| theirs)
        }
        _ => english(),
    }
}

/// What to say when a file that was to be in `wanted` says that it is in `found`.
pub(crate) fn lost(wanted: &str, found: Option<&str>, container: Container) -> Option<String> {
    // Undetermined is what a file that says nothing is.
    if wanted == "und" || found == Some(code(wanted, container)) {
        return None;
    }
    let said: Cow<str> =
        found.map_or("says nothing of its language".into(), |found| format!("is marked {found:?}").into());
    Some(format!(
        "--caption-language {wanted}: .{container} has no code for it, and the track of captions {said}; use .mp4 or .mkv"
    ))
}

#[cfg(test)]
mod tests {
    use super::{code, lost};
    use helios_job::Container;

    #[test]
    fn every_file_has_its_own_letters() {
        for (given, mp4, mov, mkv) in [
            ("deu", "deu", "ger", "ger"),
            ("ger", "deu", "ger", "ger"),
            ("fre", "fra", "fra", "fre"),
            ("swe", "swe", "sve", "swe"),
            ("hrv", "hrv", "hr ", "hrv"),
            ("yor", "yor", "yor", "yor"),
        ] {
            let codes = [Container::Mp4, Container::Mov, Container::Mkv].map(|kind| code(given, kind));
            assert_eq!(codes, [mp4, mov, mkv], "{given}");
        }
    }

    #[test]
    fn only_what_is_lost_is_said() {
        assert_eq!(lost("deu", Some("ger"), Container::Mov), None);
        assert_eq!(lost("und", None, Container::Mov), None);
        let said = lost("yor", None, Container::Mov).unwrap();
        assert!(said.contains("yor") && said.contains(".mov"), "{said}");
    }
}
