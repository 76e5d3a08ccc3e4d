//! BGRA to 10-bit planes for ProRes, at full precision. The `yuv` crate has no path from 8-bit RGB to 10-bit YUV, and going
//! through 8-bit YUV would throw away the two bits that ProRes is chosen for.
//!
//! Plain integer arithmetic, the same on every CPU. The formulas are in `convert`.

/// Binary places of the coefficients. 18 keeps the largest sum (1023 · 2^18, and four times 255 for chroma) in an i32.
const BITS: u32 = 18;

/// Coefficients for 8-bit R, G, B: luma, Cb, Cr. Each is `coefficient · range · 4 / 255 · 2^BITS`, with 219 · 4 and
/// 224 · 4 as the ranges of 10-bit luma and chroma; those of chroma add up to 0, so that grey stays grey.
const LUMA: [i32; 3] = [fixed(0.2126 * 876.0), fixed(0.7152 * 876.0), fixed(0.0722 * 876.0)];
const CB: [i32; 3] = {
    let red = fixed(-0.2126 / 1.8556 * 896.0);
    let blue = fixed(0.5 * 896.0);
    [red, -red - blue, blue]
};
const CR: [i32; 3] = {
    let red = fixed(0.5 * 896.0);
    let blue = fixed(-0.0722 / 1.5748 * 896.0);
    [red, -red - blue, blue]
};

const fn fixed(per_unit: f64) -> i32 {
    let scaled = per_unit / 255.0 * (1 << BITS) as f64;
    (if scaled < 0.0 { scaled - 0.5 } else { scaled + 0.5 }) as i32
}

/// `(Σ coefficient · channel) / weight + offset`, rounded to nearest. `weight` is a power of two.
#[inline(always)]
fn dot(coefficients: &[i32; 3], rgb: [i32; 3], offset: i32, weight_bits: u32) -> [u8; 2] {
    let sum = coefficients[0] * rgb[0] + coefficients[1] * rgb[1] + coefficients[2] * rgb[2];
    let bits = BITS + weight_bits;
    ((((sum + (1 << (bits - 1))) >> bits) + offset) as u16).to_le_bytes()
}

#[inline(always)]
fn rgb(pixel: &[u8]) -> [i32; 3] {
    [i32::from(pixel[2]), i32::from(pixel[1]), i32::from(pixel[0])]
}

/// Rows of `width` BGRA pixels every `stride` bytes, with each row's part of the three planes.
fn rows<'a>(
    source: &'a [u8],
    stride: usize,
    width: usize,
    chroma_width: usize,
    planes: [&'a mut [u8]; 3],
) -> impl Iterator<Item = (&'a [u8], &'a mut [u8], &'a mut [u8], &'a mut [u8])> {
    let [y, cb, cr] = planes;
    source
        .chunks(stride)
        .zip(y.chunks_exact_mut(width * 2))
        .zip(cb.chunks_exact_mut(chroma_width * 2))
        .zip(cr.chunks_exact_mut(chroma_width * 2))
        .map(move |(((row, y), cb), cr)| (&row[..width * 4], y, cb, cr))
}

fn luma_row(row: &[u8], y: &mut [u8]) {
    for (pixel, y) in row.chunks_exact(4).zip(y.chunks_exact_mut(2)) {
        y.copy_from_slice(&dot(&LUMA, rgb(pixel), 64, 0));
    }
}

/// To `yuv444p10le`.
pub(crate) fn convert_444(source: &[u8], stride: usize, width: usize, planes: [&mut [u8]; 3]) {
    for (row, y, cb, cr) in rows(source, stride, width, width, planes) {
        luma_row(row, y);
        for ((pixel, cb), cr) in row.chunks_exact(4).zip(cb.chunks_exact_mut(2)).zip(cr.chunks_exact_mut(2)) {
            let rgb = rgb(pixel);
            cb.copy_from_slice(&dot(&CB, rgb, 512, 0));
            cr.copy_from_slice(&dot(&CR, rgb, 512, 0));
        }
    }
}

/// To `yuv422p10le`; chroma lies on the even pixels and is filtered (1 2 1)/4, the left edge being repeated.
pub(crate) fn convert_422(source: &[u8], stride: usize, width: usize, planes: [&mut [u8]; 3]) {
    for (row, y, cb, cr) in rows(source, stride, width, width / 2, planes) {
        luma_row(row, y);
        let mut left = rgb(row);
        for ((pair, cb), cr) in row.chunks_exact(8).zip(cb.chunks_exact_mut(2)).zip(cr.chunks_exact_mut(2)) {
            let (centre, right) = (rgb(&pair[..4]), rgb(&pair[4..]));
            let sum = std::array::from_fn(|i| left[i] + 2 * centre[i] + right[i]);
            cb.copy_from_slice(&dot(&CB, sum, 512, 2));
            cr.copy_from_slice(&dot(&CR, sum, 512, 2));
            left = right;
        }
    }
}
