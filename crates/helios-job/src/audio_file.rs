//! Outputs that have sound alone, chosen by their extension. Names only: FFmpeg's arguments live in helios-media.

use std::path::Path;

/// A kind of file without pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AudioFile {
    /// `.wav`: 16-bit PCM.
    Wav,
    /// `.flac`: the same samples, smaller.
    Flac,
    /// `.mp3`.
    Mp3,
    /// `.m4a`: AAC in MPEG-4.
    M4a,
    /// `.aac`: AAC without a container.
    Aac,
    /// `.opus`: Opus in Ogg.
    Opus,
}

impl AudioFile {
    /// The kind of file that a name asks for, or `None` when its extension is no sound's.
    pub fn from_path(path: &Path) -> Option<AudioFile> {
        let extension = path.extension()?.to_string_lossy().to_ascii_lowercase();
        match extension.as_str() {
            "wav" => Some(AudioFile::Wav),
            "flac" => Some(AudioFile::Flac),
            "mp3" => Some(AudioFile::Mp3),
            "m4a" => Some(AudioFile::M4a),
            "aac" => Some(AudioFile::Aac),
            "opus" => Some(AudioFile::Opus),
            _ => None,
        }
    }

    /// The video that a render to `path` is planned as: sound alone has the plan of a video that nobody draws.
    pub fn planned_as(path: &Path) -> &Path {
        if AudioFile::from_path(path).is_some() { Path::new("sound.mov") } else { path }
    }
}
