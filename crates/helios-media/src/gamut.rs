//! Colours of a page in the wider primaries of BT.2020: linear light, a matrix, and the page's own curve again.

use std::sync::LazyLock;

/// The level of full red, green or blue that comes out: quarters of 8-bit levels, so that ten bits lose nothing.
pub(crate) const UNIT: u32 = 1020;

/// Steps of linear light in the table back. Fine enough near black, where the curve is steepest (a fifth of a level).
const STEPS: usize = 1 << 16;

/// BT.709 to BT.2020 in linear light (ITU-R BT.2087-0, 2.2, M2).
const MATRIX: [[f32; 3]; 3] =
    [[0.627_404, 0.329_283, 0.043_313], [0.069_097, 0.919_541, 0.011_362], [0.016_391, 0.088_013, 0.895_595]];

struct Tables {
    linear: [f32; 256],
    coded: Vec<u16>,
}

static TABLES: LazyLock<Tables> = LazyLock::new(|| {
    // IEC 61966-2-1.
    let linear = |level: usize| {
        let coded = level as f64 / 255.0;
        if coded <= 0.040_45 { coded / 12.92 } else { ((coded + 0.055) / 1.055).powf(2.4) }
    };
    let coded = |step: usize| {
        let linear = step as f64 / (STEPS - 1) as f64;
        let coded =
            if linear <= 0.003_130_8 { 12.92 * linear } else { 1.055 * linear.powf(1.0 / 2.4) - 0.055 };
        (coded * f64::from(UNIT)).round() as u16
    };
    Tables {
        linear: std::array::from_fn(|level| linear(level) as f32),
        coded: (0..STEPS).map(coded).collect(),
    }
});

/// One colour.
pub(crate) fn to_bt2020(rgb: [u8; 3]) -> [i32; 3] {
    let tables = &*TABLES;
    let linear = rgb.map(|level| tables.linear[usize::from(level)]);
    MATRIX.map(|row| {
        let light = row[0] * linear[0] + row[1] * linear[1] + row[2] * linear[2];
        let step = (light.clamp(0.0, 1.0) * (STEPS - 1) as f32 + 0.5) as usize;
        tables.coded.get(step).copied().map_or(UNIT as i32, i32::from)
    })
}

#[cfg(test)]
mod tests {
    use super::to_bt2020;

    #[test]
    fn greys_stay_and_primaries_move_inwards() {
        for level in [0, 1, 18, 128, 254, 255] {
            let found = to_bt2020([level; 3]);
            assert!(
                found.iter().all(|found| (found - 4 * i32::from(level)).abs() <= 1),
                "{level}: {found:?}"
            );
        }
        // Red: 0.6274, 0.0691 and 0.0164 of light, through the curve.
        assert_eq!(to_bt2020([255, 0, 0]), [830, 297, 138]);
    }
}
