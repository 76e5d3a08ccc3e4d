//! What must hold for a job beyond the types of its fields, so that whoever executes it can rely on it: a job file may come from
//! anywhere. Nothing is opened.

use crate::spec::job_id;
use crate::{Encoding, EncodingWish, JobConfig, JobError, JobSpec, SCHEMA, shell_command};
use std::collections::HashSet;
use std::path::Path;

/// What planned this version's jobs.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// A field and what is wrong with it.
type Wrong = (String, String);

impl JobSpec {
    /// Whether the job can be executed as it stands.
    ///
    /// # Errors
    /// The first field that is wrong, as a path such as `partitions[3].id`, and why.
    pub fn check(&self) -> Result<(), (String, String)> {
        let wrong = |field: &str, why: String| Err((field.to_owned(), why));
        if self.schema != SCHEMA {
            return wrong("schema", format!("{:?}; this version of helios reads {SCHEMA:?}", self.schema));
        }
        let safe = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        if !(1..=64).contains(&self.job_id.len()) || !self.job_id.chars().all(safe) {
            return wrong("jobId", format!("{:?}; use 1 to 64 letters, digits, and - _ .", self.job_id));
        }
        check_config(&self.config)?;
        self.check_partitions()?;
        self.check_merge()?;
        if let Some(at) = self.inputs.iter().position(|input| input.path.is_empty()) {
            return wrong(&format!("inputs[{at}].path"), "it is empty".to_owned());
        }
        Ok(())
    }

    /// Whether the id is that of config and inputs, as they stand in the file.
    pub(crate) fn check_id(&self) -> Result<(), Wrong> {
        // Another version may write a config in other words.
        let is = job_id(&self.config, &self.inputs);
        if self.versions.helios == VERSION && is != self.job_id {
            let why = format!(
                "{}, but config and inputs are those of job {is}: chunks of the two must not be mixed; plan the job anew \
                 instead of editing its file",
                self.job_id
            );
            return Err(("jobId".to_owned(), why));
        }
        Ok(())
    }

    fn check_partitions(&self) -> Result<(), Wrong> {
        let range = self.config.range();
        let mut next = range.start;
        let mut names = HashSet::new();
        if self.partitions.is_empty() {
            return Err(("partitions".to_owned(), "there is none".to_owned()));
        }
        for (index, partition) in self.partitions.iter().enumerate() {
            let wrong = |field: &str, why: String| Err((format!("partitions[{index}].{field}"), why));
            if partition.id as usize != index {
                return wrong("id", format!("{}; partitions are numbered in order, from 0", partition.id));
            }
            if partition.start_frame != next {
                let (given, why) = (partition.start_frame, "partitions cover every frame once, in order");
                return wrong("startFrame", format!("{given} instead of {next}; {why}"));
            }
            let left = range.end() - next;
            if !(1..=left).contains(&partition.frame_count) {
                let given = partition.frame_count;
                return wrong("frameCount", format!("{given}; use 1 to {left}, which are the frames left"));
            }
            next += partition.frame_count;
            // Whoever runs the job must not write elsewhere.
            let name = Path::new(&partition.output_file);
            if name.file_name() != Some(name.as_os_str()) || name.extension().is_none() {
                return wrong("outputFile", format!("{:?} is not a plain file name", partition.output_file));
            }
            if !names.insert(&partition.output_file) {
                return wrong(
                    "outputFile",
                    format!("{:?} is that of another chunk too", partition.output_file),
                );
            }
            if partition.command != shell_command(&partition.argv) || partition.argv.is_empty() {
                return wrong("command", "it is not argv, quoted for a shell".to_owned());
            }
        }
        if next != range.end() {
            let why = format!("they end at frame {next}, the job at {}", range.end());
            return Err(("partitions".to_owned(), why));
        }
        Ok(())
    }

    fn check_merge(&self) -> Result<(), Wrong> {
        let wrong = |field: &str, why: &str| Err((format!("merge.{field}"), why.to_owned()));
        if self.merge.output.is_empty() {
            return wrong("output", "it is empty");
        }
        if !self.merge.inputs.iter().eq(self.partitions.iter().map(|partition| &partition.output_file)) {
            return wrong("inputs", "they are not the partitions' output files, in order");
        }
        if self.merge.command != shell_command(&self.merge.argv) || self.merge.argv.is_empty() {
            return wrong("command", "it is not argv, quoted for a shell");
        }
        Ok(())
    }
}

fn check_config(config: &JobConfig) -> Result<(), Wrong> {
    let wrong = |field: &str, why: String| Err((format!("config.{field}"), why));
    if config.input.is_empty() {
        return wrong("input", "it is empty".to_owned());
    }
    if let Err(error) = JobConfig::check_size(u64::from(config.width), u64::from(config.height)) {
        let field = if matches!(error, JobError::Size { axis: "width", .. }) { "width" } else { "height" };
        return wrong(field, error.to_string());
    }
    if let Err(error) = config.output_size() {
        return wrong("scale", error.to_string());
    }
    let (all, start) = (config.composition_frames(), config.start_frame);
    let left = all.saturating_sub(start);
    if left == 0 {
        return wrong(
            "startFrame",
            format!("{start}; the composition has the frames 0 to {}", all.saturating_sub(1)),
        );
    }
    if !(1..=left).contains(&config.total_frames) {
        return wrong(
            "totalFrames",
            format!("{}; use 1 to {left}, which the composition has", config.total_frames),
        );
    }
    // What a wish for exactly this would have come to.
    let wish = EncodingWish {
        quality: config.quality,
        preset: Some(config.preset.clone()).filter(|preset| !preset.is_empty()),
        pixel_format: Some(config.pixel_format),
        alpha: false,
        color_space: Some(config.color_space),
        video_bitrate: config.video_bitrate,
        max_rate: config.max_rate,
        gop: config.gop,
        hardware: config.hardware,
    };
    match Encoding::resolve(config.video_codec, &wish) {
        Ok(_) => Ok(()),
        Err(error) => wrong("videoCodec", error.to_string()),
    }
}
