//! `<video>`: each output frame shows the frame of the source whose time of showing contains its time. The sources have their
//! frame numbers drawn in, as eight blocks of black and white.

use crate::film::Picture;
use crate::run::Place;
use std::process::Command;

/// A source of 128 x 64 pixels: block `b` of frame `n` is white where bit `b` of `n` is set.
fn source(place: &Place, name: &str, rate: &str, seconds: &str, how: &str) {
    let picture = format!(
        "color=black:s=128x64:r={rate}:d={seconds},format=gray,geq=lum='255*mod(floor(N/pow(2,floor(X/16))),2)',format=rgb24"
    );
    let args = ["-v", "error", "-f", "lavfi", "-i", &picture];
    let ran = Command::new("ffmpeg")
        .args(args)
        .args(how.split(' '))
        .arg(name)
        .current_dir(place.path())
        .output()
        .unwrap();
    assert!(ran.status.success(), "{name}: {}", String::from_utf8_lossy(&ran.stderr));
}

/// The number that a picture shows at (x, y), where blocks are `size` wide.
fn number(picture: &Picture, x: usize, y: usize, size: usize) -> u32 {
    (0..8).map(|bit| u32::from(picture.at(x + bit * size + size / 2, y)[0] > 128) << bit).sum()
}

const X264: &str = "-c:v libx264 -preset ultrafast -g 12 -bf 2 -pix_fmt yuv420p";

/// All the ways in which a page moves a video, each in a row of its own.
#[test]
fn the_frame_of_the_time() {
    let place = Place::new();
    source(&place, "a.mp4", "25", "2", X264);
    place.write(
        "page.html",
        r#"<!doctype html><meta name="helios" content="width=256,height=256,fps=30,duration=1.2">
        <style>body { margin: 0 } video, canvas { position: absolute; left: 0; width: 128px; height: 64px }</style>
        <video muted autoplay src=a.mp4></video>
        <video muted id=back src=a.mp4 style="top: 64px"></video>
        <video muted id=fast src=a.mp4 style="top: 128px"></video>
        <video muted loop data-helios-offset=0.2 data-helios-seek=1.6 src=a.mp4 style="top: 192px"></video>
        <video muted id=late src=a.mp4 style="left: 128px; object-fit: cover; width: 64px"></video>
        <canvas id=c width=128 height=64 style="left: 128px; top: 64px"></canvas>
        <canvas id=g width=128 height=64 style="left: 128px; top: 128px"></canvas>
        <script>
        const gl = g.getContext("webgl"), pen = c.getContext("2d");
        const texture = gl.createTexture(), buffer = gl.createFramebuffer();
        setTimeout(() => { fast.playbackRate = 2.5; fast.play() }, 205);
        helios.onFrame(({ frame, time }) => {
          back.currentTime = 1.5 - time;
          if (frame === 9) fast.currentTime = .3;
          if (frame === 20) fast.pause();
          if (frame === 30) late.currentTime = 9;
          const first = document.querySelector("video");
          window.draw = () => {
            pen.drawImage(first, 0, 0);
            gl.bindTexture(gl.TEXTURE_2D, texture);
            gl.pixelStorei(gl.UNPACK_FLIP_Y_WEBGL, true);
            gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, first);
          };
          draw();
        });
        gl.clearColor(0, 0, 1, 1);
        gl.clear(gl.COLOR_BUFFER_BIT);
        </script>"#,
    );
    let at = |seconds: f64| (seconds * 25.0 + 1e-6).floor() as u32;
    let mut first = None;
    for workers in ["1", "3"] {
        let args = ["--quality", "4", "--concurrency", workers];
        let hashes = place.hashes("page.html", "x.mp4", &args);
        for (n, picture) in place.film("x.mp4").pixels().iter().enumerate() {
            let time = n as f64 / 30.0;
            assert_eq!(number(picture, 0, 32, 16), at(time), "autoplay, frame {n}");
            assert_eq!(number(picture, 0, 96, 16), at(1.5 - time), "backwards, frame {n}");
            let fast = match n {
                0..9 => (time - 0.2).max(0.0) * 2.5,
                9..20 => 0.3 + (time - 0.3) * 2.5,
                _ => 0.3 + (20.0 / 30.0 - 0.3) * 2.5,
            };
            assert_eq!(number(picture, 0, 160, 16), at(fast), "rate and seeks, frame {n}");
            let looped = if n < 6 { 1.6 } else { (1.6 + time - 0.2) % 2.0 };
            assert_eq!(number(picture, 0, 224, 16), at(looped), "offset and loop, frame {n}");
            // Cut to its middle by object-fit: blocks 2 to 5.
            let late = if n < 30 { 0 } else { 49 };
            assert_eq!(
                number(picture, 128 - 32, 32, 16) & 0b11_1100,
                late & 0b11_1100,
                "past the end, frame {n}"
            );
            // A script draws before the frame is there: what the element showed before.
            assert_eq!(number(picture, 128, 96, 16), at((n.max(1) - 1) as f64 / 30.0), "canvas, frame {n}");
        }
        assert!(first.get_or_insert_with(|| hashes.clone()) == &hashes, "{workers} workers: other frames");
    }
}
