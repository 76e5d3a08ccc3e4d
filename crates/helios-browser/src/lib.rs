//! Chromium as a child process: finding it, starting it, and speaking the DevTools protocol with it over a pipe.
//!
//! The layers, from the outside in:
//!
//! * [`Executable`] finds a browser and knows its version.
//! * [`Browser`] starts it in a process group and a profile directory of its own and makes sure that neither outlives us.
//! * [`Connection`] frames messages and matches replies to calls over any pair of byte streams.
//! * [`Session`] is one target (a page, or the browser itself): calls, `evaluate`, events.
//!
//! What this crate does not do: it knows nothing of video, frames, clocks or Wayland, and decides nothing about pixels;
//! flags which change what is drawn come from the caller. It never prints, and reads no environment variable but `PATH`.

mod browser;
mod connection;
mod error;
mod events;
mod executable;
mod flags;
mod json;
mod launch;
mod process;
mod session;
mod wire;

pub use browser::Browser;
pub use connection::Connection;
pub use error::{BrowserError, Result};
pub use events::{Event, EventStream};
pub use executable::{Executable, Kind};
pub use launch::{LaunchOptions, Sandbox};
pub use session::{Reply, Session};
