//! What every answer with a status of 400 or more says.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The body of a refused or failed request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export_to = "./")]
pub struct ErrorBody {
    /// What is wrong.
    pub error: ErrorDetail,
}

/// What is wrong, for programs and for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export_to = "./")]
pub struct ErrorDetail {
    /// For programs: these names do not change. docs/studio-api.md lists them.
    pub code: String,
    /// What failed, with the value given.
    pub message: String,
    /// What to do about it; empty where the message says it already.
    pub fix: String,
}
