//! The user interface and the player, which the binary carries when they have been built (web/dist).

use crate::ApiError;
use crate::previews::{host_name, host_of};
use axum::extract::Request;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;
use std::path::Path;

#[derive(RustEmbed)]
#[folder = "../../web/dist"]
#[allow_missing = true]
struct Built;

const UNBUILT: &str = "<!doctype html><html lang=en><meta charset=utf-8><title>Helios Studio</title>
<body style=\"font:16px/1.5 system-ui;max-width:40em;margin:4em auto;padding:0 1em\">
<h1>Helios Studio</h1><p>The server runs, but this binary was built without the user interface. Build it with Node, and then Helios again:</p>
<pre>make build</pre><p>The <a href=\"/api/project\">API</a> works without it.</p>";

/// Answers whatever is no route of the API.
pub async fn serve(request: Request) -> Response {
    let path = request.uri().path().trim_start_matches('/');
    if path == "api" || path.starts_with("api/") {
        return ApiError::not_found(format!("there is no route /{path}")).into_response();
    }
    if request.method() != Method::GET && request.method() != Method::HEAD {
        return ApiError::method_not_allowed().into_response();
    }
    let name = match path {
        "" => "studio/index.html".to_owned(),
        path if path.starts_with("player/") => path.to_owned(),
        path => format!("studio/{path}"),
    };
    let mut response = match Built::get(&name) {
        Some(file) => {
            let kind = crate::files::mime(Path::new(&name));
            ([(header::CONTENT_TYPE, kind)], file.data.into_owned()).into_response()
        }
        None if path.is_empty() => axum::response::Html(UNBUILT).into_response(),
        None => {
            return (StatusCode::NOT_FOUND, ApiError::not_found(format!("there is no /{path}")))
                .into_response();
        }
    };
    let host = host_of(&request);
    // Compositions are shown in frames, and their sound is played by the page around.
    let previews = format!("http://{}:*", host_name(&host));
    let policy = format!(
        "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob: {previews}; style-src 'self' 'unsafe-inline'; \
         frame-src {previews}; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    let headers = response.headers_mut();
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}
