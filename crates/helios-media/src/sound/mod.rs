//! The sound of a video: every source decoded once, mixed to the sample, written as one file of raw samples. Encoding and
//! muxing are the merge's.
//!
//! [`decode`] turns sources into samples on disk, so that an hour of music costs no memory; [`voice`] is one source as it
//! plays; [`limiter`] keeps the sum within full scale.

mod decode;
mod limiter;
mod peaks;
mod voice;

use crate::{Ffmpeg, MediaError, Result};
use decode::Decoded;
use helios_job::{Fps, MILLION, SoundOrder, SoundSource, Stretch, frame_nanos, sample_at};
use limiter::Limiter;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::Arc;
use voice::Voice;

pub use decode::{SoundInfo, sound_info};
pub use peaks::{Peaks, peaks};

/// More speeds of one source than this are played like a record that turns faster, pitch and all: each costs a decode.
const MOST_SPEEDS: usize = 16;

/// Samples mixed at a time.
const BLOCK: u64 = 4800;

/// A source at a speed, in millionths: what is decoded.
type Key = (SoundSource, u32);

/// A source and how it plays.
struct Part {
    source: SoundSource,
    stretch: Stretch,
    /// The speed at which it is decoded.
    speed: u32,
}

/// Mixes the sound of `frames` frames to `output`: 48 kHz, stereo, 32-bit floats without a header. Returns what should be
/// said; `None` when there is nothing to mix.
///
/// # Errors
/// [`MediaError::Unreadable`] for a track that was asked for by name and cannot be decoded; [`MediaError::Output`].
pub(crate) async fn mix(
    ffmpeg: &Ffmpeg,
    order: &SoundOrder,
    frames: u64,
    fps: Fps,
    output: &Path,
) -> Result<Option<Vec<String>>> {
    if order.timeline.is_empty() && order.tracks.is_empty() {
        return Ok(None);
    }
    let failed = |source| MediaError::Output { path: output.to_owned(), source };
    let last = order.start_frame.saturating_add(u32::try_from(frames).unwrap_or(u32::MAX));
    let (start, end) = (frame_nanos(order.start_frame, fps), frame_nanos(last, fps));
    let parts = parts(ffmpeg, order, end).await?;
    let folder = tempfile::tempdir_in(output.parent().unwrap_or(Path::new("/"))).map_err(failed)?;
    let mut warnings = Vec::new();
    let library = decode_all(ffmpeg, order, &parts, folder.path(), &mut warnings).await?;
    let voices = voices(&parts, &library);
    let (path, span) = (output.to_owned(), (sample_at(start), sample_at(end)));
    let peak = match tokio::task::spawn_blocking(move || write(voices, span, &path)).await {
        Ok(written) => written.map_err(failed)?,
        Err(join) => return Err(failed(join.into())),
    };
    if peak > 1.0 {
        let above = 20.0 * peak.log10();
        warnings.push(format!(
            "the sound is {above:.1} dB above full scale at its loudest, and was turned down there; lower the volumes to avoid it"
        ));
    }
    Ok(Some(warnings))
}

/// As long as the video, and silent.
pub(crate) fn silence(order: &SoundOrder, frames: u32, fps: Fps, output: &Path) -> Result<()> {
    let at = |frame: u32| sample_at(frame_nanos(frame, fps));
    let span = (at(order.start_frame), at(order.start_frame.saturating_add(frames)));
    let failed = |source| MediaError::Output { path: output.to_owned(), source };
    write(Vec::new(), span, output).map(drop).map_err(failed)
}

/// Everything that plays, the page's sound and the tracks.
async fn parts(ffmpeg: &Ffmpeg, order: &SoundOrder, end: u64) -> Result<Vec<Part>> {
    let mut all = Vec::new();
    for stretch in &order.timeline.stretches {
        if let Some(source) = order.timeline.sources.get(stretch.source as usize) {
            all.push((source.clone(), stretch.clone()));
        }
    }
    for (index, track) in (0..).zip(&order.tracks) {
        let source = track.stretch(0, 0, end).0;
        let length = sound_info(ffmpeg, &source).await?.length;
        // Elements of the page count from 0.
        all.push(track.stretch(u32::MAX - index, length.unwrap_or(u64::MAX), end));
    }
    let mut speeds: BTreeMap<SoundSource, BTreeSet<u32>> = BTreeMap::new();
    for (source, stretch) in all.iter().filter(|(_, stretch)| stretch.keep_pitch) {
        speeds.entry(source.clone()).or_default().insert(stretch.rate);
    }
    let part = |(source, stretch): (SoundSource, Stretch)| {
        let few = speeds.get(&source).is_some_and(|speeds| speeds.len() <= MOST_SPEEDS);
        let speed = if stretch.keep_pitch && few { stretch.rate } else { MILLION };
        Part { source, stretch, speed }
    };
    Ok(all.into_iter().map(part).collect())
}

/// Decodes each source once for each speed, as far as it is heard. What a page plays and nobody can decode is silent in a
/// browser too, so that is a warning.
async fn decode_all(
    ffmpeg: &Ffmpeg,
    order: &SoundOrder,
    parts: &[Part],
    folder: &Path,
    warnings: &mut Vec<String>,
) -> Result<BTreeMap<Key, Arc<Decoded>>> {
    let mut needs: BTreeMap<Key, u64> = BTreeMap::new();
    for part in parts {
        let until = needs.entry((part.source.clone(), part.speed)).or_default();
        *until = voice::needed(&part.stretch, part.speed).max(*until);
    }
    let mut library = BTreeMap::new();
    for (index, (key, until)) in needs.into_iter().enumerate() {
        let place = folder.join(index.to_string());
        match decode::decode(ffmpeg, &key.0, key.1, until, &place).await {
            Ok(decoded) => {
                warnings.extend(decoded.complaint.clone());
                library.insert(key, Arc::new(decoded));
            }
            Err(MediaError::Unreadable { path, why }) if order.timeline.sources.contains(&key.0) => {
                warnings.push(format!("the sound of {} is missing: {why}", path.display()));
            }
            Err(error) => return Err(error),
        }
    }
    Ok(library)
}

fn voices(parts: &[Part], library: &BTreeMap<Key, Arc<Decoded>>) -> Vec<Voice> {
    let mut voices = Vec::new();
    for (index, part) in parts.iter().enumerate() {
        let Some(decoded) = library.get(&(part.source.clone(), part.speed)) else { continue };
        let before = parts[..index].iter().rev().find(|before| goes_on(before, part));
        let volume_before = before.map_or(part.stretch.volume, |before| before.stretch.volume);
        voices.push(Voice::new(Arc::clone(decoded), &part.stretch, part.speed, volume_before));
    }
    voices.sort_by_key(|voice| voice.from);
    voices
}

/// Whether `part` is `before`, only louder or softer.
fn goes_on(before: &Part, part: &Part) -> bool {
    let (a, b) = (&before.stretch, &part.stretch);
    before.source == part.source
        && (a.element, a.to, a.anchor, a.position, a.rate)
            == (b.element, b.from, b.anchor, b.position, b.rate)
}

/// Mixes and writes; returns the loudest sample before it was limited. Blocks.
fn write(voices: Vec<Voice>, (start, end): (u64, u64), path: &Path) -> io::Result<f64> {
    let mut file = BufWriter::with_capacity(1 << 18, File::create(path)?);
    let mut limiter = Limiter::new();
    let mut waiting = voices.into_iter().peekable();
    let mut playing: Vec<Voice> = Vec::new();
    let mut at = start;
    while at < end {
        let stop = end.min(at + BLOCK);
        while let Some(voice) = waiting.next_if(|voice| voice.from < stop) {
            playing.push(voice);
        }
        let mut sum = vec![[0.0; 2]; usize::try_from(stop - at).unwrap_or_default()];
        for voice in &mut playing {
            voice.add(at, &mut sum)?;
        }
        playing.retain(|voice| voice.to > stop);
        for sample in sum {
            if let Some(limited) = limiter.push(sample) {
                put(&mut file, limited)?;
            }
        }
        at = stop;
    }
    for limited in limiter.rest() {
        put(&mut file, limited)?;
    }
    file.flush()?;
    Ok(limiter.peak())
}

fn put(file: &mut impl Write, sample: [f64; 2]) -> io::Result<()> {
    for channel in sample {
        file.write_all(&(channel as f32).to_le_bytes())?;
    }
    Ok(())
}
