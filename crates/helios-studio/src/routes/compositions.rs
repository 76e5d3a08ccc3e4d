//! Pages: the list, what a browser finds out of one, pictures of it, and where it can be seen.

use super::Studio;
use crate::api::{CompositionDetails, CompositionView, PreviewAddress, StillRequest};
use crate::extract::{Body, Params};
use crate::lists::Lists;
use crate::previews::{host_name, host_of};
use crate::{ApiError, scan};
use axum::extract::{Request, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use std::path::Path;

/// The widths that a thumbnail can have.
const WIDTHS: std::ops::RangeInclusive<u32> = 16..=1920;

pub fn routes() -> Router<Studio> {
    Router::new()
        .route("/api/compositions", get(list))
        .route("/api/compositions/details", get(details))
        .route("/api/compositions/thumbnail", get(thumbnail))
        .route("/api/preview", get(preview))
        .route("/api/still", post(still))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Of {
    path: String,
}

async fn list(State(studio): State<Studio>) -> Json<Vec<CompositionView>> {
    let mut views = Vec::new();
    for page in scan::compositions(&studio.project, &*studio.host) {
        if scan::has_list(&studio.project, &page) {
            views.extend(Lists::of(&studio, page));
        } else {
            views.push(page);
        }
    }
    for view in &mut views {
        view.details = studio.looker.known(&view.id, &view.version).and_then(Result::ok);
    }
    Json(views)
}

async fn details(
    State(studio): State<Studio>,
    Params(of): Params<Of>,
) -> Result<Json<CompositionDetails>, ApiError> {
    studio.looker.details(&of.path).await.map(Json)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Picture {
    path: String,
    frame: Option<u32>,
    width: Option<u32>,
    /// Only makes the address another one.
    #[serde(rename = "v")]
    _version: Option<String>,
}

async fn thumbnail(
    State(studio): State<Studio>,
    Params(picture): Params<Picture>,
) -> Result<Response, ApiError> {
    let width = picture.width.unwrap_or(320);
    if !WIDTHS.contains(&width) {
        return Err(ApiError::bad_request(
            format!("width: {width} pixels are not possible"),
            "use 16 to 1920",
        ));
    }
    let file = studio.looker.thumbnail(&picture.path, picture.frame, width).await?;
    png(&file)
}

async fn still(
    State(studio): State<Studio>,
    Body(request): Body<StillRequest>,
) -> Result<Response, ApiError> {
    png(&studio.looker.still(&request).await?)
}

fn png(file: &Path) -> Result<Response, ApiError> {
    let bytes = std::fs::read(file).map_err(|error| ApiError::failed("read the picture", error))?;
    let headers = [(header::CONTENT_TYPE, "image/png"), (header::CACHE_CONTROL, "no-cache")];
    Ok((headers, bytes).into_response())
}

async fn preview(
    State(studio): State<Studio>,
    Params(of): Params<Of>,
    request: Request,
) -> Result<Json<PreviewAddress>, ApiError> {
    let (page, composition) = studio.project.composition(&of.path)?;
    let (port, path) = studio.previews.open(&studio.project, &page).await?;
    let origin = format!("http://{}:{port}", host_name(&host_of(&request)));
    Ok(Json(PreviewAddress { url: format!("{origin}{path}"), origin, composition }))
}
