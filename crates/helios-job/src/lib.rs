//! What a Helios render *is*: frames, rates, codecs, the job, its chunks, the events it emits and the progress they add up to.
//!
//! Everything here is data and arithmetic. This crate opens no file, starts no process, reads no clock and knows no
//! async runtime; the crates above it interpret these values. That is what keeps `--concurrency` and `--emit-job` from
//! drifting apart: both are interpreters of the same [`JobSpec`].

mod audio_file;
mod audio_track;
mod bit_rate;
mod captions;
mod check;
mod codec;
mod color;
mod command;
mod compare;
mod config;
mod contract;
mod differences;
mod digest;
mod encoding;
mod error;
mod event;
mod fps;
mod frame_pattern;
mod hardware;
mod hashes;
mod human;
mod input_file;
mod job_check;
mod job_text;
mod journal;
mod json_place;
mod manifest;
mod pixel_format;
mod plain;
mod plan;
mod profile;
mod progress;
mod protocol;
mod range;
mod scale;
mod seconds;
mod sequence;
mod sound;
mod spec;
mod still;

pub use audio_file::AudioFile;
pub use audio_track::{AudioTrack, SoundSettings};
pub use bit_rate::BitRate;
pub use captions::{
    CaptionAlign, CaptionBlock, CaptionConfig, CaptionFormat, CaptionMode, CaptionSpan, Captions, Cue,
    ShownCue, WrittenCue,
};
pub use check::{
    CHECK_SCHEMA, CheckAnswer, CheckOrder, CheckReport, CheckedPage, Finding, FontLook, Severity,
};
pub use codec::{AudioCodec, Container, VideoCodec};
pub use color::ColorSpace;
pub use command::{render_argv, shell_command, shell_quote};
pub use compare::{HashComparison, push_frame, ranges_text};
pub use config::{CaptureKind, DEFAULT_EPOCH_MS, JobConfig, Look, Mode, SIZE_RANGE};
pub use contract::{
    COMPOSITIONS_SCHEMA, CompositionList, Contract, ListedComposition, ListedPage, SpokenContract,
};
pub use digest::Sha256Sum;
pub use encoding::{Encoding, EncodingWish};
pub use error::JobError;
pub use event::{ChunkReport, Event, Failure, FailureKind, Level, Phase};
pub use fps::Fps;
pub use frame_pattern::FramePattern;
pub use hardware::{HardwareEncoder, HardwareWish};
pub use hashes::{FrameHash, FrameHashes};
pub use human::human_line;
pub use input_file::InputFile;
pub use journal::JournalLine;
pub use manifest::{CHUNK_SCHEMA, ChunkManifest, ChunkVersions, ManifestHashes};
pub use pixel_format::PixelFormat;
pub use plain::Plain;
pub use plan::{MAX_CONCURRENCY, Split, split};
pub use profile::{Span, Stage, StageTimes};
pub use progress::{ChunkState, Progress};
pub use protocol::{ChunkOrder, Command, Composition, InspectOrder, MergeOrder, SoundOrder};
pub use range::FrameRange;
pub use scale::Scale;
pub use seconds::Seconds;
pub use sequence::{ChunkProblem, Expected, Link, Trouble, check_sequence, maker_differences};
pub use sound::{
    MILLION, SAMPLE_RATE, SoundSource, SoundTimeline, Stretch, frame_nanos, sample_at, sound_window,
};
pub use spec::{JobSpec, MergeStep, Partition, SCHEMA, Versions};
pub use still::{Moment, StillAt, StillFormat, StillOrder, StillReport};
