//! The converter against the formulas of BT.709 in floating point.

use helios_job::ColorSpace;
use helios_media::{FrameConverter, PixelLayout};
use proptest::prelude::*;

/// Y, Cb, Cr of ITU-R BT.709-6 or BT.601-7 in `bits` bits, before rounding.
fn reference([r, g, b]: [f64; 3], bits: u32, space: ColorSpace) -> [f64; 3] {
    let [r, g, b] = [r / 255.0, g / 255.0, b / 255.0];
    let ([kr, kg, kb], cb, cr) = match space {
        ColorSpace::Bt601 => ([0.299, 0.587, 0.114], 1.772, 1.402),
        _ => ([0.2126, 0.7152, 0.0722], 1.8556, 1.5748),
    };
    let y = kr * r + kg * g + kb * b;
    let scale = f64::from(1 << (bits - 8));
    [
        (219.0 * y + 16.0) * scale,
        (224.0 * (b - y) / cb + 128.0) * scale,
        (224.0 * (r - y) / cr + 128.0) * scale,
    ]
}

fn bits(layout: PixelLayout) -> u32 {
    match layout {
        PixelLayout::Yuv420p8 | PixelLayout::Yuv422p8 | PixelLayout::Yuv444p8 | PixelLayout::Yuva420p8 => 8,
        _ => 10,
    }
}

struct Picture<'a> {
    bgra: &'a [u8],
    stride: usize,
}

impl Picture<'_> {
    fn rgb(&self, x: usize, y: usize) -> [f64; 3] {
        let pixel = &self.bgra[y * self.stride + x * 4..];
        [f64::from(pixel[2]), f64::from(pixel[1]), f64::from(pixel[0])]
    }

    fn weighted(&self, taps: &[(usize, usize, f64)]) -> [f64; 3] {
        let mut sum = [0.0; 3];
        for &(x, y, weight) in taps {
            for (sum, channel) in sum.iter_mut().zip(self.rgb(x, y)) {
                *sum += channel * weight;
            }
        }
        sum
    }

    /// The exact planes for a layout, before rounding.
    fn planes(&self, layout: PixelLayout, space: ColorSpace, width: usize, height: usize) -> [Vec<f64>; 3] {
        let bits = bits(layout);
        let mut planes = [vec![], vec![], vec![]];
        for y in 0..height {
            for x in 0..width {
                planes[0].push(reference(self.rgb(x, y), bits, space)[0]);
                let taps: &[_] = match layout {
                    PixelLayout::Yuv444p8 | PixelLayout::Yuv444p10 => &[(x, y, 1.0)],
                    PixelLayout::Yuv422p8 | PixelLayout::Yuv422p10 if x % 2 == 0 => &[
                        (x.saturating_sub(if x == 0 { 0 } else { 1 }), y, 0.25),
                        (x, y, 0.5),
                        (x + 1, y, 0.25),
                    ],
                    PixelLayout::Yuv420p8 | PixelLayout::Yuv420p10 if x % 2 == 0 && y % 2 == 0 => {
                        &[(x, y, 0.25), (x + 1, y, 0.25), (x, y + 1, 0.25), (x + 1, y + 1, 0.25)]
                    }
                    _ => continue,
                };
                let [_, cb, cr] = reference(self.weighted(taps), bits, space);
                planes[1].push(cb);
                planes[2].push(cr);
            }
        }
        planes
    }
}

/// The samples of a converted frame.
fn samples(layout: PixelLayout, bytes: &[u8]) -> Vec<f64> {
    match bits(layout) {
        8 => bytes.iter().map(|byte| f64::from(*byte)).collect(),
        _ => bytes.chunks_exact(2).map(|word| f64::from(u16::from_le_bytes([word[0], word[1]]))).collect(),
    }
}

fn check(layout: PixelLayout, bgra: &[u8], stride: usize, width: usize, height: usize) {
    for space in [ColorSpace::Bt709, ColorSpace::Bt601] {
        check_in(space, layout, bgra, stride, width, height);
    }
}

fn check_in(space: ColorSpace, layout: PixelLayout, bgra: &[u8], stride: usize, width: usize, height: usize) {
    let converter = FrameConverter::new(layout, width as u32, height as u32).unwrap().into_space(space);
    let mut out = Vec::new();
    converter.convert(bgra, stride, &mut out).unwrap();
    let expected = Picture { bgra, stride }.planes(layout, space, width, height).concat();
    let found = samples(layout, &out);
    assert_eq!(found.len(), expected.len());
    // The fast way averages chroma to whole levels before the matrix, as libyuv and most others do.
    let fast = layout == PixelLayout::Yuv420p8 && space == ColorSpace::Bt709;
    let limit = if fast { 1.01 } else { 0.51 };
    for (index, (found, expected)) in found.iter().zip(&expected).enumerate() {
        assert!(
            (found - expected).abs() <= limit,
            "{layout:?} sample {index}: {found} instead of {expected:.3}"
        );
    }
}

const LAYOUTS: [PixelLayout; 6] = [
    PixelLayout::Yuv420p8,
    PixelLayout::Yuv422p8,
    PixelLayout::Yuv444p8,
    PixelLayout::Yuv420p10,
    PixelLayout::Yuv422p10,
    PixelLayout::Yuv444p10,
];

fn layouts() -> impl Strategy<Value = PixelLayout> {
    proptest::sample::select(LAYOUTS.to_vec())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Any pixels, any even size, any stride, a last row without padding.
    #[test]
    fn follows_bt709(
        layout in layouts(),
        half_width in 1usize..40,
        half_height in 1usize..6,
        padding in 0usize..40,
        seed in any::<u64>(),
    ) {
        let (width, height) = (half_width * 2, half_height * 2);
        let stride = width * 4 + padding;
        check(layout, &noise(stride * (height - 1) + width * 4, seed), stride, width, height);
    }

    /// Converting only changed rows into the last frame's planes gives what converting everything gives.
    #[test]
    fn changed_rows_are_enough(layout in layouts(), first in 0u32..12, count in 0u32..12, seed in any::<u64>()) {
        let (width, height) = (34u32, 12u32);
        let stride = width as usize * 4;
        let converter = FrameConverter::new(layout, width, height).unwrap();
        let before = noise(stride * height as usize, seed);
        let mut after = before.clone();
        let end = (first + count).min(height);
        for row in first..end {
            after[row as usize * stride..(row as usize + 1) * stride].fill((seed % 256) as u8);
        }
        let (mut whole, mut part) = (Vec::new(), Vec::new());
        converter.convert(&after, stride, &mut whole).unwrap();
        converter.convert(&before, stride, &mut part).unwrap();
        converter.convert_rows(&after, stride, first..end, &mut part).unwrap();
        prop_assert!(whole == part);
    }
}

fn noise(len: usize, seed: u64) -> Vec<u8> {
    let mut state = seed | 1;
    (0..len)
        .map(|_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 56) as u8
        })
        .collect()
}

/// Black, white and grey have no colour, and the range is limited: the values everyone knows by heart.
#[test]
fn known_levels() {
    for (grey, y8, y10) in [(0, 16, 64), (255, 235, 940), (128, 126, 504)] {
        for layout in LAYOUTS {
            let mut out = Vec::new();
            FrameConverter::new(layout, 64, 2).unwrap().convert(&[grey; 64 * 2 * 4], 256, &mut out).unwrap();
            let found = samples(layout, &out);
            let (luma, neutral) =
                if bits(layout) == 8 { (f64::from(y8), 128.0) } else { (f64::from(y10), 512.0) };
            assert!(found[..128].iter().all(|y| *y == luma), "{layout:?} grey {grey}: {}", found[0]);
            assert!(
                found[128..].iter().all(|c| *c == neutral),
                "{layout:?} grey {grey}: {:?}",
                &found[128..]
            );
        }
    }
}

/// Where a block is seen in part, its chroma is that of what is seen; alpha is copied, to ten bits where they are.
#[test]
fn transparency() {
    let (red, hidden) = ([0, 0, 255, 255], [0, 0, 0, 0]);
    let bgra = [[red, hidden], [hidden, [0, 0, 255, 51]]].concat().concat();
    let mut out = Vec::new();
    FrameConverter::new(PixelLayout::Yuva420p8, 2, 2).unwrap().convert(&bgra, 8, &mut out).unwrap();
    let [y, cb, cr] = reference([255.0, 0.0, 0.0], 8, ColorSpace::Bt709).map(|level| level.round() as u8);
    // Pixels that are not seen at all have the colour of their neighbours.
    assert_eq!(out, [y, y, y, y, cb, cr, 255, 0, 0, 51]);
    FrameConverter::new(PixelLayout::Yuva444p10, 2, 2).unwrap().convert(&bgra, 8, &mut out).unwrap();
    let words: Vec<u16> = out.chunks_exact(2).map(|word| u16::from_le_bytes([word[0], word[1]])).collect();
    assert_eq!(words[12..], [1023, 0, 0, 205]);
    // Pixels that are left as they are lose their padding and nothing else.
    FrameConverter::new(PixelLayout::Bgra, 1, 2).unwrap().convert(&bgra, 8, &mut out).unwrap();
    assert_eq!(out, [[0, 0, 255, 255], [0, 0, 0, 0]].concat());
}

#[test]
fn refuses_what_does_not_fit() {
    assert!(FrameConverter::new(PixelLayout::Yuv420p8, 15, 16).is_err());
    assert!(FrameConverter::new(PixelLayout::Yuv420p8, 16, 15).is_err());
    assert!(FrameConverter::new(PixelLayout::Yuv444p10, 15, 15).is_ok());
    assert!(FrameConverter::new(PixelLayout::Yuv420p8, 0, 16).is_err());
    let converter = FrameConverter::new(PixelLayout::Yuv420p8, 16, 16).unwrap();
    let mut out = Vec::new();
    assert!(converter.convert(&[0; 16 * 16 * 4 - 1], 64, &mut out).is_err());
    assert!(converter.convert(&[0; 16 * 16 * 4], 63, &mut out).is_err());
    assert!(converter.convert_rows(&[0; 16 * 16 * 4], 64, 0..2, &mut [0; 3]).is_err());
    let error = converter.convert(&[0; 4], 64, &mut out).unwrap_err();
    assert_eq!(
        error.to_string(),
        "convert a frame: 4 bytes with 64 bytes a row are too few for 16x16 pixels of BGRA"
    );
}
