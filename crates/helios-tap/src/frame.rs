//! One commit of the browser's window: pixels in shared memory, on loan until dropped.

use crate::shm::BufferData;
use std::fmt;
use wayland_server::protocol::wl_buffer::WlBuffer;
use wayland_server::{DisplayHandle, Resource};

/// A rectangle in buffer pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rect {
    /// Left edge.
    pub x: u32,
    /// Top edge.
    pub y: u32,
    /// Width; the rectangle lies within the frame.
    pub width: u32,
    /// Height; the rectangle lies within the frame.
    pub height: u32,
}

/// The pixels of one commit: `height` rows of `stride` bytes, four bytes a pixel in the order blue, green, red, alpha
/// (`wl_shm` ARGB8888 or XRGB8888, little endian; with XRGB8888 the fourth byte has no meaning).
///
/// The memory belongs to the browser, which does not touch it until the frame is dropped. It has several buffers and
/// paints the next frame meanwhile, so hold a frame as long as its conversion takes, and not longer.
pub struct Frame {
    pub(crate) buffer: WlBuffer,
    pub(crate) handle: DisplayHandle,
    pub(crate) data: BufferData,
    pub(crate) damage: Vec<Rect>,
}

impl Frame {
    /// Width in pixels.
    pub fn width(&self) -> u32 {
        self.data.width
    }

    /// Height in pixels.
    pub fn height(&self) -> u32 {
        self.data.height
    }

    /// Distance between the starts of two rows in bytes, at least `4 · width`.
    pub fn stride(&self) -> u32 {
        self.data.stride
    }

    /// All rows: `stride · height` bytes.
    pub fn pixels(&self) -> &[u8] {
        self.data.bytes()
    }

    /// One row without its padding: `4 · width` bytes; empty past the last row.
    pub fn row(&self, y: u32) -> &[u8] {
        let start = y as usize * self.data.stride as usize;
        self.pixels().get(start..start + 4 * self.data.width as usize).unwrap_or_default()
    }

    /// What changed since the commit before, as the browser tells it. Empty means unknown: take the whole frame.
    pub fn damage(&self) -> &[Rect] {
        &self.damage
    }
}

impl Drop for Frame {
    fn drop(&mut self) {
        if self.buffer.is_alive() {
            self.buffer.release();
            // The server's thread flushes only after its own dispatch; this may run on another thread. A failed flush
            // means that the client is gone, and with it the need for the message.
            self.handle.clone().flush_clients().ok();
        }
    }
}

impl fmt::Debug for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Frame")
            .field("width", &self.width())
            .field("height", &self.height())
            .field("stride", &self.stride())
            .field("damage", &self.damage)
            .finish()
    }
}
