//! What a request carries: JSON bodies and parameters, each refused with a clear word when it means nothing.

use crate::ApiError;
use axum::extract::{FromRequest, FromRequestParts, Query, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

/// The largest body. Props and captions are text; media are not uploaded.
pub const MAX_BODY: usize = 4 << 20;

/// A body of JSON.
pub struct Body<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &S) -> Result<Body<T>, ApiError> {
        let kind =
            request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim();
        // A form of another site cannot say this without being asked for leave first.
        if !kind.eq_ignore_ascii_case("application/json") {
            return Err(ApiError::media_type());
        }
        let bytes = axum::body::to_bytes(request.into_body(), MAX_BODY).await;
        let bytes = bytes.map_err(|_| ApiError::too_large(MAX_BODY))?;
        // A list would do for an object with its fields in order.
        if bytes.trim_ascii_start().first().is_some_and(|first| *first != b'{') {
            return Err(ApiError::bad_request("the body must be a JSON object", FIELDS));
        }
        let mut reader = serde_json::Deserializer::from_slice(&bytes);
        let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
            let place = error.path().to_string();
            let place = if place == "." { "the body".to_owned() } else { place };
            ApiError::bad_request(format!("{place}: {}", error.inner()), FIELDS)
        })?;
        reader.end().map_err(|error| ApiError::bad_request(format!("the body: {error}"), FIELDS))?;
        Ok(Body(value))
    }
}

const FIELDS: &str = "docs/studio-api.md lists the fields and their types";

/// The parameters behind the `?`.
pub struct Params<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Params<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Params<T>, ApiError> {
        match Query::<T>::from_request_parts(parts, state).await {
            Ok(Query(value)) => Ok(Params(value)),
            Err(error) => Err(ApiError::bad_request(
                error.body_text(),
                "docs/studio-api.md lists the parameters of each route",
            )),
        }
    }
}
