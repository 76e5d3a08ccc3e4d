//! FFmpeg's arguments for a join, the list of chunks it reads, and the arithmetic that keeps frames on the grid.
//!
//! FFmpeg's concat demuxer counts in microseconds, so a chunk's start is off by a fraction of one. Three steps keep the result
//! exact for any number of chunks:
//! - the list gives every chunk a duration, computed from the count of frames before it, so that the error never adds up;
//! - the `setts` bitstream filter then moves every showing time to the nearest multiple of the frame duration;
//! - and sets the decoding time of packet `n` to frame `n - delay`, which is regular and monotonic by construction.

use crate::encoder_args::{self, Args};
use crate::merge::{Chunks, Sound};
use crate::merge_extras::Extras;
use crate::{MediaError, Result};
use helios_job::{AudioCodec, AudioFile, Container, SAMPLE_RATE, VideoCodec};
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

/// A join that is ready to run.
pub(crate) struct Plan {
    chunks: Chunks,
    container: Container,
    /// A mix as a second input.
    mix: Vec<OsString>,
    audio: Vec<OsString>,
    list: Vec<u8>,
    /// Links to chunks whose names cannot be written in a list; removed with the plan.
    _links: Option<tempfile::TempDir>,
}

impl Plan {
    /// Decides how the sound travels and writes the list.
    pub(crate) fn new(chunks: &Chunks, container: Container, sound: Sound<'_>) -> Result<Plan> {
        let (mut mix, mut audio) = (Args::default(), Args::default());
        match (sound, chunks.audio.as_deref()) {
            (Sound::None, _) | (Sound::Kept(_), None) => {}
            (Sound::Kept(wanted), Some(codec)) => {
                audio.words("-map 0:a");
                audio.0.extend(audio_args(codec, container, wanted)?);
            }
            (Sound::Mixed(codec, path), _) => {
                input(&mut mix, path);
                audio.words("-map 1:a");
                audio.words(encoder(codec));
            }
        }
        let (list, links) = if chunks.files.len() > 1 { list(chunks)? } else { (Vec::new(), None) };
        Ok(Plan { chunks: chunks.clone(), container, mix: mix.0, audio: audio.0, list, _links: links })
    }

    /// What FFmpeg reads on standard input.
    pub(crate) fn list(&self) -> &[u8] {
        &self.list
    }

    pub(crate) fn chunk_count(&self) -> usize {
        self.chunks.files.len()
    }

    /// FFmpeg's words for reading the chunks as one.
    pub(crate) fn input(&self) -> Args {
        let mut args = Args::default();
        args.words("-hide_banner -loglevel error -xerror -y");
        match self.chunks.files.as_slice() {
            [(single, _)] => args.0.extend([OsString::from("-i"), encoder_args::file_url(single)]),
            _ => args.words("-protocol_whitelist file,pipe -f concat -safe 0 -i pipe:0"),
        }
        args
    }

    /// The argument list of a join by copying.
    pub(crate) fn args(&self, extras: &Extras, output: &Path) -> Vec<OsString> {
        let Chunks { grid, on_grid, delay, codec, .. } = &self.chunks;
        let mut args = self.input();
        args.0.extend(self.mix.iter().cloned());
        extras.input(&mut args);
        args.words("-map 0:v:0 -c copy");
        // Counted from the first frame: the padding of AAC sound starts a file before 0 and would move the picture.
        // Only where the clock is the grid's on both sides: FFmpeg 5.1 hands this filter packets in the output's ticks but
        // tells it the input's, so an expression must not depend on the unit. Matroska rounds to milliseconds anyway.
        if *on_grid && matches!(self.container, Container::Mp4 | Container::Mov) {
            let ticks = grid.frame_ticks();
            args.pair(
                "-bsf:v",
                format!(
                    "setts=pts=round((PTS-STARTPTS)/{ticks})*{ticks}:dts=(N-{delay})*{ticks}:duration={ticks}"
                ),
            );
        } else {
            args.pair("-bsf:v", format!("setts=pts=PTS:dts={}", rising("DTS")));
        }
        if *codec == VideoCodec::H265 && matches!(self.container, Container::Mp4 | Container::Mov) {
            args.words("-tag:v hvc1");
        }
        args.0.extend(self.audio.iter().cloned());
        args.words("-map_metadata -1 -map_chapters -1 -fflags +bitexact");
        if self.chunks.alpha && *codec == VideoCodec::Vp9 {
            // The tag by which players know that there is a second picture in each block.
            args.words("-metadata:s:v:0 alpha_mode=1");
        }
        // The chunks come first, then the mix if there is one, then the captions.
        extras.output(&mut args, self.container, 1 + usize::from(!self.mix.is_empty()));
        encoder_args::muxer(&mut args, self.container, *grid);
        args.0.push(encoder_args::file_url(output));
        args.0
    }
}

/// An expression for a time which is at least one tick after the one before, in whatever unit.
fn rising(time: &str) -> String {
    format!("if(eq(N\\,0)\\,{time}\\,max({time}\\,PREV_OUTDTS+1))")
}

/// How sound in `codec` gets into `container`: as it is where that is what is wanted, otherwise encoded once.
fn audio_args(codec: &str, container: Container, wanted: Option<AudioCodec>) -> Result<Vec<OsString>> {
    let mut args = Args::default();
    let has = match codec {
        "aac" => Some(AudioCodec::Aac),
        "opus" => Some(AudioCodec::Opus),
        "mp3" => Some(AudioCodec::Mp3),
        pcm if pcm.starts_with("pcm_") => Some(AudioCodec::Pcm),
        _ => None,
    };
    // PCM is what chunks travel in, not a wish for the output; a coded track is kept unless another is asked for.
    let target = match (wanted, has) {
        (Some(wanted), _) => wanted,
        (None, Some(AudioCodec::Pcm)) => container.default_audio_codec(),
        (None, Some(coded)) if container.audio_codecs().contains(&coded) => coded,
        (None, _) => {
            let allowed =
                container.audio_codecs().iter().map(|codec| codec.name()).collect::<Vec<_>>().join(", ");
            return Err(MediaError::Request(format!(
                ".{container} cannot carry {codec} audio: use {allowed}, pcm, or another output extension"
            )));
        }
    };
    match target {
        // Slices abut to the sample, but their starts were rounded to microseconds: count samples instead.
        AudioCodec::Pcm if has == Some(target) => {
            let chained = "if(eq(N\\,0)\\,0\\,PREV_OUTPTS+PREV_OUTDURATION)";
            args.pair("-bsf:a", format!("setts=ts={chained}"));
        }
        // Each slice has its own padding, which overlaps the next slice: kept in step with the picture, not in line.
        _ if has == Some(target) => args.pair("-bsf:a", format!("setts=ts={}", rising("TS"))),
        other => args.words(encoder(other)),
    }
    Ok(args.0)
}

/// The arguments that make a file of a mix alone.
pub(crate) fn sound_alone(kind: AudioFile, mix: &Path, output: &Path) -> Vec<OsString> {
    let mut args = Args::default();
    args.words("-hide_banner -nostdin -loglevel error -xerror -y");
    input(&mut args, mix);
    args.words(match kind {
        AudioFile::Wav => "-c:a pcm_s16le -f wav",
        AudioFile::Flac => "-sample_fmt s16 -c:a flac -f flac",
        AudioFile::Mp3 => "-c:a libmp3lame -b:a 192k -f mp3",
        AudioFile::M4a => "-c:a aac -b:a 192k -movflags +faststart -f ipod",
        AudioFile::Aac => "-c:a aac -b:a 192k -f adts",
        AudioFile::Opus => "-c:a libopus -b:a 160k -f ogg",
    });
    args.words("-map_metadata -1 -fflags +bitexact -flags:a +bitexact");
    args.0.push(encoder_args::file_url(output));
    args.0
}

/// A mix as an input.
fn input(args: &mut Args, mix: &Path) {
    args.words("-f f32le -ac 2");
    args.pair("-ar", SAMPLE_RATE);
    args.0.extend([OsString::from("-i"), encoder_args::file_url(mix)]);
}

/// How sound is encoded.
pub(crate) fn encoder(codec: AudioCodec) -> &'static str {
    match codec {
        AudioCodec::Opus => "-c:a libopus -b:a 160k -flags:a +bitexact",
        AudioCodec::Aac => "-c:a aac -b:a 192k -flags:a +bitexact",
        AudioCodec::Mp3 => "-c:a libmp3lame -b:a 192k -flags:a +bitexact",
        AudioCodec::Pcm => "-c:a pcm_s16le",
    }
}

/// A script for the concat demuxer: every chunk with its exact share of the time line.
fn list(chunks: &Chunks) -> Result<(Vec<u8>, Option<tempfile::TempDir>)> {
    let mut text = b"ffconcat version 1.0\n".to_vec();
    let mut links = None;
    let mut frames_before = 0;
    for (index, (path, frames)) in chunks.files.iter().enumerate() {
        let path = listable(path, index, &mut links)?;
        let start = chunks.grid.micros(frames_before);
        frames_before += frames;
        let duration = chunks.grid.micros(frames_before) - start;
        text.extend_from_slice(b"file 'file:");
        // Inside single quotes everything is literal; a single quote is written as end, escaped quote, begin.
        for &byte in path.as_os_str().as_encoded_bytes() {
            match byte {
                b'\'' => text.extend_from_slice(br"'\''"),
                other => text.push(other),
            }
        }
        text.extend_from_slice(format!("'\nduration {duration}us\n").as_bytes());
    }
    Ok((text, links))
}

/// The path to list. A list is read line by line, so a chunk with a line break in its path is listed by a link to it.
fn listable(path: &Path, index: usize, links: &mut Option<tempfile::TempDir>) -> Result<PathBuf> {
    let failed = |source| MediaError::Output { path: path.to_owned(), source };
    let path = std::path::absolute(path).map_err(failed)?;
    if !path.as_os_str().as_encoded_bytes().iter().any(|byte| matches!(byte, b'\n' | b'\r')) {
        return Ok(path);
    }
    let folder = match links {
        Some(folder) => folder,
        None => links.insert(tempfile::tempdir().map_err(failed)?),
    };
    let extension = path.extension().unwrap_or(OsStr::new("mov")).to_string_lossy();
    let link = folder.path().join(format!("{index}.{}", extension.replace(['\n', '\r'], "_")));
    #[cfg(unix)]
    std::os::unix::fs::symlink(&path, &link).map_err(failed)?;
    Ok(link)
}
