//! The manifest of a chunk: the record that it is complete, and what it must be. The format is described in docs/jobs.md.
//! Text in, values out: files are read and hashed by helios-runner. Whether manifests fit together is in `sequence`.

use crate::{
    Fps, FrameHash, FrameHashes, FrameRange, InputFile, JobError, Sha256Sum, SoundSource, SoundTimeline,
    VideoCodec,
};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// The value of `schema` in a manifest of this version.
pub const CHUNK_SCHEMA: &str = "helios.chunk/1";

/// How the schemas of all versions begin.
const FAMILY: &str = "helios.chunk/";

/// The pixels' hash, in the words of a `--frame-hashes` file.
const ALGORITHM: &str = "xxh3-128 bgra";

/// What made a chunk. Other versions may give other pixels or bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ChunkVersions {
    /// Version of helios.
    pub helios: String,
    /// Name and version of the browser, as it says itself.
    pub chromium: String,
    /// Version of FFmpeg.
    pub ffmpeg: String,
}

/// One hash per frame, with what it is the hash of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ManifestHashes {
    /// `xxh3-128 bgra`: see [`FrameHash`].
    pub algorithm: String,
    /// In the order of the frames.
    #[cfg_attr(test, schemars(with = "Vec<String>", inner(regex(pattern = "^[0-9a-f]{32}$"))))]
    pub values: Vec<FrameHash>,
}

/// The manifest of a chunk. It is written after the chunk is complete and in its place, and only then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ChunkManifest {
    /// [`CHUNK_SCHEMA`].
    pub schema: String,
    /// The job that the chunk belongs to.
    pub job_id: String,
    /// Index of the chunk in the job.
    pub chunk: u32,
    /// Index of the first frame.
    pub start_frame: u32,
    /// Number of frames, at least 1.
    pub frame_count: u32,
    /// Digest of the chunk's file.
    #[cfg_attr(test, schemars(with = "String", regex(pattern = "^[0-9a-f]{64}$")))]
    pub sha256: Sha256Sum,
    /// Size of the chunk's file.
    pub bytes: u64,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Frames per second, as a ratio in text.
    #[cfg_attr(test, schemars(with = "String"))]
    pub fps: Fps,
    /// Codec of the pictures.
    #[cfg_attr(test, schemars(with = "String"))]
    pub video_codec: VideoCodec,
    /// The frame source that was used: `tap`, `screenshot` or `canvas`.
    pub capture: String,
    /// The attempt that succeeded, from 1.
    pub attempt: u32,
    /// What made it.
    pub versions: ChunkVersions,
    /// The frames' pixels before the encoder.
    pub frame_hashes: ManifestHashes,
    /// What is heard, to be mixed at the merge: the chunk itself has no sound.
    #[serde(default, skip_serializing_if = "SoundTimeline::is_empty")]
    pub sound: SoundTimeline,
    /// The files beside the chunk in which its sound is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub beside: Vec<InputFile>,
    /// The local files that the page was given up to the last frame of the chunk. When one of them is another now, the chunk
    /// is that of another page.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inputs: Vec<InputFile>,
}

impl ManifestHashes {
    /// Hashes as `--frame-hashes` writes them.
    pub fn new(values: Vec<FrameHash>) -> ManifestHashes {
        ManifestHashes { algorithm: ALGORITHM.to_owned(), values }
    }
}

impl ChunkManifest {
    /// Whether a text wants to be a manifest, whole or damaged, of this version or another: what lies beside a chunk and
    /// ends in `.json` may be anything.
    pub fn is_meant(text: &str) -> bool {
        text.contains(FAMILY)
    }

    /// Where the manifest of a chunk lies: beside it, `chunk_0.json` for `chunk_0.mov`.
    pub fn path_of(chunk: &Path) -> PathBuf {
        chunk.with_extension("json")
    }

    /// Reads a manifest.
    ///
    /// # Errors
    /// [`JobError::ManifestVersion`] for a manifest of another major version; [`JobError::Manifest`], which says where
    /// in the text what is wrong.
    pub fn parse(text: &str) -> Result<ChunkManifest, JobError> {
        check_schema(text)?;
        let mut reader = serde_json::Deserializer::from_str(text);
        let manifest: ChunkManifest = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
            let (place, why) = (error.path().to_string(), error.inner().to_string());
            refused(&place, why)
        })?;
        reader.end().map_err(|error| refused(".", error.to_string()))?;
        manifest.check()?;
        Ok(manifest)
    }

    /// The text that [`ChunkManifest::parse`] reads.
    pub fn to_text(&self) -> String {
        // Nothing in it can fail: no maps with odd keys, no foreign types.
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }

    /// The chunk's frames.
    pub fn range(&self) -> FrameRange {
        FrameRange { start: self.start_frame, count: self.frame_count }
    }

    /// The content of the `--frame-hashes` file of this chunk.
    pub fn hashes(&self) -> FrameHashes {
        FrameHashes {
            width: self.width,
            height: self.height,
            fps: self.fps,
            start: self.start_frame,
            hashes: self.frame_hashes.values.clone(),
        }
    }

    /// What the types alone do not say.
    fn check(&self) -> Result<(), JobError> {
        let count = self.frame_hashes.values.len();
        let rules = [
            (!self.job_id.is_empty(), "jobId", "it is empty".to_owned()),
            (self.frame_count > 0, "frameCount", "0 frames; a chunk has 1 or more".to_owned()),
            (
                self.start_frame.checked_add(self.frame_count).is_some(),
                "frameCount",
                format!(
                    "{} frames from {} on are more than there can be",
                    self.frame_count, self.start_frame
                ),
            ),
            (self.bytes > 0, "bytes", "0 bytes; no chunk is empty".to_owned()),
            (self.width > 0 && self.height > 0, "width", "the picture has no pixels".to_owned()),
            (self.attempt > 0, "attempt", "0; attempts are counted from 1".to_owned()),
            (
                self.frame_hashes.algorithm == ALGORITHM,
                "frameHashes.algorithm",
                format!("{:?}; this version knows {ALGORITHM:?}", self.frame_hashes.algorithm),
            ),
            (
                count == self.frame_count as usize,
                "frameHashes.values",
                format!("{count} hashes for {} frames", self.frame_count),
            ),
        ];
        match rules.into_iter().find(|(holds, ..)| !holds) {
            Some((_, place, why)) => Err(refused(place, why)),
            None => self.check_beside(),
        }
    }

    /// A manifest may come from anywhere: it names no file of another folder, and none whose bytes nobody knows.
    fn check_beside(&self) -> Result<(), JobError> {
        let plain = |name: &str| Path::new(name).file_name() == Some(name.as_ref());
        if let Some(file) = self.beside.iter().find(|file| !plain(&file.path)) {
            return Err(refused("beside", format!("{:?} is not a plain file name", file.path)));
        }
        let known = |name: &String| self.beside.iter().any(|file| file.path == *name);
        let heard = self.sound.sources.iter();
        let mut unknown = heard.filter_map(|source| match source {
            SoundSource::Beside(name) if !known(name) => Some(name),
            _ => None,
        });
        match unknown.next() {
            Some(name) => Err(refused("beside", format!("it lacks {name:?}, in which sound is"))),
            None => Ok(()),
        }
    }
}

/// Looks at the version alone, because the rest of another version may look like anything.
fn check_schema(text: &str) -> Result<(), JobError> {
    #[derive(Deserialize)]
    struct Head {
        schema: String,
    }
    // What is no JSON object is refused by the full reading, which says where it ends to be one.
    let Ok(Head { schema }) = serde_json::from_str(text) else { return Ok(()) };
    if schema == CHUNK_SCHEMA {
        return Ok(());
    }
    let version = schema.strip_prefix(FAMILY).and_then(|version| version.parse::<u32>().ok());
    match version {
        Some(_) => Err(JobError::ManifestVersion { given: schema }),
        None => Err(refused("schema", format!("{schema:?}; expected {CHUNK_SCHEMA:?}"))),
    }
}

fn refused(place: &str, why: String) -> JobError {
    // `?`: within a text that ends too early, there is no place yet.
    let place = if matches!(place, "." | "?") { "the text" } else { place };
    JobError::Manifest { place: place.to_owned(), why }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_is_that_of_the_types() {
        helios_testkit::assert_schema("chunk", CHUNK_SCHEMA, schemars::schema_for!(ChunkManifest));
    }
}
