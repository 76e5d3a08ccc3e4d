//! Command-line flags which every use of the browser shares, and the merging of them with the caller's.
//!
//! Three reasons to be here: nothing may reach the network on its own account, nothing may be put to sleep because no
//! human looks at it, and nothing may ask a human. Flags that change pixels are the caller's, but for the colour profile,
//! without which colours depend on the machine.

use std::{collections::HashSet, path::Path};

/// Checked against Chromium 156. `--no-sandbox` and `--disable-dev-shm-usage` depend on the machine: see `launch`.
const BASE: &[&str] = &[
    // Nothing on its own account.
    "--no-first-run",
    "--no-default-browser-check",
    "--no-pings",
    "--disable-background-networking",
    "--disable-breakpad",
    // Headless shell only. Never `--disable-crashpad-for-testing`: with it, Chromium 156 commits no navigation which needs
    // a new renderer, and `Page.navigate` waits for ever.
    "--disable-crash-reporter",
    "--disable-component-extensions-with-background-pages",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-extensions",
    "--disable-field-trial-config",
    "--disable-quic",
    "--disable-search-engine-choice-screen",
    "--disable-sync",
    "--metrics-recording-only",
    // Nothing put to sleep.
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-hang-monitor",
    "--disable-ipc-flooding-protection",
    "--disable-renderer-backgrounding",
    // Nobody asked.
    "--disable-infobars",
    "--disable-popup-blocking",
    "--disable-prompt-on-repost",
    "--hide-crash-restore-bubble",
    "--password-store=basic",
    "--use-mock-keychain",
    // The same everywhere.
    "--force-color-profile=srgb",
    "--mute-audio",
    // Translate and GlobalMediaControls draw over the page; the others fetch things, or (HttpsUpgrades) refuse plain HTTP.
    "--disable-features=Translate,GlobalMediaControls,LensOverlay,MediaRouter,DialMediaRouteProvider,OptimizationHints,HttpsUpgrades",
];

/// Switches of which Chromium keeps the last only, although they hold lists.
const LISTS: &[&str] =
    &["--enable-features=", "--disable-features=", "--enable-blink-features=", "--disable-blink-features="];

/// Base flags, then the caller's, with every list switch merged into one. A feature which the caller enables is taken off
/// our own disabled ones, because in Chromium disabling wins.
pub(crate) fn merge(caller: &[String]) -> Vec<String> {
    let base = BASE.iter().map(|flag| (*flag).to_owned());
    let mut merged: Vec<String> = base.filter(|flag| list_of(flag).is_none()).collect();
    for &list in LISTS {
        let mut seen = HashSet::new();
        let mut items: Vec<&str> = items(caller.iter().map(String::as_str), list);
        let ours = self::items(BASE.iter().copied(), list);
        let enabled =
            self::items(caller.iter().map(String::as_str), &list.replace("--disable-", "--enable-"));
        items
            .extend(ours.into_iter().filter(|ours| !enabled.iter().any(|theirs| name(theirs) == name(ours))));
        items.retain(|item| seen.insert(*item));
        if !items.is_empty() {
            merged.push(format!("{list}{}", items.join(",")));
        }
    }
    // Last, as Chromium keeps the last of a switch given twice: the caller's word goes before ours.
    merged.extend(caller.iter().filter(|flag| list_of(flag).is_none()).cloned());
    merged
}

fn list_of(flag: &str) -> Option<&'static str> {
    LISTS.iter().copied().find(|list| flag.starts_with(list))
}

fn items<'a>(flags: impl Iterator<Item = &'a str>, list: &str) -> Vec<&'a str> {
    flags
        .filter_map(|flag| flag.strip_prefix(list))
        .flat_map(|items| items.split(','))
        .filter(|s| !s.is_empty())
        .collect()
}

/// A feature without its trial (`<`) and parameters (`:`).
fn name(feature: &str) -> &str {
    feature.split(['<', ':']).next().unwrap_or(feature)
}

/// Whether these flags open a window by themselves.
pub(crate) fn opens_window(flags: &[String]) -> bool {
    flags.iter().any(|flag| flag.starts_with("--app=") || !flag.starts_with('-'))
}

/// A command line that can be pasted into a shell.
pub(crate) fn quoted(program: &Path, args: &[String]) -> String {
    let quote = |word: &str| {
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_=./:,@%+".contains(c);
        match !word.is_empty() && word.chars().all(plain) {
            true => word.to_owned(),
            false => format!("'{}'", word.replace('\'', r"'\''")),
        }
    };
    let program = program.to_string_lossy();
    std::iter::once(&*program).chain(args.iter().map(String::as_str)).map(quote).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::{merge, opens_window, quoted};
    use std::path::Path;

    fn merged(caller: &[&str]) -> Vec<String> {
        merge(&caller.iter().map(|flag| (*flag).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn lists_are_merged_into_one_switch_each() {
        let flags = merged(&[
            "--disable-features=A,B",
            "--kiosk",
            "--disable-features=B,C",
            "--enable-features=D",
            "about:blank",
        ]);
        let of =
            |start: &str| flags.iter().filter(|flag| flag.starts_with(start)).cloned().collect::<Vec<_>>();
        assert_eq!(of("--disable-features=").len(), 1);
        assert!(of("--disable-features=")[0].starts_with("--disable-features=A,B,C,Translate,"));
        assert_eq!(of("--enable-features="), ["--enable-features=D"]);
        assert_eq!(flags.last().unwrap(), "about:blank");
    }

    #[test]
    fn what_the_caller_enables_is_not_disabled_by_us() {
        let flags = merged(&["--enable-features=LensOverlay:x/1"]);
        let disabled = flags.iter().find(|flag| flag.starts_with("--disable-features=")).unwrap();
        assert!(!disabled.contains("LensOverlay"));
    }

    #[test]
    fn urls_and_app_windows_are_windows() {
        assert!(opens_window(&["--app=http://x/".to_owned()]));
        assert!(opens_window(&["about:blank".to_owned()]));
        assert!(!opens_window(&["--kiosk".to_owned()]));
    }

    #[test]
    fn command_lines_survive_a_shell() {
        let args = ["--a=b".to_owned(), "it's & co".to_owned(), String::new()];
        assert_eq!(quoted(Path::new("/bin/x"), &args), r"/bin/x --a=b 'it'\''s & co' ''");
    }
}
