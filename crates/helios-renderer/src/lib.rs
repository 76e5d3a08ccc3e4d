//! Renders one range of frames of one composition to one file.
//!
//! The path of a frame: the [`stage`] advances the page to it and paints its serial on the strip; a frame [`source`] (the
//! tap, a begin-frame, a screenshot, a canvas) delivers the pixels that carry this serial; the [`pipeline`] hashes and converts them and
//! hands them to the encoder of helios-media. [`worker`] does this on orders that arrive as JSON lines.
//!
//! This crate does not plan, retry or join: that is helios-runner, which runs workers as processes. It prints nothing and
//! reads no environment.

mod alpha;
mod begin_frame;
mod check;
mod chromium;
mod error;
mod films;
mod fonts;
mod glance;
mod input;
pub mod measure;
mod page_events;
mod picture;
mod pipeline;
mod preview;
mod recorder;
mod runtime;
mod server;
mod site;
mod sound;
mod source;
mod stage;
mod still;
mod strip;
pub mod worker;

pub use error::RenderError;
pub use glance::thumbnail;
pub use preview::{Preview, PreviewAt};
