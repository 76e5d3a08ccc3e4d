//! Renders.

use super::Studio;
use crate::api::{
    CommandView, JobAction, JobState, JobView, JobsView, LogView, MoveRequest, QueueRequest, RenderRequest,
};
use crate::extract::{Body, Params};
use crate::{ApiError, argv, files};
use axum::extract::{Path, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use axum::{Json, Router};
use helios_job::shell_command;
use helios_runner::RenderOrchestrator;
use serde::Deserialize;
use std::path::PathBuf;

pub fn routes() -> Router<Studio> {
    Router::new()
        .route("/api/jobs", get(list).post(create))
        .route("/api/jobs/{id}", get(one).delete(delete))
        .route("/api/jobs/{id}/cancel", post(cancel))
        .route("/api/jobs/{id}/retry", post(retry))
        .route("/api/jobs/{id}/resume", post(resume))
        .route("/api/jobs/{id}/move", post(move_to))
        .route("/api/jobs/{id}/open-folder", post(open_folder))
        .route("/api/jobs/{id}/video", get(video))
        .route("/api/jobs/{id}/download", get(download))
        .route("/api/jobs/{id}/log", get(log))
        .route("/api/jobs/{id}/frame", get(frame))
        .route("/api/queue", put(queue))
        .route("/api/job-spec", post(job_spec))
        .route("/api/command", post(command))
}

type Answer<T> = Result<Json<T>, ApiError>;

async fn list(State(studio): State<Studio>) -> Json<JobsView> {
    Json(studio.renders.list())
}

async fn create(
    State(studio): State<Studio>,
    Body(request): Body<RenderRequest>,
) -> Result<(StatusCode, Json<JobView>), ApiError> {
    Ok((StatusCode::CREATED, Json(studio.renders.start_render(request).await?)))
}

async fn one(State(studio): State<Studio>, Path(id): Path<String>) -> Answer<JobView> {
    studio.renders.get(&id).map(Json)
}

async fn delete(State(studio): State<Studio>, Path(id): Path<String>) -> Result<StatusCode, ApiError> {
    studio.renders.delete(&id)?;
    Ok(StatusCode::NO_CONTENT)
}

async fn cancel(State(studio): State<Studio>, Path(id): Path<String>) -> Answer<JobView> {
    studio.renders.cancel(&id).map(Json)
}

async fn retry(State(studio): State<Studio>, Path(id): Path<String>) -> Answer<JobView> {
    studio.renders.again(&id, JobAction::Retry).await.map(Json)
}

async fn resume(State(studio): State<Studio>, Path(id): Path<String>) -> Answer<JobView> {
    studio.renders.again(&id, JobAction::Resume).await.map(Json)
}

async fn move_to(
    State(studio): State<Studio>,
    Path(id): Path<String>,
    Body(request): Body<MoveRequest>,
) -> Answer<JobView> {
    studio.renders.move_to(&id, request.to).map(Json)
}

async fn queue(State(studio): State<Studio>, Body(request): Body<QueueRequest>) -> Answer<JobsView> {
    studio.renders.set_limit(request.limit).map(Json)
}

/// The output of a job that is completed.
fn output(studio: &Studio, id: &str) -> Result<PathBuf, ApiError> {
    let job = studio.renders.get(id)?;
    if job.state != JobState::Completed {
        return Err(ApiError::wrong_state(
            format!("{id} is not completed: it has no output"),
            "wait for it, or retry it",
        ));
    }
    Ok(PathBuf::from(job.output_path))
}

fn shown(studio: &Studio, id: &str) -> Result<PathBuf, ApiError> {
    let path = output(studio, id)?;
    let gone =
        || ApiError::not_found(format!("the output of {id} is not there any more: {}", path.display()));
    let file = files::shown(&path).ok_or_else(gone)?;
    // Somebody may have put a link there since.
    studio.project.file(&studio.project.relative(&file))
}

async fn video(
    State(studio): State<Studio>,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, ApiError> {
    files::send(&shown(&studio, &id)?, request, false).await
}

async fn download(
    State(studio): State<Studio>,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, ApiError> {
    files::send(&shown(&studio, &id)?, request, true).await
}

async fn open_folder(State(studio): State<Studio>, Path(id): Path<String>) -> Result<StatusCode, ApiError> {
    let path = output(&studio, &id)?;
    let folder = path.parent().unwrap_or(studio.project.root()).display().to_string();
    let cannot = |error: &dyn std::fmt::Display| {
        ApiError::unsupported(
            format!("cannot open {folder}: {error}"),
            "open it by hand, on the machine of the Studio",
        )
    };
    if !studio.host.can_open() {
        return Err(cannot(&"this machine has no desktop that the Studio knows"));
    }
    studio.host.open(&folder).map_err(|error| cannot(&error))?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct After {
    after: Option<u64>,
}

async fn log(
    State(studio): State<Studio>,
    Path(id): Path<String>,
    Params(after): Params<After>,
) -> Answer<LogView> {
    Ok(Json(LogView { lines: studio.renders.log(&id, after.after)? }))
}

async fn frame(State(studio): State<Studio>, Path(id): Path<String>) -> Result<Response, ApiError> {
    let file = studio.renders.frame(&id)?;
    let bytes =
        std::fs::read(&file).map_err(|_| ApiError::not_found(format!("{id} has no frame any more")))?;
    Ok(([(header::CONTENT_TYPE, "image/png"), (header::CACHE_CONTROL, "no-cache")], bytes).into_response())
}

/// The words of a request, which the command line has understood.
fn words(studio: &Studio, request: &RenderRequest) -> Result<Vec<String>, ApiError> {
    argv::render(&studio.project, request, &studio.renders.output(request)?)
}

async fn command(State(studio): State<Studio>, Body(request): Body<RenderRequest>) -> Answer<CommandView> {
    let argv = words(&studio, &request)?;
    studio.host.render(&argv).map_err(ApiError::refused)?;
    let command = shell_command(&argv);
    Ok(Json(CommandView { argv, command }))
}

async fn job_spec(
    State(studio): State<Studio>,
    Body(request): Body<RenderRequest>,
) -> Result<Response, ApiError> {
    let argv = words(&studio, &request)?;
    let planned = studio.host.render(&argv).map_err(ApiError::refused)?;
    let _turn = studio.looker.turn().await;
    let job = RenderOrchestrator::plan(&planned.input, &planned.output, &planned.options).await;
    let job = job.map_err(|error| ApiError::render_failed(&error))?;
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"job.json\""),
    ];
    Ok((headers, job.to_text()).into_response())
}
