//! What the arguments of `helios studio` mean.

use super::values::{self, optional};
use super::{Loudness, Refused};
use crate::args::StudioArgs;
use std::fs::File;
use std::io::Read as _;
use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;

/// The settings of `helios studio`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StudioSettings {
    /// The folder with the pages.
    pub folder: PathBuf,
    /// Where to listen.
    pub address: IpAddr,
    /// On which port; 0 for any.
    pub port: u16,
    /// What everybody has to know.
    pub token: Option<String>,
    /// Whether to open it in the browser.
    pub open: bool,
    /// The Chromium to use.
    pub browser: Option<PathBuf>,
    /// The FFmpeg to use.
    pub ffmpeg: Option<PathBuf>,
    /// How much is said.
    pub loudness: Loudness,
}

impl TryFrom<StudioArgs> for StudioSettings {
    type Error = Refused;

    fn try_from(args: StudioArgs) -> Result<StudioSettings, Refused> {
        let address = optional("--host", &args.host, address)?.unwrap_or(Ipv4Addr::LOCALHOST.into());
        let token = optional("--token", &args.token, token)?;
        Ok(StudioSettings {
            port: optional("--port", &args.port, port)?.unwrap_or_default(),
            token: if token.is_none() && !address.is_loopback() { Some(made_up()?) } else { token },
            address,
            open: !args.no_open,
            folder: args.folder,
            browser: args.browser,
            ffmpeg: args.ffmpeg,
            loudness: Loudness::of(args.quiet, args.verbose),
        })
    }
}

fn port(text: &str) -> Result<u16, Refused> {
    let port = values::whole("--port", text, 0..=u32::from(u16::MAX), "; 0 takes any that is free")?;
    Ok(u16::try_from(port).unwrap_or_default())
}

fn address(text: &str) -> Result<IpAddr, Refused> {
    match text {
        "localhost" => Ok(Ipv4Addr::LOCALHOST.into()),
        _ => text.parse().map_err(|_| {
            Refused(format!("invalid --host {text:?}: use an address such as 127.0.0.1, 0.0.0.0 or ::1"))
        }),
    }
}

/// It travels in addresses and cookies, and must not be guessed.
fn token(text: &str) -> Result<String, Refused> {
    let safe = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    if (8..=128).contains(&text.len()) && text.chars().all(safe) {
        return Ok(text.to_owned());
    }
    Err(Refused("invalid --token: use 8 to 128 letters, digits, and - _ .".to_owned()))
}

fn made_up() -> Result<String, Refused> {
    let mut bytes = [0_u8; 16];
    let read = File::open("/dev/urandom").and_then(|mut file| file.read_exact(&mut bytes));
    read.map_err(|error| Refused(format!("cannot make up a token ({error}): give one with --token")))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::{Cli, Command};
    use clap::Parser as _;

    fn settings(words: &[&str]) -> Result<StudioSettings, Refused> {
        let cli = Cli::try_parse_from([&["helios", "studio"], words].concat()).unwrap();
        let Command::Studio(args) = cli.command else { panic!("not the Studio") };
        StudioSettings::try_from(args)
    }

    #[test]
    fn only_this_machine_needs_no_token() {
        let own = settings(&[]).unwrap();
        assert_eq!((own.address, own.port, own.token, own.open), (Ipv4Addr::LOCALHOST.into(), 0, None, true));
        assert_eq!(settings(&["--host", "::1"]).unwrap().token, None);
        let open = settings(&["--host", "0.0.0.0", "--port", "8080", "--no-open"]).unwrap();
        assert_eq!((open.port, open.open, open.token.unwrap().len()), (8080, false, 32));
        let named = settings(&["--host=0.0.0.0", "--token=correct-horse"]).unwrap();
        assert_eq!(named.token.as_deref(), Some("correct-horse"));
    }

    #[test]
    fn what_means_nothing_is_refused() {
        for (words, what) in [
            (["--port", "65536"], "0 to 65535"),
            (["--port", "-1"], "0 to 65535"),
            (["--port", "--no-open"], "needs a value"),
            (["--host", "example.com"], "127.0.0.1"),
            (["--token", "short"], "8 to 128"),
            (["--token", "with space and; more"], "8 to 128"),
        ] {
            let refused = settings(&words).unwrap_err().to_string();
            assert!(refused.contains(what), "{words:?}: {refused}");
        }
    }
}
