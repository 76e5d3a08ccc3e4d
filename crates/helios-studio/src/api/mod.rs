//! The JSON that goes over the wire: data only. The routes are described in docs/studio-api.md.
//!
//! Answers may gain fields; questions with a field that is not here are refused, so that a typing mistake is no silent
//! default.

mod captions;
mod compositions;
mod diagnostics;
mod error;
mod events;
mod files;
mod jobs;
mod project;
mod render;

pub use captions::{CaptionCue, CaptionFile};
pub use compositions::{CompositionDetails, CompositionView, PreviewAddress, StillRequest};
pub use diagnostics::{Check, CheckStatus, Diagnostics};
pub use error::{ErrorBody, ErrorDetail};
pub use events::StudioEvent;
pub use files::{Asset, AssetKind, Assets, Waveform};
pub use jobs::{
    JobAction, JobOutput, JobState, JobView, JobsView, Lane, LaneState, LatestFrame, LogLevel, LogLine,
    LogView, MoveRequest, QueueRequest,
};
pub use project::{Format, MachineView, Preset, ProjectView, Quality};
pub use render::{CommandView, ConcurrencyWish, RenderRequest};

/// Every type as TypeScript, one file each and `index.ts`, into `folder`.
///
/// # Errors
/// When a file cannot be written.
#[doc(hidden)]
pub fn export_typescript(folder: &std::path::Path) -> Result<(), ts_rs::ExportError> {
    use ts_rs::TS as _;
    let config = ts_rs::Config::new().with_out_dir(folder).with_large_int("number");
    ErrorBody::export_all(&config)?;
    ProjectView::export_all(&config)?;
    CompositionView::export_all(&config)?;
    CompositionDetails::export_all(&config)?;
    PreviewAddress::export_all(&config)?;
    StillRequest::export_all(&config)?;
    StudioEvent::export_all(&config)?;
    JobsView::export_all(&config)?;
    LogView::export_all(&config)?;
    MoveRequest::export_all(&config)?;
    QueueRequest::export_all(&config)?;
    RenderRequest::export_all(&config)?;
    CommandView::export_all(&config)?;
    Assets::export_all(&config)?;
    Waveform::export_all(&config)?;
    CaptionFile::export_all(&config)?;
    Diagnostics::export_all(&config)?;
    Ok(())
}
