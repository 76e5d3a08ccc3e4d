//! What this version can write, and where to start from.

use crate::api::{ConcurrencyWish, Format, MachineView, Preset, Quality, RenderRequest};
use crate::{MAX_WORKERS, api};
use helios_job::{Container, VideoCodec};
use helios_runner::Machine;

const CONTAINERS: &[(Container, &str)] = &[
    (Container::Mp4, "video"),
    (Container::Mov, "video"),
    (Container::WebM, "video"),
    (Container::Mkv, "video"),
    (Container::Gif, "animation"),
    (Container::WebP, "animation"),
    (Container::Apng, "animation"),
    (Container::Png, "pictures"),
    (Container::Jpeg, "pictures"),
];
const SOUNDS: &[&str] = &["wav", "flac", "mp3", "m4a", "aac", "opus"];

/// Enough frames that their number does not limit the workers.
const LONG: u32 = 100_000;

/// Everything that can be written.
pub fn formats() -> Vec<Format> {
    let video = CONTAINERS.iter().map(|(container, kind)| {
        let first = container.default_video_codec();
        let codecs = container.video_codecs().iter().copied();
        let codecs: Vec<VideoCodec> =
            [first].into_iter().chain(codecs.filter(|codec| *codec != first)).collect();
        let sound = container.default_audio_codec();
        let sounds = container.audio_codecs().iter().filter(|codec| **codec != sound);
        let sounds = [&sound].into_iter().chain(sounds).map(ToString::to_string);
        Format {
            extension: container.extension().to_owned(),
            kind: (*kind).to_owned(),
            quality: codecs.iter().filter_map(|codec| quality(*codec)).collect(),
            video_codecs: codecs.iter().map(ToString::to_string).collect(),
            audio_codecs: if container.is_silent() { Vec::new() } else { sounds.collect() },
        }
    });
    let sound = SOUNDS.iter().map(|extension| Format {
        extension: (*extension).to_owned(),
        kind: "sound".to_owned(),
        video_codecs: Vec::new(),
        audio_codecs: Vec::new(),
        quality: Vec::new(),
    });
    video.chain(sound).collect()
}

fn quality(codec: VideoCodec) -> Option<Quality> {
    let range = codec.quality_range()?;
    Some(Quality {
        codec: codec.to_string(),
        min: *range.start(),
        max: *range.end(),
        default: codec.default_quality().unwrap_or(*range.start()),
        presets: codec.presets().iter().map(|preset| (*preset).to_owned()).collect(),
    })
}

/// Starting points.
pub fn presets() -> Vec<Preset> {
    let preset = |id: &str, name: &str, about: &str, extension: &str, settings: RenderRequest| Preset {
        id: id.to_owned(),
        name: name.to_owned(),
        about: about.to_owned(),
        extension: extension.to_owned(),
        settings,
    };
    let sized = |width, height| RenderRequest {
        width: Some(width),
        height: Some(height),
        concurrency: Some(ConcurrencyWish::Workers(1)),
        ..RenderRequest::default()
    };
    let text = |text: &str| Some(text.to_owned());
    vec![
        preset(
            "draft",
            "Draft",
            "Half the pixels, quick to encode: to see the motion",
            "mp4",
            RenderRequest {
                scale: text("0.5"),
                quality: Some(28),
                preset: text("ultrafast"),
                ..RenderRequest::default()
            },
        ),
        preset("hd", "HD", "1920 x 1080, H.264: plays everywhere", "mp4", sized(1920, 1080)),
        preset(
            "4k",
            "4K",
            "The layout of 1920 x 1080 with twice the pixels each way",
            "mp4",
            RenderRequest { scale: text("2"), ..sized(1920, 1080) },
        ),
        preset(
            "transparent",
            "Transparent",
            "VP9 with transparency, to lie over other pictures",
            "webm",
            RenderRequest { alpha: Some(true), video_codec: text("vp9"), ..RenderRequest::default() },
        ),
    ]
}

/// What the machine carries.
pub fn machine() -> MachineView {
    let machine = Machine::detect();
    let (workers, _) = machine.workers(LONG);
    let memory = machine
        .memory
        .map_or("memory unknown".to_owned(), |bytes| format!("{:.1} GB of memory free", bytes as f64 / 1e9));
    api::MachineView {
        cores: machine.cores,
        memory_bytes: machine.memory,
        suggested_concurrency: workers.min(MAX_WORKERS),
        why: format!("{} cores, {memory}", machine.cores),
    }
}
