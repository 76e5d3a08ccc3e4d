//! Tests of FFmpeg work, against the real FFmpeg. Media are made by the tests; nothing is skipped when it is missing.

mod color;
mod convert;
mod encode;
mod failures;
mod merge;
mod merge_bad;
mod support;
