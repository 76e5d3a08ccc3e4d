//! Integration tests of helios-browser: against a scripted peer, against scripts that pose as a browser, and against the
//! real Chromium of this machine, which is a requirement: nothing is skipped without it.

// Clippy's leave for tests covers functions marked as tests, not their helpers.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

mod events;
mod executable;
mod impostor;
mod orphans;
mod peer;
mod processes;
mod protocol;
mod real;
