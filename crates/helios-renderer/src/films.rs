//! Videos of the composition, decoded outside the page: the server hands the page's runtime (`web/runtime/video-frames.js`)
//! what is known of a video and single frames of it, as BMP pictures, which a browser takes in without decoding much.

use crate::site::find;
use axum::body::Body;
use axum::extract::Query;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use helios_media::{Ffmpeg, Film, FilmFrame, FilmInfo, FilmInput, MediaError};
use serde::Deserialize;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// Elements that have a decoder of their own at a time; each holds up to 100 MB.
const MOST_FILMS: usize = 12;

/// Bytes of the head of a picture.
const HEAD: usize = 14 + 124;

/// The videos of one browser.
#[derive(Default)]
pub(crate) struct Films {
    ffmpeg: Option<PathBuf>,
    known: Mutex<HashMap<FilmInput, FilmInfo>>,
    open: Mutex<Vec<Open>>,
}

/// A video as one element looks at it.
struct Open {
    key: (FilmInput, String),
    film: Arc<tokio::sync::Mutex<Option<Film>>>,
}

/// What is asked.
#[derive(Debug, Deserialize)]
pub(crate) struct Question {
    #[serde(default)]
    url: String,
    /// The number of what the page has posted instead.
    posted: Option<usize>,
    /// Which element asks.
    #[serde(default)]
    id: String,
    /// Nanoseconds from the beginning of the video; without it, what is known of the video is wanted.
    at: Option<i64>,
}

impl Question {
    /// The file that it is about, if it is one of the composition's folder.
    pub(crate) fn file(&self, root: Option<&Path>, own: &str) -> Option<PathBuf> {
        match input(&self.url, root, own).filter(|_| self.posted.is_none())? {
            FilmInput::File(file) => Some(file),
            FilmInput::Url(_) => None,
        }
    }
}

impl Films {
    pub(crate) fn new(ffmpeg: Option<PathBuf>) -> Films {
        Films { ffmpeg, ..Films::default() }
    }

    /// Answers the page's runtime; `own` is the address of `root`, `posted` are the files that the page has posted. Open to every origin: a remote composition asks from its own.
    pub(crate) async fn answer(
        &self,
        root: Option<&Path>,
        own: &str,
        posted: &[PathBuf],
        Query(question): Query<Question>,
    ) -> Response {
        let input = match question.posted {
            Some(number) => posted.get(number).cloned().map(FilmInput::File),
            None => input(&question.url, root, own),
        };
        let Some(input) = input else {
            return (StatusCode::NOT_FOUND, "no such video").into_response();
        };
        let answered = match question.at {
            None => self.info(&input).await.map(|info| {
                let text = format!(
                    r#"{{"width":{},"height":{},"length":{}}}"#,
                    info.width, info.height, info.length
                );
                ([(header::CONTENT_TYPE, "application/json")], text).into_response()
            }),
            Some(at) => self.frame(&input, &question.id, at).await,
        };
        let mut response = answered.unwrap_or_else(|error| {
            tracing::debug!("no frame of {}: {error}", question.url);
            (StatusCode::UNPROCESSABLE_ENTITY, error.to_string()).into_response()
        });
        let headers = response.headers_mut();
        for (name, value) in [
            ("access-control-allow-origin", "*"),
            ("access-control-expose-headers", "x-from, x-to, x-time"),
            ("cache-control", "no-store"),
        ] {
            headers.insert(name, header::HeaderValue::from_static(value));
        }
        response
    }

    async fn info(&self, input: &FilmInput) -> Result<FilmInfo, MediaError> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(input).cloned();
        if let Some(info) = known {
            return Ok(info);
        }
        let info = FilmInfo::of(&Ffmpeg::find(self.ffmpeg.as_deref())?, input).await?;
        self.known.lock().unwrap_or_else(PoisonError::into_inner).insert(input.clone(), info.clone());
        Ok(info)
    }

    async fn frame(&self, input: &FilmInput, id: &str, at: i64) -> Result<Response, MediaError> {
        let info = self.info(input).await?;
        let shared = self.film((input.clone(), id.to_owned()));
        let mut slot = shared.lock().await;
        // Taken out for the time being: a request that is given up leaves no decoder half-way.
        let mut film = match slot.take() {
            Some(film) => film,
            None => Film::new(Ffmpeg::find(self.ffmpeg.as_deref())?, input.clone(), info.clone()),
        };
        let frame = film.at(at).await?;
        *slot = Some(film);
        let early = info.tolerance();
        let to = if frame.to == i64::MAX { frame.to } else { frame.to - early };
        let headers = [
            ("x-from", frame.from.saturating_sub(early).to_string()),
            ("x-to", to.to_string()),
            ("x-time", frame.time.to_string()),
        ];
        Ok((headers, [(header::CONTENT_TYPE, "image/bmp")], Body::from(picture(&info, &frame)))
            .into_response())
    }

    /// The film of one element, opened when it is not; the one that was looked at longest ago makes room.
    fn film(&self, key: (FilmInput, String)) -> Arc<tokio::sync::Mutex<Option<Film>>> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let known = open.iter().position(|open| open.key == key).map(|at| open.remove(at));
        let film = known.unwrap_or_else(|| Open { key, film: Arc::default() });
        if open.len() >= MOST_FILMS {
            open.remove(0);
        }
        let shared = Arc::clone(&film.film);
        open.push(film);
        shared
    }
}

/// The file or address behind an address of the page.
fn input(url: &str, root: Option<&Path>, own: &str) -> Option<FilmInput> {
    match (url.strip_prefix(own), root) {
        (Some(path), Some(root)) => {
            let path = path.split(['?', '#']).next().unwrap_or_default();
            find(root, &format!("/{path}")).map(FilmInput::File)
        }
        (Some(_), None) => None,
        (None, _) => Some(FilmInput::Url(url.to_owned())).filter(|_| url.starts_with("http")),
    }
}

/// A BMP picture with transparency (BITMAPV5HEADER), rows from top to bottom.
fn picture(info: &FilmInfo, frame: &FilmFrame) -> Vec<u8> {
    let mut bmp = Vec::with_capacity(HEAD + frame.pixels.len());
    let size = |bytes: usize| u32::try_from(bytes).unwrap_or(u32::MAX).to_le_bytes();
    bmp.extend(b"BM");
    bmp.extend(size(HEAD + frame.pixels.len()));
    bmp.extend([0; 4]);
    bmp.extend(size(HEAD));
    bmp.extend(124_u32.to_le_bytes());
    bmp.extend(info.width.to_le_bytes());
    bmp.extend((-i64::from(info.height) as i32).to_le_bytes());
    bmp.extend(1_u16.to_le_bytes());
    bmp.extend(32_u16.to_le_bytes());
    // BI_BITFIELDS: the masks below say which byte is which.
    bmp.extend(3_u32.to_le_bytes());
    bmp.extend(size(frame.pixels.len()));
    bmp.extend([0; 16]);
    for mask in [0x00ff_0000_u32, 0x0000_ff00, 0x0000_00ff, 0xff00_0000] {
        bmp.extend(mask.to_le_bytes());
    }
    // sRGB.
    bmp.extend(0x7352_4742_u32.to_le_bytes());
    bmp.resize(HEAD, 0);
    bmp.extend_from_slice(&frame.pixels);
    bmp
}
