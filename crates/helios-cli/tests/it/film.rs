//! Renders pages with the real browser and reads back what came out: hashes, streams, pixels. FFmpeg is the witness here,
//! so that no code of Helios judges its own work.

use crate::run::Place;
use helios_job::FrameHashes;
use serde_json::Value;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

/// An example of this repository.
pub fn example(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples").join(name);
    path.canonicalize().unwrap().into_os_string().into_string().unwrap()
}

/// A page of 64 x 64 pixels whose colour changes with every frame: cheap, and no two frames in a row are alike.
pub const TINY: &str = r#"<!doctype html>
<meta name="helios" content="width=64,height=64,fps=30,duration=10">
<style>html { animation: turn 10s linear; background: hsl(0 80% 50%) }
@keyframes turn { to { background: hsl(1800 80% 50%) } }</style>"#;

impl Place {
    /// Writes a file into the folder.
    pub fn write(&self, name: &str, content: &str) {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }

    /// `helios render` with these arguments; it must succeed. Returns what it said on standard error.
    #[track_caller]
    pub fn render(&self, args: &[&str]) -> String {
        let answer = self.helios(&[&["render"], args].concat());
        assert_eq!((answer.code, answer.stdout.as_str()), (Some(0), ""), "{args:?}: {}", answer.stderr);
        answer.stderr
    }

    /// Renders to `output` and returns the hashes of its frames, whose number FFmpeg confirms.
    #[track_caller]
    pub fn hashes(&self, input: &str, output: &str, args: &[&str]) -> FrameHashes {
        let file = format!("{output}.hashes");
        self.render(&[&[input, "-o", output, "--frame-hashes", &file], args].concat());
        let hashes: FrameHashes = std::fs::read_to_string(self.path().join(file)).unwrap().parse().unwrap();
        assert_eq!(Film::of(self.path().join(output)).frames(), hashes.hashes.len(), "{args:?}");
        hashes
    }

    /// The same for files whose packets FFmpeg does not count.
    #[track_caller]
    pub fn hashes_of(&self, input: &str, output: &str, args: &[&str]) -> FrameHashes {
        let file = format!("{output}.hashes");
        self.render(&[&[input, "-o", output, "--frame-hashes", &file], args].concat());
        std::fs::read_to_string(self.path().join(file)).unwrap().parse().unwrap()
    }

    pub fn film(&self, name: &str) -> Film {
        Film::of(self.path().join(name))
    }
}

/// A finished video as FFmpeg sees it.
pub struct Film {
    path: PathBuf,
    /// The video stream, with frames and packets counted by decoding it.
    pub stream: Value,
    pub format: Value,
}

impl Film {
    pub fn of(path: PathBuf) -> Film {
        let words =
            "-v error -select_streams v -count_frames -count_packets -show_streams -show_format -of json";
        let text = tool("ffprobe", words.split(' ').map(OsStr::new).chain([path.as_os_str()]));
        let mut answer: Value = serde_json::from_slice(&text).unwrap();
        assert_eq!(answer["streams"].as_array().map(Vec::len), Some(1), "{answer}");
        Film { path, stream: answer["streams"][0].take(), format: answer["format"].take() }
    }

    /// The number of frames that a decoder delivers, of which each is one packet.
    #[track_caller]
    pub fn frames(&self) -> usize {
        let count = |key: &str| self.text(key).parse::<usize>().unwrap();
        assert_eq!(count("nb_read_frames"), count("nb_read_packets"), "{}", self.stream);
        count("nb_read_frames")
    }

    /// A field of the stream.
    pub fn text(&self, key: &str) -> &str {
        self.stream[key].as_str().unwrap_or_default()
    }

    pub fn size(&self) -> (usize, usize) {
        let pixels = |key: &str| self.stream[key].as_u64().unwrap() as usize;
        (pixels("width"), pixels("height"))
    }

    /// When each frame is shown: ticks of the stream's time base, in the order of showing.
    pub fn times(&self) -> Vec<u64> {
        let words = "-v error -select_streams v -show_entries frame=pts -of csv=p=0";
        let text = tool("ffprobe", words.split(' ').map(OsStr::new).chain([self.path.as_os_str()]));
        let lines = String::from_utf8(text).unwrap();
        // Side data leaves commas and empty lines behind.
        let times = lines.lines().map(|line| line.trim_end_matches(','));
        times.filter(|time| !time.is_empty()).map(|time| time.parse().unwrap()).collect()
    }

    /// The decoded frames as RGB, converted by the rules of BT.709 that the file must be tagged with.
    pub fn pixels(&self) -> Vec<Picture> {
        let (width, height) = self.size();
        let before = ["-v", "error", "-i"].map(OsStr::new);
        let after = "-vf scale=in_color_matrix=bt709:in_range=tv:out_range=pc:flags=accurate_rnd+full_chroma_int \
                     -fps_mode passthrough -pix_fmt rgb24 -f rawvideo -";
        let args =
            before.into_iter().chain([self.path.as_os_str()]).chain(after.split_whitespace().map(OsStr::new));
        let raw = tool("ffmpeg", args);
        assert_eq!(raw.len() % (3 * width * height), 0);
        raw.chunks(3 * width * height).map(|rgb| Picture { rgb: rgb.to_vec(), width }).collect()
    }

    /// A digest of every decoded frame, with nothing of the container in it.
    pub fn decoded(&self) -> Vec<String> {
        let before = ["-v", "error", "-i"].map(OsStr::new);
        let after = "-map 0:v -fps_mode passthrough -f framemd5 -".split(' ').map(OsStr::new);
        let text = tool("ffmpeg", before.into_iter().chain([self.path.as_os_str()]).chain(after));
        let text = String::from_utf8(text).unwrap();
        let digests = text.lines().filter(|line| !line.starts_with('#'));
        digests.map(|line| line.rsplit(", ").next().unwrap().to_owned()).collect()
    }
}

/// Asserts that two renders made the same pixels, or names the frames that differ.
#[track_caller]
pub fn assert_same(shown: &FrameHashes, meant: &FrameHashes, what: &str) {
    let frames = (shown.start..).zip(shown.hashes.iter().zip(&meant.hashes));
    let differ: Vec<u32> = frames.filter(|(_, (a, b))| a != b).map(|(frame, _)| frame).collect();
    assert_eq!(differ, [0; 0], "{what}: these frames differ");
    assert_eq!(shown, meant, "{what}");
}

/// One decoded frame.
#[derive(PartialEq, Eq)]
pub struct Picture {
    rgb: Vec<u8>,
    width: usize,
}

impl Picture {
    pub fn at(&self, x: usize, y: usize) -> [u8; 3] {
        let at = 3 * (y * self.width + x);
        [self.rgb[at], self.rgb[at + 1], self.rgb[at + 2]]
    }
}

/// All decoded frames of a file, or of pictures in a folder, one after the other: red, green, blue and alpha.
pub fn rgba(place: &Place, name: &str) -> Vec<u8> {
    // FFmpeg's own decoder does not know of transparency in VP9.
    let decoder: &[&str] = if name.ends_with(".webm") { &["-c:v", "libvpx-vp9"] } else { &[] };
    let path = place.path().join(name);
    let before = ["-v", "error"].iter().chain(decoder).chain(&["-i"]).map(OsStr::new);
    let after = "-sws_flags accurate_rnd+full_chroma_int+full_chroma_inp -fps_mode passthrough -pix_fmt rgba -f rawvideo -";
    tool("ffmpeg", before.chain([path.as_os_str()]).chain(after.split(' ').map(OsStr::new)))
}

/// The codecs of all streams; start and length of each caption in the last one, in seconds.
pub fn streams(place: &Place, name: &str) -> (Vec<String>, Vec<(f64, f64)>) {
    let path = place.path().join(name);
    let words = "-v error -show_streams -show_packets -select_streams s -of json";
    let text = tool("ffprobe", words.split(' ').map(OsStr::new).chain([path.as_os_str()]));
    let answer: Value = serde_json::from_slice(&text).unwrap();
    let codecs = answer["streams"].as_array().unwrap().iter();
    let seconds = |packet: &Value, key: &str| packet[key].as_str().unwrap().parse().unwrap();
    let packets = answer["packets"].as_array().unwrap().iter();
    (
        codecs.map(|stream| stream["codec_name"].as_str().unwrap().to_owned()).collect(),
        packets.map(|packet| (seconds(packet, "pts_time"), seconds(packet, "duration_time"))).collect(),
    )
}

/// Whether two colours are the same but for the rounding of one trip to YUV and back.
pub fn near(shown: [u8; 3], meant: [u8; 3]) -> bool {
    shown.iter().zip(meant).all(|(shown, meant)| shown.abs_diff(meant) <= 2)
}

fn tool<'a>(program: &str, args: impl IntoIterator<Item = &'a OsStr>) -> Vec<u8> {
    let output = Command::new(program).args(args).output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && errors.is_empty(), "{program}: {errors}");
    output.stdout
}
