//! `xdg_wm_base`: the one window, always activated and filling the output; popups are accepted and never shown.

use crate::state::{State, Window};
use crate::surface::Surface;
use std::sync::Mutex;
use std::sync::PoisonError;
use wayland_protocols::xdg::shell::server::xdg_popup::{self, XdgPopup};
use wayland_protocols::xdg::shell::server::xdg_positioner::{self, XdgPositioner};
use wayland_protocols::xdg::shell::server::xdg_surface::{self, XdgSurface};
use wayland_protocols::xdg::shell::server::xdg_toplevel::{self, XdgToplevel};
use wayland_protocols::xdg::shell::server::xdg_wm_base::{self, XdgWmBase};
use wayland_server::protocol::wl_surface::WlSurface;
use wayland_server::{Client, DataInit, Dispatch, DisplayHandle, GlobalDispatch, New, Resource};

impl State {
    /// Tells the window its size and state. It answers by painting at that size.
    pub(crate) fn configure_window(&mut self) {
        let serial = self.next_serial();
        if let Some(window) = &self.window {
            let states = [xdg_toplevel::State::Activated, xdg_toplevel::State::Fullscreen];
            let states = states.iter().flat_map(|state| (*state as u32).to_ne_bytes()).collect();
            window.toplevel.configure(self.width as i32, self.height as i32, states);
            window.xdg_surface.configure(serial);
        }
    }
}

impl GlobalDispatch<XdgWmBase, ()> for State {
    fn bind(
        _: &mut Self,
        _: &DisplayHandle,
        _: &Client,
        new: New<XdgWmBase>,
        (): &(),
        init: &mut DataInit<'_, Self>,
    ) {
        init.init(new, ());
    }
}

impl Dispatch<XdgWmBase, ()> for State {
    fn request(
        _: &mut Self,
        _: &Client,
        _: &XdgWmBase,
        request: xdg_wm_base::Request,
        (): &(),
        _: &DisplayHandle,
        init: &mut DataInit<'_, Self>,
    ) {
        match request {
            xdg_wm_base::Request::GetXdgSurface { id, surface } => {
                init.init(id, surface);
            }
            xdg_wm_base::Request::CreatePositioner { id } => {
                init.init(id, Positioner::default());
            }
            _ => {}
        }
    }
}

impl Dispatch<XdgSurface, WlSurface> for State {
    fn request(
        state: &mut Self,
        _: &Client,
        resource: &XdgSurface,
        request: xdg_surface::Request,
        surface: &WlSurface,
        _: &DisplayHandle,
        init: &mut DataInit<'_, Self>,
    ) {
        match request {
            xdg_surface::Request::GetToplevel { id } => {
                let toplevel = init.init(id, ());
                // The first toplevel is the window. Others (a dialog, a window.open) get no configure and stay unmapped.
                if state.window.is_none() {
                    if let Some(surface) = surface.data::<Surface>() {
                        surface.mark_as_window();
                    }
                    state.window = Some(Window { toplevel, xdg_surface: resource.clone() });
                    state.configure_window();
                }
            }
            xdg_surface::Request::GetPopup { id, positioner, .. } => {
                let popup = init.init(id, ());
                let size = positioner.data::<Positioner>().map(Positioner::size);
                let (width, height) = size.unwrap_or((1, 1));
                popup.configure(0, 0, width, height);
                let serial = state.next_serial();
                resource.configure(serial);
            }
            _ => {}
        }
    }
}

impl Dispatch<XdgToplevel, ()> for State {
    fn request(
        state: &mut Self,
        _: &Client,
        resource: &XdgToplevel,
        request: xdg_toplevel::Request,
        (): &(),
        _: &DisplayHandle,
        _: &mut DataInit<'_, Self>,
    ) {
        use xdg_toplevel::Request;
        let is_window =
            |state: &State| state.window.as_ref().is_some_and(|window| window.toplevel == *resource);
        match request {
            // Each of these expects an answer; ours is always the same size and state.
            Request::SetFullscreen { .. }
            | Request::UnsetFullscreen
            | Request::SetMaximized
            | Request::UnsetMaximized
                if is_window(state) =>
            {
                state.configure_window();
            }
            Request::Destroy if is_window(state) => state.window = None,
            _ => {}
        }
    }
}

/// A popup's wanted size; everything else of a positioner is about a place on a screen that nobody sees.
#[derive(Default)]
pub(crate) struct Positioner(Mutex<(i32, i32)>);

impl Positioner {
    fn size(&self) -> (i32, i32) {
        let (width, height) = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        (width.max(1), height.max(1))
    }
}

impl Dispatch<XdgPositioner, Positioner> for State {
    fn request(
        _: &mut Self,
        _: &Client,
        _: &XdgPositioner,
        request: xdg_positioner::Request,
        positioner: &Positioner,
        _: &DisplayHandle,
        _: &mut DataInit<'_, Self>,
    ) {
        if let xdg_positioner::Request::SetSize { width, height } = request {
            *positioner.0.lock().unwrap_or_else(PoisonError::into_inner) = (width, height);
        }
    }
}

impl Dispatch<XdgPopup, ()> for State {
    fn request(
        _: &mut Self,
        _: &Client,
        popup: &XdgPopup,
        request: xdg_popup::Request,
        (): &(),
        _: &DisplayHandle,
        _: &mut DataInit<'_, Self>,
    ) {
        if let xdg_popup::Request::Reposition { token, .. } = request {
            popup.repositioned(token);
        }
    }
}
