//! The strip under the composition: it names the drawing that a picture shows. Written by `web/runtime/host.js`.

/// Height of the strip in pixels.
pub(crate) const HEIGHT: u32 = 8;
/// Width of the strip in pixels: four cells. A window narrower than this cannot be read.
pub(crate) const WIDTH: u32 = 4 * CELL;
/// The largest serial; the next one is 1.
pub(crate) const MAX_SERIAL: u32 = 0xff_ffff;

const CELL: u32 = 4;
const MARK: u32 = 0x5a_c3a5;

/// The window for a composition of `width` x `height` pixels: the strip below it, at least as wide as the strip, and of a
/// height at which Chromium's software compositor keeps pixels where they are. It turns rows into the range -1 to 1 and back in
/// 32-bit floats; where that does not come out even, layers with pixels of their own (WebGL) are interpolated between rows. At
/// 188 rows the canvas of a composition of 180 lost half its contrast.
pub(crate) fn window((width, height): (u32, u32)) -> (u32, u32) {
    let kept = |rows: &u32| (2.0 / *rows as f32) * (*rows as f32 / 2.0) == 1.0;
    let least = height + HEIGHT;
    (width.max(WIDTH), (least..2 * least).find(kept).unwrap_or(least))
}

/// The serial in a row of BGRA pixels, or `None` when the row does not show a whole strip: the page was not up yet, or the
/// row lies elsewhere. The mark at both ends and the complement make an accidental match out of the question.
pub(crate) fn read(row: &[u8]) -> Option<u32> {
    let cell = |index: u32| {
        // The middle of the cell: its edges could be blended with a neighbour, its middle cannot.
        let at = 4 * (index * CELL + CELL / 2) as usize;
        let pixel = row.get(at..at + 3)?;
        Some(u32::from(pixel[2]) << 16 | u32::from(pixel[1]) << 8 | u32::from(pixel[0]))
    };
    let serial = cell(1)?;
    (cell(0)? == MARK && cell(2)? == !serial & MAX_SERIAL && cell(3)? == MARK).then_some(serial)
}

#[cfg(test)]
mod tests {
    use super::{HEIGHT, MARK, MAX_SERIAL, WIDTH, read, window};

    fn row(colours: [u32; 4]) -> Vec<u8> {
        let pixels = colours.iter().flat_map(|colour| [*colour; 4]);
        pixels.flat_map(|colour| [colour as u8, (colour >> 8) as u8, (colour >> 16) as u8, 255]).collect()
    }

    #[test]
    fn a_serial_survives() {
        for serial in [1, 0x12_3456, MAX_SERIAL] {
            assert_eq!(read(&row([MARK, serial, !serial & MAX_SERIAL, MARK])), Some(serial));
        }
    }

    #[test]
    fn anything_else_is_no_strip() {
        assert_eq!(read(&row([0xffffff; 4])), None);
        assert_eq!(read(&row([MARK, 7, 7, MARK])), None);
        assert_eq!(read(&row([MARK, 7, !7 & MAX_SERIAL, MARK])[..4 * WIDTH as usize - 16]), None);
    }

    #[test]
    fn windows_keep_pixels_where_they_are() {
        assert_eq!(window((1280, 720)), (1280, 728));
        assert_eq!(window((4, 2)), (WIDTH, 10));
        // 188 and 189 do not come out even.
        assert_eq!(window((320, 180)).1, 190);
        for height in 1..5000 {
            let (_, rows) = window((16, height));
            assert!((height + HEIGHT..height + HEIGHT + 16).contains(&rows), "{height}: {rows}");
        }
    }
}
