//! A shape somewhere in an image: what a small net that looks for things has to find.

use super::Dataset;
use super::synthetic::Hand;
use super::synthetic::figures::{Figure, Placed};
use crate::runtime::rng::Stream;

const FIGURES: [Figure; 4] = [Figure::Disc, Figure::Square, Figure::Triangle, Figure::Cross];

/// Grey images with a disc, square, triangle or cross on clutter, drawn by this crate. Samples are `[1, 32, 32]`, of values
/// around 0 that are mostly within −1 to 1; targets are [`Located`]. Sample `i` is of class `i % 4`.
///
/// Place, size, turn and brightness are random, and so are the bars and the noise around. An image is drawn when it is
/// asked for; it is a function of the seed and the index alone, with the same bits on every machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shapes {
    stream: Stream,
    count: usize,
}

/// What a shape is and where.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Located {
    /// The class, from 0 to 3.
    pub class: usize,
    /// The smallest upright rectangle around all pixels that the shape covers by half or more: centre x, centre y, width
    /// and height, as shares of the image, from 0 to 1.
    pub bounds: [f32; 4],
}

impl Shapes {
    /// The names of the classes.
    pub const CLASSES: [&str; 4] = ["disc", "square", "triangle", "cross"];

    /// This many images.
    pub const fn new(seed: u64, count: usize) -> Self {
        Self { stream: Stream::new(seed), count }
    }
}

impl Dataset for Shapes {
    type Input = [[[f32; 32]; 32]; 1];
    type Target = Located;

    fn len(&self) -> usize {
        self.count
    }

    fn sample(&self, index: usize, input: &mut Self::Input) -> Located {
        assert!(index < self.count, "there are {} images, so none of index {index}", self.count);
        let class = index % Self::CLASSES.len();
        let mut hand = Hand::new(self.stream.of(index as u64));
        let ground = hand.between(-0.5, 0.5);
        input.as_flattened_mut().as_flattened_mut().fill(ground);
        // Bars are fainter than the shape, and drawn before it: it hides them.
        for _ in 0..6 {
            let bar = Placed::new(&mut hand, Figure::Bar, (2.0, 6.0), 0.0);
            let strength = contrast(&mut hand, 0.1, 0.5);
            paint(&mut input[0], &bar, ground + strength);
        }
        let shape = Placed::new(&mut hand, FIGURES[class], (5.5, 10.0), 9.0);
        let strength = contrast(&mut hand, 0.4, 0.8);
        let bounds = paint(&mut input[0], &shape, ground + strength);
        let noise = hand.between(0.02, 0.12);
        input.as_flattened_mut().as_flattened_mut().iter_mut().for_each(|x| *x += noise * hand.normal());
        Located { class, bounds }
    }

    fn writes_all(&self) -> bool {
        true
    }
}

/// How much lighter or darker than the ground something is.
fn contrast(hand: &mut Hand, least: f32, most: f32) -> f32 {
    let sign = if hand.between(-1.0, 1.0) < 0.0 { -1.0 } else { 1.0 };
    sign * hand.between(least, most)
}

/// Paints a figure in a shade, and gives its bounds.
fn paint(image: &mut [[f32; 32]; 32], figure: &Placed, shade: f32) -> [f32; 4] {
    // The first row and column that it covers, and those after the last.
    let (mut top, mut left, mut bottom, mut right) = (32, 32, 0, 0);
    for (y, row) in image.iter_mut().enumerate() {
        for (x, pixel) in row.iter_mut().enumerate() {
            let cover = figure.cover(x, y);
            *pixel += cover * (shade - *pixel);
            if cover >= 0.5 {
                (top, left) = (top.min(y), left.min(x));
                (bottom, right) = (bottom.max(y + 1), right.max(x + 1));
            }
        }
    }
    let middle = |a: usize, b: usize| (a + b) as f32 / 64.0;
    let extent = |a: usize, b: usize| b.saturating_sub(a) as f32 / 32.0;
    [middle(left, right), middle(top, bottom), extent(left, right), extent(top, bottom)]
}
