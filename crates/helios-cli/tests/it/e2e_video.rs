//! `<video>`: each output frame shows the frame of the source whose time of showing contains its time. The sources have their
//! frame numbers drawn in, as eight blocks of black and white.

use crate::film::{Picture, assert_same};
use crate::run::Place;
use std::process::Command;

/// A source of 128 x 64 pixels: block `b` of frame `n` is white where bit `b` of `n` is set.
pub fn source(place: &Place, name: &str, rate: &str, seconds: &str, how: &str) {
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
pub fn number(picture: &Picture, x: usize, y: usize, size: usize) -> u32 {
    (0..8).map(|bit| u32::from(picture.at(x + bit * size + size / 2, y)[0] > 128) << bit).sum()
}

pub const X264: &str = "-c:v libx264 -preset ultrafast -g 12 -bf 2 -pix_fmt yuv420p";

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
        <video muted data-helios-offset=0.1 data-playback-rate=0.5 src=a.mp4 style="left: 128px; top: 192px"></video>
        <canvas id=c width=128 height=64 style="left: 128px; top: 64px"></canvas>
        <canvas id=g width=128 height=64 style="left: 128px; top: 128px"></canvas>
        <script>
        const gl = new OffscreenCanvas(128, 64).getContext("webgl"), show = g.getContext("2d"), pen = c.getContext("2d");
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
            gl.bindFramebuffer(gl.FRAMEBUFFER, buffer);
            gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, texture, 0);
            const row = new Uint8Array(128 * 64 * 4);
            gl.readPixels(0, 0, 128, 64, gl.RGBA, gl.UNSIGNED_BYTE, row);
            show.putImageData(new ImageData(new Uint8ClampedArray(row), 128, 64), 0, 0);
          };
          draw();
        });
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
            let slow = (time - 0.1).max(0.0) * 0.5;
            assert_eq!(number(picture, 128, 224, 16), at(slow), "data-playback-rate, frame {n}");
            // Cut to its middle by object-fit: blocks 2 to 5.
            let late = if n < 30 { 0 } else { 49 };
            assert_eq!(
                number(picture, 128 - 32, 32, 16) & 0b11_1100,
                late & 0b11_1100,
                "past the end, frame {n}"
            );
            assert_eq!(number(picture, 128, 96, 16), at(time), "canvas, frame {n}");
            if n > 0 {
                assert_eq!(number(picture, 128, 160, 16), at(time), "WebGL, frame {n}");
            }
        }
        assert!(first.get_or_insert_with(|| hashes.clone()) == &hashes, "{workers} workers: other frames");
    }
}

/// The picture as scripts take it in other ways than `drawImage()`, as styles change it, and what stands there before it plays.
#[test]
fn posters_styles_and_other_readers() {
    let place = Place::new();
    source(&place, "a.mp4", "25", "0.6", X264);
    let red = "-v error -f lavfi -i color=red:s=128x64 -frames:v 1 red.png".split(' ');
    assert!(Command::new("ffmpeg").args(red).current_dir(place.path()).status().unwrap().success());
    place.write(
        "page.html",
        r#"<!doctype html><meta name="helios" content="width=256,height=192,fps=30,duration=0.4">
        <style>body { margin: 0; background: #fff } video, canvas { position: absolute; width: 128px; height: 64px }
        .right { left: 128px } .second { top: 64px } .third { top: 128px }</style>
        <video muted id=late poster=red.png src=a.mp4></video>
        <video muted autoplay class=third style="filter: invert(1)" src=a.mp4></video>
        <video muted autoplay class="right third" style="mix-blend-mode: difference" src=a.mp4></video>
        <canvas id=bitmap width=128 height=64 class=right></canvas>
        <canvas id=frame width=128 height=64 class=second></canvas>
        <canvas id=pattern width=128 height=64 class="right second"></canvas>
        <script>
        const video = document.querySelector("[autoplay]");
        const [bitmaps, frames, patterns] = [bitmap, frame, pattern].map((canvas) => canvas.getContext("2d"));
        setTimeout(() => late.play(), 205);
        helios.onFrame(() => {
          createImageBitmap(video).then((picture) => bitmaps.drawImage(picture, 0, 0));
          const picture = new VideoFrame(video);
          frames.drawImage(picture, 0, 0);
          picture.close();
          patterns.fillStyle = patterns.createPattern(video, "no-repeat");
          patterns.fillRect(0, 0, 128, 64);
        });
        </script>"#,
    );
    let said = place.render(&["page.html", "-o", "x.mp4", "--quality", "4", "--concurrency", "2"]);
    assert!(!said.contains("<video>"), "{said}");
    let at = |n: usize| n as u32 * 25 / 30;
    for (n, picture) in place.film("x.mp4").pixels().iter().enumerate() {
        assert_eq!(255 - number(picture, 0, 160, 16), at(n), "filter, frame {n}");
        assert_eq!(255 - number(picture, 128, 160, 16), at(n), "blending, frame {n}");
        let [red, green, _] = picture.at(120, 32);
        assert_eq!(red > 200 && green < 60, n < 6, "poster, frame {n}: {red}, {green}");
        if n >= 6 {
            assert_eq!(number(picture, 0, 32, 16), at(n - 6), "after the poster, frame {n}");
        }
        if n > 0 {
            assert_eq!(number(picture, 128, 32, 16), at(n), "ImageBitmap, frame {n}");
            assert_eq!(number(picture, 0, 96, 16), at(n), "VideoFrame, frame {n}");
            assert_eq!(number(picture, 128, 96, 16), at(n), "pattern, frame {n}");
        }
    }
}

/// Every codec, also those that the browser cannot decode; uneven times, a turned picture, transparency.
#[test]
fn every_kind_of_source() {
    let place = Place::new();
    // Name, encoder, whether it has blue behind it where it is transparent.
    let sources = [
        ("a.mp4", X264),
        ("b.mp4", "-c:v libx265 -preset ultrafast -x265-params log-level=none -tag:v hvc1 -pix_fmt yuv420p"),
        ("c.webm", "-c:v libvpx-vp9 -b:v 0 -crf 10 -deadline realtime -cpu-used 8"),
        ("d.mp4", "-c:v libsvtav1 -preset 12 -crf 20"),
        ("e.mov", "-c:v prores_ks -profile:v proxy"),
        ("f.mp4", "-c:v mpeg4 -q:v 2 -bf 1"),
        (
            "g.mkv",
            "-vf select='not(mod(n\\,3))+gt(n\\,14)' -fps_mode vfr -c:v libx264 -preset ultrafast -pix_fmt yuv420p",
        ),
        ("h.mp4", X264),
        (
            "i.webm",
            "-vf format=rgba,colorkey=black:0.2 -c:v libvpx-vp9 -b:v 0 -crf 10 -pix_fmt yuva420p -auto-alt-ref 0",
        ),
        ("j.mov", "-vf format=rgba,colorkey=black:0.2 -c:v prores_ks -profile:v 4444 -pix_fmt yuva444p10le"),
    ];
    let mut page = "<!doctype html><meta name=helios content='width=640,height=192,fps=30,duration=1'>\
                    <style>body { margin: 0; background: #00f } video { position: absolute }</style>"
        .to_owned();
    for (index, (name, how)) in sources.iter().enumerate() {
        source(&place, name, "30", "0.8", &how.replace('\'', ""));
        let (x, y) = (index % 5 * 128, index / 5 * 64);
        page += &format!("<video muted autoplay src={name} style='left:{x}px;top:{y}px'></video>");
    }
    page += "<video muted id=s src=a.mp4 style='top:128px;left:0'></video><script>helios.onFrame(({ frame }) => { if (frame === 10) { s.src = 'e.mov'; s.play() } })</script>";
    // Counter-clockwise, so that the first block is at the bottom. FFmpeg turns what it copies only.
    let turn = "-v error -i h.mp4 -c copy -metadata:s:v rotate=90 turned.mp4".split(' ');
    assert!(Command::new("ffmpeg").args(turn).current_dir(place.path()).status().unwrap().success());
    std::fs::rename(place.path().join("turned.mp4"), place.path().join("h.mp4")).unwrap();
    place.write("page.html", &page);
    let said = place.render(&["page.html", "-o", "x.mp4", "--quality", "4", "--concurrency", "2"]);
    assert!(!said.contains("<video>"), "{said}");
    for (n, picture) in place.film("x.mp4").pixels().iter().enumerate() {
        // 24 frames, of which the last is held.
        let shown = n.min(23) as u32;
        assert_eq!(number(picture, 0, 160, 16), (n.max(10) - 10) as u32, "another source, frame {n}");
        for (index, (name, _)) in sources.iter().enumerate() {
            let (x, y) = (index % 5 * 128, index / 5 * 64 + 32);
            let meant = if *name == "g.mkv" && shown <= 14 { shown / 3 * 3 } else { shown };
            if *name == "h.mp4" {
                let turned: u32 =
                    (0..8).map(|bit| u32::from(picture.at(x + 32, y + 88 - bit * 16)[0] > 128) << bit).sum();
                assert_eq!(turned, meant, "{name}, frame {n}");
                continue;
            }
            assert_eq!(number(picture, x, y, 16), meant, "{name}, frame {n}");
            let behind = picture.at(x + 7 * 16 + 8, y);
            let clear = matches!(*name, "i.webm" | "j.mov");
            assert_eq!(behind[2] > 200, clear, "{name}, frame {n}: {behind:?}");
        }
    }
}

/// What a recorder in a browser writes has no length in its head.
#[test]
fn a_video_without_a_length() {
    let place = Place::new();
    source(
        &place,
        "live.webm",
        "25",
        "0.6",
        "-c:v libvpx-vp9 -b:v 0 -crf 10 -deadline realtime -cpu-used 8 -live 1",
    );
    place.write(
        "page.html",
        r#"<!doctype html><meta name="helios" content="width=128,height=64,fps=30,duration=0.8">
        <style>body { margin: 0 } video { display: block; width: 128px; height: 64px } .over { filter: invert(1) }</style>
        <video muted autoplay onended="this.className = 'over'" src=live.webm></video>"#,
    );
    let said = place.render(&["page.html", "-o", "x.mp4", "--quality", "4", "--concurrency", "2"]);
    assert!(!said.contains("<video>"), "{said}");
    for (n, picture) in place.film("x.mp4").pixels().iter().enumerate() {
        let shown = number(picture, 0, 32, 16);
        if n < 18 {
            assert_eq!(shown, n as u32 * 25 / 30, "frame {n}");
        } else if n > 19 {
            assert_eq!(255 - shown, 14, "it has ended, frame {n}");
        }
    }
}

/// A page that draws when it hears that the picture is there: the first one, and that of each seek, of a video that is in no document.
#[test]
fn pictures_that_a_page_is_told_of() {
    let place = Place::new();
    source(&place, "a.mp4", "25", "1", X264);
    place.write(
        "page.html",
        r#"<!doctype html><meta name="helios" content="width=128,height=128,fps=30,duration=0.4">
        <style>body { margin: 0 } video { display: none } canvas { display: block }</style>
        <video muted id=v src=a.mp4></video><canvas id=first width=128 height=64></canvas><canvas id=scrubbed width=128 height=64></canvas>
        <script>
        const [firsts, scrubs] = [first, scrubbed].map((canvas) => canvas.getContext("2d"));
        v.addEventListener("loadeddata", () => firsts.drawImage(v, 0, 0));
        const loose = document.createElement("video");
        loose.src = "a.mp4";
        loose.onseeked = () => scrubs.drawImage(loose, 0, 0);
        helios.onFrame(({ time }) => { loose.currentTime = time + .5 });
        </script>"#,
    );
    let mut first = None;
    for workers in ["1", "2"] {
        let hashes =
            place.hashes("page.html", "x.mp4", &["--quality", "4", "--strict", "--concurrency", workers]);
        for (n, picture) in place.film("x.mp4").pixels().iter().enumerate() {
            assert_eq!(number(picture, 0, 32, 16), 0, "loadeddata, frame {n}");
            assert_eq!(number(picture, 0, 96, 16), 12 + (n as u32 * 25 + 15) / 30, "seeked, frame {n}");
        }
        assert_same(&hashes, first.get_or_insert_with(|| hashes.clone()), "2 workers");
    }
}

/// A page without a canvas: who passes frames on the way to its own part needs no pictures, but tells the page the same.
#[test]
fn what_a_page_hears_while_frames_are_passed() {
    let place = Place::new();
    source(&place, "a.mp4", "24", "2", X264);
    place.write(
        "page.html",
        r#"<!doctype html><meta name="helios" content="width=128,height=64,fps=30,duration=1.6">
        <style>body { margin: 0; overflow: hidden } div { width: 32px; height: 32px; background: red; transition: transform 1s linear }
        div.in { transform: translateX(96px) } p { margin: 0; height: 32px; background: blue } video { position: absolute; left: 200px }</style>
        <div id=box></div><p id=bar></p><video id=v muted autoplay src=a.mp4></video><video id=w muted autoplay src=a.mp4></video>
        <script>
        v.ontimeupdate = () => { if (v.currentTime >= .5) box.classList.add("in") };
        w.requestVideoFrameCallback(function next(now, { mediaTime }) {
          bar.style.width = mediaTime * 60 + "px";
          w.requestVideoFrameCallback(next);
        });
        </script>"#,
    );
    let meant = place.hashes("page.html", "1.mp4", &["--quality", "4", "--concurrency", "1"]);
    let shown = place.hashes("page.html", "2.mp4", &["--quality", "4", "--concurrency", "2"]);
    assert_same(&shown, &meant, "2 workers");
    let last = place.film("1.mp4").pixels().pop().unwrap();
    let red = (0..128).position(|x| last.at(x, 16)[0] > 200 && last.at(x, 16)[2] < 60);
    // A second after the frame behind that of half a second.
    assert!(red.is_some_and(|x| (94..=96).contains(&x)), "{red:?}");
    let blue = (0..128).filter(|x| last.at(*x, 48)[2] > 200 && last.at(*x, 48)[0] < 60).count();
    // The frame of 47/30 s begins at 37/24 s.
    assert!((91..=93).contains(&blue), "{blue}");
}

/// What only the page has is handed over, and shown as exactly as a file.
#[test]
fn videos_of_the_pages_own_making() {
    let place = Place::new();
    source(&place, "a.mp4", "25", "0.6", X264);
    place.write(
        "page.html",
        r#"<!doctype html><meta name="helios" content="width=128,height=64,fps=30,duration=0.4">
        <style>body { margin: 0 } video { display: block; width: 128px; height: 64px }</style><video muted id=made></video><script>
        const release = helios.hold("the page's own video");
        fetch("a.mp4").then((answer) => answer.blob()).then((blob) => { made.src = URL.createObjectURL(blob); made.play(); release() });
        </script>"#,
    );
    let said = place.render(&["page.html", "-o", "x.mp4", "--quality", "4", "--concurrency", "2"]);
    assert!(!said.contains("<video>"), "{said}");
    for (n, picture) in place.film("x.mp4").pixels().iter().enumerate() {
        assert_eq!(number(picture, 0, 32, 16), n as u32 * 25 / 30, "frame {n}");
    }
}

/// An element that is told to play before its document has loaded, and one that gets its video then, beside long ones that load.
#[test]
fn videos_that_begin_while_the_page_loads() {
    let place = Place::new();
    source(&place, "a.mp4", "25", "0.6", X264);
    // Noise that is not compressed: more than a player reads ahead.
    let noise = "-vf scale=320:160,noise=alls=100:allf=t -c:v libx264 -preset ultrafast -qp 0 -g 5 -movflags +faststart";
    source(&place, "long.mp4", "5", "40", noise);
    assert!(place.path().join("long.mp4").metadata().unwrap().len() > 8 << 20);
    let videos: String =
        (0..8).map(|n| format!("<video muted preload=auto autoplay src='long.mp4?{n}'></video>")).collect();
    place.write(
        "page.html",
        &(r#"<!doctype html><meta name="helios" content="width=192,height=128,fps=30,duration=0.2">
        <style>body { margin: 0 } video { width: 8px; height: 4px; vertical-align: top }
        #made, #told { display: block; width: 128px; height: 64px }</style>
        <video muted id=told src=a.mp4></video><video muted id=made></video><script>
        told.play();
        const release = helios.hold("the page's own video");
        fetch("a.mp4").then((answer) => answer.blob()).then((blob) => { made.src = URL.createObjectURL(blob); made.play(); release() });
        </script>"#.to_owned() + &videos),
    );
    let said = place.render(&["page.html", "-o", "x.mp4", "--quality", "4", "--concurrency", "3"]);
    assert!(!said.contains("<video>"), "{said}");
    for (n, picture) in place.film("x.mp4").pixels().iter().enumerate() {
        assert_eq!(number(picture, 0, 32, 16), n as u32 * 25 / 30, "told to play, frame {n}");
        assert_eq!(number(picture, 0, 96, 16), n as u32 * 25 / 30, "made by the page, frame {n}");
    }
}

/// Footage with its own sound, music with fades, captions: the same pictures and the same samples for every number of workers.
#[test]
fn a_film_of_many_parts() {
    let place = Place::new();
    let sine = "-f lavfi -i sine=frequency=330:duration=0.8 -c:a aac -shortest";
    source(&place, "a.mp4", "25", "0.8", &format!("{sine} {X264}"));
    source(&place, "b.webm", "24", "0.8", "-c:v libvpx-vp9 -b:v 0 -crf 10 -deadline realtime -cpu-used 8");
    place.wav("music.wav", 48_000, 1, &crate::sounds::tone(60_000));
    place.write("talk.srt", "1\n00:00:00,250 --> 00:00:00,600\nTwo films\n");
    place.write(
        "page.html",
        r#"<!doctype html><meta name="helios" content="width=256,height=144,fps=30,duration=0.8">
        <style>body { margin: 0 } video { position: absolute; top: 0; width: 128px; height: 64px }</style>
        <video autoplay src=a.mp4></video>
        <video data-helios-offset=0.3 src=b.webm style="left: 128px"></video>
        <audio autoplay src=music.wav data-helios-fade-in=0.2 data-helios-fade-out=0.3></audio>"#,
    );
    let made = ["1", "3"].map(|workers| {
        let name = format!("{workers}.mov");
        let args =
            ["--captions", "talk.srt", "--audio-codec", "pcm", "--quality", "4", "--concurrency", workers];
        (place.hashes("page.html", &name, &args), place.samples(&name))
    });
    assert!(made[0].0 == made[1].0, "other pictures");
    assert!(made[0].1 == made[1].1, "other samples");
    let heard = &made[0].1;
    let loudest =
        |range: std::ops::Range<usize>| heard[range].iter().map(|sides| sides[0].abs()).max().unwrap();
    assert_eq!(heard.len(), 38_400);
    assert!(
        loudest(0..1200) < loudest(12_000..20_000) && loudest(37_800..38_400) < loudest(12_000..20_000) / 2
    );
    for (n, picture) in place.film("3.mov").pixels().iter().enumerate() {
        let at = |seconds: f64, rate: f64| (seconds.max(0.0) * rate + 1e-3).floor() as u32;
        let time = n as f64 / 30.0;
        assert_eq!(number(picture, 0, 32, 16), at(time, 25.0), "frame {n}");
        assert_eq!(number(picture, 128, 32, 16), at(time - 0.3, 24.0), "frame {n}");
        // White letters stand where nothing else is.
        let lower = (66..144).flat_map(|y| (0..256).map(move |x| (x, y)));
        let dark = lower.filter(|(x, y)| picture.at(*x, *y)[1] < 100).count();
        assert_eq!(dark > 50, (8..18).contains(&n), "frame {n}: {dark} dark pixels");
    }
}

/// An hour, of which the end is shown, and pictures of 3840 x 2160: neither is read from the beginning or kept as a whole.
#[test]
fn long_and_large_sources() {
    let place = Place::new();
    source(&place, "hour.mp4", "1", "3600", "-c:v libx264 -preset ultrafast -g 30 -pix_fmt yuv420p");
    source(
        &place,
        "4k.mp4",
        "30",
        "0.5",
        "-vf scale=3840:1920:flags=neighbor,pad=3840:2160 -c:v libx264 -preset ultrafast",
    );
    place.write(
        "page.html",
        r#"<!doctype html><meta name="helios" content="width=256,height=144,fps=30,duration=0.4">
        <style>body { margin: 0 } video { position: absolute; top: 0; width: 128px; height: 72px }</style>
        <video muted data-helios-offset=0 data-helios-seek=3594.9 src=hour.mp4 style="height: 64px"></video>
        <video muted autoplay src=4k.mp4 style="left: 128px"></video>"#,
    );
    let said = place.render(&["page.html", "-o", "x.mp4", "--quality", "4", "--concurrency", "2"]);
    assert!(!said.contains("<video>"), "{said}");
    for (n, picture) in place.film("x.mp4").pixels().iter().enumerate() {
        let second = if n < 3 { 3594 } else { 3595 };
        assert_eq!(number(picture, 0, 32, 16), second % 256, "an hour, frame {n}");
        assert_eq!(number(picture, 128, 32, 16), n as u32, "4K, frame {n}");
    }
}

/// What FFmpeg cannot have, or not decode: a stream that the page puts together is sought in the page, and an encrypted file is named.
#[test]
fn what_is_left_to_the_browser() {
    let place = Place::new();
    source(
        &place,
        "a.webm",
        "25",
        "1",
        "-c:v libvpx -crf 4 -b:v 8M -g 12 -deadline good -cpu-used 4 -auto-alt-ref 0 -pix_fmt yuv420p",
    );
    let key = "-encryption_scheme cenc-aes-ctr -encryption_key 76a6c65c5ea762046bd749a2e632ccbb \
               -encryption_kid a7e61c373e219033c21091fa607bf3b8";
    source(
        &place,
        "locked.mp4",
        "25",
        "1",
        &format!("{X264} {}", key.split_whitespace().collect::<Vec<_>>().join(" ")),
    );
    place.write(
        "page.html",
        r#"<!doctype html><meta name="helios" content="width=256,height=64,fps=30,duration=0.4">
        <style>body { margin: 0; background: #00f } video { position: absolute; top: 0; width: 128px; height: 64px }</style>
        <video muted id=made></video>
        <video muted autoplay src=locked.mp4 style="left: 128px"></video>
        <script>
        const there = helios.hold("the stream"), source = new MediaSource();
        made.src = URL.createObjectURL(source);
        source.onsourceopen = async () => {
          const buffer = source.addSourceBuffer('video/webm; codecs="vp8"');
          buffer.onupdateend = () => { buffer.onupdateend = null; source.endOfStream(); made.play(); there(); };
          buffer.appendBuffer(await (await fetch("a.webm")).arrayBuffer());
        };
        </script>"#,
    );
    let said = place.render(&["page.html", "-o", "x.mp4", "--quality", "4", "--timeout", "10"]);
    assert!(said.contains("made by a MediaSource: it is sought in the page, best effort"), "{said}");
    assert!(
        said.contains("<video> http://helios.localhost/locked.mp4 cannot be played: it shows nothing"),
        "{said}"
    );
    for (n, picture) in place.film("x.mp4").pixels().iter().enumerate() {
        let meant = n as u32 * 25 / 30;
        let shown = number(picture, 0, 32, 16);
        assert!(shown.abs_diff(meant) <= 1, "frame {n} shows {shown}");
        let [red, green, blue] = picture.at(192, 32);
        assert!(
            red < 20 && green < 20 && blue > 200,
            "nothing is decoded of the encrypted one: {:?}",
            picture.at(192, 32)
        );
    }
}
