//! The job file: a render described as data, for any runner that can run a command.

use crate::{
    AudioCodec, CaptionMode, Container, FrameRange, InputFile, JobConfig, render_argv, shell_command,
};
use serde::{Deserialize, Serialize};
use std::path::Path;

/// The value of `schema` in a job file of this version.
pub const SCHEMA: &str = "helios.job/1";

/// Versions of the programs that planned the job. Other versions may give other pixels or bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Versions {
    /// Version of helios.
    pub helios: String,
}

/// A render as data. The format is described in docs/jobs.md.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct JobSpec {
    /// [`SCHEMA`].
    pub schema: String,
    /// Digest of the config and the input: the same job has the same id.
    pub job_id: String,
    /// What planned it.
    pub versions: Versions,
    /// What every worker must agree on.
    pub config: JobConfig,
    /// The files that the job names, as they were when it was planned: the page, captions, sound. A bundle names all that it
    /// holds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inputs: Vec<InputFile>,
    /// The chunks in order.
    pub partitions: Vec<Partition>,
    /// How they become one file.
    pub merge: MergeStep,
}

/// One chunk of a job, as a command that needs nothing else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Partition {
    /// Index, from 0.
    pub id: u32,
    /// Index of the first frame.
    pub start_frame: u32,
    /// Number of frames.
    pub frame_count: u32,
    /// File that the command writes, relative to the folder it runs in.
    pub output_file: String,
    /// The command as words.
    pub argv: Vec<String>,
    /// The same for a POSIX shell.
    pub command: String,
}

/// The step after all chunks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct MergeStep {
    /// File that the command writes, relative to the folder it runs in unless absolute.
    pub output: String,
    /// The chunks in order.
    pub inputs: Vec<String>,
    /// The command as words.
    pub argv: Vec<String>,
    /// The same for a POSIX shell.
    pub command: String,
}

impl JobSpec {
    /// The text of a job file.
    pub fn to_text(&self) -> String {
        // Nothing in it can fail: no maps with odd keys, no foreign types.
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }

    /// The job that renders `config` in these chunks and joins them to `output`.
    ///
    /// `inputs` are the files that it reads; together with the config they make the job's id.
    pub fn new(
        config: JobConfig,
        chunks: &[FrameRange],
        output: &str,
        inputs: Vec<InputFile>,
        helios_version: &str,
    ) -> JobSpec {
        let chunk_config = config.for_chunks();
        let container = chunk_config.video_codec.chunk_container(chunk_config.pixel_format);
        let extension = container.extension();
        let chunk_config =
            JobConfig { audio_codec: chunk_audio(container, config.audio_codec), ..chunk_config };
        let job_id = job_id(&config, &inputs);
        let partitions: Vec<Partition> = (0..)
            .zip(chunks)
            .map(|(id, range)| {
                let output_file = format!("chunk_{id}.{extension}");
                let argv = render_argv(&chunk_config, *range, &output_file, (&job_id, id));
                let command = shell_command(&argv);
                Partition {
                    id,
                    start_frame: range.start,
                    frame_count: range.count,
                    output_file,
                    argv,
                    command,
                }
            })
            .collect();
        JobSpec {
            schema: SCHEMA.to_owned(),
            versions: Versions { helios: helios_version.to_owned() },
            merge: MergeStep::new(
                output,
                &config,
                &job_id,
                partitions.iter().map(|part| part.output_file.clone()).collect(),
            ),
            job_id,
            config,
            inputs,
            partitions,
        }
    }
}

impl MergeStep {
    fn new(output: &str, config: &JobConfig, job_id: &str, inputs: Vec<String>) -> MergeStep {
        let audio = config.audio_codec;
        let mut argv: Vec<String> = ["helios", "merge"].map(str::to_owned).into();
        // With these, the merge knows what must be there, and not only what is.
        let (start, count) = (config.start_frame.to_string(), config.total_frames.to_string());
        let known = ["--job-id", job_id, "--start-frame", &start, "--frame-count", &count];
        argv.extend(known.map(str::to_owned));
        // Named where the output's extension alone would choose another one.
        if Container::from_path(Path::new(output)).map(Container::default_audio_codec) != Ok(audio) {
            argv.extend(["--audio-codec".to_owned(), audio.to_string()]);
        }
        argv.extend(config.sound.argv());
        let mut flag = |name: &str, value: String| argv.extend([format!("--{name}"), value]);
        // What is done with the whole, and not with its chunks.
        if config.video_codec.chunk_codec() != config.video_codec && !config.preset.is_empty() {
            flag("preset", config.preset.clone());
        }
        if config.plays > 0 {
            flag("loop", config.plays.to_string());
        }
        for (key, value) in &config.metadata {
            flag("metadata", format!("{key}={value}"));
        }
        if let Some(captions) = config.captions.as_ref().filter(|captions| captions.mode != CaptionMode::Burn)
        {
            flag("captions", captions.file.clone());
            flag("caption-mode", captions.mode.to_string());
            if let Some(language) = &captions.language {
                flag("caption-language", language.clone());
            }
        }
        argv.extend(["--".to_owned(), output.to_owned()]);
        argv.extend(inputs.iter().cloned());
        MergeStep { output: output.to_owned(), command: shell_command(&argv), inputs, argv }
    }
}

impl Partition {
    /// The chunk's frames.
    pub fn range(&self) -> FrameRange {
        FrameRange { start: self.start_frame, count: self.frame_count }
    }
}

/// The codec of the sound in chunks: the output's where their container carries it. Otherwise the sound travels
/// uncompressed, or in what the container usually has, and is encoded at the merge.
fn chunk_audio(container: Container, output: AudioCodec) -> AudioCodec {
    let carried = |codec: &AudioCodec| container.audio_codecs().contains(codec);
    [output, AudioCodec::Pcm].into_iter().find(carried).unwrap_or(container.default_audio_codec())
}

/// 16 hexadecimal digits of XXH3-64 over the config's JSON and the inputs.
pub(crate) fn job_id(config: &JobConfig, inputs: &[InputFile]) -> String {
    // Sorted: equal configs give equal text, in whatever order they were written.
    let mut value = serde_json::json!([config, inputs]);
    value.sort_all_objects();
    let text = value.to_string();
    format!("{:016x}", xxhash_rust::xxh3::xxh3_64(text.as_bytes()))
}
