//! Tests of FFmpeg work with the real FFmpeg.
