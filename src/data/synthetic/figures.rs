//! Plane figures, and which part of a pixel they cover.

use super::Hand;

/// A figure around the origin, within a circle of radius 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::data) enum Figure {
    Disc,
    Square,
    Triangle,
    Cross,
    Ring,
    /// Five times as long as wide.
    Bar,
}

impl Figure {
    /// How far a point is outside, or where negative, inside; near the rim, that is its distance from it, but beside a
    /// corner less.
    fn outside(self, u: f32, v: f32) -> f32 {
        let rectangle = |half_width: f32, half_height: f32| (u.abs() - half_width).max(v.abs() - half_height);
        match self {
            Self::Disc => (u * u + v * v).sqrt() - 0.9,
            Self::Ring => ((u * u + v * v).sqrt() - 0.75).abs() - 0.25,
            Self::Square => rectangle(0.72, 0.72),
            // Half the root of 3 and a half: the normals of the two upper sides.
            Self::Triangle => (v - 0.5).max(0.866_025_4 * u.abs() - 0.5 * v - 0.5),
            Self::Cross => rectangle(0.95, 0.3).min(rectangle(0.3, 0.95)),
            Self::Bar => rectangle(1.0, 0.2),
        }
    }
}

/// A figure in an image, in pixels.
pub(in crate::data) struct Placed {
    figure: Figure,
    center: (f32, f32),
    radius: f32,
    /// Cosine and sine of its turn.
    turn: (f32, f32),
}

impl Placed {
    /// A figure of random turn, of a radius in a range, with its centre at least `margin` pixels from the rims of an image
    /// of 32 × 32.
    pub(in crate::data) fn new(hand: &mut Hand, figure: Figure, radius: (f32, f32), margin: f32) -> Self {
        let center = (hand.between(margin, 32.0 - margin), hand.between(margin, 32.0 - margin));
        Self { figure, center, radius: hand.between(radius.0, radius.1), turn: hand.direction() }
    }

    /// The part of pixel (x, y) that the figure covers, from 0 to 1.
    pub(in crate::data) fn cover(&self, x: usize, y: usize) -> f32 {
        let (dx, dy) = (x as f32 + 0.5 - self.center.0, y as f32 + 0.5 - self.center.1);
        let (cos, sin) = self.turn;
        let (u, v) = ((cos * dx + sin * dy) / self.radius, (cos * dy - sin * dx) / self.radius);
        (0.5 - self.figure.outside(u, v) * self.radius).clamp(0.0, 1.0)
    }
}
