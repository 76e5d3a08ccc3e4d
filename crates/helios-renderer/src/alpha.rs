//! Transparency: from what a drawing looks like over black and over white, and in one form whatever the source.

/// The pixel, blue, green, red and alpha, that looks like `black` over black and like `white` over white. Its colour is not
/// multiplied by alpha.
pub(crate) fn between(black: &[u8], white: &[u8]) -> [u8; 4] {
    // What a pixel hides of white. The three channels agree, but for the rounding of each thing that was painted there.
    let hidden = |channel: usize| 255 - i32::from(white[channel]) + i32::from(black[channel]);
    let alpha = ((hidden(0) + hidden(1) + hidden(2) + 1) / 3).clamp(0, 255);
    // No channel is brighter than it could be with this alpha.
    let alpha = alpha.max(i32::from(black[0].max(black[1]).max(black[2])));
    divided([black[0], black[1], black[2]], alpha as u8)
}

/// The same form for pixels that have an alpha already: sources that multiply and divide by themselves round differently.
pub(crate) fn normalize(pixel: &mut [u8]) {
    let alpha = u32::from(pixel[3]);
    let multiplied = |channel: u8| ((u32::from(channel) * alpha * 2 + 255) / 510) as u8;
    let colour = [multiplied(pixel[0]), multiplied(pixel[1]), multiplied(pixel[2])];
    pixel.copy_from_slice(&divided(colour, alpha as u8));
}

/// A colour that was multiplied by alpha, before it was.
fn divided(colour: [u8; 3], alpha: u8) -> [u8; 4] {
    let whole = u32::from(alpha);
    let divide = |channel: u8| {
        (u32::from(channel) * 510 + whole).checked_div(2 * whole).map_or(0, |c| c.min(255) as u8)
    };
    [divide(colour[0]), divide(colour[1]), divide(colour[2]), alpha]
}

#[cfg(test)]
mod tests {
    use super::{between, normalize};

    fn over(pixel: [u8; 4], ground: u8) -> [u8; 4] {
        let alpha = u32::from(pixel[3]);
        let mixed = |c: u8| ((u32::from(c) * alpha + u32::from(ground) * (255 - alpha)) * 2 + 255) / 510;
        [mixed(pixel[0]) as u8, mixed(pixel[1]) as u8, mixed(pixel[2]) as u8, 255]
    }

    #[test]
    fn over_any_ground_it_looks_as_before() {
        for alpha in 0..=255 {
            for colour in [[0, 0, 0], [255, 255, 255], [255, 128, 3], [7, 200, 90]] {
                let [b, g, r] = colour;
                let pixel = [b, g, r, alpha];
                let found = between(&over(pixel, 0), &over(pixel, 255));
                assert!(found[3].abs_diff(alpha) <= 1, "{pixel:?}: {found:?}");
                for ground in [0, 77, 160, 255] {
                    let (shown, meant) = (over(found, ground), over(pixel, ground));
                    let near = shown.iter().zip(meant).all(|(shown, meant)| shown.abs_diff(meant) <= 1);
                    assert!(near, "{pixel:?} over {ground}: {shown:?} instead of {meant:?}");
                }
            }
        }
    }

    #[test]
    fn what_is_opaque_or_invisible_is_exact() {
        assert_eq!(between(&[9, 120, 255, 255], &[9, 120, 255, 255]), [9, 120, 255, 255]);
        assert_eq!(between(&[0, 0, 0, 255], &[255, 255, 255, 255]), [0; 4]);
        let mut pixel = [200, 100, 50, 0];
        normalize(&mut pixel);
        assert_eq!(pixel, [0; 4]);
    }

    #[test]
    fn the_form_does_not_change_any_more() {
        for alpha in 0..=255 {
            for level in [0, 1, 100, 254, 255] {
                let mut pixel = [level, 255 - level, level / 2, alpha];
                normalize(&mut pixel);
                let once = pixel;
                normalize(&mut pixel);
                assert_eq!(pixel, once);
            }
        }
    }
}
