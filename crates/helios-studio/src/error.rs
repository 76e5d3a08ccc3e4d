//! The one error of this crate: what a request is answered with when it cannot be done.

use crate::api::{ErrorBody, ErrorDetail};
use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use helios_job::FailureKind;
use helios_runner::RunnerError;
use std::fmt::Display;

/// A request that was refused or has failed. docs/studio-api.md lists the codes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ApiError {
    /// The status of the answer.
    pub status: StatusCode,
    /// For programs.
    pub code: &'static str,
    /// What failed.
    pub message: String,
    /// What to do about it.
    pub fix: String,
}

impl ApiError {
    fn new(status: StatusCode, code: &'static str, message: impl Display, fix: &str) -> ApiError {
        ApiError { status, code, message: message.to_string(), fix: fix.to_owned() }
    }

    /// A body, a field or a parameter that cannot mean anything.
    pub fn bad_request(message: impl Display, fix: &str) -> ApiError {
        ApiError::new(StatusCode::BAD_REQUEST, "bad-request", message, fix)
    }

    /// A setting that is wrong, in the words of the command line.
    pub fn refused(message: impl Display) -> ApiError {
        ApiError::new(StatusCode::BAD_REQUEST, "refused", message, "")
    }

    /// FFmpeg cannot write the output; the message says what to do.
    pub fn encoder_missing(message: impl Display) -> ApiError {
        ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, "encoder-missing", message, "")
    }

    /// A path that cannot be used.
    pub fn bad_path(given: &str, why: impl Display) -> ApiError {
        let fix = "give a path inside the project, with / between its parts";
        ApiError::new(
            StatusCode::BAD_REQUEST,
            "bad-path",
            format!("cannot use the path {given:?}: {why}"),
            fix,
        )
    }

    /// No token, or a wrong one.
    pub fn unauthorized() -> ApiError {
        let fix = "open the address with ?token=… that `helios studio` has printed";
        ApiError::new(StatusCode::UNAUTHORIZED, "unauthorized", "the token is missing or wrong", fix)
    }

    /// A request that another site makes. `code` says by what it was recognised.
    pub fn foreign(code: &'static str, message: impl Display) -> ApiError {
        let fix = "use the address that `helios studio` has printed";
        ApiError::new(StatusCode::FORBIDDEN, code, message, fix)
    }

    /// Nothing of that name.
    pub fn not_found(message: impl Display) -> ApiError {
        ApiError::new(StatusCode::NOT_FOUND, "not-found", message, "")
    }

    /// The route has other methods.
    pub fn method_not_allowed() -> ApiError {
        let fix = "docs/studio-api.md lists the methods of each route";
        let status = StatusCode::METHOD_NOT_ALLOWED;
        ApiError::new(status, "method-not-allowed", "this route does not have this method", fix)
    }

    /// Not now.
    pub fn wrong_state(message: impl Display, fix: &str) -> ApiError {
        ApiError::new(StatusCode::CONFLICT, "wrong-state", message, fix)
    }

    /// More bytes than are taken.
    pub fn too_large(limit: usize) -> ApiError {
        let message = format!("the body has more than {limit} bytes");
        ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", message, "send less")
    }

    /// No JSON.
    pub fn media_type() -> ApiError {
        let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
        let message = "the body must be JSON";
        ApiError::new(status, "unsupported-media-type", message, "send content-type: application/json")
    }

    /// A page that could not be drawn.
    pub fn render_failed(error: &RunnerError) -> ApiError {
        if let RunnerError::Project(why) = error {
            return ApiError::build_failed(why);
        }
        match error.kind() {
            Some(FailureKind::Invalid) => {
                ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, "render-failed", error, "")
            }
            Some(FailureKind::Transient) => {
                let fix = "try again; `helios doctor` says whether this machine can render";
                ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, "render-failed", error, fix)
            }
            None => ApiError::failed("draw the page", "the Studio is ending"),
        }
    }

    /// A project that cannot be built.
    pub fn build_failed(why: impl Display) -> ApiError {
        ApiError::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "build-failed",
            why,
            "correct the file, it is built again at once",
        )
    }

    /// Something on this machine.
    pub fn failed(doing: impl Display, error: impl Display) -> ApiError {
        let status = StatusCode::INTERNAL_SERVER_ERROR;
        ApiError::new(status, "failed", format!("failed to {doing}: {error}"), "")
    }

    /// Something that this machine has not.
    pub fn unsupported(message: impl Display, fix: &str) -> ApiError {
        ApiError::new(StatusCode::NOT_IMPLEMENTED, "unsupported", message, fix)
    }

    /// The same as a part of an answer.
    pub fn detail(&self) -> ErrorDetail {
        ErrorDetail { code: self.code.to_owned(), message: self.message.clone(), fix: self.fix.clone() }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        (self.status, Json(ErrorBody { error: self.detail() })).into_response()
    }
}
