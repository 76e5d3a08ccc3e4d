//! Who may ask: requests by other names (DNS rebinding) and from other sites (CSRF) are refused, and on other addresses than
//! the loopback everybody needs the token.

use crate::ApiError;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

const COOKIE: &str = "helios_token";

/// The rule for one server.
#[derive(Debug, Clone)]
pub struct Guard {
    /// Its port.
    pub port: u16,
    /// The token that everybody needs, if the server can be reached from elsewhere.
    pub token: Option<Arc<str>>,
    /// Whether pages of other origins may load it: compositions are shown in frames, and ask for fonts without a word.
    pub framed: bool,
}

/// Refuses what must not pass.
pub async fn guard(State(guard): State<Guard>, request: Request, next: Next) -> Response {
    match guard.check(&request) {
        Ok(None) => next.run(request).await,
        Ok(Some(redirect)) => redirect,
        Err(error) => error.into_response(),
    }
}

impl Guard {
    /// A redirection, where that is the answer.
    fn check(&self, request: &Request) -> Result<Option<Response>, ApiError> {
        let headers = request.headers();
        let host = text(headers, header::HOST);
        if self.token.is_none() && !self.is_own(host) {
            return Err(ApiError::foreign("foreign-host", format!("this server is not {host:?}")));
        }
        let origin = text(headers, header::ORIGIN);
        // A frame in a sandbox has the origin "null"; it only reads its own files.
        let own = origin.is_empty() || origin == format!("http://{host}");
        let reading = request.method() == Method::GET || request.method() == Method::HEAD;
        let framed = self.framed && reading;
        if !own && !framed {
            let message = format!("requests from {origin:?} are not answered");
            return Err(ApiError::foreign("foreign-origin", message));
        }
        let site = text(headers, header::HeaderName::from_static("sec-fetch-site"));
        let mode = text(headers, header::HeaderName::from_static("sec-fetch-mode"));
        // A link or a frame: what comes of it no other site can read.
        let opened = reading && mode == "navigate" && !request.uri().path().starts_with("/api/");
        let foreign = site == "cross-site" || (site == "same-site" && !self.framed);
        if foreign && !opened {
            let message = "requests from other sites are not answered";
            return Err(ApiError::foreign("foreign-origin", message));
        }
        match &self.token {
            Some(token) => authorize(request, token),
            None => Ok(None),
        }
    }

    fn is_own(&self, host: &str) -> bool {
        let port = self.port;
        ["127.0.0.1", "localhost", "[::1]"].iter().any(|name| {
            host.strip_prefix(name)
                .is_some_and(|rest| rest == format!(":{port}") || (rest.is_empty() && port == 80))
        })
    }
}

/// Looks for the token: in a cookie, a header, or behind the `?`, from where it moves into a cookie.
fn authorize(request: &Request, token: &str) -> Result<Option<Response>, ApiError> {
    let headers = request.headers();
    let cookies = text(headers, header::COOKIE).split(';').filter_map(|pair| pair.trim().split_once('='));
    let mut sent: Vec<&str> = cookies.filter(|(name, _)| *name == COOKIE).map(|(_, value)| value).collect();
    sent.extend(text(headers, header::AUTHORIZATION).strip_prefix("Bearer "));
    if sent.iter().any(|sent| same(sent, token)) {
        return Ok(None);
    }
    let query = request.uri().query().unwrap_or_default();
    let given = query.split('&').find_map(|pair| pair.strip_prefix("token="));
    if !given.is_some_and(|given| same(given, token)) {
        return Err(ApiError::unauthorized());
    }
    let mut response = (StatusCode::SEE_OTHER, "").into_response();
    let cookie = format!("{COOKIE}={token}; Path=/; HttpOnly; SameSite=Strict");
    let headers = response.headers_mut();
    headers.insert(header::LOCATION, HeaderValue::from_static("/"));
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        headers.insert(header::SET_COOKIE, cookie);
    }
    Ok(Some(response))
}

/// Compares without telling by its time how much was right.
fn same(a: &str, b: &str) -> bool {
    a.len() == b.len() && a.bytes().zip(b.bytes()).fold(0, |odd, (a, b)| odd | (a ^ b)) == 0
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> &str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}
