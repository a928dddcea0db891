//! Faces, in a few flat colours.

use image::RgbImage;

use super::canvas::{Color, color, ellipse, inside, mix, painted, round_box, smooth};

/// Pixels of a face.
const SIDE: u32 = if cfg!(debug_assertions) { 64 } else { 256 };

/// How somebody wears their hair.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Hair {
    Short,
    Long,
    Bun,
    Curls,
    Hat,
    Bald,
}

/// What somebody looks like: colours as `0xrrggbb`.
pub(super) struct Face {
    behind: [u32; 2],
    skin: u32,
    hair: (Hair, u32),
    clothes: u32,
    has_glasses: bool,
    has_beard: bool,
}

const fn face(behind: [u32; 2], skin: u32, hair: (Hair, u32), clothes: u32) -> Face {
    Face { behind, skin, hair, clothes, has_glasses: false, has_beard: false }
}

/// The faces of the demo's people, in their order. Not everybody shows theirs.
pub(super) const FACES: [Option<Face>; 12] = [
    Some(Face { has_glasses: true, ..face([0xf2_d6a2, 0xe8_a87c], 0xf1_c7a5, (Hair::Bun, 0xd5_d3d0), 0x6d_597a) }),
    Some(Face { has_beard: true, ..face([0xbf_d8d2, 0x7f_b7be], 0xe8_b48c, (Hair::Short, 0x8a_4b2a), 0x2f_4858) }),
    Some(face([0xfb_e3c0, 0xf4_b183], 0xd9_9a6c, (Hair::Long, 0x2b_1d16), 0xb5_523b)),
    Some(Face { has_glasses: true, ..face([0xcf_d9f0, 0x93_a8d8], 0x7a_4b32, (Hair::Short, 0x1a_1412), 0xe0_b04c) }),
    Some(face([0xe3_e0da, 0xa9_a49b], 0xe3_ad86, (Hair::Long, 0x3a_2620), 0x1f_2328)),
    Some(Face { has_glasses: true, ..face([0xd7_e8d0, 0x9c_c5a1], 0xf0_c9a0, (Hair::Short, 0x16_1618), 0x49_6f5d) }),
    Some(face([0xe6_efc2, 0xa7_c957], 0xf2_c5a0, (Hair::Curls, 0xb5_651d), 0x38_6641)),
    None,
    Some(Face { has_beard: true, ..face([0xe9_d8c4, 0xc0_9a78], 0xf3_c9a8, (Hair::Bald, 0xd8_b26a), 0x4a_6d8c) }),
    Some(Face { has_beard: true, ..face([0xcd_e7f0, 0x6f_a8c9], 0xa8_6f47, (Hair::Short, 0x1f_1612), 0xc4_5a35) }),
    Some(face([0xf6_d5e5, 0xd9_8fb4], 0xc9_8a63, (Hair::Curls, 0x3d_1f1a), 0x2d_6a7a)),
    Some(Face { has_beard: true, ..face([0xd9_d3c7, 0x9d_9486], 0xee_bfa0, (Hair::Hat, 0x3b_4a5a), 0x7a_3b2e) }),
];

/// Draws a face.
pub(super) fn draw(face: &Face) -> RgbImage {
    const SOFT: f32 = 0.006;
    let (skin, clothes, tone) = (color(face.skin), color(face.clothes), color(face.hair.1));
    let (hair, dark) = (face.hair.0, |base: Color, by| mix(base, [0.12, 0.06, 0.08], by));
    painted(SIDE, SIDE, |x, y| {
        let x = x - 0.5;
        let mut shade = mix(color(face.behind[0]), color(face.behind[1]), y * 0.8 + x * 0.4);
        let mut put = |tone: Color, edge: f32| shade = mix(shade, tone, inside(edge, SOFT));
        // What of the hair is behind the head.
        match hair {
            Hair::Long => put(dark(tone, 0.25), round_box((x, y - 0.52), (0.225, 0.30), 0.2)),
            Hair::Curls => {
                for (cx, cy) in [
                    (-0.17, 0.33),
                    (0.17, 0.33),
                    (-0.21, 0.46),
                    (0.21, 0.46),
                    (-0.08, 0.22),
                    (0.08, 0.22),
                    (-0.18, 0.58),
                    (0.18, 0.58),
                ] {
                    put(dark(tone, 0.15), (x - cx).hypot(y - cy) - 0.095);
                }
            }
            Hair::Bun => put(dark(tone, 0.12), (x - 0.02).hypot(y - 0.17) - 0.085),
            Hair::Short | Hair::Hat | Hair::Bald => {}
        }
        put(clothes, ellipse((x, y - 1.06), (0.40, 0.32)));
        put(dark(skin, 0.20), round_box((x, y - 0.70), (0.075, 0.13), 0.06));
        put(dark(skin, 0.08), ellipse((x.abs() - 0.175, y - 0.47), (0.035, 0.05)));
        put(skin, ellipse((x, y - 0.46), (0.175, 0.215)));
        if face.has_beard {
            let cheek = ellipse((x, y - 0.49), (0.178, 0.215));
            let opening = ellipse((x, y - 0.42), (0.15, 0.135));
            let beard = if hair == Hair::Hat { color(0xc9_c4bb) } else { dark(tone, 0.1) };
            put(beard, cheek.max(-opening).max(0.42 - y));
        }
        // Brows, eyes, a smile.
        put(dark(skin, 0.55), round_box((x.abs() - 0.073, y - 0.395), (0.036, 0.007), 0.007));
        put([0.13, 0.10, 0.11], (x.abs() - 0.073).hypot(y - 0.445) - 0.017);
        put([1.0; 3], (x.abs() - 0.068).hypot(y - 0.440) - 0.005);
        put(dark(skin, 0.18), ellipse((x, y - 0.505), (0.016, 0.020)));
        let smile = (x.hypot(y - 0.525) - 0.06).abs() - 0.006;
        put(dark(skin, 0.62), smile.max(0.555 - y));
        put(mix(skin, [0.93, 0.42, 0.40], 0.28), (x.abs() - 0.115).hypot(y - 0.515) - 0.026);
        if face.has_glasses {
            put([0.16, 0.14, 0.17], ((x.abs() - 0.077).hypot(y - 0.447) - 0.053).abs() - 0.006);
            put([0.16, 0.14, 0.17], round_box((x, y - 0.44), (0.026, 0.005), 0.004));
        }
        // What of the hair is before the head.
        let cap = ellipse((x, y - 0.44), (0.19, 0.225));
        match hair {
            Hair::Short => put(tone, cap.max(y - 0.335 - 0.05 * (x * 9.0).sin() * 0.4)),
            Hair::Long => put(tone, cap.max(y - 0.40 + 0.9 * (x + 0.03).abs().min(0.16) - 0.06)),
            Hair::Bun => put(tone, cap.max(y - 0.36 + 0.5 * x.abs() - 0.03)),
            Hair::Curls => {
                for (cx, cy) in [(-0.13, 0.29), (-0.045, 0.255), (0.045, 0.255), (0.13, 0.29)] {
                    put(tone, (x - cx).hypot(y - cy) - 0.065);
                }
            }
            Hair::Hat => {
                put(dark(tone, 0.1), ellipse((x, y - 0.335), (0.285, 0.04)));
                put(tone, round_box((x, y - 0.25), (0.165, 0.09), 0.07));
                put(dark(tone, 0.35), round_box((x, y - 0.315), (0.166, 0.018), 0.006));
            }
            Hair::Bald => {}
        }
        mix(shade, [1.0; 3], 0.06 * smooth(0.5, -0.5, x + y - 0.5))
    })
}
