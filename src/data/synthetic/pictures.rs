//! Colour images of ten classes, in place of CIFAR-10: a figure with a pattern on a background.
//!
//! Five figures times two patterns: colours, places, sizes and directions say nothing about the class, so that a net has
//! to see both the outline and the texture.

use super::figures::{Figure, Placed};
use super::{Hand, labels};
use crate::data::cifar10::PIXELS;
use crate::runtime::rng::Stream;

const FIGURES: [Figure; 5] = [Figure::Disc, Figure::Square, Figure::Triangle, Figure::Cross, Figure::Ring];

type Color = [f32; 3];

/// Images and their classes: as many of each as of the others, shuffled.
pub(in crate::data) fn draw(seed: u64, count: usize) -> (Vec<[u8; PIXELS]>, Vec<u8>) {
    let stream = Stream::new(seed);
    let labels = labels(stream.of(0), count, 10);
    let images = labels.iter().enumerate().map(|(i, &label)| picture(stream.of(1 + i as u64), label)).collect();
    (images, labels)
}

fn picture(stream: Stream, class: u8) -> [u8; PIXELS] {
    let mut hand = Hand::new(stream);
    let class = usize::from(class);
    let figure = Placed::new(&mut hand, FIGURES[class % 5], (7.5, 13.0), 11.0);
    let pattern = Pattern::new(&mut hand, class >= 5);
    let [light, dark] = contrasting(&mut hand);
    let background = Background::new(&mut hand);
    let noise = hand.between(6.0, 26.0);
    let mut image = [0; PIXELS];
    for y in 0..32 {
        for x in 0..32 {
            let (cover, share) = (figure.cover(x, y), pattern.at(x, y));
            let behind = background.at(x, y);
            for (channel, behind) in behind.into_iter().enumerate() {
                let within = mix(dark[channel], light[channel], share);
                let value = mix(behind, within, cover) + noise * hand.normal();
                image[(channel * 32 + y) * 32 + x] = value.clamp(0.0, 255.0) as u8;
            }
        }
    }
    image
}

fn mix(a: f32, b: f32, t: f32) -> f32 {
    a + (b - a) * t
}

fn color(hand: &mut Hand) -> Color {
    std::array::from_fn(|_| hand.between(0.0, 255.0))
}

/// Two random colours that differ in each channel.
fn contrasting(hand: &mut Hand) -> [Color; 2] {
    let a = color(hand);
    [a, a.map(|v| v + hand.between(40.0, 120.0) * if v < 127.5 { 1.0 } else { -1.0 })]
}

/// Stripes, or the squares that two sets of stripes make.
struct Pattern {
    direction: (f32, f32),
    stripes_per_pixel: f32,
    phase: [f32; 2],
    chequered: bool,
}

impl Pattern {
    fn new(hand: &mut Hand, chequered: bool) -> Self {
        let direction = hand.direction();
        let stripes_per_pixel = 1.0 / hand.between(4.5, 8.0);
        Self { direction, stripes_per_pixel, phase: [hand.between(0.0, 1.0), hand.between(0.0, 1.0)], chequered }
    }

    /// The share of the lighter colour, from 0 to 1.
    fn at(&self, x: usize, y: usize) -> f32 {
        let ((cos, sin), x, y) = (self.direction, x as f32, y as f32);
        // A triangle wave from −1 to 1, of period 1.
        let wave = |t: f32| 4.0 * (t - t.floor() - 0.5).abs() - 1.0;
        let mut height = wave((cos * x + sin * y) * self.stripes_per_pixel + self.phase[0]);
        if self.chequered {
            height *= 2.0 * wave((cos * y - sin * x) * self.stripes_per_pixel + self.phase[1]);
        }
        (0.5 + 1.5 * height).clamp(0.0, 1.0)
    }
}

/// Random colours at the knots of a grid, and between them their means.
struct Background {
    knots: [[Color; 4]; 4],
}

impl Background {
    fn new(hand: &mut Hand) -> Self {
        let (base, spread) = (color(hand), hand.between(0.1, 0.5));
        let mut knots = [[base; 4]; 4];
        for knot in knots.as_flattened_mut() {
            let other = color(hand);
            *knot = std::array::from_fn(|c| mix(base[c], other[c], spread));
        }
        Self { knots }
    }

    fn at(&self, x: usize, y: usize) -> Color {
        let knot = |p: usize| (3 * p / 32, (3 * p % 32) as f32 / 32.0);
        let ((i, fx), (j, fy)) = (knot(x), knot(y));
        std::array::from_fn(|c| {
            let row = |j: usize| mix(self.knots[j][i][c], self.knots[j][i + 1][c], fx);
            mix(row(j), row(j + 1), fy)
        })
    }
}
