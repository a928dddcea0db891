//! Colours, soft edges and soft chance: what the demo's pictures are drawn with.

use image::{Rgb, RgbImage};

/// Red, green and blue from 0 to 1.
pub(super) type Color = [f32; 3];

/// The colour `0xrrggbb`.
pub(super) fn color(hex: u32) -> Color {
    let [_, red, green, blue] = hex.to_be_bytes();
    [red, green, blue].map(|part| f32::from(part) / 255.0)
}

/// From `a` to `b` as `t` goes from 0 to 1.
pub(super) fn mix(a: Color, b: Color, t: f32) -> Color {
    let t = t.clamp(0.0, 1.0);
    [0, 1, 2].map(|part| a[part] + (b[part] - a[part]) * t)
}

/// Through all of `colors` as `t` goes from 0 to 1.
pub(super) fn gradient(colors: &[Color], t: f32) -> Color {
    let steps = colors.len() - 1;
    let place = t.clamp(0.0, 1.0) * places(steps);
    let step = (0..steps).rfind(|step| places(*step) <= place).unwrap_or(0);
    mix(colors[step], colors[step + 1], place - places(step))
}

#[expect(clippy::cast_precision_loss, reason = "a handful of steps")]
fn places(step: usize) -> f32 {
    step as f32
}

/// 0 below `from`, 1 above `to`, and smooth between.
pub(super) fn smooth(from: f32, to: f32, x: f32) -> f32 {
    let t = ((x - from) / (to - from)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

/// How much of a shape is at a point `distance` from its edge, negative inside, with an edge as soft as `soft`.
pub(super) fn inside(distance: f32, soft: f32) -> f32 {
    1.0 - smooth(-soft, soft, distance)
}

/// The distance from an ellipse around `(x, y)`, about.
pub(super) fn ellipse((x, y): (f32, f32), (wide, high): (f32, f32)) -> f32 {
    ((x / wide).hypot(y / high) - 1.0) * wide.min(high)
}

/// The distance from a box around the origin, with round corners.
pub(super) fn round_box((x, y): (f32, f32), (wide, high): (f32, f32), corner: f32) -> f32 {
    let (dx, dy) = (x.abs() - wide + corner, y.abs() - high + corner);
    dx.max(0.0).hypot(dy.max(0.0)) + dx.max(dy).min(0.0) - corner
}

/// A number from 0 to 1 for each place, the same each time.
pub(super) fn chance(x: i32, y: i32, seed: u32) -> f32 {
    let mut hash = seed.wrapping_mul(0x9e37_79b9) ^ x.cast_unsigned().wrapping_mul(0x85eb_ca6b);
    hash = (hash ^ (hash >> 13)).wrapping_mul(0xc2b2_ae35) ^ y.cast_unsigned().wrapping_mul(0x27d4_eb2f);
    hash = (hash ^ (hash >> 15)).wrapping_mul(0x1656_67b1);
    hash ^= hash >> 16;
    let [_, _, high, low] = hash.to_be_bytes();
    f32::from(u16::from_be_bytes([high, low])) / 65535.0
}

/// Chance that changes softly from place to place.
pub(super) fn soft_chance(x: f32, y: f32, seed: u32) -> f32 {
    let (left, top) = (x.floor(), y.floor());
    let (right, down) = (smooth(0.0, 1.0, x - left), smooth(0.0, 1.0, y - top));
    let (column, row) = (whole(left), whole(top));
    let at = |dx, dy| chance(column + dx, row + dy, seed);
    let (above, below) = (at(0, 0) + (at(1, 0) - at(0, 0)) * right, at(0, 1) + (at(1, 1) - at(0, 1)) * right);
    above + (below - above) * down
}

#[expect(clippy::cast_possible_truncation, reason = "pictures are not that large")]
fn whole(x: f32) -> i32 {
    x as i32
}

/// The same with finer and finer detail.
pub(super) fn rough(x: f32, y: f32, seed: u32) -> f32 {
    let octave = |scale: f32, part: f32, seed| soft_chance(x * scale, y * scale, seed) * part;
    octave(1.0, 0.53, seed) + octave(2.1, 0.27, seed + 1) + octave(4.3, 0.13, seed + 2) + octave(8.7, 0.07, seed + 3)
}

/// A picture of what `shade` gives for each place: from left to right 0 to the relation of the sides, from top to bottom 0
/// to 1.
pub(super) fn painted(width: u32, height: u32, shade: impl Fn(f32, f32) -> Color) -> RgbImage {
    let size = pixels(height);
    RgbImage::from_fn(width, height, |x, y| {
        let (column, row) = (pixels(x) + 0.5, pixels(y) + 0.5);
        // A little unrest keeps wide gradients from showing steps.
        let unrest = (chance(whole(column), whole(row), 99) - 0.5) / 160.0;
        Rgb(shade(column / size, row / size).map(|part| byte(part + unrest)))
    })
}

#[expect(clippy::cast_precision_loss, reason = "pictures are not that large")]
pub(super) fn pixels(count: u32) -> f32 {
    count as f32
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is clamped")]
fn byte(part: f32) -> u8 {
    (part.clamp(0.0, 1.0) * 255.0).round() as u8
}

/// The same on black-and-white film: more contrast, grain, and darker corners.
pub(super) fn film(picture: &RgbImage, seed: u32) -> RgbImage {
    let (width, height) = (pixels(picture.width()), pixels(picture.height()));
    RgbImage::from_fn(picture.width(), picture.height(), |x, y| {
        let [red, green, blue] = picture.get_pixel(x, y).0.map(|part| f32::from(part) / 255.0);
        let light = smooth(0.05, 0.95, red * 0.35 + green * 0.5 + blue * 0.15);
        let (column, row) = (pixels(x), pixels(y));
        let grain = rough(column / 2.3, row / 2.3, seed) - 0.5;
        let corner = ((column / width - 0.5).hypot(row / height - 0.5) / 0.72).powi(3) * 0.28;
        let light = light * (1.0 - corner) + grain * 0.14;
        Rgb([light * 1.01, light, light * 0.97].map(byte))
    })
}
