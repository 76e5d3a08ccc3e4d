//! Exit codes: engines and scripts decide by them whether to try again.

use crate::settings::Refused;
use helios_engines::EngineError;
use helios_job::{FailureKind, JobError};
use helios_media::MediaError;
use helios_remote::{RemoteError, StoreError};
use helios_renderer::RenderError;
use helios_runner::RunnerError;

/// Done.
pub const DONE: u8 = 0;
/// `helios verify` has found a difference.
pub const DIFFERENT: u8 = 1;
/// `helios check` has found errors.
pub const FOUND: u8 = 1;
/// The request is wrong: the same request will fail again.
pub const WRONG: u8 = 64;
/// Failed or incomplete: the same request may succeed later.
pub const TRY_AGAIN: u8 = 75;
/// Cancelled by nobody's signal.
const CANCELLED: u8 = 130;

/// The exit code for an error, from the innermost cause that knows one.
pub fn code_of(error: &anyhow::Error) -> u8 {
    let known = error.chain().find_map(|cause| {
        if let Some(error) = cause.downcast_ref::<RunnerError>() {
            Some(error.exit_code())
        } else if let Some(error) = cause.downcast_ref::<RenderError>() {
            Some(code_of_kind(error.kind()))
        } else if let Some(error) = cause.downcast_ref::<MediaError>() {
            Some(code_of_kind(error.failure_kind()))
        } else if let Some(error) = cause.downcast_ref::<RemoteError>() {
            Some(error.kind().map_or(CANCELLED, code_of_kind))
        } else if let Some(error) = cause.downcast_ref::<StoreError>() {
            Some(code_of_kind(error.kind()))
        } else if let Some(error) = cause.downcast_ref::<EngineError>() {
            Some(code_of_kind(error.kind()))
        } else if cause.is::<Refused>() || cause.is::<JobError>() {
            Some(WRONG)
        } else {
            cause.downcast_ref::<std::io::Error>().map(|error| code_of_io(error.kind()))
        }
    });
    known.unwrap_or(TRY_AGAIN)
}

fn code_of_kind(kind: FailureKind) -> u8 {
    if kind == FailureKind::Invalid { WRONG } else { TRY_AGAIN }
}

/// A path that cannot be written is a wrong request; a full disk or a broken pipe is not.
fn code_of_io(kind: std::io::ErrorKind) -> u8 {
    use std::io::ErrorKind::{
        AlreadyExists, InvalidFilename, IsADirectory, NotADirectory, NotFound, PermissionDenied,
        ReadOnlyFilesystem,
    };
    match kind {
        AlreadyExists | InvalidFilename | IsADirectory | NotADirectory | NotFound | PermissionDenied
        | ReadOnlyFilesystem => WRONG,
        _ => TRY_AGAIN,
    }
}
