//! BGRA to planes of luma, chroma and transparency: any bit depth, chroma size and colour space, at full precision. The most
//! common layout, opaque 8-bit 4:2:0, has a faster way in `convert`.
//!
//! Plain integer arithmetic, the same on every CPU. The formulas are in `convert`. Pixels with transparency have colours
//! that are not multiplied by it. Chroma that stands for several pixels weighs each by how opaque it is: what is not seen
//! must not tint what is.

use crate::gamut;
use helios_job::ColorSpace;

/// Binary places of the coefficients. 18 keeps the largest sum (1023 · 2^18, and four times as much for chroma) in an i32.
const BITS: u32 = 18;

/// How planes are laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Planes {
    /// 8, or 10 in 16-bit little-endian words.
    pub(crate) bits: u32,
    /// Pixels for each chroma sample: horizontally and vertically, 1 or 2.
    pub(crate) chroma: (usize, usize),
    /// Whether a plane of transparency follows.
    pub(crate) alpha: bool,
}

/// Coefficients for R, G, B: luma, Cb, Cr. Those of chroma add up to 0, so that grey stays grey.
struct Coefficients {
    luma: [i32; 3],
    cb: [i32; 3],
    cr: [i32; 3],
    bits: u32,
}

impl Coefficients {
    fn new(space: ColorSpace, bits: u32) -> Coefficients {
        // Kr and Kb: ITU-R BT.709-6, 3.2; BT.601-7, 2.5.1; BT.2020-2, table 4.
        let (kr, kb) = match space {
            ColorSpace::Bt709 | ColorSpace::Srgb => (0.2126, 0.0722),
            ColorSpace::Bt601 => (0.299, 0.114),
            ColorSpace::Bt2020 => (0.2627, 0.0593),
        };
        let step = f64::from(1u32 << (bits - 8)) / f64::from(unit(space));
        let fixed = |per_unit: f64| (per_unit * step * f64::from(1u32 << BITS)).round() as i32;
        let chroma = |own: f64, other: f64, scale: f64| {
            let (own, other) = (fixed((1.0 - own) / scale * 224.0), fixed(-other / scale * 224.0));
            (own, other)
        };
        let (cb_blue, cb_red) = chroma(kb, kr, 2.0 * (1.0 - kb));
        let (cr_red, cr_blue) = chroma(kr, kb, 2.0 * (1.0 - kr));
        Coefficients {
            luma: [kr, 1.0 - kr - kb, kb].map(|k| fixed(k * 219.0)),
            cb: [cb_red, -cb_red - cb_blue, cb_blue],
            cr: [cr_red, -cr_red - cr_blue, cr_blue],
            bits,
        }
    }

    /// `(Σ coefficient · channel) / 2^weight_bits + offset`, rounded to nearest.
    #[inline(always)]
    fn dot(&self, coefficients: &[i32; 3], rgb: [i32; 3], offset: i32, weight_bits: u32) -> i32 {
        let sum = coefficients[0] * rgb[0] + coefficients[1] * rgb[1] + coefficients[2] * rgb[2];
        let shift = BITS + weight_bits;
        ((sum + (1 << (shift - 1))) >> shift) + (offset << (self.bits - 8))
    }
}

/// The level of full red, green or blue, as [`row`] gives them.
fn unit(space: ColorSpace) -> u32 {
    if space == ColorSpace::Bt2020 { gamut::UNIT } else { 255 }
}

/// A pixel: red, green, blue, and how opaque it is.
type Pixel = ([i32; 3], i32);

/// The pixels of a row of BGRA in the primaries of `space`.
fn row(bgra: &[u8], space: ColorSpace, out: &mut Vec<Pixel>) {
    out.clear();
    out.extend(bgra.chunks_exact(4).map(|pixel| {
        let rgb = [pixel[2], pixel[1], pixel[0]];
        let rgb = if space == ColorSpace::Bt2020 { gamut::to_bt2020(rgb) } else { rgb.map(i32::from) };
        (rgb, i32::from(pixel[3]))
    }));
}

/// A copy of BGRA rows, without padding, in which pixels that are not seen have the colour of one nearby that is. A lossy codec
/// smears colours; what it smears over an edge should not be black.
fn spread(source: &[u8], stride: usize, width: usize) -> Vec<u8> {
    let mut pixels: Vec<u8> =
        source.chunks(stride).flat_map(|row| row[..width * 4].iter().copied()).collect();
    let count = pixels.len() / 4;
    let mut known: Vec<bool> = pixels.chunks_exact(4).map(|pixel| pixel[3] > 0).collect();
    let mut take = |to: usize, from: Option<usize>, known: &mut Vec<bool>| {
        if let Some(from) = from.filter(|from| !known[to] && known.get(*from) == Some(&true)) {
            pixels.copy_within(4 * from..4 * from + 3, 4 * to);
            known[to] = true;
        }
    };
    for at in 0..count {
        take(at, (at % width > 0).then(|| at - 1), &mut known);
        take(at, at.checked_sub(width), &mut known);
    }
    for at in (0..count).rev() {
        take(at, Some(at + 1).filter(|right| right % width > 0), &mut known);
        take(at, Some(at + width), &mut known);
    }
    pixels
}

/// Converts rows of `width` pixels every `stride` bytes into the planes, in order Y, Cb, Cr and, if there is one, A.
pub(crate) fn convert(
    source: &[u8],
    stride: usize,
    width: usize,
    space: ColorSpace,
    planes: Planes,
    [y, cb, cr, alpha]: [&mut [u8]; 4],
) {
    let spread = if planes.alpha { spread(source, stride, width) } else { Vec::new() };
    let (source, stride) = if planes.alpha { (spread.as_slice(), width * 4) } else { (source, stride) };
    let coefficients = Coefficients::new(space, planes.bits);
    let bytes = if planes.bits > 8 { 2 } else { 1 };
    let (horizontal, vertical) = planes.chroma;
    let chroma_row = width / horizontal * bytes;
    let mut rows = [Vec::new(), Vec::new()];
    let bands = source.chunks(stride * vertical);
    let outs =
        y.chunks_mut(width * bytes * vertical).zip(cb.chunks_mut(chroma_row).zip(cr.chunks_mut(chroma_row)));
    for (index, (band, (y, (cb, cr)))) in bands.zip(outs).enumerate() {
        for (line, (bgra, y)) in band.chunks(stride).zip(y.chunks_mut(width * bytes)).enumerate() {
            row(&bgra[..width * 4], space, &mut rows[line]);
            for (pixel, out) in rows[line].iter().zip(y.chunks_mut(bytes)) {
                put(out, coefficients.dot(&coefficients.luma, pixel.0, 16, 0));
            }
            if planes.alpha {
                let start = (index * vertical + line) * width * bytes;
                let out = alpha.get_mut(start..start + width * bytes).unwrap_or_default();
                for (pixel, out) in rows[line].iter().zip(out.chunks_mut(bytes)) {
                    put(out, if bytes == 2 { (pixel.1 * 2046 + 255) / 510 } else { pixel.1 });
                }
            }
        }
        let samples = cb.chunks_mut(bytes).zip(cr.chunks_mut(bytes)).enumerate();
        for (x, (cb, cr)) in samples {
            let (rgb, weight) = chroma(&rows, planes, x);
            put(cb, coefficients.dot(&coefficients.cb, rgb, 128, weight));
            put(cr, coefficients.dot(&coefficients.cr, rgb, 128, weight));
        }
    }
}

/// The colour of chroma sample `x`, and the binary logarithm of what it is a multiple of.
#[inline(always)]
fn chroma(rows: &[Vec<Pixel>; 2], planes: Planes, x: usize) -> ([i32; 3], u32) {
    let at = |line: usize, x: usize| rows[line].get(x).copied().unwrap_or_default();
    match planes.chroma {
        (1, _) => (at(0, x).0, 0),
        // Co-sited with the even pixels, filtered (1 2 1)/4, the left edge being repeated.
        (_, 1) => {
            let (left, centre, right) =
                (at(0, (2 * x).saturating_sub(1)).0, at(0, 2 * x).0, at(0, 2 * x + 1).0);
            (std::array::from_fn(|i| left[i] + 2 * centre[i] + right[i]), 2)
        }
        // In the middle of four.
        _ => {
            let four = [at(0, 2 * x), at(0, 2 * x + 1), at(1, 2 * x), at(1, 2 * x + 1)];
            let seen: i32 = four.iter().map(|(_, alpha)| alpha).sum();
            let sum: [i32; 3] = if !planes.alpha || seen == 0 {
                std::array::from_fn(|i| four.iter().map(|(rgb, _)| rgb[i]).sum())
            } else {
                std::array::from_fn(|i| {
                    let weighted: i32 = four.iter().map(|(rgb, alpha)| rgb[i] * alpha).sum();
                    (4 * weighted + seen / 2) / seen
                })
            };
            (sum, 2)
        }
    }
}

#[inline(always)]
fn put(out: &mut [u8], value: i32) {
    match out {
        [byte] => *byte = value as u8,
        words => words.copy_from_slice(&(value as u16).to_le_bytes()),
    }
}
