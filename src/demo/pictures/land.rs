//! Hills, and the sea.

use image::RgbImage;

use super::canvas::{Color, chance, color, gradient, inside, mix, painted, pixels, rough, smooth, soft_chance};

/// What time of day it is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Light {
    Morning,
    Evening,
    Night,
}

/// The colours of a time of day.
struct Palette {
    /// From the top down.
    sky: [Color; 4],
    sun: Color,
    /// Where the sun or the moon stands.
    place: (f32, f32),
    /// Its radius.
    radius: f32,
    far: Color,
    near: Color,
}

impl Light {
    fn palette(self) -> Palette {
        let of = |sky: [u32; 4], sun, place, radius, far, near| Palette {
            sky: sky.map(color),
            sun: color(sun),
            place,
            radius,
            far: color(far),
            near: color(near),
        };
        match self {
            Self::Morning => {
                of([0x6f_a8cf, 0xa9_cbdc, 0xf3_dfc1, 0xf8_c9a0], 0xff_f3d6, (1.05, 0.40), 0.055, 0xc9_c6c4, 0x22_4a45)
            }
            Self::Evening => {
                of([0x3b_3f73, 0x8d_5f8c, 0xe0_8a72, 0xf9_c784], 0xff_e2a0, (0.52, 0.47), 0.07, 0xb9_7f86, 0x2b_2340)
            }
            Self::Night => {
                of([0x08_1226, 0x10_2143, 0x24_3c66, 0x49_6389], 0xf4_efdc, (1.12, 0.22), 0.05, 0x3a_5378, 0x08_111f)
            }
        }
    }

    fn sky(self, palette: &Palette, x: f32, y: f32, seed: u32) -> Color {
        let (dx, dy) = (x - palette.place.0, y - palette.place.1);
        let away = dx.hypot(dy);
        let mut sky = gradient(&palette.sky, y / 0.72);
        // Thin clouds, longer than they are high.
        let cloud = smooth(0.52, 0.86, rough(x * 1.6 + 7.0, y * 6.5, seed + 40)) * smooth(0.62, 0.2, y);
        sky = mix(sky, mix(palette.sky[3], palette.sun, 0.4), cloud * if self == Self::Night { 0.18 } else { 0.5 });
        if self == Self::Night {
            sky = mix(sky, [1.0; 3], stars(x, y, seed));
        }
        sky = mix(sky, palette.sun, 0.55 * (-away * 4.2).exp());
        mix(sky, palette.sun, inside(away - palette.radius, 0.0025))
    }
}

/// How bright a star is at a place.
fn stars(x: f32, y: f32, seed: u32) -> f32 {
    const CELLS: f32 = 46.0;
    let (column, row) = ((x * CELLS).floor(), (y * CELLS).floor());
    #[expect(clippy::cast_possible_truncation, reason = "there are some dozens of cells")]
    let of = |which: u32| chance(column as i32, row as i32, seed + which);
    if of(50) < 0.72 {
        return 0.0;
    }
    let (dx, dy) = (x * CELLS - column - 0.2 - 0.6 * of(51), y * CELLS - row - 0.2 - 0.6 * of(52));
    let bright = of(53);
    bright * bright * inside(dx.hypot(dy) - 0.03 - 0.07 * bright, 0.05)
}

/// Ridge behind ridge, the farther the paler, with mist between.
pub(super) fn hills(width: u32, height: u32, seed: u32, light: Light) -> RgbImage {
    const RIDGES: usize = 6;
    let palette = light.palette();
    let (size, columns) = (pixels(height), 0..width);
    // How high each ridge is in each column.
    let depth = |ridge: u16| f32::from(ridge) / 5.0;
    let ridge = |ridge: u16, x: f32| {
        let (near, seed) = (depth(ridge), seed + 10 * u32::from(ridge));
        let shape = rough(x * (1.5 + near * 1.3) + 3.0, 0.5, seed) - 0.5;
        let trees = if ridge > 2 { (soft_chance(x * 190.0, 0.0, seed + 5) - 0.5) * 0.011 * near } else { 0.0 };
        0.47 + 0.43 * near - shape * (0.30 - 0.09 * near) + trees
    };
    let heights: Vec<[f32; RIDGES]> =
        columns.map(|column| [0, 1, 2, 3, 4, 5].map(|number| ridge(number, (pixels(column) + 0.5) / size))).collect();
    painted(width, height, |x, y| {
        let mut shade = light.sky(&palette, x, y, seed);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is a column of the picture")]
        let column = &heights[((x * size) as usize).min(heights.len() - 1)];
        for (number, top) in (0_u16..).zip(column) {
            let below = y - top;
            if below > -0.01 {
                let near = depth(number);
                let body = mix(palette.far, palette.near, near.powf(0.8));
                let mist = (1.0 - smooth(0.0, 0.34 - 0.1 * near, below)) * 0.12
                    + smooth(0.05, 0.30, below) * 0.42 * (1.0 - near);
                let body = mix(body, mix(palette.sky[2], palette.sun, 0.25), mist);
                shade = mix(shade, body, smooth(-0.0016, 0.0016, below));
            }
        }
        shade
    })
}

/// The sea, with the sun in it and a far shore.
pub(super) fn sea(width: u32, height: u32, seed: u32, light: Light) -> RgbImage {
    const HORIZON: f32 = 0.58;
    let palette = light.palette();
    painted(width, height, |x, y| {
        let shore = HORIZON
            - 0.012
            - 0.075 * (rough(x * 2.2, 0.0, seed) - 0.35).max(0.0) * smooth(0.2, 1.5, x + soft_chance(x, 1.0, seed));
        if y < HORIZON {
            let shade = light.sky(&palette, x, y, seed);
            return mix(shade, mix(palette.far, palette.near, 0.45), smooth(-0.0016, 0.0016, y - shore));
        }
        let down = (y - HORIZON) / (1.0 - HORIZON);
        // Waves get longer and higher the nearer they are.
        let scale = 1.0 / (0.03 + down * down * 0.5 + down * 0.1);
        let wave = rough(x * scale * 0.9, down.sqrt() * 34.0, seed + 60) - 0.5;
        let seen = light.sky(&palette, x + wave * 0.05, HORIZON - 0.02 - down * 0.36 + wave * 0.10, seed);
        let water = mix(seen, mix(palette.near, palette.sky[0], 0.45), 0.30 + 0.45 * down);
        // The sun's way over the water.
        let spread = 0.02 + 0.16 * down;
        let glitter = smooth(0.02, 0.22, wave) * (-((x - palette.place.0) / spread).powi(2)).exp();
        let light = mix(water, palette.sun, (glitter * (1.0 - 0.45 * down)).min(0.95));
        mix(light, palette.near, smooth(0.08, 0.34, -wave) * 0.35 * (0.3 + down))
    })
}
