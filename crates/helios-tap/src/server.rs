//! The compositor's life: one thread, one client, one loop.

use crate::error::TapError;
use crate::frame::Frame;
use crate::state::State;
use rustix::event::{EventfdFlags, PollFd, PollFlags, eventfd, poll};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;
use wayland_protocols::wp::viewporter::server::wp_viewporter::WpViewporter;
use wayland_protocols::xdg::shell::server::xdg_wm_base::XdgWmBase;
use wayland_protocols::xdg::xdg_output::zv1::server::zxdg_output_manager_v1::ZxdgOutputManagerV1;
use wayland_server::protocol::{
    wl_compositor::WlCompositor, wl_data_device_manager::WlDataDeviceManager, wl_output::WlOutput,
    wl_seat::WlSeat, wl_shm::WlShm, wl_subcompositor::WlSubcompositor,
};
use wayland_server::{Display, backend::ClientData};

/// The environment variable by which a Wayland client inherits its connection, as a file-descriptor number.
pub const WAYLAND_SOCKET: &str = "WAYLAND_SOCKET";

/// A running compositor. Dropping it ends its thread and its client's connection.
pub struct Tap {
    orders: Sender<Order>,
    wake: OwnedFd,
    thread: Option<JoinHandle<()>>,
}

enum Order {
    Stop,
    Resize { width: u32, height: u32 },
}

impl Tap {
    /// Starts the compositor with a window of `width` x `height` pixels. Every commit of the client's window is given to
    /// `sink` on the compositor's thread, so `sink` should only pass it on.
    ///
    /// Returns the client's end of the connection, to be inherited by the browser as [`WAYLAND_SOCKET`].
    ///
    /// # Errors
    /// When the system has no more file descriptors, memory or threads.
    pub fn start(
        width: u32,
        height: u32,
        sink: impl FnMut(Frame) + Send + 'static,
    ) -> Result<(Tap, OwnedFd), TapError> {
        let mut display = Display::<State>::new().map_err(|error| TapError::Display(error.to_string()))?;
        let handle = display.handle();
        announce(&display);
        let (ours, theirs) = UnixStream::pair().map_err(TapError::io("create a socket pair"))?;
        display
            .handle()
            .insert_client(ours, Arc::new(Only))
            .map_err(TapError::io("accept the browser's socket"))?;
        let wake = eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)
            .map_err(|error| TapError::io("create an eventfd")(error.into()))?;
        let waker = wake.try_clone().map_err(TapError::io("duplicate an eventfd"))?;
        let (orders, inbox) = channel();
        let state = State { handle, width, height, window: None, serial: 0, sink: Box::new(sink) };
        let thread = std::thread::Builder::new()
            .name("helios-tap".to_owned())
            .spawn(move || {
                if let Err(error) = run(&mut display, state, &inbox, &wake) {
                    tracing::debug!("the tap ended: {error}");
                }
            })
            .map_err(TapError::io("start the compositor's thread"))?;
        Ok((Tap { orders, wake: waker, thread: Some(thread) }, theirs.into()))
    }

    /// Gives the window another size. Commits of the old size may still arrive.
    pub fn resize(&self, width: u32, height: u32) {
        self.order(Order::Resize { width, height });
    }

    fn order(&self, order: Order) {
        // Both fail only when the thread has ended, and then there is nobody left to tell.
        self.orders.send(order).ok();
        rustix::io::write(&self.wake, &1u64.to_ne_bytes()).ok();
    }
}

impl Drop for Tap {
    fn drop(&mut self) {
        self.order(Order::Stop);
        if let Some(thread) = self.thread.take() {
            thread.join().ok();
        }
    }
}

struct Only;
impl ClientData for Only {}

/// The globals and versions that Chromium needs; each version is one whose requests are all handled here.
fn announce(display: &Display<State>) {
    let handle = display.handle();
    handle.create_global::<State, WlCompositor, ()>(4, ());
    handle.create_global::<State, WlSubcompositor, ()>(1, ());
    handle.create_global::<State, WlShm, ()>(1, ());
    handle.create_global::<State, WlOutput, ()>(3, ());
    handle.create_global::<State, ZxdgOutputManagerV1, ()>(3, ());
    handle.create_global::<State, WlSeat, ()>(5, ());
    handle.create_global::<State, XdgWmBase, ()>(3, ());
    handle.create_global::<State, WlDataDeviceManager, ()>(3, ());
    handle.create_global::<State, WpViewporter, ()>(1, ());
}

/// Serves requests and orders until told to stop. A client that is gone leaves the loop idle, not spinning: its file
/// descriptor leaves the display's poll set.
fn run(
    display: &mut Display<State>,
    mut state: State,
    inbox: &Receiver<Order>,
    wake: &OwnedFd,
) -> std::io::Result<()> {
    loop {
        display.flush_clients()?;
        {
            let requests = display.backend().poll_fd();
            let mut fds =
                [PollFd::from_borrowed_fd(requests.as_fd(), PollFlags::IN), PollFd::new(wake, PollFlags::IN)];
            match poll(&mut fds, None) {
                Err(rustix::io::Errno::INTR) => continue,
                other => other?,
            };
        }
        rustix::io::read(wake, &mut [0u8; 8]).ok();
        for order in inbox.try_iter() {
            match order {
                Order::Stop => return Ok(()),
                Order::Resize { width, height } => {
                    (state.width, state.height) = (width, height);
                    state.configure_window();
                }
            }
        }
        display.dispatch_clients(&mut state)?;
    }
}
