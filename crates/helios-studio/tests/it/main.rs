//! The server as its clients see it, without a socket. Renders are done by a scripted worker, so neither browser nor FFmpeg is needed.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail like tests")]

mod bad_input;
mod events;
mod files;
mod guard;
mod jobs;
mod studio;
mod typescript;
