//! The project as a whole, the machine, and what happens.

use super::Studio;
use crate::api::{Diagnostics, ProjectView};
use crate::extract::{MAX_BODY, Params};
use crate::jobs::MAX_RUNNING;
use crate::{ApiError, MAX_WORKERS, about, doctor};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Json, Router};
use serde::Deserialize;

pub fn routes() -> Router<Studio> {
    Router::new()
        .route("/api/project", get(project))
        .route("/api/diagnostics", get(diagnostics))
        .route("/api/events", get(events))
}

async fn project(State(studio): State<Studio>) -> Json<ProjectView> {
    Json(ProjectView {
        name: studio.project.name(),
        root: studio.project.root().to_string_lossy().into_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        machine: about::machine(),
        max_concurrency: MAX_WORKERS,
        max_running_jobs: MAX_RUNNING,
        max_body_bytes: u32::try_from(MAX_BODY).unwrap_or(u32::MAX),
        formats: about::formats(),
        presets: about::presets(),
        can_open_folders: studio.host.can_open(),
    })
}

async fn diagnostics(State(studio): State<Studio>) -> Json<Diagnostics> {
    // It draws frames too.
    let _turn = studio.looker.turn().await;
    Json(doctor::diagnose(studio.host.as_ref()).await)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Since {
    last_event_id: Option<String>,
}

async fn events(
    State(studio): State<Studio>,
    headers: HeaderMap,
    Params(since): Params<Since>,
) -> Result<impl IntoResponse, ApiError> {
    let header = headers.get("last-event-id").and_then(|id| id.to_str().ok()).map(str::to_owned);
    Ok(studio.hub.listen(header.or(since.last_event_id).as_deref()))
}
