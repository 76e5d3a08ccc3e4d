//! The tap: an in-process Wayland compositor that exists to receive one browser's frames as raw pixels.
//!
//! A browser is started with one end of a socket pair ([`Tap::start`] returns it; pass it on as `WAYLAND_SOCKET=<fd>`).
//! It paints in software into shared memory and commits each frame as a `wl_shm` buffer; the tap hands every commit of
//! its window to a sink as [`Frame`]: no PNG, no base64, no copy. There is no socket file, no other client, no display.
//!
//! The tap implements what Chromium needs and nothing else: no input, no clipboard, no GPU buffers, no real output. It
//! knows nothing of compositions or time; which commit shows which frame is for the caller to tell, from the pixels.
//!
//! Linux only. Protocols: Wayland core, xdg-shell, xdg-output, viewporter (wayland.freedesktop.org).

mod error;
mod frame;
mod inert;
mod output;
mod server;
mod shell;
mod shm;
mod state;
mod surface;

pub use error::TapError;
pub use frame::{Frame, Rect};
pub use server::{Tap, WAYLAND_SOCKET};
