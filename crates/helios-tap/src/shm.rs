//! `wl_shm`: the browser's shared-memory pools and the buffers in them.

use crate::state::State;
use memmap2::Mmap;
use rustix::fs::fstat;
use std::os::fd::OwnedFd;
use std::sync::{Arc, Mutex, PoisonError};
use wayland_server::protocol::wl_buffer::{self, WlBuffer};
use wayland_server::protocol::wl_shm::{self, Format, WlShm};
use wayland_server::protocol::wl_shm_pool::{self, WlShmPool};
use wayland_server::{Client, DataInit, Dispatch, DisplayHandle, GlobalDispatch, New, Resource};

/// A pool: the file that the client shares, and its current mapping. Buffers keep the mapping they were made with.
pub(crate) struct Pool {
    file: OwnedFd,
    mapping: Mutex<Option<Arc<Mmap>>>,
}

impl Pool {
    fn map(&self, size: usize) -> Option<Arc<Mmap>> {
        // A mapping past the end of the file would be a bus error at the first read.
        let file_size = fstat(&self.file).ok()?.st_size;
        if u64::try_from(file_size).ok()? < size as u64 {
            return None;
        }
        // SAFETY: the mapping is read-only and `size` lies within the file. The client could still write to it or
        // truncate it; it is the browser that this process started, it writes only to buffers that were released, and if
        // it should ever truncate the file, this worker process ends with SIGBUS and its chunk is rendered again.
        let mapping = unsafe { memmap2::MmapOptions::new().len(size).map(&self.file) }.ok()?;
        Some(Arc::new(mapping))
    }
}

/// A buffer's place in its pool. Checked when it is made: every row lies within the mapping.
#[derive(Clone)]
pub(crate) struct BufferData {
    mapping: Arc<Mmap>,
    offset: usize,
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) stride: u32,
}

impl BufferData {
    fn new(mapping: Arc<Mmap>, offset: i32, width: i32, height: i32, stride: i32) -> Option<BufferData> {
        let offset = usize::try_from(offset).ok()?;
        let [width, height, stride] = [width, height, stride].map(|n| u32::try_from(n).unwrap_or(0));
        let row = width.checked_mul(4)?;
        let end = offset.checked_add((stride as usize).checked_mul(height as usize)?)?;
        let fits = width > 0 && height > 0 && stride >= row && end <= mapping.len();
        fits.then_some(BufferData { mapping, offset, width, height, stride })
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        let len = self.stride as usize * self.height as usize;
        self.mapping.get(self.offset..self.offset + len).unwrap_or_default()
    }
}

impl GlobalDispatch<WlShm, ()> for State {
    fn bind(
        _: &mut Self,
        _: &DisplayHandle,
        _: &Client,
        new: New<WlShm>,
        (): &(),
        init: &mut DataInit<'_, Self>,
    ) {
        let shm = init.init(new, ());
        shm.format(Format::Argb8888);
        shm.format(Format::Xrgb8888);
    }
}

impl Dispatch<WlShm, ()> for State {
    fn request(
        _: &mut Self,
        _: &Client,
        shm: &WlShm,
        request: wl_shm::Request,
        (): &(),
        _: &DisplayHandle,
        init: &mut DataInit<'_, Self>,
    ) {
        if let wl_shm::Request::CreatePool { id, fd, size } = request {
            let pool = Pool { file: fd, mapping: Mutex::new(None) };
            let mapping = usize::try_from(size).ok().and_then(|size| pool.map(size));
            if mapping.is_none() {
                shm.post_error(
                    wl_shm::Error::InvalidFd,
                    format!("the pool's file is smaller than {size} bytes"),
                );
            }
            *pool.mapping.lock().unwrap_or_else(PoisonError::into_inner) = mapping;
            init.init(id, pool);
        }
    }
}

impl Dispatch<WlShmPool, Pool> for State {
    fn request(
        _: &mut Self,
        _: &Client,
        resource: &WlShmPool,
        request: wl_shm_pool::Request,
        pool: &Pool,
        _: &DisplayHandle,
        init: &mut DataInit<'_, Self>,
    ) {
        let mut mapping = pool.mapping.lock().unwrap_or_else(PoisonError::into_inner);
        match request {
            wl_shm_pool::Request::CreateBuffer { id, offset, width, height, stride, .. } => {
                let data =
                    mapping.clone().and_then(|map| BufferData::new(map, offset, width, height, stride));
                if data.is_none() {
                    let what = format!(
                        "a {width}x{height} buffer with stride {stride} does not fit the pool at {offset}"
                    );
                    resource.post_error(wl_shm::Error::InvalidStride, what);
                }
                init.init(id, data);
            }
            wl_shm_pool::Request::Resize { size } => {
                match usize::try_from(size).ok().and_then(|size| pool.map(size)) {
                    Some(larger) => *mapping = Some(larger),
                    None => resource
                        .post_error(wl_shm::Error::InvalidFd, "the pool's file is smaller than its new size"),
                }
            }
            _ => {}
        }
    }
}

impl Dispatch<WlBuffer, Option<BufferData>> for State {
    fn request(
        _: &mut Self,
        _: &Client,
        _: &WlBuffer,
        _: wl_buffer::Request,
        _: &Option<BufferData>,
        _: &DisplayHandle,
        _: &mut DataInit<'_, Self>,
    ) {
    }
}
