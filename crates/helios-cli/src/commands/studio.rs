//! `helios studio`: the Studio's server, until a signal ends it.

use super::host::Binary;
use crate::args::StudioArgs;
use crate::report::Console;
use crate::settings::{Refused, StudioSettings};
use crate::signals::Signals;
use crate::{output, trace};
use anyhow::Context as _;
use helios_studio::{Host, Studio, StudioOptions, Tools};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

/// Serves, and says where.
pub async fn studio(args: StudioArgs, signals: &Signals) -> anyhow::Result<()> {
    let settings = StudioSettings::try_from(args)?;
    let console = Console::plain(settings.loudness);
    trace::start(&console, settings.loudness);
    let tools = Tools { browser: settings.browser, ffmpeg: settings.ffmpeg };
    let host = Arc::new(Binary::new(tools, console.clone(), settings.loudness));
    let options = StudioOptions {
        folder: settings.folder,
        address: settings.address,
        port: settings.port,
        token: settings.token.clone(),
        host: Arc::clone(&host) as Arc<dyn Host>,
    };
    // What is wrong here is in the request: the folder, the port.
    let studio = Studio::open(options).await.map_err(Refused)?;
    let url = url(studio.address(), settings.token.as_deref());
    output::write_stdout("the address", format!("Studio: {url}\n").as_bytes())?;
    console.line(&format!("The pages of {}. Ctrl-C ends the Studio.", studio.folder().display()));
    if settings.open
        && host.can_open()
        && let Err(error) = host.open(&url)
    {
        console.line(&format!("The browser could not be opened: {error}"));
    }
    let stop = async {
        signals.stop.cancelled().await;
        console.line("Stopping. Ctrl-C again ends everything at once.");
    };
    tokio::select! {
        served = studio.serve(stop) => served.context("the server failed"),
        // Dropping the renders kills what they have started.
        () = signals.kill.cancelled() => Ok(()),
    }
}

/// The address for a browser; an address for everybody is none that can be opened.
fn url(address: SocketAddr, token: Option<&str>) -> String {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => "127.0.0.1".to_owned(),
        IpAddr::V6(ip) if ip.is_unspecified() => "[::1]".to_owned(),
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => format!("[{ip}]"),
    };
    let token = token.map_or(String::new(), |token| format!("?token={token}"));
    format!("http://{ip}:{}/{token}", address.port())
}
