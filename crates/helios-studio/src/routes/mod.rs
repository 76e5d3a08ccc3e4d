//! The routes of the API. Each file has those of one kind; what they do is done elsewhere.

mod compositions;
mod files;
mod jobs;
mod project;

use crate::extract::MAX_BODY;
use crate::guard::{Guard, guard};
use crate::{ApiError, Shared, ui};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware;
use std::sync::Arc;

/// What every route has at hand.
pub type Studio = Arc<Shared>;

/// The whole server.
pub fn router(shared: Studio, rule: Guard) -> Router {
    let routes = Router::new()
        .merge(project::routes())
        .merge(compositions::routes())
        .merge(jobs::routes())
        .merge(files::routes())
        .method_not_allowed_fallback(async || ApiError::method_not_allowed())
        .fallback(ui::serve)
        .layer(DefaultBodyLimit::max(MAX_BODY));
    routes.layer(middleware::from_fn_with_state(rule, guard)).with_state(shared)
}
