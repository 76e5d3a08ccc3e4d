//! FFmpeg as a child process: probing files, encoding raw frames, joining chunks; and the conversion of browser pixels
//! (BGRA) to video pixels (YUV, BT.709).
//!
//! Nothing here knows browsers, pages, jobs or workers. FFmpeg is never linked: every operation is one child process in a
//! group of its own that cannot outlive this one. The path of a frame:
//!
//! 1. [`FrameConverter`] turns BGRA into the planes that the codec wants ([`PixelLayout`]);
//! 2. [`Encoder`] writes them into FFmpeg's standard input, which encodes one file;
//! 3. [`merge`] joins such files by stream copy, with every timestamp on the frame grid, and counts the frames; it mixes the
//!    sound of all of them (`sound`), encodes it once and puts it beside the pictures.
//!
//! The way back: [`Decoder`] gives the frames of a file in order, [`Film`] the one that is shown at a time, and [`compare()`] says how those of two files differ.

mod animate;
mod compare;
mod convert;
mod decode;
mod difference;
mod encoder;
mod encoder_args;
mod error;
mod ffmpeg;
mod film;
mod gamut;
mod hardware;
mod language;
mod layout;
mod merge;
mod merge_args;
mod merge_check;
mod merge_extras;
mod output;
mod pictures;
mod planes;
mod probe;
mod process;
mod settings;
mod sound;
mod still;
mod timing;
mod webp;
mod webp_frames;

pub use compare::{CompareSettings, FrameDifference, VideoComparison, WorstPair, compare};
pub use convert::FrameConverter;
pub use decode::Decoder;
pub use difference::Difference;
pub use encoder::{Encoder, FINISH_TIMEOUT};
pub use error::MediaError;
pub use ffmpeg::Ffmpeg;
pub use film::{Film, FilmFrame, FilmInfo, FilmInput};
pub use hardware::HardwareChoice;
pub use layout::PixelLayout;
pub use merge::{Merged, merge};
pub use output::PartFile;
pub use pictures::first_picture;
pub use probe::{AudioStream, Color, MediaInfo, VideoStream};
pub use settings::{DEFAULT_THREADS, EncodeSettings, GOP_SECONDS};
pub use sound::{Peaks, SoundInfo, peaks, sound_info};

/// The result of everything in this crate that can fail.
pub type Result<T, E = MediaError> = std::result::Result<T, E>;
