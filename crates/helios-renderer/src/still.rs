//! One frame as a picture file: the way of a chunk up to the pixels, then a PNG, JPEG or WebP instead of video.

use crate::RenderError;
use crate::page_events::Notices;
use crate::picture::{Pixels, Reader};
use crate::pipeline::{draw_kept, seek};
use crate::source::Picture;
use crate::stage::Stage;
use helios_job::{FrameHash, StillFormat, StillOrder, StillReport};
use helios_media::{Ffmpeg, PartFile};
use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

/// A frame's pixels: BGRA rows without padding.
struct Still {
    bgra: Vec<u8>,
    hash: FrameHash,
}

/// Draws the frame of `order` on `stage` and leaves the picture at its place. `ffmpeg` is not needed for a PNG.
pub(crate) async fn render_still(
    stage: &mut Stage,
    ffmpeg: Option<&Ffmpeg>,
    order: &StillOrder,
    notices: &Notices,
    worker: u32,
) -> Result<StillReport, RenderError> {
    let (frame, config) = (order.frame, &order.config);
    let size = config.output_size().map_err(|error| RenderError::Settings(error.to_string()))?;
    let mut reader = Reader::new((config.width, config.height), config.look())?;
    seek(stage, &order.config, frame, &format!("frame {frame}"), notices, worker).await?;
    let (_, picture) = draw_kept(stage, frame).await?;
    let part = PartFile::create(&order.output)?;
    let path = part.path().to_owned();
    let hash = match (order.format, ffmpeg) {
        (StillFormat::Png, _) => {
            blocking("write the picture", move || {
                let still = read(&mut reader, &picture, frame)?;
                write_png(&still.bgra, size, &path)?;
                Ok(still.hash)
            })
            .await?
        }
        (format, Some(ffmpeg)) => {
            let still = blocking("read the frame", move || read(&mut reader, &picture, frame)).await?;
            ffmpeg.encode_still(format, &still.bgra, size, &path).await?;
            still.hash
        }
        (format, None) => return Err(RenderError::Settings(format!("a {format} picture needs FFmpeg"))),
    };
    let bytes = part.finish().await?;
    let capture = stage.capture().to_owned();
    Ok(StillReport { frame, width: size.0, height: size.1, bytes, capture, hash })
}

/// Runs pixel work beside the async tasks, which serve the browser.
async fn blocking<T: Send + 'static>(
    doing: &str,
    work: impl FnOnce() -> Result<T, RenderError> + Send + 'static,
) -> Result<T, RenderError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) => Err(RenderError::Io { doing: doing.to_owned(), source: error.into() }),
    }
}

/// The picture goes back to its source at the end.
fn read(reader: &mut Reader, picture: &Picture, frame: u32) -> Result<Still, RenderError> {
    let pixels: Pixels<'_> = reader.read(frame, picture)?;
    let mut bgra = Vec::new();
    pixels.rows().for_each(|row| bgra.extend_from_slice(row));
    Ok(Still { hash: pixels.hash(), bgra })
}

/// Opaque pictures have three channels, others four: either way nothing of what was hashed is lost. The file says that
/// its colours are sRGB, as the browser painted them.
fn write_png(bgra: &[u8], (width, height): (u32, u32), path: &Path) -> Result<(), RenderError> {
    let opaque = bgra.chunks_exact(4).all(|pixel| pixel[3] == 255);
    let channels = if opaque { 3 } else { 4 };
    let mut pixels = Vec::with_capacity(bgra.len() / 4 * channels);
    for pixel in bgra.chunks_exact(4) {
        let rgba = [pixel[2], pixel[1], pixel[0], pixel[3]];
        pixels.extend_from_slice(&rgba[..channels]);
    }
    let file = File::create(path).map_err(RenderError::io("write", path))?;
    let mut encoder = png::Encoder::new(BufWriter::new(file), width, height);
    encoder.set_color(if opaque { png::ColorType::Rgb } else { png::ColorType::Rgba });
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_source_srgb(png::SrgbRenderingIntent::Perceptual);
    let written = encoder.write_header().and_then(|mut writer| {
        writer.write_image_data(&pixels)?;
        writer.finish()
    });
    written.map_err(|error| RenderError::io("write", path)(error.into()))
}
