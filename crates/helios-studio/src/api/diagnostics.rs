//! Whether this machine can render: the answer of `GET /api/diagnostics`, and what `helios doctor --json` writes.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// How one thing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
#[ts(export_to = "./")]
pub enum CheckStatus {
    /// As it should be.
    Ok,
    /// Rendering works, but slower or not in every way.
    Warn,
    /// Rendering does not work.
    Fail,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[ts(export_to = "./")]
pub struct Check {
    /// For programs: these names do not change.
    pub id: String,
    /// As people read it.
    pub name: String,
    /// How it is.
    pub status: CheckStatus,
    /// What was found.
    pub found: String,
    /// What to do about it; empty when it is fine.
    pub fix: String,
}

/// Everything that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[ts(export_to = "./")]
pub struct Diagnostics {
    /// Whether rendering works: nothing failed.
    pub can_render: bool,
    /// The checks.
    pub checks: Vec<Check>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_is_committed() {
        let schema = schemars::schema_for!(Diagnostics);
        helios_testkit::assert_schema("doctor", "helios.doctor/1", schema);
    }
}
