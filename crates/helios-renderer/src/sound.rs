//! What a chunk's page is heard playing, from the page's words to the job's: times become whole numbers, addresses become
//! files, and what only the page had is left beside the chunk. Nothing is decoded.

use crate::RenderError;
use crate::input::Input;
use crate::server::HOST_NAME;
use crate::site::find;
use helios_job::{ChunkOrder, MILLION, SoundSource, SoundTimeline, Stretch, sound_window};
use serde::Deserialize;
use std::path::{Path, PathBuf};

/// What the page's runtime says (`web/runtime/sound.js`), with milliseconds and seconds.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Heard {
    url: String,
    /// The number of what the page has posted instead.
    posted: Option<i64>,
    element: u32,
    from: f64,
    to: Option<f64>,
    anchor: f64,
    position: f64,
    rate: f64,
    keep_pitch: bool,
    volume: f64,
    #[serde(rename = "loop")]
    repeat: Option<f64>,
    fade_in: Option<(f64, f64)>,
    fade_out: Option<(f64, f64)>,
}

/// What is heard in the chunk of `order`. `posted` are the files that the page has posted. What cannot be had is said.
pub(crate) fn timeline(
    heard: &[Heard],
    posted: &[PathBuf],
    input: &Input,
    order: &ChunkOrder,
    say: impl FnMut(String),
) -> Result<SoundTimeline, RenderError> {
    let config = &order.config;
    let window = sound_window(order.range, order.job, config.fps);
    let mut say = say;
    let mut whole = SoundTimeline::default();
    for heard in heard {
        let posted =
            heard.posted.map(|number| usize::try_from(number).ok().and_then(|number| posted.get(number)));
        let source = match posted {
            Some(Some(file)) => SoundSource::File(file.to_string_lossy().into_owned()),
            Some(None) => {
                say("the sound that the page makes with a MediaSource is not in the output".to_owned());
                continue;
            }
            None => match source(&heard.url, input) {
                Some(source) => source,
                None => continue,
            },
        };
        whole.push(source, heard.stretch());
    }
    let mut timeline = whole.clipped(window);
    for (index, source) in timeline.sources.iter_mut().enumerate() {
        let SoundSource::File(path) = &*source else { continue };
        if posted.iter().any(|posted| posted == Path::new(path)) {
            let place = beside(&order.output, index);
            std::fs::copy(path, &place).map_err(RenderError::io("write", &place))?;
            *source = SoundSource::Beside(file_name(&place));
        }
    }
    Ok(timeline)
}

impl Heard {
    fn stretch(&self) -> Stretch {
        let millis = |ms: f64| nanos(ms / 1000.0);
        let pair = |(from, to): (f64, f64)| (millis(from), millis(to));
        Stretch {
            source: 0,
            element: self.element,
            from: millis(self.from),
            to: self.to.map_or(u64::MAX, millis),
            anchor: millis(self.anchor),
            position: (self.position * 1e9).round() as i64,
            rate: millionths(self.rate),
            keep_pitch: self.keep_pitch,
            volume: millionths(self.volume),
            repeat: self.repeat.map(nanos),
            fade_in: self.fade_in.map(pair),
            fade_out: self.fade_out.map(pair),
        }
    }
}

fn nanos(seconds: f64) -> u64 {
    (seconds * 1e9).round() as u64
}

fn millionths(number: f64) -> u32 {
    (number * f64::from(MILLION)).round() as u32
}

/// The file or address behind an address of the page; `None` for what is not there, which the page has been told.
fn source(url: &str, input: &Input) -> Option<SoundSource> {
    let own = format!("http://{HOST_NAME}/");
    match (url.strip_prefix(&own), input) {
        (Some(path), Input::Local { root, .. }) => {
            let path = path.split(['?', '#']).next().unwrap_or_default();
            find(root, &format!("/{path}")).map(|file| SoundSource::File(file.to_string_lossy().into_owned()))
        }
        _ => Some(SoundSource::Url(url.to_owned())).filter(|_| url.starts_with("http")),
    }
}

/// Where the `index`th sound of a chunk lies: `chunk_0.sound_1` for `chunk_0.mov`.
fn beside(chunk: &Path, index: usize) -> PathBuf {
    chunk.with_extension(format!("sound_{index}"))
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
