//! The plan as data: tables for what people write, properties for arithmetic, snapshots for text.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "these are tests")]

mod captions;
mod compare;
mod hashes;
mod job;
mod job_file;
mod manifest;
mod progress;
mod shell;
mod sound;
mod split;
mod still;
mod time;
mod wire;
