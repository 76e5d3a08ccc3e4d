//! `wl_output` and `xdg_output`: one imaginary screen of exactly the window's size, at scale 1.

use crate::state::State;
use wayland_protocols::xdg::xdg_output::zv1::server::zxdg_output_manager_v1::{self, ZxdgOutputManagerV1};
use wayland_protocols::xdg::xdg_output::zv1::server::zxdg_output_v1::{self, ZxdgOutputV1};
use wayland_server::protocol::wl_output::{self, Mode, Subpixel, Transform, WlOutput};
use wayland_server::{Client, DataInit, Dispatch, DisplayHandle, GlobalDispatch, New, Resource};

/// Nominal refresh rate in millihertz. The browser runs with its frame-rate limit off; frame callbacks set the pace.
const REFRESH_MHZ: i32 = 60_000;
/// Pixels per millimetre that make 96 dots per inch.
const PIXELS_PER_MM: f64 = 96.0 / 25.4;

impl GlobalDispatch<WlOutput, ()> for State {
    fn bind(
        state: &mut Self,
        _: &DisplayHandle,
        _: &Client,
        new: New<WlOutput>,
        (): &(),
        init: &mut DataInit<'_, Self>,
    ) {
        let output = init.init(new, ());
        let (width, height) = (state.width as i32, state.height as i32);
        let millimetres = |pixels: i32| (f64::from(pixels) / PIXELS_PER_MM) as i32;
        let (maker, model) = ("Helios".to_owned(), "tap".to_owned());
        let physical = (millimetres(width), millimetres(height));
        // Subpixel "none": text must not be antialiased for the stripes of a screen.
        output.geometry(0, 0, physical.0, physical.1, Subpixel::None, maker, model, Transform::Normal);
        output.mode(Mode::Current | Mode::Preferred, width, height, REFRESH_MHZ);
        if output.version() >= wl_output::EVT_SCALE_SINCE {
            output.scale(1);
        }
        if output.version() >= wl_output::EVT_NAME_SINCE {
            output.name("helios-0".to_owned());
        }
        if output.version() >= wl_output::EVT_DONE_SINCE {
            output.done();
        }
    }
}

impl Dispatch<WlOutput, ()> for State {
    fn request(
        _: &mut Self,
        _: &Client,
        _: &WlOutput,
        _: wl_output::Request,
        (): &(),
        _: &DisplayHandle,
        _: &mut DataInit<'_, Self>,
    ) {
    }
}

impl GlobalDispatch<ZxdgOutputManagerV1, ()> for State {
    fn bind(
        _: &mut Self,
        _: &DisplayHandle,
        _: &Client,
        new: New<ZxdgOutputManagerV1>,
        (): &(),
        init: &mut DataInit<'_, Self>,
    ) {
        init.init(new, ());
    }
}

impl Dispatch<ZxdgOutputManagerV1, ()> for State {
    fn request(
        state: &mut Self,
        _: &Client,
        _: &ZxdgOutputManagerV1,
        request: zxdg_output_manager_v1::Request,
        (): &(),
        _: &DisplayHandle,
        init: &mut DataInit<'_, Self>,
    ) {
        if let zxdg_output_manager_v1::Request::GetXdgOutput { id, output } = request {
            let xdg_output = init.init(id, ());
            xdg_output.logical_position(0, 0);
            xdg_output.logical_size(state.width as i32, state.height as i32);
            // From version 3 on, `done` of the xdg_output is replaced by that of the wl_output.
            if xdg_output.version() < 3 {
                xdg_output.done();
            } else if output.version() >= wl_output::EVT_DONE_SINCE {
                output.done();
            }
        }
    }
}

impl Dispatch<ZxdgOutputV1, ()> for State {
    fn request(
        _: &mut Self,
        _: &Client,
        _: &ZxdgOutputV1,
        _: zxdg_output_v1::Request,
        (): &(),
        _: &DisplayHandle,
        _: &mut DataInit<'_, Self>,
    ) {
    }
}
