//! An animated picture, made of lossless chunks: decoded as one and encoded once, because its palette, its loop and the
//! rectangles that change from frame to frame are of the whole.

use crate::encoder_args::Args;
use crate::merge::{Chunks, run};
use crate::merge_args::Plan;
use crate::{Ffmpeg, MediaError, Result, encoder_args, webp};
use helios_job::{Container, Fps, VideoCodec};
use std::path::Path;

/// Makes `part` of the chunks.
pub(crate) async fn animate(
    ffmpeg: &Ffmpeg,
    plan: &Plan,
    chunks: &Chunks,
    (container, preset, plays): (Container, &str, u16),
    part: &Path,
) -> Result<()> {
    let codec = container.default_video_codec();
    codec.check_preset_or_none(preset)?;
    ffmpeg.check_encoder(codec).await?;
    let fps = chunks.grid.fps();
    // Where frames lie is known from their number: what FFmpeg makes of the chunks' clocks is a microsecond off.
    let timed = format!("settb={}/{},setpts=N", fps.den(), fps.num());
    match codec {
        VideoCodec::Gif => {
            let palette = tempfile::Builder::new()
                .prefix("helios-palette-")
                .suffix(".png")
                .tempfile()
                .map_err(|source| MediaError::Output { path: part.to_owned(), source })?
                .into_temp_path();
            let mut args = plan.input();
            let transparent = u8::from(chunks.alpha);
            args.pair("-vf", format!("palettegen=reserve_transparent={transparent}"));
            args.words("-frames:v 1 -f image2 -update 1");
            args.0.push(encoder_args::file_url(&palette));
            run(ffmpeg, plan, args.0, part).await?;

            let mut args = plan.input();
            args.words("-i");
            args.0.push(encoder_args::file_url(&palette));
            let dither = match preset {
                "bayer" => "bayer:bayer_scale=3",
                "none" => "none",
                _ => "sierra2_4a",
            };
            // Where nothing changes, the dots of the dither must not either.
            let using = format!("[0:v]{timed}[v];[v][1:v]paletteuse=dither={dither}:diff_mode=rectangle");
            args.pair("-filter_complex", using);
            args.pair("-final_delay", last_hundredths(chunks.frames, fps));
            write(&mut args, container, plays, part);
            run(ffmpeg, plan, args.0, part).await
        }
        VideoCodec::Apng => {
            let mut args = plan.input();
            let srgb = "setparams=range=pc:color_primaries=bt709:color_trc=iec61966-2-1:colorspace=gbr";
            args.pair("-vf", format!("{timed},{srgb}"));
            args.words("-c:v apng -pred mixed -pix_fmt");
            args.words(if chunks.alpha { "rgba" } else { "rgb24" });
            args.pair("-final_delay", format!("{}/{}", fps.den(), fps.num()));
            write(&mut args, container, plays, part);
            run(ffmpeg, plan, args.0, part).await
        }
        _ => {
            let mut args = plan.input();
            args.pair("-vf", timed);
            args.words("-c:v libwebp_anim -pix_fmt bgra -compression_level 4");
            args.words(match preset {
                "high" => "-lossless 0 -quality 90",
                "medium" => "-lossless 0 -quality 75",
                "low" => "-lossless 0 -quality 50",
                _ => "-lossless 1 -quality 75",
            });
            write(&mut args, container, plays, part);
            run(ffmpeg, plan, args.0, part).await?;
            webp::end_at(part, total_ms(chunks.frames, fps))
                .map_err(|source| MediaError::Output { path: part.to_owned(), source })
        }
    }
}

/// The output, which plays so many times; 0 is for ever.
fn write(args: &mut Args, container: Container, plays: u16, part: &Path) {
    args.words("-fps_mode passthrough -map_metadata -1 -fflags +bitexact -flags:v +bitexact");
    match (container, plays) {
        (Container::Apng, _) => args.pair("-plays", plays),
        // GIF counts how often it is repeated.
        (Container::Gif, 1) => args.words("-loop -1"),
        (Container::Gif, 2..) => args.pair("-loop", plays - 1),
        _ => args.pair("-loop", plays),
    }
    args.pair("-f", encoder_args::muxer_name(container));
    args.0.push(encoder_args::file_url(part));
}

/// How long all frames are shown, in milliseconds.
pub(crate) fn total_ms(frames: u64, fps: Fps) -> u64 {
    frames * 1000 * u64::from(fps.den()) / u64::from(fps.num())
}

/// How long the last frame of a GIF is shown, so that the whole has its length: the others end at whole hundredths.
fn last_hundredths(frames: u64, fps: Fps) -> u64 {
    let (num, den) = (u64::from(fps.num()), u64::from(fps.den()));
    let start = |frame: u64| (200 * frame * den + num) / (2 * num);
    start(frames) - start(frames.saturating_sub(1))
}
