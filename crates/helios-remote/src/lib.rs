//! A job on object storage: `s3://bucket/folder/job.json`. Its bundle and its chunks are objects; whoever works on it has a folder of
//! its own, to which they are fetched and from which they are sent. A chunk counts when its manifest is there and describes it, as in
//! a folder: so the manifest is sent last.
//!
//! What is rendered and joined is decided by helios-runner, in that folder. This crate starts nothing and prints nothing.

mod chunks;
mod error;
mod job;
mod send;
mod store;

pub use chunks::Seen;
pub use error::StoreError;
pub use job::{RemoteError, RemoteJob, is_address};
pub use send::send_bundle;
