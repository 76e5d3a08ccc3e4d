//! The binary `helios` as its users call it. Modules with a real browser belong here too, one per promise.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail like tests")]

mod bad_input;
mod emit_job;
mod help;
mod merge;
mod run;
mod signals;
