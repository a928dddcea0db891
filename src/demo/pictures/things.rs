//! Doors, a bowl, a loaf, and courgettes.

use image::RgbImage;

use super::canvas::{Color, chance, color, ellipse, inside, mix, painted, rough, round_box, smooth, soft_chance};

/// A wall of plaster, a little uneven.
fn plaster(base: Color, x: f32, y: f32, seed: u32) -> Color {
    let stain = rough(x * 3.0, y * 3.0, seed) - 0.5;
    let grain = soft_chance(x * 160.0, y * 160.0, seed + 9) - 0.5;
    mix(base, [0.2, 0.16, 0.12], 0.10 - stain * 0.22 + grain * 0.05)
}

/// Boards that lie side by side.
fn boards(x: f32, y: f32, seed: u32) -> Color {
    const BOARD: f32 = 0.27;
    let number = (y / BOARD).floor();
    #[expect(clippy::cast_possible_truncation, reason = "there are four or so")]
    let tone = chance(number as i32, 3, seed);
    let grain = rough(x * 2.0 + tone * 30.0, y * 46.0, seed + 1);
    let wood = mix(color(0x8a_6242), color(0xb9_8a5e), grain * 0.8 + tone * 0.3);
    let edge = (y - number * BOARD).min((number + 1.0) * BOARD - y);
    mix(color(0x3d_2a1c), wood, smooth(0.0, 0.008, edge))
}

/// An old door in a wall.
pub(super) fn door(width: u32, height: u32, seed: u32) -> RgbImage {
    const WALLS: [u32; 5] = [0xe9_d8bd, 0xd9_c3b0, 0xe8_e0d2, 0xc9_d0c8, 0xe3_c9a8];
    const PAINTS: [u32; 6] = [0x2f_5d62, 0x9c_3d2e, 0x3d_5a80, 0x6b_7f4f, 0xc9_8a2b, 0x5b_3f5f];
    let pick = |colors: &[u32], which| color(colors[usize::try_from(which).unwrap_or(0) % colors.len()]);
    let (wall, paint) = (pick(&WALLS, seed), pick(&PAINTS, seed * 5 + 2));
    let is_arched = seed.is_multiple_of(2);
    painted(width, height, |x, y| {
        let x = x - 1.0 / 3.0;
        let mut shade = plaster(wall, x, y, seed);
        // The pavement.
        shade = mix(
            shade,
            mix(color(0x8d_8980), color(0x6a_665f), rough(x * 9.0, y * 30.0, seed + 3)),
            smooth(0.878, 0.882, y),
        );
        let shape = |grow: f32| {
            let body = round_box((x, y - 0.55), (0.19 + grow, 0.33 + grow), 0.004);
            let arch = ((x / (0.19 + grow)).hypot((y - 0.22) / (0.15 + grow)) - 1.0) * 0.15;
            if is_arched && y < 0.22 {
                arch
            } else if is_arched {
                body.max(-1.0)
            } else {
                body
            }
        };
        // The door stands a little back, in a frame of stone.
        let stone = mix(color(0xb8_b0a4), color(0x95_8d82), rough(x * 14.0, y * 14.0, seed + 4));
        shade = mix(shade, mix(shade, [0.0; 3], 0.35), inside(shape(0.055), 0.02) * 0.6);
        shade = mix(shade, stone, inside(shape(0.04), 0.002) * smooth(0.89, 0.884, y));
        let wood = mix(paint, mix(paint, [0.0; 3], 0.5), 0.28 * rough(x * 60.0, y * 4.0, seed + 5));
        let wood = mix(wood, [1.0; 3], 0.10 * smooth(0.2, -0.2, x + y - 0.5));
        let mut leaf = wood;
        for (cx, cy, high) in [(-0.085, 0.42, 0.12), (0.085, 0.42, 0.12), (-0.085, 0.71, 0.11), (0.085, 0.71, 0.11)] {
            let edge = round_box((x - cx, y - cy), (0.066, high), 0.004);
            leaf = mix(leaf, mix(wood, [0.0; 3], 0.42), inside(edge.abs() - 0.004, 0.002));
            leaf = mix(
                leaf,
                mix(wood, [1.0; 3], 0.22),
                inside((edge + 0.009).abs() - 0.0018, 0.0015) * smooth(0.0, 0.03, y - cy),
            );
        }
        // A light above it, and a knob.
        let pane = if is_arched { y < 0.235 } else { y < 0.265 };
        if pane {
            leaf = mix(color(0x2c_3b47), color(0xc9_d9de), rough(x * 5.0 + 2.0, y * 7.0, seed + 6));
            let spokes =
                (x.abs() - 0.002).min((x.abs() * 0.8 + y - 0.235).abs() - 0.003).min((y - 0.235).abs() - 0.004);
            leaf = mix(leaf, wood, inside(spokes, 0.002));
        }
        shade = mix(shade, leaf, inside(shape(0.0), 0.002) * smooth(0.882, 0.878, y));
        let knob = (x - 0.155).hypot(y - 0.57);
        shade = mix(shade, mix(shade, [0.0; 3], 0.6), inside(knob - 0.017, 0.006));
        mix(
            shade,
            mix(color(0xd9_b45a), [1.0; 3], smooth(0.012, 0.0, (x - 0.151).hypot(y - 0.566)) * 0.7),
            inside(knob - 0.0125, 0.002),
        )
    })
}

/// A bowl from above, with something warm in it.
pub(super) fn bowl(width: u32, height: u32, seed: u32) -> RgbImage {
    painted(width, height, |x, y| {
        let (dx, dy) = (x - 0.76, y - 0.51);
        let away = dx.hypot(dy);
        let mut shade = boards(x, y, seed);
        shade = mix(shade, [0.05, 0.03, 0.02], 0.65 * inside((dx - 0.03).hypot(dy - 0.04) - 0.36, 0.07));
        let turned = dy.atan2(dx);
        let glaze = mix(color(0x2f_5a6b), color(0x7f_a3ad), 0.5 + 0.5 * (turned + 2.3).cos());
        shade = mix(shade, glaze, inside(away - 0.365, 0.002));
        shade = mix(shade, color(0xe8_e2d4), inside((away - 0.335).abs() - 0.008, 0.003));
        let lentils = rough(x * 38.0, y * 38.0, seed + 1);
        let soup = mix(color(0xb8_6a16), color(0xf0_b64a), lentils * 0.7 + 0.25 * rough(x * 4.0, y * 4.0, seed + 2));
        shade = mix(shade, mix(soup, [0.15, 0.06, 0.0], smooth(0.20, 0.33, away) * 0.35), inside(away - 0.325, 0.002));
        // Oil, leaves and seeds, where chance puts them.
        let seeds: i16 = if away < 0.33 { 54 } else { 0 };
        for number in 0..seeds {
            let of = |which: i32| chance(number.into(), which, seed);
            let (angle, far) = (of(1) * std::f32::consts::TAU, 0.27 * of(2).sqrt());
            let (px, py) = (dx - far * angle.cos(), dy - far * angle.sin());
            let (sin, cos) = (of(3) * 6.0).sin_cos();
            let turned = (px * cos - py * sin, px * sin + py * cos);
            let (size, tone) = match number % 4 {
                0 => ((0.030, 0.013), mix(color(0x3f_6b2a), color(0x7d_a848), of(4))),
                1 => ((0.011, 0.006), color(0x4a_2c12)),
                2 => ((0.016, 0.016), color(0xd9_8a1c)),
                _ => ((0.005, 0.005), color(0x2a_1a0c)),
            };
            if turned.0.abs() < 0.05 && turned.1.abs() < 0.05 {
                let strength = if number % 4 == 2 { 0.45 } else { 0.95 };
                shade = mix(shade, tone, inside(ellipse(turned, size), 0.0025) * strength);
            }
        }
        mix(
            shade,
            [1.0; 3],
            0.10 * smooth(0.12, 0.0, ellipse((dx + 0.1, dy + 0.12), (0.12, 0.06)).abs()) * inside(away - 0.32, 0.01),
        )
    })
}

/// A loaf on a board, cut before it was baked.
pub(super) fn loaf(width: u32, height: u32, seed: u32) -> RgbImage {
    painted(width, height, |x, y| {
        let (dx, dy) = (x - 0.74, y - 0.5);
        let mut shade = mix(color(0xd8_cfc0), color(0xb5_aa98), rough(x * 2.0, y * 2.0, seed));
        let weave = soft_chance(x * 70.0, y * 12.0, seed + 1) + soft_chance(x * 12.0, y * 70.0, seed + 2);
        shade = mix(shade, [0.35, 0.31, 0.27], 0.06 * weave);
        shade = mix(shade, [0.1, 0.08, 0.06], 0.6 * inside(ellipse((dx - 0.02, dy - 0.05), (0.50, 0.32)), 0.08));
        let edge = ellipse((dx, dy), (0.49, 0.31)) + (rough(dx * 4.0 + 9.0, dy * 4.0, seed + 3) - 0.5) * 0.03;
        let depth = (-edge / 0.31).clamp(0.0, 1.0);
        let crust = mix(
            color(0x5e_3214),
            color(0xc9_8a45),
            depth.powf(0.6) * 0.75 + 0.35 * (rough(dx * 9.0, dy * 9.0, seed + 4) - 0.4),
        );
        let flour = smooth(0.46, 0.74, rough(dx * 5.0 + 4.0, dy * 7.0, seed + 5)) * depth;
        let mut bread = mix(crust, color(0xef_e3cc), flour * 0.7);
        // One long cut, and leaves beside it.
        let bend = dy + 0.10 * dx * dx + 0.02;
        let opened = 0.040 * (1.0 - (dx / 0.40).powi(2)).max(0.0).sqrt();
        let cut = bend.abs() - opened;
        let crumb = mix(color(0xf0_d9a8), color(0xd9_ab66), rough(dx * 22.0, dy * 22.0, seed + 6));
        bread = mix(bread, color(0x4a_230c), inside(cut - 0.009, 0.004) * 0.85);
        bread = mix(bread, crumb, inside(cut, 0.003));
        for leaf in -4..=4_i16 {
            for side in [-1.0, 1.0_f32] {
                let (lx, ly) = (dx - f32::from(leaf) * 0.078, bend - side * 0.145);
                let (sin, cos) = (side * 0.9).sin_cos();
                let turned = (lx * cos + ly * sin, ly * cos - lx * sin);
                let vein = ellipse(turned, (0.050, 0.014));
                bread = mix(bread, color(0xf3_dfb4), inside(vein, 0.003) * 0.85 * smooth(0.02, 0.06, -edge));
            }
        }
        mix(shade, bread, inside(edge, 0.003))
    })
}

/// Eleven of them.
pub(super) fn courgettes(width: u32, height: u32, seed: u32) -> RgbImage {
    painted(width, height, |x, y| {
        let mut shade = boards(x, y, seed);
        for number in 0..11_i16 {
            let of = |which: i32| chance(number.into(), which, seed);
            let (cx, cy) = (0.16 + 0.118 * f32::from(number), 0.5 + (of(1) - 0.5) * 0.10);
            let (sin, cos) = ((of(2) - 0.5) * 0.22).sin_cos();
            let (px, py) = (x - cx, y - cy);
            let (px, py) = (px * cos - py * sin, px * sin + py * cos);
            if px.abs() > 0.1 {
                continue;
            }
            let long = 0.25 + 0.15 * of(3);
            // A little bent, and thicker at the lower end.
            let px = px + (of(4) - 0.5) * 0.5 * py * py;
            let thick = 0.040 + 0.012 * (py / long) + 0.006 * of(5);
            let edge = round_box((px, py), (thick, long), thick);
            shade = mix(
                shade,
                [0.06, 0.03, 0.01],
                0.7 * inside(round_box((px - 0.012, py - 0.016), (thick, long), thick), 0.022),
            );
            let round = (px / thick).clamp(-1.0, 1.0);
            let stripe = smooth(
                0.35,
                0.75,
                soft_chance(round.asin() * 3.4 + 9.0, py * 2.5, seed + 20 + u32::from(number.cast_unsigned())),
            );
            let fleck = smooth(0.66, 0.8, soft_chance(px * 120.0, py * 70.0, seed + 40));
            let skin = mix(color(0x1f_4a22), color(0x5f_8f3c), stripe * 0.8);
            let skin = mix(skin, color(0xb9_cf7a), fleck * 0.45);
            let skin = mix(skin, [0.02, 0.07, 0.02], round.abs().powi(3) * 0.75);
            let skin = mix(
                skin,
                [1.0; 3],
                0.42 * (-((round + 0.35) / 0.16).powi(2)).exp() * smooth(long, long * 0.6, py.abs()),
            );
            let stem = round_box((px, py + long + 0.012), (0.017, 0.030), 0.008);
            shade = mix(shade, mix(color(0x7d_8f3f), color(0xa9_b565), of(6)), inside(stem, 0.003));
            shade = mix(shade, skin, inside(edge, 0.002));
        }
        shade
    })
}
