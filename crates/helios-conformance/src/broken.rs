//! A clock broken on purpose, to see that the corpus notices.
//!
//! Helios has no switch for this, and gets none: the sabotage happens outside. `--browser` names a script that starts
//! `helios-broken-browser`, which passes everything on between Helios and the real Chromium, but replaces a few words in the
//! runtime on their way into the page. So what is tested is the very binary that users have.

use crate::ConformanceError;
use crate::corpus::Page;
use crate::outcome::Outcome;
use crate::render::Renderer;
use helios_browser::Executable;
use std::fs;
use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

/// One way to break the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sabotage {
    /// What it is called.
    pub name: &'static str,
    /// What is left as the browser has it.
    pub what: &'static str,
    /// The page that must notice.
    pub page: &'static str,
    /// Words of the runtime.
    find: &'static str,
    /// What the page gets instead of them.
    put: &'static str,
}

/// All of them. The first breaks nothing: the way through the broken browser itself must not change a frame.
pub const ALL: [Sabotage; 5] = [
    Sabotage {
        name: "none",
        what: "nothing",
        page: "clock/timers",
        find: "replaceMethod(window, \"setTimeout\"",
        put: "replaceMethod(window, \"setTimeout\"",
    },
    Sabotage {
        name: "timers",
        what: "setTimeout and setInterval",
        page: "clock/timers",
        find: "replaceMethod(window, \"set",
        put: "replaceMethod({}, \"set",
    },
    Sabotage {
        name: "date",
        what: "Date",
        page: "clock/date",
        find: "replaceClass(\"Date\"",
        put: "String(\"Date\"",
    },
    Sabotage {
        name: "random",
        what: "Math.random",
        page: "clock/random",
        find: "replaceMethod(Math, \"random\"",
        put: "replaceMethod({}, \"random\"",
    },
    Sabotage {
        name: "performance",
        what: "performance.now",
        page: "clock/performance",
        find: "replaceMethod(Performance.prototype, \"now\"",
        put: "replaceMethod({}, \"now\"",
    },
];

impl Sabotage {
    /// The sabotage of this name.
    pub fn called(name: &str) -> Option<&'static Sabotage> {
        ALL.iter().find(|sabotage| sabotage.name == name)
    }

    /// Whether this is what must be seen: a difference, unless nothing was broken.
    pub fn noticed(&self, outcome: &Outcome) -> bool {
        if self.find == self.put {
            *outcome == Outcome::Equal
        } else {
            matches!(outcome, Outcome::Differs(_))
        }
    }

    /// Renders the sabotage's page twice in the broken browser and compares. `program` is `helios-broken-browser`.
    ///
    /// # Errors
    /// When something cannot be run, or when there was nothing to break.
    pub fn seen(
        &self,
        renderer: &Renderer,
        pages: &[Page],
        program: &Path,
    ) -> Result<Outcome, ConformanceError> {
        let Some(page) = pages.iter().find(|page| page.name == self.page) else {
            return Ok(Outcome::Failed(format!("there is no page {}", self.page)));
        };
        let marks = renderer.scratch.join(format!("broken-{}", self.name));
        let chromium = match Executable::find(None) {
            Ok(found) => found.path,
            Err(why) => return Ok(Outcome::Failed(why.to_string())),
        };
        let browser = self.script(&marks, program, &chromium)?;
        let args = ["--capture", "tap", "--browser"].map(str::to_owned).into_iter();
        let args: Vec<String> = args.chain([browser.to_string_lossy().into_owned()]).collect();
        let render =
            |label: &str| renderer.render(&page.path, &format!("broken-{}.{label}", self.name), &args);
        let (a, b) = match (render("a")?, render("b")?) {
            (Ok(a), Ok(b)) => (a, b),
            (Err(why), _) | (_, Err(why)) => return Ok(Outcome::Failed(why)),
        };
        // Frames that differ prove nothing when the words were not there to be replaced.
        if !marks.join("done").exists() {
            return Err(ConformanceError::NothingToBreak { wanted: self.find });
        }
        Outcome::of(renderer, &a, &b)
    }

    /// A program that can be named as a browser. A script, since `--browser` takes no arguments.
    fn script(&self, folder: &Path, program: &Path, chromium: &Path) -> Result<PathBuf, ConformanceError> {
        fs::create_dir_all(folder).map_err(ConformanceError::io("make", folder))?;
        let path = folder.join("browser.sh");
        let mark = folder.join("done");
        let words = [program, chromium, mark.as_path()].map(|path| format!("'{}'", path.display()));
        let [program, chromium, mark] = words;
        let text = format!("#!/bin/sh\nexec {program} {} {chromium} {mark} \"$@\"\n", self.name);
        fs::write(&path, text).map_err(ConformanceError::io("write", &path))?;
        let mode = fs::Permissions::from_mode(0o755);
        fs::set_permissions(&path, mode).map_err(ConformanceError::io("make executable", &path))?;
        Ok(path)
    }

    /// Passes messages (each ends with a zero byte) on until they end, broken on the way. Calls `found` when words were
    /// replaced.
    ///
    /// # Errors
    /// When either side cannot be read or written.
    pub fn pass_on(
        &self,
        from: &mut impl Read,
        to: &mut impl Write,
        found: impl Fn(),
    ) -> std::io::Result<()> {
        // The runtime travels as a string in JSON.
        let quoted = |text: &str| text.replace('"', "\\\"");
        let (find, put) = (quoted(self.find), quoted(self.put));
        let (mut waiting, mut buffer) = (Vec::new(), vec![0; 1 << 16]);
        loop {
            let count = from.read(&mut buffer)?;
            if count == 0 {
                return Ok(());
            }
            waiting.extend_from_slice(&buffer[..count]);
            let Some(end) = waiting.iter().rposition(|byte| *byte == 0) else { continue };
            let whole: Vec<u8> = waiting.drain(..=end).collect();
            match String::from_utf8(whole) {
                Ok(text) if text.contains(&find) => {
                    found();
                    to.write_all(text.replace(&find, &put).as_bytes())?;
                }
                Ok(text) => to.write_all(text.as_bytes())?,
                Err(other) => to.write_all(other.as_bytes())?,
            }
            to.flush()?;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    #[test]
    fn the_runtime_has_the_words() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../web/runtime");
        let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
        let runtime: String =
            files.filter(|path| path.is_file()).map(|path| fs::read_to_string(path).unwrap()).collect();
        for sabotage in ALL {
            assert!(runtime.contains(sabotage.find), "{}: {}", sabotage.name, sabotage.find);
        }
    }

    #[test]
    fn words_are_replaced_and_nothing_else_is() {
        let sabotage = Sabotage::called("random").unwrap();
        let message = "{\"source\":\"replaceMethod(Math, \\\"random\\\", x)\"}\0{\"id\":2}\0";
        let (mut out, found) = (Vec::new(), Cell::new(0));
        sabotage.pass_on(&mut message.as_bytes(), &mut out, || found.set(found.get() + 1)).unwrap();
        let shown = String::from_utf8(out).unwrap();
        assert_eq!(shown, "{\"source\":\"replaceMethod({}, \\\"random\\\", x)\"}\0{\"id\":2}\0");
        assert_eq!(found.get(), 1);
    }
}
