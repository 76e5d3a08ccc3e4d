//! What a join adds to the streams of its chunks: titles and the like, a track of captions.

use crate::encoder_args::{Args, file_url};
use crate::language;
use helios_job::Container;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;

/// The keys that MP4 and QuickTime files have places of their own for, where players look (FFmpeg's names). With any other
/// key, all go to the list of free keys that QuickTime introduced.
const MP4_KEYS: [&str; 18] = [
    "title",
    "artist",
    "album",
    "album_artist",
    "author",
    "comment",
    "composer",
    "copyright",
    "creation_time",
    "date",
    "description",
    "genre",
    "grouping",
    "lyrics",
    "show",
    "synopsis",
    "track",
    "network",
];

/// See the module.
#[derive(Debug, Clone, Default)]
pub(crate) struct Extras {
    /// By key.
    pub(crate) metadata: BTreeMap<String, String>,
    /// A caption file that FFmpeg reads.
    pub(crate) captions: Option<PathBuf>,
    /// Three letters.
    pub(crate) language: Option<String>,
}

impl Extras {
    /// The file of captions, as one more input.
    pub(crate) fn input(&self, args: &mut Args) {
        if let Some(file) = &self.captions {
            args.0.extend([OsString::from("-i"), file_url(file)]);
        }
    }

    /// What is mapped and written; after `-c copy`. `input` is the number of the captions among the inputs.
    pub(crate) fn output(&self, args: &mut Args, container: Container, input: usize) {
        let mov_family = matches!(container, Container::Mp4 | Container::Mov);
        if self.captions.is_some() {
            args.words(&format!("-map {input}:s:0 -c:s"));
            args.words(if mov_family { "mov_text" } else { "webvtt" });
            // Shown unless the viewer turns them off.
            args.words("-disposition:s:0 default");
            if let Some(language) = &self.language {
                args.pair("-metadata:s:s:0", format!("language={}", language::code(language, container)));
            }
        }
        for (key, value) in &self.metadata {
            args.pair("-metadata", format!("{key}={value}"));
        }
        if mov_family {
            let free = self.metadata.keys().any(|key| !MP4_KEYS.contains(&key.as_str()));
            // The index in front: playback starts before the file is loaded.
            args.words(if free { "-movflags +faststart+use_metadata_tags" } else { "-movflags +faststart" });
        }
    }
}
