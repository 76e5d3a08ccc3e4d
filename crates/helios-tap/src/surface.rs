//! `wl_compositor` and `wl_surface`: double-buffered surface state, and the commit that makes a frame.

use crate::frame::{Frame, Rect};
use crate::shm::BufferData;
use crate::state::State;
use rustix::time::{ClockId, clock_gettime};
use std::sync::{Mutex, PoisonError};
use wayland_server::protocol::wl_buffer::WlBuffer;
use wayland_server::protocol::wl_callback::WlCallback;
use wayland_server::protocol::wl_compositor::{self, WlCompositor};
use wayland_server::protocol::wl_region::WlRegion;
use wayland_server::protocol::wl_surface::{self, WlSurface};
use wayland_server::{Client, DataInit, Dispatch, DisplayHandle, GlobalDispatch, New, Resource};

/// A surface's pending state, and whether it is the browser's window.
#[derive(Default)]
pub(crate) struct Surface {
    inner: Mutex<Pending>,
}

#[derive(Default)]
struct Pending {
    is_window: bool,
    attached: Option<WlBuffer>,
    damage: Vec<Rect>,
    callbacks: Vec<WlCallback>,
}

impl Surface {
    pub(crate) fn mark_as_window(&self) {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner).is_window = true;
    }
}

impl GlobalDispatch<WlCompositor, ()> for State {
    fn bind(
        _: &mut Self,
        _: &DisplayHandle,
        _: &Client,
        new: New<WlCompositor>,
        (): &(),
        init: &mut DataInit<'_, Self>,
    ) {
        init.init(new, ());
    }
}

impl Dispatch<WlCompositor, ()> for State {
    fn request(
        _: &mut Self,
        _: &Client,
        _: &WlCompositor,
        request: wl_compositor::Request,
        (): &(),
        _: &DisplayHandle,
        init: &mut DataInit<'_, Self>,
    ) {
        match request {
            wl_compositor::Request::CreateSurface { id } => {
                init.init(id, Surface::default());
            }
            wl_compositor::Request::CreateRegion { id } => {
                init.init::<WlRegion, _>(id, ());
            }
            _ => {}
        }
    }
}

impl Dispatch<WlSurface, Surface> for State {
    fn request(
        state: &mut Self,
        _: &Client,
        _: &WlSurface,
        request: wl_surface::Request,
        surface: &Surface,
        _: &DisplayHandle,
        init: &mut DataInit<'_, Self>,
    ) {
        let mut pending = surface.inner.lock().unwrap_or_else(PoisonError::into_inner);
        match request {
            wl_surface::Request::Attach { buffer, .. } => {
                // Attached twice without a commit: the first will never be shown, so it goes back at once.
                if let Some(unused) = std::mem::replace(&mut pending.attached, buffer) {
                    unused.release();
                }
            }
            // The window's scale is 1, so surface and buffer coordinates are the same.
            wl_surface::Request::Damage { x, y, width, height }
            | wl_surface::Request::DamageBuffer { x, y, width, height } => {
                pending.damage.extend(rect(x, y, width, height));
            }
            wl_surface::Request::Frame { callback } => pending.callbacks.push(init.init(callback, ())),
            wl_surface::Request::Commit => {
                let frame =
                    pending.attached.take().and_then(|buffer| state.frame(buffer, &mut pending.damage));
                // Time is virtual: the browser may paint the next frame as soon as it likes.
                for callback in pending.callbacks.drain(..) {
                    callback.done(now_ms());
                }
                if let Some(frame) = frame.filter(|_| pending.is_window) {
                    (state.sink)(frame);
                }
            }
            _ => {}
        }
    }
}

impl State {
    /// The commit as a frame; dropping it releases the buffer. `None` for a buffer that was refused when it was made.
    fn frame(&self, buffer: WlBuffer, damage: &mut Vec<Rect>) -> Option<Frame> {
        let data = buffer.data::<Option<BufferData>>()?.clone()?;
        let damage = damage.drain(..).filter_map(|rect| clip(rect, data.width, data.height)).collect();
        Some(Frame { buffer, handle: self.handle.clone(), data, damage })
    }
}

fn rect(x: i32, y: i32, width: i32, height: i32) -> Option<Rect> {
    // Clients may damage "everything" with a rectangle from a negative origin to i32::MAX.
    let [right, bottom] = [x.saturating_add(width), y.saturating_add(height)];
    let [x, y, right, bottom] = [x, y, right, bottom].map(|n| u32::try_from(n).unwrap_or(0));
    (right > x && bottom > y).then(|| Rect { x, y, width: right - x, height: bottom - y })
}

fn clip(rect: Rect, width: u32, height: u32) -> Option<Rect> {
    (rect.x < width && rect.y < height).then(|| Rect {
        width: rect.width.min(width - rect.x),
        height: rect.height.min(height - rect.y),
        ..rect
    })
}

/// CLOCK_MONOTONIC in milliseconds, wrapping: what frame callbacks carry.
fn now_ms() -> u32 {
    let time = clock_gettime(ClockId::Monotonic);
    (time.tv_sec as u32).wrapping_mul(1000).wrapping_add((time.tv_nsec / 1_000_000) as u32)
}
