//! What the compositor remembers between requests.

use crate::frame::Frame;
use wayland_protocols::xdg::shell::server::{xdg_surface::XdgSurface, xdg_toplevel::XdgToplevel};
use wayland_server::DisplayHandle;

/// The compositor's state. Lives on the server's thread.
pub(crate) struct State {
    pub(crate) handle: DisplayHandle,
    /// Size of the one output, and of the window that fills it.
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// The browser's window, once it exists.
    pub(crate) window: Option<Window>,
    pub(crate) serial: u32,
    /// Where commits of the window go. Runs on the server's thread.
    pub(crate) sink: Box<dyn FnMut(Frame) + Send>,
}

pub(crate) struct Window {
    pub(crate) toplevel: XdgToplevel,
    pub(crate) xdg_surface: XdgSurface,
}

impl State {
    pub(crate) fn next_serial(&mut self) -> u32 {
        self.serial = self.serial.wrapping_add(1);
        self.serial
    }
}
