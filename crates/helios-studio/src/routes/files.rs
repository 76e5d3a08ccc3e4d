//! The other files of the project: assets, their sound, captions.

use super::Studio;
use crate::api::{Assets, CaptionFile, Waveform};
use crate::extract::{Body, Params};
use crate::project::modified_ms;
use crate::{ApiError, captions, files};
use axum::extract::{Request, State};
use axum::response::Response;
use axum::routing::get;
use axum::{Json, Router};
use helios_media::{Ffmpeg, MediaError, peaks};
use serde::Deserialize;

/// The parts that a waveform can have.
const BUCKETS: std::ops::RangeInclusive<usize> = 1..=20_000;

pub fn routes() -> Router<Studio> {
    Router::new()
        .route("/api/assets", get(assets))
        .route("/api/assets/file", get(file))
        .route("/api/waveform", get(waveform))
        .route("/api/captions", get(read_captions).put(write_captions))
}

async fn assets(State(studio): State<Studio>) -> Json<Assets> {
    Json(files::assets(&studio.project))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Of {
    path: String,
    /// Only makes the address another one.
    #[serde(rename = "v")]
    _version: Option<String>,
}

async fn file(
    State(studio): State<Studio>,
    Params(of): Params<Of>,
    request: Request,
) -> Result<Response, ApiError> {
    files::send(&studio.project.file(&of.path)?, request, false).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sound {
    path: String,
    buckets: Option<usize>,
}

async fn waveform(
    State(studio): State<Studio>,
    Params(sound): Params<Sound>,
) -> Result<Json<Waveform>, ApiError> {
    let file = studio.project.file(&sound.path)?;
    let buckets = sound.buckets.unwrap_or(1000);
    if !BUCKETS.contains(&buckets) {
        return Err(ApiError::bad_request(
            format!("buckets: {buckets} parts are not possible"),
            "use 1 to 20000",
        ));
    }
    let metadata = file.metadata().map_err(|error| ApiError::failed("read the sound", error))?;
    let key = format!("{}\n{}\n{}\n{buckets}", file.display(), metadata.len(), modified_ms(&metadata));
    let kept = studio.looker.kept("waveform", &key, "json");
    let read = std::fs::read(&kept).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
    if let Some(waveform) = read {
        return Ok(Json(waveform));
    }
    let tool = Ffmpeg::find(studio.host.tools().ffmpeg.as_deref());
    let tool = tool.map_err(|error| ApiError::failed("read the sound", error))?;
    let _turn = studio.listening.lock().await;
    let found = peaks(&tool, &file, buckets).await.map_err(|error| match error {
        MediaError::Unreadable { .. } => ApiError::bad_path(&sound.path, error),
        error => ApiError::failed("read the sound", error),
    })?;
    let (low, high) = found.parts.into_iter().unzip();
    let waveform = Waveform { duration: found.duration, low, high };
    // A cache that cannot be written costs time only.
    let _ = std::fs::write(&kept, serde_json::to_vec(&waveform).unwrap_or_default());
    Ok(Json(waveform))
}

async fn read_captions(
    State(studio): State<Studio>,
    Params(of): Params<Of>,
) -> Result<Json<CaptionFile>, ApiError> {
    captions::read(&studio.project.file(&of.path)?, &of.path).map(Json)
}

async fn write_captions(
    State(studio): State<Studio>,
    Params(of): Params<Of>,
    Body(file): Body<CaptionFile>,
) -> Result<Json<CaptionFile>, ApiError> {
    captions::write(&studio.project.target(&of.path)?, &of.path, &file).map(Json)
}
