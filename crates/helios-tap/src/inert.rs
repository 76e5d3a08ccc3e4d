//! Interfaces that Chromium binds and that have nothing to do here: a seat without devices, a clipboard nobody fills,
//! subsurfaces and viewports that the window does not use, regions. Requests are accepted; new objects are made inert.

use crate::state::State;
use wayland_protocols::wp::viewporter::server::wp_viewport::WpViewport;
use wayland_protocols::wp::viewporter::server::wp_viewporter::{self, WpViewporter};
use wayland_server::protocol::wl_callback::WlCallback;
use wayland_server::protocol::wl_data_device::WlDataDevice;
use wayland_server::protocol::wl_data_device_manager::{self, WlDataDeviceManager};
use wayland_server::protocol::wl_data_source::WlDataSource;
use wayland_server::protocol::wl_keyboard::WlKeyboard;
use wayland_server::protocol::wl_pointer::WlPointer;
use wayland_server::protocol::wl_region::WlRegion;
use wayland_server::protocol::wl_seat::{self, Capability, WlSeat};
use wayland_server::protocol::wl_subcompositor::{self, WlSubcompositor};
use wayland_server::protocol::wl_subsurface::WlSubsurface;
use wayland_server::protocol::wl_touch::WlTouch;
use wayland_server::{Client, DataInit, Dispatch, DisplayHandle, GlobalDispatch, New, Resource};

/// Objects whose requests are all ignored.
macro_rules! inert {
    ($($interface:ty),* $(,)?) => {$(
        impl Dispatch<$interface, ()> for State {
            fn request(
                _: &mut Self,
                _: &Client,
                _: &$interface,
                _: <$interface as Resource>::Request,
                (): &(),
                _: &DisplayHandle,
                _: &mut DataInit<'_, Self>,
            ) {
            }
        }
    )*};
}

/// Globals that need no event when they are bound.
macro_rules! silent_global {
    ($($interface:ty),* $(,)?) => {$(
        impl GlobalDispatch<$interface, ()> for State {
            fn bind(_: &mut Self, _: &DisplayHandle, _: &Client, new: New<$interface>, (): &(), init: &mut DataInit<'_, Self>) {
                init.init(new, ());
            }
        }
    )*};
}

/// Objects that do nothing but make inert objects.
macro_rules! factory {
    ($interface:ty, $($request:pat => $id:ident),* $(,)?) => {
        impl Dispatch<$interface, ()> for State {
            fn request(
                _: &mut Self,
                _: &Client,
                _: &$interface,
                request: <$interface as Resource>::Request,
                (): &(),
                _: &DisplayHandle,
                init: &mut DataInit<'_, Self>,
            ) {
                match request {
                    $($request => { init.init($id, ()); })*
                    _ => {}
                }
            }
        }
    };
}

inert!(
    WlRegion,
    WlCallback,
    WlSubsurface,
    WpViewport,
    WlDataDevice,
    WlDataSource,
    WlKeyboard,
    WlPointer,
    WlTouch
);
silent_global!(WlSubcompositor, WpViewporter, WlDataDeviceManager);
factory!(WlSubcompositor, wl_subcompositor::Request::GetSubsurface { id, .. } => id);
factory!(WpViewporter, wp_viewporter::Request::GetViewport { id, .. } => id);
factory!(
    WlDataDeviceManager,
    wl_data_device_manager::Request::GetDataDevice { id, .. } => id,
    wl_data_device_manager::Request::CreateDataSource { id } => id,
);
factory!(
    WlSeat,
    wl_seat::Request::GetPointer { id } => id,
    wl_seat::Request::GetKeyboard { id } => id,
    wl_seat::Request::GetTouch { id } => id,
);

impl GlobalDispatch<WlSeat, ()> for State {
    fn bind(
        _: &mut Self,
        _: &DisplayHandle,
        _: &Client,
        new: New<WlSeat>,
        (): &(),
        init: &mut DataInit<'_, Self>,
    ) {
        let seat = init.init(new, ());
        seat.capabilities(Capability::empty());
        if seat.version() >= wl_seat::EVT_NAME_SINCE {
            seat.name("helios".to_owned());
        }
    }
}
