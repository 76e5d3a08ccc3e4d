//! Tests of FFmpeg work, against the real FFmpeg. Media are made by the tests; nothing is skipped when it is missing.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "helpers of tests fail by panicking, as tests do"
)]

mod color;
mod compare;
mod convert;
mod encode;
mod failures;
mod film;
mod merge;
mod merge_bad;
mod support;
