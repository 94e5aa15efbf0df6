//! Digits drawn by the crate itself: strokes, distorted as handwriting is, rendered by distance.
//!
//! Each digit is a few strokes, in one of several ways to write it. Their points are turned, sheared, scaled and moved,
//! then shifted by a smooth random field (elastic distortion: Simard, Steinkraus, Platt 2003). A pixel's ink is a function
//! of its distance to the nearest stroke. Only arithmetic and square roots are used: the bits are the same everywhere.

use super::{Hand, labels};
use crate::data::mnist::PIXELS;
use crate::runtime::rng::Stream;

type Point = (f32, f32);

/// One line of a pen; a curve is bent smoothly around its inner points.
enum Stroke {
    Line(&'static [Point]),
    Curve(&'static [Point]),
}
use Stroke::{Curve, Line};

/// The ways to write each digit, in a unit square whose y runs down.
const GLYPHS: [&[&[Stroke]]; 10] = [
    &[
        &[Curve(&[
            (0.5, 0.1),
            (0.24, 0.14),
            (0.2, 0.5),
            (0.24, 0.86),
            (0.5, 0.92),
            (0.76, 0.86),
            (0.8, 0.5),
            (0.76, 0.14),
            (0.5, 0.1),
        ])],
        &[Curve(&[
            (0.6, 0.12),
            (0.3, 0.06),
            (0.2, 0.5),
            (0.28, 0.94),
            (0.6, 0.92),
            (0.8, 0.6),
            (0.74, 0.2),
            (0.46, 0.14),
        ])],
    ],
    &[
        &[Line(&[(0.5, 0.1), (0.5, 0.92)])],
        &[Line(&[(0.34, 0.3), (0.54, 0.1), (0.52, 0.92)])],
        &[Line(&[(0.34, 0.28), (0.52, 0.1), (0.52, 0.9)]), Line(&[(0.34, 0.91), (0.72, 0.9)])],
    ],
    &[
        &[
            Curve(&[(0.24, 0.32), (0.3, 0.06), (0.74, 0.06), (0.78, 0.4), (0.5, 0.62), (0.22, 0.9)]),
            Line(&[(0.22, 0.9), (0.8, 0.9)]),
        ],
        &[Curve(&[
            (0.24, 0.3),
            (0.34, 0.06),
            (0.78, 0.08),
            (0.72, 0.44),
            (0.5, 0.72),
            (0.24, 0.98),
            (0.2, 0.74),
            (0.44, 0.8),
            (0.64, 0.98),
            (0.84, 0.82),
        ])],
    ],
    &[
        &[
            Curve(&[(0.24, 0.22), (0.36, 0.06), (0.78, 0.06), (0.76, 0.44), (0.44, 0.48)]),
            Curve(&[(0.44, 0.48), (0.84, 0.5), (0.84, 0.92), (0.44, 0.98), (0.2, 0.8)]),
        ],
        &[
            Line(&[(0.24, 0.12), (0.74, 0.12), (0.48, 0.42)]),
            Curve(&[(0.48, 0.42), (0.84, 0.46), (0.84, 0.92), (0.42, 0.98), (0.2, 0.82)]),
        ],
    ],
    &[
        &[Line(&[(0.3, 0.12), (0.22, 0.56), (0.8, 0.54)]), Line(&[(0.68, 0.16), (0.64, 0.92)])],
        &[Line(&[(0.64, 0.92), (0.64, 0.1), (0.18, 0.64), (0.84, 0.64)])],
        &[Curve(&[(0.3, 0.12), (0.2, 0.6), (0.44, 0.62), (0.7, 0.5)]), Line(&[(0.72, 0.12), (0.66, 0.94)])],
    ],
    &[
        &[
            Line(&[(0.74, 0.12), (0.32, 0.12), (0.28, 0.46)]),
            Curve(&[(0.28, 0.46), (0.6, 0.3), (0.88, 0.54), (0.76, 0.94), (0.4, 0.98), (0.2, 0.82)]),
        ],
        &[Curve(&[(0.76, 0.1), (0.3, 0.1), (0.26, 0.46), (0.66, 0.42), (0.86, 0.7), (0.6, 0.98), (0.2, 0.86)])],
    ],
    &[
        &[Curve(&[
            (0.68, 0.1),
            (0.36, 0.22),
            (0.2, 0.56),
            (0.22, 0.94),
            (0.62, 0.98),
            (0.82, 0.74),
            (0.64, 0.5),
            (0.36, 0.56),
            (0.24, 0.72),
        ])],
        &[Curve(&[(0.5, 0.08), (0.26, 0.34), (0.2, 0.9), (0.6, 0.98), (0.74, 0.72), (0.5, 0.56), (0.24, 0.72)])],
    ],
    &[
        &[Line(&[(0.2, 0.14), (0.8, 0.14), (0.42, 0.92)])],
        &[Line(&[(0.2, 0.14), (0.8, 0.12), (0.46, 0.92)]), Line(&[(0.36, 0.5), (0.74, 0.5)])],
        &[Curve(&[(0.2, 0.24), (0.28, 0.1), (0.56, 0.16), (0.86, 0.08), (0.6, 0.46), (0.46, 0.94)])],
    ],
    &[
        &[Curve(&[
            (0.5, 0.48),
            (0.22, 0.4),
            (0.24, 0.08),
            (0.5, 0.06),
            (0.78, 0.08),
            (0.78, 0.4),
            (0.5, 0.48),
            (0.16, 0.6),
            (0.18, 0.96),
            (0.5, 0.96),
            (0.84, 0.96),
            (0.82, 0.6),
            (0.5, 0.48),
        ])],
        &[Curve(&[
            (0.74, 0.16),
            (0.5, 0.04),
            (0.2, 0.14),
            (0.28, 0.4),
            (0.66, 0.56),
            (0.86, 0.82),
            (0.5, 1.0),
            (0.16, 0.84),
            (0.34, 0.56),
            (0.7, 0.38),
            (0.76, 0.14),
        ])],
    ],
    &[
        &[
            Curve(&[(0.74, 0.26), (0.6, 0.04), (0.26, 0.08), (0.2, 0.46), (0.5, 0.58), (0.76, 0.4), (0.74, 0.2)]),
            Line(&[(0.74, 0.2), (0.7, 0.6), (0.62, 0.94)]),
        ],
        &[
            Curve(&[(0.74, 0.26), (0.56, 0.04), (0.24, 0.1), (0.2, 0.5), (0.54, 0.56), (0.76, 0.34), (0.74, 0.2)]),
            Curve(&[(0.74, 0.2), (0.78, 0.8), (0.6, 0.98), (0.28, 0.9)]),
        ],
    ],
];

/// Images and their classes: as many of each as of the others, shuffled.
pub(in crate::data) fn draw(seed: u64, count: usize) -> (Vec<[u8; PIXELS]>, Vec<u8>) {
    let stream = Stream::new(seed);
    let labels = labels(stream.of(0), count, 10);
    let images = labels.iter().enumerate().map(|(i, &label)| digit(stream.of(1 + i as u64), label)).collect();
    (images, labels)
}

fn digit(stream: Stream, class: u8) -> [u8; PIXELS] {
    let mut hand = Hand::new(stream);
    let ways = GLYPHS[usize::from(class)];
    let glyph = ways[stream.of(0).below(0, ways.len() as u64) as usize];
    let distortion = Distortion::new(&mut hand);
    let radius = hand.between(0.75, 1.55);
    let ink = hand.between(200.0, 255.0);
    let mut nearest = [f32::MAX; PIXELS];
    for stroke in glyph {
        let points: Vec<Point> = stroke.points().into_iter().map(|p| distortion.apply(p)).collect();
        for pair in points.windows(2) {
            mark(&mut nearest, pair[0], pair[1], radius + 1.0);
        }
    }
    let mut image = [0; PIXELS];
    for (pixel, &distance) in image.iter_mut().zip(&nearest) {
        // Ink fades over one pixel at the rim of the stroke, and varies a little within.
        let cover = (radius + 0.5 - distance).clamp(0.0, 1.0);
        *pixel = if cover > 0.0 { (cover * ink * hand.between(0.85, 1.0)) as u8 } else { 0 };
    }
    image
}

/// Lowers the pixels' distances to the segment from `a` to `b`, where they are within `reach`.
fn mark(nearest: &mut [f32; PIXELS], a: Point, b: Point, reach: f32) {
    let range = |p: f32, q: f32| {
        let (low, high) = (p.min(q) - reach, p.max(q) + reach);
        low.max(0.0) as usize..(high + 1.0).clamp(0.0, 28.0) as usize
    };
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let length = (dx * dx + dy * dy).max(1e-12);
    for y in range(a.1, b.1) {
        for x in range(a.0, b.0) {
            let (px, py) = (x as f32 - a.0, y as f32 - a.1);
            let along = ((px * dx + py * dy) / length).clamp(0.0, 1.0);
            let (ex, ey) = (px - along * dx, py - along * dy);
            let distance = &mut nearest[y * 28 + x];
            *distance = distance.min((ex * ex + ey * ey).sqrt());
        }
    }
}

impl Stroke {
    /// Points close enough together to bend with the distortion.
    fn points(&self) -> Vec<Point> {
        match self {
            Line(points) => at(points, &[0.0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875]),
            Curve(points) => (0..3).fold(points.to_vec(), |points, _| cut_corners(&points)),
        }
    }
}

/// A polyline closer to a smooth curve (Chaikin 1974).
fn cut_corners(points: &[Point]) -> Vec<Point> {
    let mut cut = at(points, &[0.25, 0.75]);
    cut.insert(0, points[0]);
    cut
}

/// Points at such parts of each line of a polyline, and its end. Compiled once.
#[inline(never)]
fn at(points: &[Point], parts: &[f32]) -> Vec<Point> {
    let mut all = Vec::new();
    for pair in points.windows(2) {
        all.extend(parts.iter().map(|&part| between(pair[0], pair[1], part)));
    }
    all.extend(points.last());
    all
}

fn between(a: Point, b: Point, t: f32) -> Point {
    (a.0 + (b.0 - a.0) * t, a.1 + (b.1 - a.1) * t)
}

/// From the unit square to pixels.
struct Distortion {
    /// Rows of the affine map's matrix.
    matrix: [[f32; 2]; 2],
    center: Point,
    /// Shifts at the knots of a grid over the square.
    field: [[Point; 4]; 4],
}

impl Distortion {
    fn new(hand: &mut Hand) -> Self {
        // The tangent of half the angle, up to 15 degrees: sine and cosine follow by arithmetic.
        let t = hand.between(-0.13, 0.13);
        let (cos, sin) = ((1.0 - t * t) / (1.0 + t * t), 2.0 * t / (1.0 + t * t));
        let shear = hand.between(-0.25, 0.25);
        let (wide, high) = (hand.between(14.5, 22.0), hand.between(18.5, 23.0));
        let matrix = [[cos * wide, (-sin + cos * shear) * high], [sin * wide, (cos + sin * shear) * high]];
        let center = (hand.between(12.2, 14.8), hand.between(12.2, 14.8));
        let mut field = [[(0.0, 0.0); 4]; 4];
        for shift in field.as_flattened_mut() {
            *shift = (hand.between(-1.7, 1.7), hand.between(-1.7, 1.7));
        }
        Self { matrix, center, field }
    }

    fn apply(&self, (x, y): Point) -> Point {
        let (u, v) = (x - 0.5, y - 0.5);
        let [[a, b], [c, d]] = self.matrix;
        let shift = self.shift(x, y);
        (self.center.0 + a * u + b * v + shift.0, self.center.1 + c * u + d * v + shift.1)
    }

    /// The field between its knots, smoothly.
    fn shift(&self, x: f32, y: f32) -> Point {
        let knot = |t: f32| {
            let t = (t * 3.0).clamp(0.0, 2.999);
            let (i, f) = (t as usize, t - (t as usize) as f32);
            (i, f * f * (3.0 - 2.0 * f))
        };
        let ((i, fx), (j, fy)) = (knot(x), knot(y));
        let row = |j: usize| between(self.field[j][i], self.field[j][i + 1], fx);
        between(row(j), row(j + 1), fy)
    }
}
