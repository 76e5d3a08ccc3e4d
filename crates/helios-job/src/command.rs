//! The command line that renders a part of a job, and its quoting for a POSIX shell.

use crate::{CaptureKind, DEFAULT_EPOCH_MS, FrameRange, JobConfig, Mode};

/// The arguments that render `range` of the job to `output`, starting with `helios`. Every setting is named, so that the
/// command means the same wherever it runs.
///
/// `identity` is the job's id and the chunk's index: with it, the command leaves a manifest beside the chunk. `config` has the
/// frames of the job.
pub fn render_argv(
    config: &JobConfig,
    range: FrameRange,
    output: &str,
    identity: (&str, u32),
) -> Vec<String> {
    let mut argv = vec!["helios".to_owned(), "render".to_owned()];
    let mut flag = |name: &str, value: String| argv.extend([format!("--{name}"), value]);
    flag("width", config.width.to_string());
    flag("height", config.height.to_string());
    flag("fps", config.fps.to_string());
    flag("duration", config.duration.to_string());
    flag("start-frame", range.start.to_string());
    flag("frame-count", range.count.to_string());
    flag("video-codec", config.video_codec.to_string());
    flag("audio-codec", config.audio_codec.to_string());
    if let Some(quality) = config.quality {
        flag("quality", quality.to_string());
    }
    if !config.preset.is_empty() {
        flag("preset", config.preset.clone());
    }
    flag("pixel-format", config.pixel_format.to_string());
    flag("color-space", config.color_space.to_string());
    if let Some(rate) = config.video_bitrate {
        flag("video-bitrate", rate.to_string());
    }
    if let Some(rate) = config.max_rate {
        flag("max-rate", rate.to_string());
    }
    if let Some(gop) = config.gop {
        flag("gop", gop.to_string());
    }
    if let Some(hardware) = config.hardware {
        flag("hardware-acceleration", hardware.to_string());
    }
    if !config.scale.is_one() {
        flag("scale", config.scale.to_string());
    }
    if let Some(captions) = &config.captions {
        flag("captions", captions.file.clone());
        flag("caption-mode", captions.mode.to_string());
    }
    if let Some(fonts) = &config.fonts {
        flag("fonts", fonts.clone());
    }
    if config.mode != Mode::default() {
        flag("mode", config.mode.name().to_owned());
    }
    if config.capture != CaptureKind::default() {
        flag("capture", config.capture.name().to_owned());
    }
    if !config.props.is_null() {
        flag("props", config.props.to_string());
    }
    if !config.contract.is_auto() {
        flag("contract", config.contract.name().to_owned());
    }
    if let Some(composition) = &config.composition {
        flag("composition", composition.clone());
    }
    flag("seed", config.seed.to_string());
    if config.epoch_ms != DEFAULT_EPOCH_MS {
        flag("epoch", config.epoch_ms.to_string());
    }
    flag("timeout", config.timeout.to_string());
    flag("job-id", identity.0.to_owned());
    flag("chunk", identity.1.to_string());
    flag("job-frames", config.range().in_short());
    flag("output", output.to_owned());
    if config.strict {
        argv.push("--strict".to_owned());
    }
    if config.sound.muted {
        // Tracks are the merge's: chunks carry no sound.
        argv.push("--muted".to_owned());
    }
    // After `--`, an input that begins with a dash is still an input.
    argv.extend(["--".to_owned(), config.input.clone()]);
    argv
}

/// One line for a POSIX shell that runs `argv`.
pub fn shell_command(argv: &[String]) -> String {
    argv.iter().map(|word| shell_quote(word)).collect::<Vec<_>>().join(" ")
}

/// `word` as one word of a POSIX shell: unchanged when every character is safe, otherwise in single quotes.
pub fn shell_quote(word: &str) -> String {
    let safe = |c: char| c.is_ascii_alphanumeric() || "_-./:=,+@%".contains(c);
    if !word.is_empty() && word.chars().all(safe) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}
