//! RenderOrchestrator with scripted workers: real processes and pipes, no browser, no FFmpeg.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "these are tests")]

mod bench;
mod cancel;
mod crew;
mod failures;
mod files;
mod recorded;
mod renders;
mod resume;
mod stills;
