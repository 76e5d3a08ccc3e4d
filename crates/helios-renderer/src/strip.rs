//! The strip under the composition: it names the drawing that a picture shows. Written by `web/runtime/host.js`.

use helios_job::Scale;

/// Height of the strip in pixels of the layout, as all sizes here.
pub(crate) const HEIGHT: u32 = 8;
/// Width of the strip in pixels: four cells. A window narrower than this cannot be read.
pub(crate) const WIDTH: u32 = 4 * CELL;
/// The largest serial; the next one is 1.
pub(crate) const MAX_SERIAL: u32 = 0xff_ffff;

const CELL: u32 = 4;
const MARK: u32 = 0x5a_c3a5;

/// The window for a composition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Window {
    /// Its size in pixels of the layout.
    pub(crate) layout: (u32, u32),
    /// Its size in pixels.
    pub(crate) pixels: (u32, u32),
}

/// The window for a composition of `width` x `height` pixels of layout, drawn at `scale`: the strip below it, at least as wide
/// as the strip, and of a height at which Chromium's software compositor keeps pixels where they are. It turns rows into the
/// range -1 to 1 and back in 32-bit floats; where that does not come out even, layers with pixels of their own (WebGL) are
/// interpolated between rows. At 188 rows the canvas of a composition of 180 lost half its contrast.
pub(crate) fn window((width, height): (u32, u32), scale: Scale) -> Window {
    let whole = |pixels: &u32| scale.whole(*pixels).is_some();
    let kept =
        |rows: &u32| scale.whole(*rows).is_some_and(|rows| (2.0 / rows as f32) * (rows as f32 / 2.0) == 1.0);
    let (narrowest, least) = (width.max(WIDTH), height + HEIGHT);
    let columns = (narrowest..2 * narrowest).find(whole).unwrap_or(narrowest);
    let rows = (least..2 * least).find(kept).unwrap_or(least);
    Window { layout: (columns, rows), pixels: (scale.floor(columns), scale.floor(rows)) }
}

/// The row of pixels in the middle of the strip, under a composition of `height`.
pub(crate) fn row(height: u32, scale: Scale) -> u32 {
    scale.floor(height + HEIGHT / 2)
}

/// The serial in a row of BGRA pixels, or `None` when the row does not show a whole strip: the page was not up yet, or the
/// row lies elsewhere. The mark at both ends and the complement make an accidental match out of the question.
pub(crate) fn read(row: &[u8], scale: Scale) -> Option<u32> {
    let cell = |index: u32| {
        // The middle of the cell: its edges could be blended with a neighbour, its middle cannot.
        let at = 4 * scale.floor(index * CELL + CELL / 2) as usize;
        let pixel = row.get(at..at + 3)?;
        Some(u32::from(pixel[2]) << 16 | u32::from(pixel[1]) << 8 | u32::from(pixel[0]))
    };
    let serial = cell(1)?;
    (cell(0)? == MARK && cell(2)? == !serial & MAX_SERIAL && cell(3)? == MARK).then_some(serial)
}

#[cfg(test)]
mod tests {
    use super::{HEIGHT, MARK, MAX_SERIAL, WIDTH, window};
    use helios_job::Scale;

    fn read(row: &[u8]) -> Option<u32> {
        super::read(row, Scale::default())
    }

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
        let one = Scale::default();
        assert_eq!(window((1280, 720), one).pixels, (1280, 728));
        assert_eq!(window((4, 2), one).pixels, (WIDTH, 10));
        // 188 and 189 do not come out even.
        assert_eq!(window((320, 180), one).pixels.1, 190);
        for height in 1..5000 {
            let (_, rows) = window((16, height), one).pixels;
            assert!((height + HEIGHT..height + HEIGHT + 16).contains(&rows), "{height}: {rows}");
        }
        // Three halves: an even number of rows of the layout, so that the rows are whole.
        let window = window((321, 180), "1.5".parse().unwrap());
        assert_eq!((window.layout.0, window.pixels.0), (322, 483));
        assert_eq!(window.layout.1 * 3, window.pixels.1 * 2);
    }
}
