//! How much two pictures differ, in numbers and as a picture. Pure: bytes in, values out.

/// The difference of two pictures of one size, in levels of 8-bit channels.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Difference {
    /// The largest absolute difference of a channel.
    pub max: u8,
    /// The mean absolute difference over all channels of all pixels.
    pub mean: f64,
}

/// Samples that are summed in 32 bits before they go to the 64-bit sum: fast, and far from overflow.
const BLOCK: usize = 1 << 16;

impl Difference {
    /// Compares channel by channel. Pictures of different sizes differ as much as pictures can.
    pub fn of(a: &[u8], b: &[u8]) -> Difference {
        if a.len() != b.len() {
            return Difference { max: u8::MAX, mean: f64::from(u8::MAX) };
        }
        // Most frames of two renders that should be equal are.
        if a == b {
            return Difference::default();
        }
        let (mut max, mut sum) = (0, 0u64);
        for (a, b) in a.chunks(BLOCK).zip(b.chunks(BLOCK)) {
            let mut part = 0u32;
            for (a, b) in a.iter().zip(b) {
                let difference = a.abs_diff(*b);
                max = max.max(difference);
                part += u32::from(difference);
            }
            sum += u64::from(part);
        }
        Difference { max, mean: sum as f64 / a.len() as f64 }
    }
}

/// The part of all pixels of which a channel differs by more than `tolerance`, in two pictures of one size.
pub(crate) fn part_beyond(a: &[u8], b: &[u8], channels: usize, tolerance: u8) -> f64 {
    let far = |(a, b): &(&[u8], &[u8])| a.iter().zip(*b).any(|(a, b)| a.abs_diff(*b) > tolerance);
    let count = a.chunks_exact(channels).zip(b.chunks_exact(channels)).filter(far).count();
    count as f64 / (a.len() / channels).max(1) as f64
}

/// Two pictures and what differs, side by side: A, B, and |A - B| amplified so that the largest difference has the
/// highest level. RGB, `3 * width` pixels wide.
pub fn side_by_side(a: &[u8], b: &[u8], width: u32) -> Vec<u8> {
    let row = 3 * width as usize;
    let largest = u16::from(Difference::of(a, b).max.max(1));
    // The quotient is at most 255, since no difference is larger than the largest.
    let amplified = |a: &u8, b: &u8| (u16::from(a.abs_diff(*b)) * 255 / largest) as u8;
    let mut picture = Vec::with_capacity(a.len() + b.len() + a.len().min(b.len()));
    for (a, b) in a.chunks_exact(row).zip(b.chunks_exact(row)) {
        picture.extend_from_slice(a);
        picture.extend_from_slice(b);
        picture.extend(a.iter().zip(b).map(|(a, b)| amplified(a, b)));
    }
    picture
}

/// Pixels with transparency as a picture without: over grey, where light and dark things are seen. RGBA, the colours multiplied
/// by alpha, to RGB.
pub(crate) fn over_grey(rgba: &[u8]) -> Vec<u8> {
    let over = |channel: u8, alpha: u8| channel.saturating_add((255 - alpha) / 2);
    rgba.chunks_exact(4).flat_map(|pixel| [0, 1, 2].map(|channel| over(pixel[channel], pixel[3]))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_pictures_do_not_differ() {
        assert_eq!(Difference::of(&[1, 2, 3], &[1, 2, 3]), Difference::default());
        assert_eq!(Difference::of(&[], &[]), Difference::default());
    }

    #[test]
    fn the_largest_and_the_mean_difference_in_either_direction() {
        let found = Difference::of(&[10, 0, 200, 7], &[13, 0, 195, 7]);
        assert_eq!(found, Difference { max: 5, mean: 2.0 });
        assert_eq!(Difference::of(&[0; 4], &[255; 4]), Difference { max: 255, mean: 255.0 });
    }

    #[test]
    fn sums_of_large_pictures_do_not_overflow() {
        let found = Difference::of(&vec![0; 20 << 20], &vec![255; 20 << 20]);
        assert_eq!(found, Difference { max: 255, mean: 255.0 });
        // Blocks that are cut short count too.
        let mut one = vec![0; BLOCK + 3];
        one[BLOCK + 2] = 9;
        assert_eq!(Difference::of(&one, &vec![0; BLOCK + 3]).max, 9);
    }

    #[test]
    fn sizes_that_differ_are_no_match() {
        assert_eq!(Difference::of(&[1], &[1, 1]).max, 255);
    }

    #[test]
    fn a_pixel_counts_once_however_many_of_its_channels_differ() {
        let a = [0; 12];
        let b = [9, 9, 9, 0, 9, 0, 8, 8, 8, 0, 0, 0];
        assert_eq!(part_beyond(&a, &b, 3, 8), 0.5);
        assert_eq!(part_beyond(&a, &b, 4, 8), 2.0 / 3.0);
        assert_eq!((part_beyond(&a, &b, 3, 9), part_beyond(&[], &[], 3, 0)), (0.0, 0.0));
    }

    #[test]
    fn transparent_pixels_are_grey() {
        assert_eq!(
            over_grey(&[0, 0, 0, 0, 10, 20, 30, 255, 50, 0, 0, 155]),
            [127, 127, 127, 10, 20, 30, 100, 50, 50]
        );
    }

    #[test]
    fn side_by_side_amplifies_to_full_scale() {
        // Two pixels wide, two high; one channel of one pixel differs by 5, another by 1.
        let a = [0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3];
        let mut b = a;
        (b[4], b[11]) = (6, 2);
        let picture = side_by_side(&a, &b, 2);
        assert_eq!(picture.len(), 3 * a.len());
        assert_eq!(picture[..6], a[..6]);
        assert_eq!(picture[6..12], b[..6]);
        assert_eq!(picture[12..18], [0, 0, 0, 0, 255, 0]);
        assert_eq!(picture[30..36], [0, 0, 0, 0, 0, 51]);
        assert!(side_by_side(&a, &a, 2)[12..18].iter().all(|level| *level == 0));
    }
}
