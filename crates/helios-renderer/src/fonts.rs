//! Fonts of the machine: what fontconfig tells the browser, and which files of them the browser holds. Linux alone has this;
//! elsewhere fonts are the system's.

use crate::RenderError;
use helios_browser::Browser;
use std::collections::BTreeSet;
use std::path::Path;

/// How letters are drawn: only headless browsers know `--font-render-hinting`, and only for some fonts. The others ask fontconfig.
const DRAWING: &str = r#"  <match target="pattern"><edit name="hintstyle" mode="assign"><const>hintnone</const></edit></match>
  <match target="pattern"><edit name="hinting" mode="assign"><bool>false</bool></edit></match>
  <match target="font"><edit name="hintstyle" mode="assign"><const>hintnone</const></edit></match>
  <match target="font"><edit name="hinting" mode="assign"><bool>false</bool></edit></match>
"#;

/// Where rules are when the folder of fonts has none of its own.
const RULES: &str = "/etc/fonts/conf.d";

/// Endings of files that are fonts.
const ENDINGS: [&str; 6] = ["ttf", "otf", "ttc", "otc", "pfb", "pcf"];

/// The environment of a browser that shall find the fonts in `only`, or those of the machine. Its files go to `folder`.
pub(crate) fn settings(folder: &Path, only: Option<&str>) -> Result<Vec<(String, String)>, RenderError> {
    let text = |path: &Path| path.to_string_lossy().into_owned();
    let write = |path: &Path, inner: &str| {
        let whole = format!(
            "<?xml version=\"1.0\"?>\n<!DOCTYPE fontconfig SYSTEM \"urn:fontconfig:fonts.dtd\">\n<fontconfig>\n{inner}</fontconfig>\n"
        );
        std::fs::write(path, whole).map_err(RenderError::io("write", path))
    };
    // The user's settings as the browser sees them: none but how letters are drawn.
    let home = folder.join("config");
    let own = home.join("fontconfig");
    std::fs::create_dir_all(&own).map_err(RenderError::io("make", &own))?;
    write(&own.join("fonts.conf"), DRAWING)?;
    let mut env = vec![("XDG_CONFIG_HOME".to_owned(), text(&home))];
    if let Some(only) = only {
        let own = Path::new(only).join("rules");
        let rules = if own.is_dir() { text(&own) } else { RULES.to_owned() };
        let (only, rules, cache) = (escaped(only), escaped(&rules), escaped(&text(&home.join("cache"))));
        let inner = format!(
            "  <dir>{only}</dir>\n  <cachedir>{cache}</cachedir>\n  <include ignore_missing=\"yes\">{rules}</include>\n{DRAWING}"
        );
        let file = home.join("only.conf");
        write(&file, &inner)?;
        env.push(("FONTCONFIG_FILE".to_owned(), text(&file)));
    }
    Ok(env)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// The files of fonts that a browser has in memory: those of all text that it has laid out, also for a canvas, and of its own
/// interface. The page's own (`@font-face`) are no files.
pub(crate) fn held(browser: &Browser) -> BTreeSet<String> {
    let is_font = |path: &String| {
        let ending = path.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
        ending.is_some_and(|ending| ENDINGS.contains(&ending.as_str()))
    };
    browser.mapped_files().into_iter().filter(is_font).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_folders_are_named_in_xml() {
        let dir = tempfile::tempdir().unwrap();
        let env = settings(dir.path(), Some("/films/a & <b>")).unwrap();
        assert_eq!(env[1].0, "FONTCONFIG_FILE");
        let text = std::fs::read_to_string(&env[1].1).unwrap();
        assert!(text.contains("<dir>/films/a &amp; &lt;b&gt;</dir>") && text.contains(RULES), "{text}");
        assert_eq!(settings(dir.path(), None).unwrap().len(), 1);
    }
}
